"""L'antivirus de l'exploitant, s'il en a réglé un : un service ClamAV (clamd), par sa commande INSTREAM."""

import logging
import socket
import struct

from django.conf import settings

from socle.fichiers.refus import Refus

DELAI = 20  # secondes
_MORCEAU = 64 * 1024


def analyser(contenu: bytes) -> None:
    """Lève `Refus` si l'antivirus reconnaît une menace, ou s'il ne répond pas : rien n'entre sans son accord."""
    if not settings.ANTIVIRUS:
        return
    try:
        reponse = _demander(contenu)
    except OSError as erreur:
        logging.getLogger(__name__).error("Antivirus %s : %s", settings.ANTIVIRUS, erreur)
        raise _sans_reponse() from erreur
    if reponse.endswith("FOUND"):
        logging.getLogger(__name__).warning("Antivirus : %s", reponse)
        raise Refus("est refusé par l'antivirus", "Ne l'ouvrez pas et prévenez votre service informatique.")
    if not reponse.endswith("OK"):
        logging.getLogger(__name__).error("Antivirus : %s", reponse)
        raise _sans_reponse()


def _sans_reponse() -> Refus:
    return Refus("n'a pas pu être contrôlé : l'antivirus ne répond pas", "Réessayez dans quelques minutes.")


def _demander(contenu: bytes) -> str:
    hote, _, port = settings.ANTIVIRUS.rpartition(":")
    with socket.create_connection((hote, int(port)), timeout=DELAI) as prise:
        prise.sendall(b"zINSTREAM\0")
        for debut in range(0, len(contenu), _MORCEAU):
            morceau = contenu[debut : debut + _MORCEAU]
            prise.sendall(struct.pack("!L", len(morceau)) + morceau)
        prise.sendall(struct.pack("!L", 0))
        with prise.makefile("rb") as reponse:
            return reponse.read(4096).rstrip(b"\0\n").decode("utf-8", "replace")
