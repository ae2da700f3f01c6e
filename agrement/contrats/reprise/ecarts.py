"""Ce qui empêche de reprendre un contrat ou un avenant déjà signé, en phrases, chacune à sa donnée."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from agrement.contrats.choix import PartieSignataire, TypeAvenant
from agrement.contrats.models import Avenant, Contrat, RepriseDeContrat
from agrement.seances.models import Agrement
from comptes.models import Caisse
from comptes.regles import REPRISE_DUREE_MAX
from socle.templatetags.composants import date_longue
from socle.workflow import Manque

_NUMERO = re.compile(r"(?=.*\d)[\w.\-]+")  # un chiffre au moins : ce n'est jamais une page de l'application
_NUMERO_DE_L_APPLICATION = re.compile(r"C\d{4}-\d{4,}", re.IGNORECASE)
_OBLIGATOIRES = (PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF)


class Entourage(NamedTuple):
    """Ce que la base garde déjà autour de ces reprises ; lu en quatre requêtes, pour une ou pour tout un fichier.

    `contrats` et `reprises` : {numéro sans casse: la clé de la reprise, ou rien}. `duree_max` : en mois.
    """

    contrats: dict[str, int | None]
    reprises: dict[str, int | None]
    agrements: dict[int, list[Agrement]]
    duree_max: int


def entourage_de(caisse: Caisse, reprises: Collection[RepriseDeContrat]) -> Entourage:
    ecrits = {reprise.numero for reprise in reprises}
    # Une base ne met pas toujours en minuscules les lettres accentuées : le numéro tel qu'il est écrit compte aussi.
    pareils = models.Q(sans_casse__in={numero.casefold() for numero in ecrits}) | models.Q(numero__in=ecrits)
    contrats = caisse.contrats.annotate(sans_casse=Lower("numero")).filter(pareils)
    commencees = caisse.reprises.annotate(sans_casse=Lower("numero")).filter(pareils)
    agrements: defaultdict[int, list[Agrement]] = defaultdict(list)
    siens = Agrement.objects.filter(structure__in={reprise.structure_id for reprise in reprises}, annule_le=None)
    for agrement in siens.select_related("decision"):
        agrements[agrement.structure_id].append(agrement)
    return Entourage(
        {numero.casefold(): reprise for numero, reprise in contrats.values_list("numero", "reprise")},
        {numero.casefold(): reprise for numero, reprise in commencees.values_list("numero", "pk")},
        agrements,
        caisse.entier(REPRISE_DUREE_MAX),
    )


def ecarts_de_la_reprise(reprise: RepriseDeContrat, entourage: Entourage | None = None) -> Iterator[Manque]:
    """Ce que cette reprise a de faux. Ne rend rien d'une reprise qui peut donner un contrat."""
    if reprise.structure.caisse_id != reprise.caisse_id:
        yield Manque("Cette structure n'est pas de votre Caisse.", champ="structure")
        return
    entourage = entourage or entourage_de(reprise.caisse, [reprise])
    yield from _du_numero(reprise, entourage)
    yield from _de_la_periode(reprise, entourage)
    yield from _des_dates(reprise)


def _du_numero(reprise: RepriseDeContrat, entourage: Entourage) -> Iterator[Manque]:
    sans_casse, rien = reprise.numero.casefold(), object()
    du_contrat = entourage.contrats.get(sans_casse, rien)
    commencee = entourage.reprises.get(sans_casse, rien)
    if not _NUMERO.fullmatch(reprise.numero):
        yield Manque(
            "Le numéro ne contient que des lettres, des chiffres, des points et des tirets : récrivez-le sans espace "
            "ni barre.",
            champ="numero",
        )
    elif _NUMERO_DE_L_APPLICATION.fullmatch(reprise.numero):
        yield Manque(
            f"Cette forme de numéro est celle que l'application donne : faites-le précéder, par exemple "
            f"« R-{reprise.numero} ».",
            champ="numero",
        )
    elif du_contrat is not rien and (du_contrat is None or du_contrat != reprise.pk):
        yield Manque(f"Le numéro {reprise.numero} est déjà celui d'un contrat de votre Caisse.", champ="numero")
    elif commencee not in (rien, reprise.pk):
        yield Manque(f"Une reprise du contrat {reprise.numero} est déjà commencée : continuez-la.", champ="numero")


def _de_la_periode(reprise: RepriseDeContrat, entourage: Entourage) -> Iterator[Manque]:
    if reprise.fin <= reprise.debut:
        yield Manque("La fin doit suivre le début : corrigez l'une des deux dates.", champ="fin")
        return
    limite = reprise.debut + relativedelta(months=entourage.duree_max)
    if reprise.fin >= limite:
        yield Manque(
            f"Un contrat repris dure au plus {entourage.duree_max} mois : sa fin ne peut pas passer le "
            f"{date_longue(limite - dt.timedelta(days=1))}. Une durée ajoutée ensuite se reprend par son avenant.",
            champ="fin",
        )
    yield from _chevauchements(entourage.agrements.get(reprise.structure_id, ()), reprise.debut, reprise.fin)


