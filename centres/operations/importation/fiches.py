"""D'une ligne du fichier à une fiche contrôlée : chaque refus est une phrase en français."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from centres.choix import FormeJuridique, TypeStructure
from centres.models import Commune, QuartierPrioritaire, Structure
from centres.operations.importation.lecture import Ligne

_TYPES = {"CS": TypeStructure.CENTRE_SOCIAL, "EVS": TypeStructure.ESPACE_DE_VIE_SOCIALE}

# Mots du fichier (mode de gestion, puis statut de l'opérateur) → forme juridique ; le premier trouvé l'emporte.
_FORMES = (
    ("ccas", FormeJuridique.CCAS),
    ("epci", FormeJuridique.EPCI),
    ("caf", FormeJuridique.CAF),
    ("commune", FormeJuridique.COMMUNE),
    ("département", FormeJuridique.AUTRE),
    ("associat", FormeJuridique.ASSOCIATION),
)
_LIENS = ["caisse", "gestionnaire", "commune", "quartier_prioritaire", "conseiller", "recherche"]
_adresse_internet = URLValidator(schemes=["http", "https"])


class LigneRefusee(Exception):
    """La ligne n'est pas importée ; le message dit pourquoi et les autres lignes le sont."""


@dataclass(frozen=True)
class Fiche:
    """Ce qu'une ligne donne d'une structure. `champs` : les seules cellules remplies, une cellule vide ne dit rien."""

    numero: int
    code: str
    commune: Commune
    champs: dict[str, Any]
    siren: str
    raison_sociale: str
    forme: FormeJuridique
    remarques: list[str] = field(default_factory=list)


class References:
    """Les communes et les quartiers que citent ces lignes, lus en deux requêtes."""

    def __init__(self, lignes: Iterable[Ligne]) -> None:
        valeurs = [ligne.valeurs for ligne in lignes if ligne.valeurs]
        self.communes = Commune.objects.in_bulk({valeur["code_insee"] for valeur in valeurs})
        self.quartiers = QuartierPrioritaire.objects.in_bulk({valeur["code_qpv"] for valeur in valeurs} - {""})


def controler(ligne: Ligne, references: References) -> Fiche:
    """La fiche de la ligne ; lève `LigneRefusee` avec toutes ses raisons."""
    valeurs = ligne.valeurs
    if not valeurs:
        raise LigneRefusee("elle n'a pas autant de cellules que la ligne de titres.")
    raisons: list[str] = []
    champs = _champs(valeurs, references, raisons)
    remarques = _lire_le_site(valeurs["site_web"], champs)
    if valeurs["pertinence"] == "a_verifier":
        remarques.append("le fichier signale cette structure comme à vérifier.")
    raisons += _erreurs_de_saisie(champs)
    if raisons:
        raise LigneRefusee(" ; ".join(raison.removesuffix(".") for raison in raisons) + ".")
    return Fiche(
        numero=ligne.numero,
        code=valeurs["id"],
        commune=champs["commune"],
        champs=champs,
        siren=valeurs["siret"][:9],
        raison_sociale=valeurs["gestionnaire"][:200],
        forme=_forme(valeurs),
        remarques=remarques,
    )


def _champs(valeurs: dict[str, str], references: References, raisons: list[str]) -> dict[str, Any]:
    champs: dict[str, Any] = {
        "nom": valeurs["nom"],
        "code_interne": valeurs["id"],
        "type": _TYPES.get(valeurs["type"].upper(), ""),
        "commune": references.communes.get(valeurs["code_insee"]),
        "quartier_prioritaire": None,
        **{champ: valeurs[champ] for champ in ("adresse", "code_postal", "siret")},
        **{champ: _coordonnee(champ, valeurs[champ], limite, raisons) for champ, limite in _COORDONNEES},
    }
    if valeurs["qpv_statut"] == "dans":
        champs["quartier_prioritaire"] = references.quartiers.get(valeurs["code_qpv"])
    raisons += _manques(valeurs, champs)
    return {champ: valeur for champ, valeur in champs.items() if valeur not in ("", None)}


def _manques(valeurs: dict[str, str], champs: dict[str, Any]) -> Iterable[str]:
    if not valeurs["id"]:
        yield "l'identifiant (colonne id) est vide."
    if not valeurs["nom"]:
        yield "le nom est vide."
    if not champs["type"]:
        yield f"le type « {valeurs['type']} » n'est pas connu : écrivez CS ou EVS."
    if champs["commune"] is None:
        yield f"la commune « {valeurs['code_insee']} » n'est pas au code officiel géographique."
    elif valeurs["code_departement"] not in ("", champs["commune"].code_departement):
        yield f"la commune {champs['commune']} n'est pas dans le département « {valeurs['code_departement']} »."
    if valeurs["qpv_statut"] == "dans" and champs["quartier_prioritaire"] is None:
        yield f"le quartier prioritaire « {valeurs['code_qpv']} » n'est pas connu."
    code_postal = valeurs["code_postal"]
    if code_postal and not (code_postal.isascii() and code_postal.isdigit() and len(code_postal) == 5):
        yield f"le code postal « {code_postal} » n'a pas cinq chiffres (un tableur ôte souvent le zéro de tête)."


_COORDONNEES = (("latitude", 90), ("longitude", 180))


def _coordonnee(nom: str, valeur: str, limite: int, raisons: list[str]) -> Decimal | None:
    if not valeur:
        return None
    try:
        nombre = Decimal(valeur)
        if abs(nombre) <= limite:
            return nombre.quantize(Decimal("0.000001"))
    except InvalidOperation:
        pass
    raisons.append(f"la {nom} « {valeur} » n'est pas un nombre entre -{limite} et {limite}.")
    return None


def _lire_le_site(valeur: str, champs: dict[str, Any]) -> list[str]:
    """Pose l'adresse du site si elle en est une ; un site mal écrit ne fait pas refuser une structure."""
    if not valeur or valeur in ("http://", "https://"):
        return []
    site = valeur if "://" in valeur else f"https://{valeur}"
    try:
        _adresse_internet(site)
        Structure._meta.get_field("site").run_validators(site)
    except ValidationError:
        return [f"le site « {valeur[:80]} » n'est pas une adresse internet, il n'est pas repris."]
    champs["site"] = site
    return []


def _erreurs_de_saisie(champs: dict[str, Any]) -> list[str]:
    remplis = {champ: valeur for champ, valeur in champs.items() if champ not in _LIENS}
    try:
        Structure(**remplis).clean_fields(exclude=[*_LIENS, *({"nom", "type", "code_interne"} - remplis.keys())])
    except ValidationError as erreurs:
        return [
            f"{Structure._meta.get_field(champ).verbose_name} : {' '.join(messages)}"  # type: ignore[union-attr]
            for champ, messages in erreurs.message_dict.items()
        ]
    return []


def _forme(valeurs: dict[str, str]) -> FormeJuridique:
    """La forme que le fichier laisse deviner : à confirmer par un agent, elle ne remplace jamais la sienne."""
    for indice in (valeurs["mode_gestion_deduit"].lower(), valeurs["statut_operateur"].lower()):
        for mot, forme in _FORMES:
            if mot in indice:
                return forme
    return FormeJuridique.AUTRE
