"""Consigner une étape de la procédure contradictoire ; et, du côté du centre, présenter ses observations."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from agrement.dossiers.choix import SorteDEtape
from agrement.dossiers.forms.pieces import dire_ce_qui_est_admis
from agrement.dossiers.models import EtapeContradictoire
from socle import fichiers
from socle.formulaires import Formulaire
from socle.templatetags.composants import taille


class _AvecDocument(Formulaire):
    """Un écrit et le document qui l'accompagne, contrôlé dès la saisie."""

    fichier = forms.FileField(label="Document", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dire_ce_qui_est_admis(self.fields["fichier"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

    def clean_fichier(self) -> Any:
        if fichier := self.cleaned_data["fichier"]:
            fichiers.controler(fichier)
        return fichier


class EtapeForm(_AvecDocument):
    sorte = forms.ChoiceField(label="Étape", choices=SorteDEtape.choices, widget=forms.RadioSelect)
    date = forms.DateField(label="Date", initial=timezone.localdate, help_text="Celle de la lettre ou de l'audition.")
    jusqu_au = forms.DateField(
        label="Observations attendues jusqu'au",
        required=False,
        help_text="Pour une invitation seulement. Sans date, c'est le délai que règle la Caisse.",
    )
    resume = forms.CharField(
        label="Ce qui est dit",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Le centre et les instances le lisent : les faits, ce qui est attendu, ce qui a été répondu.",
    )

    field_order = ("sorte", "date", "jusqu_au", "resume", "fichier")

    def __init__(self, *args: Any, corrige: EtapeContradictoire | None = None, **kwargs: Any) -> None:
        if corrige is not None:
            champs = ("sorte", "date", "jusqu_au", "resume")
            kwargs["initial"] = {champ: getattr(corrige, champ) for champ in champs}
        super().__init__(*args, **kwargs)


class ObservationsForm(_AvecDocument):
    texte = forms.CharField(label="Vos observations", required=False, widget=forms.Textarea(attrs={"rows": 10}))

    field_order = ("texte", "fichier")
