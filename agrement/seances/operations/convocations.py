"""Convoquer les membres, et noter qui a ouvert son dossier de séance."""

from django.db import models, transaction
from django.utils import timezone

from agrement.seances import documents, notifications
from agrement.seances.choix import SorteDeDocument
from agrement.seances.models import Convocation, DocumentDeSeance, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.operations.impressions import imprimer_les_ecrits
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse

PERSONNE = "Aucun membre ne siège ce jour-là : enregistrez les mandats de l'instance."


def convoquer(seance: Seance, *, par: Utilisateur) -> Seance:
    """Établit une convocation par membre et le dossier de séance, puis convoque : les courriels partent.

    Refuse une séance dont l'ordre du jour n'est pas arrêté ou qui est déjà convoquée, un point sans fiche validée, une
    instance sans membre.
    """
    exiger(par, TENIR, seance, "convoquer les membres")
    with transaction.atomic(), journal.acte("convoquer", "Membres convoqués", par=par):
        seance.verrouiller()
        if not seance.se_convoque:
            raise ActeRefuse(f"La séance est « {seance.get_statut_display()} » : arrêtez d'abord son ordre du jour.")
        if manques := [manque for manque in Seance.circuit["convoquer"].manques(seance) if not manque.saisie]:
            raise ActeRefuse(*manques)
        _etablir(seance, rang=1, motif="", par=par)
        return Seance.circuit.executer(seance, "convoquer", par=par)


def convoquer_a_nouveau(seance: Seance, *, motif: str, par: Utilisateur) -> Seance:
    """Envoie une nouvelle convocation à chaque membre, avec un dossier de séance à jour. Le motif est obligatoire.

    Refuse une séance qui n'est pas convoquée, ou qui est déjà ouverte.
    """
    exiger(par, TENIR, seance, "convoquer les membres")
    libelle = "Membres convoqués à nouveau"
    with transaction.atomic(), journal.acte("convoquer_a_nouveau", libelle, par=par, motif=motif):
        seance.verrouiller()
        if not seance.se_reconvoque:
            raise ActeRefuse(f"La séance est « {seance.get_statut_display()} » : elle ne se convoque pas à nouveau.")
        if not motif.strip():
            raise ActeRefuse("Écrivez le motif.")
        dernier = seance.convocations.aggregate(rang=models.Max("rang"))["rang"] or 0
        _etablir(seance, rang=dernier + 1, motif=motif.strip(), par=par)
        notifications.convoquer(seance, par)
    return seance


def _etablir(seance: Seance, *, rang: int, motif: str, par: Utilisateur) -> None:
    """Une ligne par membre qui peut siéger, et le dossier de séance, mis à imprimer ; l'ancien est gardé."""
    membres = list(seance.mandats().select_related("utilisateur"))
    if not membres:
        raise ActeRefuse(PERSONNE)
    for membre in membres:
        Convocation.objects.create(
            seance=seance,
            membre=membre,
            rang=rang,
            motif=motif,
            pour_le=seance.date,
            courriel=membre.courriel,
        )
    for ancien in seance.documents.en_vigueur().filter(sorte=SorteDeDocument.DOSSIER):
        ancien.remplace_le = timezone.now()
        ancien.save()
    contenu = documents.contenu_du_dossier_de_seance(seance)
    dossier = DocumentDeSeance(seance=seance, sorte=SorteDeDocument.DOSSIER, contenu=contenu)
    dossier.figer(par)
    dossier.save()
    imprimer_les_ecrits(seance, par=par)


def noter_l_ouverture(seance: Seance, *, par: Utilisateur) -> None:
    """Date la première fois que ce membre prend son dossier de séance. Ne fait rien pour qui n'est pas convoqué."""
    with transaction.atomic(), journal.acte("ouvrir_le_dossier", "Dossier de séance ouvert", par=par):
        for convocation in seance.convoques().filter(membre__utilisateur=par, ouverte_le=None):
            convocation.ouverte_le = timezone.now()
            convocation.save()
