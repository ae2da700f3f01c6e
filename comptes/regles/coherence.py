"""Chaque règle de cohérence du projet social a sa sévérité, que la Caisse règle."""

from comptes.choix import Severite
from comptes.controles import CONTROLES
from comptes.regles.definition import ParametreConnu

_SEVERITES = tuple((severite.value, str(severite.label)) for severite in Severite)

DE_LA_COHERENCE = tuple(
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
)
