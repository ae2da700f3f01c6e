"""Ce qu'il reste à rendre d'une demande de compléments, ligne par ligne."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from agrement.dossiers.choix import StatutPiece
from agrement.dossiers.regles import BUDGET_PREVISIONNEL
from centres import coherence
from centres.operations import contenu
from centres.regles import parties_changees
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import DemandeDeComplements, Dossier, LigneDeComplements


class LigneARendre(NamedTuple):
    """Une ligne de la demande, où y répondre, et ce qu'il y reste à faire : rien, elle est faite."""

    ligne: LigneDeComplements
    adresse: str
    restes: list[Manque]


def lignes_de(demande: DemandeDeComplements) -> list[LigneARendre]:
    """Chaque ligne et ce qu'il en reste, en un nombre constant de requêtes."""
    lignes = list(demande.lignes.select_related("type_de_piece"))
    refusees = _refusees(demande.dossier)
    changees = _parties_changees(demande) if any(ligne.partie for ligne in lignes) else set()
    return [_partie(demande, ligne, changees) if ligne.partie else _piece(demande, ligne, refusees) for ligne in lignes]


def lignes_a_rendre(demande: DemandeDeComplements) -> Iterator[Manque]:
    for rendue in lignes_de(demande):
        yield from rendue.restes


def _piece(
    demande: DemandeDeComplements, ligne: LigneDeComplements, refusees: dict[int | None, list[str]]
) -> LigneARendre:
    assert ligne.type_de_piece is not None
    adresse = demande.dossier.adresse("dossiers:deposer_piece", code=ligne.type_de_piece.code)
    restes = [] if ligne.reponse_id else [Manque(f"Réponse attendue – {ligne}", adresse)]
    pieces = f"{demande.dossier.adresse('dossiers:onglet', onglet='pieces')}#{ligne.type_de_piece.code}"
    restes += [
        Manque(f"Fichier que la Caf demande de remplacer – {nom}", pieces)
        for nom in refusees.get(ligne.type_de_piece_id, ())
    ]
    if ligne.type_de_piece.code == BUDGET_PREVISIONNEL:
        restes += budget_equilibre(demande.dossier)
    return LigneARendre(ligne, adresse, restes)


def _refusees(dossier: Dossier) -> dict[int | None, list[str]]:
    """Par type de pièce, les fichiers que la Caf demande de remplacer."""
    refusees: dict[int | None, list[str]] = {}
    pieces = dossier.pieces.en_vigueur().filter(statut=StatutPiece.REFUSEE)
    for piece in pieces.select_related("type", "fichier"):
        refusees.setdefault(piece.type_id, []).append(str(piece))
    return refusees


def budget_equilibre(dossier: Dossier) -> list[Manque]:
    """Redemandé par la Caf, le budget s'équilibre, même si la règle n'est au dépôt qu'un avertissement."""
    if dossier.projet is None:
        return []
    remarques = coherence.exiger(dossier.projet, "budget_desequilibre")
    return [Manque(remarque.texte, remarque.adresse) for remarque in remarques]


def _partie(demande: DemandeDeComplements, ligne: LigneDeComplements, changees: set[str]) -> LigneARendre:
    projet = demande.dossier.projet
    assert projet is not None
    adresse = projet.lecture_de(ligne.partie) if projet.est_fige else projet.adresse_de(ligne.partie)
    restes = [] if ligne.partie in changees else [Manque(f"Partie du projet à reprendre – {ligne}", adresse)]
    if ligne.partie == "budget":
        restes += budget_equilibre(demande.dossier)
    return LigneARendre(ligne, adresse, restes)


def _parties_changees(demande: DemandeDeComplements) -> set[str]:
    """Les parties que le centre a reprises depuis la version sur laquelle porte la demande."""
    avant, apres = demande.projet, demande.dossier.projet
    if avant is None or apres is None or avant == apres:
        return set()
    return parties_changees(contenu(avant), contenu(apres))
