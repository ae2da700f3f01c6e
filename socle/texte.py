import unicodedata


def sans_accents(texte: str) -> str:
    """Le texte en minuscules et sans accents, tel qu'on le cherche : « Éveil » se trouve par « eveil »."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "oe"))
    return " ".join("".join(c for c in decompose if not unicodedata.combining(c)).casefold().split())
