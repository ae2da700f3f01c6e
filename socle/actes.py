"""La barre d'actes d'un objet : ce que cette personne peut faire maintenant, et ce qui manque au reste."""

from collections.abc import Callable, Iterable
from typing import Any

from socle.workflow import Acte, Manque, Transition


def presenter(objet: Any, utilisateur: Any, adresse: Callable[[Transition[Any]], str]) -> list[dict[str, Any]]:
    """Les actes de l'état présent, pour `composants/actes.html`.

    `adresse` donne l'écran d'un acte. Un acte sans objet n'est pas montré ; ce que son écran demande ne le bloque pas.
    """
    actes = [acte for acte in type(objet).circuit.actes(objet, utilisateur) if not _sans_objet(acte)]
    premier = _primaire(actes)
    return [
        {
            "libelle": acte.transition.libelle,
            "url": adresse(acte.transition),
            "primaire": acte is premier,
            "grave": acte.transition.grave,
            "consequence": acte.transition.consequence,
            "manques": manques_en_liens(acte.obstacles),
        }
        for acte in actes
    ]


def manques_en_liens(manques: Iterable[str | Manque]) -> list[dict[str, str]]:
    """Ce qui manque, en phrases et en liens, pour les composants d'alerte et d'actes."""
    return [{"texte": str(manque), "lien": getattr(manque, "lien", "")} for manque in manques]


def _sans_objet(acte: Acte) -> bool:
    return any(manque.sans_objet for manque in acte.manques)


def _primaire(actes: list[Acte]) -> Acte | None:
    """Celui qui fait le plus avancer : le dernier de la table qui soit possible et ne ferme ni ne renvoie rien."""
    possibles = [
        acte for acte in actes if not acte.obstacles and not acte.transition.grave and not acte.transition.motif_requis
    ]
    return possibles[-1] if possibles else None
