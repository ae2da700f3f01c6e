from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comptes", "0003_roles_du_centre")]

    operations = [
        migrations.AlterField(
            model_name="parametre",
            name="code",
            field=models.CharField(
                choices=[
                    ("duree_max_annees", "Durée maximale d'un agrément, en années"),
                    ("delai_depot_mois", "Dépôt du renouvellement avant l'échéance, en mois"),
                    ("delai_passage_mois", "Passage en instance avant l'échéance, en mois"),
                    ("delai_recours_mois", "Délai de recours après la notification, en mois"),
                    ("sens_du_silence", "Ce que vaut l'absence de réponse de la Caf à une demande"),
                    ("delai_du_silence_mois", "Délai au bout duquel l'absence de réponse vaut décision, en mois"),
                    ("delai_complements_jours", "Délai de réponse à une demande de compléments, en jours"),
                    ("duree_max_sursis_mois", "Durée maximale d'un sursis, en mois"),
                    ("duree_max_prorogation_mois", "Durée maximale d'une prorogation, en mois"),
                    ("duree_max_prefiguration_mois", "Durée maximale d'une préfiguration, en mois"),
                    ("quorum_pourcentage", "Quorum, en pourcentage des membres en exercice (à dépasser)"),
                    ("volet_familles_obligatoire_le", "Volet familles obligatoire pour un agrément à partir du"),
                    ("mode_regime_general", "Règle du régime général"),
                    (
                        "suppleance_de_l_administration",
                        "L'administration de l'application tient les actes des centres et des agents empêchés",
                    ),
                    (
                        "visa_de_la_presidence",
                        "Le projet est validé dans l'application par la présidence du gestionnaire avant d'être transmis",
                    ),
                    ("delai_invitation_jours", "Validité d'une invitation, en jours"),
                    ("niveau_minimal_direction", "Niveau de diplôme attendu de la direction"),
                ],
                max_length=60,
                verbose_name="paramètre",
            ),
        ),
    ]
