"""Ce que fait un centre : écrire son projet, le faire valider, joindre ses pièces, le transmettre, le compléter."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agrement.accueil.demonstration.ecrire_le_decor import Decor
from agrement.accueil.demonstration.recits import Recit
from agrement.dossiers.models import Dossier
from centres.choix import SensBudget
from centres.models import Action, ProjetSocial, Structure
from comptes.models import Utilisateur
from tests.navigateur import gestes
from tests.navigateur.conftest import JOUR, Ouvrir, Visite

TEXTES = {
    "identification": {"synthese": "Un centre ouvert à tous."},
    "methode": {"methode_participation": "Trois soirées d'habitants."},
    "diagnostic": {"diagnostic": "Des familles isolées."},
    "accueil": {"fonction_accueil": "Ouvert six jours sur sept."},
    "gouvernance": {"gouvernance": "Un conseil des habitants."},
    "familles": {"projet_familles": "Des samedis en famille."},
    "partenariat": {"partenariat": "La commune et l'école."},
    "moyens": {"equipe": "Six salariés.", "horaires": "Du lundi au samedi.", "tarification": "Selon le quotient."},
    "evaluation": {"evaluation_prevue": "Un point chaque année."},
    "validation": {
        "instance_d_adoption": "Conseil d'administration de l'association",
        "date_d_adoption": "2026-11-12",
    },
}
ACTIONS = (3, 2, 2)  # par axe : trois axes, sept actions


def ecrire_les_textes(visite: Visite, projet: ProjetSocial) -> None:
    for partie, textes in TEXTES.items():
        page = visite.aller(reverse("centres:partie", args=[projet.pk, partie]))
        for nom, texte in textes.items():
            page.locator(f"main form[data-ecriture] [name={nom}]").fill(texte)
        if partie == "familles":
            page.locator("main [name=volet_familles]").check()
        gestes.envoyer(visite, "Enregistrer")
        gestes.lit(visite, "Le projet n'est pas encore transmis à la Caf.")


def ajouter_une_fiche(visite: Visite, projet: ProjetSocial, partie: str, bouton: str, **champs: str) -> None:
    visite.aller(reverse("centres:partie", args=[projet.pk, partie]))
    gestes.envoyer(visite, bouton)
    for nom, valeur in champs.items():
        visite.page.locator(f"main form[data-ecriture] [name={nom}]").first.fill(valeur)
    gestes.envoyer(visite, "Enregistrer")


def planter(visite: Visite, projet: ProjetSocial) -> None:
    """Trois axes, un objectif et deux ou trois actions chacun, écrits dans l'arbre."""
    page = visite.aller(reverse("centres:partie", args=[projet.pk, "axes"]))

    def ajouter(bouton: str, intitule: str, rang: int | None = None) -> None:
        ou = page.locator("#arbre") if rang is None else page.locator("#arbre > [data-branche]").nth(rang)
        ou.get_by_role("button", name=bouton).first.click()
        saisie = page.locator("#arbre input[autofocus]")
        expect(saisie).to_have_value("")
        saisie.fill(intitule)
        saisie.press("Enter")
        expect(page.locator(f"#arbre input[value='{intitule}']")).to_have_count(1)

    for rang, actions in enumerate(ACTIONS):
        ajouter("Ajouter un axe", f"Axe n° {rang + 1}")
        ajouter("Ajouter un objectif général", f"Objectif {rang + 1}", rang)
        for numero in range(actions):
            ajouter("Ajouter une action", f"Action {rang + 1}.{numero + 1}", rang)


@pytest.mark.parametrize(("largeur", "scripts"), [("bureau", True), ("téléphone", False)])
def test_un_centre_ecrit_son_projet_et_transmet_sa_demande(
    visiter: Ouvrir, tmp_path: Path, largeur: str, scripts: bool
) -> None:
    """Scénarios 1 et 2, sur un bureau avec scripts et sur un téléphone sans."""
    structure = gestes.structure_neuve(f"Centre du scénario {largeur}")
    directrice = visiter("directrice@tilleuls", largeur=largeur, scripts=scripts)
    presidente = visiter("presidente@tilleuls", largeur=largeur, scripts=scripts)
    numero = gestes.ouvrir_la_demande(directrice, structure.nom, "Premier agrément", "2027-01-01", "2029-12-31")
    dossier = Dossier.objects.get(numero=numero)
    projet = ProjetSocial.objects.get(dossiers=dossier)

    ecrire_les_textes(directrice, projet)
    ajouter_une_fiche(directrice, projet, "enjeux", "Ajouter un enjeu", intitule="Rompre l'isolement")
    planter(directrice, projet)
    for sens in ("Charge", "Produit"):
        ajouter_une_fiche(directrice, projet, "budget", f"{sens} 2027", intitule="Ensemble", montant="412 300")
    assert (projet.axes.count(), Action.objects.filter(projet=projet).count()) == (3, 7)

    fichier = gestes.piece(tmp_path)
    obligatoires = [code for code, _ in dossier.pieces_obligatoires()]
    gestes.deposer_les_pieces(directrice, dossier, [code for code in obligatoires if code != "P04"], fichier)
    transmettre = reverse("dossiers:deposer", args=[numero])
    page = directrice.aller(transmettre)
    gestes.lit(directrice, "P04")  # scénario 2 : sans elle, rien ne part et rien ne se perd
    gestes.lit(directrice, "présidence")
    expect(page.locator("main").get_by_role("button", name="Transmettre")).to_have_count(0)
    directrice.sans_debordement()
    gestes.deposer_les_pieces(directrice, dossier, ["P04"], fichier)

    presidente.aller(reverse("centres:projet_viser", args=[projet.pk]))
    gestes.valider(presidente)
    gestes.lit(presidente, "Validé")

    page = directrice.aller(transmettre)
    gestes.valider(directrice)
    dossier.refresh_from_db()
    projet.refresh_from_db()
    assert (dossier.statut, projet.version, projet.est_fige) == ("depose", 1, True)
    gestes.lit(directrice, dossier.numero_d_enregistrement)
    directrice.aller(transmettre)
    gestes.lit(directrice, "déjà transmise")


