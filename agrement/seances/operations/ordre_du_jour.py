"""Inscrire un dossier à une séance, l'en retirer."""

from django.db import models, transaction
from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances.choix import IssueInscription, SensAvisDInstance
from agrement.seances.models import Inscription, Seance
from agrement.seances.operations.deports import reprendre_les_deports
from agrement.seances.operations.droits import TENIR, exiger
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse


def inscrire(dossier: Dossier, *, seance: Seance, rapporteur: str = "", par: Utilisateur) -> Dossier:
    """T13 – inscrit le dossier à la suite de l'ordre du jour.

    Refuse une séance fermée aux inscriptions ou dont la date limite est passée, et un dossier déjà inscrit.
    """
    return _inscrire(dossier, "inscrire", seance, rapporteur, par)


def reinscrire(
    dossier: Dossier, *, seance: Seance, rapporteur: str = "", reponse: str = "", par: Utilisateur
) -> Dossier:
    """T16 – inscrit à une nouvelle séance un dossier ajourné ; le passage précédent reste.

    `reponse` : la réponse aux questions de l'instance, si elle n'est pas déjà enregistrée. Refuse s'il n'y en a pas.
    """
    with transaction.atomic():
        if reponse.strip():
            repondre_a_l_ajournement(dossier, reponse=reponse, par=par)
        return _inscrire(dossier, "reinscrire", seance, rapporteur, par)


def _inscrire(dossier: Dossier, acte: str, seance: Seance, rapporteur: str, par: Utilisateur) -> Dossier:
    exiger(par, TENIR, dossier, "inscrire un dossier")
    exiger(par, TENIR, seance, "inscrire un dossier")
    with transaction.atomic(), journal.acte(acte, "Inscription à l'ordre du jour", par=par):
        dossier.verrouiller()
        if dossier.inscription_en_cours() is not None:
            raise ActeRefuse("Ce dossier est déjà inscrit à une séance.")
        dernier = seance.inscriptions.aggregate(ordre=models.Max("ordre"))["ordre"] or 0
        reprendre_les_deports(
            Inscription.objects.create(seance=seance, dossier=dossier, ordre=dernier + 1, rapporteur=rapporteur.strip())
        )
        return Dossier.circuit.executer(dossier, acte, par=par)


def desinscrire(dossier: Dossier, *, motif: str, par: Utilisateur) -> Dossier:
    """T14 – retire le point de l'ordre du jour ; le dossier revient dans la file. Le motif est obligatoire."""
    exiger(par, TENIR, dossier, "retirer un dossier de l'ordre du jour")
    return _retirer(dossier, IssueInscription.RETIREE, motif, par)


def consigner_l_avis(dossier: Dossier, *, avis: str, observations: str = "", par: Utilisateur) -> Dossier:
    """Enregistre l'avis d'une instance qui ne décide pas ; le dossier revient dans la file, pour le conseil.

    Refuse une instance qui décide, une séance non ouverte ou sans quorum, un avis défavorable ou réservé sans mot.
    """
    exiger(par, TENIR, dossier, "consigner l'avis d'une instance")
    with transaction.atomic():
        dossier.verrouiller()
        point = _point_en_attente(dossier)
        sens = SensAvisDInstance(avis)
        raisons = [str(manque) for manque in point.manques_pour_voter()]
        if point.instance_decide():
            raisons.append("Cette instance décide : enregistrez sa décision.")
        if sens != SensAvisDInstance.FAVORABLE and not observations.strip():
            raisons.append("Écrivez les observations qui fondent cet avis.")
        if raisons:
            raise ActeRefuse(*raisons)
        point.avis, point.observations = sens, observations.strip()
        point.save()
        motif = f"Avis donné : {point.seance}."
        return _retirer(dossier, IssueInscription.AVIS_DONNE, motif, par)


def _retirer(dossier: Dossier, issue: IssueInscription, motif: str, par: Utilisateur) -> Dossier:
    with transaction.atomic(), journal.acte("desinscrire", "Sortie de l'ordre du jour", par=par, motif=motif):
        dossier.verrouiller()
        point = _point_en_attente(dossier)
        point.issue = issue
        point.save()
        return Dossier.circuit.executer(dossier, "desinscrire", par=par, motif=motif)


def repondre_a_l_ajournement(dossier: Dossier, *, reponse: str, par: Utilisateur) -> Inscription:
    """Enregistre la réponse aux questions de l'instance. Conseil technique ou secrétariat.

    Refuse une réponse vide et un dossier qui n'est pas ajourné.
    """
    if not (par.has_perm("dossiers.instruire", dossier) or par.has_perm(TENIR, dossier)):
        raise ActeInterdit("Vous n'avez pas le droit de répondre aux questions de l'instance.")
    with transaction.atomic(), journal.acte("repondre_a_l_ajournement", "Réponse aux questions", par=par):
        dossier.verrouiller()
        passage = passage_a_repondre(dossier)
        if passage is None:
            raise ActeRefuse("Ce dossier n'est pas ajourné : il n'y a pas de question à laquelle répondre.")
        if not reponse.strip():
            raise ActeRefuse("Écrivez la réponse aux questions de l'instance.")
        passage.reponse, passage.reponse_le = reponse.strip(), timezone.localdate()
        passage.save()
    return passage


def revenir_en_negociation(dossier: Dossier, *, reponse: str = "", par: Utilisateur) -> Dossier:
    """T16 – un dossier ajourné retourne au conseiller. La réponse est enregistrée du même coup si elle est donnée."""
    exiger(par, "dossiers.instruire", dossier, "revenir en négociation")
    with transaction.atomic():
        if reponse.strip():
            repondre_a_l_ajournement(dossier, reponse=reponse, par=par)
        return Dossier.circuit.executer(dossier, "revenir_en_negociation", par=par)


def passage_a_repondre(dossier: Dossier) -> Inscription | None:
    """Le passage ajourné dont le dossier attend la suite ; rien s'il n'est pas ajourné."""
    if dossier.statut != Statut.AJOURNE:
        return None
    passage: Inscription | None = dossier.dernier_ajournement()
    return passage


def _point_en_attente(dossier: Dossier) -> Inscription:
    point: Inscription | None = dossier.inscription_en_cours()
    if point is None:
        raise ActeRefuse("Ce dossier n'attend aucune décision : il n'est à l'ordre du jour d'aucune séance.")
    return point
