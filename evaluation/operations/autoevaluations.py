"""Le centre se note lui-même, puis remet son auto-évaluation à la Caf. Toujours facultatif."""

from django.db import transaction
from django.utils import timezone

from centres.models import ProjetSocial
from comptes.models import Utilisateur
from evaluation.models import AutoEvaluation, NoteDuCentre
from evaluation.operations.notations import Notes, ecarts_des_notes
from evaluation.workflow import CIRCUIT_AUTOEVALUATION
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse


def s_auto_evaluer(projet: ProjetSocial, *, notes: Notes, par: Utilisateur) -> AutoEvaluation:
    """Enregistre les notes que le centre se donne : {critère: (note, commentaire)}. On peut n'en donner qu'une partie.

    Mêmes refus que pour la Caf, mais un centre se note aussi sur un brouillon. Refuse une fois remise.
    """
    if not par.has_perm("evaluation.s_auto_evaluer", projet):
        raise ActeInterdit("Vous n'avez pas le droit d'écrire l'auto-évaluation de ce projet.")
    with transaction.atomic(), journal.acte("s_auto_evaluer", "Auto-évaluation du centre", par=par):
        AutoEvaluation.objects.get_or_create(projet=projet)
        auto_evaluation = AutoEvaluation.objects.select_for_update().get(projet=projet)
        if auto_evaluation.est_remise:
            raise ActeRefuse("L'auto-évaluation est remise à la Caf : elle ne change plus pour cette version.")
        if raisons := tuple(ecarts_des_notes(projet, notes)):
            raise ActeRefuse(*raisons)
        for critere, (note, commentaire) in notes.items():
            donnee = auto_evaluation.notes.filter(critere=critere).first()
            donnee = donnee or NoteDuCentre(auto_evaluation=auto_evaluation, critere=critere)
            if (donnee.note, donnee.commentaire) != (note, commentaire.strip()):
                donnee.note, donnee.commentaire = note, commentaire.strip()
                donnee.par, donnee.le = par, timezone.now()
                donnee.save()
    return auto_evaluation


def remettre_l_auto_evaluation(projet: ProjetSocial, *, par: Utilisateur) -> AutoEvaluation:
    """Remet l'auto-évaluation à la Caf. Refuse tant qu'un critère n'a pas sa note."""
    auto_evaluation = AutoEvaluation.objects.filter(projet=projet).first()
    if auto_evaluation is None:
        raise ActeRefuse("Notez d'abord les critères : l'auto-évaluation est vide.")
    return CIRCUIT_AUTOEVALUATION.executer(auto_evaluation, "remettre", par=par)
