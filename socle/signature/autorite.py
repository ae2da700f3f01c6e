"""Les clés et les certificats : ceux que l'exploitant a mis dans `SIGNATURE_DOSSIER`, ou ceux de la démonstration.

- `cachet.p12` : la clé et le certificat du cachet de l'organisme ;
- `emetteur.p12` : l'autorité qui certifie, le temps d'une signature, la personne qui signe dans l'application ;
- `horodatage.p12` : une autorité d'horodatage locale, si `HORODATAGE_URL` n'en désigne pas une ;
- `racines/*.pem` : les autorités auxquelles on se fie ; `intermediaires/*.pem` : les certificats entre elles et nous ;
- `revocations/*.crl` : les listes de révocation de ces autorités, en DER.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from socle.signature.certificats import certifier, nouvelle_cle, sujet

if TYPE_CHECKING:
    from cryptography import x509
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper
    from pyhanko_certvalidator import ValidationContext

# Il avertit, avec leur pile, de tout ce qu'un fichier a d'anormal, et de ce que le réseau est coupé : c'est voulu.
logging.getLogger("pyhanko").setLevel(logging.ERROR)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.ERROR)

DUREE_D_UN_CERTIFICAT = dt.timedelta(minutes=15)
B_T, B_LT = "b-t", "b-lt"
NIVEAUX = {B_T: "PAdES B-T", B_LT: "PAdES B-LT"}


class ServiceDeSignatureIndisponible(Exception):
    """Le cachet ou l'horodatage ne répond pas : rien n'est signé, il faut réessayer plus tard."""


def dossier() -> Path:
    """Le dossier des clés."""
    return Path(settings.SIGNATURE_DOSSIER)


def secret() -> bytes:
    """Le mot de passe des clés."""
    return settings.SIGNATURE_MOT_DE_PASSE.encode()


def _presente(nom: str) -> Path:
    chemin = dossier() / nom
    if not chemin.is_file():
        raise ServiceDeSignatureIndisponible(f"{nom} n'est pas dans le dossier des clés.")
    return chemin


def _signataire(nom: str) -> SimpleSigner:
    from pyhanko.sign.signers import SimpleSigner

    charge: SimpleSigner | None = SimpleSigner.load_pkcs12(str(_presente(nom)), passphrase=secret())
    if charge is None or charge.signing_cert is None:
        raise ServiceDeSignatureIndisponible(f"{nom} ne s'ouvre pas avec le mot de passe des clés.")
    certificat = charge.signing_cert
    _exiger_valable(nom, certificat.not_valid_before, certificat.not_valid_after)
    return charge


def _exiger_valable(nom: str, debut: dt.datetime, fin: dt.datetime) -> None:
    """Rien ne se signe avec un certificat périmé : la signature serait refusée par qui la lirait."""
    if not debut <= dt.datetime.now(dt.UTC) <= fin:
        raise ServiceDeSignatureIndisponible(
            f"Le certificat de {nom} vaut du {debut:%d/%m/%Y} au {fin:%d/%m/%Y} : remplacez-le."
        )


def cachet() -> SimpleSigner:
    """La clé du cachet de l'organisme. Lève `ServiceDeSignatureIndisponible`."""
    return _signataire("cachet.p12")


def horodatage() -> TimeStamper:
    """L'autorité d'horodatage : celle de `HORODATAGE_URL`, ou celle du dossier des clés."""
    if settings.HORODATAGE_URL:
        from socle.signature.horodatage import HorodatageParHttp

        return HorodatageParHttp()  # type: ignore[no-untyped-call]
    nom = "horodatage.p12"
    chemin = _presente(nom)
    locale: DummyTimeStamper = _horodatage_local(nom, (str(chemin), chemin.stat().st_mtime_ns), secret())
    _exiger_valable(nom, locale.tsa_cert.not_valid_before, locale.tsa_cert.not_valid_after)
    return locale


@functools.lru_cache(maxsize=1)
def _horodatage_local(nom: str, fichier: tuple[str, int], mot_de_passe: bytes) -> DummyTimeStamper:
    """L'horodatage local, lu à nouveau quand son fichier change : ouvrir sa clé RSA prend le tiers d'une signature."""
    from pyhanko.sign.timestamps import DummyTimeStamper

    locale = _signataire(nom)
    return DummyTimeStamper(locale.signing_cert, locale.signing_key, certs_to_embed=locale.cert_registry)


def personne(*, nom: str, organisme: str) -> SimpleSigner:
    """Une clé neuve et son certificat de quinze minutes, au nom de la personne qui signe maintenant.

    La clé n'est gardée nulle part : elle disparaît avec la signature qu'elle vient de faire.
    """
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    emetteur_cle, emetteur_certificat, chaine = emetteur()
    cle = nouvelle_cle(rsa=False)
    maintenant = dt.datetime.now(dt.UTC)  # l'heure vraie : celle de la signature
    certificat = certifier(
        sujet(nom, organisme),
        cle.public_key(),
        par=(emetteur_certificat.subject, emetteur_cle),
        debut=maintenant - dt.timedelta(minutes=5),
        fin=maintenant + DUREE_D_UN_CERTIFICAT,
        signe=True,
    )
    der = serialization.Encoding.DER
    prive = cle.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    magasin = SimpleCertificateStore.from_certs(
        asn1_x509.Certificate.load(autre.public_bytes(der)) for autre in (emetteur_certificat, *chaine)
    )
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificat.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(prive),
        cert_registry=magasin,
    )


def emetteur() -> tuple[Any, x509.Certificate, list[x509.Certificate]]:
    """La clé de l'autorité qui certifie les personnes, son certificat, et ceux qui mènent à sa racine."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    nom = "emetteur.p12"
    try:
        cle, certificat, chaine = pkcs12.load_key_and_certificates(_presente(nom).read_bytes(), secret())
    except ValueError as erreur:
        raise ServiceDeSignatureIndisponible(f"{nom} ne s'ouvre pas avec le mot de passe des clés.") from erreur
    if cle is None or certificat is None:
        raise ServiceDeSignatureIndisponible(f"{nom} n'a pas sa clé ou son certificat.")
    _exiger_valable(nom, certificat.not_valid_before_utc, certificat.not_valid_after_utc)
    return cle, certificat, chaine


def confiance(*, le: dt.datetime | None = None, exigeante: bool = False) -> ValidationContext:
    """À qui se fier pour valider une signature, sans aucun accès au réseau.

    `le` : l'instant où le certificat devait valoir, maintenant par défaut. `exigeante` : chaque certificat doit être
    couvert par une liste de révocation à jour ; sinon celles qui manquent ne comptent pas.
    """
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko_certvalidator import ValidationContext

    racines, intermediaires = (
        list(load_certs_from_pemder(_fichiers(nom, "*.pem"))) for nom in ("racines", "intermediaires")
    )
    return ValidationContext(
        trust_roots=racines,
        other_certs=intermediaires,
        crls=[Path(chemin).read_bytes() for chemin in _fichiers("revocations", "*.crl")],
        revocation_mode="require" if exigeante else "soft-fail",
        moment=le,
        retroactive_revinfo=le is not None,
        allow_fetching=False,
    )


def _fichiers(sous_dossier: str, motif: str) -> list[str]:
    return sorted(map(str, (dossier() / sous_dossier).glob(motif)))
