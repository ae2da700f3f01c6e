import django.core.validators
from django.db import migrations, models

AU_PLUS_DIX_ANS = [django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)]


class Migration(migrations.Migration):
    """Ce que des projets réels disent et qui n'avait pas sa place : préfiguration, territoires réunis, sorte de donnée."""

    dependencies = [("centres", "0004_noeuds_de_leur_projet")]

    operations = [
        migrations.AddField(
            "elementdediagnostic",
            "mesure",
            models.CharField(
                "mesure",
                max_length=12,
                choices=[("quantitatif", "Quantitatif"), ("qualitatif", "Qualitatif")],
                blank=True,
            ),
        ),
        migrations.AddField(
            "projetsocial",
            "prefiguration",
            models.CharField("préfiguration qui a précédé", max_length=120, blank=True),
        ),
        migrations.AddField(
            "projetsocial",
            "prefiguration_annees",
            models.PositiveSmallIntegerField(
                "durée de la préfiguration, en années", null=True, blank=True, validators=AU_PLUS_DIX_ANS
            ),
        ),
        migrations.AddField(
            "zone", "intercommunalite", models.CharField("intercommunalité", max_length=120, blank=True)
        ),
        migrations.AddField("zone", "issue_de", models.TextField("territoires réunis, un par ligne", blank=True)),
        migrations.AlterField(
            "projetsocial",
            "nature",
            models.CharField(
                "nature",
                max_length=15,
                choices=[
                    ("premier", "Premier projet"),
                    ("renouvellement", "Renouvellement"),
                    ("prefiguration", "Préfiguration"),
                ],
                default="premier",
                blank=True,
                editable=False,
            ),
        ),
    ]
