"""Le dossier de séance : la couverture, l'ordre du jour, puis la fiche validée de chaque point."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from agrement.seances.choix import SorteDeDocument, StatutSeance
from agrement.seances.documents.fiches import court, points_a_presenter
from agrement.seances.models import DocumentDeSeance, Seance
from socle.templatetags.composants import date_longue


def contenu_du_dossier_de_seance(seance: Seance) -> dict[str, Any]:
    """Les valeurs du dossier. Chaque point en attente y a sa fiche validée : `convoquer` l'a vérifié."""
    points = points_a_presenter().filter(seance=seance).en_attente()
    return {
        "etabli_le": timezone.localdate().isoformat(),
        "caisse": seance.caisse.nom,
        "instance": seance.instance.nom_entier,
        "date": date_longue(seance.date),
        "heure": f"{seance.heure.hour} h {seance.heure:%M}" if seance.heure else "",
        "lieu": seance.lieu,
        "pv_precedent": _pv_precedent(seance),
        "points": [
            {
                "rang": rang,
                "ancre": f"point-{rang}",
                "structure": court(point.dossier.structure.nom),
                "objet": f"{point.dossier.get_type_display()}, dossier {point.dossier.numero}",
                "rapporteur": point.rapporteur,
                "fiche": point.fiche.contenu,
            }
            for rang, point in enumerate(points, start=1)
        ],
    }


def _pv_precedent(seance: Seance) -> str:
    """La séance précédente de l'instance et où en est son procès-verbal ; rien si elle n'en a pas tenu."""
    tenues = Seance.objects.filter(
        instance=seance.instance_id, date__lt=seance.date, statut__in=[StatutSeance.LEVEE, StatutSeance.PV_APPROUVE]
    )
    precedente = tenues.order_by("-date").first()
    if precedente is None:
        return ""
    pv = DocumentDeSeance.objects.figes().en_vigueur().filter(seance=precedente, sorte=SorteDeDocument.PROCES_VERBAL)
    numero = next((f" {ecrit.numero}" for ecrit in pv if ecrit.numero), "")
    suite = "approuvé" if precedente.statut == StatutSeance.PV_APPROUVE else "à approuver"
    return f"Procès-verbal{numero} de la séance du {date_longue(precedente.date)}, {suite}"
