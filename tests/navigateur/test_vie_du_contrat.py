"""La vie d'un contrat à l'écran : un sursis, un avenant de substitution que trois personnes signent, un retrait."""

import datetime as dt

from playwright.sync_api import expect

from agrement.contrats.models import Avenant, Contrat
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.seances.choix import TypeDecision as D
from centres.models import Gestionnaire
from tests.fabriques import GestionnaireFactory, UtilisateurFactory
from tests.fabriques.avenants import contrat_ecrit, decision_notifiee
from tests.navigateur import gestes
from tests.navigateur.conftest import JOUR, Ouvrir, au

DEBUT, FIN = dt.date(2026, 1, 1), dt.date(2028, 12, 31)
MOT_DE_PASSE = "demonstration-agrement"
FIN_DU_SURSIS, RETRAIT = dt.date(2027, 3, 31), dt.date(2027, 6, 1)


def un_contrat(nom: str) -> Contrat:
    """Un contrat en cours, d'une structure que nul autre parcours ne connaît."""
    structure = gestes.structure_neuve(nom)
    contrat = contrat_ecrit(
        structure=structure, numero=f"C2026-{structure.pk:04d}", debut=DEBUT, fin=FIN, signe_le=dt.date(2025, 12, 20),
        decision__dossier__numero=f"2025-{9000 + structure.pk}", decision__numero=f"2025-{9000 + structure.pk}",
    )  # fmt: skip
    version = contrat.versions.get()
    for rang, (partie, qui) in enumerate((("gestionnaire", "Les Tilleuls"), ("caf", "Caf de l'Ain")), 1):
        version.parties.create(rang=rang, partie=partie, nom=qui)
    return contrat


def test_un_sursis_se_lit_puis_se_depasse_puis_devient_un_retrait(visiter: Ouvrir) -> None:
    contrat = un_contrat("Centre social du Sursis")
    decision_notifiee(contrat, D.SURSIS, le=JOUR, echeance=FIN_DU_SURSIS, conditions="Réunir le comité des habitants.")
    faire_vivre_les_contrats()
    visite = visiter("conseillere@caf")
    visite.aller(contrat.get_absolute_url())
    gestes.lit(visite, "Agrément en sursis")
    gestes.lit(visite, "Réunir le comité des habitants.")
    visite.accessible()
    visite.aller("/")
    gestes.lit(visite, "Centre social du Sursis")

    with au(FIN_DU_SURSIS + dt.timedelta(days=1)):
        visite = visiter("responsable@caf")
        visite.aller(contrat.get_absolute_url())
        gestes.lit(visite, "Le sursis est dépassé")
        visite.accessible()
        visite.aller("/")
        gestes.lit(visite, "aucune nouvelle décision")
        decision_notifiee(contrat, D.RETRAIT, le=FIN_DU_SURSIS + dt.timedelta(days=1), effet_le=RETRAIT)
        faire_vivre_les_contrats()
        visite.aller(contrat.get_absolute_url())
        gestes.lit(visite, "31 mai 2027")

    with au(RETRAIT):
        faire_vivre_les_contrats()
        visite = visiter("presidente@tilleuls")
        visite.aller(contrat.get_absolute_url())
        gestes.lit(visite, "Retiré")
        gestes.lit(visite, "Ce contrat n'a plus d'effet. Il couvrait la période jusqu'au 31 mai 2027.")
        visite.accessible()


def test_une_substitution_de_gestionnaire_s_ecrit_se_signe_a_trois_et_se_lit_consolidee(visiter: Ouvrir) -> None:
    contrat = un_contrat("Centre social de la Substitution")
    commune = _la_commune(contrat)
    decision_notifiee(contrat, D.MAINTIEN, le=JOUR, dossier="avenant", numero="2026-9901")
    visite = visiter("conseillere@caf")
    page = visite.aller(contrat.get_absolute_url())
    page.get_by_role("link", name="Écrire un avenant").click()
    visite.accessible()
    page.get_by_role("link", name="Gestionnaire", exact=True).click()
    page.get_by_label("Objet").fill("La commune reprend la gestion du centre social.")
    page.get_by_label("Prend effet le").fill(JOUR.isoformat())
    page.get_by_label("Décision de l'instance").select_option(index=1)
    page.get_by_label("Nouveau gestionnaire").select_option(label=str(commune))
    visite.accessible()
    gestes.envoyer(visite, "Enregistrer le brouillon")
    gestes.lit(visite, "Avant")
    gestes.lit(visite, "Ville de la Substitution")
    visite.accessible()
    avenant = Avenant.objects.get(contrat=contrat)
    visite.aller(f"{avenant.get_absolute_url()}proposer/")
    visite.accessible()
    gestes.envoyer(visite, "Proposer à la signature")
    gestes.lit(visite, "Signature attendue")

    for qui in ("presidente@tilleuls", "maire@substitution", "president@caf"):
        _signer(visiter, avenant, qui)
    avenant.refresh_from_db()
    contrat = Contrat.objects.get(pk=contrat.pk)
    assert (avenant.statut, contrat.gestionnaire, contrat.terme) == ("signe", commune, FIN)

    page = visite.aller(f"{contrat.get_absolute_url()}version-consolidee/")
    expect(page.locator("#bloc-gestionnaire")).to_contain_text("Ville de la Substitution")
    expect(page.locator("#bloc-gestionnaire")).to_contain_text("Avenant n° 1")
    visite.accessible()
    page.get_by_label("Version en vigueur au").fill((JOUR - dt.timedelta(days=1)).isoformat())
    gestes.envoyer(visite, "Lire à cette date")
    expect(page.locator("#bloc-gestionnaire")).to_contain_text("Association des Tilleuls")
    expect(page.locator("#bloc-gestionnaire")).not_to_contain_text("Avenant n° 1")


def _la_commune(contrat: Contrat) -> Gestionnaire:
    """Le nouveau gestionnaire, et sa représentante rattachée à la structure."""
    maire = UtilisateurFactory(
        gestionnaire=True,
        structure=contrat.structure,
        courriel="maire@substitution.example",
        prenom="Odile",
        nom="Roux",
    )
    maire.set_password(MOT_DE_PASSE)  # type: ignore[attr-defined]
    maire.save()  # type: ignore[attr-defined]
    commune: Gestionnaire = GestionnaireFactory(caisse=contrat.caisse, raison_sociale="Ville de la Substitution")  # type: ignore[assignment]
    return commune


def _signer(visiter: Ouvrir, avenant: Avenant, qui: str) -> None:
    visite = visiter(qui)
    page = visite.aller(avenant.get_absolute_url())
    page.get_by_role("link", name="Lire et signer l'avenant").click()
    visite.accessible()
    qualite = {} if page.locator("[name=qualite]").input_value() else {"qualite": "maire"}
    gestes.remplir_la_signature(visite, mot_de_passe=MOT_DE_PASSE, **qualite)
    assert avenant.versions.get().parties.filter(signature__par__courriel=f"{qui}.example").exists()
