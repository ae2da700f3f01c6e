"""Déposer une pièce. La précédente reste, avec celle qui la remplace."""

from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import Exigence, Statut
from agrement.dossiers.models import Dossier, LigneDeComplements, Piece, TypeDePiece
from agrement.dossiers.operations.acces import exiger_le_droit, verrouiller
from agrement.dossiers.regles import PIECES_AU_CENTRE
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.workflow import ActeRefuse


def deposer_piece(dossier: Dossier, type_de_piece: TypeDePiece, fichier: File[Any], *, par: Utilisateur) -> Piece:
    """Ajoute une pièce, ou remplace celle du même type, qui reste dans le dossier. Elle répond au complément demandé.

    Refuse hors du brouillon, de la reprise du projet et des compléments demandés, et un fichier que l'application
    n'admet pas.
    """
    exiger_le_droit(par, "dossiers.deposer_une_piece", dossier, "Déposer une pièce")
    with transaction.atomic(), journal.acte("deposer_piece", f"Pièce {type_de_piece.code} déposée", par=par):
        verrouille = verrouiller(dossier)
        exiger_le_moment(verrouille, type_de_piece)
        piece = Piece(
            dossier=verrouille,
            type=type_de_piece,
            fichier=_enregistrer(fichier, par),
            deposee_par=par,
            deposee_le=timezone.now(),
            valable_jusqu_au=_fin_de_validite(type_de_piece),
        )
        precedente = verrouille.pieces.en_vigueur().filter(type=type_de_piece).first()
        piece.save()
        if precedente is not None:
            precedente.verrouiller()
            precedente.remplacee_par = piece
            precedente.save()
        _repondre_au_complement(verrouille, piece)
    return piece


def peut_deposer(dossier: Dossier, demandees: frozenset[int], type_de_piece: TypeDePiece) -> bool:
    """Vrai si une pièce de ce type peut être déposée maintenant. `demandees` : les types des compléments ouverts."""
    if dossier.statut == Statut.INCOMPLET:
        return type_de_piece.pk in demandees
    return dossier.statut in PIECES_AU_CENTRE


def types_demandes(dossier: Dossier) -> frozenset[int]:
    """Les types de pièce que la demande de compléments ouverte attend."""
    lignes = LigneDeComplements.objects.filter(demande__in=dossier.demandes_de_complements.ouvertes())
    return frozenset(lignes.values_list("type_de_piece_id", flat=True))


def exiger_le_moment(dossier: Dossier, type_de_piece: TypeDePiece) -> None:
    """Lève `ActeRefuse` si cette pièce ne se dépose pas maintenant dans ce dossier."""
    demandees = types_demandes(dossier)
    if not peut_deposer(dossier, demandees, type_de_piece):
        etat = dossier.get_statut_display()
        if dossier.statut == Statut.INCOMPLET:
            raise ActeRefuse(f"La pièce {type_de_piece.code} n'est pas de celles que la Caf a demandées.")
        raise ActeRefuse(f"Le dossier est « {etat} » : les pièces ne se déposent que si la Caf en demande.")
    exigences = type_de_piece.exigences.filter(
        type_de_dossier=dossier.type,
        type_de_structure=dossier.structure.type,
        gestionnaire_public=dossier.gestionnaire.est_public,
    )
    if type_de_piece.pk not in demandees and not exigences.exclude(niveau=Exigence.NON_DEMANDEE).exists():
        raise ActeRefuse(f"La pièce {type_de_piece.code} n'est pas demandée pour cette demande.")


def _enregistrer(fichier: File[Any], par: Utilisateur) -> Any:
    try:
        return fichiers.enregistrer(fichier, par=par)
    except ValidationError as erreur:
        raise ActeRefuse(*erreur.messages) from erreur


def _fin_de_validite(type_de_piece: TypeDePiece) -> Any:
    mois = type_de_piece.validite_mois
    return timezone.localdate() + relativedelta(months=mois) if mois else None


def _repondre_au_complement(dossier: Dossier, piece: Piece) -> None:
    lignes = LigneDeComplements.objects.filter(demande__in=dossier.demandes_de_complements.ouvertes())
    for ligne in lignes.filter(type_de_piece=piece.type):
        ligne.reponse = piece
        ligne.save()
