"""L'impression en tâche de fond des écrits d'une séance."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0009_appel_des_membres"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImpressionDeSeance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("en_attente", "En attente"),
                            ("en_cours", "En cours"),
                            ("fait", "Prêt"),
                            ("echoue", "Échoué"),
                        ],
                        default="en_attente",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, verbose_name="à faire en tout")),
                ("faits", models.PositiveIntegerField(default=0, verbose_name="faits")),
                ("demande_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="demandé le")),
                (
                    "nouvelles_le",
                    models.DateTimeField(default=socle.horloge.maintenant, verbose_name="dernières nouvelles"),
                ),
                ("raison_de_l_echec", models.CharField(blank=True, max_length=300, verbose_name="raison de l'échec")),
                (
                    "demandeur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
                (
                    "seance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impressions",
                        to="seances.seance",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "impression de séance",
                "verbose_name_plural": "impressions de séance",
                "ordering": ["-demande_le", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("statut__in", ["en_attente", "en_cours", "fait", "echoue"])),
                        name="statut_d_impression_connu",
                    )
                ],
            },
        ),
    ]
