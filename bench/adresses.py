"""Les adresses de l'application, plus la liste d'administration de Django telle quelle : notre étalon."""

from django.contrib import admin
from django.urls import path

from agrement.dossiers.models import Dossier
from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

etalon = admin.AdminSite(name="etalon")


@admin.register(Dossier, site=etalon)
class DossierBrut(admin.ModelAdmin[Dossier]):
    """Les mêmes colonnes, filtres et nombre de lignes que notre liste, sans rien d'autre."""

    list_display = ("numero", "structure", "type", "statut", "conseiller", "echeance_actuelle", "modifie_le")
    list_filter = ("statut", "type", "conseiller")
    search_fields = ("numero", "structure__nom")
    list_select_related = ("structure", "conseiller")
    list_per_page = 25


urlpatterns = [path("etalon/", etalon.urls), *urlpatterns]
