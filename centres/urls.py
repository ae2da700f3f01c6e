from django.urls import include, path, register_converter

from centres.models import NOEUDS
from centres.regles import PARTIE_PAR_CODE
from centres.tableur import FEUILLES
from centres.views import auteurs, coherence, ecarts, ecriture, noeuds, projets, reprise, structures, tableur, visas
from socle.adresses import parmi

app_name = "centres"

register_converter(parmi(PARTIE_PAR_CODE), "partie")
register_converter(parmi(NOEUDS), "nature")
register_converter(parmi(FEUILLES), "feuille")

adresses_d_un_projet = [
    path("", projets.projet, name="projet"),
    path("lire/", projets.projet_lire, name="projet_lire"),
    path("ecarts/", ecarts.ecarts, name="ecarts"),
    path("ecarts/<int:autre>/", ecarts.ecart, name="ecart"),
    path("ecarts/<int:autre>/imprimer/", ecarts.ecart_pdf, name="ecart_pdf"),
    path("viser/", visas.viser, name="projet_viser"),
    path("presence/", ecriture.presence, name="presence"),
    path("coherence/", coherence.coherence, name="coherence"),
    path("coherence/<partie:partie>/", coherence.coherence_partie, name="coherence_partie"),
    path("bilan/ouvrir/", reprise.bilan_ouvrir, name="bilan_ouvrir"),
    path("bilan/reprendre/", reprise.reprendre, name="reprendre"),
    path("tableur/<feuille:feuille>/", tableur.tableur, name="tableur"),
    path("tableur/<feuille:feuille>/modele/", tableur.tableur_modele, name="tableur_modele"),
    path("tableur/<feuille:feuille>/confirmer/", tableur.tableur_confirmer, name="tableur_confirmer"),
    path("<partie:partie>/", ecriture.partie, name="partie"),
    path("<nature:nature>/ajouter/", noeuds.noeud_ajouter, name="noeud_ajouter"),
    path("<nature:nature>/<int:noeud_pk>/", ecriture.noeud, name="noeud"),
    path("<nature:nature>/<int:noeud_pk>/supprimer/", noeuds.noeud_supprimer, name="noeud_supprimer"),
    path("<nature:nature>/<int:noeud_pk>/deplacer/", noeuds.noeud_deplacer, name="noeud_deplacer"),
    path("<nature:nature>/<int:noeud_pk>/dupliquer/", noeuds.noeud_dupliquer, name="noeud_dupliquer"),
]

urlpatterns = [
    path("structures/", structures.ListeDesStructures.as_view(), name="structures"),
    path("structures/<int:pk>/", structures.structure, name="structure"),
    path("structures/<int:pk>/auteurs/", auteurs.auteurs, name="auteurs"),
    path("structures/<int:pk>/auteurs/inviter/", auteurs.inviter, name="auteur_inviter"),
    path("structures/<int:pk>/auteurs/<int:auteur>/relancer/", auteurs.relancer, name="auteur_relancer"),
    path("structures/<int:pk>/auteurs/<int:auteur>/role/", auteurs.changer_le_role, name="auteur_role"),
    path("structures/<int:pk>/auteurs/<int:auteur>/retirer/", auteurs.retirer, name="auteur_retirer"),
    path("gestionnaires/", structures.ListeDesGestionnaires.as_view(), name="gestionnaires"),
    path("gestionnaires/<int:pk>/", structures.gestionnaire, name="gestionnaire"),
    path("projets/<int:pk>/", include(adresses_d_un_projet)),
]
