"""Ce qui suit une décision : recours au juge, opposition de l'État, retour sur elle."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0012_convocations"),
        ("socle", "0003_vues_et_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="recours",
            name="fichier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="socle.fichier",
                verbose_name="recours",
            ),
        ),
        migrations.AddField(
            model_name="recours",
            name="fichier_de_reponse",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="socle.fichier",
                verbose_name="réponse ou jugement",
            ),
        ),
        migrations.AddField(
            model_name="recours",
            name="juridiction",
            field=models.CharField(blank=True, max_length=120, verbose_name="juridiction"),
        ),
        migrations.AddField(
            model_name="recours",
            name="numero_d_affaire",
            field=models.CharField(blank=True, max_length=40, verbose_name="numéro d'affaire"),
        ),
        migrations.AddField(
            model_name="recours",
            name="reponse_recue_le",
            field=models.DateField(blank=True, null=True, verbose_name="réponse reçue le"),
        ),
        migrations.AddField(
            model_name="seance",
            name="transmise_le",
            field=models.DateField(
                blank=True, editable=False, null=True, verbose_name="transmis à l'autorité de tutelle le"
            ),
        ),
        migrations.AlterField(
            model_name="recours",
            name="issue",
            field=models.CharField(
                choices=[
                    ("en_cours", "En cours"),
                    ("accueilli", "Accueilli"),
                    ("rejete", "Rejeté"),
                    ("rejet_implicite", "Rejeté par le silence de la Caf"),
                    ("desistement", "Désistement du gestionnaire"),
                    ("annulation", "Décision annulée par le juge"),
                ],
                default="en_cours",
                max_length=15,
                verbose_name="issue",
            ),
        ),
        migrations.CreateModel(
            name="Opposition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="formée le")),
                ("motif", models.TextField(verbose_name="motif")),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opposition",
                        to="seances.decision",
                        verbose_name="décision",
                    ),
                ),
                (
                    "enregistree_par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enregistrée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "opposition de l'État",
                "verbose_name_plural": "oppositions de l'État",
            },
        ),
        migrations.CreateModel(
            name="RetourSurDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fondement",
                    models.CharField(
                        choices=[
                            ("illegalite", "Illégalité de la décision"),
                            ("demande", "Demande du gestionnaire"),
                            ("opposition", "Opposition de l'État"),
                            ("erreur", "Erreur matérielle"),
                        ],
                        max_length=12,
                        verbose_name="fondement",
                    ),
                ),
                ("motif", models.TextField(verbose_name="motif")),
                ("ouvert_le", models.DateField(verbose_name="ouvert le")),
                ("engage_le", models.DateField(blank=True, null=True, verbose_name="rendu à l'instance le")),
                ("renonce_le", models.DateField(blank=True, null=True, verbose_name="abandonné le")),
                ("motif_du_renoncement", models.TextField(blank=True, verbose_name="motif de l'abandon")),
                ("cree_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="enregistré le")),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retours",
                        to="seances.decision",
                        verbose_name="décision",
                    ),
                ),
                (
                    "ouvert_par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ouvert par",
                    ),
                ),
                (
                    "rapportee_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rapporte",
                        to="seances.decision",
                        verbose_name="rapportée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "retour sur une décision",
                "verbose_name_plural": "retours sur décision",
                "ordering": ["-ouvert_le", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("renonce_le", None)),
                        fields=("decision",),
                        name="un_retour_par_decision",
                        violation_error_message="Un retour est déjà ouvert sur cette décision.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("engage_le", None), ("renonce_le", None), _connector="OR"),
                        name="un_retour_s_engage_ou_s_abandonne",
                        violation_error_message="Un retour rendu à l'instance ne s'abandonne plus.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rapportee_par", None), ("engage_le__isnull", False), _connector="OR"),
                        name="une_decision_se_rapporte_apres_le_retour",
                        violation_error_message="Une décision se rapporte une fois le dossier rendu à l'instance.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fondement__in", ["illegalite", "demande", "opposition", "erreur"])),
                        name="fondement_de_retour_connu",
                    ),
                ],
            },
        ),
    ]
