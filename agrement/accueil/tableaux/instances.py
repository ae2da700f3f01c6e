"""Ce que voient le secrétariat des instances, les élus et la présidence de la Caf."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from agrement.accueil.tableaux.formes import Bloc, Ligne, Suite, bloc_de_lignes, ligne_de_dossier, par_echeance
from agrement.contrats.choix import PartieSignataire, StatutContrat
from agrement.contrats.models import Contrat
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances.choix import IssueInscription, StatutSeance
from agrement.seances.models import Seance
from comptes.models import Utilisateur
from socle.templatetags.composants import date_longue

SEANCES_MONTREES = 5


def _dossiers(utilisateur: Utilisateur, *statuts: str) -> list[Dossier]:
    visibles = Dossier.objects.visibles_par(utilisateur).filter(statut__in=statuts)
    return par_echeance(visibles.select_related("structure").avec_echeance(utilisateur.caisse))


def prets_a_inscrire(utilisateur: Utilisateur) -> Bloc:
    """Les avis rendus, et les dossiers ajournés qu'il faut réinscrire."""
    dossiers = _dossiers(utilisateur, Statut.AVIS_RENDU, Statut.AJOURNE)
    return bloc_de_lignes(
        "a-inscrire",
        "Dossiers à inscrire à une séance",
        [ligne_de_dossier(dossier) for dossier in dossiers],
        vide="Aucun dossier n'attend d'être inscrit. Ils arrivent ici dès que l'avis technique est rendu.",
    )


def decisions_a_notifier(utilisateur: Utilisateur) -> Bloc:
    dossiers = _dossiers(utilisateur, Statut.ACCORDE, Statut.REFUSE)
    return bloc_de_lignes(
        "a-notifier",
        "Décisions à notifier",
        [ligne_de_dossier(dossier) for dossier in dossiers],
        vide="Toutes les décisions sont notifiées.",
    )


def recours(utilisateur: Utilisateur) -> Bloc:
    dossiers = _dossiers(utilisateur, Statut.RECOURS)
    return bloc_de_lignes(
        "recours", "Recours", [ligne_de_dossier(dossier) for dossier in dossiers], vide="Aucun recours n'est en cours."
    )


def prochaines_seances(utilisateur: Utilisateur) -> Bloc:
    en_attente = Count("inscriptions", filter=Q(inscriptions__issue=IssueInscription.EN_ATTENTE))
    seances = Seance.objects.visibles_par(utilisateur).a_venir().select_related("instance")
    return bloc_de_lignes(
        "seances",
        "Prochaines séances",
        [_ligne_de_seance(seance) for seance in seances.annotate(points=en_attente).order_by("date", "pk")],
        vide="Aucune séance n'est planifiée.",
        suite=Suite("Toutes les séances", reverse("seances:liste")),
        si_vide=Suite("Planifier une séance", reverse("seances:planifier")),
        montrees=SEANCES_MONTREES,
    )


def _ligne_de_seance(seance: Any) -> Ligne:
    points = f"{seance.points} point{'s' if seance.points > 1 else ''} à l'ordre du jour"
    limite = f"inscriptions jusqu'au {date_longue(seance.date_limite)}"
    return Ligne(
        f"{seance.instance}, le {date_longue(seance.date)}",
        seance.get_absolute_url(),
        f"{points} · {limite}",
        seance.date,
        {"libelle": seance.get_statut_display(), "ton": "info"},
    )


def prochaine_seance(utilisateur: Utilisateur) -> Bloc:
    """La première séance à venir et son ordre du jour, quand il y en a un."""
    a_venir = Seance.objects.visibles_par(utilisateur).a_venir().exclude(statut=StatutSeance.PLANIFIEE)
    seance = a_venir.select_related("instance").order_by("date", "pk").first()
    if seance is None:
        return bloc_de_lignes("seance", "Prochaine séance", (), vide="Aucune séance n'est encore ouverte.")
    points = seance.inscriptions.filter(issue=IssueInscription.EN_ATTENTE).select_related("dossier__structure")
    fermes = utilisateur.mandats.dossiers_fermes()
    return bloc_de_lignes(
        "seance",
        f"{seance.instance}, le {date_longue(seance.date)}",
        [
            Ligne(
                f"{rang}. {point.dossier.structure}",
                seance.get_absolute_url() if point.dossier_id in fermes else point.dossier.get_absolute_url(),
                " · ".join(filter(None, (point.dossier.get_type_display(), point.rapporteur))),
                badge=point.dossier.badge,
            )
            for rang, point in enumerate(points, start=1)
        ],
        vide="L'ordre du jour est encore vide.",
        suite=Suite("Ouvrir la séance", seance.get_absolute_url()),
        si_vide=Suite("Ouvrir la séance", seance.get_absolute_url()),
        montrees=50,
    )


def contrats_a_signer(utilisateur: Utilisateur) -> Bloc:
    """Les contrats que l'autre partie a signés, ou doit signer d'abord, et qui attendent encore une signature."""
    contrats = Contrat.objects.visibles_par(utilisateur).filter(statut=StatutContrat.EN_ATTENTE, signe_le=None)
    contrats = contrats.select_related("structure").prefetch_related("signatures").order_by("debut", "pk")
    return bloc_de_lignes(
        "a-signer",
        "Contrats à signer",
        [
            Ligne(str(contrat.structure), contrat.get_absolute_url(), _signatures(contrat), contrat.debut)
            for contrat in contrats
        ],
        vide="Aucun contrat n'attend de signature.",
    )


def _signatures(contrat: Contrat) -> str:
    signees = {signature.partie: signature for signature in contrat.signatures.all()}
    gestionnaire = signees.get(PartieSignataire.GESTIONNAIRE)
    if gestionnaire is None:
        return f"{contrat} · le gestionnaire doit signer d'abord"
    return f"{contrat} · signé par le gestionnaire le {date_longue(gestionnaire.date)}"
