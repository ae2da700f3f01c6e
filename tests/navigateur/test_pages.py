"""Chaque écran de chaque rôle : accessible, sans débordement, en clair au bureau, en sombre au téléphone."""

import pytest
from django.urls import reverse

from agrement.contrats.models import Contrat
from agrement.dossiers.models import Dossier
from agrement.seances.models import Seance
from centres.models import Structure
from tests.navigateur.conftest import Ouvrir

CAF = ("accueil:accueil", "dossiers:liste", "centres:structures", "centres:gestionnaires", "contrats:liste",
       "partenaires:liste", "partenaires:conventions", "comptes:compte")  # fmt: skip
ECRANS = {
    "directrice@tilleuls": ("accueil:accueil", "dossiers:liste", "dossiers:ouvrir", "centres:structures",
                            "suivi:echeances", "contrats:liste", "comptes:compte"),
    "direction@demonstration": ("accueil:accueil", "dossiers:liste", "contrats:liste", "suivi:echeances"),
    "presidente@tilleuls": ("accueil:accueil", "contrats:liste"),
    "conseillere@caf": (*CAF, "suivi:echeances", "seances:liste", "evaluation:grilles", "prestations:baremes"),
    "responsable@caf": ("accueil:accueil", "dossiers:liste", "accueil:journal"),
    "secretariat@caf": ("accueil:accueil", "dossiers:liste", "seances:liste", "seances:planifier"),
    "administratrice@caf": ("accueil:accueil", "dossiers:liste", "seances:liste"),
    "president@caf": ("accueil:accueil", "contrats:liste"),
    "comptable@caf": ("accueil:accueil", "prestations:baremes", "contrats:liste"),
    "admin@caf": ("accueil:accueil", "accueil:journal"),
}  # fmt: skip
# Chaque largeur et chaque thème une fois : les deux autres croisements n'apprennent rien de plus.
VUES = (("bureau", False), ("téléphone", True))


@pytest.mark.parametrize("qui", ECRANS)
def test_les_ecrans_du_role_sont_accessibles_et_tiennent_dans_la_page(visiter: Ouvrir, qui: str) -> None:
    for largeur, sombre in VUES:
        visite = visiter(qui, largeur=largeur, sombre=sombre)
        for nom in ECRANS[qui]:
            visite.aller(reverse(nom))
            visite.accessible()
            visite.sans_debordement()


@pytest.mark.parametrize(("largeur", "sombre"), VUES)
def test_un_dossier_de_chaque_etat_est_accessible_a_qui_l_instruit(visiter: Ouvrir, largeur: str, sombre: bool) -> None:
    visite = visiter("responsable@caf", largeur=largeur, sombre=sombre)
    vus: set[str] = set()
    for dossier in Dossier.objects.order_by("statut", "-pk"):
        if dossier.statut not in vus:
            vus.add(dossier.statut)
            visite.aller(dossier.get_absolute_url())
            visite.accessible()
            visite.sans_debordement()
    assert len(vus) == 18


@pytest.mark.parametrize(("largeur", "sombre"), VUES)
def test_les_pages_d_un_objet_sont_accessibles(visiter: Ouvrir, largeur: str, sombre: bool) -> None:
    dossier = Dossier.objects.filter(statut="negociation").latest("pk")
    contrat = Contrat.objects.filter(statut="en_vigueur").latest("pk")
    onglets = ("projet", "pieces", "negociation", "echanges", "analyse", "decision", "contrat", "journal")
    pages = [
        *(dossier.adresse("dossiers:onglet", onglet=onglet) for onglet in onglets),
        contrat.dossier.adresse("dossiers:onglet", onglet="decision"),
        contrat.dossier.adresse("dossiers:onglet", onglet="contrat"),
        contrat.get_absolute_url(),
        Structure.objects.get(nom="Centre social La Passerelle").get_absolute_url(),
        *(seance.get_absolute_url() for seance in Seance.objects.all()),
    ]
    visite = visiter("conseillere@caf", largeur=largeur, sombre=sombre)
    for page in pages:
        visite.aller(page)
        visite.accessible()
        visite.sans_debordement()


@pytest.mark.parametrize(("largeur", "sombre"), VUES)
def test_les_pages_publiques_et_d_erreur_sont_accessibles(visiter: Ouvrir, largeur: str, sombre: bool) -> None:
    visite = visiter("", largeur=largeur, sombre=sombre)
    for adresse in (reverse("account_login"), reverse("account_reset_password"), reverse("account_signup"), "/rien/"):
        visite.aller(adresse)
        visite.accessible()
        visite.sans_debordement()


def test_l_administration_est_accessible(visiter: Ouvrir) -> None:
    visite = visiter("admin@caf")
    dossier = Dossier.objects.filter(statut="clos_agree").latest("pk")
    for adresse in (
        reverse("admin:index"),
        reverse("admin:dossiers_dossier_changelist"),
        reverse("admin:dossiers_dossier_change", args=[dossier.pk]),
        reverse("admin:centres_structure_changelist"),
        reverse("admin:comptes_utilisateur_changelist"),
        reverse("admin:socle_entreedujournal_changelist"),
    ):
        visite.aller(adresse)
        visite.accessible()
