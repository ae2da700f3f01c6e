"""Les fonctions que les membres exercent ailleurs, et les déports qu'elles font proposer."""

import django.db.models.deletion
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0012_parties_ouvertes"),
        ("seances", "0007_delegation_sans_date"),
    ]

    operations = [
        migrations.CreateModel(
            name="InteretDeclare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sorte",
                    models.CharField(
                        choices=[
                            ("commune", "Dans une commune"),
                            ("gestionnaire", "Chez un gestionnaire"),
                            ("federation", "Dans une fédération"),
                        ],
                        max_length=15,
                        verbose_name="où",
                    ),
                ),
                ("federation", models.CharField(blank=True, max_length=120, verbose_name="fédération")),
                (
                    "fonction",
                    models.CharField(
                        help_text="Par exemple : « maire », « trésorière ».", max_length=80, verbose_name="fonction"
                    ),
                ),
                ("debut", models.DateField(verbose_name="depuis le")),
                ("fin", models.DateField(blank=True, null=True, verbose_name="jusqu'au")),
                (
                    "mandat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interets",
                        to="seances.mandat",
                        verbose_name="membre",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interets_declares",
                        to="centres.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "gestionnaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interets_declares",
                        to="centres.gestionnaire",
                        verbose_name="gestionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "fonction déclarée",
                "verbose_name_plural": "fonctions déclarées",
                "ordering": ["mandat__nom_complet", "-debut", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="interetdeclare",
            constraint=models.CheckConstraint(
                condition=models.Q(("fin", None), ("fin__gte", models.F("debut")), _connector="OR"),
                name="interet_debut_avant_fin",
                violation_error_message="La fin de la fonction précède son début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="interetdeclare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("commune__isnull", False), ("federation", ""), ("gestionnaire", None), ("sorte", "commune")
                    ),
                    models.Q(
                        ("commune", None),
                        ("federation", ""),
                        ("gestionnaire__isnull", False),
                        ("sorte", "gestionnaire"),
                    ),
                    models.Q(
                        ("commune", None),
                        ("gestionnaire", None),
                        ("sorte", "federation"),
                        models.Q(("federation", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="interet_en_un_seul_lieu",
                violation_error_message="Une fonction s'exerce dans une commune, chez un gestionnaire ou dans une fédération : un seul des trois.",
            ),
        ),
        migrations.CreateModel(
            name="DeportEcarte",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("motif", models.CharField(max_length=200, verbose_name="motif")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="le")),
                (
                    "inscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deports_ecartes",
                        to="seances.inscription",
                        verbose_name="point",
                    ),
                ),
                (
                    "mandat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deports_ecartes",
                        to="seances.mandat",
                        verbose_name="membre",
                    ),
                ),
                (
                    "interet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deports_ecartes",
                        to="seances.interetdeclare",
                        verbose_name="fonction déclarée",
                    ),
                ),
            ],
            options={
                "verbose_name": "déport écarté",
                "verbose_name_plural": "déports écartés",
                "ordering": ["mandat__nom_complet", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="deportecarte",
            constraint=models.UniqueConstraint(
                fields=("inscription", "mandat", "interet"),
                name="deport_ecarte_une_fois",
                violation_error_message="Ce déport est déjà écarté.",
            ),
        ),
        migrations.AddField(
            model_name="deport",
            name="interet",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deports",
                to="seances.interetdeclare",
                verbose_name="fonction déclarée",
            ),
        ),
    ]
