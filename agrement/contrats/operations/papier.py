"""La signature sur papier : un côté dépose la numérisation, l'autre la confirme ou la rejette."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.contrats import notifications
from agrement.contrats.choix import ModeDeSignature, PartieSignataire
from agrement.contrats.models import ExemplairePapier, LienDeSignature, PartieASigner, Signature
from agrement.contrats.operations.acces import refus_au_journal, verrouiller
from agrement.contrats.operations.signatures import (
    Signataire,
    enregistrer,
    exiger_le_lien,
    exiger_que_ce_soit_signable,
    poursuivre,
)
from comptes.models import Utilisateur
from socle import fichiers, journal, signature
from socle.templatetags.composants import date_longue
from socle.texte import se_lit
from socle.workflow import ActeInterdit, ActeRefuse

DEPOSER = "contrats.deposer_un_exemplaire"
CONFIRMER: dict[str, str] = {
    PartieSignataire.CAF: "contrats.confirmer_pour_la_caf",
    PartieSignataire.GESTIONNAIRE: "contrats.confirmer_pour_le_gestionnaire",
}


def deposer_un_exemplaire(
    partie: PartieASigner,
    *,
    fichier: File[Any],
    nom: str,
    qualite: str,
    date: dt.date,
    par: Utilisateur | None,
    lien: LienDeSignature | None = None,
) -> ExemplairePapier:
    """Garde la numérisation d'un exemplaire signé à la main ; l'autre côté est prévenu, et la confirme.

    Refuse hors de son tour, une date d'avant la décision ou dans l'avenir, un fichier non admis, un second dépôt.
    """
    with refus_au_journal(partie, par):
        if lien is not None:
            exiger_le_lien(lien)
        elif par is None or not par.has_perm(DEPOSER, partie.version.contrat.porteur):
            raise ActeInterdit("Vous n'avez pas le droit de déposer un exemplaire signé de ce contrat.")
        with transaction.atomic(), journal.acte("deposer_un_exemplaire", "Exemplaire papier déposé", par=par):
            verrouiller(partie)
            exiger_que_ce_soit_signable(partie, nom, qualite, date)
            exemplaire = ExemplairePapier.objects.create(
                partie=partie,
                fichier=_garder(fichier, par),
                nom=nom.strip(),
                qualite=qualite.strip(),
                date=date,
                depose_par=par,
                depose_le=timezone.now(),
                par_la_caf=par is not None and par.est_de_la_caf,
            )
            notifications.demander_la_confirmation(exemplaire)
    return exemplaire


def peut_examiner(par: Utilisateur, exemplaire: ExemplairePapier) -> bool:
    """Vrai de l'autre côté que celui qui a déposé, et de personne d'autre."""
    droit = CONFIRMER[exemplaire.cote_qui_confirme]
    return exemplaire.depose_par_id != par.pk and par.has_perm(droit, exemplaire.partie.version.contrat.porteur)


def confirmer_un_exemplaire(exemplaire: ExemplairePapier, *, par: Utilisateur) -> Signature:
    """L'autre côté confirme l'exemplaire : la Caf l'atteste par son cachet, dans le champ de la partie.

    Lève `ServiceDeSignatureIndisponible` si le cachet ou l'horodatage ne répond pas : rien n'est alors confirmé.
    """
    partie = exemplaire.partie
    with refus_au_journal(partie, par):
        _exiger_l_examen(exemplaire, par)
        with transaction.atomic(), journal.acte("confirmer_un_exemplaire", "Exemplaire papier confirmé", par=par):
            _verrouiller_l_exemplaire(exemplaire)
            exemplaire.confirme_le, exemplaire.examine_par = timezone.now(), par
            exemplaire.save()
            exiger_que_ce_soit_signable(partie, exemplaire.nom, exemplaire.qualite, exemplaire.date)
            qui = Signataire(exemplaire.nom, exemplaire.qualite, par)
            garde = fichiers.enregistrer_pdf(
                _attester(exemplaire), f"contrat-{partie.version.contrat.numero}-{partie.rang}.pdf", par=par
            )
            donnee = enregistrer(
                partie, qui, exemplaire.date, ModeDeSignature.PAPIER, garde, _preuve(exemplaire)
            )  # fmt: skip
            poursuivre(partie.version)
    return donnee


def rejeter_un_exemplaire(exemplaire: ExemplairePapier, *, motif: str, par: Utilisateur) -> ExemplairePapier:
    """L'autre côté rejette l'exemplaire, en disant pourquoi. Il reste au dossier."""
    if not se_lit(motif):
        raise ActeRefuse("Écrivez pourquoi vous rejetez cet exemplaire.")
    acte = journal.acte("rejeter_un_exemplaire", "Exemplaire papier rejeté", par=par, motif=motif.strip())
    with refus_au_journal(exemplaire.partie, par), transaction.atomic(), acte:
        _exiger_l_examen(exemplaire, par)
        _verrouiller_l_exemplaire(exemplaire)
        exemplaire.rejete_le, exemplaire.examine_par = timezone.now(), par
        exemplaire.motif_du_rejet = motif.strip()
        exemplaire.save()
        notifications.prevenir_du_rejet(exemplaire)
    return exemplaire


def _exiger_l_examen(exemplaire: ExemplairePapier, par: Utilisateur) -> None:
    if not peut_examiner(par, exemplaire):
        raise ActeInterdit("C'est à l'autre partie de confirmer ou de rejeter cet exemplaire.")


def _verrouiller_l_exemplaire(exemplaire: ExemplairePapier) -> None:
    verrouiller(exemplaire.partie)
    exemplaire.verrouiller()
    if exemplaire.confirme_le or exemplaire.rejete_le:
        raise ActeRefuse("Cet exemplaire est déjà examiné.")


def _garder(fichier: File[Any], par: Utilisateur | None) -> Any:
    try:
        return fichiers.enregistrer(fichier, par=par)
    except ValidationError as erreur:
        raise ActeRefuse(*erreur.messages) from erreur


def _attester(exemplaire: ExemplairePapier) -> bytes:
    partie, empreinte = exemplaire.partie, exemplaire.fichier.empreinte
    with fichiers.ouvrir(partie.version.courant_pdf) as courant:
        return signature.cacheter(
            courant.read(),
            champ=partie.champ,
            motif=f"Attestation d'une signature sur papier : {partie.version}",
            lignes=(
                exemplaire.nom,
                exemplaire.qualite,
                f"Signé sur papier le {date_longue(exemplaire.date)}",
                f"Exemplaire numérisé, SHA-256 {empreinte[:16]}…",
            ),
        ).contenu


def _preuve(exemplaire: ExemplairePapier) -> dict[str, Any]:
    return {
        "exemplaire": {
            "empreinte": exemplaire.fichier.empreinte,
            "depose_par": str(exemplaire.depose_par or "le co-signataire, par son lien"),
            "depose_le": exemplaire.depose_le.isoformat(),
            "confirme_par": str(exemplaire.examine_par),
            "confirme_le": exemplaire.confirme_le.isoformat() if exemplaire.confirme_le else "",
        }
    }
