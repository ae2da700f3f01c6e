"""Les formulaires du projet social, de son tableur, des auteurs et de l'import."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from centres.models import Axe, Bilan, Commune, Objectif, ProjetSocial, Zone
from centres.operations import temoin
from centres.regles import MONTANTS
from comptes.choix import ROLES_DU_CENTRE, Role
from socle import fichiers
from socle.formulaires import Formulaire, FormulaireDeModele
from socle.templatetags.composants import date_longue


class ChampMontant(forms.DecimalField):
    """Un montant en euros écrit comme on l'écrit : « 63 600,00 € » se lit 63600.00."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=12, decimal_places=2, localize=True, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(str(value or "").replace("€", "").split()).replace(".", ","))


class ChampCommunes(forms.CharField):
    """Des communes, une par ligne, écrites comme on les nomme ; le département entre parenthèses les distingue."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(f"{commune.nom} ({commune.code_departement})" for commune in value)

    def clean(self, value: Any) -> list[Commune]:
        lignes = [ligne.strip() for ligne in super().clean(value).splitlines() if ligne.strip()]
        trouvees = [self._commune(ligne) for ligne in lignes[: self.MAX]]
        return list(dict.fromkeys(trouvees))

    MAX = 200

    def _commune(self, ligne: str) -> Commune:
        nom, _, departement = ligne.replace("’", "'").removesuffix(")").partition("(")
        possibles = Commune.objects.filter(nom__iexact=nom.strip())
        if departement.strip():
            possibles = possibles.filter(code_departement=departement.strip().upper())
        connues = list(possibles[:8])
        if not connues:
            raise forms.ValidationError(f"« {ligne} » n'est pas une commune connue : vérifiez son nom.")
        if len(connues) > 1:
            choix = ", ".join(f"{commune.nom} ({commune.code_departement})" for commune in connues)
            raise forms.ValidationError(f"Plusieurs communes s'appellent « {ligne} » : écrivez {choix}.")
        return connues[0]


class FormulaireDEcriture(FormulaireDeModele[Any]):
    """La base de ce qui s'écrit dans un brouillon : rien n'y est obligatoire, et chaque champ porte son témoin.

    `vus` : ce que la page rend au serveur pour dire quelle valeur la personne avait sous les yeux.
    """

    PREFIXE = "vu-"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            if isinstance(champ.widget, forms.Textarea):
                champ.widget.attrs.setdefault("rows", 6)
            if isinstance(champ, forms.TypedChoiceField) and champ.required:
                choix: Any = champ.choices
                champ.choices = [(code, dit) for code, dit in choix if code not in ("", None)]
            modele = self.instance._meta.get_field(nom)
            if modele.many_to_many:
                self.initial.setdefault(nom, list(getattr(self.instance, nom).all()) if self.instance.pk else [])
        self.valeurs_en_base = {nom: self.initial.get(nom) for nom in self.fields}
        self.presents = {nom: temoin(valeur) for nom, valeur in self.valeurs_en_base.items()}
        if self.is_bound:  # la page ne parle que des champs dont elle rend le témoin
            for nom in [nom for nom in self.fields if self.PREFIXE + nom not in self.data]:
                del self.fields[nom]

    def temoins(self) -> list[tuple[str, str]]:
        """(nom du champ caché, témoin de la valeur en base), pour chaque champ."""
        return [(self.PREFIXE + nom, self.presents[nom]) for nom in self.fields]

    def vus(self) -> dict[str, str]:
        """Le témoin que la page avait de chaque champ dont elle parle."""
        return {nom: str(self.data[self.PREFIXE + nom]) for nom in self.fields}

    def clean(self) -> dict[str, Any]:
        saisies: dict[str, Any] = super().clean() or self.cleaned_data
        debut, fin = (saisies.get(nom, getattr(self.instance, nom, None)) for nom in ("debut", "fin"))
        if debut and fin and fin <= debut:
            self.add_error("fin" if "fin" in self.fields else "debut", "La fin de la période doit suivre son début.")
        return {nom: dit.replace("\r\n", "\n") if isinstance(dit, str) else dit for nom, dit in saisies.items()}


class _Axe(FormulaireDEcriture):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "enjeux" in self.fields:
            champ: Any = self.fields["enjeux"]
            champ.queryset = self.instance.projet.enjeux.all()
            champ.help_text = "Les enjeux auxquels cet axe répond."


class _Zone(FormulaireDEcriture):
    communes = ChampCommunes(label="Communes", help_text="Une par ligne : « Foissac » ou « Foissac (30) ».")


class _Objectif(FormulaireDEcriture):
    """Un centre social sert les quatre missions, un espace de vie sociale les trois finalités."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centre_social = self.instance.projet.structure.est_centre_social
        self.fields.pop("finalite" if centre_social else "mission", None)


