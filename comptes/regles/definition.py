"""Ce qu'est un paramètre de Caisse : son unité, ses bornes, sa valeur d'origine et sa source."""

from dataclasses import dataclass
from decimal import Decimal

NON_OUI = (("non", "Non"), ("oui", "Oui"))


@dataclass(frozen=True, slots=True)
class ParametreConnu:
    """Un paramètre que l'application sait lire : son unité, ses bornes, sa valeur d'origine et sa source.

    `nature` : « entier », « pourcentage », « date » ou « choix ». Bornes incluses.
    """

    code: str
    libelle: str
    nature: str
    defaut: str
    texte: str
    source: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choix: tuple[tuple[str, str], ...] = ()

    @property
    def bornes(self) -> str:
        """Ce qu'on peut y écrire, en clair : « de 1 à 4 »."""
        if self.nature == "choix":
            return ", ".join(f"{code} ({libelle.lower()})" for code, libelle in self.choix)
        return "date AAAA-MM-JJ" if self.nature == "date" else f"de {self.minimum} à {self.maximum}"


def entier(code: str, libelle: str, defaut: int, bornes: tuple[int, int], texte: str, source: str) -> ParametreConnu:
    return ParametreConnu(code, libelle, "entier", str(defaut), texte, source, Decimal(bornes[0]), Decimal(bornes[1]))
