"""Faire des clés, des certificats et des listes de révocation : ceux des personnes, et ceux de la démonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509


def nouvelle_cle(*, rsa: bool) -> Any:
    """Une clé RSA de 3072 bits, ou une clé EC P-256 : les minimums de l'Anssi (RGS, annexe B1)."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric import rsa as cles_rsa

    return cles_rsa.generate_private_key(65537, 3072) if rsa else ec.generate_private_key(ec.SECP256R1())


def sujet(nom: str, organisme: str) -> x509.Name:
    """Le nom porté par un certificat : chaque partie y tient en 64 signes (X.520)."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    morceaux = ((NameOID.COUNTRY_NAME, "FR"), (NameOID.ORGANIZATION_NAME, organisme), (NameOID.COMMON_NAME, nom))
    return x509.Name([x509.NameAttribute(oid, texte[:64]) for oid, texte in morceaux])


def certifier(
    sujet: x509.Name,
    cle: Any,
    *,
    par: tuple[x509.Name, Any],
    debut: dt.datetime,
    fin: dt.datetime,
    autorite: bool = False,
    signe: bool = False,
    horodate: bool = False,
) -> x509.Certificate:
    """Un certificat de cette clé publique, signé `par` le nom et la clé de son autorité."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    emetteur, cle_de_l_emetteur = par
    demande = (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(emetteur)
        .public_key(cle)
        .serial_number(x509.random_serial_number())
        .not_valid_before(debut)
        .not_valid_after(fin)
        .add_extension(x509.BasicConstraints(ca=autorite, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(cle), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(cle_de_l_emetteur.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not autorite, content_commitment=signe, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=autorite, crl_sign=autorite,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if horodate:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        demande = demande.add_extension(usage, critical=True)
    return demande.sign(cle_de_l_emetteur, hashes.SHA256())


def liste_de_revocation(
    paire: tuple[Any, x509.Certificate],
    *,
    du: dt.datetime,
    au: dt.datetime,
    revoques: Iterable[tuple[int, dt.datetime]] = (),
) -> bytes:
    """La liste de révocation d'une autorité, en DER. `revoques` : des numéros de série, et depuis quand."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    cle, certificat = paire
    liste = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificat.subject)
        .last_update(du)
        .next_update(au)
        .add_extension(x509.CRLNumber(int(du.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(cle.public_key()), critical=False)
    )
    for numero, depuis in revoques:
        liste = liste.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(numero).revocation_date(depuis).build()
        )
    return liste.sign(cle, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
