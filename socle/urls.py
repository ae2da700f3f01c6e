from django.urls import path

from socle import catalogue

app_name = "socle"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("liste/", catalogue.ListeDExemple.as_view(), name="catalogue_liste"),
]
