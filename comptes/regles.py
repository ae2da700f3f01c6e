"""Les paramètres que chaque Caisse règle, datés et sourcés : la valeur d'une règle n'est jamais dans le code."""

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from comptes.choix import SensDuSilence, Severite
from comptes.controles import CONTROLES
from comptes.textes import CIRCULAIRE_1995, CIRCULAIRE_2012, CIRCULAIRE_2025, CRPA, PRATIQUE_LOCALE

SUPPLEANCE = "suppleance_de_l_administration"
VISA = "visa_de_la_presidence"
ECHEANCE_PROCHE = "echeance_proche_jours"
DELAI_DE_LECTURE = "delai_de_lecture_jours"
PART_RECOPIEE = "coherence_part_recopiee"


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


_SEVERITES = tuple((severite.value, str(severite.label)) for severite in Severite)

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
                DELAI_DE_LECTURE,
                "Négociation : temps donné à qui reçoit la plume, en jours",
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
                "fichiers_par_envoi_max",
                "Fichiers joints à un message ou à un compte rendu, au plus",
                5,
                (1, 20),
                PRATIQUE_LOCALE,
                "Usage : un message qui se lit",
            ),
            _entier(
                "echanges_par_dossier_mo",
                "Place des fichiers échangés dans un dossier, en Mo",
                100,
                (20, 2000),
                PRATIQUE_LOCALE,
                "Usage : la place sur le disque",
            ),
            _entier(
                ECHEANCE_PROCHE,
                "Charge d'un conseiller : ce qui est à tenir bientôt, en jours",
                30,
                (1, 365),
                PRATIQUE_LOCALE,
                "Usage",
            ),
            _entier(
                "relance_avis_jours",
                "Relance d'un partenaire dont l'avis est attendu, en jours avant la date limite (0 : aucune)",
                7,
                (0, 60),
                PRATIQUE_LOCALE,
                "Usage : concertation des partenaires (Circulaire 56 de 1995, sans délai)",
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
            _entier(
                "export_immediat_lignes",
                "Export d'une liste : au-delà de ce nombre de lignes, il se prépare en tâche de fond",
                500,
                (50, 5000),
                PRATIQUE_LOCALE,
                "Usage : une page répond en peu de temps",
            ),
            _entier(
                "export_conservation_jours",
                "Export d'une liste : le fichier préparé se télécharge pendant, en jours",
                7,
                (1, 30),
                PRATIQUE_LOCALE,
                "Un extrait de données personnelles ne se garde pas",
            ),
            _entier(
                "lot_immediat_dossiers",
                "Geste sur plusieurs dossiers : au-delà de ce nombre, il se fait en tâche de fond",
                25,
                (5, 200),
                PRATIQUE_LOCALE,
                "Usage : une page répond en peu de temps",
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
            _entier(
                "temps_de_la_direction",
                "Temps de travail attendu de la direction, en % d'un temps plein",
                100,
                (10, 100),
                CIRCULAIRE_2012,
                "Un équivalent temps plein",
            ),
            _entier(
                "niveau_minimal_referent_familles",
                "Niveau de diplôme attendu du référent familles",
                5,
                (3, 8),
                PRATIQUE_LOCALE,
                "Animation collective familles",
            ),
            _entier(
                "temps_minimal_referent_familles",
                "Temps de travail du référent familles, au moins, en % d'un temps plein",
                50,
                (10, 100),
                PRATIQUE_LOCALE,
                "Animation collective familles",
            ),
            _entier(
                "niveau_minimal_equipe",
                "Niveau de diplôme qu'une personne de l'équipe au moins doit avoir",
                5,
                (3, 8),
                CIRCULAIRE_1995,
                "Qualification collective de l'équipe",
            ),
            ParametreConnu(
                PART_RECOPIEE,
                "Cohérence du projet : part des intitulés repris qui fait d'un renouvellement une copie",
                "pourcentage",
                "70",
                PRATIQUE_LOCALE,
                "Circulaire de 1995, §14, qui ne donne pas de chiffre",
                Decimal(1),
                Decimal(100),
            ),
            *(
                ParametreConnu(
                    controle.parametre,
                    f"Cohérence du projet : {controle.libelle[0].lower()}{controle.libelle[1:]}",
                    "choix",
                    controle.severite.value,
                    controle.texte,
                    controle.precision,
                    choix=_SEVERITES,
                )
                for controle in CONTROLES.values()
            ),
        )
    }
)


def codes_des_parametres() -> list[tuple[str, str]]:
    """(code, libellé) de chaque paramètre : en ajouter un ne demande pas de migration."""
    return [(code, connu.libelle) for code, connu in PARAMETRES.items()]
