"""Ce qui arrive à une version à la signature sans la signer : refus, relance, modification demandée, rappel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from agrement.contrats import notifications
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import Contrat, DemandeDeModification, LienDeSignature, PartieASigner, VersionASigner
from agrement.contrats.operations.acces import (
    UN_JOUR,
    adresse_d_un_autre,
    exiger_de_la_mesure,
    pouvoir_de,
    refus_au_journal,
    verrouiller,
)
from agrement.contrats.operations.epreuves import Epreuves, imprimer_d_abord
from agrement.contrats.operations.generation import proposer
from agrement.contrats.operations.signatures import exiger_le_lien, prevenir
from agrement.contrats.operations.tour import CLORE
from agrement.contrats.workflow import CIRCUIT_DES_VERSIONS
from comptes.models import Utilisateur
from comptes.regles import DEMANDES_PAR_JOUR, RELANCE_JOURS
from socle import journal
from socle.templatetags.composants import date_longue
from socle.texte import se_lit
from socle.workflow import ActeInterdit, ActeRefuse

RAPPELER = CIRCUIT_DES_VERSIONS["rappeler"]


def refuser_de_signer(
    partie: PartieASigner, *, motif: str, par: Utilisateur | None, lien: LienDeSignature | None = None
) -> PartieASigner:
    """La partie refuse de signer, en disant pourquoi : la version ne se signe plus, la Caf est prévenue.

    Les signatures déjà données restent au dossier. `lien` : celui du co-signataire, si `par` est vide.
    """
    motif = _exiger(motif, "Écrivez pourquoi vous refusez de signer.")
    with (
        refus_au_journal(partie, par, "refuser_une_opposition", "Opposition à signer"),
        transaction.atomic(),
        journal.acte("refuser_de_signer", f"Refus de signer : {partie.nom}", par=par, motif=motif),
    ):
        verrouiller(partie)
        _exiger_la_parole(partie, par, lien)
        partie.refusee_le, partie.motif_du_refus = timezone.now(), motif
        partie.save()
        CIRCUIT_DES_VERSIONS.executer(partie.version, "constater_le_refus", par=None)
        notifications.prevenir_du_refus(partie)
    return partie


def demander_une_modification(
    partie: PartieASigner, *, texte: str, par: Utilisateur | None, lien: LienDeSignature | None = None
) -> DemandeDeModification:
    """Dit à la Caf ce que la partie voudrait changer ; le circuit continue tant qu'elle ne rappelle pas.

    Refuse plus de demandes par jour que la Caisse n'en règle pour une partie.
    """
    texte = _exiger(texte, "Écrivez ce que vous voudriez changer.")
    with (
        refus_au_journal(partie, par, "refuser_une_demande", "Demande de modification"),
        transaction.atomic(),
        journal.acte("demander_une_modification", "Modification demandée", par=par),
    ):
        verrouiller(partie)
        _exiger_la_parole(partie, par, lien)
        maintenant = timezone.now()
        faites = partie.demandes.filter(demandee_le__gt=maintenant - UN_JOUR).count()
        exiger_de_la_mesure(partie, faites, DEMANDES_PAR_JOUR, "demandes ont été envoyées")
        demande = DemandeDeModification.objects.create(partie=partie, texte=texte, par=par, demandee_le=maintenant)
        notifications.transmettre_une_demande(demande)
    return demande


def relancer_le_signataire(partie: PartieASigner, *, par: Utilisateur, courriel: str = "") -> PartieASigner:
    """Récrit à la partie dont c'est le tour. Refuse une seconde relance dans le délai que règle la Caisse.

    `courriel` : la nouvelle adresse d'un co-signataire ; personne ne signe à nouveau pour cela.
    """
    with (
        refus_au_journal(partie, par, "refuser_une_relance", "Relance"),
        transaction.atomic(),
        journal.acte("relancer_le_signataire", f"Relance de {partie.nom}", par=par),
    ):
        exiger_de_generer(par, partie.version.contrat)
        verrouiller(partie)
        _exiger_que_ce_soit_son_tour(partie)
        ancien = partie.courriel
        if courriel in {"", ancien}:
            _exiger_le_delai(partie)
        else:
            _changer_l_adresse(partie, courriel)
        partie.relancee_le = timezone.now()
        partie.save()
        if partie.courriel != ancien:
            notifications.prevenir_l_ancienne_adresse(partie, ancien)
        prevenir(partie, rappel=True)
    return partie


def rappeler_la_signature(version: VersionASigner, *, motif: str, par: Utilisateur) -> VersionASigner:
    """Annule le circuit de signature : aucun lien ne sert plus ; les signatures données restent au dossier."""
    with refus_au_journal(version, par, "refuser_un_rappel", "Demande de rappel"), transaction.atomic():
        version.contrat.porteur.verrouiller()
        version.contrat.verrouiller()
        CIRCUIT_DES_VERSIONS.executer(version, RAPPELER.nom, par=par, motif=motif)
        notifications.prevenir_du_rappel(version, motif.strip())
    return version


def proposer_une_autre_version(
    contrat: Contrat, parties: Sequence[PartieASigner], *, par: Utilisateur, epreuves: Epreuves | None = None
) -> VersionASigner:
    """Écrit la version suivante du contrat et la propose, après un rappel ou un refus.

    Refuse tant qu'une version est ouverte, et pour un contrat signé. `epreuves` : comme à `imprimer_d_abord`.
    """
    exiger_de_generer(par, contrat)
    return imprimer_d_abord(
        lambda epreuves: _proposer_une_autre_version(contrat, parties, par, epreuves), epreuves=epreuves
    )


def _proposer_une_autre_version(
    contrat: Contrat, parties: Sequence[PartieASigner], par: Utilisateur, epreuves: Epreuves
) -> VersionASigner:
    with transaction.atomic(), journal.acte("proposer_une_version", "Nouvelle version à signer", par=par):
        contrat.porteur.verrouiller()
        contrat.verrouiller()
        if manque := ce_qui_empeche_de_proposer(contrat):
            raise ActeRefuse(manque)
        version = proposer(contrat, parties, par=par, epreuves=epreuves)
        prevenir(version.parties.get(rang=1))
    return version


def ce_qui_empeche_de_proposer(contrat: Contrat) -> str:
    """La raison, en une phrase ; vide si une autre version peut se proposer."""
    if contrat.est_scelle or contrat.est_repris or contrat.dossier.statut not in CLORE.de:
        return "Ce contrat ne se signe plus : une modification se fait par avenant."
    if contrat.versions.filter(avenant=None).ouvertes().exists():  # type: ignore[attr-defined]
        return "Une version est déjà à la signature : rappelez-la d'abord."
    return ""


def exiger_de_generer(par: Utilisateur, contrat: Contrat) -> None:
    if not par.has_perm("contrats.generer", contrat.porteur):
        raise ActeInterdit("Le conseil technique qui suit la structure mène la signature de ce contrat.")


def _exiger(texte: str, phrase: str) -> str:
    if not se_lit(texte):
        raise ActeRefuse(phrase)
    return texte.strip()


def _exiger_la_parole(partie: PartieASigner, par: Utilisateur | None, lien: LienDeSignature | None) -> None:
    """Qui peut signer peut refuser ou demander, tant que la partie n'a pas signé."""
    if lien is not None:
        exiger_le_lien(lien)
    elif par is not None:
        pouvoir_de(par, partie)
    if partie.est_signee:
        raise ActeRefuse("Cette partie a déjà signé.")
    if partie.version.statut != StatutVersion.EN_SIGNATURE:
        raise ActeRefuse("Cette version n'est plus à la signature.")


def _changer_l_adresse(partie: PartieASigner, courriel: str) -> None:
    partie.courriel = courriel
    if manque := adresse_d_un_autre(partie, partie.version.contrat.caisse_id):
        raise ActeRefuse(manque)


def _exiger_que_ce_soit_son_tour(partie: PartieASigner) -> None:
    version = VersionASigner.objects.prefetch_related("parties__signature").get(pk=partie.version_id)
    attendue = version.partie_attendue
    if version.statut != StatutVersion.EN_SIGNATURE or attendue is None or attendue.pk != partie.pk:
        raise ActeRefuse("Cette partie n'est pas attendue : relancez celle dont c'est le tour.")


def _exiger_le_delai(partie: PartieASigner) -> None:
    if partie.relancee_le is None:
        return
    jours = partie.version.contrat.caisse.entier(RELANCE_JOURS)
    prochaine = timezone.localdate(partie.relancee_le) + dt.timedelta(days=jours)
    if timezone.localdate() < prochaine:
        raise ActeRefuse(
            f"{partie.nom} a été relancé le {date_longue(timezone.localdate(partie.relancee_le))} : "
            f"attendez le {date_longue(prochaine)}."
        )
