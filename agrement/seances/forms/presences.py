"""L'appel : qui est présent, depuis quand, qui préside, qui porte la voix de qui."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from agrement.seances.choix import College
from agrement.seances.models import Mandat, Seance
from socle.formulaires import Formulaire

Heures = tuple[dt.time | None, dt.time | None]


class FormulaireDePresences(Formulaire):
    """Une ligne par membre, par collège : une case, un pouvoir ; ses heures, dès le deuxième appel."""

    presents = forms.ModelMultipleChoiceField(
        Mandat.objects.none(), label="Présents", required=False, widget=forms.CheckboxSelectMultiple
    )
    president = forms.ModelChoiceField(
        Mandat.objects.none(),
        label="Préside la séance",
        required=False,
        empty_label="Présidence, sinon vice-présidence",
    )

    def __init__(self, *args: Any, seance: Seance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membres = {str(membre.pk): membre for membre in seance.mandats()}
        self.notes = {str(note.mandat_id): note for note in seance.presences.all()}
        self.avec_pouvoirs = seance.regles_de_vote().pouvoirs_par_membre > 0
        self._poser_l_appel(seance)
        portes = {str(pouvoir.mandant_id): str(pouvoir.porteur_id) for pouvoir in seance.pouvoirs.all()}
        for cle, membre in self.membres.items():
            if self.notes:
                self._poser_les_heures(cle, membre)
            if self.avec_pouvoirs and membre.titulaire:
                self._poser_le_pouvoir(cle, membre, portes.get(cle, ""))

    def _poser_l_appel(self, seance: Seance) -> None:
        for nom in ("presents", "president"):
            champ = self.fields[nom]
            assert isinstance(champ, forms.ModelChoiceField)
            champ.queryset = seance.mandats()
        self.fields["president"].widget.attrs["class"] = "form-select"
        self.initial["president"] = seance.presidee_par_id
        # La première fois, tous les titulaires sont cochés : on ne décoche que les absents.
        self.initial["presents"] = [
            membre.pk
            for cle, membre in self.membres.items()
            if (self.notes[cle].present if cle in self.notes else membre.titulaire and not self.notes)
        ]

    def _poser_les_heures(self, cle: str, membre: Mandat) -> None:
        note = self.notes.get(cle)
        for nom, libelle, instant in (
            ("arrive", "Arrivée", note.arrive_le if note else None),
            ("parti", "Départ", note.parti_le if note else None),
        ):
            montre = forms.TimeInput(attrs={"type": "time", "aria-label": f"{libelle} : {membre}"}, format="%H:%M")
            self.fields[f"{nom}-{cle}"] = forms.TimeField(label=libelle, required=False, widget=montre)
            self.initial[f"{nom}-{cle}"] = _a_la_minute(instant)

    def _poser_le_pouvoir(self, cle: str, membre: Mandat, porteur: str) -> None:
        autres = [(autre, str(mandat)) for autre, mandat in self.membres.items() if autre != cle]
        montre = forms.Select(attrs={"class": "form-select form-select-sm", "aria-label": f"Pouvoir de {membre}"})
        self.fields[f"pouvoir-{cle}"] = forms.ChoiceField(
            label="Pouvoir à", required=False, choices=[("", "Pas de pouvoir"), *autres], widget=montre
        )
        self.initial[f"pouvoir-{cle}"] = porteur

    def appel(self) -> dict[str, Any]:
        """Ce qu'attend `operations.enregistrer_les_presences`."""
        return {
            "presents": list(self.cleaned_data["presents"]),
            "president": self.cleaned_data["president"],
            "pouvoirs": dict(self._pouvoirs()),
            "heures": dict(self._heures()),
        }

    def _pouvoirs(self) -> Iterator[tuple[Mandat, Mandat]]:
        """{mandant: porteur}. La venue d'un membre met fin au pouvoir qu'il avait donné."""
        for cle, membre in self.membres.items():
            porteur = self.cleaned_data.get(f"pouvoir-{cle}")
            venu = membre in self.cleaned_data["presents"] and porteur == self.initial.get(f"pouvoir-{cle}")
            if porteur and not venu:
                yield membre, self.membres[porteur]

    def _heures(self) -> Iterator[tuple[Mandat, Heures]]:
        """Celles qu'on a changées ; les autres sont gardées, ou données par l'heure du moment."""
        for cle, membre in self.membres.items():
            noms = [f"arrive-{cle}", f"parti-{cle}"]
            if not any(nom in self.changed_data for nom in noms):
                continue
            arrivee, depart = (self.cleaned_data[nom] for nom in noms)
            if depart is None and self._part(cle, membre):
                depart = _a_la_minute(timezone.now())
            yield membre, (arrivee, depart)

    def _part(self, cle: str, membre: Mandat) -> bool:
        """Vrai du membre qui était présent et qu'on vient de décocher."""
        return cle in self.notes and self.notes[cle].present and membre not in self.cleaned_data["presents"]

    def colleges(self) -> Iterator[dict[str, Any]]:
        """Les collèges qui ont des membres, et la ligne de chacun."""
        coches = {str(valeur) for valeur in self["presents"].value() or ()}
        for college in College:
            siens = {cle: membre for cle, membre in self.membres.items() if membre.college == college}
            if siens:
                yield {"libelle": college.label, "membres": [self._ligne(cle, siens[cle], coches) for cle in siens]}

    def _ligne(self, cle: str, membre: Mandat, coches: set[str]) -> dict[str, Any]:
        return {
            "mandat": membre,
            "coche": cle in coches,
            **{nom: self[f"{nom}-{cle}"] for nom in ("arrive", "parti", "pouvoir") if f"{nom}-{cle}" in self.fields},
        }


def _a_la_minute(instant: dt.datetime | None) -> dt.time | None:
    """L'heure de Paris de cet instant, sans les secondes : celle que l'écran montre."""
    return timezone.localtime(instant).time().replace(second=0, microsecond=0) if instant else None
