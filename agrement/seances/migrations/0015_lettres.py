"""Les modèles des lettres de décision : chaque Caisse reçoit ceux d'origine, qu'elle peut ensuite changer."""

import datetime as dt

import django.db.models.deletion
from django.db import migrations, models

from agrement.seances.regles_des_lettres import TEXTES  # les textes d'origine n'ont qu'un endroit

SORTES = [
    ("accord", "Accord"),
    ("accord_reserves", "Accord avec réserves"),
    ("maintien", "Maintien"),
    ("sursis", "Sursis"),
    ("prorogation", "Prorogation"),
    ("refus", "Refus"),
    ("non_renouvellement", "Non-renouvellement"),
    ("retrait", "Retrait"),
    ("ajournement", "Ajournement"),
]
DEPUIS = dt.date(2000, 1, 1)


def donner_les_modeles(apps, schema_editor):
    ModeleDeLettre = apps.get_model("seances", "ModeleDeLettre")
    ModeleDeLettre.objects.bulk_create(
        ModeleDeLettre(
            caisse=caisse, sorte=sorte, version=1, applicable_du=DEPUIS, objet=texte.objet, corps=texte.corps
        )
        for caisse in apps.get_model("comptes", "Caisse").objects.all()
        for sorte, texte in TEXTES.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0003_roles_du_centre"),
        ("seances", "0014_engagements"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModeleDeLettre",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sorte", models.CharField(choices=SORTES, max_length=20, verbose_name="lettre")),
                ("version", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="version")),
                ("objet", models.CharField(max_length=200, verbose_name="objet")),
                ("corps", models.TextField(verbose_name="corps")),
                (
                    "applicable_du",
                    models.DateField(
                        help_text="Les lettres datées de ce jour et des suivants emploient ce modèle.",
                        verbose_name="s'applique à partir du",
                    ),
                ),
                (
                    "employe_le",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="employé depuis le"),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="modeles_de_lettres",
                        to="comptes.caisse",
                        verbose_name="Caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "modèle de lettre",
                "verbose_name_plural": "modèles de lettres",
                "ordering": ["sorte", "-version"],
            },
        ),
        migrations.AddConstraint(
            model_name="modeledelettre",
            constraint=models.UniqueConstraint(
                fields=("caisse", "sorte", "version"),
                name="version_de_modele_unique",
                violation_error_message="Cette version du modèle existe déjà.",
            ),
        ),
        migrations.AddConstraint(
            model_name="modeledelettre",
            constraint=models.CheckConstraint(
                condition=models.Q(("sorte__in", [sorte for sorte, _ in SORTES])), name="sorte_de_lettre_connue"
            ),
        ),
        migrations.RunPython(donner_les_modeles, migrations.RunPython.noop),
    ]
