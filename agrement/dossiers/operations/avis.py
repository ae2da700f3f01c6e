"""L'avis technique, ses réserves, ses dérogations."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import NatureDerogation, StatutPoint
from agrement.dossiers.models import Avis, Derogation, Dossier, PointDeNegociation, Reserve
from agrement.dossiers.operations.acces import conclure, exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import (
    DEROGATIONS_POSSIBLES,
    EN_NEGOCIATION,
    RESERVEES_AU_RESPONSABLE,
    RESERVES_A_LEVER,
)
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_POINT
from centres.models import Poste
from comptes.models import Utilisateur
from evaluation.models import Critere, Notation
from evaluation.operations import clore_la_grille
from socle import fichiers, journal
from socle.models import noter
from socle.workflow import ActeRefuse


def rediger_l_avis(
    dossier: Dossier,
    *,
    sens: str,
    synthese: str,
    par: Utilisateur,
    duree_proposee: int | None = None,
    criteres: Collection[Critere] = (),
) -> Avis:
    """Écrit ou réécrit l'avis technique pendant la négociation. `duree_proposee` : années.

    `criteres` : ceux qui ne sont pas satisfaits. La contresignature d'une version précédente tombe. Refuse hors de la
    négociation et une synthèse vide.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, "Rédiger l'avis")
    if not synthese.strip():
        raise ActeRefuse("Écrivez la synthèse de l'avis.")
    with transaction.atomic(), journal.acte("rediger_l_avis", "Avis technique rédigé", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, EN_NEGOCIATION, "Rédiger l'avis")
        avis = Avis.objects.filter(dossier=verrouille).first() or Avis(dossier=verrouille)
        avis.sens, avis.synthese, avis.duree_proposee = sens, synthese.strip(), duree_proposee
        avis.par, avis.redige_le = par, timezone.now()
        avis.contresigne_par = avis.contresigne_le = None
        avis.save()
        _nommer_les_criteres(avis, criteres)
    return avis


def _nommer_les_criteres(avis: Avis, criteres: Collection[Critere]) -> None:
    """Le journal ne suit pas les liens multiples : ce qui change est noté ici."""
    avant = {critere.pk: str(critere) for critere in avis.criteres.all()}
    apres = {critere.pk: str(critere) for critere in criteres}
    if avant.keys() != apres.keys():
        avis.criteres.set(criteres)
        noter(avis, "Critères nommés", {"criteres": [" ; ".join(avant.values()), " ; ".join(apres.values())]})


