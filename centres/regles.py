"""Les parties d'un projet social, à qui elles s'appliquent, et ce qu'il leur manque encore. Aucune requête ici."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from centres.choix import NatureProjet, TypeStructure

if TYPE_CHECKING:
    from centres.models import ProjetSocial

CENTRE_SOCIAL = frozenset({TypeStructure.CENTRE_SOCIAL})
ESPACE_DE_VIE_SOCIALE = frozenset({TypeStructure.ESPACE_DE_VIE_SOCIALE})
TOUS_LES_TYPES = frozenset(TypeStructure)
AGREMENT = frozenset({NatureProjet.PREMIER, NatureProjet.RENOUVELLEMENT})
TOUTES_LES_NATURES = frozenset(NatureProjet)


@dataclass(frozen=True, slots=True)
class Partie:
    """Une partie du projet : les champs et les tableaux qu'on y écrit, et ce qu'elle attend pour être complète.

    `tableaux` : les noms des nœuds (« enjeux », « budget »). `attendus` : {champ ou relation : ce qu'il faut faire}.
    `structures`, `natures` : à quels projets elle s'applique (domaine : contenu du projet social, §3.2).
    """

    code: str
    libelle: str
    aide: str
    champs: tuple[str, ...] = ()
    tableaux: tuple[str, ...] = ()
    attendus: dict[str, str] = field(default_factory=dict)
    structures: frozenset[TypeStructure] = TOUS_LES_TYPES
    natures: frozenset[NatureProjet] = TOUTES_LES_NATURES

    def s_applique(self, projet: ProjetSocial) -> bool:
        """Vrai si le projet a cette partie. Tant qu'on ignore sa nature, il peut les avoir toutes."""
        return projet.structure.type in self.structures and projet.nature in {"", *self.natures}

    def manques(self, projet: ProjetSocial) -> list[str]:
        """Ce qu'il reste à faire, une phrase par chose. `projet` : lu par `avec_arbre`."""
        return [phrase for nom, phrase in self.attendus.items() if not est_rempli(projet, nom)]

    def est_commencee(self, projet: ProjetSocial) -> bool:
        """Vrai si quelque chose y est écrit, hors de ce que l'ouverture du projet remplit d'office."""
        relations = (RELATIONS[tableau] for tableau in self.tableaux)
        ecrits = (nom for nom in self.champs if nom not in REMPLIS_A_L_OUVERTURE)
        return any(est_rempli(projet, nom) for nom in (*ecrits, *relations))


# Le tableau, tel que son adresse le nomme → le nom de la relation du projet.
RELATIONS = {
    "zones": "zones",
    "bilans": "bilans",
    "elements": "elements",
    "enjeux": "enjeux",
    "axes": "axes",
    "partenaires": "partenaires",
    "postes": "postes",
    "locaux": "locaux",
    "budget": "lignes_budget",
    "passages": "passages",
}
MONTANTS = frozenset({"montant", "charges", "valorisation", "budget_global"})  # les champs en euros
REMPLIS_A_L_OUVERTURE = frozenset({"titre", "debut", "fin"})

PARTIES: tuple[Partie, ...] = (
    Partie(
        "identification",
        "Identification",
        "Le titre, la période et le territoire : ce que la Caf lit en premier.",
        ("titre", "debut", "fin", "duree_annees", "prefiguration", "prefiguration_annees", "synthese"),
        ("zones",),
        {
            "titre": "Donnez un titre au projet.",
            "debut": "Indiquez le début de la période.",
            "fin": "Indiquez la fin de la période.",
            "synthese": "Écrivez la synthèse du projet.",
        },
    ),
    Partie(
        "methode",
        "Participation et méthode",
        "Qui a participé, par quels moyens, à quel rythme : la preuve que le projet est construit avec les habitants.",
        ("methode_participation",),
        attendus={"methode_participation": "Dites comment les habitants et les partenaires ont participé."},
    ),
    Partie(
        "bilan",
        "Bilan du projet précédent",
        "Ce qui a été réalisé, ce qui ne l'a pas été et pourquoi, ce qui continue.",
        ("bilan_precedent", "contexte", "periode_precedente", "agrement_precedent", "dispositif_precedent"),
        ("bilans",),
        {"bilan_precedent": "Écrivez le bilan du projet précédent."},
        natures=frozenset({NatureProjet.RENOUVELLEMENT}),
    ),
    Partie(
        "diagnostic",
        "Diagnostic partagé",
        "Le territoire et ses habitants, avec des données sourcées et la parole de ceux qui y vivent.",
        ("diagnostic",),
        ("elements",),
        {"diagnostic": "Écrivez le diagnostic partagé."},
    ),
    Partie(
        "enjeux",
        "Enjeux",
        "Ce que le diagnostic appelle : chaque axe du projet répondra à un enjeu au moins.",
        ("problematique",),
        ("enjeux",),
        {"enjeux": "Ajoutez au moins un enjeu."},
    ),
    Partie(
        "finalites",
        "Les trois finalités",
        "Comment l'espace de vie sociale sert chacune des trois finalités de la circulaire de 2012.",
        ("finalite_inclusion", "finalite_liens", "finalite_citoyennete"),
        attendus={
            "finalite_inclusion": "Dites ce que le projet fait pour l'inclusion sociale.",
            "finalite_liens": "Dites ce que le projet fait pour les liens sociaux.",
            "finalite_citoyennete": "Dites ce que le projet fait pour la citoyenneté de proximité.",
        },
        structures=ESPACE_DE_VIE_SOCIALE,
        natures=AGREMENT,
    ),
    Partie(
        "axes",
        "Axes, objectifs et actions",
        "De trois à cinq axes, leurs objectifs généraux, leurs objectifs opérationnels, et une fiche par action.",
        tableaux=("axes",),
        attendus={"axes": "Ajoutez au moins un axe."},
        natures=AGREMENT,
    ),
    Partie(
        "accueil",
        "Fonction accueil",
        "Comment chacun est reçu, écouté et orienté, et par qui.",
        ("fonction_accueil",),
        attendus={"fonction_accueil": "Décrivez la fonction accueil."},
        natures=AGREMENT,
    ),
    Partie(
        "gouvernance",
        "Participation et gouvernance",
        "La place des habitants dans les décisions, au fil des années du projet.",
        ("gouvernance",),
        attendus={"gouvernance": "Décrivez la participation et la gouvernance."},
    ),
    Partie(
        "familles",
        "Volet familles",
        "Les besoins des familles, les actions collectives, le lien avec le reste du projet.",
        ("volet_familles", "projet_familles"),
        structures=CENTRE_SOCIAL,
        natures=AGREMENT,
    ),
    Partie(
        "partenariat",
        "Partenariat",
        "Avec qui, pour quoi faire, dans quel cadre commun.",
        ("partenariat",),
        ("partenaires",),
        {"partenariat": "Décrivez le partenariat."},
    ),
    Partie(
        "moyens",
        "Moyens",
        "L'équipe, les locaux, les horaires, les tarifs, l'accès de tous.",
        ("equipe", "horaires", "tarification", "accessibilite"),
        ("postes", "locaux"),
        {
            "equipe": "Décrivez l'équipe.",
            "horaires": "Indiquez les horaires d'ouverture.",
            "tarification": "Indiquez les tarifs.",
        },
    ),
    Partie(
        "budget",
        "Budget pluriannuel",
        "Les charges et les produits de chaque année : ils doivent être égaux.",
        ("budget_global",),
        ("budget",),
        {"lignes_budget": "Ajoutez les lignes du budget."},
    ),
    Partie(
        "evaluation",
        "Évaluation",
        "Comment vous saurez où en sont les objectifs : méthode, rendez-vous, indicateurs.",
        ("evaluation_prevue",),
        attendus={"evaluation_prevue": "Dites comment le projet sera évalué."},
        natures=AGREMENT,
    ),
    Partie(
        "validation",
        "Validation par le centre",
        "L'instance du centre qui adopte le projet, et les autres passages du projet avant la Caf.",
        ("instance_d_adoption", "date_d_adoption"),
        ("passages",),
        {
            "instance_d_adoption": "Nommez l'instance du centre qui a adopté le projet.",
            "date_d_adoption": "Indiquez la date d'adoption.",
        },
    ),
)
PARTIE_PAR_CODE = {partie.code: partie for partie in PARTIES}

# La partie où s'écrit chaque sorte de nœud ; ceux de l'arbre s'écrivent tous avec les axes.
PARTIE_DU_TABLEAU = {tableau: partie.code for partie in PARTIES for tableau in partie.tableaux} | dict.fromkeys(
    ("objectifs", "actions", "financements", "indicateurs"), "axes"
)


def est_rempli(projet: ProjetSocial, nom: str) -> bool:
    """Vrai si ce champ du projet est rempli, ou si ce tableau a au moins une ligne. `projet` lu par `avec_arbre`."""
    valeur: Any = getattr(projet, nom)
    return bool(valeur.all() if hasattr(valeur, "all") else valeur)


def parties_de(projet: ProjetSocial) -> list[Partie]:
    """Les parties qui s'appliquent à ce projet, dans l'ordre où elles s'écrivent."""
    return [partie for partie in PARTIES if partie.s_applique(projet)]


def parties_a_ecrire(projet: ProjetSocial) -> list[Partie]:
    """Parmi elles, celles qui s'écrivent maintenant."""
    return [partie for partie in parties_de(projet) if projet.est_ouverte(partie.code)]


def dire_la_lecture_seule(ouvertes: Collection[str]) -> str:
    """Pourquoi le reste du projet ne s'écrit pas. `ouvertes` : les codes des parties que la Caf a demandées."""
    if not ouvertes:
        return (
            "La Caf a retiré sa demande : cette version ne s'écrit plus et n'est pas transmise. Ce que vous y avez "
            "écrit est gardé, et se retrouvera si la Caf rouvre l'écriture."
        )
    noms = ", ".join(f"« {partie.libelle} »" for partie in PARTIES if partie.code in ouvertes)
    return f"La Caf vous demande de revoir {noms} : le reste du projet se lit, il ne s'écrit pas."


def parties_changees(avant: dict[str, Any], apres: dict[str, Any]) -> set[str]:
    """Les codes des parties qui diffèrent entre deux contenus rendus par `centres.operations.contenu`."""
    return {
        partie.code
        for partie in PARTIES
        if any(avant.get(nom) != apres.get(nom) for nom in (*partie.champs, *partie.tableaux))
    }
