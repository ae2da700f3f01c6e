"""Ce que vaut l'absence de réponse de la Caf, et les recours, tels que l'accusé de réception doit les dire.

Les articles sont ceux du code des relations entre le public et l'administration (CRPA).
"""

import datetime as dt
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from comptes.choix import SensDuSilence
from socle.templatetags.composants import date_longue, duree

CODE = "code des relations entre le public et l'administration"


class Silence(NamedTuple):
    """Les phrases de l'accusé : ce que vaut le silence et à quelle date, puis les délais et les voies de recours."""

    effet: tuple[str, ...]
    recours: tuple[str, ...]


def dire_le_silence(sens: str, recue_le: dt.date, *, delai_mois: int, recours_mois: int) -> Silence:
    """Les mentions de R112-11-1 pour une demande reçue ce jour-là. `sens` et délais : paramètres de la Caisse."""
    echeance = (
        f"Sans réponse de la Caf au {date_longue(recue_le + relativedelta(months=delai_mois))}, soit "
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
    return Silence(effet, _recours(point_de_depart, recours_mois))


def _recours(point_de_depart: str, mois: int) -> tuple[str, ...]:
    return (
        f"Vous disposez de {duree(mois, 'mois')} à compter {point_de_depart}, pour former :",
        "un recours gracieux, par une lettre adressée au directeur de la Caisse ;",
        "un recours contentieux, devant le tribunal administratif territorialement compétent.",
    )
