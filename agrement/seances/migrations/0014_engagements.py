"""Les enveloppes de la Caisse, et le scénario d'engagements retenu pour une séance."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0003_roles_du_centre"),
        ("seances", "0013_suites"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScenarioRetenu",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contenu", models.JSONField(default=dict, editable=False, verbose_name="contenu")),
                ("retenu_le", models.DateTimeField(verbose_name="retenu le")),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="retenu par",
                    ),
                ),
                (
                    "seance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenario",
                        to="seances.seance",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "scénario retenu",
                "verbose_name_plural": "scénarios retenus",
            },
        ),
        migrations.CreateModel(
            name="Enveloppe",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "annee",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1990),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="année",
                    ),
                ),
                ("territoire", models.CharField(blank=True, max_length=120, verbose_name="territoire")),
                (
                    "montant",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="montant, en euros",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="Le budget voté, sa date, sa délibération.", max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enveloppes",
                        to="comptes.caisse",
                        verbose_name="Caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "enveloppe",
                "ordering": ["territoire", "annee"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "annee", "territoire"),
                        name="une_enveloppe_par_an_et_territoire",
                        violation_error_message="Cette enveloppe existe déjà pour cette année et ce territoire.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("montant__gt", 0)),
                        name="enveloppe_positive",
                        violation_error_message="Le montant d'une enveloppe est positif.",
                    ),
                ],
            },
        ),
    ]
