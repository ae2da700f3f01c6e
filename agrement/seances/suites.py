"""Ce qui suit une décision, en phrases et en dates : les voies de recours, son exécution, le retour sur elle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from agrement.seances.choix import FondementDeRetour, IssueRecours, SensDecision, TypeDecision, TypeRecours
from agrement.seances.regles import (
    DECISIONS_SANS_CONTRAT,
    RECOURS_ACCUEILLIS,
    RECOURS_REJETES,
    RETOURS_SANS_DELAI,
    fin_du_delai_de_recours,
)
from comptes.regles import DELAI_DE_RETRAIT, OPPOSITION_DE_L_ETAT, SILENCE_DU_RECOURS
from socle.templatetags.composants import date_longue, duree
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.seances.models import Decision, Recours, RetourSurDecision


# --- Recours ------------------------------------------------------------------------------------


class Voie(NamedTuple):
    """Une voie de recours encore ouverte. `jusqu_au` vide : son délai ne court pas encore."""

    type: TypeRecours
    jusqu_au: dt.date | None

    @property
    def phrase(self) -> str:
        if self.jusqu_au is not None:
            return f"{self.type.label} : jusqu'au {date_longue(self.jusqu_au)}."
        return f"{self.type.label} : son délai partira d'une réception qui n'est pas encore datée."


def voies_de(decision: Decision) -> list[Voie]:
    """Les recours que cette décision notifiée admet, chacun avec son dernier jour, passé ou non.

    Un recours de chaque sorte au plus, l'un après l'autre. Un accord moindre que la demande se conteste aussi ; un
    ajournement, qui ne décide pas, ne se conteste pas.
    """
    formes = list(decision.recours.all())
    if decision.sens == SensDecision.AJOURNEMENT or not decision.est_notifiee:
        return []
    if any(recours.est_en_cours for recours in formes):
        return []
    deja = {recours.type for recours in formes}
    if TypeRecours.CONTENTIEUX in deja:
        return []
    return [Voie(type_, limite_de(decision, type_)) for type_ in TypeRecours if type_ not in deja]


def voies_ouvertes(decision: Decision) -> list[Voie]:
    """Celles dont le délai n'est pas passé."""
    aujourd_hui = timezone.localdate()
    return [voie for voie in voies_de(decision) if voie.jusqu_au is None or voie.jusqu_au >= aujourd_hui]


def limite_de(decision: Decision, type_: str) -> dt.date | None:
    """Le dernier jour d'un recours de cette sorte ; rien tant que la réception d'où part le délai n'est pas datée.

    Le rejet d'un recours gracieux ouvre un nouveau délai pour le recours contentieux.
    """
    rejete = next((recours for recours in decision.recours.all() if recours.issue in RECOURS_REJETES), None)
    if type_ == TypeRecours.CONTENTIEUX and rejete is not None:
        return nouveau_delai(rejete)
    return decision.limite_du_recours()


def nouveau_delai(rejete: Recours) -> dt.date | None:
    """Le dernier jour du recours contentieux qui suit ce rejet ; rien tant que sa réception n'est pas datée."""
    depart = rejete.repondu_le if rejete.issue == IssueRecours.REJET_IMPLICITE else rejete.reponse_recue_le
    if depart is None:
        return None
    return fin_du_delai_de_recours(depart, rejete.decision.caisse.entier("delai_recours_mois", depart))


def terme_du_silence_sur(recours: Recours) -> dt.date | None:
    """Le dernier jour pour répondre à un recours gracieux en cours : le silence vaut ensuite rejet."""
    if recours.type != TypeRecours.GRACIEUX or not recours.est_en_cours:
        return None
    return fin_du_delai_de_recours(recours.date, recours.decision.caisse.entier(SILENCE_DU_RECOURS, recours.date))


def manques_du_recours(decision: Decision) -> Iterator[Manque]:
    """Un recours est enregistré, et il a été formé dans son délai."""
    recours = decision.recours.en_cours().first()
    if recours is None:
        clos = decision.dossier.est_final and not _contentieux_apres_rejet(decision)
        yield Manque("Indiquez le type et la date du recours.", saisie=True, sans_objet=clos)
    elif (limite := limite_de(decision, recours.type)) is not None and recours.date > limite:
        yield Manque(f"Le recours est hors délai : il pouvait être formé jusqu'au {date_longue(limite)}.")


def _contentieux_apres_rejet(decision: Decision) -> bool:
    """Un refus clos ne se rouvre qu'au juge, après le rejet du recours gracieux."""
    rejete = decision.recours.filter(type=TypeRecours.GRACIEUX, issue__in=sorted(RECOURS_REJETES)).exists()
    return rejete and not decision.recours.filter(type=TypeRecours.CONTENTIEUX).exists()


