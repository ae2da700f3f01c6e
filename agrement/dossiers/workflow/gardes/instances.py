"""Ce qu'il manque pour inscrire, décider, notifier, contracter : des faits qui vivent au-dessus.

Les séances, décisions, recours et contrats s'atteignent par les relations inverses du dossier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agrement.dossiers.workflow.gardes.demande import aucun_jumeau
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier


# T13 à T19 – instances : les faits sont des inscriptions et des décisions


def inscription_faite(dossier: Dossier) -> Iterator[Manque]:
    inscription = dossier.inscription_en_cours()
    if inscription is None:
        yield Manque("Choisissez la séance.", saisie=True)
    else:
        yield from inscription.manques()


def inscription_retiree(dossier: Dossier) -> Iterator[Manque]:
    if dossier.inscription_en_cours() is not None:
        yield Manque("Retirez d'abord le point de l'ordre du jour.", saisie=True)


def decision_d_ajournement(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision(dossier, "ajournement")


def decision_favorable(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision(dossier, "favorable")


def decision_defavorable(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision(dossier, "defavorable")


def _decision(dossier: Dossier, sens: str) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or decision.est_notifiee or decision.sens != sens:
        inscription = dossier.inscription_en_cours()
        if inscription is not None:
            yield from inscription.manques_pour_voter()
        yield Manque("Enregistrez le vote de l'instance.", saisie=True)
    else:
        yield from decision.manques()


def reponse_a_l_ajournement(dossier: Dossier) -> Iterator[Manque]:
    passage = dossier.dernier_ajournement()
    if passage is None or not passage.reponse.strip():
        yield Manque("Enregistrez la réponse aux questions de l'instance.", saisie=True)


def reponse_et_inscription(dossier: Dossier) -> Iterator[Manque]:
    yield from reponse_a_l_ajournement(dossier)
    yield from inscription_faite(dossier)


def notification_prete(dossier: Dossier) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or not decision.est_notifiee:
        yield Manque("Indiquez le mode et la date d'envoi de la lettre.", saisie=True)
    if decision is not None:
        yield from decision.manques_d_execution()


# T20, T21 – contrat


def contrat_genere(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "favorable")
    yield from _executoire(dossier)
    if not _ouvre_une_periode(dossier):
        yield Manque("Cet accord n'ouvre pas de période d'agrément : le dossier se clôt sans contrat.", sans_objet=True)
    if dossier.contrats.exists() or _avenants(dossier):
        return
    if dossier.impressions.en_route().exists():
        yield Manque("Le contrat est en cours d'impression.", sans_objet=True)
    else:
        yield Manque("Générez le contrat.", saisie=True)


def contrat_signe(dossier: Dossier) -> Iterator[Manque]:
    contrat = dossier.contrats.order_by("-pk").first()
    if contrat is None and (avenants := _avenants(dossier)):
        if all(avenant.signe_le is None for avenant in avenants):
            yield Manque("L'avenant n'est pas encore signé par toutes les parties.", avenants[-1].get_absolute_url())
    elif contrat is None:
        yield Manque("Générez le contrat.")
    else:
        yield from contrat.manques_pour_sceller()


def _avenants(dossier: Dossier) -> list[Any]:
    """Les avenants qui mettent en forme la décision de ce dossier : une prorogation n'a pas d'autre contrat."""
    decision = dossier.derniere_decision()
    return list(decision.avenants.order_by("pk")) if decision is not None else []


def accord_sans_periode(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "favorable")
    yield from _executoire(dossier)
    if _ouvre_une_periode(dossier):
        yield Manque("Cet accord ouvre une période d'agrément : générez son contrat.", sans_objet=True)


def _executoire(dossier: Dossier) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is not None:
        yield from decision.manques_d_execution()


def _ouvre_une_periode(dossier: Dossier) -> bool:
    decision = dossier.derniere_decision()
    return decision is not None and decision.ouvre_une_periode


# T22 à T24 – recours


def _decision_notifiee(dossier: Dossier, sens: str) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or decision.sens != sens:
        mot = {"favorable": "un accord", "defavorable": "un refus"}[sens]
        yield Manque(f"Cet acte suit {mot} : ce n'est pas la décision de ce dossier.", sans_objet=True)


def recours_enregistre(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "defavorable")
    decision = dossier.derniere_decision()
    if decision is not None:
        yield from decision.manques_pour_le_recours()
    if dossier.est_final:
        yield from aucun_jumeau(dossier)


def recours_accueilli(dossier: Dossier) -> Iterator[Manque]:
    yield from _issue_du_recours(dossier, "accueilli", "annulation")


def recours_rejete(dossier: Dossier) -> Iterator[Manque]:
    yield from _issue_du_recours(dossier, "rejete", "desistement")


def silence_constate(dossier: Dossier) -> Iterator[Manque]:
    yield from _issue_du_recours(dossier, "rejet_implicite")


def _issue_du_recours(dossier: Dossier, *issues: str) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or not decision.recours_juge(issues):
        yield Manque("Enregistrez la réponse au recours.", saisie=True)


def delai_de_recours_passe(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "defavorable")
    decision = dossier.derniere_decision()
    if decision is not None and not decision.delai_de_recours_passe():
        yield Manque("Le délai de recours court encore.")
    if decision is not None:
        yield from decision.suspension()


# T27 – revenir sur une décision


def retour_possible(dossier: Dossier) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None:
        yield Manque("Aucune décision n'est enregistrée dans ce dossier.", sans_objet=True)
    else:
        yield from decision.manques_pour_revenir()
