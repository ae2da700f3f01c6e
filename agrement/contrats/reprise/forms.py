"""Les formulaires de la reprise."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings

from agrement.contrats.choix import PartieSignataire, TypeAvenant
from agrement.contrats.models import RepriseDeContrat
from agrement.dossiers.forms.pieces import ChampDeFichiers
from centres.models import Structure
from comptes.models import Utilisateur
from socle import fichiers
from socle.formulaires import Formulaire
from socle.templatetags.composants import taille

SIGNATAIRES = (
    PartieSignataire.GESTIONNAIRE,
    PartieSignataire.CAF,
    PartieSignataire.COMMUNE,
    PartieSignataire.COSIGNATAIRE,
)
TITRES = {
    PartieSignataire.GESTIONNAIRE: "gestionnaire",
    PartieSignataire.CAF: "Caf",
    PartieSignataire.COMMUNE: "commune",
    PartieSignataire.COSIGNATAIRE: "autre signataire",
}
LEGENDES = {
    PartieSignataire.GESTIONNAIRE: "Le gestionnaire",
    PartieSignataire.CAF: "La Caf",
    PartieSignataire.COMMUNE: "La commune, si elle a signé",
    PartieSignataire.COSIGNATAIRE: "Un autre signataire, s'il y en a un",
}
DU_CONTRAT = ("structure", "numero", "debut", "fin", "deliberation", "delibere_le")
NOMMES_D_OFFICE = (PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF)


class FormulaireDeReprise(Formulaire):
    """Première étape : ce que porte le contrat signé. Le gestionnaire et la Caf signent toujours."""

    structure = forms.ModelChoiceField(label="Structure", queryset=Structure.objects.none(), empty_label="Choisissez")
    numero = forms.CharField(label="Numéro du contrat", max_length=30, help_text="Tel qu'il est imprimé, sans barre.")
    debut = forms.DateField(label="Début", widget=forms.DateInput)
    fin = forms.DateField(label="Fin", widget=forms.DateInput, help_text="Sans les avenants : ils viennent ensuite.")
    deliberation = forms.CharField(
        label="Délibération", max_length=160, help_text="Son numéro, et l'instance s'il le faut pour la retrouver."
    )
    delibere_le = forms.DateField(label="Date de la délibération", widget=forms.DateInput)

    def __init__(self, *args: Any, par: Utilisateur, reprise: RepriseDeContrat | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={**_initiales(reprise), **kwargs.pop("initial", {})}, **kwargs)
        siennes = Structure.objects.filter(caisse=par.caisse_id).select_related("caisse", "gestionnaire")
        champ = self.fields["structure"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = siennes.order_by("nom", "pk")
        self.helper.layout = Layout(
            Fieldset("Le contrat", *DU_CONTRAT, css_class="groupe"),
            *(
                Fieldset(legende, *_champs_de_la_partie(partie), css_class="groupe")
                for partie, legende in LEGENDES.items()
            ),
        )

    def donnees(self) -> dict[str, Any]:
        """Ce qu'attend `operations.commencer`."""
        saisies = self.cleaned_data
        return {
            **{champ: saisies[champ] for champ in ("structure", "numero", "debut", "fin", "deliberation")},
            "delibere_le": saisies["delibere_le"],
            "parties": [self._partie(partie) for partie in SIGNATAIRES if saisies[f"{partie}_signe_le"]],
        }

    def _partie(self, partie: PartieSignataire) -> dict[str, str]:
        saisies = self.cleaned_data
        structure = saisies["structure"]
        d_office = {
            PartieSignataire.GESTIONNAIRE: structure.gestionnaire.raison_sociale,
            PartieSignataire.CAF: structure.caisse.nom,
        }
        return {
            "partie": partie.value,
            "nom": saisies[f"{partie}_nom"] or d_office.get(partie, ""),
            "representant": saisies[f"{partie}_representant"],
            "qualite": saisies[f"{partie}_qualite"],
            "signe_le": saisies[f"{partie}_signe_le"].isoformat(),
        }

    def clean(self) -> dict[str, Any]:
        saisies: dict[str, Any] = super().clean() or self.cleaned_data
        for partie in SIGNATAIRES:
            nom, date = saisies.get(f"{partie}_nom"), saisies.get(f"{partie}_signe_le")
            if nom and not date and f"{partie}_signe_le" not in self.errors:
                self.add_error(f"{partie}_signe_le", "Écrivez le jour où cette partie a signé.")
            elif date and not nom and partie not in NOMMES_D_OFFICE:
                self.add_error(f"{partie}_nom", "Écrivez le nom de cette partie.")
        return saisies


