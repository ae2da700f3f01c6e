from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_reprise_des_points")]

    operations = [
        migrations.RemoveField(
            model_name="pointdenegociation",
            name="objectif",
        ),
        migrations.RemoveField(
            model_name="pointdenegociation",
            name="position_caf",
        ),
        migrations.RemoveField(
            model_name="pointdenegociation",
            name="position_centre",
        ),
        migrations.AddConstraint(
            model_name="pointdenegociation",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["ouvert", "accepte", "amende", "desaccord", "clos"])),
                name="statut_de_point_connu",
            ),
        ),
    ]
