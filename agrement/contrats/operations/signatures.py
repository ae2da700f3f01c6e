"""Signer une version dans l'application, avec un compte ou par un lien personnel ; puis passer à la suite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from agrement.contrats import notifications
from agrement.contrats.choix import ModeDeSignature
from agrement.contrats.models import (
    CodeDeSignature,
    Contrat,
    DelegationDeSignature,
    LienDeSignature,
    PartieASigner,
    Signature,
    VersionASigner,
)
from agrement.contrats.operations.acces import (
    concerne,
    peut_engager,
    pouvoir_de,
    refus_au_journal,
    representants,
    verrouiller,
)
from agrement.contrats.operations.codes import dernier_code, envoyer_le_lien, verifier_le_code
from agrement.contrats.operations.scellement import sceller
from agrement.contrats.operations.tour import ecarts_de_date, manques_pour_signer
from agrement.contrats.workflow import CIRCUIT_DES_VERSIONS
from comptes.models import Utilisateur
from socle import fichiers, journal, signature
from socle.models import Fichier
from socle.templatetags.composants import date_longue
from socle.texte import se_lit
from socle.workflow import ActeRefuse, Manque

CONSENTEMENT = "J'ai lu le texte dont l'empreinte est affichée ci-dessus. J'accepte d'y être engagé et je signe."


class Origine(NamedTuple):
    """D'où vient la demande de signature : l'adresse IP et le navigateur, tels que le serveur les a vus."""

    adresse: str = ""
    navigateur: str = ""


INCONNUE = Origine()


class Signataire(NamedTuple):
    """Qui signe, tel que cela s'imprime, et par quelle délégation."""

    nom: str
    qualite: str
    par: Utilisateur | None = None
    delegation: DelegationDeSignature | None = None


def signer(
    partie: PartieASigner, *, qualite: str, code: str, par: Utilisateur, origine: Origine = INCONNUE
) -> Signature:
    """Signe pour cette partie, aujourd'hui, dans l'application ; la dernière signature fait sceller (T21).

    Le nom qui s'imprime est celui du compte : personne ne signe sous un autre. Refuse qui n'a pas, ou plus, le pouvoir
    de l'engager, une signature hors de son tour, un code faux. Lève `ServiceDeSignatureIndisponible` si
    l'horodatage ne répond pas : rien n'est alors écrit.
    """
    with refus_au_journal(partie, par):
        with transaction.atomic():
            pouvoir_de(par, partie)
        return _signer_a_distance(partie, par.nom_complet, qualite, code, par, origine)


def signer_par_le_lien(
    lien: LienDeSignature, *, nom: str, qualite: str, code: str, origine: Origine = INCONNUE
) -> Signature:
    """La signature d'un co-signataire sans compte. Refuse un lien qui ne sert plus, et ce que refuse `signer`."""
    partie = lien.partie
    with refus_au_journal(partie, None):
        exiger_le_lien(lien)
        return _signer_a_distance(partie, nom, qualite, code, None, origine)


def exiger_le_lien(lien: LienDeSignature) -> None:
    """Lève `ActeRefuse` si le lien ne sert plus."""
    if phrase := lien.ce_qui_le_ferme:
        raise ActeRefuse(phrase)


def _signer_a_distance(
    partie: PartieASigner, nom: str, qualite: str, code: str, par: Utilisateur | None, origine: Origine
) -> Signature:
    date = timezone.localdate()
    exiger_que_ce_soit_signable(partie, nom, qualite, date)
    verifier_le_code(partie, code, par=par)
    with transaction.atomic(), journal.acte("signer", f"Signature pour {partie.nom}", par=par):
        verrouiller(partie)
        delegation = pouvoir_de(par, partie) if par is not None else None
        exiger_que_ce_soit_signable(partie, nom, qualite, date)
        _exiger_une_autre_personne(partie, par)
        donnee = _apposer(
            partie,
            Signataire(nom.strip(), qualite.strip(), par, delegation),
            date,
            {"consentement": CONSENTEMENT, **_origine(origine), "code": _utiliser_le_code(partie, par, code)},
        )
        poursuivre(partie.version)
    return donnee


def exiger_que_ce_soit_signable(partie: PartieASigner, nom: str, qualite: str, date: dt.date) -> None:
    """Lève `ActeRefuse` avec tout ce qui manque à une signature de cette date."""
    if manques := list(_manques(partie, nom, qualite, date)):
        raise ActeRefuse(*manques)


def _exiger_une_autre_personne(partie: PartieASigner, par: Utilisateur | None) -> None:
    """L'ancien et le nouveau gestionnaire d'une substitution sont deux parties : chacune a son signataire."""
    if par is not None and Signature.objects.filter(partie__version=partie.version_id, par=par).exists():
        raise ActeRefuse("Vous avez déjà signé pour une autre partie : une autre personne signe pour celle-ci.")


