"""Les tables de la démonstration : lieux, gestionnaires, structures, personnes. Tout est inventé."""

from typing import NamedTuple

from centres.choix import FormeJuridique as F
from centres.choix import SituationStructure as S
from centres.choix import TypeStructure as T
from comptes.choix import Role
from partenaires.choix import TypeConvention

CAISSE = "Caf du Val-d'Orne-Sud"
DEPARTEMENT = "00"

# code (les codes Insee réels ne commencent jamais par 00), nom, code postal, habitants
COMMUNES = (
    ("00001", "Saint-Aubin-sur-Orne", "00100", 41200),
    ("00002", "Val-Fleuri", "00120", 18400),
    ("00003", "Montreuil-la-Forge", "00130", 12750),
    ("00004", "La Chapelle-aux-Prés", "00140", 6300),
    ("00005", "Bourg-Neuf", "00150", 9100),
    ("00006", "Les Trois-Moulins", "00160", 3450),
    ("00007", "Roche-Haute", "00170", 1980),
    ("00008", "Pont-d'Orne", "00180", 5240),
)

# code, nom, commune
QUARTIERS = (
    ("QN000001D", "Les Hauts de Saint-Aubin", "00001"),
    ("QN000002D", "La Forge – Cité des Mineurs", "00003"),
    ("QN000003D", "Bords d'Orne", "00001"),
)


class LigneStructure(NamedTuple):
    nom: str
    type: T
    situation: S
    gestionnaire: str
    forme: F
    commune: str
    quartier: str = ""
    zfrr: bool = False
    annee: int | None = None


_CS, _EVS = T.CENTRE_SOCIAL, T.ESPACE_DE_VIE_SOCIALE

STRUCTURES = (
    LigneStructure(
        "Centre social Les Tilleuls",
        _CS,
        S.ACTIVE,
        "Association Les Tilleuls",
        F.ASSOCIATION,
        "00001",
        "QN000001D",
        annee=None,
    ),
    LigneStructure(
        "Centre social La Passerelle", _CS, S.ACTIVE, "Association La Passerelle", F.ASSOCIATION, "00002", annee=1998
    ),
    LigneStructure(
        "Centre social Les Capucins",
        _CS,
        S.ACTIVE,
        "Association Les Capucins",
        F.ASSOCIATION,
        "00001",
        "QN000003D",
        annee=1987,
    ),
    LigneStructure(
        "Centre social municipal de la Forge",
        _CS,
        S.ACTIVE,
        "Commune de Montreuil-la-Forge",
        F.COMMUNE,
        "00003",
        "QN000002D",
        annee=1992,
    ),
    LigneStructure(
        "Centre social Jeanne-Barret",
        _CS,
        S.ACTIVE,
        "CCAS de Saint-Aubin-sur-Orne",
        F.CCAS,
        "00001",
        "QN000003D",
        annee=2003,
    ),
    LigneStructure(
        "Centre socioculturel du Val-Fleuri", _CS, S.ACTIVE, "Commune de Val-Fleuri", F.COMMUNE, "00002", annee=1989
    ),
    LigneStructure(
        "Centre social L'Éclusière", _CS, S.ACTIVE, "Association L'Éclusière", F.ASSOCIATION, "00008", annee=2009
    ),
    LigneStructure(
        "Centre social intercommunal des Prés",
        _CS,
        S.ACTIVE,
        "Communauté de communes des Prés d'Orne",
        F.EPCI,
        "00004",
        zfrr=True,
        annee=2011,
    ),
    LigneStructure(
        "Centre social Le Moulin Vert",
        _CS,
        S.ACTIVE,
        "Association Le Moulin Vert",
        F.ASSOCIATION,
        "00006",
        zfrr=True,
        annee=2014,
    ),
    LigneStructure("Centre social Bourg-Neuf", _CS, S.ACTIVE, "Caf du Val-d'Orne-Sud", F.CAF, "00005", annee=1979),
    LigneStructure("Centre social Horizons", _CS, S.ACTIVE, "Association Horizons", F.ASSOCIATION, "00005", annee=2016),
    LigneStructure(
        "Centre socioculturel Simone-Weil", _CS, S.ACTIVE, "SPL Culture et Quartiers", F.SPL, "00001", annee=2006
    ),
    LigneStructure(
        "Centre social La Verrerie", _CS, S.ACTIVE, "Association La Verrerie", F.ASSOCIATION, "00003", annee=1995
    ),
    LigneStructure(
        "Préfiguration Roche-Haute",
        _CS,
        S.PREFIGURATION,
        "Association Vivre à Roche-Haute",
        F.ASSOCIATION,
        "00007",
        zfrr=True,
    ),
    LigneStructure("Préfiguration du Pont", _CS, S.PREFIGURATION, "Commune de Pont-d'Orne", F.COMMUNE, "00008"),
    LigneStructure(
        "Préfiguration Les Hauts",
        _EVS,
        S.PREFIGURATION,
        "Association Les Hauts en couleurs",
        F.ASSOCIATION,
        "00001",
        "QN000001D",
    ),
    LigneStructure(
        "EVS La Fabrique à liens",
        _EVS,
        S.ACTIVE,
        "Association La Fabrique à liens",
        F.ASSOCIATION,
        "00004",
        zfrr=True,
        annee=2018,
    ),
    LigneStructure(
        "EVS Le Café des voisins",
        _EVS,
        S.ACTIVE,
        "Association Le Café des voisins",
        F.ASSOCIATION,
        "00006",
        zfrr=True,
        annee=2019,
    ),
    LigneStructure(
        "EVS La Grange", _EVS, S.ACTIVE, "Association La Grange partagée", F.ASSOCIATION, "00007", zfrr=True, annee=2020
    ),
    LigneStructure(
        "EVS Les Petits Pas", _EVS, S.ACTIVE, "Association Les Petits Pas", F.ASSOCIATION, "00002", annee=2021
    ),
    LigneStructure(
        "EVS Au fil de l'Orne", _EVS, S.ACTIVE, "Association Au fil de l'Orne", F.ASSOCIATION, "00008", annee=2017
    ),
    LigneStructure(
        "EVS Le Jardin des Mineurs",
        _EVS,
        S.ACTIVE,
        "Association Le Jardin des Mineurs",
        F.ASSOCIATION,
        "00003",
        "QN000002D",
        annee=2022,
    ),
    LigneStructure("EVS La Halte", _EVS, S.ACTIVE, "Commune de Bourg-Neuf", F.COMMUNE, "00005", annee=2015),
    LigneStructure(
        "EVS Tisserands", _EVS, S.ACTIVE, "Association Les Tisserands", F.ASSOCIATION, "00001", "QN000003D", annee=2019
    ),
)


