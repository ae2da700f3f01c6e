"""Les formulaires d'un contrat : qui le signe, le signer de trois façons, le refuser, déléguer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from agrement.contrats.choix import ActeASigner, PartieSignataire
from agrement.contrats.models import Contrat, PartieASigner, VersionASigner
from agrement.contrats.operations import CONSENTEMENT, parties_du_contrat
from agrement.contrats.verification import code_lu
from agrement.dossiers.models import Dossier
from centres.models import Gestionnaire
from comptes.models import Utilisateur
from partenaires.choix import TypePartenaire
from partenaires.models import Partenaire
from socle import fichiers
from socle.formulaires import Formulaire
from socle.templatetags.composants import taille

LIGNES_DE_COSIGNATAIRES = 2


# --- Signer -----------------------------------------------------------------------------------------


class QuiSigne(Formulaire):
    """Le nom et la qualité, tels qu'ils s'imprimeront."""

    nom = forms.CharField(label="Nom du signataire", max_length=160)
    qualite = forms.CharField(label="Qualité", max_length=160, help_text="Telle qu'elle s'imprimera : « présidente ».")


class FormulaireDeSignature(QuiSigne):
    """La signature dans l'application : le code reçu, et le consentement au texte lu.

    Avec un compte, le mot de passe, et le nom est celui du compte ; par un lien, le nom s'écrit.
    """

    mot_de_passe = forms.CharField(
        label="Votre mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Pour vérifier que c'est bien vous.",
    )
    code = forms.CharField(
        label="Code reçu par courriel",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text="Six chiffres. Il ne sert qu'une fois.",
    )
    accord = forms.BooleanField(label=CONSENTEMENT, error_messages={"required": "Cochez cette case pour signer."})

    def __init__(self, *args: Any, avec_compte: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["nom" if avec_compte else "mot_de_passe"]


class FormulaireDuPdfSigne(QuiSigne):
    fichier = forms.FileField(
        label="Exemplaire signé",
        help_text="Le PDF téléchargé ci-dessus, signé dans le cadre à votre nom, sans rien y changer d'autre.",
    )
    ecart = forms.CharField(required=False, widget=forms.HiddenInput)
    confirme = forms.BooleanField(
        label="Je confirme que cette personne signe bien pour cette partie",
        required=False,
        widget=forms.HiddenInput,
        help_text="Si c'est le bon certificat, cochez la case et choisissez à nouveau le fichier : votre confirmation "
        "sera gardée avec la signature. Sinon, signez avec un autre certificat.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("ecart"):
            self.fields["confirme"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        """L'écart montré ne compte que si la case est cochée."""
        saisie = super().clean() or self.cleaned_data
        ecart, confirme = saisie.pop("ecart", ""), saisie.pop("confirme", False)
        return {**saisie, "ecart_confirme": ecart if confirme else ""}

    def demander_de_confirmer(self, ecart: str) -> None:
        """Montre la case qui confirme cet écart de nom, à cocher."""
        self.fields["confirme"].widget = forms.CheckboxInput()
        self.data = {nom: valeur for nom, valeur in self.data.items() if nom != "confirme"} | {"ecart": ecart}


class FormulaireDuPapier(QuiSigne):
    date = forms.DateField(label="Signé le", help_text="La date que porte l'exemplaire.")
    fichier = forms.FileField(label="Numérisation de l'exemplaire signé")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].help_text = f"Toutes les pages, en PDF. {taille(settings.FICHIER_TAILLE_MAX)} au plus."

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        fichiers.controler(fichier)
        return fichier


