from typing import Any

from django.db import migrations, models


def aller_jusqu_a_la_fin(apps: Any, schema_editor: Any) -> None:
    """Aucun avenant n'existe encore : chaque contrat va jusqu'à sa fin signée."""
    apps.get_model("contrats", "Contrat").objects.update(terme=models.F("fin"))


class Migration(migrations.Migration):
    dependencies = [("contrats", "0007_vie_du_contrat")]

    operations = [migrations.RunPython(aller_jusqu_a_la_fin, migrations.RunPython.noop)]
