"""Poser une signature ou un cachet dans le champ prévu d'un PDF, sans toucher à ce qui le précède."""

from __future__ import annotations

import datetime as dt
import io
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from socle import pdf
from socle.signature import autorite
from socle.signature.autorite import ServiceDeSignatureIndisponible
from socle.signature.boucle import hors_de_la_boucle

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

    from socle.signature.ecriture import Suite


logger = logging.getLogger(__name__)


class Personne(NamedTuple):
    """Qui signe : son nom et l'organisme qu'elle engage, tels qu'ils s'écrivent dans le certificat."""

    nom: str
    organisme: str


class PdfSigne(NamedTuple):
    """Le PDF signé, et ce qui prouve la signature, en valeurs simples."""

    contenu: bytes
    preuve: dict[str, Any]


def signer(contenu: bytes, *, champ: str, personne: Personne, motif: str, lignes: Sequence[str]) -> PdfSigne:
    """Signe, au nom de cette personne, dans le champ vide `champ` ; `lignes` s'y impriment.

    Lève `ServiceDeSignatureIndisponible` si l'émetteur ou l'horodatage ne répond pas : rien n'est alors signé.
    """
    with _pannes_au_journal():
        qui = autorite.personne(nom=personne.nom, organisme=personne.organisme)
        return _poser(contenu, champ=champ, qui=qui, motif=motif, lignes=lignes)


def cacheter(contenu: bytes, *, champ: str, motif: str, lignes: Sequence[str]) -> PdfSigne:
    """Pose le cachet de l'organisme dans le champ vide `champ`. Lève `ServiceDeSignatureIndisponible`."""
    with _pannes_au_journal():
        return _poser(contenu, champ=champ, qui=autorite.cachet(), motif=motif, lignes=lignes)


@contextmanager
def _pannes_au_journal() -> Iterator[None]:
    """L'exploitant lit pourquoi rien ne se signe ; la personne, seulement que cela viendra."""
    try:
        yield
    except ServiceDeSignatureIndisponible as panne:
        logger.error("Rien n'est signé : %s", panne, exc_info=panne.__cause__)
        raise


def _poser(contenu: bytes, *, champ: str, qui: SimpleSigner, motif: str, lignes: Sequence[str]) -> PdfSigne:
    # pyHanko met une seconde à s'importer : seuls les processus qui signent la paient.
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.timestamps import TimestampRequestError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    from socle.signature.ecriture import Suite, garder_de_quoi_valider

    ecriture = Suite(io.BytesIO(contenu))
    image = pdf.tampon(lignes, taille=_taille(ecriture, champ))
    try:
        signe = _signer(ecriture, image, champ=champ, qui=qui, motif=motif)
        if settings.SIGNATURE_NIVEAU == autorite.B_LT:
            signe = garder_de_quoi_valider(signe, champ)
    except (TimestampRequestError, OSError) as panne:
        raise ServiceDeSignatureIndisponible("L'horodatage ne répond pas.") from panne
    except (SigningError, ValueError, PathError, ValidationError) as refus:
        raise ServiceDeSignatureIndisponible(
            "Le certificat ou l'horodatage est refusé : vérifiez leurs dates et les listes de révocation."
        ) from refus
    return PdfSigne(signe, _preuve(qui))


def _signer(ecriture: Suite, image: bytes, *, champ: str, qui: SimpleSigner, motif: str) -> bytes:
    """La signature horodatée (PAdES B-T), et son image dans le champ."""
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    demande = PdfSignatureMetadata(
        field_name=champ, md_algorithm="sha256", reason=motif, subfilter=SigSeedSubFilter.PADES
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as apparence:  # pyHanko ne lit l'image que d'un fichier
        apparence.write(image)
        apparence.flush()
        signataire = PdfSigner(
            demande, signer=qui, timestamper=autorite.horodatage(), stamp_style=_style(apparence.name)
        )
        return hors_de_la_boucle(lambda: bytes(signataire.sign_pdf(ecriture, existing_fields_only=True).getvalue()))


def _style(chemin: str) -> Any:
    from pyhanko.pdf_utils import layout
    from pyhanko.stamp import StaticStampStyle

    centre = layout.AxisAlignment.ALIGN_MID
    place = layout.SimpleBoxLayoutRule(x_align=centre, y_align=centre, margins=layout.Margins.uniform(0))
    return StaticStampStyle.from_pdf_file(chemin, border_width=0, background_layout=place)


def _taille(ecriture: Any, champ: str) -> tuple[float, float]:
    """La largeur et la hauteur du champ, en points."""
    from pyhanko.sign.fields import enumerate_sig_fields

    for nom, _, reference in enumerate_sig_fields(ecriture, filled_status=False):
        if nom == champ:
            gauche, bas, droite, haut = (float(cote) for cote in reference.get_object()["/Rect"])
            return droite - gauche, haut - bas
    raise ValueError(f"Le champ de signature {champ} n'existe pas, ou il est déjà signé.")


def _preuve(qui: SimpleSigner) -> dict[str, Any]:
    certificat = qui.signing_cert
    assert certificat is not None
    return {
        "sujet": certificat.subject.human_friendly,
        "emetteur": certificat.issuer.human_friendly,
        "numero_de_serie": f"{certificat.serial_number:x}",
        "empreinte_du_certificat": certificat.sha256.hex(),
        "valable_du": _iso(certificat.not_valid_before),
        "valable_au": _iso(certificat.not_valid_after),
        "niveau": autorite.NIVEAUX[settings.SIGNATURE_NIVEAU],
    }


def _iso(instant: dt.datetime) -> str:
    return instant.isoformat()
