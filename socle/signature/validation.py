"""Valider chaque signature d'un PDF par pyHanko. Lourd à importer : voir `socle.signature.examen`."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from socle.signature import autorite, raisons
from socle.signature.examen import SignatureLue
from socle.signature.lecture import Lecteur

# Au-delà, un fichier n'est pas un contrat : il cherche à occuper la machine.
SIGNATURES_MAX, REVISIONS_MAX = 20, 60


def lire_les_signatures(contenu: bytes) -> Iterator[SignatureLue]:
    """Chaque signature, dans l'ordre du fichier. Lève, sur un fichier abîmé, n'importe quelle exception."""
    lecteur = _lecteur(contenu)
    trouvees = lecteur.embedded_regular_signatures
    # Comparer les révisions coûte une seconde chacune : inutile si le texte signé n'est déjà plus le même.
    texte_change = not all(condensat_exact(trouvee) for trouvee in trouvees)
    ajoute = bool(trouvees) and _a_un_champ_de_plus(lecteur, min(trouvee.signed_revision for trouvee in trouvees))
    for trouvee in trouvees:
        yield _lire(trouvee, sans_comparer=texte_change, ajoute=ajoute)


def condensat_exact(trouvee: Any) -> bool:
    """Vrai si les octets couverts ont le condensat écrit dans la signature, sans dire qui l'a écrite."""
    ecrit = find_unique_cms_attribute(trouvee.signer_info["signed_attrs"], "message_digest")
    return bool(trouvee.compute_digest() == ecrit.native)


def ne_fait_que_signer(contenu: bytes, original: bytes) -> bool:
    """Vrai si les révisions qui suivent `original` ne font que remplir des champs de signature, ou garder des preuves.

    Lève, sur un fichier abîmé, n'importe quelle exception.
    """
    lecteur, derniere = _lecteur(contenu), Lecteur(original).total_revisions - 1
    ecart = _sauf_l_annonce().review_file(lecteur, derniere)
    if isinstance(ecart, SuspiciousModification):
        return False
    return ecart.modification_level <= ModificationLevel.FORM_FILLING and not _a_un_champ_de_plus(lecteur, derniere)


def _sauf_l_annonce() -> StandardDiffPolicy:
    """La règle de pyHanko, qui admet en plus ce que la première signature annonce dans le formulaire : « SigFlags »."""
    champs = DEFAULT_DIFF_POLICY.form_rule
    assert champs is not None
    annonce = {*champs.ignored_acroform_keys, "/SigFlags"}
    return StandardDiffPolicy(
        DEFAULT_DIFF_POLICY.global_rules, FormUpdatingRule(champs.field_rules, ignored_acroform_keys=annonce)
    )


def _lecteur(contenu: bytes) -> Lecteur:
    lecteur = Lecteur(contenu)
    if len(lecteur.embedded_signatures) > SIGNATURES_MAX or lecteur.total_revisions > REVISIONS_MAX:
        raise ValueError("trop de signatures ou de révisions")
    return lecteur


def _a_un_champ_de_plus(lecteur: Lecteur, revision: int) -> bool:
    """Vrai si un champ est apparu après cette révision, hors d'un horodatage invisible.

    La norme admet d'ajouter un champ de signature à un PDF signé : son image pourrait couvrir le texte.
    """
    prevus = {nom for nom, _, _ in enumerate_sig_fields(lecteur.get_historical_resolver(revision))}
    return any(
        nom not in prevus and not _est_un_horodatage_invisible(valeur, reference.get_object())
        for nom, valeur, reference in enumerate_sig_fields(lecteur)
    )


def _est_un_horodatage_invisible(valeur: Any, champ: Any) -> bool:
    gauche, bas, droite, haut = champ.get("/Rect", (0, 0, 0, 0))
    return valeur is not None and valeur.get("/Type") == "/DocTimeStamp" and (gauche, bas) == (droite, haut)


