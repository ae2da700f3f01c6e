from django.urls import path

from agrement.suivi import views

app_name = "suivi"

urlpatterns = [
    path("echeances/", views.ListeDesEcheances.as_view(), name="echeances"),
    path("echeances/renouvellements/", views.ListeDesRenouvellements.as_view(), name="renouvellements"),
    path("echeances/<int:pk>/marquer-faite/", views.marquer_faite, name="marquer_faite"),
]
