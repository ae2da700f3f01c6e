"""Les pièces qu'une Caisse demande : sa liste de départ, puis ses propres exigences."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from django.db import transaction

from agrement.dossiers.choix import Exigence, TypeDossier
from agrement.dossiers.models import ExigenceDePiece, TypeDePiece
from agrement.dossiers.operations.acces import exiger_le_droit
from agrement.dossiers.referentiel import REFERENTIEL_DES_PIECES, PieceConnue, niveau_d_exigence
from centres.choix import TypeStructure
from comptes.models import Caisse, Utilisateur
from socle import journal


class Cas(NamedTuple):
    """Pour qui une pièce est demandée : le type de structure, et si son gestionnaire est public."""

    structure: str
    public: bool

    def __str__(self) -> str:
        return f"{TypeStructure(self.structure).label}, gestionnaire {'public' if self.public else 'privé'}"


CAS = tuple(Cas(structure, public) for structure in TypeStructure.values for public in (False, True))


def creer_referentiel_des_pieces(caisse: Caisse) -> list[TypeDePiece]:
    """Les vingt-six pièces d'usage et leurs exigences. Ce que la Caisse a déjà réglé n'est pas touché."""
    with transaction.atomic():
        Caisse.objects.select_for_update().get(pk=caisse.pk)
        la = {type_.code: type_ for type_ in caisse.types_de_piece.all()}
        types = {connue: la.get(connue.code) or _creer(caisse, connue) for connue in REFERENTIEL_DES_PIECES}
        exigences = ExigenceDePiece.objects.filter(type_de_piece__caisse=caisse)
        deja = set(
            exigences.values_list("type_de_piece", "type_de_dossier", "type_de_structure", "gestionnaire_public")
        )
        ExigenceDePiece.objects.bulk_create(_exigences_d_usage(types, deja))
        return list(types.values())


def regler_les_exigences(
    caisse: Caisse, demande: str, niveaux: Mapping[tuple[int, Cas], str], *, par: Utilisateur
) -> int:
    """Donne à chaque (type de pièce, cas) son niveau pour ce type de demande ; rend le nombre de niveaux changés.

    Seul ce qui change est écrit, et noté au journal de sa pièce. Une pièce d'une autre Caisse n'est pas touchée.
    """
    exiger_le_droit(par, "dossiers.regler_les_exigences", caisse, "Régler les exigences des pièces")
    with (
        transaction.atomic(),
        journal.acte("regler_les_exigences", f"Exigences réglées : {TypeDossier(demande).label.lower()}", par=par),
    ):
        types = {type_.pk: type_ for type_ in caisse.types_de_piece.select_for_update()}
        connues = exigences_de_la_demande(caisse, demande)
        changees = [
            connues.get(cle) or _exigence(types[cle[0]], demande, cle[1])
            for cle, niveau in niveaux.items()
            if cle[0] in types and niveau != niveau_regle(connues, *cle)
        ]
        for exigence in changees:
            exigence.niveau = niveaux[exigence.type_de_piece_id, _cas_de(exigence)]
            exigence.save()
    return len(changees)


def exigences_de_la_demande(caisse: Caisse, demande: str) -> dict[tuple[int, Cas], ExigenceDePiece]:
    """Les exigences de la Caisse pour ce type de demande, par type de pièce et par cas."""
    exigences = ExigenceDePiece.objects.filter(type_de_piece__caisse=caisse, type_de_dossier=demande)
    return {
        (exigence.type_de_piece_id, _cas_de(exigence)): exigence
        for exigence in exigences.select_related("type_de_piece")
    }


def niveau_regle(connues: Mapping[tuple[int, Cas], ExigenceDePiece], type_de_piece: int, cas: Cas) -> str:
    """Le niveau réglé ; ce qui ne l'est pas n'est pas demandé."""
    exigence = connues.get((type_de_piece, cas))
    return exigence.niveau if exigence else Exigence.NON_DEMANDEE


def _cas_de(exigence: ExigenceDePiece) -> Cas:
    return Cas(exigence.type_de_structure, exigence.gestionnaire_public)


def _exigence(type_de_piece: TypeDePiece, demande: str, cas: Cas) -> ExigenceDePiece:
    return ExigenceDePiece(
        type_de_piece=type_de_piece,
        type_de_dossier=demande,
        type_de_structure=cas.structure,
        gestionnaire_public=cas.public,
    )


def _creer(caisse: Caisse, connue: PieceConnue) -> TypeDePiece:
    return TypeDePiece.objects.create(
        caisse=caisse,
        code=connue.code,
        libelle=connue.libelle,
        aide=connue.aide,
        exigee_au_depot=connue.au_depot,
        validite_mois=connue.validite,
        reutilisable=connue.reutilisable,
    )


def _exigences_d_usage(
    types: Mapping[PieceConnue, TypeDePiece], deja: Collection[tuple[int, str, str, bool]]
) -> Iterator[ExigenceDePiece]:
    """Celles que la Caisse n'a pas encore, pour chaque demande et chaque cas."""
    for connue, type_de_piece in types.items():
        for demande in TypeDossier.values:
            for cas in CAS:
                if (type_de_piece.pk, demande, *cas) not in deja:
                    exigence = _exigence(type_de_piece, demande, cas)
                    exigence.niveau = niveau_d_exigence(connue, demande, cas.structure, public=cas.public)
                    yield exigence
