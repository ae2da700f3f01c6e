"""Remplir dans un tableur : le modèle, son retour, les erreurs par cellule, et les classeurs hostiles."""

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from centres import operations, tableur
from centres.choix import NatureProjet, NiveauObjectif
from centres.models import Action, Indicateur, LigneBudget, Objectif, ProjetSocial, Saisie
from centres.tableur.colonnes import CELLULE_MAX, Sorte
from centres.tableur.lecture import DEPLIE_MAX, LIGNES_MAX
from centres.views.natures import NATURES
from centres.views.tableur import ERREURS_MONTREES, SEL
from socle.models import EntreeDuJournal
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

ACTIONS, BUDGET = tableur.FEUILLES["actions"], tableur.FEUILLES["budget"]
LIEU = {"axe": "Aller vers les habitants", "general": "Créer des liens", "operationnel": "Tenir un café des habitants"}


@pytest.fixture
def projet() -> ProjetSocial:
    return ProjetSocialFactory()


def adresse(projet: ProjetSocial, feuille: str = "actions", geste: str = "") -> str:
    return reverse(f"centres:tableur{geste}", args=[projet.pk, feuille])


def telecharger(client: Client, projet: ProjetSocial, feuille: str = "actions") -> Workbook:
    reponse = client.get(adresse(projet, feuille, "_modele"))
    return load_workbook(io.BytesIO(b"".join(reponse)))


def en_octets(classeur: Workbook) -> bytes:
    rendu = io.BytesIO()
    classeur.save(rendu)
    return rendu.getvalue()


def envoyer(client: Client, projet: ProjetSocial, classeur: Workbook | bytes, feuille: str = "actions") -> Any:
    contenu = classeur if isinstance(classeur, bytes) else en_octets(classeur)
    return client.post(adresse(projet, feuille), {"fichier": SimpleUploadedFile("rempli.xlsx", contenu)})


def page_de(reponse: Any) -> str:
    return html.unescape(reponse.content.decode())


def apercu_de(reponse: Any) -> str:
    trouve = re.search(r'name="apercu" value="([^"]*)"', reponse.content.decode())
    return trouve[1] if trouve else ""


def remplir(client: Client, projet: ProjetSocial, classeur: Workbook, feuille: str = "actions") -> Any:
    """Envoie le classeur, puis confirme l'aperçu."""
    apercu = apercu_de(envoyer(client, projet, classeur, feuille))
    assert apercu
    return client.post(adresse(projet, feuille, "_confirmer"), {"apercu": apercu})


def cellule(classeur: Workbook, numero: int, code: str, feuille: tableur.Feuille = ACTIONS) -> Any:
    rang = next(rang for rang, colonne in enumerate(feuille.colonnes, start=1) if colonne.code == code)
    return classeur[feuille.titre].cell(numero, rang)


def ecrire(classeur: Workbook, numero: int, valeurs: dict[str, Any], feuille: tableur.Feuille = ACTIONS) -> None:
    for code, valeur in valeurs.items():
        cellule(classeur, numero, code, feuille).value = valeur


def contenu(projet: ProjetSocial) -> dict[str, Any]:
    return operations.contenu(ProjetSocial.objects.get(pk=projet.pk))


def refuse(client: Client, projet: ProjetSocial, classeur: Workbook | bytes, feuille: str = "actions") -> str:
    """La page d'un envoi refusé : elle le dit, ne propose rien à confirmer, et rien n'a changé."""
    avant, notes = contenu(projet), EntreeDuJournal.objects.count()
    reponse = envoyer(client, projet, classeur, feuille)
    assert (reponse.status_code, apercu_de(reponse)) == (422, "")
    assert (contenu(projet), EntreeDuJournal.objects.count()) == (avant, notes)
    page = page_de(reponse)
    assert "Rien n'a été enregistré" in page
    return page


# --- Le modèle ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nature", ["actions", "budget"])
def test_chaque_champ_de_l_ecran_a_sa_colonne(nature) -> None:
    feuille = tableur.FEUILLES[nature]
    assert set(feuille.champs) == set(NATURES[nature].champs)
    titres = [colonne.titre for colonne in feuille.colonnes]
    assert len(titres) == len(set(titres))


