"""Ce qui s'oppose à une décision, en phrases : la compétence, les dates, les votes, ce que chaque sorte demande."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.regles import duree_admise
from agrement.seances.choix import SensDecision, SensVote, TypeDecision
from agrement.seances.regles import DECISIONS_POSSIBLES, ecarts_de_vote, majorite_favorable
from comptes.choix import Severite
from comptes.regles import AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT
from evaluation.models import Critere
from socle.templatetags.composants import date_longue, duree
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.seances.models import Decision, Inscription

Criteres = Collection[Critere] | models.QuerySet[Critere]


def manques_de_la_decision(decision: Decision, criteres: Criteres) -> Iterator[Manque]:
    """Tout ce qui s'oppose à cette décision ; `criteres` : ceux qu'elle retient comme non satisfaits."""
    yield from decision.inscription.manques_pour_sieger()
    yield from _competence(decision)
    yield from _date(decision)
    yield from _votes(decision)
    yield from _majorite(decision)
    if decision.sens == SensDecision.FAVORABLE:
        yield from _voix_deja_donnees(decision)
    elif decision.sens == SensDecision.DEFAVORABLE:
        yield from _motifs(decision, criteres)
    yield from PROPRES[TypeDecision(decision.type)](decision)


# --- Toute décision -----------------------------------------------------------------------------


def _competence(decision: Decision) -> Iterator[Manque]:
    if refus := decision.inscription.competence().refus:
        yield Manque(refus)
    if decision.type not in DECISIONS_POSSIBLES[decision.dossier.type]:
        yield Manque(
            f"Une demande « {decision.dossier.get_type_display()} » ne reçoit pas la décision "
            f"« {decision.get_type_display()} »."
        )


def _date(decision: Decision) -> Iterator[Manque]:
    seance = decision.inscription.seance
    if decision.date < seance.date:
        yield Manque(
            f"La décision ne peut pas être antérieure à la séance du {date_longue(seance.date)}.", champ="date"
        )
    if decision.date > timezone.localdate():
        yield Manque("La date de la décision est dans l'avenir.", champ="date")


def _votes(decision: Decision) -> Iterator[Manque]:
    emargement = decision.inscription.emargement()
    pouvoirs = sum(voix.est_representee for voix in emargement)
    presents = len(emargement) - pouvoirs
    if (decision.presents, decision.pouvoirs) != (presents, pouvoirs):
        yield Manque(f"La séance compte {presents} présents et {pouvoirs} représentés.")
    for ecart in ecarts_de_vote(decision.votes, decision.presents, decision.pouvoirs):
        yield Manque(ecart)
    declares = sum(voix.deportee for voix in emargement)
    if decision.deport != declares:
        yield Manque(
            f"Déports : {declares} déclarés pour ce point, {decision.deport} comptés. "
            "Un déport se déclare avant le vote, avec son motif.",
            champ="deport",
        )


def _majorite(decision: Decision) -> Iterator[Manque]:
    seance = decision.inscription.seance
    votes = decision.inscription.votes.filter(mandat=seance.qui_preside(), sens=SensVote.POUR)
    regles = seance.regles_de_vote()
    if not majorite_favorable(decision.votes, regles, presidence_pour=votes.exists()):
        yield Manque("Les voix pour cette décision ne l'emportent pas : elle ne peut pas être enregistrée.")


def _voix_deja_donnees(decision: Decision) -> Iterator[Manque]:
    """Le total constaté ne contredit pas les voix que des membres ont données à cet accord depuis leur compte."""
    comptees, donnees = decision.votes, decision.inscription.voix()
    if any(compte < donne for compte, donne in zip(comptees[:3], donnees[:3], strict=True)):
        yield Manque(
            f"Des membres ont voté depuis leur compte : {donnees.pour} pour, {donnees.contre} contre, "
            f"{donnees.abstention} abstentions. Le total ne peut pas en compter moins."
        )


def _motifs(decision: Decision, criteres: Criteres) -> Iterator[Manque]:
    if not decision.motifs.strip():
        yield Manque("Une décision défavorable demande des motifs écrits.", champ="motifs")
    if not criteres:
        yield Manque(
            "Une décision défavorable s'appuie sur au moins un critère non satisfait : choisissez-le.", champ="criteres"
        )


# --- Chaque sorte de décision -------------------------------------------------------------------


def _periode_en_annees(decision: Decision) -> Iterator[Manque]:
    """De un an au maximum de la Caisse (Circulaire 56, §11)."""
    caisse = decision.dossier.caisse
    if decision.dossier.type == TypeDossier.PREFIGURATION:
        maximum = caisse.entier("duree_max_prefiguration_mois", decision.date) // 12
    else:
        maximum = caisse.entier("duree_max_annees", decision.date)
    if not duree_admise(decision.duree_annees or 0, maximum):
        bornes = f"de 1 à {duree(maximum)}" if maximum > 1 else "d'un an"
        yield Manque(f"La durée doit être {bornes}.", champ="duree_annees")
    yield from _un_seul_agrement(decision)


def _prorogation(decision: Decision) -> Iterator[Manque]:
    """La période s'ajoute à celle qui court, sans passer le maximum de la Caisse."""
    maximum = decision.dossier.caisse.entier("duree_max_prorogation_mois", decision.date)
    if decision.debut is None or decision.fin is None or decision.fin <= decision.debut:
        yield Manque("Écrivez le dernier jour de la prorogation, après son début.", champ="fin")
    elif decision.fin >= decision.debut + relativedelta(months=maximum):
        yield Manque(
            f"Une prorogation dure au plus {duree(maximum, 'mois')} : rapprochez son dernier jour.", champ="fin"
        )
    yield from _un_seul_agrement(decision)


