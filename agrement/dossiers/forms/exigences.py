"""Régler les pièces demandées, dans l'administration."""

from typing import Any

from django import forms
from django.conf import settings

from agrement.dossiers.choix import Exigence
from agrement.dossiers.forms.pieces import dire_ce_qui_est_admis
from agrement.dossiers.models import (
    TypeDePiece,
)
from agrement.dossiers.operations.referentiel import CAS, Cas, exigences_de_la_demande, niveau_regle
from comptes.models import Caisse
from socle import fichiers
from socle.templatetags.composants import taille


class TypeDePieceForm(forms.ModelForm[TypeDePiece]):
    """La fiche d'une pièce dans l'administration : son modèle vierge s'y dépose, s'y remplace et s'y ôte."""

    nouveau_modele = forms.FileField(label="Déposer un modèle", required=False)
    sans_modele = forms.BooleanField(label="Ôter le modèle actuel", required=False)

    class Meta:
        model = TypeDePiece
        fields = ("code", "libelle", "aide", "exigee_au_depot", "validite_mois", "reutilisable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dire_ce_qui_est_admis(self.fields["nouveau_modele"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

    def clean_nouveau_modele(self) -> Any:
        modele = self.cleaned_data["nouveau_modele"]
        if modele:
            fichiers.controler(modele)
        return modele


class GrilleDesExigences(forms.Form):
    """Le niveau de chaque pièce de la Caisse, pour chaque cas, et un type de demande."""

    def __init__(self, *args: Any, caisse: Caisse, demande: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        connues = exigences_de_la_demande(caisse, demande)
        self.types = list(caisse.types_de_piece.all())
        for type_de_piece in self.types:
            for cas in CAS:
                self.fields[_nom(type_de_piece, cas)] = forms.ChoiceField(
                    label=f"{type_de_piece.code}, {cas}",
                    choices=Exigence.choices,
                    initial=niveau_regle(connues, type_de_piece.pk, cas),
                    widget=forms.Select(attrs={"aria-label": f"{type_de_piece.code}, {cas}"}),
                )

    def lignes(self) -> list[tuple[TypeDePiece, list[forms.BoundField]]]:
        return [(type_, [self[_nom(type_, cas)] for cas in CAS]) for type_ in self.types]

    def niveaux(self) -> dict[tuple[int, Cas], str]:
        """Ce qui a été choisi, par type de pièce et par cas."""
        return {(type_.pk, cas): self.cleaned_data[_nom(type_, cas)] for type_ in self.types for cas in CAS}


def _nom(type_de_piece: TypeDePiece, cas: Cas) -> str:
    return f"niveau_{type_de_piece.pk}_{cas.structure}_{int(cas.public)}"
