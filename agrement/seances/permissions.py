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

ouvrir_a_l_administration(
    "seances", ["instance", "composition", "mandat", "delegation", "seance"], ["view", "add", "change"]
)
ouvrir_a_l_administration(
    "seances",
    [
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
        "recours",
    ],
    ["view"],
)
