"""Ce que vaut l'absence de réponse de la Caf, à quelle date, et les recours, tels que ses écrits doivent les dire.

Les articles sont ceux du code des relations entre le public et l'administration (CRPA).
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from comptes.choix import SensDuSilence
from socle.templatetags.composants import date_longue, duree

CODE = "code des relations entre le public et l'administration"


class Silence(NamedTuple):
    """Les phrases de l'accusé : ce que vaut le silence et à quelle date, puis les délais et les voies de recours."""

    effet: tuple[str, ...]
    recours: tuple[str, ...]


class Suspension(NamedTuple):
    """Une demande de compléments : le jour où elle est faite, sa `limite`, et le jour de la réponse ou du retrait.

    `au` vide : le centre n'a pas encore répondu. `retiree` : la Caf y a renoncé, rien ne manquait donc.
    """

    du: dt.date
    limite: dt.date
    au: dt.date | None = None
    retiree: bool = False


class Terme(NamedTuple):
    """Le jour où le silence de la Caf vaudrait décision, dans quel `sens`, et les jours dont il a été repoussé.

    `le` vide : le délai ne court pas tant que le centre n'a pas répondu (L114-5).
    """

    sens: str
    le: dt.date | None
    suspendu: int = 0


def terme_du_silence(
    sens: str, recue_le: dt.date, *, delai_mois: int, suspensions: Iterable[Suspension] = ()
) -> Terme | None:
    """Le terme du délai pour une demande reçue ce jour-là. Rien si la Caisse n'a pas dit ce que vaut son silence.

    Vers un rejet, le délai s'arrête de chaque demande de compléments à sa réponse, au plus tard à sa limite. Vers un
    accord, il ne court qu'à partir de la réponse (CRPA, L114-5). Une demande faite après le terme n'y change rien.
    """
    if sens not in {SensDuSilence.REJET, SensDuSilence.ACCORD}:
        return None
    terme, suspendu = recue_le + relativedelta(months=delai_mois), 0
    for suspension in sorted(suspensions, key=lambda suspension: suspension.du):
        if suspension.du > terme:
            break
        if sens == SensDuSilence.REJET:
            fin = min(suspension.au or suspension.limite, suspension.limite)
            suspendu += (fin - suspension.du).days
            terme += fin - suspension.du
        elif not suspension.retiree:
            if suspension.au is None:
                return Terme(sens, None)
            terme = suspension.au + relativedelta(months=delai_mois)
    return Terme(sens, terme, suspendu)


def dire_le_terme(terme: Terme, au: dt.date) -> str:
    """« La Caf doit répondre avant le … », les jours suspendus dits. `au` : aujourd'hui."""
    if terme.le is None:
        return "Le délai de réponse de la Caf ne court pas tant que les compléments ne lui sont pas parvenus."
    repousse = ""
    if terme.suspendu:
        s = "s" if terme.suspendu > 1 else ""
        repousse = f", {terme.suspendu} jour{s} de compléments déduit{s}"
    vaut = "un rejet" if terme.sens == SensDuSilence.REJET else "une acceptation"
    if terme.le < au:
        return f"Sans réponse avant le {date_longue(terme.le)}{repousse}, le silence de la Caf vaut {vaut} implicite."
    jusque_la = f"La Caf doit répondre avant le {date_longue(terme.le)}{repousse}."
    return f"{jusque_la} Passé ce jour, son silence vaudrait {vaut}."


def dire_le_silence(sens: str, recue_le: dt.date, *, delai_mois: int, recours_mois: int) -> Silence:
    """Les mentions de R112-11-1 pour une demande reçue ce jour-là. `sens` et délais : paramètres de la Caisse."""
    terme = recue_le + relativedelta(months=delai_mois)
    echeance = (
        f"Sans réponse de la Caf au {date_longue(terme)}, soit "
        f"{duree(delai_mois, 'mois')} après sa réception et sous réserve d'être complète, la demande sera réputée"
    )
    effet: tuple[str, ...]
    if sens == SensDuSilence.REJET:
        effet = (
            f"{echeance} rejetée : ce serait une décision implicite de rejet ({CODE}, articles L231-4 et R112-11-1).",
            "Si la Caf vous demande une pièce manquante, ce délai est suspendu jusqu'à sa réception ou, à défaut, "
            "jusqu'à la fin du temps qu'elle vous donne pour la produire (article L114-5).",
        )
        point_de_depart = "de cette date, ou de la notification d'un rejet"
    elif sens == SensDuSilence.ACCORD:
        effet = (
            f"{echeance} acceptée : ce serait une décision implicite d'acceptation ({CODE}, articles L231-1 et "
            "R112-11-1), dont vous pourriez demander une attestation (article L232-3).",
            "Si la Caf vous demande une pièce manquante, ce délai ne court qu'à partir de sa réception (article "
            "L114-5).",
        )
        point_de_depart = "de la notification d'un rejet"
    else:
        effet = (
            "La Caf vous précisera par écrit ce que vaudrait l'absence de réponse à cette demande, et à quelle date. "
            f"D'ici là, aucun délai de recours ne court contre un rejet implicite ({CODE}, article L112-6).",
        )
        point_de_depart = "de la notification d'un rejet"
    return Silence(effet, voies_de_recours(point_de_depart, recours_mois))


def voies_de_recours(point_de_depart: str, mois: int) -> tuple[str, ...]:
    """Une phrase qui ouvre la liste, puis les voies de recours. `mois` : le délai que règle la Caisse."""
    return (
        f"Vous disposez de {duree(mois, 'mois')} à compter {point_de_depart}, pour former :",
        "un recours gracieux, par une lettre adressée au directeur de la Caisse ;",
        "un recours contentieux, devant le tribunal administratif territorialement compétent.",
    )