def test_l_indicateur_aussi() -> None:
    codes = {colonne.code.removeprefix("indicateur.") for colonne in ACTIONS.remplies if "." in colonne.code}
    assert codes == set(NATURES["indicateurs"].champs)


def test_le_modele_montre_le_projet_ses_listes_et_son_mode_d_emploi(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    page = classeur["Actions"]
    assert classeur.sheetnames == ["Actions", "Listes", "Mode d'emploi"]
    assert classeur["Listes"].sheet_state == "hidden"
    assert [cellule(classeur, 2, code).value for code in LIEU] == list(LIEU.values())
    assert cellule(classeur, 2, "intitule").value == "Café du mercredi"
    assert cellule(classeur, 2, "indicateur.nature").value == "Résultat"
    assert page.freeze_panes == "A2"
    assert page.protection.sheet
    cachees = [colonne.sorte is Sorte.CACHEE for colonne in ACTIONS.colonnes]
    assert [page.column_dimensions[page.cell(1, rang).column_letter].hidden for rang in range(1, 6)] == cachees[:5]
    assert [page.cell(3, rang).protection.locked for rang in range(1, 6)] == cachees[:5]
    assert {controle.type for controle in page.data_validations.dataValidation} == {"list", "whole", "decimal"}
    assert "Une ligne par action." in " ".join(ligne[0].value for ligne in classeur["Mode d'emploi"].iter_rows())


def test_un_projet_sans_axe_donne_un_modele_vide(client, projet, directrice) -> None:
    projet.axes.get().delete()
    assert telecharger(client, projet)["Actions"].cell(2, 1).value is None


def test_un_texte_qui_commence_comme_une_formule_reste_un_texte(client, projet, directrice) -> None:
    Action.objects.update(pilote="=1+1", partenaires="@SOMME(A1)", lieu="-2", description="+33 1", calendrier="=cmd|x")
    classeur = telecharger(client, projet)
    for code, attendu in {"pilote": "=1+1", "partenaires": "@SOMME(A1)", "lieu": "-2", "description": "+33 1"}.items():
        lue = cellule(classeur, 2, code)
        assert (lue.value, lue.quotePrefix) == (attendu, True)
    brut = b"".join(client.get(adresse(projet, geste="_modele")))
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(brut)).read("xl/worksheets/sheet1.xml")
    reponse = envoyer(client, projet, brut)
    assert "il n'y a rien à enregistrer" in page_de(reponse)


# --- L'aller et retour --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feuille", ["actions", "budget"])
def test_un_classeur_renvoye_tel_quel_ne_change_rien(client, projet, directrice, feuille) -> None:
    Action.objects.update(effectif=12, benevoles=0, charges=Decimal("1250.50"), constat="Deux\n\nparagraphes  ")
    Action.objects.update(description="x" * (CELLULE_MAX + 5), lieu="a\x0bb", place_des_habitants="co_decision")
    avant = contenu(projet)
    brut = b"".join(client.get(adresse(projet, feuille, "_modele")))
    reponse = envoyer(client, projet, brut, feuille)
    assert reponse.status_code == 200
    assert "Ce classeur dit la même chose que le projet" in page_de(reponse)
    assert apercu_de(reponse) == ""
    assert contenu(projet) == avant


