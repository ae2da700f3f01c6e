"""L'heure où un membre arrive et part, et qui préside la séance."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0008_fonctions_et_deports"),
    ]

    operations = [
        migrations.AddField(
            model_name="presence",
            name="arrive_le",
            field=models.DateTimeField(blank=True, null=True, verbose_name="arrivé à"),
        ),
        migrations.AddField(
            model_name="presence",
            name="parti_le",
            field=models.DateTimeField(blank=True, null=True, verbose_name="parti à"),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("arrive_le", None), ("parti_le", None), ("parti_le__gte", models.F("arrive_le")), _connector="OR"
                ),
                name="presence_arrive_avant_de_partir",
                violation_error_message="Un membre ne part pas avant d'être arrivé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.CheckConstraint(
                condition=models.Q(("present", False), ("parti_le", None), _connector="OR"),
                name="un_present_n_est_pas_parti",
                violation_error_message="Un membre présent n'a pas d'heure de départ.",
            ),
        ),
        migrations.AddField(
            model_name="seance",
            name="presidee_par",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seances_presidees",
                to="seances.mandat",
                verbose_name="présidée par",
            ),
        ),
    ]