def _champs_de_la_partie(partie: PartieSignataire) -> dict[str, forms.Field]:
    titre, requise = TITRES[partie], partie in NOMMES_D_OFFICE
    aide = "Vide : celui que l'application connaît aujourd'hui." if requise else ""
    return {
        f"{partie}_nom": forms.CharField(
            label=f"Personne morale ({titre})", max_length=200, required=False, help_text=aide
        ),
        f"{partie}_representant": forms.CharField(label=f"Signataire ({titre})", max_length=160, required=False),
        f"{partie}_qualite": forms.CharField(label=f"Sa qualité ({titre})", max_length=160, required=False),
        f"{partie}_signe_le": forms.DateField(label=f"Signé le ({titre})", required=requise, widget=forms.DateInput),
    }


for _partie in SIGNATAIRES:
    FormulaireDeReprise.base_fields.update(_champs_de_la_partie(_partie))


def _initiales(reprise: RepriseDeContrat | None) -> dict[str, Any]:
    if reprise is None:
        return {}
    connues = {champ: getattr(reprise, champ) for champ in DU_CONTRAT}
    for partie in reprise.parties:
        connues |= {f"{partie['partie']}_{champ}": partie[champ] for champ in partie if champ != "partie"}
    return connues


class _AvecUnPdf(Formulaire):
    fichier = forms.FileField(label="Fichier PDF")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["fichier"]
        champ.widget.attrs["accept"] = ".pdf"
        champ.help_text = f"Au format PDF, {taille(settings.FICHIER_TAILLE_MAX)} au plus."

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        _, type_mime = fichiers.controler(fichier)
        if type_mime != "application/pdf":
            raise forms.ValidationError("Joignez un fichier PDF : enregistrez ou numérisez le contrat sous ce format.")
        return fichier


class FormulaireDuFichier(_AvecUnPdf):
    """Deuxième étape : le contrat signé."""


class FormulaireDAvenantRepris(_AvecUnPdf):
    """Troisième étape : un avenant déjà signé."""

    numero = forms.IntegerField(label="Numéro de l'avenant", min_value=1, max_value=99)
    type = forms.ChoiceField(label="Type", choices=TypeAvenant.choices)
    objet = forms.CharField(label="Objet", widget=forms.Textarea({"rows": 3}), max_length=2000)
    signe_le = forms.DateField(label="Signé par tous le", widget=forms.DateInput)
    effet_le = forms.DateField(label="Prend effet le", widget=forms.DateInput)
    fin = forms.DateField(
        label="Nouvelle fin", required=False, widget=forms.DateInput, help_text="D'un avenant de durée seulement."
    )

    field_order = ("numero", "type", "objet", "signe_le", "effet_le", "fin", "fichier")


class FormulaireDImport(Formulaire):
    """Le fichier de saisie rempli."""

    TAILLE_MAX = 2 * 1024 * 1024

    fichier = forms.FileField(label="Fichier rempli", help_text="Au format .xlsx ou .csv, de 2 Mo au plus.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        nom = fichier.name.lower()
        if not nom.endswith((".xlsx", ".csv")):
            raise forms.ValidationError("Enregistrez d'abord ce fichier au format .xlsx ou .csv.")
        if fichier.size > self.TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 2 Mo : partagez-le en plusieurs.")
        if nom.endswith(".xlsx"):
            self._controler(fichier)
        return fichier

    def _controler(self, fichier: Any) -> None:
        """Le même contrôle qu'une pièce, avec le remède d'un classeur : il ne servirait à rien en PDF."""
        try:
            fichiers.controler(fichier)
        except forms.ValidationError as refus:
            raison = getattr(refus.__cause__, "raison", "ne se lit pas")
            raise forms.ValidationError(
                f"Ce classeur {raison}. Enregistrez-le à nouveau au format .xlsx, sans macro ni mot de passe."
            ) from refus


class FormulaireDesFichiers(Formulaire):
    """Plusieurs contrats signés, chacun nommé par le numéro de son contrat."""

    fichiers = ChampDeFichiers(
        label="Fichiers PDF",
        help_text="Chacun porte le numéro de son contrat : « R-2024-17.pdf ». Cent au plus par envoi.",
    )
