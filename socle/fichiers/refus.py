"""Pourquoi un fichier est refusé, et que faire."""


class Refus(Exception):
    """La suite de « Le fichier « x » … » (`raison`), puis la phrase qui dit quoi faire (`remede`)."""

    def __init__(self, raison: str, remede: str) -> None:
        super().__init__(raison, remede)
        self.raison, self.remede = raison, remede


REENREGISTRER = "Enregistrez-le à nouveau depuis le logiciel d'origine."
EN_PDF = "Enregistrez-le en PDF et déposez le PDF."


def contenu_etranger(extension: str) -> Refus:
    return Refus(f"n'a pas le contenu que son extension .{extension} annonce", REENREGISTRER)
