"""Les pouvoirs, la place des membres, ce qu'une décision garde de plus, la séance levée."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("seances", "0001_initiale")]

    operations = [
        migrations.CreateModel(
            name="Pouvoir",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mandant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pouvoirs_donnes",
                        to="seances.mandat",
                        verbose_name="membre représenté",
                    ),
                ),
                (
                    "porteur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pouvoirs_recus",
                        to="seances.mandat",
                        verbose_name="membre qui porte le pouvoir",
                    ),
                ),
                (
                    "seance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pouvoirs",
                        to="seances.seance",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "pouvoir",
                "ordering": ["mandant__nom_complet"],
            },
        ),
        migrations.AddConstraint(
            model_name="pouvoir",
            constraint=models.UniqueConstraint(
                fields=("seance", "mandant"),
                name="un_pouvoir_par_membre",
                violation_error_message="Ce membre a déjà donné son pouvoir.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pouvoir",
            constraint=models.CheckConstraint(
                condition=models.Q(("mandant", models.F("porteur")), _negated=True),
                name="pouvoir_donne_a_un_autre",
                violation_error_message="Un membre ne se donne pas pouvoir à lui-même.",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="votes_egaux_aux_presents",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="duree_et_dates_de_l_agrement",
        ),
        migrations.RemoveConstraint(
            model_name="seance",
            name="statut_de_seance_connu",
        ),
        migrations.AddField(
            model_name="decision",
            name="echeance",
            field=models.DateField(blank=True, null=True, verbose_name="échéance"),
        ),
        migrations.AddField(
            model_name="decision",
            name="effet_le",
            field=models.DateField(blank=True, null=True, verbose_name="prend effet le"),
        ),
        migrations.AddField(
            model_name="decision",
            name="emargement",
            field=models.JSONField(default=list, editable=False, verbose_name="émargement"),
        ),
        migrations.AddField(
            model_name="decision",
            name="pouvoirs",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="représentés"),
        ),
        migrations.AddField(
            model_name="mandat",
            name="fonction",
            field=models.CharField(
                choices=[("membre", "Membre"), ("vice_presidence", "Vice-présidence"), ("presidence", "Présidence")],
                default="membre",
                max_length=15,
                verbose_name="fonction",
            ),
        ),
        migrations.AlterField(
            model_name="inscription",
            name="issue",
            field=models.CharField(
                choices=[
                    ("en_attente", "En attente"),
                    ("decidee", "Décidée"),
                    ("avis_donne", "Avis donné"),
                    ("retiree", "Retirée"),
                    ("reportee", "Reportée"),
                ],
                default="en_attente",
                editable=False,
                max_length=12,
                verbose_name="issue",
            ),
        ),
        migrations.AlterField(
            model_name="seance",
            name="statut",
            field=models.CharField(
                choices=[
                    ("planifiee", "Planifiée"),
                    ("ouverte", "Ouverte aux inscriptions"),
                    ("arretee", "Ordre du jour arrêté"),
                    ("convoquee", "Convoquée"),
                    ("tenue", "En séance"),
                    ("levee", "Levée"),
                    ("pv_approuve", "PV approuvé"),
                ],
                default="planifiee",
                editable=False,
                max_length=15,
                verbose_name="état",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "presents",
                        models.expressions.CombinedExpression(
                            models.expressions.CombinedExpression(
                                models.expressions.CombinedExpression(
                                    models.expressions.CombinedExpression(models.F("pour"), "+", models.F("contre")),
                                    "+",
                                    models.F("abstention"),
                                ),
                                "+",
                                models.F("deport"),
                            ),
                            "-",
                            models.F("pouvoirs"),
                        ),
                    )
                ),
                name="votes_egaux_aux_presents",
                violation_error_message="Les votes et les déports doivent faire le nombre des présents et représentés.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("debut", None), ("duree_annees", None), ("fin", None)),
                    models.Q(
                        models.Q(("duree_annees", None), ("duree_annees__gte", 1), _connector="OR"),
                        ("debut__isnull", False),
                        ("fin__gt", models.F("debut")),
                    ),
                    _connector="OR",
                ),
                name="duree_et_dates_de_l_agrement",
                violation_error_message="Un agrément a une durée d'au moins un an, un début et une fin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("statut__in", ["planifiee", "ouverte", "arretee", "convoquee", "tenue", "levee", "pv_approuve"])
                ),
                name="statut_de_seance_connu",
            ),
        ),
    ]
