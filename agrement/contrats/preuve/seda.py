"""Le bordereau de transfert aux Archives : SEDA 2.2, message ArchiveTransfer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as Xml

if TYPE_CHECKING:
    from agrement.contrats.preuve.archive import Ecrit

ESPACE = "fr:gouv:culture:archivesdefrance:seda:v2.2"
REPERTOIRES = {
    "01-dossier": "Demande",
    "02-projet": "Projet social : versions et différences",
    "03-pieces": "Pièces",
    "04-recevabilite": "Recevabilité et compléments",
    "05-echanges": "Messages et comptes rendus",
    "06-negociation": "Négociation",
    "07-analyse": "Analyse et avis",
    "08-instances": "Instances : votes, décisions et extraits",
    "09-notifications": "Lettres, notifications et recours",
    "10-contrats": "Contrat, signatures et avenants",
    "journal": "Journal",
}


class Bordereau(NamedTuple):
    """Ce que le transfert dit de lui-même. `date` : l'instant, en ISO ; `duree` : la DUA, en années ; `depuis` : le
    jour d'où elle court ; `sort` : « Keep » ou « Destroy », les codes de la norme.
    """

    identifiant: str
    titre: str
    date: str
    service: str
    duree: int
    depuis: str
    sort: str
    debut: str = ""
    fin: str = ""


def ecrire_le_bordereau(bordereau: Bordereau, ecrits: Iterable[Ecrit]) -> bytes:
    """Le message XML : un objet par fichier, une unité d'archives par répertoire, les règles de gestion au sommet."""
    ecrits = list(ecrits)
    racine = Xml.Element("ArchiveTransfer", {"xmlns": ESPACE})
    _texte(racine, "Comment", f"Dossier de preuve : {bordereau.titre}")
    _texte(racine, "Date", bordereau.date)
    _texte(racine, "MessageIdentifier", bordereau.identifiant)
    listes = Xml.SubElement(racine, "CodeListVersions")
    _texte(listes, "MessageDigestAlgorithmCodeListVersion", "FIPS PUB 180-4")
    _texte(listes, "MimeTypeCodeListVersion", "IANA")
    _texte(listes, "FileFormatCodeListVersion", "PRONOM")
    _texte(listes, "AppraisalRuleCodeListVersion", "Paramètres de la Caisse")
    paquet = Xml.SubElement(racine, "DataObjectPackage")
    for rang, ecrit in enumerate(ecrits, start=1):
        _objet(paquet, rang, ecrit)
    _description(paquet, bordereau, ecrits)
    _gestion(paquet, bordereau)
    _organisme(racine, "ArchivalAgency", "archives-departementales")
    _organisme(racine, "TransferringAgency", bordereau.service)
    Xml.indent(racine)
    rendu: bytes = Xml.tostring(racine, encoding="utf-8", xml_declaration=True)
    return rendu


# Ce que XML 1.0 n'admet pas, même échappé.
_INTERDITS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _texte(parent: Xml.Element, nom: str, texte: str) -> Xml.Element:
    element = Xml.SubElement(parent, nom)
    element.text = _INTERDITS.sub("", texte)
    return element


def _objet(paquet: Xml.Element, rang: int, ecrit: Ecrit) -> None:
    objet = Xml.SubElement(paquet, "BinaryDataObject", {"id": f"objet-{rang}"})
    _texte(objet, "DataObjectVersion", "BinaryMaster_1")
    _texte(objet, "Uri", ecrit.chemin)
    _texte(objet, "MessageDigest", ecrit.sha512).set("algorithm", "SHA-512")
    _texte(objet, "Size", str(ecrit.taille))
    forme = Xml.SubElement(objet, "FormatIdentification")
    _texte(forme, "FormatLitteral", ecrit.format)
    _texte(forme, "MimeType", ecrit.mime)
    if ecrit.pronom:
        _texte(forme, "FormatId", ecrit.pronom)
    _texte(Xml.SubElement(objet, "FileInfo"), "Filename", ecrit.chemin.rpartition("/")[2])


def _description(paquet: Xml.Element, bordereau: Bordereau, ecrits: list[Ecrit]) -> None:
    metadonnees = Xml.SubElement(paquet, "DescriptiveMetadata")
    sommet = _unite(metadonnees, "unite-0", "RecordGrp", bordereau.titre)
    contenu = sommet[0]
    _texte(contenu, "OriginatingSystemId", bordereau.identifiant)
    _texte(
        contenu, "Description", "Dossier d'agrément : demande, instruction, décision, contrat, preuves de signature."
    )
    for nom, date in (("StartDate", bordereau.debut), ("EndDate", bordereau.fin)):
        if date:
            _texte(contenu, nom, date)
    ranges = sorted(enumerate(ecrits, start=1), key=lambda couple: (_repertoire(couple[1]), couple[0]))
    for numero, (repertoire, siens) in enumerate(groupby(ranges, lambda couple: _repertoire(couple[1])), start=1):
        titre = REPERTOIRES.get(repertoire, "Manifeste et vérificateur")
        unite = _unite(sommet, f"unite-{numero}", "File", titre)
        for rang, ecrit in siens:
            _piece(unite, rang, ecrit)


def _piece(parent: Xml.Element, rang: int, ecrit: Ecrit) -> None:
    piece = _unite(parent, f"piece-{rang}", "Item", f"{ecrit.nature} : {ecrit.libelle}")
    if ecrit.date:
        _texte(piece[0], "CreatedDate", ecrit.date[:10])
    reference = Xml.SubElement(piece, "DataObjectReference")
    _texte(reference, "DataObjectReferenceId", f"objet-{rang}")


def _unite(parent: Xml.Element, identifiant: str, niveau: str, titre: str) -> Xml.Element:
    unite = Xml.SubElement(parent, "ArchiveUnit", {"id": identifiant})
    contenu = Xml.SubElement(unite, "Content")
    _texte(contenu, "DescriptionLevel", niveau)
    _texte(contenu, "Title", titre)
    return unite


def _repertoire(ecrit: Ecrit) -> str:
    return ecrit.chemin.partition("/")[0] if "/" in ecrit.chemin else "~"


def _gestion(paquet: Xml.Element, bordereau: Bordereau) -> None:
    gestion = Xml.SubElement(paquet, "ManagementMetadata")
    _texte(gestion, "LegalStatus", "Public Archive")
    _texte(gestion, "OriginatingAgencyIdentifier", bordereau.service)
    _texte(gestion, "SubmissionAgencyIdentifier", bordereau.service)
    regle = Xml.SubElement(gestion, "AppraisalRule")
    _texte(regle, "Rule", f"P{bordereau.duree}Y")
    _texte(regle, "StartDate", bordereau.depuis)
    _texte(regle, "FinalAction", bordereau.sort)


def _organisme(parent: Xml.Element, nom: str, identifiant: str) -> None:
    _texte(Xml.SubElement(parent, nom), "Identifier", identifiant)
