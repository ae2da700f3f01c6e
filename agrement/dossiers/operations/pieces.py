"""Joindre, remplacer et retirer les fichiers des pièces. Ce qui a été transmis ou remplacé reste lisible."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier, LigneDeComplements, Piece, TypeDePiece
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import PIECES_A_RETIRER, PIECES_AU_CENTRE
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.models import Fichier
from socle.templatetags.composants import taille
from socle.workflow import ActeRefuse

DEPOSER = "dossiers.deposer_une_piece"


def deposer_piece(
    dossier: Dossier, type_de_piece: TypeDePiece, fichier: File[Any], *, par: Utilisateur, remplace: Piece | None = None
) -> Piece:
    """Ajoute un fichier à une pièce ou, avec `remplace`, le met à la place de celui-là, qui reste dans le dossier.

    Il répond au complément demandé. Refuse hors du brouillon, de la reprise du projet et des compléments demandés, un
    fichier que l'application n'admet pas ou qui y est déjà, et ce qui dépasse les limites de la Caisse.
    """
    exiger_le_droit(par, DEPOSER, dossier, "Déposer une pièce")
    with transaction.atomic(), journal.acte("deposer_piece", f"Pièce {type_de_piece.code} déposée", par=par):
        verrouille = verrouiller(dossier)
        exiger_le_moment(verrouille, type_de_piece)
        precedente = _a_remplacer(verrouille, type_de_piece, remplace) if remplace is not None else None
        piece = Piece(
            dossier=verrouille,
            type=type_de_piece,
            fichier=enregistrer_le_fichier(fichier, par),
            deposee_par=par,
            deposee_le=timezone.now(),
            valable_jusqu_au=_fin_de_validite(type_de_piece),
        )
        _exiger_un_fichier_neuf(piece)
        ajouter(piece, precedente)
        _exiger_la_place(verrouille)
        verrouille.save(update_fields=["modifie_le"])
    return piece


def deposer_pieces(
    dossier: Dossier, type_de_piece: TypeDePiece, fichiers_joints: Iterable[File[Any]], *, par: Utilisateur
) -> list[Piece]:
    """Ajoute plusieurs fichiers à une pièce : tous, ou aucun si l'un est refusé. Le refus nomme le fichier."""
    with transaction.atomic():
        return [deposer_piece(dossier, type_de_piece, fichier, par=par) for fichier in fichiers_joints]


def retirer_piece(piece: Piece, *, par: Utilisateur) -> None:
    """Ôte d'un brouillon un fichier joint par erreur, et l'efface ; celui qu'il remplaçait reprend sa place.

    Refuse une demande déjà transmise, où rien ne s'ôte plus, et un fichier déjà remplacé.
    """
    exiger_le_droit(par, DEPOSER, piece.dossier, "Retirer un fichier")
    with transaction.atomic(), journal.acte("retirer_piece", f"Pièce {piece.type.code} retirée", par=par):
        dossier = verrouiller(piece.dossier)
        exiger_l_etat(dossier, PIECES_A_RETIRER, "Retirer un fichier")
        retiree = dossier.pieces.en_vigueur().select_related("type", "fichier").filter(pk=piece.pk).first()
        if retiree is None:
            raise ActeRefuse("Ce fichier n'est plus dans le dossier, ou un autre l'a remplacé.")
        for precedente in Piece.objects.filter(remplacee_par=retiree):
            precedente.remplacee_par = None
            precedente.save()
        retiree.delete()
        _effacer(retiree.fichier)


def ajouter(piece: Piece, precedente: Piece | None = None) -> None:
    """Joint la pièce au dossier déjà verrouillé, à la place de la précédente s'il y en a une.

    Refuse un fichier de plus que ce que la Caisse admet pour une même pièce.
    """
    piece.save()
    if precedente is not None:
        precedente.remplacee_par = piece
        precedente.save()
    maximum = piece.dossier.caisse.entier("fichiers_par_piece_max")
    if piece.dossier.pieces.en_vigueur().filter(type=piece.type).count() > maximum:
        raise ActeRefuse(
            f"La pièce {piece.type.code} admet {maximum} fichiers au plus : remplacez-en un, ou réunissez-en plusieurs "
            "dans un même document."
        )
    _repondre_au_complement(piece.dossier, piece)


