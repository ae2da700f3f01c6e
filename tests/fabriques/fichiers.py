"""De vrais petits fichiers, faits en mémoire."""

from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile

CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
UNE_PAGE = (CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>")


def pdf(objets: Iterable[bytes] = UNE_PAGE, *, marque: str = "") -> bytes:
    """Un PDF entier : ces objets, numérotés depuis 1, leur table et sa fin. Le premier est le catalogue.

    `marque` : un commentaire que nul ne lit, pour que deux fichiers diffèrent.
    """
    corps = bytearray(b"%PDF-1.7\n% " + marque.encode() + b"\n")
    places = []
    for numero, objet in enumerate(objets, 1):
        places.append(len(corps))
        corps += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    nombre, debut_de_table = len(places) + 1, len(corps)
    corps += b"xref\n0 %d\n0000000000 65535 f \n%s" % (nombre, table)
    return bytes(corps) + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (nombre, debut_de_table)


PDF = pdf()


def recu(nom: str, contenu: bytes) -> SimpleUploadedFile:
    """Un fichier tel qu'un navigateur l'envoie : Django nettoie une partie des noms, ici le nom arrive tel quel."""
    fichier = SimpleUploadedFile("x", contenu)
    fichier._name = nom
    return fichier
