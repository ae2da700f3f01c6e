"""Joindre des pièces."""

from typing import Any

from django import forms
from django.conf import settings

from socle import fichiers
from socle.fichiers import TYPES_ADMIS
from socle.formulaires import Formulaire
from socle.templatetags.composants import taille


class PieceForm(Formulaire):
    """Un fichier, contrôlé dès la saisie pour que l'erreur se lise à côté du champ."""

    fichier = forms.FileField(label="Fichier")

    def __init__(self, *args: Any, libelle: str = "Fichier", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].label = libelle
        dire_ce_qui_est_admis(self.fields["fichier"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        fichiers.controler(fichier)
        return fichier


class SaisieDeFichiers(forms.FileInput):
    allow_multiple_selected = True


class ChampDeFichiers(forms.FileField):
    """Un ou plusieurs fichiers ; rend leur liste. Chacun est contrôlé, et chaque refus nomme le sien."""

    widget = SaisieDeFichiers

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        recus = data if isinstance(data, list | tuple) else [data]
        if not recus and not self.required:
            return []
        if not recus:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        refus = []
        for recu in recus:
            try:
                fichiers.controler(super().clean(recu, initial))
            except forms.ValidationError as erreur:
                refus += erreur.messages
        if refus:
            raise forms.ValidationError(refus)
        return list(recus)


class PiecesForm(Formulaire):
    """Les fichiers d'une pièce : tous admis, ou aucun n'est joint."""

    fichiers = ChampDeFichiers(label="Fichiers", allow_empty_file=True)  # le contrôle nomme celui qui est vide

    def __init__(self, *args: Any, libelle: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limite = f"Vous pouvez choisir plusieurs fichiers, {taille(settings.FICHIER_TAILLE_MAX)} au plus par envoi."
        self.fields["fichiers"].label = libelle
        dire_ce_qui_est_admis(self.fields["fichiers"], limite)


def dire_ce_qui_est_admis(champ: forms.Field, limite: str) -> None:
    """Écrit sous le champ les types de fichier admis, et la limite."""
    champ.help_text = f"Types admis : {', '.join(sorted(TYPES_ADMIS))}. {limite}"
    champ.widget.attrs["accept"] = ",".join(f".{extension}" for extension in sorted(TYPES_ADMIS))
