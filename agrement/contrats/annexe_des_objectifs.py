"""L'annexe A d'un contrat, telle qu'un avenant la change : objectifs, actions, indicateurs. Aucune requête ici."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

# Où se rangent les objectifs d'aucun axe du projet social.
AJOUTES = "Objectifs ajoutés par avenant"
# Comment chaque précision d'un indicateur s'écrit, et la clé qui la garde.
PRECISIONS = {"départ": "depart", "cible": "cible", "unité": "unite", "fréquence": "frequence"}
ACTION, INDICATEUR = "action", "indicateur"
ENTRE = " ; "

Ligne = dict[str, Any]
Axes = Sequence[Mapping[str, Any]]


def annexe_apres(objectifs: Axes, axes: Axes) -> list[dict[str, Any]]:
    """Les axes de ces objectifs. Chacun garde ses actions et ses indicateurs ; un nouveau n'en a pas encore."""
    lignes = _lignes(objectifs, {ligne["numero"]: ligne for axe in axes for ligne in axe["lignes"]})
    connus = {str(axe["numero"]): axe for axe in axes}
    ranges: dict[str, list[Ligne]] = {}
    for ligne in sorted(lignes, key=_rang):
        numero = ligne["numero"].partition(".")[0]
        ranges.setdefault(numero if numero in connus else "", []).append(ligne)
    gardes = [{**axe, "lignes": ranges[numero]} for numero, axe in connus.items() if numero in ranges and numero]
    ajoutes = ranges.get("")
    return [*gardes, *([{"numero": "", "intitule": AJOUTES, "lignes": ajoutes}] if ajoutes else [])]


def _lignes(objectifs: Axes, anciennes: Mapping[str, Mapping[str, Any]]) -> list[Ligne]:
    """Une ligne par objectif retenu ; un objectif général de deux familles n'en a qu'une."""
    lignes: dict[tuple[str, str], Ligne] = {}
    for general in (objectif for famille in objectifs for objectif in famille["objectifs"]):
        ligne = lignes.setdefault(_cle(general), {**_ligne(general, anciennes), "detaille": False})
        ligne["detaille"] = ligne["detaille"] or bool(general["operationnels"])
        lignes |= {_cle(objectif): _ligne(objectif, anciennes) for objectif in general["operationnels"]}
    return list(lignes.values())


def _cle(objectif: Mapping[str, Any]) -> tuple[str, str]:
    return (objectif["numero"], "" if objectif["numero"] else objectif["intitule"])


def _ligne(objectif: Mapping[str, Any], anciennes: Mapping[str, Mapping[str, Any]]) -> Ligne:
    ancienne = anciennes.get(objectif["numero"]) if objectif["numero"] else None
    vide = {"numero": objectif["numero"], "actions": [], "indicateurs": []}
    return {**(ancienne or vide), "intitule": objectif["intitule"]}


def _rang(ligne: Ligne) -> tuple[list[int], bool]:
    """L'ordre des numéros ; un objectif sans numéro vient après les autres."""
    chiffres = [int(morceau) for morceau in ligne["numero"].split(".") if morceau.isdecimal()]
    return (chiffres or [10**6], not chiffres)


# --- À l'écran : une ligne par action et par indicateur ----------------------------------------------


def en_texte(axes: Axes) -> str:
    """« 1.1 action : Café du mercredi », « 1.1 indicateur : Habitants rencontrés ; cible : 40 » ; une ligne chacun."""
    return "\n".join(
        ligne_ecrite for axe in axes for ligne in axe["lignes"] if ligne["numero"] for ligne_ecrite in _ecrire(ligne)
    )


def _ecrire(ligne: Mapping[str, Any]) -> Iterator[str]:
    for action in ligne["actions"]:
        yield f"{ligne['numero']} {ACTION} : {action}"
    for indicateur in ligne["indicateurs"]:
        precisions = [f"{mot} : {indicateur[cle]}" for mot, cle in PRECISIONS.items() if indicateur.get(cle)]
        yield f"{ligne['numero']} {INDICATEUR} : {ENTRE.join([indicateur['intitule'], *precisions])}"