def rendre_l_avis(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """T11 – Contresigne l'avis et le rend : le dossier peut être inscrit à une séance.

    Refuse si la personne a elle-même rédigé l'avis, ou si une condition de l'avis n'est pas remplie. La grille se clôt
    avec lui, si elle ne l'était pas.
    """
    transition = CIRCUIT["rendre_l_avis"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        list(
            Notation.objects.select_for_update().filter(projet=verrouille.projet_id)
        )  # nul ne rouvre la grille pendant
        avis = Avis.objects.select_for_update(of=("self",)).filter(dossier=verrouille).first()
        if avis is not None:
            if avis.par_id == par.pk:
                raise ActeRefuse("Vous avez rédigé cet avis : un autre responsable doit le contresigner.")
            with journal.acte("contresigner", "Avis contresigné", par=par):
                avis.contresigne_par, avis.contresigne_le = par, timezone.now()
                avis.save()
        rendu = conclure(dossier, verrouille, transition.nom, par)
        if rendu.projet and not Notation.objects.closes().filter(projet=rendu.projet).exists():
            clore_la_grille(rendu.projet, par=par)
        return rendu


def ajouter_une_reserve(
    dossier: Dossier,
    *,
    texte: str,
    echeance: dt.date,
    par: Utilisateur,
    point: PointDeNegociation | None = None,
    preuve_attendue: str = "",
) -> Reserve:
    """Une réserve à lever avant l'échéance. Refuse hors de la négociation, un texte vide, une échéance passée.

    `preuve_attendue` : le document qui la fera lever.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, "Ajouter une réserve")
    if not texte.strip():
        raise ActeRefuse("Écrivez la réserve.")
    if echeance <= timezone.localdate():
        raise ActeRefuse("L'échéance de la réserve doit être à venir.")
    if point is not None and point.dossier_id != dossier.pk:
        raise ActeRefuse("Ce point est celui d'un autre dossier.")
    with transaction.atomic(), journal.acte("ajouter_une_reserve", "Réserve écrite", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, EN_NEGOCIATION, "Ajouter une réserve")
        return Reserve.objects.create(
            dossier=verrouille,
            texte=texte.strip(),
            echeance=echeance,
            point=point,
            preuve_attendue=preuve_attendue.strip(),
        )


def reprendre_en_reserve(
    point: PointDeNegociation, *, texte: str, echeance: dt.date, par: Utilisateur, preuve_attendue: str = ""
) -> PointDeNegociation:
    """Clôt un point en écrivant la réserve qui le reprend."""
    with transaction.atomic():
        ajouter_une_reserve(
            point.dossier, texte=texte, echeance=echeance, par=par, point=point, preuve_attendue=preuve_attendue
        )
        return CIRCUIT_POINT.executer(point, "reprendre_en_reserve", par=par)


def retirer_une_reserve(reserve: Reserve, *, par: Utilisateur) -> None:
    """Retire une réserve tant que l'avis n'est pas rendu ; le point qu'elle reprenait se rouvre."""
    exiger_le_droit(par, "dossiers.instruire", reserve.dossier, "Retirer la réserve")
    with transaction.atomic(), journal.acte("retirer_une_reserve", "Réserve retirée", par=par):
        exiger_l_etat(verrouiller(reserve.dossier), EN_NEGOCIATION, "Retirer la réserve")
        if reserve.point is not None and reserve.point.statut == StatutPoint.CLOS:
            CIRCUIT_POINT.executer(reserve.point, "rouvrir", par=par)
        reserve.delete()


def lever_une_reserve(reserve: Reserve, *, preuve: File[Any], par: Utilisateur) -> Reserve:
    """Lève une réserve sur preuve, une fois l'agrément accordé. Refuse une réserve déjà levée."""
    exiger_le_droit(par, "dossiers.instruire", reserve.dossier, "Lever la réserve")
    with transaction.atomic(), journal.acte("lever_une_reserve", "Réserve levée", par=par):
        exiger_l_etat(verrouiller(reserve.dossier), RESERVES_A_LEVER, "Lever la réserve")
        reserve.refresh_from_db(from_queryset=Reserve.objects.select_for_update(of=("self",)))
        if reserve.levee_le is not None:
            raise ActeRefuse(f"Cette réserve est levée depuis le {reserve.levee_le:%d/%m/%Y}.")
        try:
            reserve.preuve = fichiers.enregistrer(preuve, par=par)
        except ValidationError as erreur:
            raise ActeRefuse(*erreur.messages) from erreur
        reserve.levee_le = timezone.localdate()
        reserve.save()
    return reserve


def accorder_une_derogation(
    dossier: Dossier,
    *,
    motif: str,
    contrepartie: str,
    date_limite: dt.date,
    par: Utilisateur,
    nature: str = NatureDerogation.QUALIFICATION,
    poste: Poste | None = None,
) -> Derogation:
    """Admet un écart, avec sa contrepartie et son terme. Passer outre une règle de fond revient au responsable.

    Refuse un texte vide, un terme passé, et une personne d'une autre structure.
    """
    exiger_le_droit(par, _droit_de_deroger(nature), dossier, "Accorder une dérogation")
    raisons = []
    if not motif.strip() or not contrepartie.strip():
        raisons.append("Écrivez le motif de la dérogation et sa contrepartie.")
    if date_limite <= timezone.localdate():
        raisons.append("Le terme de la dérogation doit être à venir.")
    if poste is not None and poste.structure_id != dossier.structure_id:
        raisons.append("Cette personne n'est pas de la structure du dossier.")
    if raisons:
        raise ActeRefuse(*raisons)
    with transaction.atomic(), journal.acte("accorder_une_derogation", "Dérogation accordée", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, DEROGATIONS_POSSIBLES, "Accorder une dérogation")
        return Derogation.objects.create(
            dossier=verrouille,
            nature=nature,
            poste=poste,
            motif=motif.strip(),
            contrepartie=contrepartie.strip(),
            date_limite=date_limite,
        )


def retirer_une_derogation(derogation: Derogation, *, par: Utilisateur) -> None:
    """Retire une dérogation tant que l'avis n'est pas rendu ; même droit que pour l'accorder."""
    exiger_le_droit(par, _droit_de_deroger(derogation.nature), derogation.dossier, "Retirer la dérogation")
    with transaction.atomic(), journal.acte("retirer_une_derogation", "Dérogation retirée", par=par):
        exiger_l_etat(verrouiller(derogation.dossier), DEROGATIONS_POSSIBLES, "Retirer la dérogation")
        derogation.delete()


def _droit_de_deroger(nature: str) -> str:
    return "dossiers.passer_outre" if nature in RESERVEES_AU_RESPONSABLE else "dossiers.instruire"
