"""Un texte à champs : ce qui s'y refuse, ce qu'il devient."""

import pytest

from socle.fusion import Champ, bloc, en_blocs, en_ligne, en_paragraphes, fautes

CHAMPS = (
    Champ("structure", "Le nom de la structure"),
    Champ("date_de_la_seance", "Le jour de la séance"),
    Champ("motifs", "Les motifs de la décision", bloc=True),
    Champ("reserves", "Les réserves", bloc=True),
)
TEXTE = """Madame, Monsieur,

Vous avez présenté [structure]
le [date_de_la_seance].
## Motifs
[motifs]
## Réserves
[reserves]

Il reste :
- une chose ;
- [structure].
"""


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("[structur]", "[structur] n'est pas un champ connu : vouliez-vous dire [structure] ? Les champs sont : "),
        ("[Date de la séance]", "vouliez-vous dire [date_de_la_seance] ?"),
        ("[wxyz]", "[wxyz] n'est pas un champ connu. Les champs sont : [structure], [date_de_la_seance], [motifs]"),
        ("[]", "[] n'est pas un champ connu."),
        ("Pour [structure, le jour", "Un crochet n'est pas fermé : « [structure, le jour »."),
        ("Pour [structure\n]", "Un crochet n'est pas fermé"),
        ("Pour structure], le jour", "Un crochet se ferme sans avoir été ouvert : « Pour structure] »."),
        ("[[structure]]", "Un crochet n'est pas fermé"),
        ("Voici : [motifs]", "[motifs] devient plusieurs lignes : mettez-le seul sur sa ligne."),
        ("- [motifs]", "mettez-le seul sur sa ligne"),
        ("# Titre", "Un titre s'écrit « ## »"),
        ("### Titre", "Un titre s'écrit « ## »"),
    ],
)
def test_un_texte_fautif_est_refuse_en_disant_quoi_faire(texte, attendu):
    assert any(attendu in faute for faute in fautes(texte, CHAMPS)), fautes(texte, CHAMPS)


def test_un_champ_obligatoire_absent_est_nomme_et_une_faute_ne_se_lit_qu_une_fois():
    assert fautes("[structure]", CHAMPS, ["motifs"]) == ["Il manque [motifs] : les motifs de la décision."]
    assert len(fautes("[a]\n[a]", CHAMPS)) == 1
    assert fautes(TEXTE, CHAMPS, ["motifs", "structure"]) == []


def test_le_texte_devient_des_blocs_et_un_titre_sans_suite_n_est_pas_ecrit():
    blocs = en_blocs(
        TEXTE,
        {"structure": "Les Tilleuls", "date_de_la_seance": "14 décembre 2026"},
        {"motifs": [bloc(textes=["Un."]), bloc(points=["a", "b"])], "reserves": []},
    )
    assert blocs == [
        bloc(textes=["Madame, Monsieur,"]),
        bloc(textes=["Vous avez présenté Les Tilleuls le 14 décembre 2026."]),
        bloc(titre="Motifs"),
        bloc(textes=["Un."]),
        bloc(points=["a", "b"]),
        bloc(textes=["Il reste :"]),
        bloc(points=["une chose ;", "Les Tilleuls."]),
    ]


def test_un_titre_annonce_le_premier_de_ses_champs_qui_n_est_pas_vide():
    pleins = {"motifs": [], "reserves": [bloc(points=["a"])]}
    encadre = {"motifs": [], "reserves": [bloc(titre="Recours", textes=["b"])]}
    assert en_blocs("## Suite\n[motifs]\n[reserves]", {}, encadre) == encadre["reserves"]
    assert en_blocs("## Suite\n[motifs]\n[reserves]", {}, pleins) == [bloc(titre="Suite"), bloc(points=["a"])]


def test_une_valeur_n_ecrit_ni_titre_ni_liste_ni_champ_ni_balise():
    """Le texte est découpé avant d'être rempli, et rempli en une passe."""
    piege = "## Faux\n- [motifs] <b>[structure]</b>"
    assert en_blocs("[structure]", {"structure": piege}, {"motifs": [bloc(textes=["non"])]}) == [bloc(textes=[piege])]
    assert en_ligne("Objet : [structure]", {"structure": "[structure]"}) == "Objet : [structure]"


def test_un_texte_libre_garde_ses_lignes_et_ses_listes():
    assert en_paragraphes("Un.\n\n- [a]\n- b\nDeux.") == [
        bloc(textes=["Un."]),
        bloc(points=["[a]", "b"]),
        bloc(textes=["Deux."]),
    ]
    assert en_paragraphes("  ") == []