def recours_accueilli(decision: Decision) -> Recours | None:
    """Celui qui donne raison au gestionnaire, par la Caf ou par le juge ; rien sinon."""
    return next((recours for recours in decision.recours.all() if recours.issue in RECOURS_ACCUEILLIS), None)


def suite_de_l_accueil(decision: Decision) -> str:
    """Ce que devient le dossier quand le gestionnaire obtient raison, en une phrase.

    Un refus annulé se renégocie. Un accord annulé ou reconnu insuffisant ne laisse rien à renégocier : l'instance en
    prend un autre, ou le contrat déjà écrit change par un avenant.
    """
    if decision.est_defavorable:
        return "Le dossier revient en négociation."
    if decision.type == TypeDecision.SURSIS:
        return "Le sursis n'a plus d'effet : le contrat reprend son cours."
    if decision.dossier.statut in DECISIONS_SANS_CONTRAT and not list(_contrats_nes_de(decision)):
        return "L'accord ne s'exécute plus : la Caf revient sur lui, à la demande du gestionnaire."
    return "Le contrat ne change pas de lui-même : une demande d'avenant, que l'instance décide, le changera."


def manques_pour_annuler(decision: Decision, depuis: dt.date) -> Iterator[Manque]:
    """Un contrat né de l'accord et qui vaut encore, que le jugement n'arrête pas, et que rien n'a changé `depuis`."""
    for contrat in _contrats_nes_de(decision):
        if contrat.engage_encore and not contrat.avenants.filter(signe_le__gte=depuis).exists():
            yield Manque(
                f"Le contrat {contrat.numero} met cet accord en forme et vaut encore : l'annulation ne l'arrête pas "
                "d'elle-même. Arrêtez d'abord le contrat ou, si le jugement n'annule qu'une partie de l'accord, signez "
                "l'avenant qui la remplace ; puis enregistrez le jugement.",
                contrat.get_absolute_url(),
            )


def _contrats_nes_de(decision: Decision) -> Iterator[Any]:
    """Le contrat écrit depuis la décision, ou celui qu'un avenant à signer ou signé change ; ils vivent au-dessus."""
    if (contrat := getattr(decision, "contrat", None)) is not None:
        yield contrat
    for avenant in decision.avenants.filter(statut__in=("en_signature", "signe")).select_related("contrat"):
        yield avenant.contrat


# --- Exécution ----------------------------------------------------------------------------------


def executoire_le(decision: Decision) -> dt.date | None:
    """Le jour où la décision peut s'exécuter ; rien si le procès-verbal n'est pas encore transmis à l'État.

    Celui de la décision, si la Caisse ne règle aucune opposition.
    """
    jours = decision.caisse.entier(OPPOSITION_DE_L_ETAT, decision.date)
    if not jours:
        return decision.date
    transmise_le = decision.inscription.seance.transmise_le
    return transmise_le + dt.timedelta(days=jours) if transmise_le else None


def execution(decision: Decision) -> str:
    """Ce que l'État peut encore contre la décision, en une phrase ; rien si la Caisse ne règle aucune opposition."""
    if not decision.caisse.entier(OPPOSITION_DE_L_ETAT, decision.date):
        return ""
    executoire = executoire_le(decision)
    if executoire is None:
        return "Elle ne s'exécute pas avant que son procès-verbal soit transmis à l'autorité de tutelle."
    return f"Elle s'exécute à partir du {date_longue(executoire)}, si l'État ne s'y oppose pas."


def admet_une_opposition(decision: Decision) -> bool:
    """Vrai si l'opposition de l'État peut s'enregistrer : procès-verbal transmis, décision sans contrat."""
    return (
        decision.dossier.statut in DECISIONS_SANS_CONTRAT
        and decision.inscription.seance.transmise_le is not None
        and not hasattr(decision, "opposition")
        and decision.caisse.entier(OPPOSITION_DE_L_ETAT, decision.date) > 0
    )


def manques_d_execution(decision: Decision, le: dt.date | None = None) -> Iterator[Manque]:
    """Ce qui empêche de notifier la décision ou d'en tirer un contrat ce jour-là, aujourd'hui par défaut."""
    le = le or timezone.localdate()
    executoire = executoire_le(decision)
    if executoire is None:
        yield Manque(
            "Le procès-verbal n'est pas encore transmis à l'autorité de tutelle : datez sa transmission.",
            reverse("seances:transmettre_a_la_tutelle", args=[decision.inscription.seance_id]),
        )
    elif executoire > decision.date and le < executoire:
        yield Manque(f"L'État peut s'opposer à la décision : elle s'exécute à partir du {date_longue(executoire)}.")
    yield from suspension(decision)


