"""Déclarer une fonction exercée ailleurs, la clore, écarter le déport qu'elle fait proposer."""

from typing import Any

from django import forms
from django.utils import timezone

from agrement.seances.choix import SorteDInteret
from agrement.seances.models import Mandat
from centres.models import Commune, Gestionnaire
from socle.formulaires import Formulaire


class FormulaireDInteret(Formulaire):
    """Où, quelle fonction, depuis quand. Seul le lieu que nomme `sorte` est gardé."""

    sorte = forms.ChoiceField(
        label="Où s'exerce cette fonction", choices=SorteDInteret.choices, widget=forms.RadioSelect
    )
    commune = forms.ModelChoiceField(
        Commune.objects.none(), label="Commune", required=False, empty_label="Choisir une commune"
    )
    gestionnaire = forms.ModelChoiceField(
        Gestionnaire.objects.none(), label="Gestionnaire", required=False, empty_label="Choisir un gestionnaire"
    )
    federation = forms.CharField(label="Fédération", max_length=120, required=False)
    fonction = forms.CharField(
        label="Fonction", max_length=80, help_text="Par exemple : « maire », « adjointe », « trésorière », « salarié »."
    )
    debut = forms.DateField(label="Depuis le")
    fin = forms.DateField(label="Jusqu'au", required=False, help_text="Vide si elle est toujours exercée.")

    def __init__(self, *args: Any, mandat: Mandat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caisse = mandat.instance.caisse
        self._limiter("commune", Commune.objects.filter(code_departement=caisse.code_departement))
        self._limiter("gestionnaire", Gestionnaire.objects.filter(caisse=caisse))
        connues = Gestionnaire.objects.filter(caisse=caisse).exclude(federation="").order_by("federation")
        noms = list(connues.values_list("federation", flat=True).distinct()[:6])
        self.fields["federation"].help_text = f"Comme dans les fiches : {' ; '.join(noms)}." if noms else ""

    def _limiter(self, nom: str, choix: Any) -> None:
        champ = self.fields[nom]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = choix


class FormulaireDeFin(Formulaire):
    fin = forms.DateField(label="Dernier jour de la fonction", initial=timezone.localdate)


class FormulaireDeDeportEcarte(Formulaire):
    motif = forms.CharField(
        label="Pourquoi ce membre peut prendre part au point",
        max_length=200,
        help_text="Gardé au journal de la séance ; ne s'imprime dans aucun écrit.",
    )