def _chevauchements(agrements: Iterable[Agrement], debut: dt.date, fin: dt.date) -> Iterator[Manque]:
    """Ceux qui ont un jour commun avec cette période ; la base les refuserait aussi."""
    for autre in agrements:
        if autre.debut > fin or autre.fin < debut:
            continue
        yield Manque(
            f"La structure est déjà agréée du {date_longue(autre.debut)} au {date_longue(autre.fin)} "
            f"({autre.origine}) : une structure n'a qu'un agrément à la fois. Corrigez le début ou la fin.",
            champ="debut",
        )


def _des_dates(reprise: RepriseDeContrat) -> Iterator[Manque]:
    jour = timezone.localdate()
    if not reprise.deliberation.strip():
        yield Manque("Écrivez le numéro de la délibération.", champ="deliberation")
    if reprise.delibere_le > jour:
        yield Manque("La délibération ne peut pas être datée dans l'avenir.", champ="delibere_le")
    signees = {partie["partie"]: dt.date.fromisoformat(partie["signe_le"]) for partie in reprise.parties}
    for partie in _OBLIGATOIRES:
        if partie not in signees:
            yield Manque(f"Écrivez la date de signature « {partie.label.lower()} ».", champ=f"{partie}_signe_le")
    for code, signe_le in signees.items():
        if signe_le > jour:
            yield Manque("Une signature ne peut pas être datée dans l'avenir.", champ=f"{code}_signe_le")
        elif signe_le < reprise.delibere_le:
            yield Manque(
                f"Cette signature précède la délibération, du {date_longue(reprise.delibere_le)} : corrigez l'une des "
                "deux dates.",
                champ=f"{code}_signe_le",
            )


# --- Un avenant déjà signé ----------------------------------------------------------------------------------------


def ecarts_de_l_avenant(avenant: Avenant) -> Iterator[Manque]:
    """Ce que cet avenant a de faux, au regard du contrat repris qu'il change."""
    contrat, jour = avenant.contrat, timezone.localdate()
    assert contrat.signe_le is not None and avenant.signe_le is not None  # repris, donc signés
    if not contrat.est_repris:
        yield Manque("Ce contrat est né dans l'application : son avenant s'y écrit et s'y signe.")
        return
    if contrat.avenants.filter(numero=avenant.numero).exists():
        yield Manque(f"L'avenant {avenant.numero} de ce contrat est déjà repris.", champ="numero")
    if not contrat.signe_le <= avenant.signe_le <= jour:
        yield Manque(
            f"L'avenant est signé entre le {date_longue(contrat.signe_le)}, jour du contrat, et aujourd'hui.",
            champ="signe_le",
        )
    if not contrat.debut <= avenant.effet_le <= contrat.terme:
        yield Manque(
            f"L'avenant prend effet pendant le contrat, du {date_longue(contrat.debut)} au "
            f"{date_longue(contrat.terme)}.",
            champ="effet_le",
        )
    yield from _de_la_nouvelle_fin(avenant)


def _de_la_nouvelle_fin(avenant: Avenant) -> Iterator[Manque]:
    contrat, fin = avenant.contrat, avenant.nouvelle_fin
    if avenant.type != TypeAvenant.DUREE:
        if fin is not None:
            yield Manque("Seul un avenant de durée change la fin : effacez-la, ou changez le type.", champ="fin")
        return
    if fin is None:
        yield Manque("Écrivez la nouvelle fin qu'un avenant de durée donne au contrat.", champ="fin")
        return
    caisse = contrat.caisse
    mois = caisse.entier(REPRISE_DUREE_MAX) + caisse.entier("duree_max_prorogation_mois", avenant.signe_le)
    limite = contrat.debut + relativedelta(months=mois) - dt.timedelta(days=1)
    if not avenant.effet_le <= fin <= limite:
        yield Manque(
            f"La nouvelle fin suit la prise d'effet de l'avenant, et ne passe pas le {date_longue(limite)}.",
            champ="fin",
        )
        return
    le_sien = agrement_de(contrat)
    autres = contrat.structure.agrements.filter(annule_le=None).exclude(pk=le_sien.pk).select_related("decision")
    yield from (manque._replace(champ="fin") for manque in _chevauchements(autres, contrat.debut, fin))


def agrement_de(contrat: Contrat) -> Agrement:
    """La période que ce contrat repris a ouverte."""
    return contrat.structure.agrements.get(decision=None, annule_le=None, debut=contrat.debut)
