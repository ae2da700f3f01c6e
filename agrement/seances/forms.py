"""Les écrans des séances. Un formulaire lit la saisie ; l'opération décide si elle est admise."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from agrement.dossiers.models import Dossier
from agrement.seances.choix import (
    College,
    ModeNotification,
    SensAvisDInstance,
    SensDecision,
    TypeRecours,
)
from agrement.seances.models import Deport, Inscription, Instance, Mandat, Seance
from agrement.seances.operations import proposer_un_numero
from agrement.seances.regles import DECISIONS_POSSIBLES, SENS, Votes
from comptes.models import Utilisateur
from evaluation.models import Critere, Grille
from socle.formulaires import Formulaire, FormulaireDeModele


def champ_texte(rangs: int, **options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rangs}), **options)


# --- Séances ------------------------------------------------------------------------------------


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


# --- Ordre du jour ------------------------------------------------------------------------------


class FormulaireDInscription(Formulaire):
    seance = forms.ModelChoiceField(
        Seance.objects.none(),
        label="Séance",
        empty_label="Choisir une séance",
        help_text="Les séances ouvertes aux inscriptions.",
    )
    rapporteur = forms.CharField(label="Rapporteur", max_length=120, required=False)

    def __init__(self, *args: Any, utilisateur: Utilisateur, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["seance"]
        assert isinstance(champ, forms.ModelChoiceField)
        ouvertes = Seance.objects.visibles_par(utilisateur).ouvertes_aux_inscriptions()
        champ.queryset = ouvertes.select_related("instance").order_by("date")
        self.initial.setdefault("rapporteur", str(dossier.conseiller or ""))


class FormulaireDeReinscription(FormulaireDInscription):
    reponse = champ_texte(6, label="Réponse aux questions de l'instance")

    field_order = ("reponse", "seance", "rapporteur")


class FormulaireDeReponse(Formulaire):
    reponse = champ_texte(8, label="Réponse aux questions de l'instance")


class FormulaireDeMotif(Formulaire):
    motif = champ_texte(4, label="Motif")


class FormulaireDAvis(Formulaire):
    avis = forms.ChoiceField(label="Avis", choices=SensAvisDInstance.choices, widget=forms.RadioSelect)
    observations = champ_texte(
        5,
        label="Observations",
        required=False,
        help_text="Obligatoires si l'avis est réservé ou défavorable. Le centre ne les voit pas.",
    )


class FormulaireDeDeport(Formulaire):
    """Le secrétariat choisit le membre ; un membre ne déclare que pour lui."""

    mandat = forms.ModelChoiceField(Mandat.objects.none(), label="Membre", empty_label="Choisir un membre")
    motif = forms.CharField(
        label="Motif", max_length=200, help_text="Par exemple : « administratrice de l'association »."
    )

    def __init__(self, *args: Any, inscription: Inscription, pour: Mandat | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["mandat"]
        assert isinstance(champ, forms.ModelChoiceField)
        deja = Deport.objects.filter(inscription=inscription).values("mandat")
        champ.queryset = inscription.seance.mandats().exclude(pk__in=deja)
        if pour is not None:
            champ.queryset = champ.queryset.filter(pk=pour.pk)
            champ.empty_label = None
            champ.initial = pour.pk


# --- Décisions ----------------------------------------------------------------------------------


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


# --- Suites -------------------------------------------------------------------------------------


class FormulaireDeNotification(Formulaire):
    mode = forms.ChoiceField(label="Mode d'envoi", choices=ModeNotification.choices, widget=forms.RadioSelect)
    envoyee_le = forms.DateField(label="Envoyée le", initial=timezone.localdate)
    recue_le = forms.DateField(
        label="Reçue le",
        required=False,
        help_text="Si elle est déjà connue : remise en main propre, par exemple. Le délai de recours en part.",
    )


class FormulaireDeReception(Formulaire):
    recue_le = forms.DateField(
        label="Reçue le", help_text="La date de l'accusé de réception. Le délai de recours en part."
    )


class FormulaireDeRecours(Formulaire):
    type = forms.ChoiceField(label="Recours", choices=TypeRecours.choices, widget=forms.RadioSelect)
    date = forms.DateField(label="Formé le", help_text="La date d'envoi ou de dépôt du recours.")


class FormulaireDeReponseAuRecours(Formulaire):
    reponse = champ_texte(8, label="Réponse au recours")
    date = forms.DateField(label="Date de la réponse", initial=timezone.localdate)
