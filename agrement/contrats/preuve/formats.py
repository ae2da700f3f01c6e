"""Le format d'un fichier, reconnu à ses octets, et son identifiant dans le registre PRONOM des Archives."""

import re
from typing import NamedTuple

_PDF_A_PARTIE = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*(\d)")
_PDF_A_NIVEAU = re.compile(rb"pdfaid:conformance(?:>|=[\"'])\s*([A-Ua-u])")
_PDF_A = {
    ("1", "A"): "fmt/95", ("1", "B"): "fmt/354", ("2", "A"): "fmt/476", ("2", "B"): "fmt/477", ("2", "U"): "fmt/478",
    ("3", "A"): "fmt/479", ("3", "B"): "fmt/480", ("3", "U"): "fmt/481",
}  # fmt: skip
_PDF = {"1.3": "fmt/17", "1.4": "fmt/18", "1.5": "fmt/19", "1.6": "fmt/20", "1.7": "fmt/276", "2.0": "fmt/1129"}
_PAR_MIME = {
    "application/json": ("JSON", "fmt/817"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("Word (Office Open XML)", "fmt/412"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("Excel (Office Open XML)", "fmt/214"),
    "image/png": ("PNG", ""),  # trois versions, trois identifiants : la nôtre n'est pas lue
    "text/html": ("HTML 5", "fmt/471"),
    "text/plain": ("Texte", "x-fmt/111"),
}
RECOUVREMENT = 256  # octets : assez pour qu'aucune marque ne soit coupée entre deux morceaux


class Format(NamedTuple):
    """`pronom` vide : le format n'est pas identifié avec certitude."""

    nom: str
    pronom: str


class Reconnaissance:
    """Lit un fichier morceau par morceau, sans le garder, et dit son format."""

    def __init__(self, mime: str) -> None:
        self.mime = mime
        self._debut = b""
        self._fin = b""
        self._partie: bytes | None = None
        self._niveau: bytes | None = None

    def lire(self, morceau: bytes) -> None:
        if len(self._debut) < 16:
            self._debut += morceau[:16]
        if self.mime != "application/pdf" or (self._partie and self._niveau):
            return
        texte = self._fin + morceau
        if trouve := _PDF_A_PARTIE.search(texte):
            self._partie = trouve[1]
        if trouve := _PDF_A_NIVEAU.search(texte):
            self._niveau = trouve[1].upper()
        self._fin = texte[-RECOUVREMENT:]

    @property
    def format(self) -> Format:
        if self.mime != "application/pdf":
            return Format(*_PAR_MIME.get(self.mime, (self.mime, "")))
        if self._partie and self._niveau:
            niveau = (self._partie.decode(), self._niveau.decode())
            return Format(f"PDF/A-{niveau[0]}{niveau[1].lower()}", _PDF_A.get(niveau, ""))
        version = self._debut[5:8].decode("ascii", "replace")
        return Format(f"PDF {version}", _PDF.get(version, ""))