def types_a_deposer(dossier: Dossier) -> frozenset[int]:
    """Les types de pièce que ce dossier peut recevoir maintenant : ceux que la Caf attend, ou ceux de la demande."""
    if dossier.statut == Statut.INCOMPLET:
        lignes = LigneDeComplements.objects.filter(demande__in=dossier.demandes_de_complements.ouvertes())
        return frozenset(lignes.exclude(type_de_piece=None).values_list("type_de_piece_id", flat=True))
    if dossier.statut in PIECES_AU_CENTRE:
        return frozenset(dossier.types_demandables().values_list("pk", flat=True))
    return frozenset()


def exiger_le_moment(dossier: Dossier, type_de_piece: TypeDePiece) -> None:
    """Lève `ActeRefuse` si cette pièce ne se dépose pas maintenant dans ce dossier."""
    if type_de_piece.pk in types_a_deposer(dossier):
        return
    if dossier.statut == Statut.INCOMPLET:
        raise ActeRefuse(f"La pièce {type_de_piece.code} n'est pas de celles que la Caf a demandées.")
    if dossier.statut in PIECES_AU_CENTRE:
        raise ActeRefuse(f"La pièce {type_de_piece.code} n'est pas demandée pour cette demande.")
    etat = dossier.get_statut_display()
    raise ActeRefuse(f"Le dossier est « {etat} » : les pièces ne se déposent que si la Caf en demande.")


def _a_remplacer(dossier: Dossier, type_de_piece: TypeDePiece, piece: Piece) -> Piece:
    """Le fichier à remplacer, relu ; il doit être de cette pièce, et personne ne doit l'avoir déjà remplacé."""
    relue = dossier.pieces.en_vigueur().filter(pk=piece.pk, type=type_de_piece).first()
    if relue is None:
        raise ActeRefuse(
            f"Le fichier à remplacer n'est plus celui de la pièce {type_de_piece.code} : rechargez la page."
        )
    return relue


def enregistrer_le_fichier(fichier: File[Any], par: Utilisateur | None) -> Fichier:
    """Garde un fichier reçu ; lève `ActeRefuse` avec la raison et le remède s'il n'est pas admis."""
    try:
        return fichiers.enregistrer(fichier, par=par)
    except ValidationError as erreur:
        raise ActeRefuse(*erreur.messages) from erreur


def _exiger_un_fichier_neuf(piece: Piece) -> None:
    """Un second clic, ou le même document choisi deux fois, n'ajoute rien."""
    jointes = piece.dossier.pieces.en_vigueur().filter(type=piece.type)
    if jointes.filter(fichier__empreinte=piece.fichier.empreinte).exists():
        raise ActeRefuse(f"Le fichier « {piece.fichier.nom} » est déjà joint à la pièce {piece.type.code}.")


def _exiger_la_place(dossier: Dossier) -> None:
    """Refuse ce qui dépasse la place d'un dossier, anciennes versions comprises ; un document repris n'en prend pas."""
    maximum = dossier.caisse.entier("pieces_par_dossier_mo")
    pris = dossier.pieces.filter(reprise_de=None).aggregate(total=Sum("fichier__taille"))["total"] or 0
    if pris > maximum * 1024 * 1024:
        raise ActeRefuse(
            f"Les pièces de ce dossier prendraient {taille(pris)}, pour {maximum} Mo au plus : allégez les fichiers, "
            "ou demandez à la Caf de relever cette limite."
        )


def _effacer(fichier: Fichier) -> None:
    """Efface un fichier dont aucune pièce ne se sert plus, une fois l'acte validé."""
    if not fichier.pieces.exists():
        fichiers.effacer(fichier)


def _fin_de_validite(type_de_piece: TypeDePiece) -> dt.date | None:
    mois = type_de_piece.validite_mois
    return timezone.localdate() + relativedelta(months=mois) if mois else None


def _repondre_au_complement(dossier: Dossier, piece: Piece) -> None:
    lignes = LigneDeComplements.objects.filter(demande__in=dossier.demandes_de_complements.ouvertes())
    for ligne in lignes.filter(type_de_piece=piece.type):
        ligne.reponse = piece
        ligne.save()
