"""Un projet social en valeurs simples : tout ce qu'il dit, et l'empreinte de ce qu'il dit."""

import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal
from typing import Any

from django.db import models

from centres.models import Axe, Noeud, Objectif, ProjetSocial, Zone
from centres.regles import RELATIONS

# Ce qui range ou identifie une version sans faire partie de ce qu'elle dit.
_HORS_CONTENU = frozenset({"id", "structure", "serie", "version", "fige_le", "empreinte", "ordre", "parties_ouvertes"})


def contenu(projet: ProjetSocial) -> dict[str, Any]:
    """Tout ce que dit le projet, en valeurs simples (textes, nombres, listes) : pour l'empreinte, le contrat, l'écart.

    Les montants sont en euros (« 63600.00 »), les dates en AAAA-MM-JJ. Deux versions de même contenu sont égales.
    """
    projet = ProjetSocial.objects.avec_arbre().get(pk=projet.pk)
    return {
        **_valeurs(projet),
        **{
            tableau: [_contenu_du_noeud(noeud) for noeud in getattr(projet, relation).all()]
            for tableau, relation in RELATIONS.items()
        },
    }


def empreinte(dit: dict[str, Any]) -> str:
    """SHA-256 du contenu en JSON canonique, sans ce qui est vide : un champ ajouté plus tard ne la change pas."""
    canonique = json.dumps(_sans_vides(dit), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonique.encode()).hexdigest()


def _contenu_du_noeud(noeud: Noeud) -> dict[str, Any]:
    if isinstance(noeud, Axe):
        return _contenu_de_l_axe(noeud)
    if isinstance(noeud, Zone):
        return {**_valeurs(noeud), "communes": [commune.code_insee for commune in noeud.communes.all()]}
    return _valeurs(noeud)


def _contenu_de_l_axe(axe: Axe) -> dict[str, Any]:
    return {
        **_valeurs(axe),
        "enjeux": [str(enjeu.cle) for enjeu in axe.enjeux.all()],
        "objectifs": [
            {
                **_contenu_de_l_objectif(general),
                "objectifs": [_contenu_de_l_objectif(enfant) for enfant in general.operationnels],
            }
            for general in axe.objectifs_generaux()
        ],
    }


def _contenu_de_l_objectif(objectif: Objectif) -> dict[str, Any]:
    return {
        **_valeurs(objectif),
        "indicateurs": [_valeurs(indicateur) for indicateur in objectif.indicateurs.all()],
        "actions": [
            {
                **_valeurs(action),
                "financements": [_valeurs(financement) for financement in action.financements.all()],
                "indicateurs": [_valeurs(indicateur) for indicateur in action.indicateurs.all()],
            }
            for action in objectif.actions.all()
        ],
    }


def _valeurs(objet: models.Model) -> dict[str, Any]:
    return {
        champ.name: _simple(getattr(objet, champ.name))
        for champ in objet._meta.concrete_fields
        if not champ.is_relation and champ.name not in _HORS_CONTENU
    }


def _simple(valeur: Any) -> Any:
    if isinstance(valeur, Decimal):
        return f"{valeur:.2f}"
    return str(valeur) if isinstance(valeur, (dt.date, uuid.UUID)) else valeur


def _sans_vides(valeur: Any) -> Any:
    if isinstance(valeur, dict):
        return {cle: _sans_vides(dite) for cle, dite in valeur.items() if dite not in ("", None, [], {})}
    return [_sans_vides(dite) for dite in valeur] if isinstance(valeur, list) else valeur
