"""Rendre une décision : un formulaire par sens, ce qu'il demande et ce qu'il propose."""

from typing import Any

from django import forms

from agrement.seances.choix import SensDecision
from agrement.seances.forms.champs import champ_texte
from agrement.seances.models import Inscription
from agrement.seances.operations import proposer_un_numero
from agrement.seances.regles import DECISIONS_POSSIBLES, SENS, Votes
from evaluation.models import Critere, Grille
from socle.formulaires import Formulaire


class FormulaireDeDecision(Formulaire):
    """Ce que toute décision a : les votes, un numéro, une date. Une sous-classe par sens."""

    sens: SensDecision

    type = forms.ChoiceField(label="Décision")
    pour = forms.IntegerField(label="Pour", min_value=0)
    contre = forms.IntegerField(label="Contre", min_value=0)
    abstention = forms.IntegerField(label="Abstentions", min_value=0)
    deport = forms.IntegerField(label="Déports", min_value=0)
    numero = forms.CharField(
        label="Délibération n°",
        max_length=20,
        required=False,
        help_text="Le numéro suivant est proposé ; un autre peut être écrit s'il est libre.",
    )
    date = forms.DateField(label="Date de la décision")

    VOTES = ("pour", "contre", "abstention", "deport")
    AVANT_LES_VOTES: tuple[str, ...] = ("type",)
    APRES_LES_VOTES: tuple[str, ...] = ("numero", "date")

    def __init__(self, *args: Any, inscription: Inscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inscription, self.dossier = inscription, inscription.dossier
        self.fields["type"].choices = self._decisions()  # type: ignore[attr-defined]
        if len(self._decisions()) == 1:
            self.fields["type"].widget = forms.HiddenInput()
        self.initial = {**self._propositions(), **self.initial}

    def _decisions(self) -> list[tuple[str, str]]:
        possibles = DECISIONS_POSSIBLES[self.dossier.type]
        return [(type_.value, str(type_.label)) for type_ in possibles if SENS[type_] == self.sens]

    def _propositions(self) -> dict[str, Any]:
        """Ce que l'application sait déjà : les voix données depuis les comptes, le numéro et la date."""
        seance = self.inscription.seance
        decisions = self._decisions()
        return {
            **self.inscription.voix()._asdict(),
            "type": decisions[0][0] if decisions else "",
            "numero": proposer_un_numero(self.dossier.caisse, seance.date.year),
            "date": seance.date,
        }

    def avant(self) -> list[forms.BoundField]:
        return [self[nom] for nom in self.AVANT_LES_VOTES]

    def votes(self) -> list[forms.BoundField]:
        return [self[nom] for nom in self.VOTES]

    def apres(self) -> list[forms.BoundField]:
        return [self[nom] for nom in self.APRES_LES_VOTES]

    def decision(self) -> dict[str, Any]:
        """Ce qu'attend `operations.decider`."""
        saisie = dict(self.cleaned_data)
        return {"votes": Votes(*(saisie.pop(nom) for nom in self.VOTES)), **saisie}


class FormulaireDAccord(FormulaireDeDecision):
    sens = SensDecision.FAVORABLE

    duree_annees = forms.IntegerField(label="Durée, en années", min_value=1, required=False)
    debut = forms.DateField(label="Début de l'agrément", required=False)
    fin = forms.DateField(label="Dernier jour de la prorogation", required=False)
    echeance = forms.DateField(label="Dernier jour du sursis", required=False)
    conditions = champ_texte(
        4,
        label="Conditions",
        required=False,
        help_text="Celles que l'instance ajoute. Les réserves de l'avis sont reprises d'elles-mêmes dans la lettre.",
    )

    AVANT_LES_VOTES = ("type", "duree_annees", "debut", "fin", "echeance")
    APRES_LES_VOTES = ("conditions", "numero", "date")

    def _propositions(self) -> dict[str, Any]:
        avis = getattr(self.dossier, "avis", None)
        return {
            **super()._propositions(),
            "duree_annees": avis.duree_proposee if avis else None,
            "debut": self.dossier.debut_souhaite,
        }


class FormulaireDeRefus(FormulaireDeDecision):
    sens = SensDecision.DEFAVORABLE

    criteres = forms.ModelMultipleChoiceField(
        Critere.objects.none(), label="Critères non satisfaits", widget=forms.CheckboxSelectMultiple
    )
    motifs = champ_texte(8, label="Motifs", help_text="La lettre les reprend tels quels.")
    effet_le = forms.DateField(label="Le retrait prend effet le", required=False)

    AVANT_LES_VOTES = ("type", "criteres", "motifs", "effet_le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["criteres"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        champ.queryset = self._criteres()

    def _criteres(self) -> Any:
        """Ceux de la grille du projet ; à défaut, ceux de la grille en vigueur."""
        if self.dossier.projet is not None:
            return Critere.objects.applicables(self.dossier.projet)
        return Critere.objects.filter(grille=Grille.objects.en_vigueur(self.dossier.caisse))


class FormulaireDAjournement(FormulaireDeDecision):
    sens = SensDecision.AJOURNEMENT

    questions = champ_texte(6, label="Questions de l'instance", help_text="Une question par ligne.")
    echeance = forms.DateField(label="Nouvel examen le")

    AVANT_LES_VOTES = ("type", "questions", "echeance")


FORMULAIRES_DE_DECISION: dict[str, type[FormulaireDeDecision]] = {
    "accorder": FormulaireDAccord,
    "refuser": FormulaireDeRefus,
    "ajourner": FormulaireDAjournement,
}
