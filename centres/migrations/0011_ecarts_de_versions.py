import django.db.models.deletion
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0010_objectif_d_un_partenaire"),
    ]

    operations = [
        migrations.CreateModel(
            name="EcartDeVersions",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contenu", models.JSONField(verbose_name="contenu")),
                ("nombre", models.PositiveIntegerField(verbose_name="nombre d'éléments changés")),
                ("empreinte_avant", models.CharField(max_length=64, verbose_name="empreinte de la version d'avant")),
                ("empreinte_apres", models.CharField(max_length=64, verbose_name="empreinte de la version d'après")),
                ("calcule_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="calculé le")),
                (
                    "apres",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ecarts",
                        to="centres.projetsocial",
                        verbose_name="après",
                    ),
                ),
                (
                    "avant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="centres.projetsocial",
                        verbose_name="avant",
                    ),
                ),
            ],
            options={
                "verbose_name": "écart de versions",
                "verbose_name_plural": "écarts de versions",
                "ordering": ["apres_id", "avant_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("avant", "apres"),
                        name="un_ecart_par_couple_de_versions",
                        violation_error_message="L'écart entre ces deux versions est déjà gardé.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("avant", models.F("apres")), _negated=True),
                        name="ecart_de_deux_versions",
                        violation_error_message="Un écart se mesure entre deux versions différentes.",
                    ),
                ],
            },
        ),
    ]
