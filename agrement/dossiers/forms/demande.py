"""Ouvrir une demande, la confier."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import (
    Dossier,
)
from agrement.dossiers.regles import OUVERTES_PAR_LA_CAF, fin_de_periode
from centres.models import Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.formulaires import Formulaire


class OuvrirForm(Formulaire):
    """La structure, le type et la période d'une demande neuve."""

    structure = forms.ModelChoiceField(queryset=Structure.objects.none(), label="Structure", empty_label=None)
    type = forms.ChoiceField(label="Type de demande", choices=TypeDossier.choices)
    debut = forms.DateField(label="Début souhaité")
    fin = forms.DateField(label="Fin souhaitée")
    echeance_actuelle = forms.DateField(
        label="Fin de l'agrément en cours",
        required=False,
        help_text="Pour un renouvellement. Laissez vide si le contrat en cours a été fait dans cette application.",
    )

    def __init__(self, *args: Any, par: Utilisateur, structures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = structures  # type: ignore[attr-defined]
        if par.est_du_centre:
            self.fields["type"].choices = [  # type: ignore[attr-defined]
                choix for choix in TypeDossier.choices if choix[0] not in OUVERTES_PAR_LA_CAF
            ]

    @staticmethod
    def periode_proposee(annees: int) -> dict[str, dt.date]:
        """La période qui commence au prochain 1er janvier."""
        debut = dt.date(timezone.localdate().year + 1, 1, 1)
        return {"debut": debut, "fin": fin_de_periode(debut, annees)}


class AffectationForm(Formulaire):
    conseiller = forms.ModelChoiceField(queryset=Utilisateur.objects.none(), label="Conseiller", empty_label=None)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conseiller"].queryset = Utilisateur.objects.filter(  # type: ignore[attr-defined]
            caisse=dossier.caisse, role=Role.CONSEILLER, is_active=True
        )
