"""La navigation de chaque rôle : une table, lue par toutes les pages."""

import tomllib
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

VERSION: str = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


class Entree(NamedTuple):
    """Une entrée du menu : son libellé, l'URL qu'elle ouvre, son icône et le droit qui la montre.

    `groupe` : l'intertitre sous lequel elle se range.
    """

    libelle: str
    url: str
    icone: str
    permission: str = ""
    groupe: str = ""


class Lien(NamedTuple):
    """Une entrée prête à s'afficher. `exact` : c'est la page même ; sinon la page est dessous."""

    libelle: str
    adresse: str
    icone: str
    actif: bool
    exact: bool


class Groupe(NamedTuple):
    titre: str
    liens: list[Lien]


ENTREES: tuple[Entree, ...] = (
    Entree("Accueil", "accueil:accueil", "house"),
    Entree("Dossiers", "dossiers:liste", "folder-open", "dossiers.voir_liste"),
    Entree("Séances", "seances:liste", "gavel", "seances.voir_liste"),
    Entree("Mes mandats", "seances:mes_mandats", "landmark", "seances.voter"),
    Entree("Membres des instances", "seances:membres", "users", "seances.tenir"),
    Entree("Contrats", "contrats:liste", "signature", "contrats.voir_liste"),
    Entree("Échéances", "suivi:echeances", "calendar-clock", "suivi.voir_liste"),
    Entree("Structures", "centres:structures", "building-2", "centres.voir_liste", "Territoire"),
    Entree("Gestionnaires", "centres:gestionnaires", "landmark", "centres.voir_liste", "Territoire"),
    Entree("Partenaires", "partenaires:liste", "handshake", "partenaires.voir_liste", "Territoire"),
    Entree("Conventions", "partenaires:conventions", "scroll-text", "partenaires.voir_liste", "Territoire"),
    Entree("Grilles", "evaluation:grilles", "list-checks", "evaluation.voir_liste", "Référentiel"),
    Entree("Barèmes", "prestations:baremes", "calculator", "prestations.voir_liste", "Référentiel"),
    Entree("Journal", "accueil:journal", "history", "accueil.voir_journal", "Administration"),
    Entree("Administration", "admin:index", "settings", "comptes.administrer", "Administration"),
)


def _courante(entrees: Iterable[tuple[Entree, str]], request: HttpRequest) -> str:
    """L'adresse du menu sous laquelle est la page ; à défaut, la première de la même app."""
    app = request.resolver_match.namespace if request.resolver_match else ""
    dessus = [adresse for _, adresse in entrees if adresse != "/" and request.path.startswith(adresse)]
    voisines = [adresse for entree, adresse in entrees if app and entree.url.startswith(f"{app}:")]
    return max(dessus, key=len, default=voisines[0] if voisines else "")


def menu_pour(utilisateur: Any, request: HttpRequest) -> list[Groupe]:
    """Les entrées que cette personne peut ouvrir, la courante marquée, par groupe."""
    permises = [entree for entree in ENTREES if not entree.permission or utilisateur.has_perm(entree.permission)]
    entrees = [(entree, reverse(entree.url)) for entree in permises]
    courante = _courante(entrees, request)
    groupes: dict[str, list[Lien]] = {}
    for entree, adresse in entrees:
        lien = Lien(entree.libelle, adresse, entree.icone, adresse == courante, adresse == request.path)
        groupes.setdefault(entree.groupe, []).append(lien)
    return [Groupe(titre, liens) for titre, liens in groupes.items()]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Le menu de la personne, la version, et si les comptes de démonstration se montrent."""
    utilisateur = getattr(request, "user", None)
    connecte = utilisateur is not None and utilisateur.is_authenticated
    return {
        "menu": menu_pour(utilisateur, request) if connecte else [],
        "version_de_l_application": VERSION,
        "demonstration": settings.DEBUG,
    }
