"""Le numéro d'enregistrement d'un dépôt, et l'accusé de réception qui le porte."""

from collections import Counter

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def enregistrer_les_depots(apps, schema_editor):
    """Numérote, dans leur ordre, les dépôts déjà faits ; leur accusé est parti par courriel."""
    Dossier, Compteur = apps.get_model("dossiers", "Dossier"), apps.get_model("socle", "Compteur")
    rangs = Counter()
    for dossier in Dossier.objects.filter(depose_le__isnull=False).order_by("depose_le", "pk").iterator():
        annee = timezone.localtime(dossier.depose_le).year
        cle = f"enregistrement-{dossier.caisse_id}-{annee}"
        rangs[cle] += 1
        numero = f"E-{annee}-{rangs[cle]:04d}"
        Dossier.objects.filter(pk=dossier.pk).update(numero_d_enregistrement=numero)
    for cle, valeur in rangs.items():
        Compteur.objects.update_or_create(cle=cle, defaults={"valeur": valeur})


def oublier_les_compteurs(apps, schema_editor):
    apps.get_model("socle", "Compteur").objects.filter(cle__startswith="enregistrement-").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0001_initiale"),
        ("comptes", "0002_codes_des_parametres"),
        ("dossiers", "0001_initiale"),
        ("socle", "0002_journal_inalterable"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="numero_d_enregistrement",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=14, verbose_name="numéro d'enregistrement"
            ),
        ),
        migrations.RunPython(enregistrer_les_depots, oublier_les_compteurs),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("numero_d_enregistrement", ""), _negated=True),
                fields=("caisse", "numero_d_enregistrement"),
                name="numero_d_enregistrement_unique",
                violation_error_message="Ce numéro d'enregistrement est déjà pris.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("depose_le", None), ("numero_d_enregistrement", "")),
                    models.Q(("depose_le__isnull", False), models.Q(("numero_d_enregistrement", ""), _negated=True)),
                    _connector="OR",
                ),
                name="dossier_enregistre_au_depot",
                violation_error_message="Un dossier déposé a un numéro d'enregistrement, et lui seul.",
            ),
        ),
        migrations.CreateModel(
            name="AccuseDeReception",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("numero", models.CharField(max_length=14, verbose_name="numéro d'enregistrement")),
                ("recu_le", models.DateTimeField(verbose_name="demande reçue le")),
                (
                    "empreinte_du_projet",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du projet"),
                ),
                ("version_du_modele", models.CharField(max_length=20, verbose_name="version du modèle")),
                ("contenu", models.JSONField(verbose_name="contenu")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accuses",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "fichier",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accuse",
                        to="socle.fichier",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "accusé de réception",
                "verbose_name_plural": "accusés de réception",
                "ordering": ["-recu_le", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "numero"),
                        name="un_accuse_par_depot",
                        violation_error_message="Ce dépôt a déjà son accusé de réception.",
                    )
                ],
            },
        ),
    ]