def test_remplir_les_actions_ajoute_et_modifie_apres_un_apercu(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"pilote": "Une habitante", "charges": "1 250,50 €", "indicateur.cible": 45})
    neuve = {
        "intitule": "Jardin partagé",
        "effectif": 30.0,
        "place_des_habitants": "CO-CONSTRUCTION",
        "charges": 99.999,
    }
    mesure = {"indicateur.intitule": "Parcelles", "indicateur.cible": "12", "indicateur.unite": "parcelles"}
    ecrire(classeur, 3, {**LIEU, **neuve, **mesure})
    ecrire(classeur, 7, {"axe": LIEU["axe"], "general": "creer des LIENS", "intitule": "Fête"})
    avant = contenu(projet)
    reponse = envoyer(client, projet, classeur)
    assert "2 actions ajoutées, 1 modifiée, aucune inchangée" in page_de(reponse)
    assert "Pilote, Coût prévu, par an, en euros, Indicateur : cible" in page_de(reponse)
    assert contenu(projet) == avant  # l'aperçu n'écrit rien
    suite = client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu_de(reponse)})
    assert suite.url == projet.adresse_de("axes")
    cafe, jardin, fete = Action.objects.order_by("pk")
    assert (cafe.pilote, cafe.charges, cafe.public) == ("Une habitante", Decimal("1250.50"), "Tous")
    assert cafe.indicateurs.get().cible == "45"
    assert cafe.financements.get().intitule == "Commune"
    assert (jardin.effectif, jardin.place_des_habitants, jardin.charges) == (30, "co_construction", Decimal("100.00"))
    assert (jardin.objectif, jardin.ordre) == (cafe.objectif, 2)
    mesure_du_jardin = jardin.indicateurs.get()
    assert (mesure_du_jardin.cible, mesure_du_jardin.nature, mesure_du_jardin.ordre) == ("12", "resultat", 1)
    assert (mesure_du_jardin.projet, fete.objectif) == (projet, Objectif.objects.get(parent=None))


def test_une_seule_entree_au_journal_dit_ce_qui_a_ete_fait_et_par_qui(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    for n in range(5):
        ecrire(classeur, 3 + n, {**LIEU, "intitule": f"Action {n}"})
    notes = EntreeDuJournal.objects.count()
    remplir(client, projet, classeur)
    assert EntreeDuJournal.objects.count() == notes + 1
    entree = EntreeDuJournal.objects.sur(projet)[0]
    assert (entree.acte, entree.acteur) == ("remplir", directrice)
    assert entree.libelle == "Rempli dans un tableur : 5 actions ajoutées, aucune modifiée"
    assert Saisie.objects.get().partie == "axes"


def test_remplir_le_budget(client, projet, directrice) -> None:
    classeur = telecharger(client, projet, "budget")
    page = classeur["Budget"]
    page.cell(2, 9).value = 70000
    ecrire(
        classeur,
        6,
        {
            "annee": "2029",
            "sens": "Produit",
            "compte": 7062,
            "intitule": "Prestation",
            "financeur": "Caf",
            "montant": "1 250,50",
        },
        BUDGET,
    )
    reponse = envoyer(client, projet, classeur, "budget")
    assert "1 ligne de budget ajoutée, 1 modifiée, 3 inchangées" in page_de(reponse)
    client.post(adresse(projet, "budget", "_confirmer"), {"apercu": apercu_de(reponse)})
    neuve = LigneBudget.objects.latest("pk")
    lue = (neuve.annee, neuve.sens, neuve.compte, neuve.financeur, neuve.montant, neuve.ordre)
    assert lue == (2029, "produit", "7062", "Caf", Decimal("1250.50"), 1)
    assert LigneBudget.objects.filter(montant=70000).count() == 1


def test_une_action_change_d_objectif(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    Objectif.objects.get(parent=None).actions.create(projet=projet, intitule="Déjà là", ordre=4)
    ecrire(classeur, 2, {"operationnel": None})
    remplir(client, projet, classeur)
    cafe = Action.objects.get(intitule="Café du mercredi")
    assert (cafe.objectif, cafe.ordre) == (Objectif.objects.get(parent=None), 5)


def test_une_ligne_absente_du_classeur_reste_dans_le_projet(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    classeur["Actions"].delete_rows(2)
    ecrire(classeur, 2, {**LIEU, "intitule": "Autre"})
    reponse = envoyer(client, projet, classeur)
    assert "1 action du projet n'est pas dans le classeur : elle reste telle quelle" in page_de(reponse)
    client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu_de(reponse)})
    assert Action.objects.count() == 2


def test_les_colonnes_se_deplacent_et_une_colonne_en_plus_n_est_pas_lue(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    classeur["Actions"].insert_cols(6)
    classeur["Actions"].cell(1, 6, "Mes notes")
    classeur["Actions"].cell(2, 6, "à revoir")
    ecrire(classeur, 2, {})
    assert "rien à enregistrer" in page_de(envoyer(client, projet, classeur))


def test_une_formule_vaut_le_resultat_que_le_tableur_a_garde(client, projet, directrice) -> None:
    def calculer(xml: bytes) -> bytes:
        return re.sub(rb'(<c r="(?:[A-Z]+)2"[^>]*?) t="n"><v>12</v>', rb"\1><f>6*2</f><v>12</v>", xml)

    Action.objects.update(effectif=11)
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"effectif": 12})
    calcule = refaire(en_octets(classeur), "xl/worksheets/sheet1.xml", calculer)
    assert load_workbook(io.BytesIO(calcule))["Actions"]["J2"].value == "=6*2"
    client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu_de(envoyer(client, projet, calcule))})
    assert Action.objects.get().effectif == 12