class LignePersonne(NamedTuple):
    courriel: str
    prenom: str
    nom: str
    role: Role
    qualite: str
    structures: tuple[str, ...] = ()


PERSONNES: tuple[LignePersonne, ...] = (
    LignePersonne(
        "directrice@tilleuls.example",
        "Aminata",
        "Diallo",
        Role.DIRECTION,
        "directrice",
        ("Centre social Les Tilleuls",),
    ),
    LignePersonne(
        "presidente@tilleuls.example",
        "Hélène",
        "Marchetti",
        Role.GESTIONNAIRE,
        "présidente",
        ("Centre social Les Tilleuls",),
    ),
    LignePersonne(
        "redactrice@tilleuls.example",
        "Inès",
        "Bouchard",
        Role.CO_REDACTION,
        "référente familles",
        ("Centre social Les Tilleuls",),
    ),
    LignePersonne(
        "lecteur@tilleuls.example", "Gilbert", "Morvan", Role.LECTURE, "trésorier", ("Centre social Les Tilleuls",)
    ),
    LignePersonne(
        "directeur@passerelle.example", "Julien", "Roux", Role.DIRECTION, "directeur", ("Centre social La Passerelle",)
    ),
    LignePersonne(
        "president@passerelle.example",
        "Marc",
        "Lefèvre",
        Role.GESTIONNAIRE,
        "président",
        ("Centre social La Passerelle",),
    ),
    LignePersonne(
        "direction@demonstration.example",
        "Sonia",
        "Benali",
        Role.DIRECTION,
        "directrice",
        tuple(ligne.nom for ligne in STRUCTURES[2:]),
    ),
    LignePersonne(
        "presidence@demonstration.example",
        "Odile",
        "Garnier",
        Role.GESTIONNAIRE,
        "présidente",
        tuple(ligne.nom for ligne in STRUCTURES[2:]),
    ),
    LignePersonne(
        "conseillere@caf.example", "Claire", "Vasseur", Role.CONSEILLER, "conseillère technique de territoire"
    ),
    LignePersonne("conseiller@caf.example", "Thomas", "Perrin", Role.CONSEILLER, "conseiller technique de territoire"),
    LignePersonne("responsable@caf.example", "Nathalie", "Dumas", Role.RESPONSABLE, "responsable de l'action sociale"),
    LignePersonne("secretariat@caf.example", "Isabelle", "Caron", Role.SECRETARIAT, "secrétaire des instances"),
    LignePersonne(
        "president@caf.example", "Bernard", "Delattre", Role.PRESIDENCE, "président du conseil d'administration"
    ),
    LignePersonne("administratrice@caf.example", "Fatou", "Sarr", Role.ELU, "administratrice"),
    LignePersonne("comptable@caf.example", "Pierre", "Guillou", Role.COMPTABLE, "agent comptable"),
    LignePersonne("admin@caf.example", "Sophie", "Nguyen", Role.ADMINISTRATION, "administratrice de l'application"),
)

