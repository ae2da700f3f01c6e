"""Demander des compléments, et y renoncer."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils import timezone

from agrement.dossiers.choix import RaisonDeComplement, StatutPiece
from agrement.dossiers.models import Dossier, Piece, TypeDePiece
from centres.regles import Partie, parties_de
from socle.formulaires import Formulaire

MOTIF_MAX = 300
ATTENDUE = "Pièce à joindre."  # ce qui se propose pour une pièce obligatoire que le centre n'a pas jointe
RAISONS_D_UNE_PARTIE = [
    (raison.value, raison.label)
    for raison in RaisonDeComplement
    if raison not in {RaisonDeComplement.MANQUANTE, RaisonDeComplement.ILLISIBLE, RaisonDeComplement.PERIMEE}
]


class LigneSaisie(NamedTuple):
    """Une ligne du tableau : ce qui peut se demander, ses fichiers déjà joints, la raison et ce qui en est attendu."""

    cible: TypeDePiece | Partie
    pieces: list[Piece]
    raison: forms.BoundField
    motif: forms.BoundField


class ComplementsForm(Formulaire):
    """Une ligne par pièce du référentiel et par partie du projet : ce qui y est écrit la demande."""

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
        self.parties = parties_de(dossier.projet) if dossier.projet else []
        obligatoires = set(dossier.types_exiges().values_list("pk", flat=True))
        self.pieces: dict[int, list[Piece]] = {type_de_piece.pk: [] for type_de_piece in self.types}
        for piece in dossier.pieces.en_vigueur().select_related("fichier").order_by("deposee_le", "pk"):
            self.pieces.get(piece.type_id, []).append(piece)
        for type_ in self.types:
            raison, motif = self._proposition(type_, obligatoires)
            self._ajouter(str(type_.pk), f"la pièce {type_.code}", type_.libelle, raison, motif)
        for partie in self.parties:
            nom = f"la partie « {partie.libelle} »"
            self._ajouter(partie.code, nom, partie.libelle, "", "", RAISONS_D_UNE_PARTIE)

    def _ajouter(
        self, cle: str, nom: str, libelle: str, raison: str, motif: str, raisons: Any = RaisonDeComplement.choices
    ) -> None:
        self.fields[f"raison_{cle}"] = forms.ChoiceField(
            label=f"Raison de demander {nom}",
            required=False,
            choices=[("", "Choisir"), *raisons],
            initial=raison,
            widget=forms.Select(attrs={"class": "form-select", "aria-label": f"Raison pour « {libelle} »"}),
        )
        self.fields[f"motif_{cle}"] = forms.CharField(
            label=f"Ce qui est attendu pour {nom}",
            required=False,
            max_length=MOTIF_MAX,
            initial=motif,
            widget=forms.TextInput(attrs={"class": "form-control"}),
        )

    def _proposition(self, type_de_piece: TypeDePiece, obligatoires: set[int]) -> tuple[str, str]:
        """Les motifs des fichiers à remplacer ; sans fichier, qu'une pièce obligatoire est à joindre."""
        if pieces := self.pieces[type_de_piece.pk]:
            motif = " ".join(piece.motif for piece in pieces if piece.motif)[:MOTIF_MAX]
            if any(piece.est_perimee for piece in pieces):
                return RaisonDeComplement.PERIMEE, motif or "Un document en cours de validité."
            refusee = any(piece.statut == StatutPiece.REFUSEE for piece in pieces)
            return (RaisonDeComplement.A_METTRE_A_JOUR if refusee else ""), motif
        return (RaisonDeComplement.MANQUANTE, ATTENDUE) if type_de_piece.pk in obligatoires else ("", "")

    def lignes(self) -> list[tuple[TypeDePiece | str, str, str]]:
        """Les pièces et les parties demandées : ce qui en est attendu, et la raison."""
        cibles: list[tuple[str, TypeDePiece | str]] = [
            *((str(type_.pk), type_) for type_ in self.types),
            *((partie.code, partie.code) for partie in self.parties),
        ]
        saisies = (
            (cible, self.cleaned_data[f"motif_{cle}"].strip(), self.cleaned_data[f"raison_{cle}"])
            for cle, cible in cibles
        )
        return [(cible, motif, raison or RaisonDeComplement.AUTRE) for cible, motif, raison in saisies if motif]

    def des_pieces(self) -> list[LigneSaisie]:
        return [self._ligne(str(type_.pk), type_, self.pieces[type_.pk]) for type_ in self.types]

    def des_parties(self) -> list[LigneSaisie]:
        return [self._ligne(partie.code, partie, []) for partie in self.parties]

    def _ligne(self, cle: str, cible: TypeDePiece | Partie, pieces: list[Piece]) -> LigneSaisie:
        return LigneSaisie(cible, pieces, self[f"raison_{cle}"], self[f"motif_{cle}"])

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.lignes():
            raise forms.ValidationError(
                "Écrivez ce qui est attendu en face d'au moins une pièce ou d'une partie du projet."
            )
        return self.cleaned_data


class RetraitDeLaDemandeForm(Formulaire):
    motif = forms.CharField(
        label="Pourquoi vous retirez la demande",
        widget=forms.Textarea,
        max_length=1000,
        help_text="Le centre lit ce motif dans le courriel et dans le dossier.",
    )
