"""L'annexe des engagements, à part du procès-verbal ; un recours que la décision suivante prive d'objet."""

from django.db import migrations, models

SORTES = [
    ("fiche", "Fiche de présentation"),
    ("dossier", "Dossier de séance"),
    ("feuille", "Feuille de présence"),
    ("pv", "Procès-verbal"),
    ("annexe", "Annexe des engagements, procès-verbal"),
    ("extrait", "Extrait de délibération"),
    ("lettre", "Lettre de notification"),
    ("liasse", "Liasse de la séance"),
]
ISSUES = [
    ("en_cours", "En cours"),
    ("accueilli", "Accueilli"),
    ("rejete", "Rejeté"),
    ("rejet_implicite", "Rejeté par le silence de la Caf"),
    ("desistement", "Désistement du gestionnaire"),
    ("annulation", "Décision annulée par le juge"),
    ("sans_objet", "Sans objet : une nouvelle décision remplace celle qu'il contestait"),
]


class Migration(migrations.Migration):
    dependencies = [("seances", "0017_agrements_repris")]

    operations = [
        migrations.AlterField(
            model_name="documentdeseance",
            name="sorte",
            field=models.CharField(choices=SORTES, max_length=20, verbose_name="sorte"),
        ),
        migrations.AlterField(
            model_name="recours",
            name="issue",
            field=models.CharField(choices=ISSUES, default="en_cours", max_length=15, verbose_name="issue"),
        ),
    ]
