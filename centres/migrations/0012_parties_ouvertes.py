"""Un brouillon rouvert pour répondre à la Caf ne s'écrit que dans les parties demandées."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("centres", "0011_ecarts_de_versions")]

    operations = [
        migrations.AddField(
            model_name="projetsocial",
            name="parties_ouvertes",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="parties ouvertes"),
        )
    ]
