"""Le nom d'un fichier reçu, rendu ordinaire.

Une double extension (« facture.exe.pdf ») reste : seule la dernière compte pour le poste qui ouvre le fichier, et le
contenu doit lui correspondre.
"""

import re
import unicodedata
from pathlib import PurePosixPath

NOM_MAX = 120
_INTERDITS = re.compile(r'[<>:"/\\|?*]')
# Commandes, sens d'écriture et signes invisibles, moitiés de caractère, sauts de ligne et de paragraphe.
_CATEGORIES_OTEES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_RESERVES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def nom_propre(nom: str) -> str:
    """Le nom montré à l'écran et au téléchargement, sans chemin, sans piège, d'au plus 120 caractères."""
    nom = PurePosixPath(unicodedata.normalize("NFC", nom.replace("\\", "/"))).name
    nom = "".join(signe for signe in nom if unicodedata.category(signe) not in _CATEGORIES_OTEES)
    nom = _INTERDITS.sub("", nom).strip(" .")
    racine, point, extension = nom.rpartition(".")
    if point and len(extension) < NOM_MAX < len(nom):
        nom = f"{racine[: NOM_MAX - len(extension) - 1]}.{extension}"
    return f"_{nom}" if _RESERVES.match(nom) else nom[:NOM_MAX]