class FormulaireDeMotif(Formulaire):
    texte = forms.CharField(label="Motif", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, libelle: str = "Motif", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["texte"].label = libelle


class FormulaireDeRejet(Formulaire):
    motif = forms.CharField(
        label="Motif du rejet",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Obligatoire pour rejeter.",
    )


class FormulaireDeRelance(Formulaire):
    courriel = forms.EmailField(
        label="Courriel", help_text="Corrigez-le s'il est faux : personne ne signe à nouveau pour cela."
    )


# --- Les parties ------------------------------------------------------------------------------------


class PartieForm(Formulaire):
    """Une partie. `sorte` : le gestionnaire ou la Caf ; vide, un co-signataire à choisir dans le registre."""

    sorte = forms.ChoiceField(
        choices=[("", ""), *((p.value, p.label) for p in (PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF))],
        required=False,
        widget=forms.HiddenInput,
    )
    rang = forms.IntegerField(label="Signe en position", min_value=1, max_value=20)
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(), label="Partenaire du registre", required=False, empty_label="Aucun"
    )
    representant = forms.CharField(label="Représentant", max_length=160, required=False)
    qualite = forms.CharField(label="Qualité", max_length=160, required=False)
    courriel = forms.EmailField(
        label="Courriel", required=False, help_text="Son lien personnel y est envoyé. Vide : celui du registre."
    )

    def __init__(self, *args: Any, par: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.est_de_droit = bool(self["sorte"].value())
        if self.est_de_droit:
            del self.fields["partenaire"], self.fields["courriel"]
        else:
            partenaires = Partenaire.objects.visibles_par(par).order_by("type", "nom")
            self.fields["partenaire"].queryset = partenaires  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        saisie = super().clean() or self.cleaned_data
        if (
            not self.est_de_droit
            and not saisie.get("partenaire")
            and (saisie.get("representant") or saisie.get("courriel"))
        ):
            self.add_error("partenaire", "Choisissez le partenaire, ou videz la ligne.")
        return saisie


class _Parties(forms.BaseFormSet[PartieForm]):
    def parties(self, objet: Dossier | Contrat) -> list[PartieASigner]:
        """Celles qui signent, dans l'ordre des positions, puis des lignes."""
        de_droit = {partie.partie: partie for partie in parties_du_contrat(objet)}
        lignes = [formulaire.cleaned_data for formulaire in self.forms if formulaire.cleaned_data]
        retenues = [
            (ligne["rang"], _partie(ligne, de_droit))
            for ligne in lignes
            if ligne.get("sorte") or ligne.get("partenaire")
        ]
        return [partie for _, partie in sorted(retenues, key=lambda retenue: retenue[0])]


def _partie(ligne: dict[str, Any], de_droit: dict[str, PartieASigner]) -> PartieASigner:
    if ligne.get("sorte"):
        partie = de_droit[ligne["sorte"]]
    else:
        choisi: Partenaire = ligne["partenaire"]
        commune = choisi.type == TypePartenaire.COMMUNE
        partie = PartieASigner(
            partie=PartieSignataire.COMMUNE if commune else PartieSignataire.COSIGNATAIRE,
            nom=choisi.nom,
            partenaire=choisi,
            courriel=ligne["courriel"] or choisi.courriel,
        )
    partie.representant, partie.qualite = ligne["representant"], ligne["qualite"]
    return partie


PartiesFormSet = forms.formset_factory(PartieForm, formset=_Parties, extra=0, max_num=20, absolute_max=20)


def cosignataires(version: VersionASigner | None) -> list[PartieASigner]:
    """Ceux d'une version, pour les proposer à nouveau dans la suivante."""
    return [partie for partie in version.parties.all() if partie.est_cosignataire] if version else []


def formulaire_des_parties(
    objet: Dossier | Contrat,
    par: Utilisateur,
    *,
    saisie: Any = None,
    lignes: int = LIGNES_DE_COSIGNATAIRES,
    reprises: Sequence[PartieASigner] = (),
) -> Any:
    """Le gestionnaire, des lignes de co-signataires à remplir ou à laisser vides, puis la Caf.

    `reprises` : les parties déjà saisies, proposées à nouveau à leur rang.
    """
    saisies = {partie.partie: partie for partie in reprises}
    gestionnaire, *_, caf = (saisies.get(partie.partie, partie) for partie in parties_du_contrat(objet))
    autres = [_repris(partie) for partie in reprises if partie.est_cosignataire]
    lignes = max(lignes, len(autres))
    dernier = caf.rang or lignes + 2
    vides = [{"sorte": "", "rang": min(rang, dernier)} for rang in range(len(autres) + 2, lignes + 2)]
    initial = [_de_droit(gestionnaire, gestionnaire.rang or 1), *autres, *vides, _de_droit(caf, dernier)]
    jeu = PartiesFormSet(saisie, prefix="parties", initial=initial, form_kwargs={"par": par})
    for formulaire in jeu.forms:
        formulaire.empty_permitted = not formulaire.est_de_droit and "partenaire" not in formulaire.initial
        formulaire.use_required_attribute = False
    return jeu


def _de_droit(partie: PartieASigner, rang: int) -> dict[str, Any]:
    dit = {"sorte": partie.partie, "rang": rang}
    return {**dit, "representant": partie.representant, "qualite": partie.qualite}


def _repris(partie: PartieASigner) -> dict[str, Any]:
    dit = {"sorte": "", "rang": partie.rang, "partenaire": partie.partenaire_id, "courriel": partie.courriel}
    return {**dit, "representant": partie.representant, "qualite": partie.qualite}


# --- Déléguer ---------------------------------------------------------------------------------------


class DelegationForm(Formulaire):
    acte = forms.ChoiceField(label="Pour signer", choices=ActeASigner.choices)
    delegataire = forms.ModelChoiceField(Utilisateur.objects.none(), label="À qui", empty_label="Choisissez")
    du = forms.DateField(label="À compter du")
    au = forms.DateField(label="Jusqu'au")
    plafond_annuel = forms.DecimalField(
        label="Plafond annuel, en euros",
        required=False,
        min_value=1,
        max_digits=12,
        decimal_places=2,
        help_text="Ce que le dossier demande à la Caf dans une année, au plus. Vide : sans plafond.",
    )
    reference = forms.CharField(
        label="Référence de l'acte", max_length=120, help_text="La délibération qui délègue, et sa date."
    )
    fichier = forms.FileField(label="Acte numérisé", required=False)

    def __init__(self, *args: Any, gestionnaire: Gestionnaire, par: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rattaches = Utilisateur.objects.filter(
            caisse=par.caisse_id, is_active=True, rattachements__structure__gestionnaire=gestionnaire
        )
        self.fields["delegataire"].queryset = rattaches.exclude(pk=par.pk).distinct()  # type: ignore[attr-defined]

    def clean_fichier(self) -> Any:
        if fichier := self.cleaned_data["fichier"]:
            fichiers.controler(fichier)
        return fichier


# --- Vérifier ---------------------------------------------------------------------------------------


class CodeAVerifier(Formulaire):
    """Le code imprimé au bas de chaque page d'un contrat."""

    code = forms.CharField(
        label="Code du contrat",
        max_length=40,
        help_text="Douze lettres et chiffres, au bas de chaque page. Les tirets et les minuscules ne comptent pas.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = code_lu(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("Ce n'est pas un code de contrat : il a douze lettres et chiffres.")
        return code


class FichierAVerifier(Formulaire):
    """Un PDF lu, puis oublié."""

    fichier = forms.FileField(label="Le contrat, en PDF", widget=forms.FileInput({"accept": ".pdf,application/pdf"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].help_text = f"{taille(settings.FICHIER_TAILLE_MAX)} au plus."

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > settings.FICHIER_TAILLE_MAX:
            raise forms.ValidationError(f"Le fichier dépasse {taille(settings.FICHIER_TAILLE_MAX)}.")
        return fichier
