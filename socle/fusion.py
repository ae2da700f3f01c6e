"""Un texte à champs : « Vous avez présenté pour [structure] une demande… », contrôlé, puis rempli.

Le texte n'a que des paragraphes, des listes (« - ») et des titres (« ## »). Un champ d'un bloc est seul sur sa ligne et
devient des paragraphes ou une liste ; tout autre se met au fil d'une phrase. Le texte se découpe avant d'être rempli,
et se remplit en une passe : une valeur ne peut écrire ni titre, ni liste, ni champ. Rien n'y est du HTML : le gabarit
qui imprime le résultat protège chaque valeur, comme toute autre.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, TypedDict

CHAMP = re.compile(r"\[([^\[\]\n]*)\]")
TITRE, POINT = "## ", "- "


class Champ(NamedTuple):
    """Un champ que le texte peut nommer. `libelle` : ce qu'il devient. `bloc` : seul sur sa ligne."""

    nom: str
    libelle: str
    bloc: bool = False

    def __str__(self) -> str:
        return f"[{self.nom}]"


class Bloc(TypedDict):
    """Un titre, des paragraphes, les points d'une liste : ce qu'un gabarit imprime, dans cet ordre.

    `cadre` : le nom de l'encadré qui l'entoure, s'il en a un.
    """

    titre: str
    textes: list[str]
    points: list[str]
    cadre: str


def bloc(*, titre: str = "", textes: Sequence[str] = (), points: Sequence[str] = (), cadre: str = "") -> Bloc:
    """Un bloc en valeurs simples, qu'un champ JSON garde telles quelles."""
    return {"titre": titre, "textes": [*textes], "points": [*points], "cadre": cadre}


# --- Contrôler ----------------------------------------------------------------------------------


def fautes(texte: str, champs: Sequence[Champ], obligatoires: Collection[str] = ()) -> list[str]:
    """Ce qui empêche d'employer ce texte, en phrases : crochets, champs inconnus, mal placés ou manquants, titres."""
    connus = {champ.nom: champ for champ in champs}
    trouvees = [
        faute for ligne in texte.splitlines() for faute in (*_crochets(ligne), *_champs(ligne, connus), *_titres(ligne))
    ]
    employes = set(CHAMP.findall(texte))
    trouvees += [
        f"Il manque [{nom}] : {connus[nom].libelle[:1].lower()}{connus[nom].libelle[1:]}."
        for nom in obligatoires
        if nom not in employes
    ]
    return list(dict.fromkeys(trouvees))


def _crochets(ligne: str) -> Iterator[str]:
    reste = CHAMP.sub("", ligne)
    if "[" in reste:
        yield f"Un crochet n'est pas fermé : « {_extrait(reste, '[')} »."
    if "]" in reste:
        yield f"Un crochet se ferme sans avoir été ouvert : « {_extrait(reste[::-1], ']')[::-1]} »."


def _extrait(ligne: str, signe: str) -> str:
    return ligne[ligne.index(signe) :][:30].strip()


def _champs(ligne: str, connus: Mapping[str, Champ]) -> Iterator[str]:
    for nom in CHAMP.findall(ligne):
        if nom not in connus:
            yield _inconnu(nom, connus)
        elif connus[nom].bloc and ligne.strip() != f"[{nom}]":
            yield f"[{nom}] devient plusieurs lignes : mettez-le seul sur sa ligne."


def _inconnu(nom: str, connus: Mapping[str, Champ]) -> str:
    proches = difflib.get_close_matches(nom.strip().lower().replace(" ", "_"), connus, n=1)
    suite = f" : vouliez-vous dire [{proches[0]}] ?" if proches else "."
    return f"[{nom}] n'est pas un champ connu{suite} Les champs sont : {', '.join(map(str, connus.values()))}."


def _titres(ligne: str) -> Iterator[str]:
    if ligne.startswith("#") and not ligne.startswith(TITRE):
        yield f"Un titre s'écrit « ## », une espace, puis son texte : « {ligne[:30].strip()} »."


# --- Remplir ------------------------------------------------------------------------------------


def en_ligne(texte: str, valeurs: Mapping[str, str]) -> str:
    """Le texte d'une seule ligne, chaque champ remplacé par sa valeur, en une passe."""
    return CHAMP.sub(lambda trouve: valeurs.get(trouve[1], trouve[0]), texte).strip()


def en_blocs(texte: str, valeurs: Mapping[str, str], blocs: Mapping[str, Sequence[Bloc]]) -> list[Bloc]:
    """Le texte rempli, en blocs de valeurs simples.

    `valeurs` : les champs au fil d'une phrase. `blocs` : ceux qui sont seuls sur leur ligne ; vides, ils disparaissent
    avec le titre qui n'annonçait qu'eux.
    """
    faits: list[Bloc] = []
    titre, sans_suite = "", False  # un titre attend ce qu'il annonce
    for morceau in _morceaux(texte):
        champ = CHAMP.fullmatch(morceau[0])
        if champ and champ[1] in blocs:
            nouveaux = list(blocs[champ[1]])
            sans_suite = sans_suite or not nouveaux
            titre = "" if sans_suite and nouveaux and nouveaux[0]["titre"] else titre
        elif morceau[0].startswith(TITRE):
            titre, sans_suite = en_ligne(morceau[0].removeprefix(TITRE), valeurs), False
            continue
        else:
            nouveaux = [_bloc(morceau, valeurs)]
            titre = "" if sans_suite else titre
        if nouveaux:
            faits += [bloc(titre=titre)] if titre else []
            faits += nouveaux
            titre, sans_suite = "", False
    return faits


def en_paragraphes(texte: str) -> list[Bloc]:
    """Un texte libre, tel quel : un paragraphe par ligne, une liste pour les lignes qui commencent par « - »."""
    faits: list[Bloc] = []
    for ligne in filter(None, map(str.strip, texte.splitlines())):
        if not ligne.startswith(POINT):
            faits.append(bloc(textes=[ligne]))
        elif faits and faits[-1]["points"]:
            faits[-1]["points"].append(ligne.removeprefix(POINT))
        else:
            faits.append(bloc(points=[ligne.removeprefix(POINT)]))
    return faits


def _bloc(morceau: list[str], valeurs: Mapping[str, str]) -> Bloc:
    if morceau[0].startswith(POINT):
        return bloc(points=[en_ligne(ligne.removeprefix(POINT), valeurs) for ligne in morceau])
    return bloc(textes=[en_ligne(" ".join(morceau), valeurs)])


def _morceaux(texte: str) -> Iterator[list[str]]:
    """Les lignes qui vont ensemble : un titre, un champ de bloc, les points d'une liste, un paragraphe."""
    courant: list[str] = []
    for ligne in [*(brute.strip() for brute in texte.splitlines()), ""]:
        if courant and (not ligne or _sorte(ligne) != _sorte(courant[0]) or _sorte(ligne) == "seule"):
            yield courant
            courant = []
        if ligne:
            courant.append(ligne)


def _sorte(ligne: str) -> str:
    if ligne.startswith(TITRE) or CHAMP.fullmatch(ligne):
        return "seule"
    return "point" if ligne.startswith(POINT) else "texte"
