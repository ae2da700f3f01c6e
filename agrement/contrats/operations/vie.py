"""La vie d'un contrat signé : ce que les dates en font, et ce qui l'arrête avant son terme."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.contrats.choix import EN_COURS, SorteDeFin, StatutContrat
from agrement.contrats.models import Contrat, FinAnticipee
from agrement.contrats.operations.effets import (
    annuler_les_effets,
    appliquer_les_avenants,
    appliquer_les_decisions,
    mettre_en_ordre,
    prendre_en_compte_les_decisions,
    suivre_les_suspensions,
)
from agrement.contrats.workflow import CIRCUIT
from agrement.dossiers.operations.pieces import enregistrer_le_fichier
from agrement.seances.operations import arreter_la_periode
from centres.models import Structure
from comptes.models import Utilisateur
from comptes.regles import PREAVIS_DE_RESILIATION
from socle import journal
from socle.templatetags.composants import date_longue, duree
from socle.workflow import ActeInterdit, ActeRefuse, Manque

logger = logging.getLogger(__name__)

ARRETER = "contrats.arreter"
SUITES_DES_FINS = {
    SorteDeFin.GESTIONNAIRE: "resilier",
    SorteDeFin.COMMUN_ACCORD: "resilier",
    SorteDeFin.FUSION: "remplacer",
}


def faire_vivre_les_contrats() -> int:
    """Ce que les dates seules font : prise d'effet, décisions, avenants, terme. Rend le nombre d'actes faits."""
    jour = timezone.localdate()
    # L'ordre compte : un successeur qui prend effet la même nuit fait du précédent un contrat renouvelé, pas échu ; une
    # décision ou un avenant qui change le terme passe avant qu'on le constate.
    faits = _constater("mettre_en_vigueur", list(Contrat.objects.a_mettre_en_vigueur(jour)))
    suivre_les_suspensions()
    faits += annuler_les_effets() + prendre_en_compte_les_decisions() + appliquer_les_decisions()
    faits += appliquer_les_avenants() + _arreter_ce_qui_est_venu(jour)
    faits += _constater("proroger", list(Contrat.objects.filter(statut=StatutContrat.EN_VIGUEUR, fin__lt=jour)))
    faits += _constater("constater_le_renouvellement", list(Contrat.objects.au_terme(jour)))
    return faits + _constater("constater_l_echeance", list(Contrat.objects.au_terme(jour)))


def mettre_a_jour(contrat: Contrat) -> None:
    """Ce que les dates seules font de ce contrat, sans attendre la nuit : prise d'effet, prorogation, terme."""
    for acte in ("mettre_en_vigueur", "proroger", "constater_le_renouvellement", "constater_l_echeance"):
        _constater(acte, [contrat])


def _arreter_ce_qui_est_venu(jour: dt.date) -> int:
    venues = FinAnticipee.objects.filter(effet_le__lte=jour, contrat__in=Contrat.objects.en_cours())
    return sum(
        _constater(SUITES_DES_FINS[SorteDeFin(fin.sorte)], [fin.contrat]) for fin in venues.select_related("contrat")
    )


def _constater(acte: str, contrats: list[Contrat]) -> int:
    faits = 0
    for contrat in contrats:
        try:
            CIRCUIT.executer(contrat, acte, par=None)
        except ActeRefuse as refus:
            logger.debug("%s : %s n'a pas eu lieu : %s", contrat, acte, refus)
        else:
            faits += 1
    return faits


# --- Arrêter un contrat --------------------------------------------------------------------------


