"""Les traces techniques : ce que l'exploitant lit sur la console, sans aucun secret."""

import logging
import re

# Un lien personnel est un secret d'au moins quarante signes dans l'adresse ; un identifiant de fichier en a moins.
_JETON = re.compile(r"(?<=/)[\w-]{40,}(?=[/?\s]|$)")


class SansJeton(logging.Filter):
    """Efface d'une trace le jeton des liens personnels : qui lit la console ne peut pas les ouvrir."""

    def filter(self, record: logging.LogRecord) -> bool:
        dit = record.getMessage()
        if (tu := _JETON.sub("[jeton]", dit)) != dit:
            record.msg, record.args = tu, ()
        return True
