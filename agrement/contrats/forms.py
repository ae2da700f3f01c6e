from typing import Any

from django import forms

from agrement.contrats.models import Signature
from socle.formulaires import FormulaireDeModele
from socle.templatetags.composants import date_longue


class FormulaireDeSignature(FormulaireDeModele[Signature]):
    """Ce qu'un signataire déclare, et son consentement au texte exact qu'il a lu."""

    accord = forms.BooleanField(label="")

    class Meta:
        model = Signature
        fields = ("nom", "qualite", "date")
        help_texts = {
            "qualite": "Telle qu'elle s'imprimera. En cas de délégation, indiquez sa date.",
        }

    def __init__(self, *args: Any, contrat: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].help_text = f"Au plus tôt le {date_longue(contrat.decision.date)}, jour de la décision."
        self.fields["accord"].label = (
            f"J'ai lu le contrat {contrat.numero} dans la version téléchargeable ci-dessus. "
            "J'accepte d'y être engagé et je signe."
        )
        self.fields["accord"].error_messages["required"] = "Cochez cette case pour signer."
