"""La date de délégation d'une instance laisse la place à ses délégations."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0006_composition_et_delegations"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="instance",
            name="delegation_jusqu_au",
        ),
    ]
