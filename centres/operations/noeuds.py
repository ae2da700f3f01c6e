"""Ranger les nœuds d'un brouillon de projet social : ajouter, déplacer, dupliquer, supprimer."""

import uuid
from typing import Any, TypeVar

from django.db import models, transaction

from centres.models import Action, Axe, Noeud, Objectif
from centres.operations.ecriture import exiger_d_ecrire, partie_du_noeud
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse

N = TypeVar("N", bound=Noeud)

# Ce qu'un nœud porte, par le nom de la relation : dupliqué, il l'emmène.
ENFANTS: dict[type[Noeud], tuple[str, ...]] = {
    Axe: ("objectifs",),
    Objectif: ("enfants", "actions", "indicateurs"),
    Action: ("financements", "indicateurs"),
}


def ajouter_noeud(noeud: N, *, par: Utilisateur) -> N:
    """Ajoute le nœud à un brouillon, à la suite de ses voisins. Il peut n'avoir encore aucun intitulé."""
    with transaction.atomic():
        exiger_d_ecrire(noeud.projet, par, partie_du_noeud(noeud))
        noeud.ordre = _dernier_ordre(noeud) + 1
        noeud.save()
    return noeud


def deplacer(noeud: Noeud, *, de: int, par: Utilisateur) -> None:
    """Fait monter (`de=-1`) ou descendre (`de=1`) le nœud parmi ses voisins ; au bord, ne fait rien."""
    with transaction.atomic():
        exiger_d_ecrire(noeud.projet, par, partie_du_noeud(noeud))
        voisins = list(noeud.freres())
        depuis = voisins.index(noeud)
        vers = min(max(depuis + de, 0), len(voisins) - 1)
        voisins.insert(vers, voisins.pop(depuis))
        for ordre, voisin in enumerate(voisins, start=1):
            if voisin.ordre != ordre:
                voisin.ordre = ordre
                voisin.save()


def ranger_sous(noeud: Noeud, porteur: Noeud, *, par: Utilisateur) -> None:
    """Range le nœud, avec tout ce qu'il porte, à la suite de ceux du `porteur`.

    Refuse un porteur d'un autre projet, ou qui ne peut pas porter ce nœud.
    """
    with transaction.atomic(), journal.acte("ranger_sous", f"Rangé sous « {porteur} »", par=par):
        exiger_d_ecrire(noeud.projet, par, partie_du_noeud(noeud))
        if porteur.projet_id != noeud.projet_id:
            raise ActeRefuse("Choisissez un endroit du même projet.")
        _poser(noeud, porteur)
        noeud.ordre = _dernier_ordre(noeud) + 1
        noeud.save()
        if isinstance(noeud, Objectif):
            for enfant in noeud.enfants.all():
                enfant.axe = noeud.axe
                enfant.save()


def _poser(noeud: Noeud, porteur: Noeud) -> None:
    if isinstance(noeud, Objectif):
        general = porteur if isinstance(porteur, Objectif) else None
        if (noeud.parent_id is None) == (general is not None) or (general and general.parent_id):
            raise ActeRefuse("Un objectif général se range sous un axe, un opérationnel sous un objectif général.")
        noeud.parent, noeud.axe = general, general.axe if general else porteur  # type: ignore[assignment]
    elif isinstance(noeud, Action) and isinstance(porteur, Objectif):
        noeud.objectif = porteur
    else:
        raise ActeRefuse("Cet élément ne se range pas là.")


def dupliquer(noeud: N, *, par: Utilisateur) -> N:
    """La copie du nœud et de tout ce qu'il porte, juste après lui, avec d'autres clés."""
    with transaction.atomic(), journal.acte("dupliquer", f"« {noeud} » dupliqué", par=par):
        exiger_d_ecrire(noeud.projet, par, partie_du_noeud(noeud))
        suite = f"{noeud.intitule[:290]} (copie)" if noeud.intitule else ""
        copie = _copier(noeud, {"intitule": suite, "ordre": noeud.ordre})
        voisins = [voisin for voisin in noeud.freres() if voisin != copie]
        voisins.insert(voisins.index(noeud) + 1, copie)
        for ordre, voisin in enumerate(voisins, start=1):
            type(voisin)._default_manager.filter(pk=voisin.pk).update(ordre=ordre)
    return copie


def _copier(noeud: N, remplacements: dict[str, Any]) -> N:
    champs = {c.attname: getattr(noeud, c.attname) for c in noeud._meta.concrete_fields if not c.primary_key}
    copie = type(noeud)(**{**champs, "cle": uuid.uuid4(), **remplacements})
    copie.save()
    for champ in noeud._meta.many_to_many:
        getattr(copie, champ.name).set(getattr(noeud, champ.name).all())
    for relation in ENFANTS.get(type(noeud), ()):
        lien = noeud._meta.get_field(relation).field.name  # type: ignore[union-attr]
        place = {f"{lien}_id": copie.pk, **({"axe_id": copie.axe_id} if relation == "enfants" else {})}  # type: ignore[attr-defined]
        enfants = getattr(noeud, relation).all()
        if relation == "objectifs":
            enfants = enfants.filter(parent=None)
        for enfant in enfants:
            _copier(enfant, place)
    return copie


def supprimer_noeud(noeud: Noeud, *, par: Utilisateur) -> None:
    """Retire d'un brouillon le nœud et tout ce qu'il porte ; le journal garde ce qu'il disait."""
    with transaction.atomic():
        exiger_d_ecrire(noeud.projet, par, partie_du_noeud(noeud))
        noeud.delete()


def _dernier_ordre(noeud: Noeud) -> int:
    return noeud.freres().exclude(pk=noeud.pk).aggregate(dernier=models.Max("ordre"))["dernier"] or 0
