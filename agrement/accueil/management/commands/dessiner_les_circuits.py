"""Écrit docs/circuits.md et docs/droits.md depuis les tables du code : rien n'y est recopié à la main."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import rules
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models
from rules.permissions import permissions

from comptes.choix import Role
from socle.workflow import NAISSANCE, Circuit, Transition

DOCS = Path(settings.BASE_DIR) / "docs"
DE_L_ADMINISTRATION = ("view_", "add_", "change_", "delete_")
PORTEE = """\
Une croix : la personne de ce rôle a ce droit sur ce qui est à sa portée, c'est-à-dire ce qui est de sa Caisse, de ses
structures pour un centre, de son secteur pour un conseiller. La table est calculée rôle par rôle, sans objet : un droit
peut encore être refusé pour un objet précis, par exemple une version figée, un dossier qui n'est pas au stade des
instances, ou une procédure que la Caf seule conduit. Les droits de l'administration Django (voir, ajouter, modifier,
supprimer) sont tous au rôle « Administration de l'application » et ne figurent pas ici. Si la Caisse règle le paramètre
« suppléance » sur « oui », ce rôle tient aussi les actes des centres et des agents empêchés, à son nom au journal ;
jamais un vote, un contreseing ni une signature."""
EN_TETE = "<!-- Écrit par « manage.py dessiner_les_circuits » : ne pas modifier à la main. -->\n\n"


class Command(BaseCommand):
    help = "Redessine les circuits et la table des droits dans docs/, depuis le code."

    def handle(self, *args: Any, **options: Any) -> None:
        for nom, texte in documents().items():
            (DOCS / nom).write_text(texte)
            self.stdout.write(f"docs/{nom} : écrit.")


def documents() -> dict[str, str]:
    """Le nom et le texte de chaque document, tels qu'ils doivent être."""
    return {"circuits.md": circuits_en_clair(), "droits.md": droits_en_clair()}


def modeles_a_circuit() -> list[type[models.Model]]:
    """Les modèles qui portent un circuit, dans l'ordre alphabétique de leur nom."""
    modeles = (modele for modele in apps.get_models() if isinstance(getattr(modele, "circuit", None), Circuit))
    return sorted(modeles, key=lambda modele: modele._meta.label)


# --- Circuits -------------------------------------------------------------------------------------


def circuits_en_clair() -> str:
    parties = ["# Les circuits\n\nChaque machine : ses états, ses actes, le droit que chacun demande.\n"]
    parties += [_circuit_en_clair(modele) for modele in modeles_a_circuit()]
    return EN_TETE + "\n".join(parties)


def _circuit_en_clair(modele: type[models.Model]) -> str:
    circuit: Circuit[Any] = modele.circuit  # type: ignore[attr-defined]
    lignes = [f"## {_majuscule(str(modele._meta.verbose_name))}", "", "```mermaid", "stateDiagram-v2"]
    lignes += [f"    state {_guillemets(etat.label)} as {etat.value}" for etat in circuit.etats]
    for transition in circuit.transitions:
        nom = f"{transition.numero} {transition.libelle}".strip()
        lignes += [f"    {de or '[*]'} --> {transition.vers} : {nom}" for de in _sources(circuit, transition)]
    lignes += ["```", "", "| Acte | De | Vers | Droit | Motif |", "| --- | --- | --- | --- | --- |"]
    lignes += [_ligne(circuit, transition) for transition in circuit.transitions]
    return "\n".join(lignes) + "\n"


def _sources(circuit: Circuit[Any], transition: Transition[Any]) -> list[str]:
    """Les états de départ, dans l'ordre où le circuit les déclare."""
    return [etat for etat in (NAISSANCE, *circuit.etats.values) if etat in transition.de]


def _ligne(circuit: Circuit[Any], transition: Transition[Any]) -> str:
    de = ", ".join(circuit.libelle(etat) for etat in _sources(circuit, transition))
    droit = f"`{transition.permission}`" if transition.permission else "l'horloge seule"
    acte = f"{transition.numero} {transition.libelle}".strip()
    motif = "demandé" if transition.motif_requis else ""
    return f"| {acte} | {de} | {circuit.libelle(transition.vers)} | {droit} | {motif} |"


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _guillemets(texte: str) -> str:
    return f'"{texte}"'


# --- Droits ---------------------------------------------------------------------------------------


def droits_en_clair() -> str:
    actes = _actes_par_droit()
    lignes = [
        "# Qui peut quoi",
        "",
        PORTEE,
        "",
        "| Droit | Actes | " + " | ".join(str(role.label) for role in Role) + " |",
        "| --- | --- |" + " :-: |" * len(Role),
    ]
    for permission in _permissions():
        croix = " | ".join("×" if rules.has_perm(permission, _personne(role)) else "" for role in Role)
        lignes.append(f"| `{permission}` | {', '.join(actes[permission])} | {croix} |")
    return EN_TETE + "\n".join(lignes) + "\n"


def _permissions() -> Iterator[str]:
    for permission in sorted(permissions):
        if not permission.split(".")[1].startswith(DE_L_ADMINISTRATION):
            yield permission


def _actes_par_droit() -> dict[str, list[str]]:
    """Les actes des circuits que chaque droit ouvre, sans répétition."""
    actes: dict[str, list[str]] = defaultdict(list)
    for modele in modeles_a_circuit():
        circuit: Circuit[Any] = modele.circuit  # type: ignore[attr-defined]
        for transition in circuit.transitions:
            if transition.libelle not in actes[transition.permission]:
                actes[transition.permission].append(transition.libelle)
    return actes


class _Secteurs:
    """Les secteurs d'une personne qui en a : les questions sur le rôle seul y répondent oui."""

    def filter(self, **conditions: Any) -> "_Secteurs":
        return self

    def exists(self) -> bool:
        return True


def _personne(role: Role) -> Any:
    personne = SimpleNamespace(
        pk=0,
        role=role,
        caisse_id=0,
        supplee=False,
        is_active=True,
        structures_rattachees=frozenset({0}),
        secteurs=_Secteurs(),
    )
    personne.has_perm = lambda permission, objet=None: rules.has_perm(permission, personne, objet)
    return personne
