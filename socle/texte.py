"""Chercher un texte sans ses accents, dire s'il se lit, comparer deux textes mot à mot."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

COMMUN, OTE, AJOUTE = "commun", "ote", "ajoute"

_MOTS = re.compile(r"\s*[\w'’-]+|\s*[^\w\s]|\s+")  # la ponctuation compte pour un mot
MOTS_COMPARES = 6000  # au-delà, deux textes se lisent l'un après l'autre : les comparer prendrait des secondes
MOTS_QUI_SEPARENT = 3  # moins de mots communs que cela entre deux changements : ils n'en font qu'un
MOTS_AUTOUR = 12


class Passage(NamedTuple):
    """Une suite de mots : `commun` aux deux textes, `ote` ou `ajoute`."""

    sorte: str
    texte: str


def se_lit(texte: str) -> bool:
    """Vrai si le texte porte au moins un signe visible : ni des espaces, ni des caractères invisibles."""
    return any(lettre.isprintable() and not lettre.isspace() for lettre in texte)


def sans_accents(texte: str) -> str:
    """Le texte en minuscules et sans accents, tel qu'on le cherche : « Éveil » se trouve par « eveil »."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "oe"))
    return " ".join("".join(c for c in decompose if not unicodedata.combining(c)).casefold().split())


def comparer_les_mots(avant: str, apres: str) -> list[Passage]:
    """Le passage d'un texte à l'autre ; les passages ôtés et communs rendent `avant`, les ajoutés et communs `apres`.

    Quelques mots communs isolés entre deux changements en font partie : la lecture y gagne.
    """
    anciens, nouveaux = _MOTS.findall(avant), _MOTS.findall(apres)
    if max(len(anciens), len(nouveaux)) > MOTS_COMPARES:
        return [Passage(OTE, avant), Passage(AJOUTE, apres)]
    passages: list[Passage] = []
    for de, a, vers, jusqu_a, egaux in _plages(anciens, nouveaux):
        dits = ((COMMUN, anciens[de:a]),) if egaux else ((OTE, anciens[de:a]), (AJOUTE, nouveaux[vers:jusqu_a]))
        passages += [Passage(sorte, "".join(mots)) for sorte, mots in dits if mots]
    return passages


def _plages(anciens: list[str], nouveaux: list[str]) -> Iterator[tuple[int, int, int, int, bool]]:
    """Les plages égales et changées, dans l'ordre ; deux changements presque voisins n'en font qu'un."""
    de = vers = 0
    for bloc in SequenceMatcher(None, anciens, nouveaux).get_matching_blocks():
        au_bout = bloc.a + bloc.size == len(anciens) and bloc.b + bloc.size == len(nouveaux)
        au_debut = bloc.a == bloc.b == 0
        if 0 < bloc.size < MOTS_QUI_SEPARENT and not (au_bout or au_debut):
            continue
        if (de, vers) != (bloc.a, bloc.b):
            yield de, bloc.a, vers, bloc.b, False
        de, vers = bloc.a + bloc.size, bloc.b + bloc.size
        if bloc.size:
            yield bloc.a, de, bloc.b, vers, True


def abreger(passages: list[Passage]) -> list[Passage]:
    """Les mêmes, où un long passage commun ne garde que les mots voisins d'un changement : « … »."""
    return [
        Passage(COMMUN, _bords(passage.texte, debut=rang > 0, fin=rang < len(passages) - 1))
        if passage.sorte == COMMUN
        else passage
        for rang, passage in enumerate(passages)
    ]


def _bords(texte: str, *, debut: bool, fin: bool) -> str:
    mots = _MOTS.findall(texte)
    gardes = MOTS_AUTOUR * (debut + fin)
    if len(mots) <= gardes + MOTS_QUI_SEPARENT:
        return texte
    return "".join([*(mots[:MOTS_AUTOUR] if debut else []), " […] ", *(mots[-MOTS_AUTOUR:] if fin else [])])
