"""Enregistrer un recours, sa réponse ; l'opposition de l'État, le retour sur une décision."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from agrement.dossiers.forms.pieces import dire_ce_qui_est_admis
from agrement.seances.choix import FondementDeRetour, IssueRecours, TypeRecours
from agrement.seances.forms.champs import champ_texte
from socle import fichiers
from socle.formulaires import Formulaire
from socle.templatetags.composants import taille


class _AvecFichier(Formulaire):
    """Un document joint, contrôlé dès la saisie."""

    fichier = forms.FileField(label="Document", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dire_ce_qui_est_admis(self.fields["fichier"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

    def clean_fichier(self) -> Any:
        if fichier := self.cleaned_data["fichier"]:
            fichiers.controler(fichier)
        return fichier


class FormulaireDeRecours(_AvecFichier):
    type = forms.ChoiceField(label="Recours", choices=TypeRecours.choices, widget=forms.RadioSelect)
    date = forms.DateField(label="Formé le", help_text="La date d'envoi ou de dépôt du recours.")
    juridiction = forms.CharField(
        label="Juridiction", required=False, max_length=120, help_text="D'un recours contentieux seulement."
    )
    numero_d_affaire = forms.CharField(
        label="Numéro d'affaire", required=False, max_length=40, help_text="S'il est déjà connu."
    )
    fichier = forms.FileField(label="Lettre de recours ou requête", required=False)

    field_order = ("type", "date", "juridiction", "numero_d_affaire", "fichier")


class FormulaireDeReponseAuRecours(_AvecFichier):
    """La réponse qui donne raison au gestionnaire ; celle qui le rejette en demande plus."""

    reponse = champ_texte(8, label="Réponse au recours", help_text="D'un recours contentieux : ce qui est jugé.")
    date = forms.DateField(label="Date de la réponse", initial=timezone.localdate)
    fichier = forms.FileField(label="Réponse ou jugement", required=False)

    field_order = ("issue", "reponse", "date", "reponse_recue_le", "fichier")

    def reponse_au_recours(self) -> dict[str, Any]:
        """Ce qu'attend `operations.repondre_au_recours`."""
        saisie = dict(self.cleaned_data)
        issue = saisie.pop("issue", "")
        return {**saisie, "desistement": issue == IssueRecours.DESISTEMENT}


class FormulaireDeRejet(FormulaireDeReponseAuRecours):
    issue = forms.ChoiceField(
        label="Issue",
        choices=[(issue.value, issue.label) for issue in (IssueRecours.REJETE, IssueRecours.DESISTEMENT)],
        widget=forms.RadioSelect,
        initial=IssueRecours.REJETE,
    )
    reponse_recue_le = forms.DateField(
        label="Réponse reçue le",
        required=False,
        help_text="Si elle est déjà connue. Après un recours gracieux, le délai pour saisir le juge en part.",
    )


class FormulaireDeReceptionDeLaReponse(Formulaire):
    recue_le = forms.DateField(label="Réponse reçue le", help_text="Le délai pour saisir le juge en part.")


class FormulaireDeTransmission(Formulaire):
    le = forms.DateField(label="Procès-verbal transmis le", initial=timezone.localdate)


class FormulaireDOpposition(Formulaire):
    date = forms.DateField(label="Opposition formée le")
    motif = champ_texte(5, label="Motif")


class FormulaireDeRetour(Formulaire):
    fondement = forms.ChoiceField(label="Fondement", choices=FondementDeRetour.choices, widget=forms.RadioSelect)
    motif = champ_texte(6, label="Motif", help_text="Le gestionnaire le lit, et peut y répondre.")
