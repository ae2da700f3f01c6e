"""Recevoir un exemplaire signé ailleurs, avec le certificat du signataire."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.contrats.choix import ModeDeSignature
from agrement.contrats.models import LienDeSignature, PartieASigner, Signature
from agrement.contrats.operations.acces import pouvoir_de, refus_au_journal, verrouiller
from agrement.contrats.operations.signatures import (
    INCONNUE,
    Origine,
    Signataire,
    enregistrer,
    exiger_le_lien,
    exiger_que_ce_soit_signable,
    poursuivre,
)
from agrement.contrats.regles import ecart_de_nom
from comptes.models import Utilisateur
from socle import fichiers, journal, signature
from socle.fichiers import antivirus
from socle.fichiers.refus import Refus
from socle.signature import SignatureLue
from socle.templatetags.composants import taille
from socle.workflow import ActeRefuse, Manque

PAS_LE_BON = (
    "Ce fichier n'est pas l'exemplaire à signer de ce contrat, ou il a été modifié : téléchargez-le à nouveau, et "
    "signez-le sans le réenregistrer ni l'imprimer."
)


def deposer_un_pdf_signe(
    partie: PartieASigner,
    *,
    fichier: File[Any],
    nom: str,
    qualite: str,
    par: Utilisateur | None,
    lien: LienDeSignature | None = None,
    origine: Origine = INCONNUE,
    ecart_confirme: str = "",
) -> Signature:
    """La signature que porte ce PDF, faite ailleurs dans le champ de la partie, devient la sienne.

    Refuse un autre texte, un octet changé, une signature de trop ou au mauvais endroit, un certificat inconnu ou
    expiré, une date hors de la décision et du jour, un certificat à un autre nom que celui du signataire, sauf si
    `ecart_confirme` redit cet écart tel que le refus l'a dit : il est gardé dans la preuve. `lien` : celui du
    co-signataire, si `par` est vide.
    """
    with refus_au_journal(partie, par):
        if lien is not None:
            exiger_le_lien(lien)
        contenu = _lire(fichier)
        with transaction.atomic(), journal.acte("deposer_un_pdf_signe", f"Signature pour {partie.nom}", par=par):
            verrouiller(partie)
            delegation = pouvoir_de(par, partie) if par is not None else None
            exiger_que_ce_soit_signable(partie, nom, qualite, timezone.localdate())
            lue = _la_signature_nouvelle(partie, contenu)
            date = _date(lue)
            exiger_que_ce_soit_signable(partie, nom, qualite, date)
            qui = Signataire(nom.strip(), qualite.strip(), par, delegation)
            ecart = _exiger_le_nom(partie, qui, lue, ecart_confirme)
            garde = fichiers.enregistrer_pdf(
                contenu, f"contrat-{partie.version.contrat.numero}-{partie.rang}.pdf", par=par
            )
            preuve = {**_preuve(lue, origine), "ecart_de_nom": ecart}
            donnee = enregistrer(partie, qui, date, ModeDeSignature.CERTIFICAT, garde, preuve)
            poursuivre(partie.version)
    return donnee


def _lire(fichier: File[Any]) -> bytes:
    if (fichier.size or 0) > settings.FICHIER_TAILLE_MAX:
        raise _refus(f"Ce fichier dépasse {taille(settings.FICHIER_TAILLE_MAX)}.")
    contenu: bytes = fichier.read()
    try:
        antivirus.analyser(contenu)
    except Refus as refus:
        raise _refus(f"Ce fichier {refus.raison}. {refus.remede}") from refus
    return contenu


def _la_signature_nouvelle(partie: PartieASigner, contenu: bytes) -> SignatureLue:
    """La seule signature ajoutée à l'exemplaire courant, valable et dans le champ de la partie."""
    with fichiers.ouvrir(partie.version.courant_pdf) as courant:
        original: bytes = courant.read()
    if not signature.prolonge(contenu, original):
        raise _refus(PAS_LE_BON)
    avant, apres = signature.examiner(original), signature.examiner(contenu)
    nouvelles = [lue for lue in apres.signatures if lue.champ not in {connue.champ for connue in avant.signatures}]
    if apres.illisible:
        raise _refus("Ce fichier est abîmé, ou sa signature ne se lit pas : signez l'exemplaire à nouveau.")
    if not nouvelles:
        raise _refus("Ce fichier ne porte aucune signature nouvelle : signez-le avant de le déposer.")
    if len(nouvelles) > 1:
        raise _refus("Ce fichier porte plusieurs signatures nouvelles : chacun signe à son tour.")
    (nouvelle,) = nouvelles
    if nouvelle.champ != partie.champ:
        raise _refus(f"La signature n'est pas dans le cadre de {partie.nom} : signez dans le cadre qui porte son nom.")
    if (
        not apres.intact
        or not nouvelle.jusqu_au_bout
        or not signature.ajoute_seulement_des_signatures(contenu, original)
    ):
        raise _refus("La signature ne couvre pas tout le texte, ou il a été modifié : signez-le sans rien y changer.")
    _exiger_admise(nouvelle)
    return nouvelle


def _exiger_admise(nouvelle: SignatureLue) -> None:
    if nouvelle.interdit_la_suite:
        raise _refus(
            "Cette signature interdit à d'autres de signer après elle : signez sans « certifier » ni « verrouiller » "
            "le document."
        )
    if not nouvelle.fiable:
        raise _refus(
            f"{nouvelle.raison} Signez avec un certificat d'une autorité de confiance, en cours de validité, ou dans "
            "l'application."
        )


def _exiger_le_nom(partie: PartieASigner, qui: Signataire, lue: SignatureLue, confirme: str) -> str:
    """L'écart entre le nom du certificat et le signataire attendu ; vide s'il n'y en a pas. Refuse s'il n'est pas
    confirmé."""
    represente_par = qui.delegation.delegataire.nom_complet if qui.delegation else partie.representant
    ecart = ecart_de_nom(lue.titulaire, partie=partie.nom, represente_par=represente_par, declare=qui.nom)
    if ecart and ecart != confirme:
        raise ActeRefuse(Manque(ecart, champ="confirme"))
    return ecart


def _date(lue: SignatureLue) -> dt.date:
    instant = lue.horodatee_le or lue.signee_le
    if instant is None:
        raise _refus("La signature ne dit pas sa date : signez avec un logiciel qui l'inscrit.")
    return timezone.localdate(instant)


def _preuve(lue: SignatureLue, origine: Origine) -> dict[str, Any]:
    return {
        "adresse": origine.adresse,
        "navigateur": origine.navigateur[:300],
        "certificat": {
            "titulaire": lue.titulaire,
            "sujet": lue.sujet,
            "emetteur": lue.emetteur,
            "empreinte_du_certificat": lue.empreinte_du_certificat,
            "signee_le": lue.signee_le.isoformat() if lue.signee_le else "",
            "horodatee_le": lue.horodatee_le.isoformat() if lue.horodatee_le else "",
        },
    }


def _refus(phrase: str) -> ActeRefuse:
    return ActeRefuse(Manque(phrase, champ="fichier"))
