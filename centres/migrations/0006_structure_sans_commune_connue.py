import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """La commune d'une structure intercommunale n'est pas toujours connue quand on l'enregistre."""

    dependencies = [("centres", "0005_faits_des_projets_reels")]

    operations = [
        migrations.AlterField(
            "structure",
            "commune",
            models.ForeignKey(
                "centres.commune",
                verbose_name="commune",
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="structures",
            ),
        )
    ]
