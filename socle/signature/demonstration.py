"""L'autorité de démonstration : tout ce qu'il faut pour signer sur cette machine, et qui ne vaut rien ailleurs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socle.signature.autorite import secret
from socle.signature.certificats import certifier, liste_de_revocation, nouvelle_cle, sujet

if TYPE_CHECKING:
    from cryptography import x509

ANNEES = 5
SOUS_DOSSIERS = ("racines", "intermediaires", "revocations")


def preparer_l_autorite(dossier: Path, *, organisme: str) -> bool:
    """Écrit l'autorité de démonstration, sauf si un cachet est déjà là. Vrai si elle vient d'être écrite."""
    if (dossier / "cachet.p12").exists():
        return False
    creer_l_autorite_de_demonstration(dossier, organisme=organisme)
    return True


def creer_l_autorite_de_demonstration(dossier: Path, *, organisme: str) -> None:
    """Écrit dans `dossier` une racine, une autorité, leurs listes de révocation, un cachet et un horodatage."""
    from cryptography.hazmat.primitives import serialization

    dossier.mkdir(parents=True, exist_ok=True, mode=0o700)
    for sous_dossier in SOUS_DOSSIERS:
        (dossier / sous_dossier).mkdir(exist_ok=True)
    aujourd_hui, duree = dt.datetime.now(dt.UTC), dt.timedelta(days=365 * ANNEES)
    debut, fin = aujourd_hui - duree, aujourd_hui + duree  # la démonstration a un passé

    def paire(nom: str, par: tuple[Any, Any] | None = None, **usage: bool) -> tuple[Any, x509.Certificate]:
        cle = nouvelle_cle(rsa=usage.get("horodate", False))
        titulaire = sujet(nom, f"{organisme} (démonstration)")
        emetteur = (par[1].subject, par[0]) if par else (titulaire, cle)
        return cle, certifier(titulaire, cle.public_key(), par=emetteur, debut=debut, fin=fin, **usage)

    racine = paire("Autorité racine de démonstration", autorite=True)
    autorite = paire("Autorité de signature de démonstration", racine, autorite=True)
    pem = serialization.Encoding.PEM
    (dossier / "racines" / "demonstration.pem").write_bytes(racine[1].public_bytes(pem))
    (dossier / "intermediaires" / "demonstration.pem").write_bytes(autorite[1].public_bytes(pem))
    for nom, emettrice in (("racine", racine), ("autorite", autorite)):
        (dossier / "revocations" / f"{nom}.crl").write_bytes(liste_de_revocation(emettrice, du=debut, au=fin))
    chaine = [autorite[1], racine[1]]
    _ecrire(dossier / "emetteur.p12", autorite, [racine[1]])
    _ecrire(dossier / "horodatage.p12", paire("Horodatage de démonstration", autorite, horodate=True), chaine)
    # En dernier : sa présence dit que tout le reste est là.
    _ecrire(dossier / "cachet.p12", paire(f"Cachet de {organisme}", autorite, signe=True), chaine)


def _ecrire(chemin: Path, paire: tuple[Any, x509.Certificate], chaine: list[x509.Certificate]) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    cle, certificat = paire
    chiffrement = serialization.BestAvailableEncryption(secret())
    chemin.touch(mode=0o600)
    chemin.write_bytes(
        pkcs12.serialize_key_and_certificates(chemin.stem.encode(), cle, certificat, chaine, chiffrement)
    )
