"""La Caf et le centre se parlent, un partenaire donne son avis par son lien."""

import datetime as dt
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from agrement.dossiers.models import DemandeDAvis, Dossier
from partenaires.models import Partenaire
from tests.navigateur import gestes
from tests.navigateur.conftest import JOUR, Ouvrir


def test_la_caf_ecrit_le_centre_repond_un_partenaire_donne_son_avis(visiter: Ouvrir, tmp_path: Path) -> None:
    dossier = Dossier.objects.get(statut="negociation", structure__nom="Centre social L'Éclusière")
    onglet = dossier.adresse("dossiers:onglet", onglet="echanges")
    conseillere = visiter("responsable@caf")
    directrice = visiter(dossier.structure.rattachements.filter(utilisateur__role="direction").first()
                         .utilisateur.courriel.removesuffix(".example"), largeur="téléphone")  # fmt: skip

    page = conseillere.aller(onglet)
    conseillere.accessible()
    page.get_by_label("Votre message").fill("Pouvez-vous joindre le règlement du comité ?")
    gestes.envoyer(conseillere, "Envoyer le message")
    gestes.lit(conseillere, "Pouvez-vous joindre le règlement du comité ?")

    page = directrice.aller(onglet)
    expect(page.get_by_role("navigation", name="Le dossier")).to_contain_text("nouveaux messages")
    expect(page.locator("#conversation")).to_contain_text("Messages lus.")  # la lecture se retient d'elle-même
    directrice.sans_debordement()
    directrice.accessible()
    page.get_by_label("Votre message").fill("Le voici.")
    page.get_by_label("Fichiers joints").set_input_files(gestes.piece(tmp_path, "reglement.pdf"))
    gestes.envoyer(directrice, "Envoyer le message")
    expect(page.locator("#conversation")).to_contain_text("reglement.pdf")
    expect(page.get_by_role("navigation", name="Le dossier")).not_to_contain_text("nouveaux messages")

    # Le partenaire qui n'avait pas répondu.
    attendue = DemandeDAvis.objects.get(dossier=dossier, avis=None)
    partenaire = visiter(largeur="téléphone", sombre=True)
    page = partenaire.aller(reverse("dossiers:avis_de_partenaire", args=[attendue.jeton()]))
    gestes.lit(partenaire, "Comment ce centre travaille-t-il avec vous")
    partenaire.accessible()
    partenaire.sans_debordement()
    page.get_by_role("link", name="Le projet social").click()
    partenaire.accessible()
    partenaire.sans_debordement()
    page.get_by_role("link", name="Revenir à la demande d'avis").first.click()
    page.get_by_label("Favorable", exact=True).check()
    page.get_by_label("Votre nom").fill("Lucie Marchand")
    page.get_by_label("Votre qualité").fill("responsable d'agence")
    page.locator("[name=fichier]").set_input_files(gestes.piece(tmp_path, "avis.pdf"))
    gestes.envoyer(partenaire, "Envoyer cet avis à la Caf")
    gestes.lit(partenaire, "il n'en est donné qu'un")
    partenaire.accessible()

    # Un quatrième avis demandé depuis l'écran, et le compte que lit la Caf.
    autre = Partenaire.objects.get(nom="Collège Louise-Michel")
    page = conseillere.aller(reverse("dossiers:demander_des_avis", args=[dossier.numero]))
    conseillere.accessible()
    page.get_by_label(autre.nom).check()
    page.get_by_label("Votre question").fill("Que font les familles au centre ?")
    page.get_by_label("Réponse attendue").fill((JOUR + dt.timedelta(days=20)).isoformat())
    gestes.envoyer(conseillere, "Envoyer les demandes d'avis")
    gestes.lit(conseillere, "3 avis reçus sur 4")
    gestes.lit(conseillere, "Lucie Marchand")
    conseillere.accessible()
