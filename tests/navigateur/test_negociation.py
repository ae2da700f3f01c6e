"""La négociation dans deux fenêtres : la Caf demande, le centre répond et récrit, la Caf compare et accepte."""

import datetime as dt

from django.urls import reverse
from playwright.sync_api import Page, expect

from agrement.dossiers import operations
from agrement.dossiers.accords import etat_des_accords
from agrement.dossiers.choix import StatutPoint
from agrement.dossiers.models import Dossier
from tests.navigateur import gestes
from tests.navigateur.conftest import JOUR, Ouvrir, Visite


def negociation(visite: Visite, dossier: Dossier) -> Page:
    page = visite.aller(reverse("dossiers:onglet", args=[dossier.numero, "negociation"]))
    visite.sans_debordement()
    visite.accessible()
    return page


def ouvrir_un_point(visite: Visite, sujet: str, position: str) -> None:
    page = visite.page
    page.get_by_role("link", name="Ouvrir un point").first.click()
    page.get_by_label("Sujet").fill(sujet)
    page.get_by_label("Position de la Caf").fill(position)
    gestes.envoyer(visite, "Ouvrir le point")


def test_un_projet_a_reprendre_revient_en_seconde_version_et_se_compare(visiter: Ouvrir) -> None:
    """Scénario 6 : la méthode de participation, et un objectif qui ne se mesure pas."""
    dossier = gestes.dossier_recevable("Centre qui négocie", debut=dt.date(2027, 1, 1))
    conseiller = dossier.structure.conseiller
    assert conseiller is not None
    operations.ouvrir_la_negociation(dossier, date=JOUR, par=conseiller)
    objectif = dossier.projet.objectifs.filter(parent=None).first()  # type: ignore[union-attr]
    conseillere, directrice = (
        visiter("conseillere@caf"),
        visiter("directrice@tilleuls", largeur="téléphone", sombre=True),
    )

    page = negociation(conseillere, dossier)
    ouvrir_un_point(conseillere, "Méthode de participation", "Qui a participé, et à quel rythme ?")
    page.get_by_role("navigation", name="Le projet").get_by_role("link", name=objectif.intitule).click()
    ouvrir_un_point(conseillere, "Objectif qui ne se mesure pas", "Donnez un indicateur et une cible.")
    negociation(directrice, dossier)
    gestes.lit(directrice, "2 positions en préparation")
    expect(directrice.page.locator("main")).not_to_contain_text("Qui a participé")
    gestes.agir(conseillere, dossier, "rendre-au-porteur")

    # La directrice répond aux deux points, et récrit son projet.
    page = negociation(directrice, dossier)
    gestes.lit(directrice, "Vous tenez la plume")
    for rang in range(2):
        negociation(directrice, dossier)
        page.get_by_role("link", name="Prendre position").nth(0).click()
        page.get_by_label("Votre position").fill(f"C'est écrit, réponse {rang + 1}.")
        directrice.accessible()
        gestes.envoyer(directrice, "Enregistrer la position")
    dossier.refresh_from_db()
    assert dossier.projet is not None
    dossier.projet.methode_participation = "Un comité d'habitants se réunit chaque mois."
    dossier.projet.save()
    directrice.aller(reverse("dossiers:transmettre_la_version", args=[dossier.numero]))
    gestes.lit(directrice, "La version 2 change 1 élément")
    gestes.valider(directrice)

    # La conseillère voit ce qui a changé, accepte les réponses, puis les objectifs.
    conseillere.aller(dossier.get_absolute_url())
    gestes.lit(conseillere, "La version 2 du projet change 1 élément")
    page = negociation(conseillere, dossier)
    gestes.lit(conseillere, "C'est écrit, réponse 1.")
    for _ in range(2):
        page.get_by_role("button", name="Accepter la réponse du centre").first.click()
        page.wait_for_load_state()
        negociation(conseillere, dossier)
    assert set(dossier.points.values_list("statut", flat=True)) == {StatutPoint.ACCEPTE}
    gestes.envoyer(conseillere, "Accepter les objectifs sans point ouvert")
    total = len(etat_des_accords(dossier))
    gestes.lit(conseillere, f"{total} objectifs sur {total} accordés")
