from django.urls import path

from socle import vues

app_name = "socle"

urlpatterns = [
    path("", vues.catalogue, name="catalogue"),
]
