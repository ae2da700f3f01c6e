"""Les étapes d'une procédure contradictoire : avertissements, invitations, auditions, observations."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0011_bureau"),
        ("socle", "0003_vues_et_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EtapeContradictoire",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sorte",
                    models.CharField(
                        choices=[
                            ("avertissement", "Avertissement"),
                            ("invitation", "Invitation à présenter des observations"),
                            ("audition", "Audition"),
                            ("observations", "Observations écrites reçues"),
                            ("delai_expire", "Délai expiré sans observations"),
                        ],
                        max_length=15,
                        verbose_name="étape",
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                ("jusqu_au", models.DateField(blank=True, null=True, verbose_name="observations jusqu'au")),
                ("resume", models.TextField(verbose_name="ce qui est dit")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="écrite le")),
                (
                    "corrige",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="dossiers.etapecontradictoire",
                        verbose_name="corrige",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="etapes_contradictoires",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "fichier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="socle.fichier",
                        verbose_name="document",
                    ),
                ),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
            ],
            options={
                "verbose_name": "étape contradictoire",
                "verbose_name_plural": "étapes contradictoires",
                "ordering": ["date", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sorte__in", ["avertissement", "invitation", "audition", "observations", "delai_expire"])
                        ),
                        name="sorte_d_etape_contradictoire_connue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("jusqu_au__gte", models.F("date")), ("sorte", "invitation")),
                            models.Q(models.Q(("sorte", "invitation"), _negated=True), ("jusqu_au", None)),
                            _connector="OR",
                        ),
                        name="une_invitation_donne_un_delai",
                        violation_error_message="Une invitation à présenter des observations, et elle seule, donne un délai.",
                    ),
                ],
            },
        ),
    ]