def lire(texte: str, objectifs: Axes, axes: Axes) -> tuple[list[dict[str, Any]], list[str]]:
    """L'annexe A de ces objectifs, avec les actions et les indicateurs écrits ; et ce qui ne se lit pas, en phrases.

    Les lignes d'un objectif que l'avenant ôte disparaissent avec lui.
    """
    apres = annexe_apres(objectifs, axes)
    lignes = {ligne["numero"]: ligne for axe in apres for ligne in axe["lignes"] if ligne["numero"]}
    otes = {ligne["numero"] for axe in axes for ligne in axe["lignes"]} - lignes.keys()
    for ligne in lignes.values():
        ligne["actions"], ligne["indicateurs"] = [], []
    fautes = []
    for ecrite in filter(None, map(str.strip, texte.splitlines())):
        numero, sorte, dit = _decouper(ecrite)
        if not dit:
            fautes.append(f"Écrivez « 1.1 action : … » ou « 1.1 indicateur : … » : « {ecrite[:60]} » ne se lit pas.")
        elif numero in lignes:
            _ajouter(lignes[numero], sorte, dit)
        elif numero not in otes:
            fautes.append(f"L'objectif {numero} n'est pas retenu : ôtez sa ligne, ou ajoutez-le plus haut.")
    return apres, fautes


def _decouper(ecrite: str) -> tuple[str, str, str]:
    """(numéro, sorte, ce qu'elle dit) ; vide si la ligne n'a pas cette forme."""
    debut, _, dit = ecrite.partition(":")
    numero, _, sorte = debut.strip().partition(" ")
    return (
        (numero, sorte.strip().lower(), dit.strip()) if sorte.strip().lower() in (ACTION, INDICATEUR) else ("", "", "")
    )


def _ajouter(ligne: Ligne, sorte: str, dit: str) -> None:
    if sorte == ACTION:
        ligne["actions"].append(dit)
        return
    indicateur = {"intitule": "", **dict.fromkeys(PRECISIONS.values(), "")}
    courante = "intitule"
    for morceau in dit.split(ENTRE):
        mot, deux_points, valeur = morceau.partition(":")
        nouvelle = PRECISIONS.get(mot.strip().lower()) if deux_points else None
        if nouvelle:
            courante, morceau = nouvelle, valeur.strip()
        indicateur[courante] = ENTRE.join(filter(None, [indicateur[courante], morceau]))
    ligne["indicateurs"].append(indicateur)


# --- En mots -------------------------------------------------------------------------------------


def en_lignes(axes: Axes) -> Iterator[tuple[str, str]]:
    """(objectif, ses actions et ses indicateurs), pour le lire à l'écran ou dans un avenant."""
    for ligne in (ligne for axe in axes for ligne in axe["lignes"]):
        yield f"{ligne['numero']} {ligne['intitule']}".strip(), " ".join(_dire(ligne))


def _dire(ligne: Mapping[str, Any]) -> Iterator[str]:
    if ligne["actions"]:
        yield f"Actions : {ENTRE.join(ligne['actions'])}."
    if ligne["indicateurs"]:
        yield f"Indicateurs : {ENTRE.join(map(indicateur_en_mots, ligne['indicateurs']))}."
    elif not ligne.get("detaille"):
        yield "Indicateurs à fixer au premier comité de suivi."


def indicateur_en_mots(indicateur: Mapping[str, Any]) -> str:
    """« Habitants rencontrés (cible 200 personnes, départ 120, chaque année) »."""
    cible = " ".join(filter(None, [indicateur.get("cible"), indicateur.get("unite")]))
    precisions: Iterable[str] = (
        f"cible {cible}" if indicateur.get("cible") else cible,
        f"départ {indicateur['depart']}" if indicateur.get("depart") else "",
        indicateur.get("frequence") or "",
    )
    entre_parentheses = ", ".join(filter(None, precisions))
    return f"{indicateur['intitule']} ({entre_parentheses})" if entre_parentheses else str(indicateur["intitule"])
