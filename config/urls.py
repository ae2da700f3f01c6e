"""Toutes les adresses de l'application, app par app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("agrement.accueil.urls")),
    path("compte/", include("comptes.urls")),
    path("listes/", include("socle.listes.urls")),
    path("", include("centres.urls")),
    path("", include("partenaires.urls")),
    path("", include("evaluation.urls")),
    path("", include("agrement.prestations.urls")),
    path("", include("agrement.suivi.urls")),
    # Les actes des contrats et des séances sur un dossier passent avant l'écran d'acte générique des dossiers.
    path("", include("agrement.contrats.urls")),
    path("", include("agrement.seances.urls")),
    path("", include("agrement.dossiers.urls")),
    path("administration/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns += [path("composants/", include("socle.urls"))]

handler400 = "socle.vues.requete_incorrecte"
handler403 = "socle.vues.acces_refuse"
handler404 = "socle.vues.page_introuvable"
handler500 = "socle.vues.erreur_interne"
