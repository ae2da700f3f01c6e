"""Donner à une Caisse neuve la liste de ses pièces."""

from django.db import transaction

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import ExigenceDePiece, TypeDePiece
from agrement.dossiers.regles import REFERENTIEL_DES_PIECES, PieceConnue, niveau_d_exigence
from centres.choix import TypeStructure
from comptes.models import Caisse


def creer_referentiel_des_pieces(caisse: Caisse) -> list[TypeDePiece]:
    """Les vingt-six pièces d'usage et leurs exigences. Ce que la Caisse a déjà réglé n'est pas touché."""
    with transaction.atomic():
        return [_creer(caisse, connue) for connue in REFERENTIEL_DES_PIECES]


def _creer(caisse: Caisse, connue: PieceConnue) -> TypeDePiece:
    piece, _ = TypeDePiece.objects.get_or_create(
        caisse=caisse,
        code=connue.code,
        defaults={
            "libelle": connue.libelle,
            "aide": connue.aide,
            "exigee_au_depot": connue.au_depot,
            "validite_mois": connue.validite,
        },
    )
    deja = set(piece.exigences.values_list("type_de_dossier", "type_de_structure", "gestionnaire_public"))
    ExigenceDePiece.objects.bulk_create(
        ExigenceDePiece(
            type_de_piece=piece,
            type_de_dossier=demande,
            type_de_structure=structure,
            gestionnaire_public=public,
            niveau=niveau_d_exigence(connue, demande, structure, public=public),
        )
        for demande in TypeDossier.values
        for structure in TypeStructure.values
        for public in (False, True)
        if (demande, structure, public) not in deja
    )
    return piece
