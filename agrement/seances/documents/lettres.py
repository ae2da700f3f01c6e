"""La lettre qui notifie une décision."""

import datetime as dt
from typing import Any

from agrement.seances.models import Decision
from socle import pdf
from socle.templatetags.composants import date_longue, duree

GABARIT = "documents/notification.html"


def nom_de_la_lettre(decision: Decision) -> str:
    return f"notification-{decision.dossier.numero}-deliberation-{decision.numero}.pdf"


def lettre_de_notification(decision: Decision, *, le: dt.date, projet: bool = False) -> bytes:
    """La lettre en PDF, datée du jour `le`. `projet` : avec un filigrane, pour relecture avant l'envoi."""
    return pdf.rendre(GABARIT, contenu_de_la_lettre(decision, le=le), filigrane="PROJET" if projet else "")


def contenu_de_la_lettre(decision: Decision, *, le: dt.date) -> dict[str, Any]:
    """Les valeurs de la lettre. Le délai de recours est le paramètre de la Caisse au jour de l'envoi."""
    dossier = decision.dossier
    return {
        "caisse": _caisse(decision),
        "destinataire": _destinataire(decision),
        "etabli_le": le.isoformat(),
        "le": date_longue(le),
        "favorable": decision.est_favorable,
        "decision": decision.get_type_display(),
        "numero": decision.numero,
        "date": date_longue(decision.date),
        "seance": date_longue(decision.inscription.seance.date),
        "instance": decision.inscription.seance.instance.nom_entier,
        "demande": dossier.get_type_display(),
        "dossier": dossier.numero,
        "structure": dossier.structure.nom,
        "duree": decision.duree_en_mots,
        "debut": date_longue(decision.debut),
        "fin": date_longue(decision.fin),
        "reserves": [
            {"texte": reserve.texte, "echeance": date_longue(reserve.echeance)}
            for reserve in dossier.reserves.filter(levee_le=None)
        ]
        if decision.est_favorable
        else [],
        "conditions": decision.conditions,
        "motifs": decision.motifs,
        "criteres": [critere.intitule for critere in decision.criteres_non_satisfaits.all()],
        "delai": duree(decision.caisse.entier("delai_recours_mois", le), "mois"),
    }


def _caisse(decision: Decision) -> dict[str, str]:
    caisse = decision.caisse
    return {
        "nom": caisse.nom,
        "adresse": caisse.adresse,
        "ville": caisse.ville_complete,
        "courriel": caisse.courriel_du_service,
        "telephone": caisse.telephone,
    }


def _destinataire(decision: Decision) -> dict[str, str]:
    gestionnaire = decision.dossier.gestionnaire
    return {
        "nom": gestionnaire.raison_sociale,
        "representant": gestionnaire.representant,
        "qualite": gestionnaire.qualite_du_representant,
        "adresse": gestionnaire.adresse,
        "ville": gestionnaire.ville_complete,
    }