# --- Les erreurs, par cellule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "valeur", "phrase"),
    [
        ("effectif", "douze", "J2 : « douze » n'est pas un nombre entier."),
        ("effectif", 12.5, "J2 : « 12,5 » n'est pas un nombre entier."),
        ("effectif", -3, "J2 : « -3 » n'est pas admis. Assurez-vous que cette valeur est supérieure ou égale à 0."),
        ("effectif", dt.date(2027, 5, 3), "J2 : « 03/05/2027 » n'est pas un nombre entier."),
        ("effectif", True, "J2 : « oui » n'est pas un nombre entier."),
        ("effectif", 10**40, "J2 : « 1000000000"),
        ("charges", "cher", "R2 : « cher » n'est pas un nombre."),
        ("charges", "12,345", "R2 : « 12,345 » n'est pas admis."),
        ("charges", "NaN", "R2 : « NaN » n'est pas"),
        ("charges", 1e300, "R2 : « 1000000000"),
        ("place_des_habitants", "Beaucoup", "S2 : « Beaucoup » n'est pas dans la liste : Information, Consultation,"),
        ("intitule", "x" * 301, "G2 : « xxx"),
        ("axe", "Ailleurs", "D2 : « Ailleurs » n'est pas un axe du projet : ajoutez-le d'abord à l'écran."),
        ("axe", None, "D2 : indiquez l'axe de l'action."),
        ("general", "Rien", "E2 : « Rien » n'est pas un objectif général de cet axe"),
        ("operationnel", "Rien", "F2 : « Rien » n'est pas un objectif opérationnel de cet objectif général"),
        ("indicateur.nature", "Vague", "V2 : « Vague » n'est pas dans la liste : Processus, Résultat, Effet, Impact."),
        ("indicateur.nature", None, "V2 : indiquez une valeur."),
        ("pilote", "=1+1", "L2 : cette formule n'a pas de résultat enregistré"),
        ("description", "x" * (CELLULE_MAX + 1), "K2 : ce texte dépasse 32767 caractères"),
    ],
)
def test_chaque_erreur_dit_sa_cellule(client, projet, directrice, monkeypatch, code, valeur, phrase) -> None:
    monkeypatch.setattr("openpyxl.cell.cell.Cell.check_string", lambda cellule, texte: texte)  # il couperait le texte
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {code: valeur})
    assert f"Feuille Actions, cellule {phrase}" in refuse(client, projet, classeur)


