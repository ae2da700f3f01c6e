"""Lever une séance d'un geste : reporter ce qui reste, établir tous ses écrits, puis approuver son procès-verbal."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from agrement.seances import documents
from agrement.seances.choix import IssueInscription, SorteDeDocument
from agrement.seances.models import Decision, DocumentDeSeance, Inscription, Seance
from agrement.seances.operations.deports import reprendre_les_deports
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.operations.impressions import imprimer_les_ecrits
from comptes.models import Utilisateur
from socle import journal
from socle.models import Compteur
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse


def lever_la_seance(seance: Seance, *, par: Utilisateur) -> Seance:
    """Lève la séance, en une transaction : points non tranchés reportés, écrits figés et numérotés, PDF demandés.

    Refuse une séance qui n'est pas en cours, un vote à moitié fait, un report sans séance pour le recevoir. De deux
    personnes qui la lèvent ensemble, la seconde apprend que c'est fait.
    """
    exiger(par, TENIR, seance, "lever la séance")
    with transaction.atomic(), journal.acte("lever", "Séance levée", par=par):
        seance.verrouiller()
        _refuser_si_levee(seance)
        _verrouiller_les_points(seance)
        if raisons := tuple(manque for manque in Seance.circuit["lever"].manques(seance) if not _par_l_acte(manque)):
            raise ActeRefuse(*raisons)
        _reporter_les_points(seance)
        seance.levee_le = timezone.now()
        seance.save()
        _etablir_les_ecrits(seance, par)
        Seance.circuit.executer(seance, "lever", par=par)
        imprimer_les_ecrits(seance, par=par)
    return seance


def approuver_le_pv(seance: Seance, *, le: dt.date, par: Utilisateur) -> Seance:
    """Note le jour où l'instance a approuvé le procès-verbal. Le procès-verbal, lui, ne change pas.

    Refuse un jour antérieur à la séance, ou à venir.
    """
    exiger(par, TENIR, seance, "approuver le procès-verbal")
    with transaction.atomic(), journal.acte("approuver_le_pv", "Procès-verbal approuvé", par=par):
        seance.verrouiller()
        if le < seance.date:
            raise ActeRefuse(f"Le procès-verbal ne s'approuve pas avant la séance du {date_longue(seance.date)}.")
        if le > timezone.localdate():
            raise ActeRefuse("La date de l'approbation est dans l'avenir.")
        seance.pv_approuve_le = le
        seance.save()
        return Seance.circuit.executer(seance, "approuver_le_pv", par=par)


def proces_verbal_de(seance: Seance) -> DocumentDeSeance | None:
    return seance.documents.filter(sorte=SorteDeDocument.PROCES_VERBAL, inscription=None).first()


def _verrouiller_les_points(seance: Seance) -> None:
    """Une décision qui s'enregistre au même instant est finie, ou attend : aucune n'est reportée à demi."""
    for point in seance.inscriptions.en_attente().select_related("dossier"):
        point.dossier.verrouiller()


def _refuser_si_levee(seance: Seance) -> None:
    if not seance.se_tient and (deja := proces_verbal_de(seance)) is not None:
        raise ActeRefuse(
            f"{deja.fige_par} a déjà levé cette séance : procès-verbal {deja.numero}. Votre demande n'a rien changé."
        )
    if raisons := list(seance.manque_d_ouverture()):
        raise ActeRefuse(*raisons)


def _par_l_acte(manque: Any) -> bool:
    """Vrai de ce que l'acte lui-même va faire : reporter un point, établir le procès-verbal."""
    return bool(manque.saisie)


# --- Reporter -----------------------------------------------------------------------------------


def _reporter_les_points(seance: Seance) -> None:
    """Les points qui restent ouvrent, dans leur ordre, l'ordre du jour de la séance suivante."""
    restants = list(seance.inscriptions.en_attente())
    suivante = seance.suivante()
    if not restants or suivante is None:
        return
    suivante = Seance.objects.select_for_update(of=("self",)).get(pk=suivante.pk)
    deja = list(suivante.inscriptions.exclude(issue=IssueInscription.RETIREE))
    reportes = [_reporter(point, suivante) for point in restants]
    for ordre, point in enumerate([*reportes, *deja], start=1):
        if point.ordre != ordre:
            point.ordre = ordre
            point.save()


