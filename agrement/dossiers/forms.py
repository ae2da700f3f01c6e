"""Les formulaires d'un dossier. Ils lisent et valident la saisie ; les opérations décident."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from agrement.dossiers.choix import Exigence, NatureDerogation, SensAvis, TypeDossier
from agrement.dossiers.models import (
    Avis,
    Derogation,
    Dossier,
    NoteInterne,
    Piece,
    PointDeNegociation,
    Reserve,
    TypeDePiece,
)
from agrement.dossiers.operations.referentiel import CAS, Cas, exigences_de_la_demande, niveau_regle
from agrement.dossiers.regles import OUVERTES_PAR_LA_CAF, fin_de_periode
from centres.models import Objectif, Structure
from comptes.choix import Role
from comptes.models import Caisse, Utilisateur
from socle import fichiers
from socle.fichiers import TYPES_ADMIS
from socle.formulaires import Formulaire, FormulaireDeModele
from socle.templatetags.composants import taille


class OuvrirForm(Formulaire):
    """La structure, le type et la période d'une demande neuve."""

    structure = forms.ModelChoiceField(queryset=Structure.objects.none(), label="Structure", empty_label=None)
    type = forms.ChoiceField(label="Type de demande", choices=TypeDossier.choices)
    debut = forms.DateField(label="Début souhaité")
    fin = forms.DateField(label="Fin souhaitée")
    echeance_actuelle = forms.DateField(
        label="Fin de l'agrément en cours",
        required=False,
        help_text="Pour un renouvellement. Laissez vide si le contrat en cours a été fait dans cette application.",
    )

    def __init__(self, *args: Any, par: Utilisateur, structures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = structures  # type: ignore[attr-defined]
        if par.est_du_centre:
            self.fields["type"].choices = [  # type: ignore[attr-defined]
                choix for choix in TypeDossier.choices if choix[0] not in OUVERTES_PAR_LA_CAF
            ]

    @staticmethod
    def periode_proposee(annees: int) -> dict[str, dt.date]:
        """La période qui commence au prochain 1er janvier."""
        debut = dt.date(timezone.localdate().year + 1, 1, 1)
        return {"debut": debut, "fin": fin_de_periode(debut, annees)}


class PieceForm(Formulaire):
    """Un fichier, contrôlé dès la saisie pour que l'erreur se lise à côté du champ."""

    fichier = forms.FileField(label="Fichier")

    def __init__(self, *args: Any, libelle: str = "Fichier", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].label = libelle
        _dire_ce_qui_est_admis(self.fields["fichier"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        fichiers.controler(fichier)
        return fichier


class TypeDePieceForm(forms.ModelForm[TypeDePiece]):
    """La fiche d'une pièce dans l'administration : son modèle vierge s'y dépose, s'y remplace et s'y ôte."""

    nouveau_modele = forms.FileField(label="Déposer un modèle", required=False)
    sans_modele = forms.BooleanField(label="Ôter le modèle actuel", required=False)

    class Meta:
        model = TypeDePiece
        fields = ("code", "libelle", "aide", "exigee_au_depot", "validite_mois", "reutilisable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dire_ce_qui_est_admis(self.fields["nouveau_modele"], f"{taille(settings.FICHIER_TAILLE_MAX)} au plus.")

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


class SaisieDeFichiers(forms.FileInput):
    allow_multiple_selected = True


class ChampDeFichiers(forms.FileField):
    """Un ou plusieurs fichiers ; rend leur liste. Chacun est contrôlé, et chaque refus nomme le sien."""

    widget = SaisieDeFichiers

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        recus = data if isinstance(data, list | tuple) else [data]
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
        _dire_ce_qui_est_admis(self.fields["fichiers"], limite)


def _dire_ce_qui_est_admis(champ: forms.Field, limite: str) -> None:
    champ.help_text = f"Types admis : {', '.join(sorted(TYPES_ADMIS))}. {limite}"
    champ.widget.attrs["accept"] = ",".join(f".{extension}" for extension in sorted(TYPES_ADMIS))


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


class ReunionForm(Formulaire):
    date = forms.DateField(label="Date de la réunion de lancement")


class PointForm(FormulaireDeModele[PointDeNegociation]):
    class Meta:
        model = PointDeNegociation
        fields = ("sujet", "objectif", "position_caf")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["objectif"]
        champ.queryset = Objectif.objects.filter(projet=dossier.projet_id)  # type: ignore[attr-defined]
        champ.empty_label = "Aucun"  # type: ignore[attr-defined]
        champ.help_text = "Facultatif : l'objectif du projet dont il est question."


class ReponseForm(FormulaireDeModele[PointDeNegociation]):
    position_centre = forms.CharField(label="Position du centre", widget=forms.Textarea)

    class Meta:
        model = PointDeNegociation
        fields = ("position_centre",)


class ReserveForm(FormulaireDeModele[Reserve]):
    class Meta:
        model = Reserve
        fields = ("texte", "echeance")


class DerogationForm(FormulaireDeModele[Derogation]):
    class Meta:
        model = Derogation
        fields = ("nature", "poste", "motif", "contrepartie", "date_limite")

    def __init__(self, *args: Any, dossier: Dossier, aux_gestionnaires: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        poste = self.fields["poste"]
        poste.queryset = dossier.structure.postes.en_cours()  # type: ignore[attr-defined]
        poste.empty_label = "Aucun"  # type: ignore[attr-defined]
        poste.help_text = "Pour une dérogation à la qualification : la personne concernée."
        if not aux_gestionnaires:
            self.fields["nature"].choices = [  # type: ignore[attr-defined]
                choix for choix in NatureDerogation.choices if choix[0] != NatureDerogation.GESTIONNAIRES
            ]


class AvisForm(FormulaireDeModele[Avis]):
    class Meta:
        model = Avis
        fields = ("sens", "duree_proposee", "synthese")

    def __init__(self, *args: Any, maximum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duree_proposee"].help_text = f"De 1 à {maximum} ans, pour un avis favorable."
        self.fields["synthese"].widget.attrs["rows"] = 12
        self.fields["synthese"].help_text = "Elle est lue par les membres des instances."
        self.fields["sens"].choices = SensAvis.choices  # type: ignore[attr-defined]


class NoteForm(FormulaireDeModele[NoteInterne]):
    class Meta:
        model = NoteInterne
        fields = ("texte",)


class AffectationForm(Formulaire):
    conseiller = forms.ModelChoiceField(queryset=Utilisateur.objects.none(), label="Conseiller", empty_label=None)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conseiller"].queryset = Utilisateur.objects.filter(  # type: ignore[attr-defined]
            caisse=dossier.caisse, role=Role.CONSEILLER, is_active=True
        )