def test_toutes_les_erreurs_se_lisent_ensemble_et_rien_n_est_ecrit(client, projet, directrice) -> None:
    classeur = telecharger(client, projet, "budget")
    ecrire(classeur, 2, {"montant": "beaucoup", "annee": 1066}, BUDGET)
    ecrire(classeur, 6, {"annee": 2029, "sens": "Charge", "intitule": "Juste", "montant": 1}, BUDGET)
    ecrire(classeur, 8, {"intitule": "Incomplète"}, BUDGET)
    page = refuse(client, projet, classeur, "budget")
    attendues = [
        "Feuille Budget, cellule C2 : « 1066 » n'est pas admis.",
        "Feuille Budget, cellule I2 : « beaucoup » n'est pas un nombre.",
        "Feuille Budget, cellule C8 : indiquez l'année.",
        "Feuille Budget, cellule D8 : indiquez le sens, charge ou produit.",
        "Feuille Budget, cellule I8 : indiquez le montant, 0 s'il est nul.",
    ]
    assert [page.index(attendue) for attendue in attendues] == sorted(page.index(attendue) for attendue in attendues)


def test_un_montant_efface_est_demande(client, projet, directrice) -> None:
    classeur = telecharger(client, projet, "budget")
    ecrire(classeur, 2, {"montant": None}, BUDGET)
    assert "cellule I2 : indiquez le montant" in refuse(client, projet, classeur, "budget")


def test_au_dela_de_cent_erreurs_le_reste_est_compte(client, projet, directrice) -> None:
    classeur = telecharger(client, projet, "budget")
    for numero in range(6, 6 + ERREURS_MONTREES):
        ecrire(classeur, numero, {"annee": "x", "sens": "y", "montant": 1}, BUDGET)
    page = refuse(client, projet, classeur, "budget")
    assert "Et 100 autres erreurs." in page


def test_deux_axes_du_meme_nom_ne_se_devinent_pas(client, projet, directrice) -> None:
    projet.axes.create(intitule=LIEU["axe"])
    classeur = telecharger(client, projet)
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    assert "cellule D3 : « Aller vers les habitants » est l'intitulé de plusieurs" in refuse(client, projet, classeur)


def test_une_ligne_videe_ne_supprime_rien(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, dict.fromkeys(colonne.code for colonne in ACTIONS.remplies))
    assert "cellule G2 : cette ligne a été vidée" in refuse(client, projet, classeur)


def test_un_indicateur_vide_ne_se_supprime_pas(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, dict.fromkeys(c.code for c in ACTIONS.remplies if "." in c.code))
    assert "cellule U2 : un indicateur ne se supprime pas par le tableur" in refuse(client, projet, classeur)


def test_une_ligne_recopiee_avec_sa_marque_est_dite(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    for rang in range(1, len(ACTIONS.colonnes) + 1):
        classeur["Actions"].cell(3, rang).value = classeur["Actions"].cell(2, rang).value
    assert "cellule G3 : cette ligne est une copie de la ligne 2" in refuse(client, projet, classeur)


@pytest.mark.parametrize("cle", ["x", "00000000-0000-0000-0000-000000000000", 12, "=1"])
def test_une_cle_inconnue_est_dite(client, projet, directrice, cle) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"cle": cle})
    refuse(client, projet, classeur)


def test_la_cle_d_un_autre_projet_n_y_touche_pas(client, projet, directrice) -> None:
    d_ailleurs = ProjetSocialFactory()
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"cle": str(Action.objects.get(projet=d_ailleurs).cle), "pilote": "Moi"})
    assert "n'est plus dans le projet" in refuse(client, projet, classeur)


# --- Ce qui a changé entre-temps ----------------------------------------------------------------------------------


def test_une_ligne_changee_des_deux_cotes_est_refusee(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    Action.objects.update(lieu="Au parc")
    ecrire(classeur, 2, {"pilote": "Une habitante"})
    page = refuse(client, projet, classeur)
    assert "cellule G2 : « Café du mercredi » a été modifiée depuis le téléchargement" in page


def test_une_ligne_que_l_on_n_a_pas_touchee_ne_recouvre_rien(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    Action.objects.update(lieu="Au parc")
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    remplir(client, projet, classeur)
    assert Action.objects.get(intitule="Café du mercredi").lieu == "Au parc"


def test_ce_qui_change_entre_l_apercu_et_la_confirmation_est_refuse(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"pilote": "Une habitante"})
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    apercu = apercu_de(envoyer(client, projet, classeur))
    Indicateur.objects.filter(action__isnull=False).update(cible="41")
    reponse = client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu})
    assert reponse.status_code == 422
    assert "modifiée depuis le téléchargement" in page_de(reponse)
    assert (Action.objects.count(), Action.objects.get().pilote) == (1, "Accueil")


