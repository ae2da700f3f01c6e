"""Les paramètres que chaque Caisse règle, datés et sourcés : la valeur d'une règle n'est jamais dans le code."""

from types import MappingProxyType

from comptes.regles.application import DE_L_APPLICATION, SUPPLEANCE
from comptes.regles.coherence import DE_LA_COHERENCE
from comptes.regles.contrats import (
    ARCHIVES_DUREE,
    ARCHIVES_SORT,
    CODE_ESSAIS,
    CODE_MINUTES,
    CODES_PAR_JOUR,
    DEMANDES_PAR_JOUR,
    DES_CONTRATS,
    LIEN_JOURS,
    PREAVIS_DE_RESILIATION,
    PREUVE_CONSERVATION,
    RELANCE_JOURS,
    REPRISE_DUREE_MAX,
    REPRISE_IMMEDIATE,
)
from comptes.regles.definition import ParametreConnu
from comptes.regles.instances import (
    AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT,
    DELAI_D_OBSERVATIONS,
    DELAI_DE_RETRAIT,
    DES_INSTANCES,
    MAJORITE,
    OPPOSITION_DE_L_ETAT,
    POUVOIRS_AU_QUORUM,
    POUVOIRS_PAR_MEMBRE,
    QUORUM_DES_DEPORTES,
    SILENCE_DU_RECOURS,
    VOIX_PREPONDERANTE,
)
from comptes.regles.instruction import DE_L_INSTRUCTION, DELAI_DE_LECTURE, ECHEANCE_PROCHE
from comptes.regles.projet import DU_PROJET, PART_RECOPIEE, VISA

__all__ = [
    "ARCHIVES_DUREE",
    "ARCHIVES_SORT",
    "AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT",
    "CODES_PAR_JOUR",
    "CODE_ESSAIS",
    "CODE_MINUTES",
    "DELAI_DE_LECTURE",
    "DELAI_DE_RETRAIT",
    "DELAI_D_OBSERVATIONS",
    "DEMANDES_PAR_JOUR",
    "ECHEANCE_PROCHE",
    "LIEN_JOURS",
    "MAJORITE",
    "OPPOSITION_DE_L_ETAT",
    "PARAMETRES",
    "PART_RECOPIEE",
    "POUVOIRS_AU_QUORUM",
    "POUVOIRS_PAR_MEMBRE",
    "PREAVIS_DE_RESILIATION",
    "PREUVE_CONSERVATION",
    "QUORUM_DES_DEPORTES",
    "RELANCE_JOURS",
    "REPRISE_DUREE_MAX",
    "REPRISE_IMMEDIATE",
    "SILENCE_DU_RECOURS",
    "SUPPLEANCE",
    "VISA",
    "VOIX_PREPONDERANTE",
    "ParametreConnu",
    "codes_des_parametres",
]

PARAMETRES: MappingProxyType[str, ParametreConnu] = MappingProxyType(
    {
        parametre.code: parametre
        for parametre in (
            *DES_INSTANCES,
            *DE_L_INSTRUCTION,
            *DU_PROJET,
            *DES_CONTRATS,
            *DE_L_APPLICATION,
            *DE_LA_COHERENCE,
        )
    }
)


def codes_des_parametres() -> list[tuple[str, str]]:
    """(code, libellé) de chaque paramètre : en ajouter un ne demande pas de migration."""
    return [(code, connu.libelle) for code, connu in PARAMETRES.items()]
