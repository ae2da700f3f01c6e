from django.urls import path

from centres.views import projets, structures

app_name = "centres"

urlpatterns = [
    path("structures/", structures.ListeDesStructures.as_view(), name="structures"),
    path("structures/<int:pk>/", structures.structure, name="structure"),
    path("gestionnaires/", structures.ListeDesGestionnaires.as_view(), name="gestionnaires"),
    path("gestionnaires/<int:pk>/", structures.gestionnaire, name="gestionnaire"),
    path("projets/<int:pk>/", projets.projet, name="projet"),
    path("projets/<int:pk>/modifier/", projets.projet_modifier, name="projet_modifier"),
    path("projets/<int:pk>/<slug:nature>/ajouter/", projets.noeud_ajouter, name="noeud_ajouter"),
    path("projets/<int:pk>/<slug:nature>/<int:noeud_pk>/modifier/", projets.noeud_modifier, name="noeud_modifier"),
    path("projets/<int:pk>/<slug:nature>/<int:noeud_pk>/supprimer/", projets.noeud_supprimer, name="noeud_supprimer"),
    path("projets/<int:pk>/<slug:nature>/<int:noeud_pk>/deplacer/", projets.noeud_deplacer, name="noeud_deplacer"),
]
