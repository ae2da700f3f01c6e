"""Les actes des instances, chacun en une transaction."""

from agrement.seances.operations.bloc import decider_en_bloc
from agrement.seances.operations.decisions import decider, proposer_un_numero
from agrement.seances.operations.engagements import retenir_le_scenario
from agrement.seances.operations.ordre_du_jour import (
    consigner_l_avis,
    deplacer,
    desinscrire,
    inscrire,
    passage_a_repondre,
    reinscrire,
    repondre_a_l_ajournement,
    revenir_en_negociation,
)
from agrement.seances.operations.recours import (
    constater_les_rejets_implicites,
    dater_la_reponse,
    enregistrer_un_recours,
    repondre_au_recours,
)
from agrement.seances.operations.retours import (
    enregistrer_une_opposition,
    ouvrir_un_retour,
    renoncer_au_retour,
    revenir_sur_la_decision,
    transmettre_a_la_tutelle,
)
from agrement.seances.operations.seances import creer_instances, enregistrer_les_presences, modifier, planifier
from agrement.seances.operations.suites import (
    constater_les_fins_de_delai,
    enregistrer_la_reception,
    notifier,
)
from agrement.seances.operations.votes import appeler, declarer_un_deport, retirer_un_deport, voter

__all__ = [
    "appeler",
    "consigner_l_avis",
    "constater_les_fins_de_delai",
    "constater_les_rejets_implicites",
    "creer_instances",
    "dater_la_reponse",
    "decider",
    "decider_en_bloc",
    "declarer_un_deport",
    "deplacer",
    "desinscrire",
    "enregistrer_la_reception",
    "enregistrer_les_presences",
    "enregistrer_un_recours",
    "enregistrer_une_opposition",
    "inscrire",
    "modifier",
    "notifier",
    "ouvrir_un_retour",
    "passage_a_repondre",
    "planifier",
    "proposer_un_numero",
    "reinscrire",
    "renoncer_au_retour",
    "repondre_a_l_ajournement",
    "repondre_au_recours",
    "retenir_le_scenario",
    "retirer_un_deport",
    "revenir_en_negociation",
    "revenir_sur_la_decision",
    "transmettre_a_la_tutelle",
    "voter",
]
