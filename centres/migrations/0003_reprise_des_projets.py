"""Donne à chaque nœud son projet, et garde ce que disaient les deux champs qui changent de nom."""

from django.db import migrations, models

PROJETS = (("objectif", "axe__projet"), ("action", "objectif__axe__projet"))


def reprendre(apps, schema_editor):
    for nom, chemin in PROJETS:
        modele = apps.get_model("centres", nom)
        du_noeud = modele.objects.filter(pk=models.OuterRef("pk")).values(f"{chemin}_id")[:1]
        modele.objects.update(projet_id=models.Subquery(du_noeud))
    indicateur = apps.get_model("centres", "indicateur")
    for porteur in ("objectif", "action"):
        du_porteur = apps.get_model("centres", porteur).objects.filter(pk=models.OuterRef(f"{porteur}_id"))
        portes = indicateur.objects.filter(**{f"{porteur}__isnull": False})
        portes.update(projet_id=models.Subquery(du_porteur.values("projet_id")[:1]))
    apps.get_model("centres", "projetsocial").objects.update(equipe=models.F("moyens"))
    for structure in apps.get_model("centres", "structure").objects.exclude(annee_premier_agrement=None):
        structure.premier_agrement = str(structure.annee_premier_agrement)
        structure.save(update_fields=["premier_agrement"])


def rendre(apps, schema_editor):
    apps.get_model("centres", "projetsocial").objects.update(moyens=models.F("equipe"))
    for structure in apps.get_model("centres", "structure").objects.exclude(premier_agrement=""):
        structure.annee_premier_agrement = int(structure.premier_agrement[:4])
        structure.save(update_fields=["annee_premier_agrement"])


class Migration(migrations.Migration):
    dependencies = [("centres", "0002_projet_complet")]

    operations = [migrations.RunPython(reprendre, rendre)]
