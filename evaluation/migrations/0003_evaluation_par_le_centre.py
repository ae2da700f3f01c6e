import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0009_visas"),
        ("evaluation", "0002_notation_et_epingles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoEvaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statut",
                    models.CharField(
                        choices=[("brouillon", "Brouillon"), ("close", "Remise à la Caf")],
                        default="brouillon",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("remise_le", models.DateTimeField(blank=True, null=True, verbose_name="remise le")),
                (
                    "projet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auto_evaluation",
                        to="centres.projetsocial",
                        verbose_name="projet",
                    ),
                ),
                (
                    "remise_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="remise par",
                    ),
                ),
            ],
            options={
                "verbose_name": "auto-évaluation",
            },
        ),
        migrations.CreateModel(
            name="NoteDuCentre",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "note",
                    models.CharField(
                        choices=[
                            ("0", "0 – absent"),
                            ("1", "1 – insuffisant"),
                            ("2", "2 – satisfaisant"),
                            ("3", "3 – très satisfaisant"),
                            ("na", "Non applicable"),
                        ],
                        max_length=2,
                        verbose_name="note",
                    ),
                ),
                ("commentaire", models.TextField(blank=True, verbose_name="commentaire")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="le")),
                (
                    "auto_evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="evaluation.autoevaluation",
                        verbose_name="auto-évaluation",
                    ),
                ),
                (
                    "critere",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes_du_centre",
                        to="evaluation.critere",
                        verbose_name="critère",
                    ),
                ),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "note du centre",
                "verbose_name_plural": "notes du centre",
                "ordering": ["critere__ordre"],
            },
        ),
        migrations.AddConstraint(
            model_name="autoevaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut", "close"), _negated=True),
                    models.Q(("remise_le__isnull", False), ("remise_par__isnull", False)),
                    _connector="OR",
                ),
                name="auto_evaluation_remise_datee",
                violation_error_message="Une auto-évaluation remise dit par qui et quand.",
            ),
        ),
        migrations.AddConstraint(
            model_name="noteducentre",
            constraint=models.UniqueConstraint(
                fields=("auto_evaluation", "critere"), name="une_note_du_centre_par_critere"
            ),
        ),
        migrations.AddConstraint(
            model_name="noteducentre",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("note__in", ["0", "1"]), _negated=True),
                    models.Q(("commentaire", ""), _negated=True),
                    _connector="OR",
                ),
                name="note_basse_du_centre_commentee",
                violation_error_message="Une note 0 ou 1 demande un commentaire.",
            ),
        ),
    ]
