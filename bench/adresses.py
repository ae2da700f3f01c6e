"""Les adresses de l'application, plus l'étalon : la liste d'administration de Django, sur les mêmes dossiers."""

from django.contrib import admin
from django.urls import path

from agrement.dossiers.models import Dossier
from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

etalon, etalon_25 = admin.AdminSite(name="etalon"), admin.AdminSite(name="etalon25")


@admin.register(Dossier, site=etalon)
class DossierBrut(admin.ModelAdmin[Dossier]):
    """Les mêmes colonnes et filtres que notre liste ; pour le reste, ce que Django donne : cent lignes par page."""

    list_display = ("numero", "structure", "structure__commune", "type", "statut", "conseiller", "echeance_actuelle",
                    "modifie_le")  # fmt: skip
    list_filter = ("statut", "type", "structure__type", "conseiller", "tardif")
    search_fields = ("numero", "structure__nom")
    list_select_related = ("structure__commune", "conseiller")


@admin.register(Dossier, site=etalon_25)
class DossierBrutEnPagesCourtes(DossierBrut):
    """Autant de lignes par page que notre liste."""

    list_per_page = 25


urlpatterns = [path("etalon/", etalon.urls), path("etalon-25/", etalon_25.urls), *urlpatterns]
