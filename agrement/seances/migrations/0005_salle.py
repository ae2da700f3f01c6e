"""La séance tenue : quand chaque point est appelé, et qui a donné la voix d'un absent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0004_ecrits"),
    ]

    operations = [
        migrations.AddField(
            model_name="inscription",
            name="appele_le",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="appelé le"),
        ),
        migrations.AddField(
            model_name="vote",
            name="porteur",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="votes_portes",
                to="seances.mandat",
                verbose_name="donné par pouvoir par",
            ),
        ),
    ]
