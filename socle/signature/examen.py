"""Dire ce que vaut un PDF signé : chaque signature, qui l'a faite, et si le fichier a changé depuis."""

from __future__ import annotations

import datetime as dt
import logging
from typing import NamedTuple

from django.conf import settings

from socle.signature import raisons
from socle.signature.boucle import hors_de_la_boucle

logger = logging.getLogger(__name__)


class SignatureLue(NamedTuple):
    """Une signature trouvée dans un PDF.

    `intacte` : le texte signé n'a pas changé, et rien ne lui a été ajouté que d'autres signatures. `fiable` : son
    certificat valait, et vient d'une autorité reconnue. `raison` : sinon, pourquoi, en français. `jusqu_au_bout` : elle
    couvre le fichier entier, hors de ce qui sert à la valider. `interdit_la_suite` : elle se dit la dernière
    (certification DocMDP, verrou FieldMDP) ; toute signature posée après elle la ferait dire rompue. `titulaire` : le
    nom de la personne que porte le certificat, ou à défaut son nom usuel ; vide s'il n'en porte aucun.
    """

    champ: str
    sujet: str
    emetteur: str
    empreinte_du_certificat: str
    signee_le: dt.datetime | None
    horodatee_le: dt.datetime | None
    intacte: bool
    fiable: bool
    raison: str
    jusqu_au_bout: bool = False
    interdit_la_suite: bool = False
    titulaire: str = ""


class Examen(NamedTuple):
    """Les signatures d'un PDF, dans l'ordre. `illisible` : ce n'est pas un PDF que l'on sache lire."""

    signatures: tuple[SignatureLue, ...]
    illisible: bool = False

    @property
    def intact(self) -> bool:
        """Vrai si chaque signature est intacte, la dernière couvrant tout le fichier, et s'il y en a au moins une."""
        return self.entier and all(signature.intacte for signature in self.signatures)

    @property
    def entier(self) -> bool:
        """Vrai si la dernière signature couvre tout le fichier : rien n'y a été ajouté depuis."""
        return any(signature.jusqu_au_bout for signature in self.signatures)

    @property
    def valable(self) -> bool:
        """Vrai si le fichier est intact, et chaque certificat reconnu."""
        return self.intact and all(signature.fiable for signature in self.signatures)

    @property
    def raisons(self) -> tuple[str, ...]:
        """Ce qui s'oppose à ces signatures, en phrases, chacune une fois."""
        dites = [signature.raison for signature in self.signatures if signature.raison]
        if self.signatures and not dites and not self.entier:
            dites = [raisons.COMPLETE]
        return tuple(dict.fromkeys(dites))


def examiner(contenu: bytes) -> Examen:
    """Toutes les signatures d'un PDF, validées sans réseau. Un fichier illisible ou démesuré n'en a aucune."""
    # pyHanko met une seconde à s'importer : seuls les processus qui examinent un PDF la paient.
    from socle.signature.validation import lire_les_signatures

    if not _est_lisible(contenu):
        return Examen((), illisible=True)
    # Un fichier hostile fait lever n'importe quoi à un lecteur de PDF ou d'ASN.1 : aucune de ces exceptions n'en fait
    # une signature.
    try:
        return Examen(hors_de_la_boucle(lambda: tuple(lire_les_signatures(contenu))))
    except Exception as erreur:
        logger.info("PDF illisible : %r", erreur)
        return Examen((), illisible=True)


def _est_lisible(contenu: bytes) -> bool:
    return len(contenu) <= settings.FICHIER_TAILLE_MAX and contenu.startswith(b"%PDF-")


def prolonge(contenu: bytes, original: bytes) -> bool:
    """Vrai si `contenu` est `original`, octet pour octet, suivi de ce qu'on y a ajouté."""
    return contenu.startswith(original)


def ajoute_seulement_des_signatures(contenu: bytes, original: bytes) -> bool:
    """Vrai si ce qui suit `original` dans `contenu` remplit des champs de signature, et ne change rien à ce qui se lit.

    Une signature couvre aussi ce qu'on aurait ajouté avant elle : qu'elle soit valable ne suffit donc pas.
    """
    from socle.signature.validation import ne_fait_que_signer

    if not _est_lisible(contenu) or not prolonge(contenu, original):
        return False
    try:
        return ne_fait_que_signer(contenu, original)
    except Exception as erreur:  # comme pour `examiner`
        logger.info("PDF illisible : %r", erreur)
        return False
