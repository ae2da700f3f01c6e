"""Les formulaires du projet social et de l'import."""

from decimal import Decimal
from typing import Any

from django import forms

from centres.models import Action, Axe, Enjeu, Indicateur, LigneBudget, Objectif, ProjetSocial
from socle.formulaires import FormulaireDeModele


class ChampMontant(forms.DecimalField):
    """Un montant en euros écrit comme on l'écrit : « 63 600,00 € » se lit 63600.00."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=12, decimal_places=2, localize=True, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(str(value or "").replace("€", "").split()).replace(".", ","))


class FormulaireDeProjet(FormulaireDeModele[Any]):
    """La base : des textes de cinq lignes, et des choix dont aucun n'est fait d'avance."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for champ in self.fields.values():
            if isinstance(champ.widget, forms.Textarea):
                champ.widget.attrs["rows"] = 5
            elif isinstance(champ, forms.TypedChoiceField):
                choix: Any = champ.choices
                champ.choices = [("", "Choisissez…"), *((code, dit) for code, dit in choix if code not in ("", None))]


class ProjetForm(FormulaireDeProjet):
    class Meta:
        model = ProjetSocial
        fields = (
            "titre",
            "debut",
            "fin",
            "instance_d_adoption",
            "date_d_adoption",
            "synthese",
            "methode_participation",
            "bilan_precedent",
            "diagnostic",
            "fonction_accueil",
            "gouvernance",
            "volet_familles",
            "projet_familles",
            "partenariat",
            "moyens",
            "evaluation_prevue",
        )


class EnjeuForm(FormulaireDeProjet):
    class Meta:
        model = Enjeu
        fields = ("intitule", "constat")


class AxeForm(FormulaireDeProjet):
    class Meta:
        model = Axe
        fields = ("intitule", "enjeux")
        widgets = {"enjeux": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["enjeux"]
        champ.queryset = self.instance.projet.enjeux.all()  # type: ignore[attr-defined]
        champ.help_text = "Les enjeux auxquels cet axe répond."


class ObjectifForm(FormulaireDeProjet):
    class Meta:
        model = Objectif
        fields = ("intitule", "famille", "mission")


class ActionForm(FormulaireDeProjet):
    class Meta:
        model = Action
        fields = (
            "intitule",
            "constat",
            "public",
            "description",
            "pilote",
            "partenaires",
            "lieu",
            "calendrier",
            "moyens_humains",
            "place_des_habitants",
            "resultats_attendus",
        )


class IndicateurForm(FormulaireDeProjet):
    class Meta:
        model = Indicateur
        fields = ("intitule", "nature", "unite", "valeur_initiale", "cible", "frequence")


class LigneBudgetForm(FormulaireDeProjet):
    montant = ChampMontant(label="Montant, en euros")

    class Meta:
        model = LigneBudget
        fields = ("annee", "sens", "compte", "intitule", "destination", "financeur", "montant")


class ImportForm(forms.Form):
    """Le fichier des structures. La simulation est cochée d'office : on lit avant d'écrire."""

    fichier = forms.FileField(label="Fichier CSV", help_text="CSV en UTF-8, séparé par des virgules, de 10 Mo au plus.")
    simuler = forms.BooleanField(
        label="Simuler : dire ce qui serait fait, sans rien écrire", initial=True, required=False
    )

    TAILLE_MAX = 10 * 1024 * 1024

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > self.TAILLE_MAX:
            raise forms.ValidationError("Le fichier dépasse 10 Mo : découpez-le.")
        return fichier
