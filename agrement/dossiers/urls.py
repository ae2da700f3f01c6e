from django.urls import include, path, register_converter

from agrement.dossiers.choix import Geste
from agrement.dossiers.views import (
    actes,
    affectation,
    analyse,
    autoevaluation,
    avis,
    avis_de_partenaires,
    avis_public,
    complements,
    conditions,
    contradictoire,
    depot,
    dossier,
    echanges,
    lectures,
    liste,
    lots,
    parcours,
    pieces,
    points,
    recevabilite,
)
from socle.adresses import parmi

app_name = "dossiers"


# La synthèse est la page même du dossier.
register_converter(parmi(onglet.nom for onglet in dossier.ONGLETS if onglet.nom != "synthese"), "onglet")

adresses_des_dossiers = [
    path("", liste.ListeDesDossiers.as_view(), name="liste"),
    path("ouvrir/", liste.ouvrir, name="ouvrir"),
    path("charge/", affectation.charge, name="charge"),
    path("etiquettes/", lots.etiquettes, name="etiquettes"),
    path("etiquettes/<int:pk>/supprimer/", lots.supprimer_l_etiquette, name="supprimer_l_etiquette"),
    *(path(f"en-lot/{geste}/", lots.en_lot, {"geste": geste}, name=f"{geste}_en_lot") for geste in Geste),
    path("lots/<int:pk>/", lots.lot, name="lot"),
    path("<str:numero>/", dossier.dossier, name="dossier"),
    path("<str:numero>/<onglet:onglet>/", dossier.onglet_du_dossier, name="onglet"),
    path("<str:numero>/projet/commencer/", actes.commencer_le_projet, name="commencer_le_projet"),
    path("<str:numero>/deposer/", depot.deposer, name="deposer"),
    path("<str:numero>/accuse-de-reception/", depot.accuse, name="accuse"),
    path("<str:numero>/recevabilite/", recevabilite.examiner, name="examiner"),
    path("<str:numero>/declarer-irrecevable/", recevabilite.declarer_irrecevable, name="declarer_irrecevable"),
    path("<str:numero>/irrecevabilite/", recevabilite.lettre_d_irrecevabilite, name="lettre_d_irrecevabilite"),
    path("<str:numero>/complements/", complements.complements, name="complements"),
    path(
        "<str:numero>/demander-des-complements/", complements.demander_des_complements, name="demander_des_complements"
    ),
    path(
        "<str:numero>/repondre-aux-complements/", complements.repondre_aux_complements, name="repondre_aux_complements"
    ),
    path(
        "<str:numero>/retirer-la-demande-de-complements/",
        complements.retirer_la_demande_de_complements,
        name="retirer_la_demande_de_complements",
    ),
    path("<str:numero>/ouvrir-la-negociation/", actes.ouvrir_la_negociation, name="ouvrir_la_negociation"),
    path("<str:numero>/rendre-au-porteur/", actes.rendre_au_porteur, name="rendre_au_porteur"),
    path("<str:numero>/transmettre-la-version/", actes.transmettre_la_version, name="transmettre_la_version"),
    path("<str:numero>/rediger-l-avis/", avis.rediger_l_avis, name="rediger_l_avis"),
    path("<str:numero>/rendre-l-avis/", avis.rendre_l_avis, name="rendre_l_avis"),
    path("<str:numero>/avis/note.pdf", avis.note_d_avis, name="note_d_avis"),
    path("<str:numero>/confier/", affectation.affecter, name="affecter"),
    path("<str:numero>/vu/", parcours.vu, name="vu"),
    path("<str:numero>/prendre/", affectation.prendre, name="prendre"),
    path("<str:numero>/noter/", analyse.noter, name="noter"),
    path("<str:numero>/noter/reprendre/", analyse.reprendre_les_notes, name="reprendre_les_notes"),
    path("<str:numero>/grille/clore/", analyse.clore_la_grille, name="clore_la_grille"),
    path("<str:numero>/grille/rouvrir/", analyse.rouvrir_la_grille, name="rouvrir_la_grille"),
    path("<str:numero>/grille/<int:pk>/epingler/", analyse.epingler, name="epingler"),
    path("<str:numero>/epingles/<int:pk>/retirer/", analyse.retirer_une_epingle, name="retirer_une_epingle"),
    path("<str:numero>/auto-evaluation/", autoevaluation.s_auto_evaluer, name="s_auto_evaluer"),
    path(
        "<str:numero>/auto-evaluation/remettre/",
        autoevaluation.remettre_l_auto_evaluation,
        name="remettre_l_auto_evaluation",
    ),
    path("<str:numero>/pieces/reprendre/", pieces.reprendre_les_pieces, name="reprendre_les_pieces"),
    path("<str:numero>/pieces/<int:pk>/telecharger/", lectures.telecharger, name="piece"),
    path("<str:numero>/pieces/<int:pk>/apercu/", lectures.apercu_de_piece, name="apercu_de_piece"),
    path("<str:numero>/pieces/<int:pk>/apercu/<int:page>.png", lectures.page_de_piece, name="page_de_piece"),
    path("<str:numero>/pieces/<str:code>/deposer/", pieces.deposer_piece, name="deposer_piece"),
    path("<str:numero>/pieces/<int:pk>/remplacer/", pieces.remplacer_piece, name="remplacer_piece"),
    path("<str:numero>/pieces/<int:pk>/retirer/", pieces.retirer_piece, name="retirer_piece"),
    path("<str:numero>/pieces/<int:pk>/reprendre/", pieces.reprendre_piece, name="reprendre_piece"),
    path("<str:numero>/pieces/<int:pk>/<slug:acte>/", pieces.acte_de_piece, name="acte_de_piece"),
    path("<str:numero>/points/ouvrir/", points.ouvrir_un_point, name="ouvrir_un_point"),
    path("<str:numero>/points/<int:pk>/position/", points.prendre_position, name="prendre_position"),
    path("<str:numero>/points/<int:pk>/clore/", points.clore_un_point, name="clore_un_point"),
    path("<str:numero>/points/<int:pk>/reserver/", points.reprendre_en_reserve, name="reprendre_en_reserve"),
    path("<str:numero>/points/<int:pk>/<slug:acte>/", points.acte_de_point, name="acte_de_point"),
    path("<str:numero>/objectifs/accepter/", points.accepter_des_objectifs, name="accepter_des_objectifs"),
    path("<str:numero>/objectifs/<uuid:cle>/retirer-l-accord/", points.retirer_l_accord, name="retirer_l_accord"),
    path("<str:numero>/objectifs/<uuid:cle>/classer/", points.classer_un_objectif, name="classer_un_objectif"),
    path("<str:numero>/taches/confier/", points.confier_une_tache, name="confier_une_tache"),
    path("<str:numero>/taches/<int:pk>/faire/", points.faire_une_tache, name="faire_une_tache"),
    path("<str:numero>/reserves/ajouter/", conditions.ajouter_une_reserve, name="ajouter_une_reserve"),
    path("<str:numero>/reserves/<int:pk>/retirer/", conditions.retirer_une_reserve, name="retirer_une_reserve"),
    path("<str:numero>/reserves/<int:pk>/lever/", conditions.lever_une_reserve, name="lever_une_reserve"),
    path("<str:numero>/reserves/<int:pk>/preuve/", conditions.preuve, name="preuve"),
    path("<str:numero>/derogations/accorder/", conditions.accorder_une_derogation, name="accorder_une_derogation"),
    path(
        "<str:numero>/derogations/<int:pk>/retirer/", conditions.retirer_une_derogation, name="retirer_une_derogation"
    ),
    path("<str:numero>/preconisations/ajouter/", avis.ajouter_une_preconisation, name="ajouter_une_preconisation"),
    path(
        "<str:numero>/preconisations/<int:pk>/retirer/",
        avis.retirer_une_preconisation,
        name="retirer_une_preconisation",
    ),
    path("<str:numero>/notes/ajouter/", analyse.ajouter_une_note, name="ajouter_une_note"),
    path("<str:numero>/messages/envoyer/", echanges.envoyer_un_message, name="envoyer_un_message"),
    path("<str:numero>/messages/lus/", echanges.marquer_lus, name="marquer_lus"),
    path("<str:numero>/messages/<int:pk>/<uuid:fichier>/", echanges.fichier_de_message, name="fichier_de_message"),
    path("<str:numero>/comptes-rendus/ecrire/", echanges.ecrire_un_compte_rendu, name="ecrire_un_compte_rendu"),
    path(
        "<str:numero>/comptes-rendus/<int:pk>/corriger/",
        echanges.corriger_un_compte_rendu,
        name="corriger_un_compte_rendu",
    ),
    path(
        "<str:numero>/comptes-rendus/<int:pk>/<uuid:fichier>/",
        echanges.fichier_de_compte_rendu,
        name="fichier_de_compte_rendu",
    ),
    path("<str:numero>/avis-de-partenaires/demander/", avis_de_partenaires.demander_des_avis, name="demander_des_avis"),
    path("<str:numero>/avis-de-partenaires/<int:pk>/relancer/", avis_de_partenaires.relancer, name="relancer_un_avis"),
    path("<str:numero>/avis-de-partenaires/<int:pk>/retirer/", avis_de_partenaires.retirer, name="retirer_un_avis"),
    path(
        "<str:numero>/avis-de-partenaires/<int:pk>/fichier/", avis_de_partenaires.fichier_d_avis, name="fichier_d_avis"
    ),
    path("<str:numero>/contradictoire/consigner/", contradictoire.consigner_une_etape, name="consigner_une_etape"),
    path(
        "<str:numero>/contradictoire/observer/",
        contradictoire.presenter_des_observations,
        name="presenter_des_observations",
    ),
    path(
        "<str:numero>/contradictoire/<int:pk>/corriger/",
        contradictoire.corriger_une_etape,
        name="corriger_une_etape",
    ),
    path(
        "<str:numero>/contradictoire/<int:pk>/fichier/",
        contradictoire.fichier_du_contradictoire,
        name="fichier_du_contradictoire",
    ),
    path("<str:numero>/<slug:acte>/", actes.acte, name="acte"),
]

urlpatterns = [
    path("dossiers/", include(adresses_des_dossiers)),
    path("porte-documents/<int:pk>/", lectures.porte_documents, name="porte_documents"),
    # Publiques : le lien personnel d'un partenaire en tient lieu de compte.
    path("avis-de-partenaire/<str:jeton>/", avis_public.avis_de_partenaire, name="avis_de_partenaire"),
    path("avis-de-partenaire/<str:jeton>/projet/", avis_public.projet_montre, name="projet_montre"),
    path("avis-de-partenaire/<str:jeton>/pieces/<int:pk>/", avis_public.piece_montree, name="piece_montree"),
    path("modeles-de-piece/<int:pk>/", lectures.modele_de_piece, name="modele_de_piece"),
]
