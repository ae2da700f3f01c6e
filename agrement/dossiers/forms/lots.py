"""Ce que demande chaque geste en lot."""

from typing import Any

from django import forms

from agrement.dossiers.choix import Geste
from agrement.dossiers.models import Etiquette
from agrement.dossiers.regles import MESSAGE_MAX
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.formulaires import Formulaire


class GesteEnLotForm(Formulaire):
    """`annonces` : le nombre de dossiers que la page a montré ; s'il a changé, rien ne se fait."""

    annonces = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, par: Utilisateur, nombre: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.par, self.nombre = par, nombre
        self.fields["annonces"].initial = nombre
        self.choisir()

    def choisir(self) -> None:
        """Remplit les choix avec ceux de la Caisse de la personne."""

    def clean_annonces(self) -> int:
        if self.cleaned_data["annonces"] != self.nombre:
            self.data = {**self.data.dict(), "annonces": str(self.nombre)}  # type: ignore[attr-defined]
            raise forms.ValidationError(
                f"La liste a changé depuis : {self.nombre} dossiers maintenant. Rien n'a été fait ; vérifiez et "
                "confirmez à nouveau."
            )
        return self.nombre

    def parametres(self) -> dict[str, Any]:
        """Ce que le geste retient, en valeurs simples."""
        saisie = {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "annonces"}
        return {nom: getattr(valeur, "pk", valeur) for nom, valeur in saisie.items()}


class ConfierForm(GesteEnLotForm):
    conseiller = forms.ModelChoiceField(queryset=Utilisateur.objects.none(), label="Conseiller")

    def choisir(self) -> None:
        self.fields["conseiller"].queryset = Utilisateur.objects.filter(  # type: ignore[attr-defined]
            caisse=self.par.caisse_id, role=Role.CONSEILLER, is_active=True
        )


class EcrireForm(GesteEnLotForm):
    texte = forms.CharField(
        label="Message",
        max_length=MESSAGE_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Il entre dans la conversation de chaque dossier ; le centre en est prévenu par courriel.",
    )


class EtiqueterForm(GesteEnLotForm):
    etiquette = forms.ModelChoiceField(queryset=Etiquette.objects.none(), label="Étiquette")

    def choisir(self) -> None:
        self.fields["etiquette"].queryset = Etiquette.objects.filter(  # type: ignore[attr-defined]
            caisse=self.par.caisse_id
        )


class EtiquetteForm(Formulaire):
    nom = forms.CharField(label="Nouvelle étiquette", max_length=40)


FORMULAIRES: dict[Geste, type[GesteEnLotForm]] = {
    Geste.CONFIER: ConfierForm,
    Geste.ECRIRE: EcrireForm,
    Geste.ETIQUETER: EtiqueterForm,
    Geste.DECOLLER: EtiqueterForm,
}
