"""Les paramètres que chaque Caisse règle, datés et sourcés : la valeur d'une règle n'est jamais dans le code."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from comptes.choix import SensDuSilence

SUPPLEANCE = "suppleance_de_l_administration"
VISA = "visa_de_la_presidence"


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

    @property
    def bornes(self) -> str:
        """Ce qu'on peut y écrire, en clair : « de 1 à 4 »."""
        if self.nature == "choix":
            return ", ".join(f"{code} ({libelle.lower()})" for code, libelle in self.choix)
        return "date AAAA-MM-JJ" if self.nature == "date" else f"de {self.minimum} à {self.maximum}"


def _entier(code: str, libelle: str, defaut: int, bornes: tuple[int, int], texte: str, source: str) -> ParametreConnu:
    return ParametreConnu(code, libelle, "entier", str(defaut), texte, source, Decimal(bornes[0]), Decimal(bornes[1]))


@dataclass(frozen=True, slots=True)
class TexteConnu:
    """Un texte du domaine. `date` vide : le jour n'en est pas connu ; `date_effet` : celui où il s'applique."""

    code: str
    titre: str
    date: dt.date | None
    resume: str
    date_effet: dt.date | None = None


CIRCULAIRE_1995 = "circulaire-cnaf-56-1995"
CIRCULAIRE_2012 = "circulaire-cnaf-2012-013"
CIRCULAIRE_2025 = "circulaire-cnaf-2025-12-18"
CRPA = "code-des-relations-public-administration"
PRATIQUE_LOCALE = "pratique-locale"

TEXTES: tuple[TexteConnu, ...] = (
    TexteConnu(
        "circulaire-cnaf-59-1984",
        "Circulaire Cnaf n° 59-84",
        dt.date(1984, 12, 31),
        "Les quatre missions des centres sociaux, que la circulaire de 1995 reprend.",
    ),
    TexteConnu(
        CIRCULAIRE_1995,
        "Circulaire Cnaf n° 56 du 31 octobre 1995",
        dt.date(1995, 10, 31),
        "Le texte fondateur : contrat d'un à trois ans, décision du conseil d'administration de la Caf, "
        "missions, recevabilité, règle des 60 % du régime général.",
        dt.date(1995, 10, 31),
    ),
    TexteConnu(
        "lettre-circulaire-cnaf-195-1998",
        "Lettre-circulaire Cnaf n° 195",
        dt.date(1998, 7, 27),
        "Calcul de la prestation de service « animation globale et coordination » et charges de pilotage.",
    ),
    TexteConnu(
        "circulaire-cnaf-198-1998",
        "Circulaire Cnaf n° 198",
        dt.date(1998, 7, 27),
        "Création de la prestation de service « animation collective familles ».",
    ),
    TexteConnu(
        "guide-comptable-1999",
        "Guide comptable des centres sociaux (1999)",
        None,
        "La comptabilité par destination : pilotage, logistique, activités.",
    ),
    TexteConnu(
        "lettre-circulaire-cnaf-2002-01-31",
        "Lettre-circulaire Cnaf du 31 janvier 2002",
        dt.date(2002, 1, 31),
        "La prestation de service « animation locale », celle des espaces de vie sociale.",
    ),
    TexteConnu(
        CIRCULAIRE_2012,
        "Circulaire Cnaf n° 2012-013 du 20 juin 2012",
        dt.date(2012, 6, 20),
        "La doctrine de l'animation de la vie sociale et les critères d'agrément.",
        dt.date(2012, 6, 20),
    ),
    TexteConnu(
        "circulaire-cnaf-schemas-2015",
        "Circulaire Cnaf sur les schémas directeurs (2015)",
        None,
        "Un schéma directeur de l'animation de la vie sociale par Caf, avant la fin de 2016.",
    ),
    TexteConnu(
        "circulaire-cnaf-2016-005",
        "Circulaire Cnaf n° 2016-005",
        None,
        "Participation des habitants, qualification et temps de travail de la direction.",
    ),
    TexteConnu(
        "cog-2023-2027",
        "Convention d'objectifs et de gestion État-Cnaf 2023-2027",
        dt.date(2023, 7, 10),
        "Taux des prestations de service : 42,4 % et 63,6 %.",
    ),
    TexteConnu(
        CIRCULAIRE_2025,
        "Circulaire Cnaf du 18 décembre 2025",
        dt.date(2025, 12, 18),
        "Volet familles dans tout projet social à partir de 2027, procédure unique d'agrément, fusion des "
        "prestations de service entre 2027 et 2030.",
        dt.date(2025, 12, 18),
    ),
    TexteConnu(
        CRPA,
        "Code des relations entre le public et l'administration",
        dt.date(2015, 10, 23),
        "L'accusé de réception d'une demande et ses mentions, les pièces manquantes, ce que vaut le silence.",
        dt.date(2016, 1, 1),
    ),
    TexteConnu(
        PRATIQUE_LOCALE,
        "Usage de la Caisse",
        None,
        "Règle locale, sans texte national : la précision du paramètre dit sur quoi elle se fonde.",
    ),
)

