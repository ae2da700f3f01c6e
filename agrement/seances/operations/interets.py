"""Les fonctions qu'un membre exerce ailleurs : déclarées par lui ou par le secrétariat, closes, effacées par erreur."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from agrement.seances.choix import SorteDInteret
from agrement.seances.models import Inscription, InteretDeclare, Mandat
from agrement.seances.operations.droits import TENIR, exiger
from centres.models import Commune, Gestionnaire
from comptes.models import Utilisateur
from socle import journal
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse

DECLARER = "seances.declarer_un_interet"


def declarer_un_interet(
    mandat: Mandat,
    *,
    sorte: str,
    fonction: str,
    debut: dt.date,
    fin: dt.date | None = None,
    commune: Commune | None = None,
    gestionnaire: Gestionnaire | None = None,
    federation: str = "",
    par: Utilisateur,
) -> InteretDeclare:
    """Note une fonction exercée ailleurs ; elle vaut pour tous les sièges du même compte.

    Un membre déclare les siennes, le secrétariat celles de tous. De `commune`, `gestionnaire` et `federation`, seul
    celui que nomme `sorte` est gardé. Refuse s'il manque, un gestionnaire d'une autre Caf, une fin avant le début.
    """
    exiger(par, DECLARER, mandat, "déclarer cette fonction")
    lieux: dict[str, Any] = {
        SorteDInteret.COMMUNE: commune,
        SorteDInteret.GESTIONNAIRE: gestionnaire,
        SorteDInteret.FEDERATION: federation.strip(),
    }
    interet = InteretDeclare(mandat=mandat, sorte=sorte, fonction=fonction.strip(), debut=debut, fin=fin)
    if raisons := list(_raisons(interet, lieux.get(sorte))):
        raise ActeRefuse(*raisons)
    setattr(interet, sorte, lieux[sorte])
    with transaction.atomic(), journal.acte("declarer_un_interet", "Fonction déclarée", par=par):
        interet.save()
    return interet


def _raisons(interet: InteretDeclare, lieu: Any) -> Iterator[str]:
    if not interet.fonction:
        yield "Écrivez la fonction : « maire », « trésorière »."
    if not lieu:
        yield "Choisissez où s'exerce la fonction : la commune, le gestionnaire ou la fédération."
    elif isinstance(lieu, Gestionnaire) and lieu.caisse_id != interet.mandat.caisse_id:
        yield "Ce gestionnaire dépend d'une autre Caf."
    if interet.fin is not None and interet.fin < interet.debut:
        yield "La fin de la fonction précède son début."


def clore_un_interet(interet: InteretDeclare, *, fin: dt.date, par: Utilisateur) -> InteretDeclare:
    """Date la fin d'une fonction. Refuse avant son début, et avant une séance où elle a servi.

    D'une fonction qui touche un dossier passé en instance, seul le secrétariat date la fin.
    """
    exiger(par, DECLARER, interet.mandat, "clore cette fonction")
    with transaction.atomic(), journal.acte("clore_un_interet", "Fonction close", par=par):
        interet.verrouiller()
        _refuser_si_elle_le_deporte(interet, par)
        derniere = interet.derniere_seance()
        if fin < interet.debut:
            raise ActeRefuse(f"La fonction a commencé le {date_longue(interet.debut)} : elle ne finit pas avant.")
        if derniere is not None and fin < derniere:
            raise ActeRefuse(f"Elle a servi à la séance du {date_longue(derniere)} : elle ne finit pas avant.")
        interet.fin = fin
        interet.save()
    return interet


def effacer_un_interet(interet: InteretDeclare, *, par: Utilisateur) -> None:
    """Efface une fonction déclarée par erreur. Refuse si elle a servi à une séance : elle se clôt.

    D'une fonction qui touche un dossier passé en instance, seul le secrétariat efface.
    """
    exiger(par, DECLARER, interet.mandat, "effacer cette fonction")
    with transaction.atomic(), journal.acte("effacer_un_interet", "Fonction effacée", par=par):
        interet.verrouiller()
        _refuser_si_elle_le_deporte(interet, par)
        if (derniere := interet.derniere_seance()) is not None:
            raise ActeRefuse(
                f"Cette fonction a servi à la séance du {date_longue(derniere)} : datez sa fin, elle reste lisible."
            )
        interet.delete()


def _refuser_si_elle_le_deporte(interet: InteretDeclare, par: Utilisateur) -> None:
    """Un membre ne lève pas lui-même le déport que sa fonction fait proposer."""
    if par.has_perm(TENIR, interet.mandat):
        return
    points = Inscription.objects.filter(seance__instance__caisse=interet.mandat.caisse_id)
    points = points.select_related("dossier__gestionnaire", "dossier__structure__gestionnaire")
    if any(interet.touche(point.dossier) for point in points):
        raise ActeRefuse(
            "Cette fonction touche un dossier présenté à une instance : demandez au secrétariat de la clore ou de "
            "l'effacer."
        )
