from django.urls import path

from evaluation import views

app_name = "evaluation"

urlpatterns = [
    path("grilles/", views.ListeDesGrilles.as_view(), name="grilles"),
    path("grilles/<int:pk>/", views.grille, name="grille"),
]
