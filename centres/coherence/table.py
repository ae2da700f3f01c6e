"""La table des règles de cohérence : où chacune se répare, pourquoi, et la fonction qui cherche le défaut."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from centres.choix import TypeStructure
from centres.coherence import defauts
from centres.coherence.lecture import Constat, Lecture
from centres.models import ProjetSocial
from centres.regles import CENTRE_SOCIAL, ESPACE_DE_VIE_SOCIALE, PARTIE_PAR_CODE, TOUS_LES_TYPES
from comptes.controles import CONTROLES, Controle


@dataclass(frozen=True, slots=True)
class Regle:
    """Une règle : où elle se répare, pourquoi, et la fonction qui la cherche.

    `partie` vide : la règle vaut pour tout le projet. Sinon, elle ne vaut que si cette partie s'applique au projet.
    """

    code: str
    partie: str
    pourquoi: str
    cherche: Callable[[Lecture], Iterable[Constat]]
    structures: frozenset[TypeStructure] = TOUS_LES_TYPES

    @property
    def controle(self) -> Controle:
        """Son libellé, sa sévérité d'origine et le texte qui la fonde."""
        return CONTROLES[self.code]

    @property
    def libelle(self) -> str:
        return self.controle.libelle

    def s_applique(self, projet: ProjetSocial) -> bool:
        partie = PARTIE_PAR_CODE.get(self.partie)
        return projet.structure.type in self.structures and (partie is None or partie.s_applique(projet))


# Ces parties ont leur propre règle, plus précise que « partie incomplète ».
_AVEC_LEUR_REGLE = {"axes", "budget", "validation"}
_LES_AUTRES = tuple(code for code in PARTIE_PAR_CODE if code not in _AVEC_LEUR_REGLE)

REGLES: tuple[Regle, ...] = (
    Regle(
        "adoption",
        "validation",
        "Le projet est d'abord validé par les instances du centre, puis négocié avec la Caf (circulaire de 1995, §11).",
        defauts.adoption,
    ),
    Regle(
        "partie_incomplete",
        "",
        "La Caf attend chacune de ces parties pour comprendre le projet et l'instruire.",
        defauts.manques_de(*_LES_AUTRES),
    ),
    Regle(
        "sans_intitule",
        "",
        "Le contrat et la négociation citent les éléments du projet par leur intitulé. Un élément ajouté par erreur se "
        "supprime.",
        defauts.sans_intitule,
    ),
    Regle(
        "doublon",
        "",
        "Deux éléments de même nom au même endroit ne se distinguent ni en négociation ni au bilan.",
        defauts.doublon,
    ),
    Regle(
        "sans_axe",
        "axes",
        "L'agrément porte sur des axes et des objectifs généraux tirés du diagnostic (circulaire de 2012, critères).",
        defauts.manques_de("axes"),
    ),
    Regle(
        "enjeu_sans_axe",
        "axes",
        "Un enjeu tiré du diagnostic appelle une réponse : un axe au moins y répond (circulaire de 2012, critères). "
        "Ouvrez la fiche de l'axe qui y répond et cochez l'enjeu.",
        defauts.enjeu_sans_axe,
    ),
    Regle(
        "axe_sans_enjeu",
        "axes",
        "La pertinence d'un axe se juge au regard du diagnostic : il répond à un enjeu (circulaire de 2012, critères).",
        defauts.axe_sans_enjeu,
    ),
    Regle(
        "axe_sans_objectif",
        "axes",
        "Sans objectif, un axe reste une intention (circulaire de 2012 : cohérence du plan d'action et des axes).",
        defauts.axe_sans_objectif,
    ),
    Regle(
        "objectif_sans_action",
        "axes",
        "Un objectif se réalise par des actions (circulaire de 2012 : cohérence du plan d'action et des objectifs).",
        defauts.objectif_sans_action,
    ),
    Regle(
        "action_sans_indicateur",
        "axes",
        "Sans indicateur, le bilan ne pourra pas dire ce que l'action a donné. Un indicateur de l'objectif suffit.",
        defauts.action_sans_indicateur,
    ),
    Regle(
        "indicateur_sans_cible",
        "axes",
        "La cible dit ce que vous voulez atteindre, avec son unité ; un indicateur qualitatif a la sienne, en mots.",
        defauts.indicateur_sans_cible,
    ),
    Regle(
        "axe_jamais_evalue",
        "axes",
        "Le contrat précise comment le projet sera suivi et évalué (circulaire de 1995, §11) : chaque axe doit l'être.",
        defauts.axe_jamais_evalue,
    ),
    Regle(
        "action_sans_financement",
        "axes",
        "La faisabilité du projet se juge aussi à son financement (circulaire de 2012, critères). La part prise sur le "
        "budget du centre est un financement : nommez-le. Si l'action ne coûte rien, écrivez-le : 0 € par an.",
        defauts.action_sans_financement,
    ),
    Regle(
        "mission_non_couverte",
        "axes",
        "Un centre social remplit quatre missions (circulaire de 1995, §12) : chaque objectif dit celle qu'il sert.",
        defauts.mission_non_couverte,
        CENTRE_SOCIAL,
    ),
    Regle(
        "finalite_non_couverte",
        "axes",
        "Un espace de vie sociale poursuit trois finalités (circulaire de 2012) : chaque objectif dit celle qu'il "
        "sert.",
        defauts.finalite_non_couverte,
        ESPACE_DE_VIE_SOCIALE,
    ),
    Regle(
        "projet_recopie",
        "axes",
        "Un renouvellement s'inscrit dans des perspectives pluriannuelles nouvelles (circulaire de 1995, §14) : la "
        "copie de l'ancien projet n'est pas recevable.",
        defauts.projet_recopie,
    ),
    Regle(
        "volet_familles_vide",
        "familles",
        "Le volet familles dit les besoins, les actions collectives et le lien avec le reste (circulaire de 2025). Si "
        "le projet n'en comporte pas, décochez la case.",
        defauts.volet_familles_vide,
    ),
    Regle(
        "budget_absent",
        "budget",
        "La Caf juge la capacité budgétaire (circulaire de 2012, critères) : le budget se détaille par année.",
        defauts.manques_de("budget"),
    ),
    Regle(
        "annee_sans_budget",
        "budget",
        "La capacité budgétaire se juge sur toute la période demandée : chaque année a ses charges et ses produits.",
        defauts.annee_sans_budget,
    ),
    Regle(
        "budget_desequilibre",
        "budget",
        "Un budget prévisionnel s'équilibre : ce qui manque de produits reste à trouver, et se dit.",
        defauts.budget_desequilibre,
    ),
)
