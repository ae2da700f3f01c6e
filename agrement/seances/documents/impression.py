"""Comment s'imprime chaque sorte d'écrit d'une séance : une ligne par sorte."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.text import slugify

from agrement.seances.choix import SorteDeDocument
from agrement.seances.documents.liasse import rendre_la_liasse
from agrement.seances.models import DocumentDeSeance
from socle import pdf


class Imprime(NamedTuple):
    """`gabarit` : celui que remplit le contenu de l'écrit. `rendre` : ce qui le rend, s'il n'est pas qu'un gabarit
    (une liasse réunit des PDF déjà imprimés). `nom` : le début du nom de son fichier.
    """

    nom: str
    gabarit: str = ""
    rendre: Callable[[DocumentDeSeance], bytes] | None = None


# Dans l'ordre où ils s'impriment : ce qui en réunit d'autres vient après eux.
IMPRIMES: dict[str, Imprime] = {
    SorteDeDocument.FICHE: Imprime("fiche", "documents/fiche.html"),
    SorteDeDocument.DOSSIER: Imprime("dossier-de-seance", "documents/dossier_de_seance.html"),
    SorteDeDocument.FEUILLE: Imprime("feuille-de-presence", "documents/feuille_de_presence.html"),
    SorteDeDocument.PROCES_VERBAL: Imprime("proces-verbal", "documents/proces_verbal.html"),
    SorteDeDocument.ANNEXE: Imprime("annexe", "documents/annexe.html"),
    SorteDeDocument.EXTRAIT: Imprime("extrait", "documents/extrait.html"),
    SorteDeDocument.LETTRE: Imprime("notification", "documents/lettre.html"),
    SorteDeDocument.LIASSE: Imprime("liasse", rendre=rendre_la_liasse),
}
_RANGS = {sorte: rang for rang, sorte in enumerate(IMPRIMES)}


def dans_l_ordre_d_impression(ecrits: Iterable[DocumentDeSeance]) -> list[DocumentDeSeance]:
    return sorted(ecrits, key=lambda ecrit: (_RANGS.get(ecrit.sorte, len(_RANGS)), ecrit.pk))


def rendre(ecrit: DocumentDeSeance) -> bytes:
    """Le PDF de l'écrit, de son seul contenu. Lève `KeyError` pour une sorte que la table ne connaît pas."""
    imprime = IMPRIMES[ecrit.sorte]
    if imprime.rendre is not None:
        return imprime.rendre(ecrit)
    return pdf.rendre(imprime.gabarit, ecrit.contenu)


def nom_du_fichier(ecrit: DocumentDeSeance) -> str:
    """« fiche-2026-0001.pdf » pour un point, « dossier-de-seance-2026-12-14.pdf » pour la séance."""
    objet = ecrit.inscription.dossier.numero if ecrit.inscription else ecrit.seance.date.isoformat()
    return f"{slugify(f'{IMPRIMES[ecrit.sorte].nom}-{objet}-{ecrit.numero}').strip('-')}.pdf"
