"""Inscrire un dossier, répondre à l'instance, donner un avis, déclarer un déport."""

from typing import Any

from django import forms

from agrement.dossiers.models import Dossier
from agrement.seances.choix import SensAvisDInstance
from agrement.seances.forms.champs import champ_texte
from agrement.seances.models import Deport, Inscription, Mandat, Seance
from comptes.models import Utilisateur
from socle.formulaires import Formulaire


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
