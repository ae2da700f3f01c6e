"""L'auto-évaluation du centre, tant que sa demande est chez lui ou s'instruit."""

from django.db import transaction

from agrement.dossiers.models import Dossier
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import AUTO_EVALUATION_POSSIBLE
from centres.models import ProjetSocial
from comptes.models import Utilisateur
from evaluation import operations as evaluation
from evaluation.models import AutoEvaluation
from evaluation.operations.notations import Notes
from socle.workflow import ActeRefuse


def s_auto_evaluer(dossier: Dossier, *, notes: Notes, par: Utilisateur) -> AutoEvaluation:
    """Enregistre les notes que le centre se donne. Refuse sans projet, une fois l'avis rendu, une fois remise."""
    with transaction.atomic():
        return evaluation.s_auto_evaluer(_projet(dossier, "Écrire l'auto-évaluation", par), notes=notes, par=par)


def remettre_l_auto_evaluation(dossier: Dossier, *, par: Utilisateur) -> AutoEvaluation:
    """Remet l'auto-évaluation à la Caf. Refuse un critère sans note, et une fois l'avis rendu."""
    with transaction.atomic():
        return evaluation.remettre_l_auto_evaluation(_projet(dossier, "Remettre l'auto-évaluation", par), par=par)


def _projet(dossier: Dossier, acte: str, par: Utilisateur) -> ProjetSocial:
    verrouille = verrouiller(dossier)
    if verrouille.projet is None:
        raise ActeRefuse("Cette demande n'a pas encore de projet social à évaluer.")
    exiger_le_droit(par, "evaluation.s_auto_evaluer", verrouille.projet, acte)
    exiger_l_etat(verrouille, AUTO_EVALUATION_POSSIBLE, acte)
    return verrouille.projet
