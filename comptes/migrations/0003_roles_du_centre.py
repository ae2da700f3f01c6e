from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0002_codes_des_parametres"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="utilisateur",
            name="role_connu",
        ),
        migrations.AlterField(
            model_name="utilisateur",
            name="role",
            field=models.CharField(
                choices=[
                    ("direction", "Direction de structure"),
                    ("co_redaction", "Co-rédaction du projet"),
                    ("gestionnaire", "Présidence du gestionnaire"),
                    ("lecture", "Lecture pour le centre"),
                    ("conseiller", "Conseil technique"),
                    ("responsable", "Responsable action sociale"),
                    ("secretariat", "Secrétariat des instances"),
                    ("elu", "Administrateur élu de la Caf"),
                    ("presidence", "Présidence du conseil d'administration de la Caf"),
                    ("comptable", "Agence comptable"),
                    ("administration", "Administration de l'application"),
                ],
                max_length=20,
                verbose_name="rôle",
            ),
        ),
        migrations.AddConstraint(
            model_name="utilisateur",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "direction",
                            "co_redaction",
                            "gestionnaire",
                            "lecture",
                            "conseiller",
                            "responsable",
                            "secretariat",
                            "elu",
                            "presidence",
                            "comptable",
                            "administration",
                        ],
                    )
                ),
                name="role_connu",
            ),
        ),
    ]