@pytest.mark.parametrize(("largeur", "scripts"), [("bureau", True), ("téléphone", False)])
def test_un_centre_complete_sa_demande(visiter: Ouvrir, tmp_path: Path, largeur: str, scripts: bool) -> None:
    """Scénario 4 : un relevé illisible et un budget déséquilibré."""
    dossier = _dossier_depose(f"Centre des compléments {largeur}")
    directrice = visiter("directrice@tilleuls", largeur=largeur, scripts=scripts)
    conseillere = visiter("conseillere@caf", largeur=largeur, scripts=scripts)
    page = conseillere.aller(reverse("dossiers:demander_des_complements", args=[dossier.numero]))
    for code, attendu in (("P12", "Relevé illisible."), ("P16", "Charges et produits diffèrent.")):
        page.get_by_label(code).fill(attendu)
    gestes.valider(conseillere)
    dossier.refresh_from_db()
    assert dossier.statut == "incomplet"

    fichier = gestes.piece(tmp_path)
    gestes.deposer_les_pieces(directrice, dossier, ["P12", "P16"], fichier)
    assert dossier.projet is not None
    _ecrire_le_budget(dossier.projet, charges="412300", produits="405000")
    repondre = reverse("dossiers:repondre_aux_complements", args=[dossier.numero])
    directrice.aller(repondre)
    gestes.lit(directrice, "doivent être égaux")
    produit = dossier.projet.lignes_budget.get(annee=2027, sens=SensBudget.PRODUIT)
    page = directrice.aller(reverse("centres:noeud", args=[dossier.projet_id, "budget", produit.pk]))
    page.locator("[name=montant]").fill("412 300,00 €")
    gestes.envoyer(directrice, "Enregistrer")
    directrice.aller(repondre)
    gestes.valider(directrice)
    dossier.refresh_from_db()
    assert dossier.statut == "depose"


@pytest.mark.parametrize(("largeur", "scripts"), [("bureau", True), ("téléphone", False)])
def test_un_centre_retire_sa_demande_avec_un_motif(visiter: Ouvrir, largeur: str, scripts: bool) -> None:
    """Scénario 7."""
    dossier = _dossier_depose(f"Centre qui se retire {largeur}")
    directrice = visiter("directrice@tilleuls", largeur=largeur, scripts=scripts)
    gestes.agir(directrice, dossier, "retirer", motif="La commune reprend la gestion l'an prochain.")
    dossier.refresh_from_db()
    assert dossier.statut == "retire"


def _dossier_depose(nom: str) -> Dossier:
    """Un dossier transmis, d'une structure que ce test est seul à connaître."""
    structure: Structure = gestes.structure_neuve(nom)
    responsable = Utilisateur.objects.get(courriel="responsable@caf.example")
    conseil = gestes.conseil_de(structure.caisse)
    decor = Decor(structure.caisse, JOUR, {"responsable@caf": responsable}, {nom: structure}, conseil)
    recit = Recit(decor, structure, 0, JOUR - dt.timedelta(days=20), dt.date(2027, 1, 1), modele_de_piece=gestes.PDF)
    recit.ouvrir()
    recit.deposer_les_pieces()
    recit.deposer()
    recit.dossier.refresh_from_db()
    return recit.dossier


def _ecrire_le_budget(projet: ProjetSocial, *, charges: str, produits: str) -> None:
    """Une charge et un produit pour 2027, rien d'autre."""
    projet.lignes_budget.all().delete()
    for sens, montant in ((SensBudget.CHARGE, charges), (SensBudget.PRODUIT, produits)):
        projet.lignes_budget.create(annee=2027, sens=sens, intitule="Ensemble", montant=Decimal(montant))
