"""Ce que voient le secrétariat des instances, les élus et la présidence de la Caf."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from agrement.accueil.tableaux.formes import Bloc, Ligne, Suite, bloc_de_lignes, ligne_de_dossier, par_echeance
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import Contrat, VersionASigner
from agrement.contrats.operations import REPRESENTANT
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances.choix import IssueInscription
from agrement.seances.models import Seance
from comptes.models import Utilisateur
from socle.templatetags.composants import date_longue

SEANCES_MONTREES = 5
A_VOUS = {"libelle": "À vous de signer", "ton": "attention", "icone": "pen-line"}


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


def seances_a_mener(utilisateur: Utilisateur) -> Bloc:
    """Celles à venir, puis tant que leur procès-verbal n'est pas approuvé."""
    en_attente = Count("inscriptions", filter=Q(inscriptions__issue=IssueInscription.EN_ATTENTE))
    seances = Seance.objects.visibles_par(utilisateur).a_mener().select_related("instance")
    return bloc_de_lignes(
        "seances",
        "Séances à mener",
        [_ligne_de_seance(seance) for seance in seances.annotate(points=en_attente).order_by("date", "pk")],
        vide="Aucune séance n'est planifiée.",
        suite=Suite("Toutes les séances", reverse("seances:liste")),
        si_vide=Suite("Planifier une séance", reverse("seances:planifier")),
        montrees=SEANCES_MONTREES,
    )


def _ligne_de_seance(seance: Any) -> Ligne:
    return Ligne(
        f"{seance.instance}, le {date_longue(seance.date)}",
        seance.get_absolute_url(),
        _reste_a_faire(seance),
        None if seance.est_levee else seance.date,
        {"libelle": seance.get_statut_display(), "ton": "info"},
    )


def _reste_a_faire(seance: Any) -> str:
    if seance.est_levee:
        return "procès-verbal à approuver"
    points = f"{seance.points} point{'s' if seance.points > 1 else ''} à l'ordre du jour"
    return f"{points} · inscriptions jusqu'au {date_longue(seance.date_limite)}"


def prochaine_seance(utilisateur: Utilisateur) -> Bloc:
    """La première séance à venir et son ordre du jour, quand il y en a un."""
    a_venir = Seance.objects.visibles_par(utilisateur).a_venir()
    seance = a_venir.select_related("instance").order_by("date", "pk").first()
    if seance is None:
        return bloc_de_lignes("seance", "Prochaine séance", (), vide="Aucune séance n'est encore ouverte.")
    points = seance.inscriptions.filter(issue=IssueInscription.EN_ATTENTE).select_related("dossier__structure")
    fermes = utilisateur.mandats.dossiers_fermes()
    suite = Suite("Suivre la séance et voter" if seance.se_tient else "Voir la séance", seance.get_absolute_url())
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
        suite=suite,
        si_vide=suite,
        montrees=50,
    )


def contrats_a_signer(utilisateur: Utilisateur) -> Bloc:
    """Les versions qui attendent encore une signature : la sienne d'abord, puis celle d'une autre partie."""
    versions = VersionASigner.objects.filter(
        statut=StatutVersion.EN_SIGNATURE, contrat__in=Contrat.objects.visibles_par(utilisateur)
    )
    versions = versions.select_related("contrat__structure", "avenant__contrat").prefetch_related("parties__signature")
    lues = [(_est_a_son_tour(utilisateur, version), version) for version in versions.order_by("pk")]
    return bloc_de_lignes(
        "a-signer",
        "Contrats et avenants à signer",
        [
            Ligne(
                str(version.contrat.structure),
                version.get_absolute_url(),
                _attente(version),
                _prise_d_effet(version),
                A_VOUS if attend else None,
            )
            for attend, version in sorted(lues, key=lambda lue: (not lue[0], _prise_d_effet(lue[1])))
        ],
        vide="Aucun contrat ni avenant n'attend de signature.",
    )


def _est_a_son_tour(utilisateur: Utilisateur, version: VersionASigner) -> bool:
    """Vrai si la partie attendue est celle que sa fonction engage ; la page du contrat vérifie tout son pouvoir."""
    attendue = version.partie_attendue
    return attendue is not None and REPRESENTANT.get(attendue.partie) == utilisateur.role


def _prise_d_effet(version: VersionASigner) -> dt.date:
    """Le jour avant lequel il devrait être signé : celui de l'avenant, ou le premier du contrat."""
    return version.avenant.effet_le if version.avenant else version.contrat.debut


def _attente(version: VersionASigner) -> str:
    attendue = version.partie_attendue
    return f"{version.acte} · signature attendue : {attendue}" if attendue else f"{version.acte}"
