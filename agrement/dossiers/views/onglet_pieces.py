"""L'onglet Pièces d'un dossier : ce qui reste à joindre, ce qui l'est, et ce que la structure a déjà donné."""

from collections import defaultdict
from typing import Any, NamedTuple

from agrement.dossiers.choix import Exigence, StatutPiece
from agrement.dossiers.models import Dossier, ExigenceDePiece, LigneDeComplements, Piece, TypeDePiece
from agrement.dossiers.operations.pieces import DEPOSER, types_a_deposer
from agrement.dossiers.operations.porte_documents import documents_a_reprendre
from agrement.dossiers.views.gestes import gestes_possibles
from agrement.dossiers.workflow import CIRCUIT_PIECE
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.workflow import Transition


class FichierJoint(NamedTuple):
    """Un fichier d'une pièce, ceux qu'il a remplacés du plus récent au plus ancien, et les gestes de la Caf.

    `apercu` : l'adresse où il se feuillette ; vide s'il n'a pas d'aperçu.
    """

    piece: Piece
    apercu: str
    anciens: list[Piece]
    controles: list[dict[str, Any]]


class LigneDePiece(NamedTuple):
    """Une pièce demandée : son niveau, ses fichiers, ce que la Caf attend, ce que le centre peut y faire.

    `attendu` : la ligne des compléments ouverts ; `a_reprendre` : les documents du porte-documents.
    """

    type: TypeDePiece
    niveau: str
    fichiers: list[FichierJoint]
    attendu: LigneDeComplements | None
    deposable: bool
    a_reprendre: list[Piece]

    @property
    def est_obligatoire(self) -> bool:
        return self.niveau == Exigence.OBLIGATOIRE

    @property
    def est_a_joindre(self) -> bool:
        """Vrai s'il manque un fichier, ou si l'un d'eux est à remplacer."""
        if self.attendu is not None and self.attendu.reponse_id is None:
            return True
        if any(joint.piece.statut == StatutPiece.REFUSEE for joint in self.fichiers):
            return True
        perimee = self.deposable and any(joint.piece.est_perimee for joint in self.fichiers)
        return perimee or (self.est_obligatoire and not self.fichiers)


def pieces(request: Requete, trouve: Dossier) -> dict[str, Any]:
    peut = request.user.has_perm(DEPOSER, trouve)
    a_reprendre = documents_a_reprendre(trouve, par=request.user) if peut else []
    lignes = _lignes(request.user, trouve, types_a_deposer(trouve) if peut else frozenset(), a_reprendre)
    obligatoires = [ligne for ligne in lignes if ligne.est_obligatoire]
    return {
        "groupes": _groupes(lignes),
        "demandes": trouve.demandes_de_complements.select_related("par").prefetch_related("lignes__type_de_piece"),
        "a_reprendre": len(a_reprendre),
        "porte_documents": request.user.has_perm("dossiers.voir_porte_documents", trouve.structure),
        "retirable": peut and trouve.admet_un_retrait,
        "obligatoires": len(obligatoires),
        "avancement": f"sur {len(obligatoires)} pièces obligatoires jointes",
        "presentes": sum(bool(ligne.fichiers) for ligne in obligatoires),
    }


def _groupes(lignes: list[LigneDePiece]) -> list[dict[str, Any]]:
    """Les pièces par ce qu'il reste à en faire ; un groupe vide ne se montre pas."""
    a_joindre = [ligne for ligne in lignes if ligne.est_a_joindre]
    suite = [ligne for ligne in lignes if not ligne.est_a_joindre]
    groupes = (
        ("a-joindre", "À joindre", a_joindre),
        ("jointes", "Jointes", [ligne for ligne in suite if ligne.fichiers]),
        ("facultatives", "Facultatives", [ligne for ligne in suite if not ligne.fichiers]),
    )
    return [{"ancre": ancre, "titre": titre, "lignes": siennes} for ancre, titre, siennes in groupes if siennes]


def _lignes(
    utilisateur: Utilisateur, trouve: Dossier, deposables: frozenset[int], a_reprendre: list[Piece]
) -> list[LigneDePiece]:
    joints = _fichiers_joints(utilisateur, trouve)
    niveaux = _niveaux(trouve)
    ouvertes = LigneDeComplements.objects.filter(demande__in=trouve.demandes_de_complements.ouvertes())
    attendus = {ligne.type_de_piece_id: ligne for ligne in ouvertes if ligne.type_de_piece_id}
    reprises: dict[int, list[Piece]] = defaultdict(list)
    for document in a_reprendre:
        reprises[document.type_id].append(document)
    return [
        LigneDePiece(
            type_,
            niveaux.get(type_.pk, Exigence.NON_DEMANDEE),
            joints.get(type_.pk, []),
            attendus.get(type_.pk),
            type_.pk in deposables,
            reprises.get(type_.pk, []),
        )
        for type_ in trouve.caisse.types_de_piece.select_related("modele")
        if niveaux.get(type_.pk, Exigence.NON_DEMANDEE) != Exigence.NON_DEMANDEE or type_.pk in {*joints, *attendus}
    ]


def _fichiers_joints(utilisateur: Utilisateur, trouve: Dossier) -> dict[int, list[FichierJoint]]:
    """Par type de pièce, les fichiers en vigueur, le premier joint en tête, chacun suivi de ceux qu'il a remplacés."""
    lues = trouve.pieces.select_related("type", "fichier", "deposee_par", "reprise_de__dossier", "remplace")
    pieces = {piece.pk: piece for piece in lues.order_by("deposee_le", "pk")}
    for piece in pieces.values():
        piece.dossier = trouve
    en_vigueur = [piece for piece in pieces.values() if piece.remplacee_par_id is None]
    gestes = gestes_possibles(en_vigueur, CIRCUIT_PIECE, utilisateur)
    joints: dict[int, list[FichierJoint]] = defaultdict(list)
    for piece in en_vigueur:
        apercu = trouve.adresse("dossiers:apercu_de_piece", pk=piece.pk) if piece.a_un_apercu else ""
        controles = _controles(trouve, piece, gestes[piece.pk])
        joints[piece.type_id].append(FichierJoint(piece, apercu, _anciens(piece, pieces), controles))
    return joints


def _anciens(piece: Piece, pieces: dict[int, Piece]) -> list[Piece]:
    anciens = []
    while (remplace := getattr(piece, "remplace", None)) is not None:
        piece = pieces[remplace.pk]
        anciens.append(piece)
    return anciens


def _niveaux(trouve: Dossier) -> dict[int, str]:
    exigences = ExigenceDePiece.objects.filter(
        type_de_piece__caisse=trouve.caisse,
        type_de_dossier=trouve.type,
        type_de_structure=trouve.structure.type,
        gestionnaire_public=trouve.gestionnaire.est_public,
    )
    return dict(exigences.values_list("type_de_piece_id", "niveau"))


def _controles(trouve: Dossier, piece: Piece, gestes: list[Transition[Piece]]) -> list[dict[str, Any]]:
    """Un lien vers l'écran qui demande le motif s'il en faut un, un bouton sinon."""
    return [
        {
            "libelle": transition.libelle,
            "ecran": transition.motif_requis,
            "url": trouve.adresse("dossiers:acte_de_piece", pk=piece.pk, acte=transition.nom.replace("_", "-")),
        }
        for transition in gestes
    ]
