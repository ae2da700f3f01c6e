"""Les paramètres que chaque Caisse règle, datés et sourcés : la valeur d'une règle n'est jamais dans le code."""

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ParametreConnu:
    """Un paramètre que l'application sait lire : son unité, ses bornes, sa valeur d'origine et sa source.

    `nature` : « entier », « pourcentage », « date » ou « choix ». Bornes incluses.
    """

    code: str
    libelle: str
    nature: str
    defaut: str
    texte: str
    source: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choix: tuple[tuple[str, str], ...] = ()


def _entier(code: str, libelle: str, defaut: int, bornes: tuple[int, int], texte: str, source: str) -> ParametreConnu:
    return ParametreConnu(
        code, libelle, "entier", str(defaut), texte, source, Decimal(bornes[0]), Decimal(bornes[1])
    )


CIRCULAIRE_1995 = "circulaire-cnaf-56-1995"
CIRCULAIRE_2012 = "circulaire-cnaf-2012-013"
CIRCULAIRE_2025 = "circulaire-cnaf-2025-12-18"
PRATIQUE_LOCALE = "pratique-locale"

PARAMETRES: MappingProxyType[str, ParametreConnu] = MappingProxyType(
    {
        parametre.code: parametre
        for parametre in (
            _entier("duree_max_annees", "Durée maximale d'un agrément, en années", 3, (1, 4), CIRCULAIRE_1995, "§11"),
            _entier("delai_depot_mois", "Dépôt du renouvellement avant l'échéance, en mois", 6, (0, 24),
                    PRATIQUE_LOCALE, "Rétroplanning"),
            _entier("delai_passage_mois", "Passage en instance avant l'échéance, en mois", 3, (0, 24),
                    PRATIQUE_LOCALE, "Rétroplanning"),
            _entier("delai_recours_mois", "Délai de recours après la notification, en mois", 2, (1, 12),
                    PRATIQUE_LOCALE, "Délai de droit commun du recours"),
            _entier("delai_complements_jours", "Délai de réponse à une demande de compléments, en jours", 30, (1, 180),
                    PRATIQUE_LOCALE, "Usage"),
            _entier("duree_max_sursis_mois", "Durée maximale d'un sursis, en mois", 12, (1, 24), PRATIQUE_LOCALE, "Usage"),
            _entier("duree_max_prorogation_mois", "Durée maximale d'une prorogation, en mois", 12, (1, 24),
                    PRATIQUE_LOCALE, "Usage"),
            _entier("duree_max_prefiguration_mois", "Durée maximale d'une préfiguration, en mois", 24, (6, 48),
                    PRATIQUE_LOCALE, "Usage"),
            ParametreConnu("quorum_pourcentage", "Quorum, en pourcentage des membres en exercice (à dépasser)",
                           "pourcentage", "50", PRATIQUE_LOCALE, "Usage des instances", Decimal(0), Decimal(100)),
            ParametreConnu("volet_familles_obligatoire_le", "Volet familles obligatoire pour un agrément à partir du",
                           "date", "2027-01-01", CIRCULAIRE_2025, "Volet familles"),
            ParametreConnu("mode_regime_general", "Règle du régime général", "choix", "moitie_sous_60", CIRCULAIRE_1995,
                           "Prestation de service",
                           choix=(("aucun", "Aucune"), ("moitie_sous_60", "Moitié au-dessous de 60 %"),
                                  ("proportionnel", "Proportionnelle"))),
            _entier("conservation_annees", "Conservation des dossiers clos, en années", 10, (1, 50), PRATIQUE_LOCALE,
                    "À confirmer avec les Archives départementales"),
            _entier("niveau_minimal_direction", "Niveau de diplôme attendu de la direction", 6, (3, 8), CIRCULAIRE_2012,
                    "Qualification"),
        )
    }
)
