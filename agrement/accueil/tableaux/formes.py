"""Les formes d'un tableau de bord : des blocs, le plus souvent faits de lignes qui s'ouvrent."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse

from agrement.dossiers.models import Dossier, Tache
from comptes.models import Utilisateur

LIGNES_MONTREES = 8


class Ligne(NamedTuple):
    """Une chose à ouvrir : ce que c'est, un détail, jusqu'à quand, dans quel état."""

    libelle: str
    url: str = ""
    detail: str = ""
    echeance: dt.date | None = None
    badge: dict[str, str] | None = None


class Suite(NamedTuple):
    """Un lien, au pied d'un bloc ou dans un bloc vide."""

    libelle: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bloc:
    """Un bloc du tableau de bord. `contenu` : ce que lit son gabarit."""

    cle: str
    titre: str
    gabarit: str
    contenu: dict[str, Any] = field(default_factory=dict)


def bloc_de_lignes(
    cle: str,
    titre: str,
    lignes: Iterable[Ligne],
    *,
    vide: str,
    suite: Suite | None = None,
    si_vide: Suite | None = None,
    montrees: int = LIGNES_MONTREES,
    compter: bool = True,
) -> Bloc:
    """Les premières lignes, combien il en reste, et où les voir toutes. `vide` : ce qu'on lit quand il n'y en a pas.

    `compter` faux : les lignes données ne sont qu'un début, leur nombre ne dit rien.
    """
    lignes = list(lignes)
    contenu = {
        "lignes": lignes[:montrees],
        "total": len(lignes) if compter else 0,
        "reste": max(0, len(lignes) - montrees) if compter else 0,
        "vide": vide,
        "suite": suite,
        "si_vide": si_vide,
    }
    return Bloc(cle, titre, "accueil/_lignes.html", contenu)


def ligne_de_dossier(dossier: Dossier, *, detail: str = "") -> Ligne:
    """Un dossier : sa structure, son numéro, son type, son échéance, son état. Sans requête après `avec_echeance`."""
    precisions = (dossier.numero, dossier.get_type_display(), detail)
    return Ligne(
        str(dossier.structure),
        dossier.get_absolute_url(),
        " · ".join(precision for precision in precisions if precision),
        dossier.echeance,
        dossier.badge,
    )


def lignes_de_taches(utilisateur: Utilisateur) -> list[Ligne]:
    """Ce que la personne s'est vu confier et n'a pas encore fait, le plus pressé d'abord."""
    siennes = Tache.objects.visibles_par(utilisateur).a_faire().filter(pour=utilisateur)
    return [
        Ligne(
            tache.intitule,
            f"{reverse('dossiers:onglet', args=[tache.dossier.numero, 'negociation'])}#taches",
            f"Tâche · {tache.dossier.structure}, dossier {tache.dossier.numero}",
            tache.echeance,
        )
        for tache in siennes.select_related("dossier__structure")[:LIGNES_MONTREES]
    ]


def par_echeance(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """Les plus pressés d'abord ; ceux qui n'ont pas d'échéance à la fin, les plus anciens mouvements devant."""
    return sorted(dossiers, key=lambda dossier: (dossier.echeance or dt.date.max, dossier.modifie_le))