PARAMETRES: MappingProxyType[str, ParametreConnu] = MappingProxyType(
    {
        parametre.code: parametre
        for parametre in (
            _entier("duree_max_annees", "Durée maximale d'un agrément, en années", 3, (1, 4), CIRCULAIRE_1995, "§11"),
            _entier(
                "delai_depot_mois",
                "Dépôt du renouvellement avant l'échéance, en mois",
                6,
                (0, 24),
                PRATIQUE_LOCALE,
                "Rétroplanning",
            ),
            _entier(
                "delai_passage_mois",
                "Passage en instance avant l'échéance, en mois",
                3,
                (0, 24),
                PRATIQUE_LOCALE,
                "Rétroplanning",
            ),
            _entier(
                "delai_recours_mois",
                "Délai de recours après la notification, en mois",
                2,
                (1, 12),
                PRATIQUE_LOCALE,
                "Délai de droit commun du recours",
            ),
            ParametreConnu(
                "sens_du_silence",
                "Ce que vaut l'absence de réponse de la Caf à une demande",
                "choix",
                SensDuSilence.REJET.value,
                CRPA,
                "L231-4, 2° et 3° (caractère financier), R112-11-1 : à confirmer par la Caisse",
                choix=tuple(SensDuSilence.choices),
            ),
            _entier(
                "delai_du_silence_mois",
                "Délai au bout duquel l'absence de réponse vaut décision, en mois",
                2,
                (1, 12),
                CRPA,
                "L231-1 et L231-4",
            ),
            _entier(
                "delai_complements_jours",
                "Délai de réponse à une demande de compléments, en jours",
                30,
                (1, 180),
                PRATIQUE_LOCALE,
                "Usage",
            ),
            _entier(
                "fichiers_par_piece_max",
                "Fichiers joints à une même pièce, au plus",
                10,
                (1, 50),
                PRATIQUE_LOCALE,
                "Usage : un dossier qui se lit",
            ),
            _entier(
                "pieces_par_dossier_mo",
                "Place des pièces d'un dossier, anciennes versions comprises, en Mo",
                300,
                (20, 5000),
                PRATIQUE_LOCALE,
                "Usage : la place sur le disque",
            ),
            _entier(
                "duree_max_sursis_mois", "Durée maximale d'un sursis, en mois", 12, (1, 24), PRATIQUE_LOCALE, "Usage"
            ),
            _entier(
                "duree_max_prorogation_mois",
                "Durée maximale d'une prorogation, en mois",
                12,
                (1, 24),
                PRATIQUE_LOCALE,
                "Usage",
            ),
            _entier(
                "duree_max_prefiguration_mois",
                "Durée maximale d'une préfiguration, en mois",
                24,
                (6, 48),
                PRATIQUE_LOCALE,
                "Usage",
            ),
            ParametreConnu(
                "quorum_pourcentage",
                "Quorum, en pourcentage des membres en exercice (à dépasser)",
                "pourcentage",
                "50",
                PRATIQUE_LOCALE,
                "Usage des instances",
                Decimal(0),
                Decimal(100),
            ),
            ParametreConnu(
                "volet_familles_obligatoire_le",
                "Volet familles obligatoire pour un agrément à partir du",
                "date",
                "2027-01-01",
                CIRCULAIRE_2025,
                "Volet familles",
            ),
            ParametreConnu(
                "mode_regime_general",
                "Règle du régime général",
                "choix",
                "moitie_sous_60",
                CIRCULAIRE_1995,
                "Prestation de service",
                choix=(
                    ("aucun", "Aucune"),
                    ("moitie_sous_60", "Moitié au-dessous de 60 %"),
                    ("proportionnel", "Proportionnelle"),
                ),
            ),
            ParametreConnu(
                SUPPLEANCE,
                "L'administration de l'application tient les actes des centres et des agents empêchés",
                "choix",
                "non",
                PRATIQUE_LOCALE,
                "Suppléance : jamais un vote, un contreseing ni une signature",
                choix=(("non", "Non"), ("oui", "Oui")),
            ),
            ParametreConnu(
                VISA,
                "Le projet est validé dans l'application par la présidence du gestionnaire avant d'être transmis",
                "choix",
                "toujours",
                PRATIQUE_LOCALE,
                "Adoption par l'instance du gestionnaire avant le dépôt",
                choix=(
                    ("toujours", "Toujours"),
                    ("si_un_compte", "Si la présidence a un compte"),
                    ("jamais", "Jamais"),
                ),
            ),
            _entier(
                "delai_invitation_jours",
                "Validité d'une invitation, en jours",
                7,
                (1, 30),
                PRATIQUE_LOCALE,
                "Sécurité des comptes",
            ),
            _entier(
                "niveau_minimal_direction",
                "Niveau de diplôme attendu de la direction",
                6,
                (3, 8),
                CIRCULAIRE_2012,
                "Qualification",
            ),
        )
    }
)


def codes_des_parametres() -> list[tuple[str, str]]:
    """(code, libellé) de chaque paramètre : en ajouter un ne demande pas de migration."""
    return [(code, connu.libelle) for code, connu in PARAMETRES.items()]
