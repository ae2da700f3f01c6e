"""Ce qu'un document de bureautique fait lire ailleurs : entités XML, modèle distant, image distante, échange DDE.

Un lien que l'on suit en cliquant est admis. Un fichier du poste qui l'a écrit (un modèle, un autre classeur) l'est
aussi : ailleurs, il n'existe pas. Ce qui s'ouvre seul sur un autre ordinateur est refusé.
"""

import re
from xml.etree import ElementTree

from socle.fichiers.refus import EN_PDF, REENREGISTRER, Refus

_CODAGES = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"})
_DEBUT = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<|\Z)")
_CODAGE = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]+)["']""")
# Des mots cherchés tels quels : une expression serait dix fois plus lente sur quatre-vingts mégaoctets.
_ENTITES = (b"<!DOCTYPE", b"<!ENTITY")
_PROGRAMMES = (b"ddeLink", b"dde-source", b"vnd.sun.star.script:", b":event-listener")
# Un champ Word qui lance un programme (ECMA-376, partie 1, 17.16.5), seul ou dans son élément.
_CHAMPS_DDE = (re.compile(rb"instrText[^<>]*>\s*DDE"), re.compile(rb"""instr\s*=\s*["']\s*DDE"""))
_APPEL = re.compile(rb""":href\s*=\s*["']([^"']{1,1000})""")
_A_CLIQUER = re.compile(rb"<(?:text|draw):a\b")
_BALISE_MAX = 4096
# Un autre ordinateur : une adresse, un partage réseau. « C:\… », « file:///C:/… » et « ../modèle.dotx » sont du poste.
_AILLEURS = re.compile(r"(?!file:///[^/\\])(?:[a-z][a-z0-9+.-]+:|//|\\\\)", re.IGNORECASE)


def exiger_un_codage_lisible(debut: bytes) -> None:
    """Lève `Refus` devant un XML dont les lettres ordinaires ne se liraient pas dans ses octets (UTF-7, EBCDIC…)."""
    declare = _CODAGE.search(debut[:200])
    if not _DEBUT.match(debut) or (declare and declare[1].lower() not in _CODAGES):
        raise Refus("est écrit dans un codage inattendu", REENREGISTRER)


def verifier_le_texte(morceau: bytes) -> None:
    """Lève `Refus` si ce morceau de XML définit des entités ou lance un programme."""
    if any(mot in morceau for mot in _ENTITES):
        raise Refus("contient des définitions XML qu'aucun logiciel de bureautique n'écrit", EN_PDF)
    if any(mot in morceau for mot in _PROGRAMMES) or any(champ.search(morceau) for champ in _CHAMPS_DDE):
        raise Refus("lance un programme ou une macro", EN_PDF)


def verifier_les_appels(morceau: bytes) -> None:
    """Lève `Refus` si un élément OpenDocument, autre qu'un lien à cliquer, lit un autre ordinateur."""
    for appel in _APPEL.finditer(morceau):
        cible = appel[1].decode("utf-8", "replace")
        balise = morceau.rfind(b"<", max(0, appel.start() - _BALISE_MAX), appel.start())
        if not _A_CLIQUER.match(morceau, max(0, balise)):
            _exiger_une_cible_du_poste(cible)


def verifier_les_relations(xml: bytes) -> None:
    """Lève `Refus` si une relation externe, autre qu'un lien, vise un autre ordinateur (ECMA-376, partie 2, 9.3)."""
    try:
        racine = ElementTree.fromstring(xml)  # les entités sont déjà refusées
    except ElementTree.ParseError as erreur:
        raise Refus("est abîmé : il ne s'ouvre pas entièrement", REENREGISTRER) from erreur
    for relation in racine:
        externe = relation.get("TargetMode", "").lower() == "external"
        if externe and not relation.get("Type", "").endswith("/hyperlink"):
            _exiger_une_cible_du_poste(relation.get("Target", ""))


def _exiger_une_cible_du_poste(cible: str) -> None:
    if _AILLEURS.match(cible.strip()):
        raise Refus("va chercher une partie de son contenu sur un autre ordinateur", EN_PDF)
