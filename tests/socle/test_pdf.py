"""Le rendu d'un PDF : ses normes, et tout ce qu'il refuse d'aller chercher."""

import datetime as dt
import io
import re
import time

import pikepdf
import pytest
from django.conf import settings

from socle import pdf
from tests.greffons.pdf import informations, infractions, jointes, texte

BASE = """{% extends "documents/base.html" %}
{% block titre %}Essai n° 1{% endblock titre %}{% block auteur %}Caf d'essai{% endblock auteur %}
{% block etabli_le %}2026-12-22{% endblock etabli_le %}{% block entete %}Titre courant{% endblock entete %}
{% block contenu %}<h1>Un titre</h1>CONTENU{% endblock contenu %}"""
TABLEAU = """<table><caption>Légende</caption><thead>
<tr><th scope="col">Quoi</th><th scope="col">Combien</th></tr></thead>
<tbody><tr><th scope="row">Ligne</th><td>12 345,67 €</td></tr></tbody></table><ul><li>Un</li><li>Deux</li></ul>"""
CHARGES = (
    "file:///etc/passwd",
    "http://exemple.invalid/a.css",
    "//exemple.invalid/a.png",
    "\\\\exemple.invalid\\partage\\a.png",
    "</p><style>@import 'http://exemple.invalid/a.css';</style>",
    "<style>@font-face{font-family:x;src:url(file:///etc/passwd)}</style>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<link rel=stylesheet href=http://exemple.invalid/a.css>",
    "<object data=file:///etc/passwd></object>",
    "<embed src=file:///etc/passwd><iframe src=file:///etc/passwd></iframe>",
    "<img src=http://exemple.invalid/a.png onerror=agir()>",
    "<svg><image href=file:///etc/passwd /><use href='http://exemple.invalid/#a'/></svg>",
    "<a href=javascript:agir()>lien</a><a rel=attachment href=file:///etc/passwd>joint</a>",
    "<base href=file:///etc/><meta http-equiv=refresh content='0;url=http://exemple.invalid'>",
    "<input type=image src=file:///etc/passwd><body background=file:///etc/passwd>",
    "{% include 'base.html' %}{{ settings.SECRET_KEY }}{% load static %}",
    '"><script>agir()</script>',
    "feuille:documents.css police:../../etc/passwd.ttf",
)


@pytest.fixture
def rendre(settings, tmp_path):
    """Rend un gabarit dont on ne donne que le contenu."""
    (tmp_path / "essais").mkdir()
    gabarits = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    settings.TEMPLATES = gabarits

    def rendre(contenu, contexte=None, **options):
        (tmp_path / "essais" / "essai.html").write_text(BASE.replace("CONTENU", contenu))
        return pdf.rendre("essais/essai.html", contexte or {}, **options)

    return rendre


@pytest.fixture
def ouvrir(rendre):
    def ouvrir(*args, **options):
        return pikepdf.open(io.BytesIO(rendre(*args, **options)))

    return ouvrir


def marques(page: pikepdf.Page) -> list[str]:
    """Les marques du contenu, dans l'ordre : « Artifact » ou la balise."""
    operations = pikepdf.parse_content_stream(page)
    return [str(o.operands[0]) for o in operations if str(o.operator) in {"BMC", "BDC"}]


@pytest.mark.parametrize("norme", ["3a", "ua1"])
@pytest.mark.parametrize("filigrane", ["", "PROJET"])
def test_le_pdf_respecte_les_deux_normes(rendre, norme, filigrane):
    assert not infractions(rendre(TABLEAU, filigrane=filigrane), norme)


def test_le_pdf_annonce_les_deux_normes_en_clair(rendre):
    rendu = rendre(TABLEAU)
    assert b'pdfaid:part="3"' in rendu
    assert b'pdfaid:conformance="A"' in rendu
    assert b"<pdfuaid:part>1</pdfuaid:part>" in rendu


