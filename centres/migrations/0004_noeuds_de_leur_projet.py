import django.db.models.deletion
from django.db import migrations, models


def du_projet(relation):
    return models.ForeignKey(
        editable=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=relation,
        to="centres.projetsocial",
        verbose_name="projet",
    )


class Migration(migrations.Migration):
    """Un nœud est toujours d'un projet ; les anciens champs, repris, disparaissent."""

    dependencies = [("centres", "0003_reprise_des_projets")]

    operations = [
        *(
            migrations.AlterField(nom, "projet", du_projet(relation))
            for nom, relation in (("objectif", "objectifs"), ("action", "actions"), ("indicateur", "indicateurs"))
        ),
        migrations.RemoveField("projetsocial", "moyens"),
        migrations.RemoveField("structure", "annee_premier_agrement"),
    ]
