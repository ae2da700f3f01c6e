from django.urls import path, re_path

from agrement.contrats.views import (
    avenants,
    circuit,
    contrat,
    delegations,
    importation,
    impressions,
    lots,
    pages,
    preuve,
    reprise,
    signature,
    verification,
    vie,
)
from agrement.contrats.views.voies import Page, avec_un_compte, par_le_lien

app_name = "contrats"

# Les mêmes pages, pour qui a un compte et pour qui n'a que son lien.
PAGES: dict[str, tuple[str, Page]] = {
    "signer": ("", signature.signer),
    "code": ("code/", signature.code),
    "projet": ("projet.pdf", signature.projet),
    "page_a_signer": ("pages/<int:page>.png", pages.page_a_signer),
    "a_signer": ("a-signer.pdf", signature.a_signer),
    "certificat": ("certificat/", signature.certificat),
    "papier": ("papier/", signature.papier),
    "refuser": ("refuser/", signature.refuser),
    "modification": ("demander-une-modification/", signature.modification),
}
DROITS = {"papier": "contrats.deposer_un_exemplaire"}
PARTIE = "contrats/<str:numero>/signatures/<int:pk>/"

urlpatterns = [
    path("contrats/", contrat.ListeDesContrats.as_view(), name="liste"),
    path("contrats/en-lot/generer/", lots.generer_en_lot, name="generer_en_lot"),
    path("contrats/generations/<int:pk>/", lots.generation, name="generation"),
    path("contrats/impressions/<int:pk>/", impressions.impression, name="impression"),
    path("contrats/reprises/", reprise.reprises, name="reprises"),
    path("contrats/reprises/commencer/", reprise.reprise_nouvelle, name="reprise_nouvelle"),
    path("contrats/reprises/joindre/", reprise.reprises_joindre, name="reprises_joindre"),
    path("contrats/reprises/importer/", importation.importer, name="importer"),
    path("contrats/reprises/importer/confirmer/", importation.import_confirmer, name="import_confirmer"),
    re_path(
        r"^contrats/reprises/importer/modele\.(?P<format_>csv|xlsx)$", importation.import_modele, name="import_modele"
    ),
    path("contrats/reprises/imports/<int:pk>/", importation.import_suivi, name="import_suivi"),
    path("contrats/reprises/<int:pk>/corriger/", reprise.reprise_corriger, name="reprise_corriger"),
    path("contrats/reprises/<int:pk>/fichier/", reprise.reprise_fichier, name="reprise_fichier"),
    path("contrats/reprises/<int:pk>/avenants/", reprise.reprise_avenants, name="reprise_avenants"),
    path("contrats/reprises/<int:pk>/terminer/", reprise.reprise_terminer, name="reprise_terminer"),
    path("contrats/preuves/<int:pk>/", preuve.dossier_de_preuve, name="dossier_de_preuve"),
    path("contrats/preuves/<int:pk>/telecharger/", preuve.telecharger, name="preuve_telecharger"),
    path("contrats/<str:numero>/", contrat.contrat, name="contrat"),
    path("contrats/<str:numero>/projet.pdf", contrat.projet_pdf, name="projet_pdf"),
    path("contrats/<str:numero>/contrat.pdf", contrat.scelle_pdf, name="scelle_pdf"),
    path("contrats/<str:numero>/pages/<int:page>.png", pages.page_du_contrat, name="page_du_contrat"),
    path("contrats/<str:numero>/proposer/", circuit.proposer, name="proposer"),
    path("contrats/<str:numero>/versions/<int:pk>/rappeler/", circuit.rappeler, name="rappeler"),
    path(f"{PARTIE}relancer/", circuit.relancer, name="relancer"),
    path(f"{PARTIE}preuve/", circuit.preuve, name="preuve"),
    path("contrats/<str:numero>/exemplaires/<int:pk>/", circuit.examiner, name="examiner"),
    path("contrats/<str:numero>/exemplaires/<int:pk>/fichier/", circuit.exemplaire_pdf, name="exemplaire_pdf"),
    path("contrats/<str:numero>/arreter/", vie.arreter, name="arreter"),
    path("contrats/<str:numero>/version-consolidee/", vie.version_consolidee, name="version_consolidee"),
    path("contrats/<str:numero>/version-consolidee.pdf", vie.version_consolidee_pdf, name="version_consolidee_pdf"),
    path("contrats/<str:numero>/avenants/ecrire/", avenants.choisir, name="choisir_un_avenant"),
    path("contrats/<str:numero>/avenants/ecrire/<str:type>/", avenants.ecrire, name="ecrire_un_avenant"),
    path("contrats/<str:numero>/avenants/<int:rang>/", avenants.avenant, name="avenant"),
    path("contrats/<str:numero>/avenants/<int:rang>/modifier/", avenants.modifier, name="modifier_un_avenant"),
    path("contrats/<str:numero>/avenants/<int:rang>/proposer/", avenants.proposer, name="proposer_un_avenant"),
    path("contrats/<str:numero>/avenants/<int:rang>/reprendre/", avenants.reprendre, name="reprendre_un_avenant"),
    path("contrats/<str:numero>/avenants/<int:rang>/abandonner/", avenants.abandonner, name="abandonner_un_avenant"),
    path(
        "contrats/<str:numero>/avenants/<int:rang>/pages/<int:page>.png",
        pages.page_de_l_avenant,
        name="page_de_l_avenant",
    ),
    path("contrats/<str:numero>/avenants/<int:rang>/projet.pdf", avenants.projet_pdf, name="projet_d_avenant"),
    path("contrats/<str:numero>/avenants/<int:rang>/avenant.pdf", avenants.scelle_pdf, name="avenant_scelle"),
    path("contrats/<str:numero>/avenants/<int:rang>/repris.pdf", reprise.avenant_repris_pdf, name="avenant_repris"),
    path("contrats/<str:numero>/prouver/", preuve.prouver_le_contrat, name="prouver"),
    path("dossiers/<str:numero>/prouver/", preuve.prouver_le_dossier, name="prouver_le_dossier"),
    path("dossiers/<str:numero>/generer-le-contrat/", contrat.generer, name="generer"),
    path("verifier/", verification.verifier, name="verifier"),
    path("verifier/<str:code>/", verification.verifier_un_code, name="verifier_un_code"),
    path("gestionnaires/<int:pk>/delegations/", delegations.delegations, name="delegations"),
    path("delegations/<int:pk>/revoquer/", delegations.revoquer, name="revoquer_la_delegation"),
    *(
        path(f"{PARTIE}{suite}", avec_un_compte(page, droit=DROITS.get(nom, "")), name=nom)
        for nom, (suite, page) in PAGES.items()
    ),
    *(
        path(
            f"signer/<str:jeton>/{suite}",
            par_le_lien(page, compter_les_lectures=nom == "page_a_signer"),
            name=f"{nom}_par_le_lien",
        )
        for nom, (suite, page) in PAGES.items()
    ),
]
