"""Le nom d'un fichier reçu, rendu ordinaire."""

import re
import unicodedata
from pathlib import PurePosixPath

NOM_MAX = 120
_INTERDITS = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_SENS_D_ECRITURE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RESERVES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def nom_propre(nom: str) -> str:
    """Le nom montré à l'écran et au téléchargement, sans chemin, sans piège, d'au plus 120 caractères."""
    nom = unicodedata.normalize("NFC", nom.replace("\\", "/"))
    nom = _INTERDITS.sub("", _SENS_D_ECRITURE.sub("", PurePosixPath(nom).name)).strip(" .")
    racine, point, extension = nom.rpartition(".")
    if point and len(nom) > NOM_MAX:
        nom = f"{racine[: NOM_MAX - len(extension) - 1]}.{extension}"
    return f"_{nom}" if _RESERVES.match(nom) else nom[:NOM_MAX]
