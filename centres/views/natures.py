"""Les sortes de nœuds d'un projet social : comment on les nomme et ce qu'on y écrit."""

from typing import NamedTuple

from centres.forms import FormulaireDEcriture, formulaire_de
from centres.models import NOEUDS, Noeud


class Nature(NamedTuple):
    """Une sorte de nœud : son nom dans les adresses, comment on la dit, ses champs ; `aucun` : ce qu'un vide dit."""

    nom: str
    un: str
    titre: str
    champs: tuple[str, ...]
    aucun: str = ""

    @property
    def modele(self) -> type[Noeud]:
        return NOEUDS[self.nom]

    @property
    def formulaire(self) -> type[FormulaireDEcriture]:
        return FORMULAIRES[self.nom]


_NATURES = (
    Nature(
        "zones",
        "une zone",
        "Territoire d'intervention",
        (
            "intitule",
            "nature",
            "communes",
            "nombre_de_communes",
            "population",
            "annee",
            "intercommunalite",
            "issue_de",
            "itinerant",
            "precision",
        ),
        "Un quartier, une commune, plusieurs : la première zone est la plus importante.",
    ),
    Nature(
        "bilans",
        "une ligne du bilan",
        "Objectifs et actions du projet précédent",
        ("intitule", "realisation", "ecart", "force_majeure", "suite"),
        "Une ligne par objectif ou par action : ce qui a été fait, l'écart, la suite.",
    ),
    Nature(
        "elements",
        "un élément du diagnostic",
        "Données, besoins, forces et faiblesses",
        ("intitule", "nature", "rubrique", "valeur", "unite", "mesure", "annee", "source"),
        "Un chiffre sourcé, un besoin entendu, une force, une faiblesse.",
    ),
    Nature("enjeux", "un enjeu", "Enjeux", ("intitule", "constat"), "Trois à cinq enjeux suffisent le plus souvent."),
    Nature("axes", "un axe", "Axes", ("intitule", "orientation", "enjeux"), "Trois à cinq axes le plus souvent."),
    Nature("objectifs", "un objectif", "Objectifs", ("intitule", "famille", "mission", "finalite")),
    Nature(
        "actions",
        "une action",
        "Actions",
        (
            "intitule",
            "constat",
            "public",
            "effectif",
            "description",
            "pilote",
            "partenaires",
            "lieu",
            "calendrier",
            "moyens_humains",
            "benevoles",
            "charges",
            "place_des_habitants",
            "resultats_attendus",
        ),
    ),
    Nature("financements", "un financement", "Financements", ("intitule", "montant")),
    Nature(
        "indicateurs",
        "un indicateur",
        "Indicateurs",
        ("intitule", "nature", "mesure", "unite", "valeur_initiale", "cible", "frequence"),
    ),
    Nature(
        "partenaires",
        "un partenaire",
        "Partenaires",
        ("intitule", "role", "apport"),
        "La commune, la fédération, les associations, et le cadre commun (CTG, contrat de ville).",
    ),
    Nature(
        "postes",
        "un poste",
        "Postes",
        ("intitule", "fonction", "etp", "qualification", "niveau", "employeur", "mis_a_disposition"),
        "La direction, le référent familles, l'accueil d'abord. Sans nom de personne.",
    ),
    Nature(
        "locaux",
        "un local",
        "Locaux",
        ("intitule", "surface", "proprietaire", "occupation", "charges_payees_par", "valorisation"),
        "Ce qui est prêté par la commune compte aussi : indiquez sa valeur.",
    ),
    Nature(
        "budget",
        "une ligne de budget",
        "Budget",
        ("annee", "sens", "compte", "intitule", "destination", "financeur", "montant"),
        "Commencez par la première année, ou remplissez le modèle de tableur.",
    ),
    Nature(
        "passages",
        "un passage en instance",
        "Passages en instance",
        ("intitule", "cote", "date", "suite_donnee"),
        "Comité de pilotage, bureau municipal, présentation aux partenaires.",
    ),
)
NATURES = {nature.nom: nature for nature in _NATURES}
FORMULAIRES = {nature.nom: formulaire_de(nature.modele, nature.champs) for nature in _NATURES}
