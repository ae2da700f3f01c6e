import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0008_au_moins_une_direction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Visa",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="le")),
                ("au_vu_du_pv", models.BooleanField(default=False, verbose_name="au vu du procès-verbal")),
                ("empreinte", models.CharField(max_length=64, verbose_name="empreinte du texte visé")),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "projet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visas",
                        to="centres.projetsocial",
                        verbose_name="projet social",
                    ),
                ),
            ],
            options={
                "verbose_name": "visa",
                "ordering": ["-le", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("projet", "par", "empreinte"),
                        name="un_visa_par_personne_et_par_texte",
                        violation_error_message="Cette personne a déjà validé ce texte.",
                    )
                ],
            },
        ),
    ]
