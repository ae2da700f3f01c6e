from django.urls import path

from agrement.contrats import views

app_name = "contrats"

urlpatterns = [
    path("contrats/", views.ListeDesContrats.as_view(), name="liste"),
    path("contrats/<str:numero>/", views.contrat, name="contrat"),
    path("contrats/<str:numero>/projet.pdf", views.projet_pdf, name="projet_pdf"),
    path("contrats/<str:numero>/contrat.pdf", views.scelle_pdf, name="scelle_pdf"),
    path("dossiers/<str:numero>/generer-le-contrat/", views.generer, name="generer"),
    path("dossiers/<str:numero>/signer/", views.signer, name="signer"),
]
