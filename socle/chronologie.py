"""Le journal tel qu'on le lit : noms de champs, codes, liens et dates, en français."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from socle.models import EntreeDuJournal, type_de
from socle.templatetags.composants import instant, nombre

Textes = dict[type[models.Model], dict[str, str]]


def presenter(
    entrees: Iterable[EntreeDuJournal],
    *,
    motifs_lus: Collection[str] | None = None,
    sans_changements: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Les entrées dans la forme de `composants/chronologie.html` : quand, qui, quoi, motif, changements.

    Deux requêtes au plus par modèle cité, quel que soit le nombre d'entrées. `motifs_lus` : les seuls actes dont le
    lecteur connaît la raison (tous par défaut). `sans_changements` : les types d'objet dont il ne lit que l'acte.
    """
    entrees = list(entrees)
    textes = _textes_des_liens(entrees)
    return [
        {
            "quand": entree.horodatage,
            "qui": str(entree.acteur) if entree.acteur else "",
            "quoi": _quoi(entree),
            "motif": entree.motif if motifs_lus is None or entree.acte in motifs_lus else "",
            "changements": [
                _changement(_champ(entree.objet_type, nom), nom, valeurs, textes)
                for nom, valeurs in entree.changements.items()
                if entree.objet_type not in sans_changements
            ],
        }
        for entree in entrees
    ]


def _quoi(entree: EntreeDuJournal) -> str:
    """L'acte ; et l'objet, quand ce n'est pas celui dont on lit l'histoire."""
    if (entree.objet_type, entree.objet_id) == (entree.sujet_type, entree.sujet_id):
        return entree.libelle
    modele = _modele(entree.objet_type)
    nature = f"{modele._meta.verbose_name} " if modele else ""
    return f"{entree.libelle} – {nature}«\u00a0{entree.objet_libelle}\u00a0»"


def _changement(champ: Any, nom: str, valeurs: list[Any], textes: Textes) -> dict[str, str]:
    libelle = str(champ.verbose_name) if champ else nom.replace("_", " ")
    avant, apres = (_valeur(champ, valeur, textes) for valeur in valeurs)
    return {"champ": libelle[:1].upper() + libelle[1:], "avant": avant, "apres": apres}


def _valeur(champ: Any, valeur: Any, textes: Textes) -> str:
    if valeur in ("", None) or champ is None:
        return "" if valeur is None else str(valeur)
    if champ.is_relation:
        return textes[champ.related_model].get(str(valeur), "un objet supprimé")
    try:
        lue = champ.to_python(valeur)
    except ValidationError:  # le champ a changé de type depuis
        return str(valeur)
    if isinstance(lue, list):
        return ", ".join(str(element).replace("_", " ") for element in lue)
    return dict(champ.flatchoices).get(lue) or _en_francais(lue)


def _en_francais(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Decimal):
        return nombre(valeur, max(0, -int(valeur.as_tuple().exponent)))
    if isinstance(valeur, dt.date):
        return instant(valeur)
    return f"{valeur:%H:%M}" if isinstance(valeur, dt.time) else str(valeur)


def _modele(nom: str) -> type[models.Model] | None:
    """Le modèle de ce nom, ou rien s'il n'existe plus."""
    try:
        return apps.get_model(nom)
    except LookupError:
        return None


def _champ(nom_du_modele: str, nom: str) -> Any:
    modele = _modele(nom_du_modele)
    try:
        return modele._meta.get_field(nom) if modele else None
    except FieldDoesNotExist:
        return None


def _textes_des_liens(entrees: Iterable[EntreeDuJournal]) -> Textes:
    """Pour chaque modèle lié, {identifiant: texte} ; un objet supprimé garde le dernier nom que le journal en sait."""
    cites: dict[type[models.Model], set[str]] = defaultdict(set)
    for entree in entrees:
        for nom, valeurs in entree.changements.items():
            champ = _champ(entree.objet_type, nom)
            if champ is not None and champ.is_relation:
                cites[champ.related_model].update(str(valeur) for valeur in valeurs if valeur not in ("", None))
    return {modele: _textes(modele, identifiants) for modele, identifiants in cites.items()}


def _textes(modele: type[models.Model], identifiants: set[str]) -> dict[str, str]:
    # select_related() sans argument suit les liens obligatoires, que le texte d'un objet cite souvent.
    trouves = {str(objet.pk): str(objet) for objet in modele._base_manager.select_related().filter(pk__in=identifiants)}
    perdus = identifiants - trouves.keys()
    if perdus:
        anciens = EntreeDuJournal.objects.filter(objet_type=type_de(modele), objet_id__in=perdus)
        trouves.update(anciens.order_by("horodatage", "pk").values_list("objet_id", "objet_libelle"))
    return trouves
