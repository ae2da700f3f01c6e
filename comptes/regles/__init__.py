"""Les paramètres que chaque Caisse règle, datés et sourcés : la valeur d'une règle n'est jamais dans le code."""

from types import MappingProxyType

from comptes.regles.application import DE_L_APPLICATION, SUPPLEANCE
from comptes.regles.coherence import DE_LA_COHERENCE
from comptes.regles.definition import ParametreConnu
from comptes.regles.instances import (
    DES_INSTANCES,
    MAJORITE,
    POUVOIRS_AU_QUORUM,
    POUVOIRS_PAR_MEMBRE,
    QUORUM_DES_DEPORTES,
    VOIX_PREPONDERANTE,
)
from comptes.regles.instruction import DE_L_INSTRUCTION, DELAI_DE_LECTURE, ECHEANCE_PROCHE
from comptes.regles.projet import DU_PROJET, PART_RECOPIEE, VISA

__all__ = [
    "DELAI_DE_LECTURE",
    "ECHEANCE_PROCHE",
    "MAJORITE",
    "PARAMETRES",
    "PART_RECOPIEE",
    "POUVOIRS_AU_QUORUM",
    "POUVOIRS_PAR_MEMBRE",
    "QUORUM_DES_DEPORTES",
    "SUPPLEANCE",
    "VISA",
    "VOIX_PREPONDERANTE",
    "ParametreConnu",
    "codes_des_parametres",
]

PARAMETRES: MappingProxyType[str, ParametreConnu] = MappingProxyType(
    {
        parametre.code: parametre
        for parametre in (*DES_INSTANCES, *DE_L_INSTRUCTION, *DU_PROJET, *DE_L_APPLICATION, *DE_LA_COHERENCE)
    }
)


def codes_des_parametres() -> list[tuple[str, str]]:
    """(code, libellé) de chaque paramètre : en ajouter un ne demande pas de migration."""
    return [(code, connu.libelle) for code, connu in PARAMETRES.items()]
