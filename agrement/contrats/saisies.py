"""Les écrans qui changent un contrat : chaque type d'avenant n'y ouvre que son bloc."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from agrement.contrats.annexe_des_objectifs import en_texte, lire
from agrement.contrats.blocs import ANNEXE_A, AVENANTS, BLOCS, montants_de
from agrement.contrats.choix import SorteDeFin, StatutContrat, TypeAvenant
from agrement.contrats.documents import contenu as mise_en_valeurs
from agrement.contrats.models import Contrat
from agrement.contrats.operations import decisions_admises
from agrement.contrats.regles import echeances, echeances_de_la_prefiguration
from agrement.dossiers.montants import Produit, est_demande_a_la_caf
from agrement.seances.regles import duree_en_mots
from centres.choix import FamilleObjectif
from centres.models import Gestionnaire, Structure
from partenaires.regles import CLOSES
from socle import dates
from socle.formulaires import Formulaire, choisir_dans_le_navigateur

LONG = forms.Textarea(attrs={"rows": 4})


class FormulaireDAvenant(Formulaire):
    """Ce que tout avenant dit : son objet, sa prise d'effet et, s'il la demande, la décision qui l'autorise.

    `actuel` : les valeurs du contrat que l'avenant change ; `propose` : les mêmes, avec celles du brouillon.
    """

    type: TypeAvenant
    objet = forms.CharField(label="Objet", widget=LONG, help_text="Ce qui change, et pourquoi, en quelques phrases.")
    effet_le = forms.DateField(label="Prend effet le")

    def __init__(
        self, *args: Any, contrat: Contrat, actuel: dict[str, Any], propose: dict[str, Any], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.contrat, self.actuel = contrat, actuel
        if BLOCS[self.type].decision:
            self.fields["decision"] = forms.ModelChoiceField(
                decisions_admises(contrat),
                label="Décision de l'instance",
                empty_label="Pas encore décidée",
                required=False,
                help_text="L'accord notifié qui l'autorise. Le brouillon peut l'attendre ; la signature, non.",
            )
        declares = set(self.fields)
        self.preparer(propose)
        ajoutes = [champ for nom, champ in self.fields.items() if nom not in declares]
        dates.borner(ajoutes)
        for champ in ajoutes:
            choisir_dans_le_navigateur(champ.widget)

    def preparer(self, propose: dict[str, Any]) -> None:
        """Met dans les champs de ce type ce que le contrat, ou le brouillon, dit déjà."""

    def modifications(self) -> dict[str, Any]:
        """{clé du contenu : nouvelle valeur}, en valeurs JSON."""
        raise NotImplementedError

    def champs(self) -> dict[str, Any]:
        """Ce que l'opération reçoit en plus des modifications."""
        dits = self.cleaned_data
        return {"objet": dits["objet"], "effet_le": dits["effet_le"], "decision": dits.get("decision")}


class AvenantDeDuree(FormulaireDAvenant):
    type = TypeAvenant.DUREE
    fin = forms.DateField(label="Nouvelle fin", help_text="Le nouveau dernier jour du contrat.")

    def preparer(self, propose: dict[str, Any]) -> None:
        self.fields["fin"].initial = propose["periode"]["fin"]

    def modifications(self) -> dict[str, Any]:
        debut, fin = self.contrat.debut, self.cleaned_data["fin"]
        return {
            "periode": {"debut": debut.isoformat(), "fin": fin.isoformat(), "duree": duree_en_mots(debut, fin)},
            "echeances": [{"libelle": libelle, "date": date.isoformat()} for libelle, date in self._echeances(fin)],
        }

    def _echeances(self, fin: dt.date) -> Iterable[tuple[str, dt.date]]:
        parametre, au = self.contrat.caisse.entier, self.contrat.decidee_le
        depot = parametre("delai_depot_mois", au)
        if not self.actuel.get("projet"):
            return echeances_de_la_prefiguration(self.contrat.debut, fin, depot_mois=depot)
        passage = parametre("delai_passage_mois", au)
        return echeances(self.contrat.debut, fin, depot_mois=depot, passage_mois=passage)


