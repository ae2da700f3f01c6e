"""La clôture d'une séance : ses heures, l'approbation de son procès-verbal, la suite d'un point reporté, l'accusé gardé."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seances", "0015_lettres"),
        ("socle", "0003_vues_et_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="seance",
            name="ouverte_le",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ouverte le"),
        ),
        migrations.AddField(
            model_name="seance",
            name="levee_le",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="levée le"),
        ),
        migrations.AddField(
            model_name="seance",
            name="pv_approuve_le",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="procès-verbal approuvé le"),
        ),
        migrations.AddField(
            model_name="inscription",
            name="reportee_vers",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reportee_de",
                to="seances.inscription",
                verbose_name="reportée au point",
            ),
        ),
        migrations.AddConstraint(
            model_name="inscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("reportee_vers", None), ("issue", "reportee"), _connector="OR"),
                name="un_report_a_une_suite",
                violation_error_message="Seul un point reporté a une suite à une autre séance.",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="accuse",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="socle.fichier",
                verbose_name="accusé de réception",
            ),
        ),
    ]