def _reporter(point: Inscription, suivante: Seance) -> Inscription:
    """L'ancien passage reste, et dit à quel autre il est reporté ; le dossier demeure inscrit."""
    point.issue = IssueInscription.REPORTEE
    point.save()  # un dossier n'attend qu'une séance à la fois : l'ancien passage n'attend plus
    nouveau = Inscription.objects.create(seance=suivante, dossier=point.dossier, rapporteur=point.rapporteur)
    reprendre_les_deports(nouveau)
    point.reportee_vers = nouveau
    point.save()
    return nouveau


# --- Écrire -------------------------------------------------------------------------------------


def _etablir_les_ecrits(seance: Seance, par: Utilisateur) -> None:
    """Le procès-verbal et son annexe, la feuille de présence, un extrait et une lettre par décision, et leur liasse."""
    numero = _numero_du_pv(seance)
    contenu = documents.contenu_du_proces_verbal(seance, numero=numero, par=par)
    ecrits = [
        _figer(seance, SorteDeDocument.PROCES_VERBAL, contenu, par, numero=numero),
        _figer(seance, SorteDeDocument.FEUILLE, documents.contenu_de_la_feuille(seance, par=par), par),
    ]
    if contenu["annexe"]:
        annexe = documents.contenu_de_l_annexe(seance, numero=numero, par=par)
        ecrits.append(_figer(seance, SorteDeDocument.ANNEXE, annexe, par, numero=numero))
    for decision in _decisions(seance):
        ecrits += _ecrits_de(decision, par)
    _figer(seance, SorteDeDocument.LIASSE, documents.contenu_de_la_liasse(contenu, ecrits), par, numero=numero)


def _decisions(seance: Seance) -> list[Decision]:
    decisions = Decision.objects.filter(inscription__seance=seance).order_by("inscription__ordre", "pk")
    return list(
        decisions.select_related(
            "caisse", "inscription__seance__instance__caisse", "inscription__dossier", "dossier__gestionnaire",
            "dossier__structure__commune",
        ).prefetch_related("criteres_non_satisfaits")
    )  # fmt: skip


def _ecrits_de(decision: Decision, par: Utilisateur) -> list[DocumentDeSeance]:
    """L'extrait, et la lettre ; une décision déjà notifiée a la sienne."""
    point, jour = decision.inscription, timezone.localdate()
    contenu = documents.contenu_de_l_extrait(decision, par=par)
    ecrits = [_figer(point.seance, SorteDeDocument.EXTRAIT, contenu, par, point=point, numero=decision.numero)]
    if not decision.est_notifiee:
        modele = documents.modele_de_la_lettre(decision, le=jour)
        modele.employer(jour)
        lettre = documents.contenu_de_la_lettre(decision, le=jour, modele=modele)
        ecrits.append(_figer(point.seance, SorteDeDocument.LETTRE, lettre, par, point=point, numero=decision.numero))
    return ecrits


def _figer(
    seance: Seance,
    sorte: SorteDeDocument,
    contenu: dict[str, Any],
    par: Utilisateur,
    *,
    point: Inscription | None = None,
    numero: str = "",
) -> DocumentDeSeance:
    ecrit = DocumentDeSeance(
        seance=seance,
        inscription=point,
        sorte=sorte,
        numero=numero,
        contenu=contenu,
        modele=str(contenu.get("modele", "")),
    )
    ecrit.figer(par)
    ecrit.save()
    return ecrit


def _numero_du_pv(seance: Seance) -> str:
    """« PV-2026-003 » : la suite de la Caisse dans l'année de la séance, sans trou."""
    annee = seance.date.year
    return f"PV-{annee}-{Compteur.suivant(f'pv-{seance.caisse_id}-{annee}'):03d}"
