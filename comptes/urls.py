"""Mon compte et l'invitation ; la connexion et le mot de passe, qui sont d'allauth sous des adresses françaises."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from comptes import views

comptes = [
    path("", views.compte, name="compte"),
    path("invitation/<str:jeton>/", views.invitation, name="invitation"),
]

urlpatterns = [
    path("", include((comptes, "comptes"))),
    path("connexion/", allauth.login, name="account_login"),
    path("deconnexion/", allauth.logout, name="account_logout"),
    path("inscription/", allauth.signup, name="account_signup"),
    path("ferme/", allauth.account_inactive, name="account_inactive"),
    path("mot-de-passe/changer/", allauth.password_change, name="account_change_password"),
    path("mot-de-passe/oublie/", allauth.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    # La clé contient des tirets : seule l'identité, qui n'en a pas, s'arrête au premier.
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