def _lire(trouvee: Any, *, sans_comparer: bool, ajoute: bool) -> SignatureLue:
    maintenant = autorite.confiance()
    etat = validate_pdf_signature(trouvee, maintenant, ts_validation_context=maintenant, skip_diff=sans_comparer)
    horodatee_le = _horodatage_prouve(etat)
    confirme = _a_l_instant(trouvee, horodatee_le)
    complete = sans_comparer or not etat.docmdp_ok or ajoute
    fiable = bool(confirme.trusted and (etat.timestamp_validity is None or horodatee_le))
    return SignatureLue(
        champ=trouvee.field_name,
        sujet=etat.signing_cert.subject.human_friendly,
        emetteur=etat.signing_cert.issuer.human_friendly,
        empreinte_du_certificat=etat.signing_cert.sha256.hex(),
        signee_le=etat.signer_reported_dt,
        horodatee_le=horodatee_le,
        intacte=bool(etat.intact and etat.valid and not complete),
        fiable=fiable,
        raison=raisons.dire(confirme, complete=complete, fiable=fiable, le=horodatee_le),
        jusqu_au_bout=_va_jusqu_au_bout(trouvee, etat),
        interdit_la_suite=_interdit_la_suite(trouvee),
        titulaire=titulaire(etat.signing_cert.subject.native),
    )


def titulaire(sujet: dict[str, Any]) -> str:
    """Le nom que porte un certificat : prénom et nom (ETSI EN 319 412-2), ou nom usuel ; vide s'il n'en a aucun."""
    parts = [sujet.get(cle, "") for cle in ("given_name", "surname")]
    dits = parts if all(parts) else [sujet.get("common_name", "")]
    # Un attribut répété se lit en liste.
    return " ".join(" ".join(dit if isinstance(dit, str) else " ".join(dit) for dit in dits).split())


def _horodatage_prouve(etat: Any) -> dt.datetime | None:
    """L'instant de l'horodatage, s'il vient d'une autorité reconnue ; rien sinon."""
    horodatage = etat.timestamp_validity
    if horodatage is None or not (horodatage.valid and horodatage.trusted):
        return None
    instant: dt.datetime = horodatage.timestamp
    return instant


def _a_l_instant(trouvee: Any, le: dt.datetime | None) -> Any:
    """Ce que valait le certificat à cet instant, ou maintenant si rien ne prouve l'instant.

    Un certificat de quinze minutes est périmé dès le lendemain : seul compte l'instant où il a servi. Une révocation
    connue compte toujours ; une liste qui manque ne fait refuser personne.
    """
    for exigeante in (True, False):
        alors = autorite.confiance(le=le, exigeante=exigeante)
        etat = validate_pdf_signature(trouvee, alors, ts_validation_context=autorite.confiance(), skip_diff=True)
        if etat.trusted or etat.revoked:
            break
    return etat


def _interdit_la_suite(trouvee: Any) -> bool:
    """Vrai si elle restreint ce qui peut la suivre (ISO 32000-1, 12.8.2), que le catalogue du PDF le dise ou non."""
    reserves = (reserve.get_object() for reserve in trouvee.sig_object.get("/Reference", ()))
    return any(reserve.get("/TransformMethod") in {"/DocMDP", "/FieldMDP"} for reserve in reserves)


def _va_jusqu_au_bout(trouvee: Any, etat: Any) -> bool:
    """Rien ne suit la signature, ou la seule révision qui garde de quoi la valider (niveau B-LT)."""
    if etat.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    flux = trouvee.reader.stream
    flux.seek(-16, io.SEEK_END)
    fini = flux.read().rstrip(b"\r\n").endswith(b"%%EOF")
    suivie = etat.coverage == SignatureCoverageLevel.ENTIRE_REVISION
    return bool(suivie and etat.modification_level == ModificationLevel.LTA_UPDATES and fini)
