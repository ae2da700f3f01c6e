from django.urls import path

from partenaires import views

app_name = "partenaires"

urlpatterns = [
    path("partenaires/", views.ListeDesPartenaires.as_view(), name="liste"),
    path("partenaires/ajouter/", views.ajouter, name="ajouter"),
    path("partenaires/<int:pk>/", views.partenaire, name="partenaire"),
    path("partenaires/<int:pk>/modifier/", views.modifier, name="modifier"),
    path("conventions/", views.ListeDesConventions.as_view(), name="conventions"),
    path("conventions/ajouter/", views.ajouter_une_convention, name="convention_ajouter"),
    path("conventions/<int:pk>/", views.convention, name="convention"),
    path("conventions/<int:pk>/modifier/", views.modifier_la_convention, name="convention_modifier"),
    path("conventions/<int:pk>/signer/", views.signer, name="signer"),
    path("conventions/<int:pk>/document/", views.telecharger_le_document, name="document"),
    path("conventions/<int:pk>/document/deposer/", views.deposer_le_document, name="document_deposer"),
    path("conventions/<int:pk>/<slug:acte>/", views.acte, name="acte"),
]
