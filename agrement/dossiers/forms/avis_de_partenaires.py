"""Demander son avis à un partenaire, le relancer ; et, de son côté, le donner."""

from typing import Any

from django import forms
from django.conf import settings

from agrement.dossiers.choix import SensAvisDePartenaire
from agrement.dossiers.forms.pieces import dire_ce_qui_est_admis
from agrement.dossiers.models import DemandeDAvis, Dossier, Piece
from agrement.dossiers.regles import AVIS_A_MOTIVER
from comptes.models import Utilisateur
from partenaires.models import Partenaire
from socle import fichiers
from socle.formulaires import Formulaire
from socle.templatetags.composants import taille


def _nommer(partenaire: Partenaire) -> str:
    qui = f", {partenaire.interlocuteur}" if partenaire.interlocuteur else ""
    return f"{partenaire.nom} ({partenaire.get_type_display()}){qui}"


class DemandeDAvisForm(Formulaire):
    partenaires = forms.ModelMultipleChoiceField(
        Partenaire.objects.none(),
        label="Partenaires",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins un partenaire.",
            "invalid_choice": "L'avis d'un de ces partenaires est déjà demandé, ou il n'est plus au registre.",
        },
        help_text="Chacun reçoit un lien personnel. Ne sont proposés que ceux du registre qui ont un courriel et dont "
        "l'avis n'est pas déjà demandé.",
    )
    question = forms.CharField(
        label="Votre question",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Le partenaire la lit dans le courriel et sur sa page.",
    )
    date_limite = forms.DateField(label="Réponse attendue jusqu'au", help_text="Le lien sert jusqu'à ce jour inclus.")
    pieces = forms.ModelMultipleChoiceField(
        Piece.objects.none(),
        label="Pièces à lui montrer",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Il lit aussi le projet transmis ; jamais les notes, la grille ni les autres avis.",
    )

    def __init__(self, *args: Any, dossier: Dossier, par: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sollicites = dossier.demandes_d_avis.en_cours().values("partenaire")
        registre = Partenaire.objects.visibles_par(par).exclude(courriel="").exclude(pk__in=sollicites)
        partenaires, pieces = self.fields["partenaires"], self.fields["pieces"]
        partenaires.queryset = registre.order_by("type", "nom")  # type: ignore[attr-defined]
        partenaires.label_from_instance = _nommer  # type: ignore[attr-defined]
        pieces.queryset = dossier.pieces.en_vigueur().select_related("type", "fichier")  # type: ignore[attr-defined]


class RelanceForm(Formulaire):
    date_limite = forms.DateField(label="Réponse attendue jusqu'au", help_text="Repoussez-la si elle est passée.")

    def __init__(self, *args: Any, demande: DemandeDAvis, **kwargs: Any) -> None:
        super().__init__(*args, initial={"date_limite": demande.date_limite}, **kwargs)


class RetraitForm(Formulaire):
    motif = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il est gardé dans le dossier ; ni le partenaire ni le centre ne le lisent.",
    )


class AvisDePartenaireForm(Formulaire):
    """Ce que remplit le partenaire, sans compte."""

    sens = forms.ChoiceField(
        label="Votre avis",
        choices=SensAvisDePartenaire.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le sens de votre avis."},
    )
    texte = forms.CharField(
        label="Ce que vous en dites",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Facultatif si votre avis est favorable, ou si vous n'en donnez pas.",
    )
    fichier = forms.FileField(label="Un document à joindre", required=False)
    nom = forms.CharField(label="Votre nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    qualite = forms.CharField(
        label="Votre qualité",
        max_length=120,
        help_text="Par exemple : maire adjointe, déléguée de la fédération.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dire_ce_qui_est_admis(self.fields["fichier"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

    def clean_fichier(self) -> Any:
        if fichier := self.cleaned_data["fichier"]:
            fichiers.controler(fichier)
        return fichier

    def clean(self) -> dict[str, Any]:
        saisie = super().clean() or self.cleaned_data
        if saisie.get("sens") in AVIS_A_MOTIVER and not saisie.get("texte") and "texte" not in self.errors:
            self.add_error("texte", "Un avis réservé ou défavorable dit pourquoi : écrivez-le.")
        return saisie