def test_la_structure_dit_langue_titre_et_balises(ouvrir):
    with ouvrir(TABLEAU) as lu:
        racine = lu.Root
        assert (str(racine.Lang), bool(racine.MarkInfo.Marked)) == ("fr", True)
        assert bool(racine.ViewerPreferences.DisplayDocTitle)
        assert racine.StructTreeRoot.K[0].S == "/Document"
        assert str(lu.docinfo["/Title"]) == "Essai n° 1"
        assert str(lu.docinfo["/Author"]) == "Caf d'essai"
        assert not lu.check_pdf_syntax()


def test_les_en_tetes_de_tableau_disent_leur_portee(ouvrir):
    with ouvrir(TABLEAU) as lu:
        entetes = [o for o in lu.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TH"]
        assert [str(entete.A.Scope) for entete in entetes] == ["/Column", "/Column", "/Row"]


def test_toute_police_est_la_notre_et_incorporee(ouvrir):
    with ouvrir(TABLEAU, filigrane="PROJET") as lu:
        polices = [o for o in lu.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert polices
        for police in polices:
            assert "Source-Sans-Pro" in str(police.FontName)
            assert "/FontFile2" in police


def test_les_marges_et_le_filigrane_ne_se_lisent_pas_a_voix_haute(ouvrir):
    with ouvrir("<p>Corps</p>", filigrane="PROJET") as lu:
        # Titre courant, numéro de page, filigrane : des artefacts ; seuls le titre et le corps sont balisés.
        assert [marque for marque in marques(lu.pages[0]) if marque != "/Artifact"] == ["/Span", "/Span"]
        assert marques(lu.pages[0]).count("/Artifact") >= 3
        assert [nombre for nombre in lu.Root.StructTreeRoot.ParentTree.Nums[1] if nombre is not None]


def test_poppler_lit_sans_avertissement(rendre):
    rendu = rendre(TABLEAU, filigrane="PROJET")
    assert "Tagged:          yes" in informations(rendu)
    assert "Titre courant" in texte(rendu)
    assert "Page 1 / 1" in texte(rendu)


def test_les_memes_valeurs_rendent_les_memes_octets(rendre):
    joint = pdf.PieceJointe("a.json", b"{}", "Données", dt.datetime(2026, 12, 22, tzinfo=dt.UTC))
    assert rendre(TABLEAU, joindre=[joint]) == rendre(TABLEAU, joindre=[joint])


def test_une_piece_jointe_est_les_donnees_du_document(ouvrir, rendre):
    joint = pdf.PieceJointe("a.json", b'{"a": 1}', "Données", dt.datetime(2026, 12, 22, tzinfo=dt.UTC))
    rendu = rendre(TABLEAU, joindre=[joint])
    assert jointes(rendu) == {"a.json": {"a": 1}}
    assert not infractions(rendu, "3a")
    with pikepdf.open(io.BytesIO(rendu)) as lu:
        assert {str(fichier.AFRelationship) for fichier in lu.Root.AF} == {"/Data"}


@pytest.mark.parametrize("charge", CHARGES)
def test_un_texte_hostile_s_imprime_tel_quel(ouvrir, rendre, charge):
    rendu = rendre("<p>{{ texte }}</p><table><tr><td>{{ texte }}</table>", {"texte": charge})
    assert "".join(charge.split()) in "".join(texte(rendu).split())
    assert not infractions(rendu, "3a")
    with pikepdf.open(io.BytesIO(rendu)) as lu:
        assert not lu.attachments
        assert not any("/Annots" in page for page in lu.pages)
        assert not re.search(rb"/(JavaScript|Launch|URI|GoToR)\b", rendu)
        assert not [o for o in lu.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]


@pytest.mark.parametrize("filigrane", CHARGES[:3])
def test_un_filigrane_hostile_n_est_qu_un_mot(rendre, filigrane):
    assert not infractions(rendre("<p>Corps</p>", filigrane=filigrane), "ua1")


@pytest.mark.parametrize(
    "balise",
    [
        "<img src='file:///etc/passwd' alt='x'>",
        "<img src='http://exemple.invalid/a.png' alt='x'>",
        "<img src='data:image/png;base64,AAAA' alt='x'>",
        "<link rel='stylesheet' href='file:///etc/passwd'>",
        "<style>@import url(http://exemple.invalid/a.css);</style>",
        "<style>p { background: url(file:///etc/passwd) }</style><p>x</p>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) }</style><p style='font-family: x'>x</p>",
        "<link rel='attachment' href='file:///etc/passwd'>",
        "<a rel='attachment' href='file:///etc/passwd'>x</a>",
        "<object data='file:///etc/passwd'></object>",
        "<embed src='file:///etc/passwd'>",
        "<img src='feuille:../../config/settings.py' alt='x'>",
        "<img src='feuille:../base.html' alt='x'>",
        "<img src='police:/etc/passwd' alt='x'>",
        "<img src='feuille:documents.css?a=1' alt='x'>",
        "<img src='FEUILLE:documents.html' alt='x'>",
    ],
)
def test_un_gabarit_qui_nomme_autre_chose_que_nos_fichiers_est_arrete(rendre, balise):
    with pytest.raises(pdf.AdresseRefusee):
        rendre(balise)


@pytest.mark.parametrize("adresse", ["//exemple.invalid/a.png", "a.png", "../a.png", ""])
def test_une_adresse_relative_ne_mene_nulle_part(rendre, adresse):
    assert b"/Image" not in rendre(f"<p>x</p><img src='{adresse}' alt='x'>")


@pytest.mark.parametrize("adresse", ["feuille:documents.css", "police:SourceSansPro-Regular.ttf"])
def test_nos_feuilles_et_nos_polices_se_lisent(adresse):
    fichier = pdf._fichier(adresse)
    assert fichier.is_file()
    assert fichier.parent in {pdf.FEUILLES, settings.POLICE}


@pytest.mark.parametrize(
    ("ecrit", "imprime"),
    [
        ("e\u0301te\u0301", "été"),
        ("œuvre – 1\u202f234,50\xa0€", "œuvre – 1\u202f234,50\xa0€"),
        ("你 🙂", "? ?"),
        ("\u202eà l'envers\u200d\ufeff", "à l'envers"),
        ("a\x00b\x07", "ab"),
    ],
)
def test_seules_les_lettres_de_la_police_s_impriment(ecrit, imprime):
    assert pdf.imprimable(ecrit) == imprime


@pytest.mark.parametrize(
    ("ecrit", "imprime"),
    [
        ("a" * 40, "a" * 40),
        ("a" * 41, "a" * 40 + "\u200ba"),
        ("&amp;" * 41, "&amp;" * 40 + "\u200b&amp;"),
        (f'<a href="{"b" * 90}">x</a>', f'<a href="{"b" * 90}">x</a>'),
    ],
)
def test_un_mot_sans_fin_se_coupe_hors_des_balises(ecrit, imprime):
    assert pdf.imprimable(ecrit) == imprime


def test_un_mot_de_dix_mille_lettres_se_rend_en_un_temps_raisonnable(rendre):
    depart = time.process_time()
    rendre("<p>{{ mot }}</p><table><tr><td>{{ mot }}<td>x</table>", {"mot": "Anticonstitutionnellement" * 400})
    assert time.process_time() - depart < 20


def test_aucun_gabarit_de_document_ne_laisse_passer_de_html():
    for gabarit in sorted(pdf.FEUILLES.rglob("*.html")):
        source = gabarit.read_text()
        assert not re.search(r"\|\s*safe|autoescape\s+off|mark_safe|<script|https?:|file:", source), gabarit.name


def test_un_dessin_donne_s_imprime_et_un_autre_arrete_le_rendu(rendre):
    dessin = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    fond = '<style>@page { @bottom-left { content: " "; background: url(image:carre.svg) } }</style><p>Texte</p>'
    imprime = rendre(fond, images={"carre.svg": dessin})
    assert not infractions(imprime, "3a")
    assert not infractions(imprime, "ua1")
    with pytest.raises(pdf.AdresseRefusee, match="image:carre.svg"):
        rendre(fond, images={"rond.svg": dessin})
