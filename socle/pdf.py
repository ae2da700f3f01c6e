"""Rendre un gabarit en PDF archivable (PDF/A-3a) et accessible (PDF/UA-1), sans réseau ni lecture hors de nos dossiers.

Un gabarit de document étend `documents/base.html`. Il ne nomme que trois sortes d'adresses : `feuille:nom.css`, une
feuille de style rangée à côté de lui, `police:Nom.ttf`, un fichier de la police, et `image:nom.svg`, un dessin donné à
`rendre` avec ses valeurs. Toute autre arrête le rendu.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from weasyprint import Document
    from weasyprint.urls import URLFetcherResponse

# Huit lignes d'avancement par document, sans intérêt pour l'exploitant.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

FEUILLES = settings.BASE_DIR / "templates" / "documents"
# Un nom de fichier nu : ni dossier, ni remontée, ni chemin absolu ne s'y écrit.
_ADRESSE = re.compile(r"(feuille|police):([A-Za-z0-9_-]+\.(?:css|ttf))")
_BALISE = re.compile(r"(<[^>]*>)")
# Quarante signes d'un même mot : au-delà de cette taille, la césure prend un temps qui explose.
_MOT_SANS_FIN = re.compile(r"(?:&[#\w]+;|[^\s&]){40}(?=\S)")
_SIGNES_DE_MISE_EN_PAGE = frozenset("\t\n\r\u00ad")  # le dernier est le trait d'union conditionnel
_TYPES = {"css": "text/css", "ttf": "font/ttf"}

# WeasyPrint n'annonce qu'une norme à la fois : PDF/UA-1 s'ajoute aux métadonnées, avec la déclaration de son espace de
# noms que PDF/A exige de tout vocabulaire qu'il ne connaît pas (ISO 19005-3, 6.6.2.3).
_ANNONCE_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
_FIN_RDF = b"</rdf:RDF>"


class AdresseRefusee(Exception):
    """Le gabarit a nommé autre chose qu'une de nos feuilles de style ou de nos polices."""


class PieceJointe(NamedTuple):
    """Un fichier porté par le PDF, qui en donne les données. `le` : sa date."""

    nom: str
    contenu: bytes
    description: str
    le: dt.datetime