def _champ(decrit: Any, **options: Any) -> Any:
    if decrit.name in MONTANTS:
        return ChampMontant(label=f"{str(decrit.verbose_name).capitalize()}, en euros", required=not decrit.blank)
    return decrit.formfield(**options)


def formulaire_de(modele: type[models.Model], champs: tuple[str, ...]) -> type[FormulaireDEcriture]:
    """Le formulaire qui écrit ces champs de ce modèle."""
    bases: dict[type[models.Model], type[FormulaireDEcriture]] = {Axe: _Axe, Zone: _Zone, Objectif: _Objectif}
    base = bases.get(modele, FormulaireDEcriture)
    return forms.modelform_factory(  # type: ignore[return-value]
        modele,
        form=base,
        fields=champs,
        widgets={"enjeux": forms.CheckboxSelectMultiple} if modele is Axe else None,
        formfield_callback=_champ,
    )


class AuteurForm(Formulaire):
    """La personne à inviter parmi les auteurs d'une structure."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=[("", "Choisissez…"), *((role.value, role.label) for role in Role if role in ROLES_DU_CENTRE)],
    )
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    courriel = forms.EmailField(
        label="Courriel", help_text="L'adresse de la personne elle-même : son invitation y part, et ne sert qu'à elle."
    )


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


class TableurForm(Formulaire):
    """Le classeur rempli. Il est contrôlé dès la saisie, pour que le refus se lise à côté du champ."""

    fichier = forms.FileField(
        label="Classeur rempli",
        help_text="Au format .xlsx, de 2 Mo au plus.",
        error_messages={"required": "Choisissez le classeur que vous avez rempli."},
    )

    TAILLE_MAX = 2 * 1024 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].widget.attrs["accept"] = ".xlsx"

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if not fichier.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("Enregistrez d'abord ce classeur au format .xlsx (classeur Excel).")
        if fichier.size > self.TAILLE_MAX:
            raise forms.ValidationError("Ce classeur dépasse 2 Mo : renvoyez le modèle, sans image ni autre feuille.")
        fichiers.controler(fichier)
        return fichier


class ChoixDeVersion(forms.ModelChoiceField[ProjetSocial]):
    def label_from_instance(self, obj: ProjetSocial) -> str:
        quand = f"transmise le {date_longue(obj.fige_le)}" if obj.est_fige else "brouillon, non transmis à la Caf"
        return f"Version {obj.version}, {quand}"


class FormulaireDeComparaison(Formulaire):
    """Deux versions d'un même projet. `versions` : celles que la personne peut lire, la dernière d'abord."""

    avant = ChoixDeVersion(ProjetSocial.objects.none(), label="De la version", required=False, empty_label=None)
    apres = ChoixDeVersion(ProjetSocial.objects.none(), label="À la version", required=False, empty_label=None)

    def __init__(self, *args: Any, versions: models.QuerySet[ProjetSocial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for champ in self.fields.values():
            champ.queryset = versions  # type: ignore[attr-defined]
            champ.error_messages["invalid_choice"] = "Choisissez une version de ce projet, dans la liste."

    def clean(self) -> dict[str, Any]:
        saisie = super().clean() or {}
        if not self.errors and len({saisie["avant"], saisie["apres"]} - {None}) < 2:
            raise forms.ValidationError("Choisissez deux versions différentes.")
        return saisie

    def couple(self) -> list[int]:
        """Les deux versions, la plus ancienne d'abord, dans quelque ordre qu'on les ait choisies."""
        choisies = (self.cleaned_data["avant"], self.cleaned_data["apres"])
        return [version.pk for version in sorted(choisies, key=lambda version: version.version)]


class RepriseForm(Formulaire):
    """Les lignes du bilan à reprendre dans le projet."""

    lignes = forms.ModelMultipleChoiceField(
        Bilan.objects.none(),
        label="À reprendre",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un objectif ou une action à reprendre."},
    )

    def __init__(self, *args: Any, parmi: models.QuerySet[Bilan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["lignes"]
        champ.queryset = parmi
