import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0007_recevabilite"),
        ("evaluation", "0003_evaluation_par_le_centre"),
    ]

    operations = [
        migrations.AddField(
            model_name="avis",
            name="criteres",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="evaluation.critere", verbose_name="critères non satisfaits"
            ),
        ),
        migrations.AddField(
            model_name="reserve",
            name="preuve_attendue",
            field=models.CharField(blank=True, max_length=300, verbose_name="preuve attendue"),
        ),
        migrations.AlterField(
            model_name="derogation",
            name="nature",
            field=models.CharField(
                choices=[
                    ("qualification", "Niveau de diplôme de la direction"),
                    ("temps_de_travail", "Temps de travail de la direction"),
                    ("direction_partagee", "Direction de plusieurs structures"),
                    ("referent_familles", "Référent familles"),
                    ("equipe", "Qualification de l'équipe"),
                    ("gestionnaires", "Deux gestionnaires distincts"),
                    ("volet_familles", "Volet familles"),
                    ("autre", "Autre"),
                ],
                default="qualification",
                max_length=25,
                verbose_name="nature",
            ),
        ),
        migrations.CreateModel(
            name="Preconisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texte", models.TextField(verbose_name="préconisation")),
                ("echeance", models.DateField(blank=True, null=True, verbose_name="à faire avant le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preconisations",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "préconisation",
                "ordering": ["echeance", "pk"],
            },
        ),
    ]