def _un_seul_agrement(decision: Decision) -> Iterator[Manque]:
    """Une structure n'a qu'un agrément à la fois ; la base le refuse aussi."""
    if decision.debut is None or decision.fin is None:
        return
    autres = decision.dossier.structure.agrements.en_cours().sur_la_periode(decision.debut, decision.fin)
    for autre in autres.exclude(decision__dossier=decision.dossier_id).select_related("decision"):
        yield Manque(
            f"La structure est déjà agréée du {date_longue(autre.debut)} au {date_longue(autre.fin)} "
            f"({autre.origine}) : changez le début ou la durée.",
            champ="debut",
        )


def _sursis(decision: Decision) -> Iterator[Manque]:
    """L'agrément est gardé un temps court, à des conditions écrites (domaine : §2.4)."""
    if not decision.conditions.strip():
        yield Manque("Un sursis demande des conditions écrites.", champ="conditions")
    maximum = decision.dossier.caisse.entier("duree_max_sursis_mois", decision.date)
    limite = decision.date + relativedelta(months=maximum)
    if decision.echeance is None or not decision.date < decision.echeance <= limite:
        yield Manque(f"Écrivez le dernier jour du sursis, au plus tard le {date_longue(limite)}.", champ="echeance")
    yield from _averti(decision.inscription)


def _retrait(decision: Decision) -> Iterator[Manque]:
    if decision.effet_le is None or decision.effet_le < decision.date:
        yield Manque("Écrivez le jour où le retrait prend effet, au plus tôt celui de la décision.", champ="effet_le")
    yield from _averti(decision.inscription)
    etapes = decision.dossier.etapes_contradictoires
    if not etapes.accomplies(au=decision.date).exists():
        yield Manque(
            "Le centre n'a pas été entendu : consignez son audition ou ses observations écrites, ou invitez-le à les "
            "présenter et attendez la fin du délai.",
            _procedure(decision.inscription),
        )


def _non_renouvellement(decision: Decision) -> Iterator[Manque]:
    if severite_de_l_avertissement(decision.inscription) == Severite.BLOQUANTE:
        yield from _averti(decision.inscription)


def alertes_du_point(inscription: Inscription) -> Iterator[Manque]:
    """Ce qu'il faut savoir avant de refuser, sans que rien ne s'y oppose."""
    if TypeDecision.NON_RENOUVELLEMENT not in DECISIONS_POSSIBLES[inscription.dossier.type]:
        return
    if severite_de_l_avertissement(inscription) == Severite.AVERTISSEMENT:
        yield from _averti(inscription)


def severite_de_l_avertissement(inscription: Inscription) -> str:
    """Ce que la Caisse fait, au jour de la séance, d'un non-renouvellement sans avertissement."""
    return inscription.dossier.caisse.parametre(AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT, inscription.seance.date)


def _averti(inscription: Inscription) -> Iterator[Manque]:
    """Un avertissement écrit précède la séance (domaine : §2.4)."""
    if not inscription.dossier.etapes_contradictoires.avertissements(avant=inscription.seance.date).exists():
        yield Manque(
            "Le centre n'a reçu aucun avertissement avant la séance : consignez celui qui lui a été adressé.",
            _procedure(inscription),
        )


def _procedure(inscription: Inscription) -> str:
    """La procédure contradictoire se lit et se consigne dans l'onglet Décision du dossier."""
    return inscription.dossier.adresse("dossiers:onglet", onglet="decision") + "#contradictoire"


def _ajournement(decision: Decision) -> Iterator[Manque]:
    if not decision.inscription.questions.strip():
        yield Manque("Écrivez les questions de l'instance.", champ="questions")
    if decision.echeance is None or decision.echeance <= decision.date:
        yield Manque("Écrivez le jour du nouvel examen, après celui de la décision.", champ="echeance")


def _rien_de_plus(decision: Decision) -> Iterator[Manque]:
    return iter(())


PROPRES: dict[TypeDecision, Callable[[Decision], Iterator[Manque]]] = {
    TypeDecision.ATTRIBUTION: _periode_en_annees,
    TypeDecision.RENOUVELLEMENT: _periode_en_annees,
    TypeDecision.PROROGATION: _prorogation,
    TypeDecision.MAINTIEN: _rien_de_plus,
    TypeDecision.SURSIS: _sursis,
    TypeDecision.REFUS: _rien_de_plus,
    TypeDecision.NON_RENOUVELLEMENT: _non_renouvellement,
    TypeDecision.RETRAIT: _retrait,
    TypeDecision.AJOURNEMENT: _ajournement,
}
