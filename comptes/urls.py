"""Connexion et mot de passe : les vues d'allauth sous des adresses françaises, et l'invitation."""

from allauth.account import views as allauth
from django.urls import path

urlpatterns = [
    path("connexion/", allauth.login, name="account_login"),
    path("deconnexion/", allauth.logout, name="account_logout"),
    path("inscription/", allauth.signup, name="account_signup"),
    path("mot-de-passe/changer/", allauth.password_change, name="account_change_password"),
    path("mot-de-passe/oublie/", allauth.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/nouveau/<uidb36>-<key>/",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
