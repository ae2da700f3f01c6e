"""Les messages et les comptes rendus."""

from typing import Any

from django import forms
from django.conf import settings

from agrement.dossiers.choix import TypeDeCompteRendu
from agrement.dossiers.forms.pieces import ChampDeFichiers, dire_ce_qui_est_admis
from agrement.dossiers.models import CompteRendu, Dossier, Message
from comptes.choix import REDACTEURS
from comptes.models import Utilisateur
from socle.formulaires import FormulaireDeModele
from socle.templatetags.composants import taille


class _AvecFichiers(FormulaireDeModele[Any]):
    """Un écrit et ses fichiers : tous admis, ou rien n'est enregistré."""

    fichiers_joints = ChampDeFichiers(label="Fichiers joints", required=False, allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limite = f"Vous pouvez en choisir plusieurs, {taille(settings.FICHIER_TAILLE_MAX)} au plus par envoi."
        dire_ce_qui_est_admis(self.fields["fichiers_joints"], limite)


class MessageForm(_AvecFichiers):
    class Meta:
        model = Message
        fields = ("texte",)
        labels = {"texte": "Votre message"}
        widgets = {"texte": forms.Textarea(attrs={"rows": 5})}


class CompteRenduForm(_AvecFichiers):
    class Meta:
        model = CompteRendu
        fields = ("type", "date", "lieu", "participants", "texte", "convenu")
        widgets = {
            "participants": forms.Textarea(attrs={"rows": 4}),
            "texte": forms.Textarea(attrs={"rows": 10}),
            "convenu": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "participants": "Un nom et une qualité par ligne. D'une commission délocalisée, nommez les administrateurs "
            "de la Caf présents.",
            "convenu": "Qui fait quoi, et pour quand.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = TypeDeCompteRendu.choices  # type: ignore[attr-defined]


class CorrectionForm(CompteRenduForm):
    motif = forms.CharField(
        label="Ce que la correction change, et pourquoi",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le centre le lit au journal, avec ce que disait le compte rendu.",
    )


def participants_habituels(dossier: Dossier, par: Utilisateur) -> str:
    """Qui écrit, puis les auteurs du centre : un nom et une qualité par ligne, à corriger."""
    auteurs = Utilisateur.objects.filter(
        rattachements__structure=dossier.structure, is_active=True, role__in=sorted(REDACTEURS)
    ).distinct()
    return "\n".join(f"{personne}, {personne.qualite or personne.get_role_display()}" for personne in (par, *auteurs))
