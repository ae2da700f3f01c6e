from django.urls import path

from agrement.prestations import views

app_name = "prestations"

urlpatterns = [
    path("baremes/", views.ListeDesBaremes.as_view(), name="baremes"),
    path("baremes/ajouter/", views.ajouter, name="ajouter"),
    path("baremes/<int:pk>/", views.bareme, name="bareme"),
    path("baremes/<int:pk>/modifier/", views.modifier, name="modifier"),
]