class AvenantDObjectifs(FormulaireDAvenant):
    type = TypeAvenant.OBJECTIFS

    def preparer(self, propose: dict[str, Any]) -> None:
        dites = {famille["code"]: famille["objectifs"] for famille in propose.get("objectifs", ())}
        for famille in FamilleObjectif:
            self.fields[f"famille_{famille.value}"] = forms.CharField(
                label=famille.label,
                required=False,
                widget=LONG,
                initial="\n".join(_lignes_d_objectifs(dites.get(famille.value, ()))),
                help_text="Un objectif par ligne ; un objectif opérationnel commence par un tiret.",
            )
        self.fields["annexe"] = forms.CharField(
            label="Actions et indicateurs (annexe A)",
            required=False,
            widget=forms.Textarea(attrs={"rows": 12}),
            initial=en_texte(propose.get(ANNEXE_A, ())),
            help_text="Une ligne par action ou par indicateur, après le numéro de l'objectif : « 1.1 action : Café du "
            "mercredi », « 1.1 indicateur : Habitants rencontrés ; départ : 120 ; cible : 200 ; unité : personnes ; "
            "fréquence : chaque année ». Un objectif sans indicateur le reçoit au premier comité de suivi.",
        )

    def clean(self) -> dict[str, Any]:
        dits: dict[str, Any] = super().clean() or self.cleaned_data
        self.annexe, fautes = lire(dits.get("annexe", ""), self._familles(), self.actuel.get(ANNEXE_A, ()))
        for faute in fautes:
            self.add_error("annexe", faute)
        return dits

    def modifications(self) -> dict[str, Any]:
        return {"objectifs": self._familles(), ANNEXE_A: self.annexe}

    def _familles(self) -> list[dict[str, Any]]:
        familles = [
            {
                "famille": famille.label,
                "code": famille.value,
                "objectifs": _objectifs(self.cleaned_data.get(f"famille_{famille.value}", "")),
            }
            for famille in FamilleObjectif
        ]
        return [f for f in familles if f["objectifs"] or f["code"] != FamilleObjectif.PARTENAIRE]


def _lignes_d_objectifs(objectifs: Iterable[dict[str, Any]]) -> Iterable[str]:
    for objectif in objectifs:
        yield f"{objectif['numero']} {objectif['intitule']}"
        yield from (
            f"- {operationnel['numero']} {operationnel['intitule']}" for operationnel in objectif["operationnels"]
        )


def _objectifs(texte: str) -> list[dict[str, Any]]:
    """Les lignes écrites, en objectifs ; un opérationnel sans général au-dessus de lui devient général."""
    objectifs: list[dict[str, Any]] = []
    for ligne in filter(None, map(str.strip, texte.splitlines())):
        numero, _, intitule = ligne.lstrip("- ").partition(" ")
        if not numero[:1].isdigit():
            numero, intitule = "", ligne.lstrip("- ")
        if ligne.startswith("-") and objectifs:
            objectifs[-1]["operationnels"].append({"numero": numero, "intitule": intitule})
        else:
            objectifs.append({"numero": numero, "intitule": intitule, "operationnels": []})
    return objectifs


class AvenantDeGestionnaire(FormulaireDAvenant):
    type = TypeAvenant.GESTIONNAIRE
    nouveau_gestionnaire = forms.ModelChoiceField(
        Gestionnaire.objects.none(),
        label="Nouveau gestionnaire",
        empty_label="Choisissez",
        help_text="L'ancien et le nouveau signent tous deux ; la fin du contrat ne change pas.",
    )

    def preparer(self, propose: dict[str, Any]) -> None:
        autres = Gestionnaire.objects.filter(caisse=self.contrat.caisse_id).exclude(pk=self.contrat.gestionnaire_id)
        self.fields["nouveau_gestionnaire"].queryset = autres  # type: ignore[attr-defined]

    def modifications(self) -> dict[str, Any]:
        return {"gestionnaire": mise_en_valeurs.en_gestionnaire(self.cleaned_data["nouveau_gestionnaire"])}

    def champs(self) -> dict[str, Any]:
        return {**super().champs(), "nouveau_gestionnaire": self.cleaned_data["nouveau_gestionnaire"]}


POSTES = (("direction", "Direction"), ("referent_familles", "Référence familles"))


