"""Les actes des instances, chacun en une transaction."""

from agrement.seances.operations.agrements import arreter_la_periode, porter_la_periode
from agrement.seances.operations.bloc import decider_en_bloc
from agrement.seances.operations.cloture import approuver_le_pv, lever_la_seance
from agrement.seances.operations.convocations import convoquer, convoquer_a_nouveau, noter_l_ouverture
from agrement.seances.operations.decisions import decider, proposer_un_numero
from agrement.seances.operations.deports import (
    confirmer_les_deports,
    declarer_un_deport,
    ecarter_un_deport,
    retirer_un_deport,
)
from agrement.seances.operations.engagements import retenir_le_scenario
from agrement.seances.operations.fiches import reprendre_la_fiche, valider_la_fiche
from agrement.seances.operations.impressions import imprimer_les_ecrits
from agrement.seances.operations.interets import clore_un_interet, declarer_un_interet, effacer_un_interet
from agrement.seances.operations.lettres import creer_modeles_de_lettres, dupliquer_un_modele
from agrement.seances.operations.notifications_en_lot import (
    LignesRefusees,
    Reception,
    dater_les_receptions,
    notifier_la_seance,
)
from agrement.seances.operations.ordre_du_jour import (
    consigner_l_avis,
    desinscrire,
    inscrire,
    passage_a_repondre,
    reinscrire,
    repondre_a_l_ajournement,
    revenir_en_negociation,
)
from agrement.seances.operations.preparation import (
    deplacer,
    designer_les_rapporteurs,
    inscrire_ensemble,
    ordonner,
)
from agrement.seances.operations.presences import enregistrer_les_presences
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
from agrement.seances.operations.seances import composer, creer_instances, modifier, planifier
from agrement.seances.operations.suites import (
    constater_les_fins_de_delai,
    enregistrer_la_reception,
    notifier,
)
from agrement.seances.operations.votes import appeler, voter

__all__ = [
    "LignesRefusees",
    "Reception",
    "appeler",
    "approuver_le_pv",
    "arreter_la_periode",
    "clore_un_interet",
    "composer",
    "confirmer_les_deports",
    "consigner_l_avis",
    "constater_les_fins_de_delai",
    "constater_les_rejets_implicites",
    "convoquer",
    "convoquer_a_nouveau",
    "creer_instances",
    "creer_modeles_de_lettres",
    "dater_la_reponse",
    "dater_les_receptions",
    "decider",
    "decider_en_bloc",
    "declarer_un_deport",
    "declarer_un_interet",
    "deplacer",
    "designer_les_rapporteurs",
    "desinscrire",
    "dupliquer_un_modele",
    "ecarter_un_deport",
    "effacer_un_interet",
    "enregistrer_la_reception",
    "enregistrer_les_presences",
    "enregistrer_un_recours",
    "enregistrer_une_opposition",
    "imprimer_les_ecrits",
    "inscrire",
    "inscrire_ensemble",
    "lever_la_seance",
    "modifier",
    "noter_l_ouverture",
    "notifier",
    "notifier_la_seance",
    "ordonner",
    "ouvrir_un_retour",
    "passage_a_repondre",
    "planifier",
    "porter_la_periode",
    "proposer_un_numero",
    "reinscrire",
    "renoncer_au_retour",
    "repondre_a_l_ajournement",
    "repondre_au_recours",
    "reprendre_la_fiche",
    "retenir_le_scenario",
    "retirer_un_deport",
    "revenir_en_negociation",
    "revenir_sur_la_decision",
    "transmettre_a_la_tutelle",
    "valider_la_fiche",
    "voter",
]
