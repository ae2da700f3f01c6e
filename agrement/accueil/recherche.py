"""La recherche du haut de page : une requête par sorte d'objet, bornée à ce que la personne voit."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from agrement.accueil.tableaux.formes import Ligne
from agrement.contrats.models import Contrat
from agrement.dossiers.models import Dossier, recherche
from centres.models import Gestionnaire, Structure
from comptes.models import Utilisateur
from socle.texte import sans_accents

LONGUEUR_MINIMALE = 2
TROUVES_MONTRES = 10


class Sorte(NamedTuple):
    """Une sorte d'objet : ce qui se cherche, dans quels champs, et comment un résultat se lit.

    `cherches` : sa façon à elle de chercher, si ses champs n'y suffisent pas.
    """

    titre: str
    visibles: Callable[[Utilisateur], QuerySet[Any]]
    champs: tuple[str, ...]
    detail: Callable[[Any], str]
    cherches: Callable[[Any, list[str], Utilisateur], QuerySet[Any]] | None = None


class Trouves(NamedTuple):
    titre: str
    lignes: list[Ligne]
    reste: bool


def structures(utilisateur: Utilisateur) -> QuerySet[Structure]:
    return Structure.objects.visibles_par(utilisateur).select_related("commune")


def dossiers(utilisateur: Utilisateur) -> QuerySet[Dossier]:
    return Dossier.objects.visibles_par(utilisateur).select_related("structure")


def dossiers_cherches(trouves: Any, mots: list[str], utilisateur: Utilisateur) -> QuerySet[Dossier]:
    """Les dossiers se cherchent aussi par leur projet et leurs points, pour qui peut les lire."""
    return recherche.chercher(trouves, " ".join(mots), utilisateur)


def contrats(utilisateur: Utilisateur) -> QuerySet[Contrat]:
    return Contrat.objects.visibles_par(utilisateur).select_related("structure")


SORTES: tuple[Sorte, ...] = (
    Sorte(
        "Structures",
        structures,
        ("recherche",),
        lambda structure: ", ".join(filter(None, (structure.get_type_display(), str(structure.commune or "")))),
    ),
    Sorte(
        "Dossiers",
        dossiers,
        (),
        lambda dossier: f"{dossier.structure} · {dossier.get_type_display()} · {dossier.badge['libelle']}",
        dossiers_cherches,
    ),
    Sorte("Contrats", contrats, ("numero", "structure__recherche"), lambda contrat: str(contrat.structure)),
    Sorte(
        "Gestionnaires",
        Gestionnaire.objects.visibles_par,
        ("recherche",),
        lambda gestionnaire: gestionnaire.get_forme_display(),
    ),
)


def chercher(texte: str, utilisateur: Utilisateur) -> list[Trouves]:
    """Ce que la personne peut voir et qui contient tous les mots, sans égard aux accents. Une lettre : rien."""
    mots = sans_accents(texte).split()
    if sum(len(mot) for mot in mots) < LONGUEUR_MINIMALE:
        return []
    tous = (_trouver(sorte, mots, utilisateur) for sorte in SORTES)
    return [trouves for trouves in tous if trouves.lignes]


def _trouver(sorte: Sorte, mots: list[str], utilisateur: Utilisateur) -> Trouves:
    trouves = sorte.visibles(utilisateur)
    if sorte.cherches is not None:
        trouves, mots = sorte.cherches(trouves, mots, utilisateur), []
    for mot in mots:
        condition = Q()
        for champ in sorte.champs:
            condition |= Q(**{f"{champ}__{'icontains' if champ.startswith('numero') else 'contains'}": mot})
        trouves = trouves.filter(condition)
    premiers = list(trouves[: TROUVES_MONTRES + 1])
    lignes = [Ligne(str(objet), objet.get_absolute_url(), sorte.detail(objet)) for objet in premiers[:TROUVES_MONTRES]]
    return Trouves(sorte.titre, lignes, len(premiers) > TROUVES_MONTRES)
