"""La lettre qui notifie une décision : le modèle de la Caisse au jour de la lettre, rempli de cette décision."""

import datetime as dt
from typing import Any

from agrement.seances.choix import SorteDeLettre
from agrement.seances.models import Decision, Inscription, ModeleDeLettre
from agrement.seances.regles_des_lettres import SORTES_DES_DECISIONS
from socle import pdf
from socle.fusion import Bloc, bloc, en_blocs, en_ligne, en_paragraphes
from socle.templatetags.composants import date_longue, duree

GABARIT = "documents/lettre.html"


def nom_de_la_lettre(decision: Decision) -> str:
    return f"notification-{decision.dossier.numero}-deliberation-{decision.numero}.pdf"


def lettre_de_notification(decision: Decision, *, le: dt.date, projet: bool = False) -> bytes:
    """La lettre en PDF, datée du jour `le`. `projet` : avec un filigrane, pour relecture avant l'envoi."""
    return imprimer_la_lettre(contenu_de_la_lettre(decision, le=le), projet=projet)


def imprimer_la_lettre(contenu: dict[str, Any], *, projet: bool = False) -> bytes:
    return pdf.rendre(GABARIT, contenu, filigrane="PROJET" if projet else "")


def modele_de_la_lettre(decision: Decision, *, le: dt.date) -> ModeleDeLettre:
    """Celui qui s'applique ce jour-là à cette décision."""
    return ModeleDeLettre.objects.en_vigueur(decision.caisse, sorte_de_la_lettre(decision), le)


def sorte_de_la_lettre(decision: Decision) -> SorteDeLettre:
    """Un accord dont des réserves restent à lever a sa propre lettre."""
    sorte = SORTES_DES_DECISIONS[decision.type]
    if sorte == SorteDeLettre.ACCORD and decision.dossier.reserves.filter(levee_le=None).exists():
        return SorteDeLettre.ACCORD_AVEC_RESERVES
    return sorte


def contenu_de_la_lettre(decision: Decision, *, le: dt.date, modele: ModeleDeLettre | None = None) -> dict[str, Any]:
    """Les valeurs de la lettre. Le modèle et le délai de recours sont ceux de la Caisse au jour de la lettre."""
    modele = modele or modele_de_la_lettre(decision, le=le)
    valeurs = _valeurs(decision, le)
    return {
        "modele": modele.reference,
        "caisse": coordonnees_de_la_caisse(decision),
        "destinataire": _destinataire(decision),
        "etabli_le": le.isoformat(),
        "le": date_longue(le),
        "numero": decision.numero,
        "dossier": decision.dossier.numero,
        "structure": decision.dossier.structure.nom,
        "decision": decision.get_type_display(),
        "objet": en_ligne(modele.objet, valeurs),
        "blocs": en_blocs(modele.corps, valeurs, _blocs(decision, valeurs)),
    }


def nom_de_l_instance(point: Inscription) -> str:
    """Son nom entier, suivi de la délégation du conseil dont elle use pour ce point, s'il y en a une."""
    delegation = delegation_du_conseil(point)
    return f"{point.seance.instance.nom_entier}{f', {delegation}' if delegation else ''}"


def delegation_du_conseil(point: Inscription) -> str:
    """Celle dont l'instance use pour décider de ce point ; vide si c'est le conseil qui décide."""
    decision: Decision | None = getattr(point, "decision", None)
    delegation = decision.delegation if decision is not None else point.competence().delegation
    if delegation is None:
        return ""
    return f"par délégation du conseil d'administration (délibération {delegation.deliberation})"


def reserves_a_lever(decision: Decision) -> list[str]:
    """Celles du dossier, reprises par tout accord."""
    if not decision.est_favorable:
        return []
    a_lever = decision.dossier.reserves.filter(levee_le=None)
    return [f"{reserve.texte.rstrip('. ')} (à lever avant le {date_longue(reserve.echeance)})" for reserve in a_lever]


def coordonnees_de_la_caisse(decision: Decision) -> dict[str, str]:
    caisse = decision.caisse
    return {
        "nom": caisse.nom,
        "adresse": caisse.adresse,
        "ville": caisse.ville_complete,
        "courriel": caisse.courriel_du_service,
        "telephone": caisse.telephone,
    }


def _valeurs(decision: Decision, le: dt.date) -> dict[str, str]:
    """Ce que devient chaque champ au fil d'une phrase."""
    dossier, caisse = decision.dossier, decision.caisse
    joindre = ", ".join(filter(None, (caisse.courriel_du_service, caisse.telephone)))
    return {
        "structure": dossier.structure.nom,
        "gestionnaire": dossier.gestionnaire.raison_sociale,
        "representant": dossier.gestionnaire.representant,
        "dossier": dossier.numero,
        "demande": dossier.get_type_display().lower(),
        "caisse": caisse.nom,
        "instance": nom_de_l_instance(decision.inscription),
        "date_de_la_seance": date_longue(decision.inscription.seance.date),
        "date_de_la_lettre": date_longue(le),
        "deliberation": decision.numero,
        "date_de_la_decision": date_longue(decision.date),
        "duree": decision.duree_en_mots,
        "debut": date_longue(decision.debut),
        "fin": date_longue(decision.fin),
        "echeance": date_longue(decision.echeance),
        "effet_le": date_longue(decision.effet_le),
        "delai_de_recours": duree(caisse.entier("delai_recours_mois", le), "mois"),
        "contact": f"le service d'action sociale de la Caisse{f' : {joindre}' if joindre else ''}",
    }


def _blocs(decision: Decision, valeurs: dict[str, str]) -> dict[str, list[Bloc]]:
    """Ce que devient chaque champ seul sur sa ligne ; vide, il disparaît avec son titre."""
    criteres = [critere.intitule for critere in decision.criteres_non_satisfaits.all()]
    return {
        "decision": [
            bloc(
                cadre="decision",
                textes=[
                    f"Décision : {decision.get_type_display().lower()}",
                    f"Délibération n° {decision.numero} du {valeurs['date_de_la_decision']}",
                ],
            )
        ],
        "reserves": _liste(reserves_a_lever(decision)),
        "conditions": en_paragraphes(decision.conditions),
        "motifs": en_paragraphes(decision.motifs),
        "criteres": [bloc(textes=["Critères non satisfaits :"]), *_liste(criteres)] if criteres else [],
        "questions": _liste(decision.inscription.liste_des_questions),
        "voies_de_recours": [_voies_de_recours(valeurs["delai_de_recours"])],
    }


def _liste(points: list[str]) -> list[Bloc]:
    return [bloc(points=points)] if points else []


def _voies_de_recours(delai: str) -> Bloc:
    return bloc(
        cadre="recours",
        titre="Voies et délais de recours",
        textes=[
            f"Si vous contestez cette décision, vous disposez d'un délai de {delai} à compter de la réception de cette "
            "lettre pour :"
        ],
        points=[
            "former un recours gracieux, par une lettre adressée au directeur de la Caisse, qui indique le numéro de "
            "la délibération et les raisons de votre désaccord ;",
            "former un recours contentieux devant le tribunal administratif territorialement compétent.",
        ],
    )


def _destinataire(decision: Decision) -> dict[str, str]:
    gestionnaire = decision.dossier.gestionnaire
    return {
        "nom": gestionnaire.raison_sociale,
        "representant": gestionnaire.representant,
        "qualite": gestionnaire.qualite_du_representant,
        "adresse": gestionnaire.adresse,
        "ville": gestionnaire.ville_complete,
    }
