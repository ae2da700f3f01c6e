"""Les écrits imprimés d'une séance et de ses points."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0003_agrements"),
        ("socle", "0003_vues_et_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentDeSeance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sorte",
                    models.CharField(
                        choices=[
                            ("fiche", "Fiche de présentation"),
                            ("dossier", "Dossier de séance"),
                            ("feuille", "Feuille de présence"),
                            ("pv", "Procès-verbal"),
                            ("extrait", "Extrait de délibération"),
                            ("lettre", "Lettre de notification"),
                            ("liasse", "Liasse de la séance"),
                        ],
                        max_length=20,
                        verbose_name="sorte",
                    ),
                ),
                ("numero", models.CharField(blank=True, max_length=30, verbose_name="numéro")),
                ("contenu", models.JSONField(default=dict, editable=False, verbose_name="contenu")),
                ("modele", models.CharField(blank=True, max_length=60, verbose_name="version du modèle")),
                ("fige_le", models.DateTimeField(blank=True, null=True, verbose_name="établi le")),
                (
                    "fichier",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_de_seance",
                        to="socle.fichier",
                        verbose_name="fichier PDF",
                    ),
                ),
                (
                    "fige_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="établi par",
                    ),
                ),
                (
                    "inscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="seances.inscription",
                        verbose_name="point",
                    ),
                ),
                (
                    "seance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="seances.seance",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "écrit de séance",
                "verbose_name_plural": "écrits de séance",
                "ordering": ["seance", "sorte", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="documentdeseance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inscription", None)),
                fields=("seance", "sorte"),
                name="un_ecrit_par_sorte_et_par_seance",
                violation_error_message="Cette séance a déjà cet écrit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentdeseance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inscription__isnull", False)),
                fields=("inscription", "sorte"),
                name="un_ecrit_par_sorte_et_par_point",
                violation_error_message="Ce point a déjà cet écrit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentdeseance",
            constraint=models.CheckConstraint(
                condition=models.Q(("fichier", None), ("fige_le__isnull", False), _connector="OR"),
                name="un_ecrit_garde_est_fige",
                violation_error_message="Un PDF ne se garde que d'un écrit qui ne change plus.",
            ),
        ),
    ]
