"""Les formulaires des comptes : la première fois par l'invitation, puis le mot de passe oublié."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from comptes.models import Utilisateur
from comptes.tasks import envoyer_le_lien


class UniqueDansSaCaisse(forms.BaseModelForm[Any]):
    """La Caisse n'est pas à l'écran, mais « existe déjà » se vérifie dans la Caisse."""

    def _get_validation_exclusions(self) -> set[str]:
        exclus: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclus - {"caisse"}


class ChoixDuMotDePasse(forms.Form):
    """Un mot de passe écrit deux fois, accepté par les validateurs de l'application."""

    password1 = forms.CharField(label="Mot de passe", strip=False, widget=forms.PasswordInput)
    password2 = forms.CharField(label="Le même, une seconde fois", strip=False, widget=forms.PasswordInput)

    def __init__(self, personne: Utilisateur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personne = personne

    def clean_password1(self) -> str:
        mot_de_passe: str = self.cleaned_data["password1"]
        validate_password(mot_de_passe, self.personne)
        return mot_de_passe

    def clean(self) -> dict[str, Any]:
        saisis = super().clean() or {}
        if {"password1", "password2"} <= saisis.keys() and saisis["password1"] != saisis["password2"]:
            self.add_error("password2", "Les deux mots de passe ne sont pas les mêmes.")
        return saisis


class MotDePasseOublie(forms.Form):
    """Ne cherche rien dans la base : que le compte existe ou non, la réponse vient du même chemin, au même rythme."""

    email = forms.EmailField(label="Courriel")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        courriel: str = self.cleaned_data["email"]
        envoyer_le_lien.enqueue(courriel)
        return courriel
