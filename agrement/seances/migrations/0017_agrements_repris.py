"""Un agrément repris n'a pas de décision. SQLite refait la table : ses gardes sont ôtées, puis remises."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

GARDES = import_module("agrement.seances.migrations.0003_agrements")


def poser_les_gardes(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        GARDES.poser(apps, schema_editor)


def oter_les_gardes(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        GARDES.oter(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0012_parties_ouvertes"),
        ("seances", "0016_cloture"),
    ]

    operations = [
        migrations.RunPython(oter_les_gardes, poser_les_gardes),
        migrations.AddField(
            model_name="agrement",
            name="fin_reprise",
            field=models.DateField(blank=True, null=True, verbose_name="fin du contrat repris"),
        ),
        migrations.AlterField(
            model_name="agrement",
            name="decision",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agrement",
                to="seances.decision",
                verbose_name="décision",
            ),
        ),
        migrations.AddConstraint(
            model_name="agrement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", False), ("fin_reprise", None)),
                    models.Q(("decision", None), ("fin_reprise__isnull", False)),
                    _connector="OR",
                ),
                name="agrement_decide_ou_repris",
                violation_error_message="Un agrément vient d'une décision, ou d'un contrat repris.",
            ),
        ),
        migrations.RunPython(poser_les_gardes, oter_les_gardes),
    ]
