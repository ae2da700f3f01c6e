"""Arrêter une décision : la transmettre à l'État, enregistrer son opposition, revenir sur elle."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import SorteDEtape
from agrement.dossiers.models import Dossier
from agrement.dossiers.operations import consigner_une_etape
from agrement.seances.choix import FondementDeRetour, IssueRecours, SensDecision
from agrement.seances.models import Agrement, Decision, Opposition, RetourSurDecision, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import DECISIONS_SANS_CONTRAT, SEANCES_LEVEES
from agrement.seances.suites import executoire_le, manques_pour_ouvrir_un_retour, recours_accueilli
from comptes.models import Utilisateur
from comptes.regles import OPPOSITION_DE_L_ETAT
from socle import journal
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse, Manque

REVENIR = "dossiers.contresigner"


# --- L'autorité de tutelle ----------------------------------------------------------------------


def transmettre_a_la_tutelle(seance: Seance, *, le: dt.date, par: Utilisateur) -> Seance:
    """Date la transmission du procès-verbal à l'autorité de tutelle : le délai d'opposition court à partir d'elle.

    Refuse une séance qui n'est pas levée, une transmission déjà datée, avant la séance ou à venir.
    """
    exiger(par, TENIR, seance, "dater la transmission du procès-verbal")
    acte = journal.acte("transmettre_a_la_tutelle", "Procès-verbal transmis à l'autorité de tutelle", par=par)
    with transaction.atomic(), acte:
        seance.verrouiller()
        seance.refresh_from_db()
        if raisons := list(_raisons_de_transmission(seance, le)):
            raise ActeRefuse(*raisons)
        seance.transmise_le = le
        seance.save()
    return seance


def _raisons_de_transmission(seance: Seance, le: dt.date) -> Iterator[str]:
    if seance.statut not in SEANCES_LEVEES:
        yield f"La séance est « {seance.get_statut_display()} » : levez-la d'abord, son procès-verbal suit."
    if seance.transmise_le is not None:
        yield f"Le procès-verbal est déjà transmis, le {date_longue(seance.transmise_le)}."
    if le < seance.date:
        yield f"La transmission ne peut pas précéder la séance du {date_longue(seance.date)}."
    if le > timezone.localdate():
        yield "La date de transmission est dans l'avenir."


def enregistrer_une_opposition(decision: Decision, *, date: dt.date, motif: str, par: Utilisateur) -> Opposition:
    """L'autorité de tutelle s'oppose à la décision, qui ne se notifie ni ne s'exécute plus : la Caf doit y revenir.

    Refuse une opposition hors de son délai, sans motif ou à venir, et contre une décision déjà exécutée.
    """
    dossier = decision.dossier
    exiger(par, TENIR, dossier, "enregistrer une opposition de l'État")
    with transaction.atomic(), journal.acte("enregistrer_une_opposition", "Opposition de l'État", par=par):
        dossier.verrouiller()
        dossier.refresh_from_db()
        if raisons := list(_raisons_contre_l_opposition(decision, date, motif)):
            raise ActeRefuse(*raisons)
        return Opposition.objects.create(decision=decision, date=date, motif=motif.strip(), enregistree_par=par)


def _raisons_contre_l_opposition(decision: Decision, date: dt.date, motif: str) -> Iterator[str]:
    if decision.dossier.statut not in DECISIONS_SANS_CONTRAT:
        etat = decision.dossier.get_statut_display()
        yield f"Le dossier est « {etat} » : il n'est plus temps de s'opposer à la décision."
    if Opposition.objects.filter(decision=decision).exists():
        yield "Une opposition est déjà enregistrée contre cette décision."
    if not motif.strip():
        yield "Écrivez le motif de l'opposition."
    if date > timezone.localdate():
        yield "La date de l'opposition est dans l'avenir."
    yield from _raisons_du_delai_d_opposition(decision, date)


def _raisons_du_delai_d_opposition(decision: Decision, date: dt.date) -> Iterator[str]:
    if not decision.caisse.entier(OPPOSITION_DE_L_ETAT, decision.date):
        yield "La Caisse ne règle aucun délai d'opposition de l'État à la date de cette décision."
        return
    transmise_le, executoire = decision.inscription.seance.transmise_le, executoire_le(decision)
    if transmise_le is None or executoire is None:
        yield "Le procès-verbal n'est pas encore transmis à l'autorité de tutelle : datez d'abord sa transmission."
    elif not transmise_le <= date < executoire:
        dernier = executoire - dt.timedelta(days=1)
        yield f"L'opposition se forme du {date_longue(transmise_le)} au {date_longue(dernier)}."


# --- Revenir sur une décision -------------------------------------------------------------------


def ouvrir_un_retour(decision: Decision, *, fondement: str, motif: str, par: Utilisateur) -> RetourSurDecision:
    """Ouvre le retour. D'une décision notifiée, le gestionnaire est invité à présenter ses observations.

    Refuse sans motif, une fois le contrat écrit, et passé le délai, sauf demande du gestionnaire ou opposition.
    """
    dossier = decision.dossier
    exiger(par, REVENIR, dossier, "revenir sur la décision")
    with transaction.atomic(), journal.acte("ouvrir_un_retour", "Retour sur la décision ouvert", par=par):
        dossier.verrouiller()
        dossier.refresh_from_db()
        if raisons := list(_raisons_contre_le_retour(decision, fondement, motif)):
            raise ActeRefuse(*raisons)
        retour = RetourSurDecision.objects.create(
            decision=decision,
            fondement=FondementDeRetour(fondement),
            motif=motif.strip(),
            ouvert_le=timezone.localdate(),
            ouvert_par=par,
        )
        if decision.est_notifiee:  # avant sa lettre, le gestionnaire ne sait rien de la décision
            _inviter_le_gestionnaire(retour, par)
    return retour


def _inviter_le_gestionnaire(retour: RetourSurDecision, par: Utilisateur) -> None:
    decision = retour.decision
    consigner_une_etape(
        decision.dossier,
        sorte=SorteDEtape.INVITATION,
        date=retour.ouvert_le,
        resume=f"La Caf envisage de revenir sur la décision du {date_longue(decision.date)}.\n"
        f"Fondement : {retour.get_fondement_display().lower()}.\nMotif : {retour.motif}",
        par=par,
    )


def _raisons_contre_le_retour(decision: Decision, fondement: str, motif: str) -> Iterator[str | Manque]:
    if decision.dossier.statut not in DECISIONS_SANS_CONTRAT:
        etat = decision.dossier.get_statut_display()
        yield f"Le dossier est « {etat} » : on ne revient pas ainsi sur sa décision."
    if not motif.strip():
        yield "Écrivez le motif."
    yield from manques_pour_ouvrir_un_retour(decision, fondement)


def renoncer_au_retour(retour: RetourSurDecision, *, motif: str, par: Utilisateur) -> RetourSurDecision:
    """La décision reste ce qu'elle est. Refuse sans motif, et un retour déjà rendu à l'instance ou abandonné."""
    dossier = retour.decision.dossier
    exiger(par, REVENIR, dossier, "renoncer au retour sur la décision")
    with transaction.atomic(), journal.acte("renoncer_au_retour", "Retour sur la décision abandonné", par=par):
        dossier.verrouiller()
        retour.refresh_from_db()
        if not retour.est_ouvert:
            raise ActeRefuse("Ce retour est déjà rendu à l'instance, ou abandonné.")
        if hasattr(retour.decision, "opposition"):
            raise ActeRefuse("L'État s'est opposé à cette décision : la Caf doit revenir sur elle.")
        if recours_accueilli(retour.decision) is not None:
            raise ActeRefuse("Le recours contre cette décision est accueilli : la Caf doit revenir sur elle.")
        if not motif.strip():
            raise ActeRefuse("Écrivez le motif.")
        retour.renonce_le, retour.motif_du_renoncement = timezone.localdate(), motif.strip()
        retour.save()
    return retour


def revenir_sur_la_decision(decision: Decision, *, par: Utilisateur) -> Dossier:
    """T27 – rend le dossier à l'instance, une fois le gestionnaire entendu. La décision vaut jusqu'à la suivante."""
    dossier = decision.dossier
    with transaction.atomic():
        Dossier.circuit.executer(dossier, "revenir_sur_la_decision", par=par)
        retour = decision.retours.ouverts().get()
        retour.engage_le = timezone.localdate()
        retour.save()
    return dossier


def rapporter(nouvelle: Decision) -> None:
    """La nouvelle décision remplace celle sur laquelle la Caf revenait, et annule son agrément ; un ajournement, non.

    Le recours que celle-ci attendait de juger n'a plus d'objet : le gestionnaire conteste la nouvelle.
    Dans la transaction de l'appelant.
    """
    if nouvelle.sens == SensDecision.AJOURNEMENT:
        return
    for retour in RetourSurDecision.objects.en_attente().filter(decision__dossier=nouvelle.dossier_id):
        retour.rapportee_par = nouvelle
        retour.save()
        for recours in retour.decision.recours.en_cours():
            recours.issue, recours.repondu_le = IssueRecours.SANS_OBJET, nouvelle.date
            recours.save()
        agrement = Agrement.objects.filter(decision=retour.decision_id, annule_le=None).first()
        if agrement is not None:
            agrement.annule_le = nouvelle.date
            agrement.save()