def _manques(partie: PartieASigner, nom: str, qualite: str, date: dt.date) -> Iterator[Manque]:
    yield from manques_pour_signer(partie)
    yield from ecarts_de_date(partie, date)
    if not se_lit(nom) or not se_lit(qualite):
        yield Manque("Écrivez le nom et la qualité du signataire.")


def _utiliser_le_code(partie: PartieASigner, par: Utilisateur | None, saisi: str) -> dict[str, Any]:
    """Le code, relu sous verrou, ne sert plus : deux signatures au même instant n'en usent pas deux fois."""
    code: CodeDeSignature | None = dernier_code(partie, par)
    if code is None or not code.est(saisi):
        raise ActeRefuse(Manque("Un autre code vient d'être demandé : utilisez le dernier reçu.", champ="code"))
    code.utilise_le = timezone.now()
    code.save()
    return {
        "envoye_a": code.courriel,
        "envoye_le": code.envoye_le.isoformat(),
        "verifie_le": code.utilise_le.isoformat(),
        "essais_manques": code.essais,
        "empreinte": code.empreinte,
    }


def _origine(origine: Origine) -> dict[str, str]:
    return {"adresse": origine.adresse, "navigateur": origine.navigateur[:300]}


def _apposer(partie: PartieASigner, qui: Signataire, date: dt.date, preuve: dict[str, Any]) -> Signature:
    version = partie.version
    with fichiers.ouvrir(version.courant_pdf) as courant:
        signe = signature.signer(
            courant.read(),
            champ=partie.champ,
            personne=signature.Personne(nom=qui.nom, organisme=partie.nom),
            motif=f"Signature : {version}",
            lignes=lignes_du_tampon(qui, f"Signé le {date_longue(date)}"),
        )
    nom = f"contrat-{version.contrat.numero}-{partie.rang}.pdf"
    garde = fichiers.enregistrer_pdf(signe.contenu, nom, par=qui.par)
    preuve = {**preuve, "certificat": signe.preuve}
    return enregistrer(partie, qui, date, ModeDeSignature.APPLICATION, garde, preuve)


def lignes_du_tampon(qui: Signataire, *suite: str) -> tuple[str, ...]:
    """Ce qui s'imprime dans le champ de la partie."""
    delegation = ("par délégation",) if qui.delegation is not None else ()
    return (qui.nom, qui.qualite, *delegation, *suite)


def enregistrer(
    partie: PartieASigner, qui: Signataire, date: dt.date, mode: str, fichier: Fichier, preuve: dict[str, Any]
) -> Signature:
    """Garde la signature, ce qui l'établit, et l'empreinte du texte signé."""
    if qui.delegation is not None:
        preuve = {**preuve, "delegation": qui.delegation.reference}
    donnee = Signature.objects.create(
        partie=partie,
        mode=mode,
        nom=qui.nom,
        qualite=qui.qualite,
        date=date,
        empreinte=partie.version.original_pdf.empreinte,
        fichier=fichier,
        preuve=preuve,
        delegation=qui.delegation,
        par=qui.par,
        enregistree_le=timezone.now(),
    )
    partie.signature = donnee
    return donnee


# --- La suite ---------------------------------------------------------------------------------------


def poursuivre(version: VersionASigner) -> None:
    """Prévient la partie suivante ; après la dernière, le cachet de la Caf se pose."""
    version = VersionASigner.objects.prefetch_related("parties__signature").get(pk=version.pk)
    suivante = version.partie_attendue
    if suivante is not None:
        prevenir(suivante)
        return
    CIRCUIT_DES_VERSIONS.executer(version, "constater_les_signatures", par=None)
    sceller(version)


def prevenir(partie: PartieASigner, *, rappel: bool = False) -> None:
    """Dit à une partie que c'est son tour : son lien au co-signataire, un courriel aux comptes qui l'engagent."""
    if partie.est_cosignataire:
        envoyer_le_lien(partie, rappel=rappel)
    else:
        notifications.demander_la_signature(partie, representants(partie), rappel=rappel)


def partie_de(par: Utilisateur, contrat: Contrat) -> PartieASigner | None:
    """La partie de la dernière version que cette personne engage ; d'abord celle qui reste à signer."""
    version = contrat.version
    if version is None:
        return None
    parties = list(version.parties.select_related("version__contrat__dossier", "signature"))
    siennes = [partie for partie in parties if concerne(par, partie)]
    attendue = [partie for partie in siennes if not partie.est_signee and peut_engager(par, partie)]
    return next(iter((*attendue, *siennes)), None)
