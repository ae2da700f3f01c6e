"""À qui chaque séance a été annoncée."""

import django.db.models.deletion
from django.db import migrations, models

import socle.horloge


class Migration(migrations.Migration):
    dependencies = [("seances", "0011_ecrits_repris")]

    operations = [
        migrations.CreateModel(
            name="Convocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rang", models.PositiveSmallIntegerField(default=1, verbose_name="envoi n°")),
                ("pour_le", models.DateField(verbose_name="pour la séance du")),
                ("courriel", models.EmailField(blank=True, max_length=254, verbose_name="envoyée à")),
                ("motif", models.TextField(blank=True, verbose_name="motif du nouvel envoi")),
                ("envoyee_le", models.DateTimeField(default=socle.horloge.maintenant, verbose_name="envoyée le")),
                ("ouverte_le", models.DateTimeField(blank=True, null=True, verbose_name="dossier ouvert le")),
            ],
            options={
                "verbose_name": "convocation",
                "ordering": ["seance", "rang", "membre__nom_complet", "pk"],
            },
        ),
        migrations.AddField(
            model_name="convocation",
            name="membre",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="convocations",
                to="seances.mandat",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="convocation",
            name="seance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="convocations",
                to="seances.seance",
                verbose_name="séance",
            ),
        ),
        migrations.AddConstraint(
            model_name="convocation",
            constraint=models.UniqueConstraint(
                fields=("seance", "membre", "rang"),
                name="un_membre_convoque_une_fois_par_envoi",
                violation_error_message="Ce membre est déjà convoqué par cet envoi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="convocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("motif", ""), ("rang", 1)),
                    models.Q(("rang__gt", 1), models.Q(("motif", ""), _negated=True)),
                    _connector="OR",
                ),
                name="nouvelle_convocation_motivee",
                violation_error_message="Convoquer à nouveau demande un motif.",
            ),
        ),
    ]
