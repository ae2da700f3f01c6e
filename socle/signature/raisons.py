"""Pourquoi une signature n'est pas admise, en une phrase."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

MODIFIE = "Le texte a été modifié après la signature."
COMPLETE = "Le fichier a été complété, après la signature, par autre chose qu'une signature."
FAUSSE = "La signature ne correspond pas au certificat qu'elle porte."
FAIBLE = "Le procédé de signature est trop faible pour être admis (une empreinte SHA-1, par exemple)."
AUTRE_USAGE = "Le certificat n'est pas fait pour signer un document."
HORODATAGE = "L'horodatage ne vient pas d'une autorité reconnue."
INVERIFIABLE = "Le certificat ne peut pas être vérifié."

# Les motifs de l'ETSI EN 319 102-1, tels que les nomme pyHanko.
_REVOQUE = frozenset({"REVOKED", "REVOKED_NO_POE", "REVOKED_CA_NO_POE"})
_FIXES = {
    "CHAIN_CONSTRAINTS_FAILURE": AUTRE_USAGE,
    "SIG_CONSTRAINTS_FAILURE": AUTRE_USAGE,
    "CRYPTO_CONSTRAINTS_FAILURE": FAIBLE,
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": FAIBLE,
}


def dire(etat: Any, *, complete: bool, fiable: bool, le: dt.datetime | None) -> str:
    """La raison d'un état de pyHanko ; vide si tout est bon. L'atteinte au texte passe avant le certificat."""
    if not etat.intact:
        return MODIFIE
    if not etat.valid:
        return FAUSSE
    if complete:
        return COMPLETE
    if fiable:
        return ""
    return HORODATAGE if etat.trusted else _du_certificat(etat, le or timezone.now())


def _du_certificat(etat: Any, le: dt.datetime) -> str:
    motif = etat.trust_problem_indic.name if etat.trust_problem_indic is not None else ""
    certificat = etat.signing_cert
    if motif in _REVOQUE:
        return f"Le certificat a été révoqué{_depuis(etat)} : il ne valait plus."
    if motif in _FIXES:
        return _FIXES[motif]
    if etat.validation_path is None:
        emetteur = certificat.issuer.native.get("common_name") or certificat.issuer.human_friendly
        return f"Le certificat vient d'une autorité que la Caf ne reconnaît pas : {emetteur}."
    debut, fin = certificat.not_valid_before, certificat.not_valid_after
    if not debut <= le <= fin:
        return f"Le certificat ne valait pas ce jour-là : il est valable du {_jour(debut)} au {_jour(fin)}."
    return INVERIFIABLE


def _depuis(etat: Any) -> str:
    details = etat.revocation_details
    return f" le {_jour(details.revocation_date)}" if details is not None else ""


def _jour(instant: Any) -> str:
    return f"{timezone.localtime(instant):%d/%m/%Y}"
