"""Un écrit figé peut être repris : il reste, et un autre le remplace."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("seances", "0010_impressions")]

    operations = [
        migrations.RemoveConstraint(
            model_name="documentdeseance",
            name="un_ecrit_par_sorte_et_par_seance",
        ),
        migrations.RemoveConstraint(
            model_name="documentdeseance",
            name="un_ecrit_par_sorte_et_par_point",
        ),
        migrations.AddField(
            model_name="documentdeseance",
            name="remplace_le",
            field=models.DateTimeField(blank=True, null=True, verbose_name="repris le"),
        ),
        migrations.AddConstraint(
            model_name="documentdeseance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inscription", None), ("remplace_le", None)),
                fields=("seance", "sorte"),
                name="un_ecrit_par_sorte_et_par_seance",
                violation_error_message="Cette séance a déjà cet écrit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentdeseance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inscription__isnull", False), ("remplace_le", None)),
                fields=("inscription", "sorte"),
                name="un_ecrit_par_sorte_et_par_point",
                violation_error_message="Ce point a déjà cet écrit.",
            ),
        ),
    ]