def rendre(
    gabarit: str, contexte: Mapping[str, Any], *, filigrane: str = "", joindre: Sequence[PieceJointe] = (),
    a_signer: bool = False, images: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:  # fmt: skip
    """Le PDF du gabarit rempli de valeurs simples. Les mêmes valeurs rendent les mêmes octets.

    `filigrane` : un mot en travers de chaque page (« PROJET »), que les lecteurs d'écran ne lisent pas. `a_signer` :
    chaque case à cocher de la classe « champ-de-signature » devient un champ de signature vide, du même nom.
    `images` : les dessins SVG que nos feuilles nomment « image:nom.svg ». Lève `AdresseRefusee`.
    """
    # WeasyPrint met deux à quatre secondes à s'importer : seuls les processus qui rendent un PDF les paient.
    from weasyprint import HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    html = imprimable(render_to_string(gabarit, {**contexte, "filigrane": filigrane}))
    pieces = [
        Attachment(
            string=piece.contenu,
            name=piece.nom,
            description=piece.description,
            relationship="Data",
            created=piece.le,
            modified=piece.le,
        )
        for piece in joindre
    ]
    try:
        document = HTML(string=html, url_fetcher=_lecteur(images)).render(pdf_forms=a_signer)
        _annoncer_pdf_ua(document)
        return bytes(
            document.write_pdf(pdf_variant="pdf/a-3a", pdf_forms=a_signer, attachments=pieces, finisher=_finir)
        )
    except FatalURLFetchingError as erreur:  # n'hérite que de BaseException
        raise AdresseRefusee(str(erreur)) from erreur


def tampon(lignes: Sequence[str], *, taille: tuple[float, float]) -> bytes:
    """L'image d'une signature, d'une page de cette largeur et de cette hauteur, en points."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    contexte = {"lignes": lignes, "largeur": f"{taille[0]:.2f}", "hauteur": f"{taille[1]:.2f}"}
    html = imprimable(render_to_string("documents/tampon.html", contexte))
    try:
        return bytes(HTML(string=html, url_fetcher=_lecteur()).write_pdf(pdf_variant="pdf/a-3u"))
    except FatalURLFetchingError as erreur:  # n'hérite que de BaseException
        raise AdresseRefusee(str(erreur)) from erreur


def imprimable(html: str) -> str:
    """Le même texte, fait des seules lettres de notre police et coupé là où un mot n'en finit pas.

    Une lettre absente s'imprime « ? » : une police du système changerait d'une machine à l'autre. Les signes invisibles
    et ceux qui renversent le sens de lecture sont ôtés.
    """
    html = unicodedata.normalize("NFC", html)
    html = html.translate({ord(signe): _remplacant(signe) for signe in set(html)})
    morceaux = _BALISE.split(html)  # un texte, une balise, un texte…
    morceaux[::2] = [_MOT_SANS_FIN.sub("\\g<0>\u200b", texte) for texte in morceaux[::2]]
    return "".join(morceaux)


def _remplacant(signe: str) -> str:
    categorie = unicodedata.category(signe)
    if categorie in {"Cc", "Cf"}:
        return signe if signe in _SIGNES_DE_MISE_EN_PAGE else ""
    if ord(signe) in _repertoire():
        return signe
    return "" if categorie in {"Mn", "Me"} else "?"


@functools.cache
def _repertoire() -> frozenset[int]:
    """Les lettres que chaque graisse de la police sait dessiner."""
    # Lourd lui aussi, et installé par WeasyPrint.
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    graisses = ("Regular", "Semibold", "Bold")
    return frozenset.intersection(
        *(frozenset(TTFont(settings.POLICE / f"SourceSansPro-{graisse}.ttf").getBestCmap()) for graisse in graisses)
    )


def _lecteur(images: Mapping[str, bytes] = MappingProxyType({})) -> Any:
    """Le seul accès de WeasyPrint au monde : une sous-classe, car une simple fonction y échoue mal."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class NosFichiers(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if image := images.get(url.removeprefix("image:")) if url.startswith("image:") else None:
                return URLFetcherResponse(url, image, {"Content-Type": "image/svg+xml"})
            fichier = _fichier(url)
            return URLFetcherResponse(url, fichier.read_bytes(), {"Content-Type": _TYPES[fichier.suffix[1:]]})

    return NosFichiers(fail_on_errors=True)


def _fichier(adresse: str) -> Path:
    """Le fichier d'une adresse `feuille:` ou `police:` ; lève `AdresseRefusee` pour toute autre."""
    trouvee = _ADRESSE.fullmatch(adresse)
    if trouvee is None:
        raise AdresseRefusee(adresse)
    dossier: Path = {"feuille": FEUILLES, "police": settings.POLICE}[trouvee[1]]
    return dossier / trouvee[2]


def _annoncer_pdf_ua(document: Document) -> None:
    """Annonce les deux normes, dans des métadonnées en clair que les outils d'archivage lisent sans décompresser."""
    metadonnees = document.metadata
    decrire, inclure = metadonnees.generate_rdf_metadata, metadonnees.include_in_pdf

    def decrire_aussi_pdf_ua(*args: Any) -> bytes:
        return bytes(decrire(*args).rstrip()).removesuffix(_FIN_RDF) + _ANNONCE_UA

    def inclure_en_clair(pdf: Any, variant: str, version: int, conformance: str, compress: bool) -> None:
        inclure(pdf, variant, version, conformance, compress=False)

    metadonnees.generate_rdf_metadata, metadonnees.include_in_pdf = decrire_aussi_pdf_ua, inclure_en_clair


def _finir(document: Document, pdf: Any) -> None:
    """Ce que WeasyPrint laisse à faire : la portée des en-têtes de tableau, et les marges hors de la lecture."""
    for element in _cellules_d_en_tete(document):
        element.mark["A"]["Scope"] = "/Row" if element.element.get("scope") == "row" else "/Column"
    _retirer_les_marges_de_la_lecture(pdf)
    if "AcroForm" in pdf.catalog:
        _changer_les_cases_en_signatures(pdf)


def _changer_les_cases_en_signatures(pdf: Any) -> None:
    """WeasyPrint ne sait pas écrire de champ de signature : une case à cocher en devient un, vide et imprimable."""
    import pydyf  # installé par WeasyPrint, et aussi lent que lui

    formulaire = pdf.catalog["AcroForm"]
    for cle in ("NeedAppearances", "DR"):
        formulaire.pop(cle, None)
    formulaire["SigFlags"] = 1
    formulaire["Fields"] = pydyf.Array(dict.fromkeys(formulaire["Fields"]))
    for objet in [objet for objet in pdf.objects if isinstance(objet, dict)]:
        if objet.get("Subtype") == "/Widget" and objet.get("FT") == "/Btn":
            for cle in ("DA", "V", "Ff", "AS", "MK", "Border"):
                objet.pop(cle, None)
            (gauche, droite), (bas, haut) = sorted(objet["Rect"][::2]), sorted(objet["Rect"][1::2])
            vide = {"Type": "/XObject", "Subtype": "/Form", "Resources": pydyf.Dictionary({})}
            vide["BBox"] = pydyf.Array((0, 0, droite - gauche, haut - bas))
            apparence = pydyf.Stream([b""], pydyf.Dictionary(vide))
            pdf.add_object(apparence)
            objet.update(
                {
                    "Rect": pydyf.Array((gauche, bas, droite, haut)),
                    "FT": "/Sig",
                    "F": 4,
                    "AP": pydyf.Dictionary({"N": apparence.reference}),
                }
            )
        elif objet.get("S") == "/Form" and isinstance(objet.get("K"), list) and len(objet["K"]) == 1:
            objet["K"] = objet["K"][0]  # la validation d'un PDF complété n'admet que cette forme


def _cellules_d_en_tete(document: Document) -> Iterator[Any]:
    for page in document.pages:
        for boite in page._page_box.descendants():
            if getattr(boite, "mark", None) is not None and boite.element_tag == "th":
                yield boite


def _retirer_les_marges_de_la_lecture(pdf: Any) -> None:
    """Fait des titres courants, des numéros de page et du filigrane des artefacts (ISO 14289-1, 7.8).

    WeasyPrint les balise sans les rattacher à l'arbre de structure : on les reconnaît à cela.
    """
    dictionnaires: list[Any] = [objet for objet in pdf.objects if isinstance(objet, dict)]
    par_reference = {objet.reference: objet for objet in dictionnaires}
    lus = set(_accessibles(par_reference, pdf.catalog["StructTreeRoot"]))
    arbre = par_reference[par_reference[pdf.catalog["StructTreeRoot"]]["ParentTree"]]["Nums"]
    pages = pdf.page_references
    for objet in dictionnaires:
        if objet.get("Type") != "/StructElem" or objet.reference in lus:
            continue
        for mcid in (enfant for enfant in objet["K"] if isinstance(enfant, int)):
            page = pages.index(objet["Pg"])
            arbre[2 * page + 1][mcid] = "null"
            _demarquer(_contenu(pdf, par_reference[objet["Pg"]]), mcid)


def _accessibles(par_reference: Mapping[bytes, Any], racine: bytes) -> Iterator[bytes]:
    restent = [racine]
    while restent:
        reference = restent.pop()
        yield reference
        restent += [enfant for enfant in par_reference[reference].get("K", ()) if enfant in par_reference]


def _contenu(pdf: Any, page: Mapping[str, Any]) -> list[Any]:
    numero = int(page["Contents"].split()[0])
    contenu: list[Any] = pdf.objects[numero].stream
    return contenu


def _demarquer(contenu: list[Any], mcid: int) -> None:
    """Remplace la marque d'un texte balisé (« /Span », ses propriétés, « BDC ») par celle d'un artefact."""
    for rang, operation in enumerate(contenu):
        if isinstance(operation, dict) and operation.get("MCID") == mcid:
            contenu[rang - 1 : rang + 2] = [b"/Artifact BMC"]
            return
