from django.db import migrations, models

import comptes.regles


class Migration(migrations.Migration):
    """La liste des paramètres se lit dans les règles : un de plus ne change pas la base."""

    dependencies = [("comptes", "0001_initial")]

    operations = [
        migrations.AlterField(
            "parametre",
            "code",
            models.CharField(choices=comptes.regles.codes_des_parametres, max_length=60, verbose_name="paramètre"),
        )
    ]