def suspension(decision: Decision) -> Iterator[Manque]:
    """L'opposition de l'État, le recours accueilli contre un accord ou le retour ouvert qui arrêtent la décision."""
    adresse = decision.dossier.adresse("seances:revenir_sur_la_decision")
    if (opposition := getattr(decision, "opposition", None)) is not None:
        yield Manque(
            f"L'État s'est opposé à cette décision le {date_longue(opposition.date)} : la Caf doit revenir sur elle.",
            adresse,
        )
    if decision.est_favorable and (recours := recours_accueilli(decision)) is not None:
        yield Manque(
            f"{recours} : {recours.get_issue_display().lower()}. {suite_de_l_accueil(decision)}",
            adresse,
        )
    if (retour := decision.retours.ouverts().first()) is not None:
        yield Manque(
            f"La Caf revient sur cette décision depuis le {date_longue(retour.ouvert_le)} : rendez-la à l'instance, "
            "ou renoncez au retour.",
            adresse,
        )


# --- Retour -------------------------------------------------------------------------------------


def limite_du_retour(decision: Decision) -> dt.date:
    """Le dernier jour pour revenir de soi-même sur la décision (code des relations entre le public…, L242-1)."""
    return decision.date + relativedelta(months=decision.caisse.entier(DELAI_DE_RETRAIT, decision.date))


def manques_pour_ouvrir_un_retour(decision: Decision, fondement: str) -> Iterator[Manque]:
    """Un contrat déjà écrit, un délai passé, une opposition qui n'existe pas, un retour déjà ouvert."""
    yield from _sans_contrat(decision)
    yield from _dans_le_delai(decision, fondement)
    if fondement == FondementDeRetour.OPPOSITION and not hasattr(decision, "opposition"):
        yield Manque("Aucune opposition de l'État n'est enregistrée contre cette décision : enregistrez-la d'abord.")
    if decision.retours.filter(renonce_le=None).exists():
        yield Manque("Un retour est déjà ouvert sur cette décision.")


def manques_pour_revenir(decision: Decision) -> Iterator[Manque]:
    """T27 – un retour est ouvert, dans le délai, et le gestionnaire a pu présenter ses observations."""
    yield from _sans_contrat(decision)
    retour = decision.retours.ouverts().first()
    if retour is None:
        yield Manque("Dites sur quel fondement, et pourquoi.", saisie=True)
    else:
        yield from _dans_le_delai(decision, retour.fondement)
        if decision.est_notifiee:  # avant sa lettre, elle n'a donné de droit à personne
            yield from _entendu(retour)


def _sans_contrat(decision: Decision) -> Iterator[Manque]:
    if decision.dossier.contrats.filter(decision=decision).exists():
        yield Manque(
            "Un contrat est écrit depuis cette décision : ouvrez une procédure de sursis ou de retrait.",
            reverse("dossiers:ouvrir"),
        )


def _dans_le_delai(decision: Decision, fondement: str) -> Iterator[Manque]:
    limite = limite_du_retour(decision)
    if fondement not in RETOURS_SANS_DELAI and timezone.localdate() > limite:
        yield Manque(
            f"Le délai pour revenir sur la décision est passé depuis le {date_longue(limite)} : seule une demande du "
            "gestionnaire ou une opposition de l'État le permet encore."
        )


def _entendu(retour: RetourSurDecision) -> Iterator[Manque]:
    """À sa demande, le gestionnaire n'a pas à être entendu de nouveau."""
    if retour.fondement == FondementDeRetour.DEMANDE:
        return
    etapes = retour.decision.dossier.etapes_contradictoires
    if etapes.accomplies(au=timezone.localdate(), depuis=retour.ouvert_le).exists():
        return
    ouverte = etapes.invitations_ouvertes().last()
    jusqu_au = f" jusqu'au {date_longue(ouverte.jusqu_au)}" if ouverte else ""
    yield Manque(
        f"Le gestionnaire peut présenter ses observations{jusqu_au} : attendez-les, ou la fin du délai.",
        retour.decision.dossier.adresse("dossiers:onglet", onglet="decision") + "#contradictoire",
    )


def delai_annonce(decision: Decision) -> str:
    """« 4 mois » : le délai pour revenir de soi-même sur cette décision."""
    return duree(decision.caisse.entier(DELAI_DE_RETRAIT, decision.date), "mois")