# Les vingt-deux autres membres du conseil d'administration : nom, collège
VICE_PRESIDENCE = "Alain Mercier"
MEMBRES = (
    ("Alain Mercier", "assures"),
    ("Brigitte Fontaine-Roy", "assures"),
    ("Christophe Adam", "assures"),
    ("Danielle Hubert", "assures"),
    ("Émile Roussel", "assures"),
    ("Farida Meziane", "assures"),
    ("Gérard Poulain", "assures"),
    ("Huguette Masson", "employeurs"),
    ("Ibrahim Kone", "employeurs"),
    ("Jacqueline Weber", "employeurs"),
    ("Karim Haddad", "employeurs"),
    ("Laurence Petitjean", "employeurs"),
    ("Michel Aubry", "independants"),
    ("Nadine Colas", "independants"),
    ("Olivier Tessier", "independants"),
    ("Paulette Royer", "familles"),
    ("Quentin Lemaire", "familles"),
    ("Rachid Belkacem", "familles"),
    ("Sylvie Ferrand", "qualifies"),
    ("Thierry Gaudin", "qualifies"),
    ("Ursula Klein", "qualifies"),
    ("Valérie Josse", "qualifies"),
)

PARTENAIRES = (
    ("commune", "Ville de Saint-Aubin-sur-Orne"),
    ("commune", "Commune de Val-Fleuri"),
    ("departement", "Département du Val-d'Orne"),
    ("etat", "Préfecture du Val-d'Orne"),
    ("msa", "MSA des Vallées"),
    ("federation", "Fédération des centres sociaux du Val-d'Orne"),
    ("carsat", "Carsat des Vallées"),
    ("bailleur", "Orne Habitat"),
    ("ecole", "Collège Louise-Michel"),
    ("sante", "Maison de santé des Hauts"),
    ("association", "Réseau des aidants de l'Orne"),
    ("epci", "Communauté de communes des Prés d'Orne"),
    ("region", "Région des Vallées"),
)

# Barème de démonstration : taux réels de la Cog 2023-2027, plafonds fictifs (type, plafond, taux).
BAREMES = (("agc", "170000.00", "42.40"), ("acf", "38500.00", "63.60"), ("al", "38500.00", "63.60"))
SOURCE_DES_BAREMES = "Barème de démonstration – plafonds fictifs"

# Enveloppes de démonstration, chaque année (territoire, montant) ; sans territoire, toute la Caf.
ENVELOPPES = (("", "640000.00"), ("Secteur des Hauteurs", "240000.00"))
SOURCE_DES_ENVELOPPES = "Enveloppe de démonstration – montant fictif"


class LigneConvention(NamedTuple):
    """`signatures` : combien de parties ont signé, la Caf d'abord. `annees_de_plus` : l'écart au terme du contrat."""

    structure: str
    type: TypeConvention
    objet: str
    texte: str
    partenaires: tuple[str, ...]
    signatures: int
    annees_de_plus: int = 0


CONVENTIONS = (
    LigneConvention(
        "Centre social La Passerelle",
        TypeConvention.TRIPARTITE,
        "Soutien au projet social",
        "La commune met les locaux à disposition et finance l'accueil ; la Caf verse la prestation de service.",
        ("Commune de Val-Fleuri",),
        signatures=3,
    ),
    LigneConvention(
        "Centre social intercommunal des Prés",
        TypeConvention.PLURIPARTITE,
        "Animation de la vie sociale en milieu rural",
        "La MSA et le Département financent l'itinérance du centre dans les communes.",
        ("MSA des Vallées", "Département du Val-d'Orne"),
        signatures=3,
        annees_de_plus=1,
    ),
    LigneConvention(
        "EVS La Halte",
        TypeConvention.CADRE,
        "Accès aux droits",
        "La maison de santé tient une permanence chaque semaine à l'espace de vie sociale.",
        ("Maison de santé des Hauts",),
        signatures=0,
    ),
)
