"""Les pièces d'usage et leurs exigences, en données : ce qu'une Caisse neuve reçoit, et règle ensuite à sa façon."""

from typing import NamedTuple

from agrement.dossiers.choix import Exigence, TypeDossier
from centres.choix import TypeStructure


class PieceConnue(NamedTuple):
    """Une ligne du référentiel des pièces : O obligatoire, F facultative, - non demandée.

    `demandes` : premier agrément, renouvellement, avenant, préfiguration. `gestionnaires` : privé, public.
    `structures` : centre social, espace de vie sociale. `validite` : mois, comptés du dépôt. `reutilisable` : encore
    valable, elle sert d'un dossier à l'autre.
    """

    code: str
    libelle: str
    demandes: str
    gestionnaires: str
    structures: str
    aide: str
    au_depot: bool = False
    validite: int | None = None
    reutilisable: bool = False


DEMANDES = (TypeDossier.PREMIER_AGREMENT, TypeDossier.RENOUVELLEMENT, TypeDossier.AVENANT, TypeDossier.PREFIGURATION)
STRUCTURES = (TypeStructure.CENTRE_SOCIAL, TypeStructure.ESPACE_DE_VIE_SOCIALE)

# Aucune liste nationale : celle-ci est d'usage, et chaque Caisse la règle (domaine : pièces justificatives, §3.1).
# « Si changé » et « s'il existe » se disent facultatives ; le volet familles (P07) a sa propre garde.
# Les validités d'un an sont d'usage : l'assurance est annuelle, l'assemblée générale aussi.
REFERENTIEL_DES_PIECES: tuple[PieceConnue, ...] = (
    PieceConnue(
        "P01",
        "Lettre de demande",
        "OOOO",
        "OO",
        "OO",
        "Datée et signée par le représentant légal du gestionnaire.",
        au_depot=True,
    ),
    PieceConnue(
        "P02", "Projet social", "OO--", "OO", "OO", "Le document adopté par l'instance du centre.", au_depot=True
    ),
    PieceConnue(
        "P03", "Synthèse du projet social", "OO--", "OO", "OF", "Quelques pages, pour les administrateurs de la Caf."
    ),
    PieceConnue(
        "P04",
        "Délibération ou procès-verbal qui adopte le projet",
        "OOFF",
        "OO",
        "OO",
        "Du conseil d'administration ou de l'assemblée générale du centre ; la délibération d'un gestionnaire public.",
        au_depot=True,
    ),
    PieceConnue(
        "P05",
        "Bilan et évaluation du projet précédent",
        "-O--",
        "OO",
        "OO",
        "Ce qui a été fait, ce qui reste à faire, et ce qu'en disent les habitants.",
    ),
    PieceConnue(
        "P06", "Diagnostic partagé", "OO-F", "OO", "OO", "Avec les statistiques employées et la méthode suivie."
    ),
    PieceConnue("P07", "Projet familles", "FFF-", "OO", "O-", "Indispensable si le projet comporte un volet familles."),
    PieceConnue(
        "P08",
        "Statuts datés et signés",
        "OFFO",
        "O-",
        "OO",
        "Au renouvellement, seulement s'ils ont changé.",
        reutilisable=True,
    ),
    PieceConnue(
        "P09",
        "Récépissé de déclaration ou publication au Journal officiel",
        "OFFO",
        "O-",
        "OO",
        "Au renouvellement, seulement si la déclaration a changé.",
        reutilisable=True,
    ),
    PieceConnue(
        "P10",
        "Arrêté ou statuts de l'EPCI ou du CCAS",
        "OF-O",
        "-O",
        "OO",
        "Sans objet pour une commune : déposez-y sa délibération.",
        reutilisable=True,
    ),
    PieceConnue(
        "P11",
        "Avis de situation SIRENE",
        "OOFO",
        "OO",
        "OO",
        "Il se télécharge sur le site de l'Insee.",
        validite=12,
        reutilisable=True,
    ),
    PieceConnue(
        "P12",
        "Relevé d'identité bancaire",
        "OFFO",
        "OO",
        "OO",
        "Au nom du gestionnaire, lisible en entier.",
        reutilisable=True,
    ),
    PieceConnue(
        "P13",
        "Liste datée du conseil d'administration et du bureau",
        "OOFO",
        "O-",
        "OO",
        "Celle de la dernière assemblée générale : noms, fonctions, fin des mandats.",
        validite=12,
        reutilisable=True,
    ),
    PieceConnue(
        "P14",
        "Attestation de non-changement de situation",
        "-O--",
        "OO",
        "OO",
        "Elle dispense de redonner les statuts, la déclaration et le relevé d'identité bancaire.",
    ),
    PieceConnue(
        "P15",
        "Compte de résultat et bilan de l'année précédente",
        "FO-F",
        "OO",
        "OO",
        "Pour un gestionnaire public : le compte administratif.",
    ),
    PieceConnue(
        "P16",
        "Budget prévisionnel",
        "OOFO",
        "OO",
        "OO",
        "De chaque année de la période ; charges et produits sont égaux.",
    ),
    PieceConnue(
        "P17",
        "Rapport d'activité de l'année précédente",
        "FO-F",
        "OO",
        "OO",
        "Celui qu'a approuvé l'assemblée générale, ou l'instance de la collectivité.",
    ),
    PieceConnue(
        "P18",
        "Organigramme, temps de travail, diplômes et fiches de poste",
        "OOFF",
        "OO",
        "OF",
        "Direction, référent familles, accueil.",
    ),
    PieceConnue(
        "P19",
        "Contrat de travail ou nomination de la direction",
        "OFFF",
        "OO",
        "O-",
        "Au renouvellement, seulement si la direction a changé.",
        reutilisable=True,
    ),
    PieceConnue("P20", "Lettres d'engagement des partenaires", "OO-O", "O-", "OO", "Celle de la commune d'abord."),
    PieceConnue(
        "P21",
        "Plan et titre d'occupation des locaux, accessibilité",
        "OFFF",
        "OO",
        "OO",
        "Bail, convention ou titre de propriété, plan des salles, registre d'accessibilité.",
        reutilisable=True,
    ),
    PieceConnue(
        "P22",
        "Attestation d'assurance",
        "OO-F",
        "OO",
        "OO",
        "De l'année en cours : responsabilité civile et locaux.",
        validite=12,
        reutilisable=True,
    ),
    PieceConnue(
        "P23",
        "Charte de la laïcité de la branche Famille, signée",
        "OO-O",
        "OO",
        "OO",
        "Signée par le représentant légal du gestionnaire.",
        reutilisable=True,
    ),
    PieceConnue(
        "P24",
        "Contrat d'engagement républicain",
        "OO-O",
        "O-",
        "OO",
        "Signé par le représentant légal de l'association.",
        reutilisable=True,
    ),
    PieceConnue(
        "P25",
        "Règlement intérieur et tarifs",
        "FF--",
        "OO",
        "OF",
        "Ceux que lisent les habitants : adhésion, accueil, tarifs des activités.",
    ),
    PieceConnue(
        "P26", "Convention de préfiguration et son bilan", "F--F", "OO", "OF", "Si la structure a été préfigurée."
    ),
)


def niveau_d_exigence(piece: PieceConnue, type_de_dossier: str, type_de_structure: str, *, public: bool) -> Exigence:
    """Le plus faible des trois niveaux : non demandée l'emporte sur facultative, facultative sur obligatoire."""
    if type_de_dossier not in DEMANDES:
        return Exigence.NON_DEMANDEE
    niveaux = (
        piece.demandes[DEMANDES.index(TypeDossier(type_de_dossier))]
        + piece.gestionnaires[public]
        + piece.structures[STRUCTURES.index(TypeStructure(type_de_structure))]
    )
    return next((Exigence(faible) for faible in "-F" if faible in niveaux), Exigence.OBLIGATOIRE)