class AvenantDEquipe(FormulaireDAvenant):
    type = TypeAvenant.EQUIPE

    def preparer(self, propose: dict[str, Any]) -> None:
        for cle, libelle in POSTES:
            poste = propose.get(cle) or {}
            textes = (("nom", "nom et prénom"), ("diplome", "diplôme"))
            for nom, dit in textes:
                self.fields[f"{cle}_{nom}"] = forms.CharField(
                    label=f"{libelle} : {dit}", required=False, max_length=200, initial=poste.get(nom, "")
                )
            self.fields[f"{cle}_etp"] = forms.DecimalField(
                label=f"{libelle} : temps de travail (ETP)", required=False, min_value=0, max_value=10,
                decimal_places=2, initial=poste.get("etp"),
            )  # fmt: skip
            self.fields[f"{cle}_debut"] = forms.DateField(
                label=f"{libelle} : en poste depuis le", required=False, initial=poste.get("debut")
            )

    def modifications(self) -> dict[str, Any]:
        return {cle: self._poste(cle) for cle, _ in POSTES}

    def _poste(self, cle: str) -> dict[str, Any] | None:
        dits = {nom: self.cleaned_data[f"{cle}_{nom}"] for nom in ("nom", "diplome", "etp", "debut")}
        if not dits["nom"]:
            return None
        ancien = self.actuel.get(cle) or {}
        return {
            "nom": dits["nom"],
            "diplome": dits["diplome"],
            "niveau": ancien.get("niveau") if dits["diplome"] == ancien.get("diplome") else None,
            "etp": str(dits["etp"]) if dits["etp"] is not None else "",
            "debut": dits["debut"].isoformat() if dits["debut"] else None,
        }


class AvenantDeFinancement(FormulaireDAvenant):
    type = TypeAvenant.FINANCEMENT
    au_bareme = forms.BooleanField(
        label="Mettre les taux et les plafonds au barème de l'année d'effet",
        required=False,
        help_text="Ceux que la Caf a enregistrés pour l'année où l'avenant prend effet.",
    )

    def preparer(self, propose: dict[str, Any]) -> None:
        demandes = montants_de(propose)
        for annee in propose.get("budget") or self._annees_sans_budget():
            self.fields[f"annee_{annee['annee']}"] = forms.DecimalField(
                label=f"Attendu de la Caf en {annee['annee']} (euros)", min_value=0, max_digits=11, decimal_places=2,
                initial=demandes.get(annee["annee"], Decimal(0)),
            )  # fmt: skip

    def modifications(self) -> dict[str, Any]:
        budget = [self._annee(annee) for annee in self.actuel.get("budget") or self._annees_sans_budget()]
        dites: dict[str, Any] = {"budget": [annee for annee in budget if annee["lignes"]]}
        if self.cleaned_data["au_bareme"]:
            annee = self.cleaned_data["effet_le"].year
            dites["prestations"] = mise_en_valeurs.prestations_au_bareme(
                self.contrat.caisse, self.actuel.get("prestations", ()), annee
            )
        return dites

    def _annees_sans_budget(self) -> list[dict[str, Any]]:
        """Les années d'un contrat qui n'a pas de budget, tel un contrat repris : l'avenant dit la part de la Caf."""
        return [
            {"annee": annee, "charges": "0.00", "produits": "0.00", "lignes": []}
            for annee in range(self.contrat.debut.year, self.contrat.terme.year + 1)
        ]

    def _annee(self, annee: dict[str, Any]) -> dict[str, Any]:
        """Les lignes attendues de la Caf deviennent une seule, de ce montant ; les autres ne changent pas."""
        montant = self.cleaned_data[f"annee_{annee['annee']}"]
        if montant == montants_de({"budget": [annee]}).get(annee["annee"], Decimal(0)):
            return annee
        de_la_caf = [ligne for ligne in annee["lignes"] if _est_de_la_caf(ligne)]
        autres = [ligne for ligne in annee["lignes"] if not _est_de_la_caf(ligne)]
        ligne = {"compte": de_la_caf[0]["compte"] if de_la_caf else "74", "intitule": "Participation de la Caf",
                 "montant": f"{montant:.2f}", "charge": False, "precision": "Caf"}  # fmt: skip
        produits = sum((Decimal(autre["montant"]) for autre in autres if not autre["charge"]), montant)
        return {**annee, "produits": f"{produits:.2f}", "lignes": [*autres, ligne]}


def _est_de_la_caf(ligne: dict[str, Any]) -> bool:
    produit = Produit(0, Decimal(ligne["montant"]), ligne["precision"], ligne["intitule"])
    return not ligne["charge"] and est_demande_a_la_caf(produit)