def test_confirmer_deux_fois_une_modification_ne_la_refait_pas(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"pilote": "Une habitante"})
    apercu = apercu_de(envoyer(client, projet, classeur))
    for _ in range(2):
        assert client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu}).status_code == 302
    assert EntreeDuJournal.objects.filter(acte="remplir").count() == 1


def test_confirmer_deux_fois_un_ajout_n_ajoute_pas_deux_fois(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    apercu = apercu_de(envoyer(client, projet, classeur))
    for _ in range(2):
        client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu})
    assert Action.objects.filter(intitule="Neuve").count() == 1


# --- Les classeurs hostiles ---------------------------------------------------------------------------------------


def refaire(contenu: bytes, partie: str, changer: Callable[[bytes], bytes]) -> bytes:
    """Le même classeur, dont une partie est réécrite."""
    rendu = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(contenu)) as source, zipfile.ZipFile(rendu, "w", zipfile.ZIP_DEFLATED) as cible:
        for nom in source.namelist():
            cible.writestr(nom, changer(source.read(nom)) if nom == partie else source.read(nom))
    return rendu.getvalue()


def test_une_autre_feuille_est_refusee(client, projet, directrice) -> None:
    page = refuse(client, projet, telecharger(client, projet, "budget"))
    assert "La feuille « Actions » manque dans ce classeur." in page


