import calendar

from django.db import migrations, models

import socle.dates

CHAMPS = {"debut": "depuis", "fin": "jusqu'à"}


def vider(apps, schema_editor):
    gestions = apps.get_model("centres", "Gestion").objects
    for champ in CHAMPS:
        gestions.filter(**{champ: None}).update(**{champ: ""})


def preciser(apps, schema_editor):
    """Au retour, une année ou un mois deviennent leur premier jour s'ils ouvrent la période, leur dernier sinon."""
    for gestion in apps.get_model("centres", "Gestion").objects.all():
        gestion.debut = _au_jour(gestion.debut, dernier=False)
        gestion.fin = _au_jour(gestion.fin, dernier=True)
        gestion.save(update_fields=list(CHAMPS))


def _au_jour(valeur, *, dernier):
    if not valeur or len(valeur) == 10:
        return valeur or None
    annee, mois = int(valeur[:4]), int(valeur[5:7] or (12 if dernier else 1))
    return f"{annee:04}-{mois:02}-{calendar.monthrange(annee, mois)[1] if dernier else 1:02}"


class Migration(migrations.Migration):
    """Les périodes de gestion se connaissent parfois à l'année ou au mois près."""

    dependencies = [("centres", "0006_structure_sans_commune_connue")]

    operations = [
        migrations.RemoveConstraint("gestion", "gestion_debut_avant_fin"),
        migrations.RemoveConstraint("gestion", "un_gestionnaire_a_la_fois"),
        *(
            migrations.AlterField("gestion", nom, models.CharField(libelle, max_length=10, null=True, blank=True))
            for nom, libelle in CHAMPS.items()
        ),
        migrations.RunPython(vider, preciser),
        *(migrations.AlterField("gestion", nom, socle.dates.DateImprecise(libelle)) for nom, libelle in CHAMPS.items()),
        migrations.AddConstraint(
            "gestion",
            models.CheckConstraint(
                condition=models.Q(fin="")
                | models.Q(fin__gte=models.F("debut"))
                | models.Q(debut__startswith=models.F("fin")),
                name="gestion_debut_avant_fin",
                violation_error_message="La fin de la gestion précède son début.",
            ),
        ),
        migrations.AddConstraint(
            "gestion",
            models.UniqueConstraint(
                fields=["structure"],
                condition=models.Q(fin=""),
                name="un_gestionnaire_a_la_fois",
                violation_error_message="La structure a déjà un gestionnaire en cours.",
            ),
        ),
    ]
