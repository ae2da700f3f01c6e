"""Demander des compléments."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from agrement.dossiers.models import (
    Dossier,
    Piece,
    TypeDePiece,
)
from socle.formulaires import Formulaire

MOTIF_MAX = 300
ATTENDUE = "Pièce à joindre."  # ce qui se propose pour une pièce obligatoire que le centre n'a pas jointe


class ComplementsForm(Formulaire):
    """Une ligne par pièce du référentiel : ce qui y est écrit la demande."""

    echeance = forms.DateField(label="À répondre avant le")
    message = forms.CharField(
        label="Message au centre",
        required=False,
        widget=forms.Textarea,
        help_text="Il ouvre le courriel envoyé au centre.",
    )

    def __init__(self, *args: Any, dossier: Dossier, types: Iterable[TypeDePiece], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        jours = dossier.caisse.entier("delai_complements_jours")
        kwargs["initial"].setdefault("echeance", timezone.localdate() + dt.timedelta(days=jours))
        super().__init__(*args, **kwargs)
        self.types = list(types)
        obligatoires = set(dossier.types_exiges().values_list("pk", flat=True))
        self.pieces: dict[int, list[Piece]] = {type_de_piece.pk: [] for type_de_piece in self.types}
        for piece in dossier.pieces.en_vigueur().select_related("fichier").order_by("deposee_le", "pk"):
            self.pieces.get(piece.type_id, []).append(piece)
        for type_de_piece in self.types:
            self.fields[f"motif_{type_de_piece.pk}"] = forms.CharField(
                label=f"Ce qui est attendu pour la pièce {type_de_piece.code}",
                required=False,
                max_length=MOTIF_MAX,
                initial=self._proposition(type_de_piece, obligatoires),
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    def _proposition(self, type_de_piece: TypeDePiece, obligatoires: set[int]) -> str:
        """Les motifs des fichiers à remplacer ; sans fichier, qu'une pièce obligatoire est à joindre."""
        if pieces := self.pieces[type_de_piece.pk]:
            return " ".join(piece.motif for piece in pieces if piece.motif)[:MOTIF_MAX]
        return ATTENDUE if type_de_piece.pk in obligatoires else ""

    def lignes(self) -> list[tuple[TypeDePiece, str]]:
        """Les pièces demandées, avec ce qui en est attendu."""
        saisies = ((type_, self.cleaned_data[f"motif_{type_.pk}"].strip()) for type_ in self.types)
        return [(type_de_piece, motif) for type_de_piece, motif in saisies if motif]

    def champs(self) -> list[tuple[TypeDePiece, list[Piece], forms.BoundField]]:
        return [
            (type_de_piece, self.pieces[type_de_piece.pk], self[f"motif_{type_de_piece.pk}"])
            for type_de_piece in self.types
        ]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.lignes():
            raise forms.ValidationError("Écrivez ce qui est attendu en face d'au moins une pièce.")
        return self.cleaned_data