def arreter(
    contrat: Contrat,
    *,
    sorte: str,
    notifiee_le: dt.date,
    effet_le: dt.date,
    motif: str,
    piece: File[Any] | None = None,
    absorbante: Structure | None = None,
    par: Utilisateur,
) -> FinAnticipee:
    """Enregistre une résiliation ou une fusion : le terme du contrat et de l'agrément est la veille de `effet_le`.

    Refuse un contrat qui ne court plus, un préavis trop court, un motif vide, une date après le terme, et une seconde
    fin. Une résiliation d'un commun accord et une fusion n'ont pas de préavis.
    """
    if not par.has_perm(ARRETER, contrat):
        raise ActeInterdit("Vous n'avez pas le droit d'arrêter ce contrat.")
    libelle = SorteDeFin(sorte).label
    with transaction.atomic(), journal.acte("arreter", libelle, par=par, motif=motif.strip()):
        contrat.verrouiller()
        if manques := tuple(manques_pour_arreter(contrat)) or tuple(
            _ecarts_de_fin(contrat, sorte, notifiee_le, effet_le, motif, absorbante)
        ):
            raise ActeRefuse(*manques)
        fin = FinAnticipee.objects.create(
            contrat=contrat,
            sorte=SorteDeFin(sorte),
            notifiee_le=notifiee_le,
            effet_le=effet_le,
            motif=motif.strip(),
            piece=enregistrer_le_fichier(piece, par) if piece else None,
            absorbante=absorbante,
            enregistree_par=par,
        )
        contrat.fin_anticipee = fin
        mettre_en_ordre(contrat)
        arreter_la_periode(contrat.structure, apres=contrat.terme)
        _constater(SUITES_DES_FINS[SorteDeFin(sorte)], [contrat])
    return fin


def manques_pour_arreter(contrat: Contrat) -> Iterator[Manque]:
    """Ce qui empêche d'arrêter ce contrat avant son terme, quelle qu'en soit la raison."""
    if not contrat.court:
        yield Manque(f"Le contrat est « {contrat.get_statut_display()} » : il n'y a rien à arrêter.")
    if (fin := getattr(contrat, "fin_anticipee", None)) is not None:
        yield Manque(
            f"{fin.get_sorte_display()} déjà enregistrée : le contrat s'arrête le {date_longue(fin.effet_le)}."
        )


def preavis_de(contrat: Contrat, notifiee_le: dt.date) -> int:
    """Le préavis d'une résiliation par le gestionnaire, en mois, réglé ce jour-là par la Caisse."""
    return contrat.caisse.entier(PREAVIS_DE_RESILIATION, notifiee_le)


def _ecarts_de_fin(
    contrat: Contrat,
    sorte: str,
    notifiee_le: dt.date,
    effet_le: dt.date,
    motif: str,
    absorbante: Structure | None,
) -> Iterator[Manque]:
    if not motif.strip():
        yield Manque("Écrivez le motif.", champ="motif")
    if notifiee_le > timezone.localdate():
        yield Manque("La date de la lettre ou de l'accord est dans l'avenir.", champ="notifiee_le")
    yield from _ecarts_de_la_date_d_effet(contrat, sorte, notifiee_le, effet_le)
    if sorte == SorteDeFin.FUSION:
        yield from _ecarts_de_fusion(contrat, absorbante)


def _ecarts_de_la_date_d_effet(
    contrat: Contrat, sorte: str, notifiee_le: dt.date, effet_le: dt.date
) -> Iterator[Manque]:
    mois = preavis_de(contrat, notifiee_le) if sorte == SorteDeFin.GESTIONNAIRE else 0
    au_plus_tot = notifiee_le + relativedelta(months=mois)
    if effet_le < au_plus_tot:
        preavis = f" : le préavis est de {duree(mois, 'mois')}" if mois else ""
        yield Manque(f"La fin prend effet au plus tôt le {date_longue(au_plus_tot)}{preavis}.", champ="effet_le")
    if effet_le > contrat.terme:
        yield Manque(
            f"Le contrat finit déjà le {date_longue(contrat.terme)} : choisissez un jour avant son terme.",
            champ="effet_le",
        )
    if effet_le <= contrat.debut:
        yield Manque("La fin ne peut pas précéder le début du contrat.", champ="effet_le")


def _ecarts_de_fusion(contrat: Contrat, absorbante: Structure | None) -> Iterator[Manque]:
    if absorbante is None or absorbante.pk == contrat.structure_id or absorbante.caisse_id != contrat.caisse_id:
        yield Manque("Choisissez l'autre structure, de la même Caisse, qui continue.", champ="absorbante")
    elif not absorbante.contrats.filter(statut__in=(*EN_COURS, StatutContrat.EN_ATTENTE)).exists():
        yield Manque(
            f"{absorbante} n'a pas de contrat en cours : la fusion suppose qu'il y en ait un.", champ="absorbante"
        )