def test_une_colonne_renommee_ou_en_double_est_nommee(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    cellule(classeur, 1, "pilote").value = "Qui ?"
    cellule(classeur, 1, "lieu").value = "Public"
    page = refuse(client, projet, classeur)
    assert "ces colonnes manquent ou sont en double : « Public », « Pilote », « Lieu »" in page


def test_trop_de_lignes_meme_vides_sont_refusees(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    classeur["Actions"].cell(LIGNES_MAX + 2, 4).value = "loin"
    assert f"dépasse {LIGNES_MAX} lignes" in refuse(client, projet, classeur)


@pytest.mark.parametrize("rang", [b"1048576", b"999999999999"])
def test_une_ligne_au_bout_du_monde_ne_se_fait_pas_attendre(client, projet, directrice, rang) -> None:
    brut = en_octets(telecharger(client, projet))
    loin = b'<row r="' + rang + b'"><c r="D' + rang + b'"><v>1</v></c></row></sheetData>'
    hostile = refaire(brut, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", loin))
    refuse(client, projet, hostile)


def test_un_million_de_lignes_est_refuse(client, projet, directrice) -> None:
    lignes = b"".join(b'<row r="%d"/>' % n for n in range(40, 1_000_000))
    brut = en_octets(telecharger(client, projet))
    hostile = refaire(
        brut, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", lignes + b"</sheetData>")
    )
    refuse(client, projet, hostile)


def test_une_archive_demesuree_est_refusee(client, projet, directrice) -> None:
    brut = en_octets(telecharger(client, projet))
    hostile = refaire(brut, "docProps/app.xml", lambda xml: b" " * (DEPLIE_MAX + 1))
    refuse(client, projet, hostile)


def test_des_cellules_fusionnees_sont_nommees(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    classeur["Actions"].merge_cells("D2:D4")
    assert "Des cellules sont fusionnées (D2:D4)" in refuse(client, projet, classeur)


def test_un_calcul_en_echec_est_dit(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    cellule(classeur, 2, "pilote").value = "#REF!"
    cellule(classeur, 2, "pilote").data_type = "e"
    assert "cellule L2 : le calcul a échoué (#REF!)" in refuse(client, projet, classeur)


@pytest.mark.parametrize(
    "changer",
    [
        lambda xml: xml[: len(xml) // 2],
        lambda xml: b"",
        lambda xml: xml.replace(b"<v>", b"<v>9999999", 3),
        lambda xml: xml.replace(b'r="A1"', b'r="ZZZZZZ1"'),
        lambda xml: xml.replace(b't="s"', b't="n"'),
        lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml,
    ],
)
def test_une_feuille_abimee_est_refusee_ou_lue_sans_rien_casser(client, projet, directrice, changer) -> None:
    brut = en_octets(telecharger(client, projet))
    avant = contenu(projet)
    reponse = envoyer(client, projet, refaire(brut, "xl/worksheets/sheet1.xml", changer))
    assert reponse.status_code in (200, 422)
    assert contenu(projet) == avant


@pytest.mark.parametrize(
    ("nom", "octets"),
    [
        ("rempli.xlsx", b""),
        ("rempli.xlsx", b"PK\x03\x04 et puis rien"),
        ("rempli.xlsx", b"%PDF-1.7"),
        ("rempli.ods", b"PK\x03\x04"),
        ("rempli.csv", b"a;b"),
        ("rempli.xlsx", b"PK\x03\x04" + b"x" * (2 * 1024 * 1024)),
    ],
)
def test_ce_qui_n_est_pas_un_classeur_est_refuse(client, projet, directrice, nom, octets) -> None:
    reponse = client.post(adresse(projet), {"fichier": SimpleUploadedFile(nom, octets)})
    assert reponse.status_code == 422
    assert "Rien n'a été enregistré : 1 point à corriger." in page_de(reponse)


def test_un_envoi_sans_fichier_le_demande(client, projet, directrice) -> None:
    assert "Choisissez le classeur que vous avez rempli." in page_de(client.post(adresse(projet)))


def test_une_date_ecrite_par_le_tableur_se_lit_comme_on_l_ecrit(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 2, {"calendrier": dt.datetime(2027, 5, 3), "lieu": dt.time(14, 30), "public": 2.5})  # noqa: DTZ001
    remplir(client, projet, classeur)
    action = Action.objects.get()
    assert (action.calendrier, action.lieu, action.public) == ("03/05/2027", "14:30", "2,5")


# --- L'aperçu -----------------------------------------------------------------------------------------------------


def test_un_apercu_ne_vaut_que_pour_sa_personne_son_projet_et_sa_feuille(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    apercu = apercu_de(envoyer(client, projet, classeur))
    autre = ProjetSocialFactory(structure=projet.structure)
    collegue = Client()
    collegue.force_login(UtilisateurFactory(direction=True, structure=projet.structure))
    essais = [
        (client, adresse(autre, geste="_confirmer"), apercu),
        (client, adresse(projet, "budget", "_confirmer"), apercu),
        (collegue, adresse(projet, geste="_confirmer"), apercu),
        (client, adresse(projet, geste="_confirmer"), apercu[:-2]),
        (client, adresse(projet, geste="_confirmer"), ""),
        (client, adresse(projet, geste="_confirmer"), signing.dumps([], salt="ailleurs")),
    ]
    for qui, ou, quoi in essais:
        page = qui.post(ou, {"apercu": quoi}, follow=True)
        assert "Cet aperçu n'est plus valable" in page_de(page)
    assert not Action.objects.filter(intitule="Neuve").exists()


def test_un_apercu_trop_vieux_se_refait(client, projet, directrice, settings, monkeypatch) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    apercu = apercu_de(envoyer(client, projet, classeur))
    monkeypatch.setattr("centres.views.tableur.APERCU_VALABLE", -1)
    page = client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu}, follow=True)
    assert "Cet aperçu n'est plus valable" in page_de(page)
    assert SEL == "centres.tableur"


# --- Le coût ------------------------------------------------------------------------------------------------------


def grandir(projet: ProjetSocial, nombre: int) -> None:
    operationnel = Objectif.objects.get(projet=projet, niveau=NiveauObjectif.OPERATIONNEL)
    for n in range(nombre):
        action = operationnel.actions.create(projet=projet, intitule=f"Action {n}", ordre=n + 2)
        action.indicateurs.create(projet=projet, intitule=f"Mesure {n}", ordre=1)


def requetes_de(geste: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as requetes:
        geste()
    return len(requetes)


def test_tout_coute_autant_de_requetes_pour_2_et_20_lignes(client, directrice, projet) -> None:
    comptes = []
    for existantes, neuves in ((1, 2), (18, 20)):
        grandir(projet, existantes)
        telecharger(client, projet)  # les caches de la première fois
        modele = requetes_de(lambda: telecharger(client, projet))
        classeur = telecharger(client, projet)
        derniere = Action.objects.count() + 1
        for numero in range(2, derniere + 1):
            ecrire(classeur, numero, {"pilote": f"Pilote {neuves}", "indicateur.cible": f"Cible {neuves}"})
        for n in range(neuves):
            neuve = {**LIEU, "intitule": f"Neuve {neuves}-{n}", "indicateur.intitule": "Mesure"}
            ecrire(classeur, derniere + 1 + n, neuve)
        brut, pages = en_octets(classeur), []
        apercu = requetes_de(lambda brut=brut, pages=pages: pages.append(envoyer(client, projet, brut)))  # type: ignore[misc]
        donnees = {"apercu": apercu_de(pages[0])}
        assert donnees["apercu"], page_de(pages[0])
        ecriture = requetes_de(
            lambda donnees=donnees: client.post(adresse(projet, geste="_confirmer"), donnees)  # type: ignore[misc]
        )
        comptes.append((modele, apercu, ecriture))
    assert comptes[0] == comptes[1]
    assert Action.objects.filter(intitule__startswith="Neuve").count() == 22


# --- Qui ----------------------------------------------------------------------------------------------------------


def toutes(projet: ProjetSocial) -> list[tuple[str, str]]:
    return [
        ("get", adresse(projet)),
        ("post", adresse(projet)),
        ("get", adresse(projet, geste="_modele")),
        ("post", adresse(projet, geste="_confirmer")),
    ]


def test_une_version_figee_ne_se_remplit_plus(client, projet, directrice) -> None:
    classeur = telecharger(client, projet)
    ecrire(classeur, 3, {**LIEU, "intitule": "Neuve"})
    apercu = apercu_de(envoyer(client, projet, classeur))
    operations.figer(projet, par=directrice)
    assert client.post(adresse(projet, geste="_confirmer"), {"apercu": apercu}).status_code == 403
    assert [getattr(client, methode)(lieu).status_code for methode, lieu in toutes(projet)] == [403] * 4
    assert Action.objects.count() == 1


@pytest.mark.parametrize("role", ["responsable", "elu", "administration"])
def test_les_autres_roles_ne_trouvent_pas_le_tableur(client, projet, role) -> None:
    client.force_login(UtilisateurFactory(role=role, caisse=projet.structure.caisse))
    assert [getattr(client, methode)(lieu).status_code for methode, lieu in toutes(projet)] == [404] * 4


def test_un_projet_sans_axes_n_a_pas_de_feuille_d_actions(client) -> None:
    projet = ProjetSocialFactory(nature=NatureProjet.PREFIGURATION)
    client.force_login(UtilisateurFactory(direction=True, structure=projet.structure))
    assert client.get(adresse(projet)).status_code == 404
    assert client.get(adresse(projet, "budget")).status_code == 200


@pytest.mark.parametrize(("partie", "feuille"), [("axes", "actions"), ("budget", "budget")])
def test_la_partie_mene_au_tableur(client, projet, directrice, partie, feuille) -> None:
    page = page_de(client.get(projet.adresse_de(partie)))
    assert adresse(projet, feuille) in page
    assert "Remplir dans un tableur" in page


def test_un_montant_de_budget_efface_a_l_ecran_est_demande(client, projet, directrice) -> None:
    ligne = projet.lignes_budget.first()
    lieu = reverse("centres:noeud", args=[projet.pk, "budget", ligne.pk])
    vu = operations.temoin(ligne.montant)
    assert "Ce champ est obligatoire" in page_de(client.post(lieu, {"montant": "", "vu-montant": vu}))
    ligne.refresh_from_db()
    assert ligne.montant == Decimal("63600.00")
