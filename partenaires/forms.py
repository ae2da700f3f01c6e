from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.conf import settings
from django.utils import timezone

from centres.models import Structure
from comptes.forms import UniqueDansSaCaisse
from comptes.models import Utilisateur
from partenaires.choix import RolePartie
from partenaires.models import Convention, Partenaire, PartieConvention
from socle import fichiers
from socle.formulaires import Formulaire, FormulaireDeModele
from socle.templatetags.composants import taille


class FormulaireDePartenaire(UniqueDansSaCaisse, FormulaireDeModele[Partenaire]):
    class Meta:
        model = Partenaire
        fields = ("nom", "type", "interlocuteur", "courriel", "telephone")
        labels = {"interlocuteur": "Interlocuteur (nom et fonction)"}


class FormulaireDeConvention(FormulaireDeModele[Convention]):
    """La convention, ses structures, et les contrats de ces structures qu'elle accompagne."""

    class Meta:
        model = Convention
        fields = ("type", "intitule", "objet", "debut", "fin", "structures")
        widgets = {
            "objet": forms.Textarea(attrs={"rows": 4}),
            "structures": forms.CheckboxSelectMultiple(),
        }

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ouvertes = Structure.objects.visibles_par(utilisateur).ouvertes()
        deja = Structure.objects.none()
        if self.instance.pk is not None:
            deja = self.instance.structures.all()
            self._proposer_les_contrats(utilisateur)
        self.fields["structures"].queryset = (ouvertes | deja).distinct()  # type: ignore[attr-defined]
        self.helper.layout = Layout(
            "intitule",
            Div(
                Div("type", css_class="col-md-6"),
                Div("debut", css_class="col-6 col-md-3"),
                Div("fin", css_class="col-6 col-md-3"),
                css_class="row",
            ),
            "objet",
            "structures",
            *(["contrats"] if "contrats" in self.fields else []),
        )

    def _proposer_les_contrats(self, utilisateur: Utilisateur) -> None:
        """Les contrats vivent à l'étage au-dessus : on les atteint par la relation inverse."""
        contrats = self.instance.contrats.model.objects.visibles_par(utilisateur)
        contrats = contrats.filter(structure__in=self.instance.structures.all())
        if contrats.exists():
            self.fields["contrats"] = forms.ModelMultipleChoiceField(
                contrats.select_related("structure"),
                label="Contrats que cette convention accompagne",
                help_text="La convention devrait finir le même jour qu'eux.",
                required=False,
                initial=self.instance.contrats.all(),
                widget=forms.CheckboxSelectMultiple(),
            )


class FormulaireDePartie(forms.ModelForm[PartieConvention]):
    class Meta:
        model = PartieConvention
        fields = ("role", "partenaire", "nom", "representant")
        labels = {"partenaire": "Partenaire connu", "nom": "Nom de la partie"}

    def clean(self) -> dict[str, Any]:
        """Le nom d'une partie est, à défaut, celui du partenaire choisi."""
        dit = super().clean() or self.cleaned_data
        partenaire = dit.get("partenaire")
        if partenaire is not None and dit.get("role") != RolePartie.PARTENAIRE:
            self.add_error("partenaire", "Seule une partie « Partenaire » se choisit dans cette liste.")
        dit["nom"] = dit.get("nom") or (partenaire.nom if partenaire is not None else "")
        if not dit["nom"]:
            self.add_error("nom", "Écrivez le nom de la partie, ou choisissez un partenaire.")
        return dit


class _Parties(forms.BaseInlineFormSet[PartieConvention, Convention, FormulaireDePartie]):
    """Les parties d'une convention ; les partenaires proposés sont ceux que la personne voit."""

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        self.partenaires = Partenaire.objects.visibles_par(utilisateur)
        super().__init__(*args, **kwargs)

    def add_fields(self, form: FormulaireDePartie, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["partenaire"].queryset = self.partenaires  # type: ignore[attr-defined]
        form.fields["partenaire"].empty_label = "Aucun"  # type: ignore[attr-defined]
        form.fields["nom"].required = False
        form.fields["DELETE"].label = "Retirer cette partie"


class FormulaireDeSignature(Formulaire):
    """Quelle partie a signé, et quand."""

    partie = forms.ModelChoiceField(PartieConvention.objects.none(), label="Partie", empty_label="Choisissez")
    date = forms.DateField(label="Signée le", initial=timezone.localdate)

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partie"].queryset = convention.parties.filter(signee_le=None)  # type: ignore[attr-defined]


class FormulaireDeDocument(Formulaire):
    fichier = forms.FileField(label="Document signé")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].help_text = f"PDF de préférence, {taille(settings.FICHIER_TAILLE_MAX)} au plus."

    def clean_fichier(self) -> Any:
        fichiers.controler(self.cleaned_data["fichier"])
        return self.cleaned_data["fichier"]


PARTIES_VIDES = 3

FormulairesDesParties = forms.inlineformset_factory(
    Convention, PartieConvention, form=FormulaireDePartie, formset=_Parties, extra=PARTIES_VIDES, can_delete=True
)
