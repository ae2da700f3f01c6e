"""Les deux feuilles qu'on remplit dans un tableur, et ce que le projet a déjà à y montrer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from centres.models import Action, Indicateur, LigneBudget, Noeud, Objectif, ProjetSocial
from centres.operations import temoin
from centres.tableur.colonnes import Colonne, Sorte, du_champ

CLE, TEMOIN = "cle", "temoin"
CLE_DE_L_INDICATEUR = "indicateur.cle"
AXE, GENERAL, OPERATIONNEL = "axe", "general", "operationnel"


@dataclass(frozen=True, slots=True)
class EnBase:
    """Une ligne telle que le projet la contient : son nœud, et ses valeurs par code de colonne."""

    noeud: Noeud
    valeurs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Feuille:
    """Une feuille du classeur. `partie` : celle du projet qui s'y remplit. `un`, `plusieurs` : le nom de ses lignes.

    `en_base` rend les lignes d'un projet lu par `avec_arbre`, dans l'ordre où elles se lisent.
    """

    code: str
    titre: str
    partie: str
    modele: type[Noeud]
    un: str
    plusieurs: str
    colonnes: tuple[Colonne, ...]
    en_base: Callable[[ProjetSocial], Iterator[EnBase]]

    @property
    def champs(self) -> tuple[str, ...]:
        """Les champs du nœud qui s'y écrivent."""
        lieux = (Sorte.CACHEE, Sorte.LIEU)
        return tuple(c.code for c in self.colonnes if "." not in c.code and c.sorte not in lieux)

    @property
    def remplies(self) -> tuple[Colonne, ...]:
        """Les colonnes que l'on voit et que l'on remplit."""
        return tuple(colonne for colonne in self.colonnes if colonne.sorte is not Sorte.CACHEE)

    def textes(self, ligne: EnBase) -> dict[str, str]:
        """La ligne du projet telle qu'elle se relirait du classeur, sans sa clé ni son témoin."""
        return {
            colonne.code: colonne.texte(colonne.cellule(ligne.valeurs.get(colonne.code)))
            for colonne in self.colonnes
            if colonne.code not in (CLE, TEMOIN)
        }

    def temoin_de(self, textes: Mapping[str, str]) -> str:
        """La marque de la ligne : différente, c'est que l'une de ses cellules a changé."""
        return temoin("\x1f".join(textes[c.code] for c in self.colonnes if c.code not in (CLE, TEMOIN)))


def _actions(projet: ProjetSocial) -> Iterator[EnBase]:
    for axe in projet.axes.all():
        for general in axe.objectifs_generaux():
            yield from _actions_de(general, {AXE: str(axe), GENERAL: str(general)})
            for operationnel in general.operationnels:
                lieu = {AXE: str(axe), GENERAL: str(general), OPERATIONNEL: str(operationnel)}
                yield from _actions_de(operationnel, lieu)


def _actions_de(objectif: Objectif, lieu: dict[str, str]) -> Iterator[EnBase]:
    for action in objectif.actions.all():
        premier = next(iter(action.indicateurs.all()), None)
        mesure = {f"indicateur.{nom}": getattr(premier, nom) for nom in ("cle", *CHAMPS_DE_L_INDICATEUR) if premier}
        yield EnBase(action, {**lieu, **{nom: getattr(action, nom) for nom in _CHAMPS_DE_L_ACTION}, **mesure})


def _lignes_du_budget(projet: ProjetSocial) -> Iterator[EnBase]:
    for ligne in projet.lignes_budget.all():
        yield EnBase(ligne, {nom: getattr(ligne, nom) for nom in _CHAMPS_DU_BUDGET})


_CHAMPS_DE_L_ACTION = (
    *("intitule", "constat", "public", "effectif", "description", "pilote", "partenaires", "lieu", "calendrier"),
    *("moyens_humains", "benevoles", "charges", "place_des_habitants", "resultats_attendus"),
)
CHAMPS_DE_L_INDICATEUR = ("intitule", "nature", "mesure", "unite", "valeur_initiale", "cible", "frequence")
_CHAMPS_DU_BUDGET = ("annee", "sens", "compte", "intitule", "destination", "financeur", "montant")
_CACHEES = (Colonne(CLE, "Clé", Sorte.CACHEE), Colonne(TEMOIN, "Témoin", Sorte.CACHEE))

FEUILLES = {
    feuille.code: feuille
    for feuille in (
        Feuille(
            "actions",
            "Actions",
            "axes",
            Action,
            "action",
            "actions",
            (
                *_CACHEES,
                Colonne(CLE_DE_L_INDICATEUR, "Clé de l'indicateur", Sorte.CACHEE),
                Colonne(AXE, "Axe", Sorte.LIEU),
                Colonne(GENERAL, "Objectif général", Sorte.LIEU),
                Colonne(OPERATIONNEL, "Objectif opérationnel", Sorte.LIEU),
                *(du_champ(Action, nom) for nom in _CHAMPS_DE_L_ACTION),
                *(du_champ(Indicateur, nom, "indicateur") for nom in CHAMPS_DE_L_INDICATEUR),
            ),
            _actions,
        ),
        Feuille(
            "budget",
            "Budget",
            "budget",
            LigneBudget,
            "ligne de budget",
            "lignes de budget",
            (*_CACHEES, *(du_champ(LigneBudget, nom) for nom in _CHAMPS_DU_BUDGET)),
            _lignes_du_budget,
        ),
    )
}
