"""Planifier une séance, noter les présents."""

from collections.abc import Iterator
from typing import Any

from django import forms

from agrement.seances.choix import College
from agrement.seances.models import Instance, Mandat, Seance
from comptes.models import Utilisateur
from socle.formulaires import Formulaire, FormulaireDeModele


class FormulaireDeSeance(FormulaireDeModele[Seance]):
    class Meta:
        model = Seance
        fields = ("instance", "date", "heure", "lieu", "date_limite")
        help_texts = {"date_limite": "Dernier jour pour inscrire un dossier à l'ordre du jour."}

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instances = Instance.objects.visibles_par(utilisateur)
        self.fields["instance"] = forms.ModelChoiceField(instances, label="Instance", empty_label=None)
        if self.instance.pk:
            self.fields["instance"].disabled = True


class FormulaireDePresences(Formulaire):
    """Une case par membre, par collège."""

    presents = forms.ModelMultipleChoiceField(
        Mandat.objects.none(), label="Présents", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, seance: Seance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membres = list(seance.mandats())
        champ = self.fields["presents"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        champ.queryset = seance.mandats()
        notes = seance.presences.all()
        # La première fois, tous les titulaires sont cochés : on ne décoche que les absents.
        self.initial["presents"] = (
            [presence.mandat_id for presence in notes if presence.present]
            if notes
            else [membre.pk for membre in self.membres if membre.titulaire]
        )

    def colleges(self) -> Iterator[dict[str, Any]]:
        """Les collèges qui ont des membres, avec chacun s'il est coché."""
        coches = {str(valeur) for valeur in self["presents"].value() or ()}
        for college in College:
            membres = [membre for membre in self.membres if membre.college == college]
            if membres:
                yield {
                    "libelle": college.label,
                    "membres": [{"mandat": membre, "coche": str(membre.pk) in coches} for membre in membres],
                }
