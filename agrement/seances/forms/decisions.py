"""Rendre une décision : ce que chaque sorte demande, et ce que l'application en sait déjà."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from django import forms

from agrement.seances.choix import SensDecision, TypeDecision
from agrement.seances.forms.champs import champ_texte
from agrement.seances.models import Inscription, proposer_des_deports
from agrement.seances.operations import proposer_un_numero
from agrement.seances.regles import DECISIONS_POSSIBLES, SENS, Votes
from evaluation.models import Critere, Grille
from socle.formulaires import Formulaire

VOTES = ("pour", "contre", "abstention", "deport")

# Ce que chaque sorte demande, dans l'ordre de l'écran ; « conditions » n'est obligatoire que pour un sursis.
CHAMPS: MappingProxyType[TypeDecision, tuple[str, ...]] = MappingProxyType(
    {
        TypeDecision.ATTRIBUTION: ("duree_annees", "debut", "conditions"),
        TypeDecision.RENOUVELLEMENT: ("duree_annees", "debut", "conditions"),
        TypeDecision.PROROGATION: ("debut", "fin", "conditions"),
        TypeDecision.MAINTIEN: ("conditions",),
        TypeDecision.SURSIS: ("echeance", "conditions"),
        TypeDecision.REFUS: ("criteres", "motifs"),
        TypeDecision.NON_RENOUVELLEMENT: ("criteres", "motifs"),
        TypeDecision.RETRAIT: ("criteres", "motifs", "effet_le"),
        TypeDecision.AJOURNEMENT: ("questions", "echeance"),
    }
)


class FormulaireDeDecision(Formulaire):
    """Les champs de toutes les sortes d'un même sens ; seuls comptent ceux de la sorte choisie.

    `type` : la sorte choisie avant toute saisie ; à défaut, la première que la demande peut recevoir.
    """

    type = forms.ChoiceField(label="Décision", widget=forms.HiddenInput)
    duree_annees = forms.IntegerField(label="Durée, en années", min_value=1)
    debut = forms.DateField(label="Début de l'agrément")
    fin = forms.DateField(label="Dernier jour de la prorogation")
    criteres = forms.ModelMultipleChoiceField(
        Critere.objects.none(), label="Critères non satisfaits", widget=forms.CheckboxSelectMultiple
    )
    motifs = champ_texte(8, label="Motifs", help_text="La lettre les reprend tels quels.")
    questions = champ_texte(6, label="Questions de l'instance", help_text="Une question par ligne.")
    echeance = forms.DateField(label="Dernier jour du sursis")
    effet_le = forms.DateField(label="Le retrait prend effet le")
    conditions = champ_texte(
        4,
        label="Conditions",
        help_text="Celles que l'instance ajoute. Les réserves de l'avis sont reprises d'elles-mêmes dans la lettre.",
    )
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

    def __init__(self, *args: Any, inscription: Inscription, sens: SensDecision, type: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inscription, self.dossier = inscription, inscription.dossier
        self.sortes = [sorte for sorte in DECISIONS_POSSIBLES[self.dossier.type] if SENS[sorte] == sens]
        self.sorte = self._choisie(self.data.get("type") or type)
        self._garder_les_champs()
        self.initial = {**self._propositions(), **self.initial}

    def _choisie(self, voulue: str) -> TypeDecision:
        """La sorte voulue si la demande peut la recevoir, sinon la première."""
        return next((sorte for sorte in self.sortes if sorte == voulue), self.sortes[0])

    def _garder_les_champs(self) -> None:
        """Ôte les champs qu'aucune de ces sortes ne demande ; ne lit et n'exige que ceux de la sorte choisie."""
        possibles = {nom for sorte in self.sortes for nom in CHAMPS[sorte]}
        for nom in {nom for champs in CHAMPS.values() for nom in champs}:
            if nom not in possibles:
                del self.fields[nom]
            elif nom not in CHAMPS[self.sorte]:
                self.fields[nom].required, self.fields[nom].disabled = False, True
        self.fields["type"].choices = [(sorte.value, sorte.label) for sorte in self.sortes]  # type: ignore[attr-defined]
        if "conditions" in possibles:
            self.fields["conditions"].required = self.sorte == TypeDecision.SURSIS
        if "criteres" in possibles:
            self.fields["criteres"].queryset = self._criteres()  # type: ignore[attr-defined]
        if TypeDecision.AJOURNEMENT in self.sortes:
            self.fields["echeance"].label = "Nouvel examen le"

    def _criteres(self) -> Any:
        """Ceux de la grille du projet ; à défaut, ceux de la grille en vigueur."""
        if self.dossier.projet is not None:
            return Critere.objects.applicables(self.dossier.projet)
        return Critere.objects.filter(grille=Grille.objects.en_vigueur(self.dossier.caisse))

    def _propositions(self) -> dict[str, Any]:
        """Ce que l'application sait déjà : les voix données depuis les comptes, l'avis, le numéro, les dates."""
        seance, avis = self.inscription.seance, getattr(self.dossier, "avis", None)
        return {
            **self._voix()._asdict(),
            "type": self.sorte,
            "duree_annees": avis.duree_proposee if avis else None,
            "debut": self.dossier.debut_souhaite,
            "criteres": [critere.pk for critere in avis.criteres.all()] if avis and "criteres" in self.fields else [],
            "echeance": self._nouvel_examen() if TypeDecision.AJOURNEMENT in self.sortes else None,
            "numero": proposer_un_numero(self.dossier.caisse, seance.date.year),
            "date": seance.date,
        }

    @property
    def compte_les_voix(self) -> bool:
        return SENS[self.sorte] == SensDecision.FAVORABLE

    def _voix(self) -> Votes:
        """Les voix des comptes se donnent pour ou contre l'accord ; toute autre décision n'en sait que les déports."""
        donnees = self.inscription.voix()
        return donnees if self.compte_les_voix else Votes(0, 0, 0, donnees.deport)

    def _nouvel_examen(self) -> Any:
        """Le jour de la prochaine séance qui peut recevoir le point."""
        suivante = self.inscription.seance.suivante()
        return suivante.date if suivante is not None else None

    def propres(self) -> Iterator[dict[str, Any]]:
        """Les champs propres aux sortes, pour l'écran : {champ, sortes, montre}."""
        noms = dict.fromkeys(nom for sorte in self.sortes for nom in CHAMPS[sorte])
        for nom in sorted(noms, key=list(self.fields).index):
            sortes = [sorte for sorte in self.sortes if nom in CHAMPS[sorte]]
            yield {"champ": self[nom], "sortes": " ".join(sortes), "montre": self.sorte in sortes}

    def votes(self) -> list[forms.BoundField]:
        return [self[nom] for nom in VOTES]

    def apres(self) -> list[forms.BoundField]:
        return [self["numero"], self["date"]]

    def decision(self) -> dict[str, Any]:
        """Ce qu'attend `operations.decider` : rien de ce que la sorte choisie ne demande pas."""
        saisie = self.cleaned_data
        demandes = CHAMPS[TypeDecision(saisie["type"])]
        return {
            "type": saisie["type"],
            "votes": Votes(*(saisie[nom] for nom in VOTES)),
            **{nom: saisie[nom] for nom in (*demandes, "numero", "date")},
        }


