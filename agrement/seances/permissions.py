"""Qui prépare, tient et vote. Le conseiller ne vote ni n'enregistre un vote."""

import rules

from comptes.choix import Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration, suppleance

elus = a_le_role(Role.ELU, Role.PRESIDENCE) & meme_caisse

rules.add_perm(
    "seances.voir_liste",
    a_le_role(Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE, Role.RESPONSABLE, Role.CONSEILLER, Role.ADMINISTRATION)
    & meme_caisse,
)
rules.add_perm("seances.tenir", (a_le_role(Role.SECRETARIAT) & meme_caisse) | suppleance)
rules.add_perm("seances.voter", elus)

ouvrir_a_l_administration("seances", ["instance", "mandat", "seance"], ["view", "add", "change"])
ouvrir_a_l_administration("seances", ["enveloppe"], ["view", "add", "change", "delete"])
ouvrir_a_l_administration(
    "seances",
    [
        "presence",
        "pouvoir",
        "inscription",
        "deport",
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
