"""Qui prépare, tient et vote. Le conseiller ne vote ni n'enregistre un vote."""

from typing import Any

import rules

from comptes.choix import VOTANTS, Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration, suppleance


@rules.predicate
def son_mandat(utilisateur: Any, mandat: Any) -> bool:
    """Un membre ne déclare que ses propres fonctions."""
    return mandat is None or mandat.utilisateur_id == utilisateur.pk


elus = a_le_role(*sorted(VOTANTS)) & meme_caisse

rules.add_perm(
    "seances.voir_liste",
    a_le_role(Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE, Role.RESPONSABLE, Role.CONSEILLER, Role.ADMINISTRATION)
    & meme_caisse,
)
rules.add_perm("seances.tenir", (a_le_role(Role.SECRETARIAT) & meme_caisse) | suppleance)
rules.add_perm("seances.voter", elus)
rules.add_perm("seances.declarer_un_interet", (a_le_role(Role.SECRETARIAT) & meme_caisse) | (elus & son_mandat))


@rules.predicate
def presente_le_dossier(utilisateur: Any, point: Any) -> bool:
    """Vrai pour le secrétariat de la séance et pour qui instruit le dossier."""
    return bool(
        utilisateur.has_perm("seances.tenir", point and point.seance)
        or utilisateur.has_perm("dossiers.instruire", point and point.dossier)
    )


@rules.predicate
def siege_et_ne_se_deporte_pas(utilisateur: Any, ecrit: Any) -> bool:
    """Vrai du membre convoqué, pour ce qui ne dit rien d'un point où il se déporte."""
    return ecrit is None or ecrit.se_montre_a(utilisateur)


@rules.predicate
def membre_de_la_seance(utilisateur: Any, seance: Any) -> bool:
    """Vrai du membre de l'instance ; sans séance, la question porte sur l'écran."""
    return seance is None or seance.compte_parmi_ses_membres(utilisateur)


agents = a_le_role(Role.SECRETARIAT, Role.RESPONSABLE, Role.CONSEILLER, Role.ADMINISTRATION) & meme_caisse

rules.add_perm("seances.preparer", agents)
rules.add_perm("seances.valider_une_fiche", presente_le_dossier)
# Les agents lisent tout ; un membre lit ce pour quoi il est convoqué.
rules.add_perm("seances.lire_les_fiches", agents | (elus & siege_et_ne_se_deporte_pas))
rules.add_perm("seances.lire_la_liasse", (a_le_role(Role.SECRETARIAT, Role.RESPONSABLE) & meme_caisse) | suppleance)
rules.add_perm(
    "seances.lire_le_registre",
    (a_le_role(Role.SECRETARIAT, Role.RESPONSABLE) & meme_caisse) | (elus & membre_de_la_seance) | suppleance,
)
rules.add_perm("seances.simuler", agents | (elus & membre_de_la_seance))

ouvrir_a_l_administration(
    "seances",
    ["instance", "composition", "mandat", "delegation", "seance", "modeledelettre"],
    ["view", "add", "change"],
)
ouvrir_a_l_administration("seances", ["enveloppe"], ["view", "add", "change", "delete"])
ouvrir_a_l_administration(
    "seances",
    [
        "convocation",
        "presence",
        "pouvoir",
        "inscription",
        "deport",
        "deportecarte",
        "interetdeclare",
        "vote",
        "decision",
        "agrement",
        "documentdeseance",
        "notification",
        "opposition",
        "recours",
        "retoursurdecision",
        "scenarioretenu",
    ],
    ["view"],
)
