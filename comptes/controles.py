"""Les règles de cohérence d'un projet social que chaque Caisse règle : sévérité d'origine et texte qui les fonde."""

from dataclasses import dataclass
from types import MappingProxyType

from comptes.choix import Severite
from comptes.textes import CIRCULAIRE_1995, CIRCULAIRE_2012, CIRCULAIRE_2025, PRATIQUE_LOCALE


@dataclass(frozen=True, slots=True)
class Controle:
    """Une règle de cohérence du projet social : sa sévérité d'origine, et le texte qui la fonde.

    `precision` : l'article, et ce qui justifie la sévérité quand elle n'est pas le simple avertissement.
    """

    code: str
    libelle: str
    texte: str
    precision: str
    severite: Severite = Severite.AVERTISSEMENT

    @property
    def parametre(self) -> str:
        """Le code du paramètre qui porte sa sévérité."""
        return f"coherence_{self.code}"


_PERTINENCE = "Critère : axes et objectifs généraux pertinents au regard du diagnostic"
_PLAN_D_ACTION = "Critère : plan d'action cohérent avec les axes et les objectifs"
_FAISABILITE = "Critère : faisabilité, capacité technique, financière et budgétaire"
_EVALUATION = "§11 : le contrat dit comment chaque objectif sera suivi et évalué"

CONTROLES: MappingProxyType[str, Controle] = MappingProxyType(
    {
        controle.code: controle
        for controle in (
            Controle(
                "adoption",
                "Projet non adopté par le centre",
                CIRCULAIRE_1995,
                "§11 : les instances du centre valident le projet avant la Caf ; sans adoption, rien ne se transmet",
                Severite.BLOQUANTE,
            ),
            Controle(
                "sans_axe",
                "Projet sans aucun axe",
                CIRCULAIRE_2012,
                f"{_PERTINENCE} ; un projet sans axe ne s'instruit pas",
                Severite.BLOQUANTE,
            ),
            Controle(
                "sans_intitule",
                "Élément sans intitulé",
                PRATIQUE_LOCALE,
                "Le contrat et la négociation citent ces intitulés, et une version transmise ne se corrige plus",
                Severite.BLOQUANTE,
            ),
            Controle("partie_incomplete", "Partie incomplète", PRATIQUE_LOCALE, "Contenu attendu d'un projet social"),
            Controle("enjeu_sans_axe", "Enjeu auquel aucun axe ne répond", CIRCULAIRE_2012, _PERTINENCE),
            Controle("axe_sans_enjeu", "Axe qui ne répond à aucun enjeu", CIRCULAIRE_2012, _PERTINENCE),
            Controle("axe_sans_objectif", "Axe sans objectif", CIRCULAIRE_2012, _PLAN_D_ACTION),
            Controle("objectif_sans_action", "Objectif sans action", CIRCULAIRE_2012, _PLAN_D_ACTION),
            Controle("action_sans_indicateur", "Action sans indicateur", CIRCULAIRE_1995, _EVALUATION),
            Controle("indicateur_sans_cible", "Indicateur sans cible", CIRCULAIRE_1995, _EVALUATION),
            Controle("axe_jamais_evalue", "Axe jamais évalué", CIRCULAIRE_1995, _EVALUATION),
            Controle("action_sans_financement", "Action sans financement", CIRCULAIRE_2012, _FAISABILITE),
            Controle("mission_non_couverte", "Mission du centre social non couverte", CIRCULAIRE_1995, "§12"),
            Controle("finalite_non_couverte", "Finalité non couverte", CIRCULAIRE_2012, "Les trois finalités"),
            Controle("volet_familles_vide", "Volet familles vide", CIRCULAIRE_2025, "Volet familles"),
            Controle("budget_absent", "Budget absent", CIRCULAIRE_2012, _FAISABILITE),
            Controle("annee_sans_budget", "Année sans budget", CIRCULAIRE_2012, _FAISABILITE),
            Controle(
                "budget_desequilibre",
                "Budget déséquilibré",
                CIRCULAIRE_2012,
                f"{_FAISABILITE} ; au premier dépôt un avertissement : redemandé par la Caf, il doit être équilibré",
            ),
            Controle("doublon", "Élément en double", PRATIQUE_LOCALE, "Lisibilité du projet"),
            Controle(
                "projet_recopie",
                "Renouvellement qui reprend l'ancien projet",
                CIRCULAIRE_1995,
                "§14 : perspectives pluriannuelles nouvelles ; la Caf en juge, l'application avertit",
            ),
        )
    }
)
