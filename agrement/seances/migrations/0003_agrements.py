"""Les périodes d'agrément, dont la base refuse elle-même que deux d'une même structure aient un jour en commun.

PostgreSQL l'exclut par une contrainte, qui demande l'extension `btree_gist` ; SQLite, par deux gardes. SQLite perd les
gardes d'une table qu'il refait : une migration qui change `seances_agrement` les remet ensuite, par `poser`.
"""

import django.db.models.deletion
from django.db import migrations, models

PHRASE = "Une structure n''a qu''un agrément à la fois."
CHEVAUCHE = """NEW.annule_le IS NULL AND EXISTS (
    SELECT 1 FROM seances_agrement AS autre
    WHERE autre.structure_id = NEW.structure_id AND autre.id <> COALESCE(NEW.id, -1) AND autre.annule_le IS NULL
        AND autre.debut <= NEW.fin AND autre.fin >= NEW.debut
)"""
REFUSER = f"BEGIN SELECT RAISE(ABORT, '{PHRASE}'); END"

POSER = {
    "sqlite": (
        f"CREATE TRIGGER agrement_ajoute AFTER INSERT ON seances_agrement WHEN {CHEVAUCHE} {REFUSER}",
        f"CREATE TRIGGER agrement_change AFTER UPDATE ON seances_agrement WHEN {CHEVAUCHE} {REFUSER}",
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        """ALTER TABLE seances_agrement ADD CONSTRAINT un_agrement_a_la_fois
            EXCLUDE USING gist (structure_id WITH =, daterange(debut, fin, '[]') WITH &&) WHERE (annule_le IS NULL)""",
    ),
}
OTER = {
    "sqlite": ("DROP TRIGGER agrement_ajoute", "DROP TRIGGER agrement_change"),
    "postgresql": ("ALTER TABLE seances_agrement DROP CONSTRAINT un_agrement_a_la_fois",),
}
OUVRENT_UNE_PERIODE = ("attribution", "renouvellement", "prorogation")
EN_COURS = ("accorde", "notifie", "en_signature", "clos_agree")


def poser(apps, schema_editor):
    for commande in POSER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


def oter(apps, schema_editor):
    for commande in OTER[schema_editor.connection.vendor]:
        schema_editor.execute(commande)


def reprendre(apps, schema_editor):
    """Chaque accord déjà enregistré qui vaut encore ouvre son agrément ; les autres l'ont annulé."""
    Decision, Agrement = apps.get_model("seances", "Decision"), apps.get_model("seances", "Agrement")
    accords = Decision.objects.filter(type__in=OUVRENT_UNE_PERIODE).select_related("dossier").order_by("-pk")
    vus = set()
    for accord in accords:
        vaut = accord.dossier.statut in EN_COURS and accord.dossier_id not in vus
        vus.add(accord.dossier_id)
        Agrement.objects.create(
            structure_id=accord.dossier.structure_id,
            decision=accord,
            debut=accord.debut,
            fin=accord.fin,
            annule_le=None if vaut else accord.date,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0012_parties_ouvertes"),
        ("dossiers", "0011_bureau"),
        ("seances", "0002_pouvoirs_et_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agrement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("debut", models.DateField(verbose_name="début")),
                ("fin", models.DateField(verbose_name="fin")),
                ("annule_le", models.DateField(blank=True, null=True, verbose_name="annulé le")),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agrement",
                        to="seances.decision",
                        verbose_name="décision",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agrements",
                        to="centres.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "agrément",
                "ordering": ["-debut", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="agrement",
            constraint=models.CheckConstraint(
                condition=models.Q(("fin__gte", models.F("debut"))),
                name="agrement_debut_avant_fin",
                violation_error_message="La fin de l'agrément précède son début.",
            ),
        ),
        migrations.RunPython(reprendre, migrations.RunPython.noop),
        migrations.RunPython(poser, oter),
    ]
