"""Ce qu'aucune page HTML de l'application ne doit contenir, vérifié sur chaque réponse vue par un test."""

import re
from html.parser import HTMLParser

DONNEES = {"application/json", "application/ld+json"}  # un bloc de données n'est pas exécuté
# Ce sans quoi aucune balise n'est fautive. Ce filtre retient des pages sans faute ; il n'en laisse passer aucune autre.
MOTS_A_REGARDER = ("<style", "javascript:")
A_REGARDER = re.compile(
    r"""<script(?![^>]*\ssrc=)|[\s"'/](?:style|on\w+|hx-on[\w:.-]*)\s*=
    |=\s*["']?\s*(?:&|j[a-z]*&)  # une adresse écrite en entités""",
    re.VERBOSE,
)
FORMULAIRE = re.compile(r"<form\b.*?(?=<form\b|</form|\Z)", re.DOTALL)


class Controle(HTMLParser):
    """Relève dans `fautes` les scripts et styles en ligne, et les formulaires POST sans jeton."""

    def __init__(self) -> None:
        super().__init__()
        self.fautes: list[str] = []
        self.formulaire_sans_jeton = ""

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        valeurs = dict(attributs)
        for nom, valeur in attributs:
            if nom == "style" or nom.startswith(("on", "hx-on")) or (valeur or "").strip().startswith("javascript:"):
                self._faute(f'attribut {nom}="{valeur}"')
        if balise == "style" or (balise == "script" and "src" not in valeurs and valeurs.get("type") not in DONNEES):
            self._faute(f"<{balise}> en ligne")
        if balise == "form" and (valeurs.get("method") or "").lower() == "post":
            self.formulaire_sans_jeton = self.get_starttag_text() or balise
        elif balise == "input" and valeurs.get("name") == "csrfmiddlewaretoken":
            self.formulaire_sans_jeton = ""

    def handle_endtag(self, balise: str) -> None:
        if balise == "form" and self.formulaire_sans_jeton:
            self._faute(f"formulaire sans jeton CSRF : {self.formulaire_sans_jeton}")
            self.formulaire_sans_jeton = ""

    def _faute(self, texte: str) -> None:
        self.fautes.append(f"ligne {self.getpos()[0]} : {texte}")


def est_a_analyser(html: str) -> bool:
    """Faux d'une page qui n'a sûrement aucune faute ; l'analyse, lente, n'est faite que des autres."""
    html = html.lower()
    return (
        any(mot in html for mot in MOTS_A_REGARDER)
        or A_REGARDER.search(html) is not None
        or any("post" in form and "csrfmiddlewaretoken" not in form for form in FORMULAIRE.findall(html))
    )


def fautes(html: str) -> list[str]:
    """Les fautes d'une page, dans l'ordre ; une liste vide si elle est bonne."""
    if not est_a_analyser(html):
        return []
    controle = Controle()
    controle.feed(html)
    controle.close()
    return controle.fautes