class AvenantDeTerritoire(FormulaireDAvenant):
    type = TypeAvenant.TERRITOIRE
    adresse = forms.CharField(label="Adresse", max_length=300, required=False)
    zone_de_vie_sociale = forms.CharField(label="Zone de vie sociale", max_length=200, required=False)
    communes = forms.CharField(label="Communes d'intervention", widget=LONG, required=False, help_text="Une par ligne.")
    antennes = forms.CharField(label="Antennes", widget=LONG, required=False, help_text="Une par ligne.")
    horaires = forms.CharField(label="Jours et heures d'ouverture", widget=LONG, required=False)

    def preparer(self, propose: dict[str, Any]) -> None:
        dite = propose["structure"]
        for nom in ("adresse", "zone_de_vie_sociale", "horaires"):
            self.fields[nom].initial = dite.get(nom, "")
        for nom in ("communes", "antennes"):
            self.fields[nom].initial = "\n".join(dite.get(nom, ()))

    def modifications(self) -> dict[str, Any]:
        dits, ancienne = self.cleaned_data, self.actuel["structure"]
        textes = {nom: dits[nom].strip() for nom in ("adresse", "zone_de_vie_sociale", "horaires")}
        listes = {
            nom: [ligne.strip() for ligne in dits[nom].splitlines() if ligne.strip()]
            for nom in ("communes", "antennes")
        }
        changees = {nom: valeur for nom, valeur in {**textes, **listes}.items() if valeur or nom in ancienne}
        return {"structure": {**ancienne, **changees}}


class AvenantDePartenaires(FormulaireDAvenant):
    type = TypeAvenant.PARTENAIRES

    def preparer(self, propose: dict[str, Any]) -> None:
        siennes = self.contrat.structure.conventions.exclude(statut__in=CLOSES).order_by("debut", "pk")
        self.fields["conventions"] = forms.ModelMultipleChoiceField(
            siennes,
            label="Conventions qui accompagnent le contrat",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=list(self.contrat.conventions.values_list("pk", flat=True)),
        )

    def modifications(self) -> dict[str, Any]:
        return {"conventions": [mise_en_valeurs.en_convention(c) for c in self.cleaned_data["conventions"]]}

    def champs(self) -> dict[str, Any]:
        return {**super().champs(), "conventions": list(self.cleaned_data["conventions"])}


class AvenantLibre(FormulaireDAvenant):
    type = TypeAvenant.TEXTE_LIBRE
    texte = forms.CharField(label="Stipulation", widget=forms.Textarea(attrs={"rows": 8}), max_length=5000)

    def preparer(self, propose: dict[str, Any]) -> None:
        self.fields["texte"].initial = "\n".join(propose.get("du_brouillon", {}).values())

    def modifications(self) -> dict[str, Any]:
        return {AVENANTS: {"": self.cleaned_data["texte"].strip()}}


FORMULAIRES: dict[str, type[FormulaireDAvenant]] = {
    formulaire.type: formulaire
    for formulaire in (
        AvenantDeDuree, AvenantDObjectifs, AvenantDeGestionnaire, AvenantDEquipe, AvenantDeFinancement,
        AvenantDeTerritoire, AvenantDePartenaires, AvenantLibre,
    )
}  # fmt: skip


class FormulaireDeFin(Formulaire):
    """Une résiliation, ou une fusion."""

    sorte = forms.ChoiceField(label="Ce qui arrête le contrat", choices=SorteDeFin.choices)
    notifiee_le = forms.DateField(label="Date de la lettre, de l'accord ou de la délibération")
    effet_le = forms.DateField(label="Premier jour sans contrat")
    absorbante = forms.ModelChoiceField(
        Structure.objects.none(),
        label="Structure qui continue",
        required=False,
        empty_label="Aucune : ce n'est pas une fusion",
        help_text="Pour une fusion seulement : celle dont le contrat reste en vigueur.",
    )
    motif = forms.CharField(label="Motif", widget=LONG, max_length=5000)
    piece = forms.FileField(label="Lettre ou accord", required=False)

    def __init__(self, *args: Any, contrat: Contrat, preavis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autres = Structure.objects.filter(caisse=contrat.caisse_id).exclude(pk=contrat.structure_id)
        qui_courent = autres.exclude(contrats=None).filter(contrats__statut=StatutContrat.EN_VIGUEUR)
        self.fields["absorbante"].queryset = qui_courent.distinct()  # type: ignore[attr-defined]
        self.fields[
            "effet_le"
        ].help_text = (
            f"Résilié par le gestionnaire : au plus tôt {preavis} après sa lettre. Le contrat vaut jusqu'à la veille."
        )


class FormulaireDeDate(Formulaire):
    """Le jour où le contrat se lit."""

    au = forms.DateField(label="Version en vigueur au")