class FormulaireDeBloc(Formulaire):
    """Les points qui se votent ensemble, et leurs votes. Un point où un membre se déporte se décide à part."""

    points = forms.ModelMultipleChoiceField(
        Inscription.objects.none(),
        label="Points",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un point."},
    )
    pour = forms.IntegerField(label="Pour", min_value=0)
    contre = forms.IntegerField(label="Contre", min_value=0)
    abstention = forms.IntegerField(label="Abstentions", min_value=0)
    date = forms.DateField(label="Date des décisions")

    def __init__(self, *args: Any, points: list[Inscription], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.en_attente = points
        champ = self.fields["points"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        champ.queryset = Inscription.objects.filter(pk__in=[point.pk for point in points])

    def lignes(self) -> Iterator[dict[str, Any]]:
        """Chaque point avec son accord proposé, ou ce qui le fait décider à part : {point, accord, raisons, coche}."""
        envoyes = {str(valeur) for valeur in self["points"].value() or ()}
        proposes = proposer_des_deports(self.en_attente)
        for point in self.en_attente:
            raisons = list(point.raisons_de_decider_a_part(proposes[point.pk]))
            coche = str(point.pk) in envoyes if self.is_bound else not raisons
            yield {
                "point": point,
                "raisons": raisons,
                "accord": None if raisons else point.accord_propose(),
                "coche": coche and not raisons,
            }

    def votes(self) -> list[forms.BoundField]:
        return [self[nom] for nom in VOTES[:3]]

    def bloc(self) -> dict[str, Any]:
        """Ce qu'attend `operations.decider_en_bloc`."""
        choisis = set(self.cleaned_data["points"])
        pour, contre, abstention = (self.cleaned_data[nom] for nom in VOTES[:3])
        return {
            "points": [point for point in self.en_attente if point in choisis],
            "votes": Votes(pour, contre, abstention, deport=0),
            "date": self.cleaned_data["date"],
        }
