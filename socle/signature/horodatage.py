"""Demander l'heure à une autorité d'horodatage (RFC 3161), par HTTP et sans autre bibliothèque que celle de Python."""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request

from asn1crypto import tsp
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

REPONSE_MAX = 1024 * 1024  # octets
MIME_DE_LA_DEMANDE, MIME_DE_LA_REPONSE = "application/timestamp-query", "application/timestamp-reply"


class HorodatageParHttp(TimeStamper):
    """L'autorité de `HORODATAGE_URL`. Lève `TimestampRequestError` si elle ne répond pas, ou répond autre chose."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            return await asyncio.to_thread(_demander, req.dump())
        except (OSError, http.client.HTTPException, ValueError) as panne:
            raise TimestampRequestError(f"L'horodatage ne répond pas : {panne}") from panne


def _demander(demande: bytes) -> tsp.TimeStampResp:
    adresse: str = settings.HORODATAGE_URL
    if not adresse.startswith(("https://", "http://")):
        raise ValueError("HORODATAGE_URL commence par https:// ou http://.")
    envoi = urllib.request.Request(
        adresse, data=demande, headers={"Content-Type": MIME_DE_LA_DEMANDE, "Accept": MIME_DE_LA_REPONSE}
    )
    try:
        with urllib.request.urlopen(envoi, timeout=settings.HORODATAGE_DELAI) as reponse:
            mime, corps = reponse.headers.get_content_type(), reponse.read(REPONSE_MAX)
    except urllib.error.HTTPError as refus:
        refus.close()  # c'est aussi la réponse : elle tient la connexion ouverte
        raise
    if mime != MIME_DE_LA_REPONSE:
        raise ValueError("la réponse n'est pas un horodatage")
    lue = tsp.TimeStampResp.load(corps, strict=True)
    if not isinstance(lue.native, dict):  # asn1crypto ne lit qu'à la demande : ici, tout se lit, ou lève ValueError
        raise ValueError("la réponse n'est pas un horodatage")
    return lue
