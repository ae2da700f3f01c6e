"""Reprend les points d'avant : leurs deux positions, leur objectif, leur état."""

from typing import Any

from django.db import migrations
from django.utils import timezone

# L'ancien état → le nouveau, et retour.
ETATS = {"a_reprendre": "ouvert", "repondu": "ouvert", "accorde": "accepte", "reserve": "clos"}
RETOUR = {"amende": "ouvert", "desaccord": "ouvert", "accepte": "accorde", "clos": "reserve"}


def reprendre(apps: Any, schema_editor: Any) -> None:
    Point, Position = apps.get_model("dossiers", "PointDeNegociation"), apps.get_model("dossiers", "Position")
    for point in Point.objects.select_related("objectif"):
        point.transmis_le = point.ouvert_le
        if point.objectif is not None:
            point.sorte, point.cle = "objectifs", point.objectif.cle
        point.statut = ETATS.get(point.statut, point.statut)
        point.save()
        for cote, texte in (("caf", point.position_caf), ("centre", point.position_centre)):
            if texte:
                Position.objects.create(
                    point=point,
                    cote=cote,
                    sens="repond",
                    texte=texte,
                    par_id=point.ouvert_par_id,
                    le=point.ouvert_le,
                    transmise_le=timezone.now(),
                )


def rendre(apps: Any, schema_editor: Any) -> None:
    Point, Position = apps.get_model("dossiers", "PointDeNegociation"), apps.get_model("dossiers", "Position")
    for point in Point.objects.all():
        for cote in ("caf", "centre"):
            derniere = Position.objects.filter(point=point, cote=cote).order_by("le").last()
            setattr(point, f"position_{cote}", derniere.texte if derniere else "")
        point.statut = RETOUR.get(point.statut, point.statut)
        point.save()
    Position.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_negociation")]

    operations = [migrations.RunPython(reprendre, rendre)]
