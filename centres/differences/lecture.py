"""Un écart rangé pour être lu : par partie et par axe, élément par élément, en mots avant d'être en couleurs."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from django.utils.text import capfirst

from centres.choix import Geste
from centres.differences.entree import PLACE, Entree, compter, nombre_d_elements
from centres.models import NOEUDS
from centres.regles import PARTIE_PAR_CODE
from socle.texte import Passage, abreger, comparer_les_mots

NOMS = {
    Geste.AJOUT: ("ajout", "ajouts"),
    Geste.RETRAIT: ("retrait", "retraits"),
    Geste.DEPLACEMENT: ("déplacement", "déplacements"),
    Geste.CHANGEMENT: ("changement", "changements"),
}
FEUILLES = ("financements", "indicateurs")
TOUT_ENTIER = (Geste.AJOUT, Geste.RETRAIT)
LONG = 60  # signes : au-delà, un texte se compare mot à mot
TONS = {
    Geste.AJOUT: ("succes", "circle-plus"),
    Geste.RETRAIT: ("danger", "circle-minus"),
    Geste.DEPLACEMENT: ("info", "arrow-right-left"),
    Geste.CHANGEMENT: ("attention", "pencil"),
}


class Marque(NamedTuple):
    """Le geste en mot, et de quoi le dessiner."""

    libelle: str
    ton: str
    icone: str


class Ligne(NamedTuple):
    """Un champ. `valeur` : ce que dit un élément ajouté ou retiré ; sinon d'avant à après, ou mot à mot."""

    champ: str
    valeur: str = ""
    avant: str = ""
    apres: str = ""
    passages: tuple[Passage, ...] = ()


class Element(NamedTuple):
    """Un nœud, ou un champ du projet, et tout ce qui lui arrive. `chemin` : ce qui le porte, sous le titre."""

    titre: str
    chemin: str
    marques: tuple[Marque, ...]
    deplacements: tuple[str, ...]
    lignes: tuple[Ligne, ...]


class Section(NamedTuple):
    """Une partie du projet, ou l'un de ses axes."""

    titre: str
    elements: tuple[Element, ...]


def phrase(avant: int, apres: int, entrees: Collection[Entree]) -> str:
    """« La version 3 change 7 éléments : 3 ajouts, 1 retrait, 2 déplacements, 5 changements. » ; deux numéros."""
    nombre = nombre_d_elements(entrees)
    if not nombre:
        return f"La version {apres} ne change rien à la version {avant}."
    dits = ", ".join(f"{fois} {NOMS[Geste(geste)][fois > 1]}" for geste, fois in compter(entrees).items() if fois)
    return f"La version {apres} change {nombre} élément{'s' if nombre > 1 else ''} : {dits}."


def lire(entrees: Iterable[Entree], geste: str = "") -> list[Section]:
    """Les sections de l'écart, dans l'ordre du projet ; `geste` : les seuls éléments qui l'ont subi, vide pour tous."""
    groupes = _reunir_les_feuilles([list(groupe) for _, groupe in groupby(entrees, lambda entree: entree.element)])
    montres = [groupe for groupe in groupes if geste in ("", *(entree.geste for entree in groupe))]
    return [
        Section(titre, tuple(_element(groupe) for groupe in les_siens))
        for titre, les_siens in groupby(montres, lambda groupe: _titre_de_la_section(groupe[0]))
    ]


def _reunir_les_feuilles(groupes: list[list[Entree]]) -> list[list[Entree]]:
    """Met l'indicateur ou le financement ajouté (ou retiré) avec l'action ou l'objectif qui le porte et l'est aussi.

    L'écart est dans l'ordre du projet : une feuille y suit son porteur.
    """
    reunis: list[list[Entree]] = []
    for groupe in groupes:
        entree = groupe[0]
        avec_le_porteur = entree.sorte in FEUILLES and reunis and entree.geste in TOUT_ENTIER
        if avec_le_porteur and reunis[-1][0].geste == entree.geste and reunis[-1][0].sorte not in FEUILLES:
            reunis[-1] += groupe
        else:
            reunis.append(groupe)
    return reunis


def _titre_de_la_section(entree: Entree) -> str:
    if entree.partie == "axes":
        return _sans_article(entree.chemin[0]) if entree.chemin else _titre(entree)
    return PARTIE_PAR_CODE[entree.partie].libelle


def _element(entrees: list[Entree]) -> Element:
    premiere = entrees[0]
    gestes = dict.fromkeys(Geste(entree.geste) for entree in entrees)
    chemin = premiere.chemin[1:] if premiere.partie == "axes" else premiere.chemin
    return Element(
        titre=_titre(premiere),
        chemin=" › ".join(_sans_article(porteur) for porteur in chemin),
        marques=tuple(Marque(str(geste.label), *TONS[geste]) for geste in gestes),
        deplacements=tuple(_deplacement(entree) for entree in entrees if entree.geste == Geste.DEPLACEMENT),
        lignes=tuple(_lignes(entrees)),
    )


def _titre(entree: Entree) -> str:
    if not entree.cle:
        return capfirst(entree.champ)
    genre = capfirst(str(NOEUDS[entree.sorte]._meta.verbose_name))
    return f"{genre} « {entree.intitule} »" if entree.intitule else f"{genre} sans intitulé"


def _sans_article(porteur: str) -> str:
    return capfirst(porteur.removeprefix("l'"))


def _deplacement(entree: Entree) -> str:
    if entree.champ == PLACE:
        return f"Déplacé de {entree.avant} vers {entree.apres}."
    return f"Placé {entree.apres} ; il était {entree.avant}."


def _lignes(entrees: list[Entree]) -> Iterator[Ligne]:
    """Une ligne par champ de l'élément, puis une par feuille qu'il porte."""
    for element, groupe in groupby(entrees, lambda entree: entree.element):
        dits = [entree for entree in groupe if entree.champ and entree.geste != Geste.DEPLACEMENT]
        if element == entrees[0].element:
            yield from (_ligne(entree) for entree in dits)
        else:
            feuille = next(entree for entree in entrees if entree.element == element)
            valeurs = " ; ".join(f"{entree.champ} {entree.apres or entree.avant}" for entree in dits)
            yield Ligne(_titre(feuille), valeur=valeurs or "sans précision")


def _ligne(entree: Entree) -> Ligne:
    champ = capfirst(entree.champ) if entree.cle else ""
    if entree.geste != Geste.CHANGEMENT:
        return Ligne(champ, valeur=entree.apres or entree.avant)
    if entree.avant and entree.apres and max(len(entree.avant), len(entree.apres)) > LONG:
        return Ligne(champ, passages=tuple(abreger(comparer_les_mots(entree.avant, entree.apres))))
    return Ligne(champ, avant=entree.avant, apres=entree.apres)
