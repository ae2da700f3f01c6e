from django.urls import path

from agrement.accueil import views

app_name = "accueil"

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("recherche/", views.recherche, name="recherche"),
    path("journal/", views.Journal.as_view(), name="journal"),
    path("journal/<int:pk>/", views.entree, name="entree"),
]
