"""Lever la séance, approuver son procès-verbal, notifier et dater en une fois."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from agrement.seances.choix import ModeNotification
from agrement.seances.models import Notification
from agrement.seances.operations import Reception
from socle.formulaires import Formulaire


class FormulaireSansChamp(Formulaire):
    """Un acte qui ne demande que d'être confirmé, et peut être refusé."""


class FormulaireDApprobation(Formulaire):
    le = forms.DateField(
        label="Approuvé le",
        initial=timezone.localdate,
        help_text="Le jour de la séance où l'instance l'a approuvé.",
    )


class FormulaireDeNotificationEnLot(Formulaire):
    mode = forms.ChoiceField(label="Mode d'envoi", choices=ModeNotification.choices, widget=forms.RadioSelect)
    envoyee_le = forms.DateField(label="Envoyées le", initial=timezone.localdate)


class FormulaireDeReceptions(Formulaire):
    """Une ligne par lettre : sa date de réception, et l'accusé s'il est là. Une ligne vide n'est pas touchée."""

    def __init__(self, *args: Any, notifications: Iterable[Notification], **kwargs: Any) -> None:
        self.notifications = list(notifications)
        # Posés avant l'initialisation, ces champs reçoivent ce que reçoit tout champ : calendrier, bornes de date.
        self.base_fields = {  # type: ignore[misc]
            nom: champ for notification in self.notifications for nom, champ in _champs_de_la_ligne(notification)
        }
        super().__init__(*args, **kwargs)

    def lignes(self) -> Iterator[dict[str, Any]]:
        for notification in self.notifications:
            yield {
                "notification": notification,
                "recue": self[f"recue-{notification.pk}"],
                "accuse": self[f"accuse-{notification.pk}"],
            }

    def clean(self) -> dict[str, Any]:
        saisie = super().clean() or self.cleaned_data
        for notification in self.notifications:
            if saisie.get(f"accuse-{notification.pk}") and not saisie.get(f"recue-{notification.pk}"):
                self.add_error(f"recue-{notification.pk}", "Écrivez la date de cet accusé.")
        return saisie

    def receptions(self) -> list[Reception]:
        """Les lignes datées."""
        return [
            Reception(notification, jour, self.cleaned_data[f"accuse-{notification.pk}"])
            for notification in self.notifications
            if (jour := self.cleaned_data[f"recue-{notification.pk}"]) is not None
        ]

    def refuser(self, lignes: Mapping[int, Sequence[str]]) -> None:
        """Les raisons de l'opération, chacune à sa ligne."""
        for pk, raisons in lignes.items():
            for raison in raisons:
                self.add_error(f"recue-{pk}", raison)


def _champs_de_la_ligne(notification: Notification) -> Iterator[tuple[str, forms.Field]]:
    structure, attrs = notification.decision.dossier.structure, {"class": "form-control"}
    yield (
        f"recue-{notification.pk}",
        forms.DateField(label=f"Reçue le ({structure})", required=False, widget=forms.DateInput(attrs)),
    )
    yield (
        f"accuse-{notification.pk}",
        forms.FileField(label=f"Accusé ({structure})", required=False, widget=forms.FileInput(attrs)),
    )
