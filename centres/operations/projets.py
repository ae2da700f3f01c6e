"""Le projet social d'une version à l'autre : le créer, le figer, en écrire la suite."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from centres.choix import NatureProjet, SensBudget
from centres.models import Axe, LigneBudget, Noeud, Objectif, ProjetSocial, Structure, Zone
from centres.operations.ecarts import garder_les_ecarts
from centres.operations.valeurs import contenu, empreinte
from centres.regles import PARTIES, RELATIONS
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse

M = TypeVar("M", bound=models.Model)
N = TypeVar("N", bound=Noeud)


def creer_projet(
    structure: Structure,
    *,
    titre: str,
    par: Utilisateur,
    nature: NatureProjet = NatureProjet.PREMIER,
    debut: dt.date | None = None,
    fin: dt.date | None = None,
) -> ProjetSocial:
    """La première version, vide, d'un projet social de la structure ; sa `nature` décide de ses parties."""
    if not par.has_perm("centres.creer_projet", structure):
        raise ActeInterdit("Vous n'avez pas le droit d'écrire le projet social de cette structure.")
    with journal.acte("creer_projet", "Ouverture du projet social", par=par):
        return ProjetSocial.objects.create(structure=structure, titre=titre, nature=nature, debut=debut, fin=fin)


def figer(projet: ProjetSocial, *, par: Utilisateur) -> ProjetSocial:
    """Fige la version : son contenu a désormais une empreinte et ne change plus. Droit : celui de l'acte appelant.

    Ce qui la sépare de chaque version déjà transmise se garde avec elle. Lève `ProjetFige` si elle l'est déjà.
    """
    with transaction.atomic(), journal.acte("figer", "Version du projet figée", par=par):
        projet.refresh_from_db(from_queryset=ProjetSocial.objects.select_for_update())
        projet.refuser_si_fige()
        projet.fige_le = timezone.now()
        dit = contenu(projet)
        projet.empreinte = empreinte(dit)
        projet.save()
        garder_les_ecarts(projet, dit)
    return projet


def nouvelle_version(projet: ProjetSocial, *, par: Utilisateur) -> ProjetSocial:
    """La version suivante, copie complète et modifiable, où chaque nœud garde sa `cle`. Droit : celui de l'appelant.

    Refuse tant qu'une version de la série est encore un brouillon.
    """
    with transaction.atomic(), journal.acte("nouvelle_version", "Nouvelle version du projet", par=par):
        serie = ProjetSocial.objects.select_for_update().filter(serie=projet.serie).order_by("-version")
        for version in serie:
            if not version.est_fige:
                raise ActeRefuse(f"La version {version.version} est encore un brouillon : c'est elle que l'on modifie.")
        source = ProjetSocial.objects.avec_arbre().get(pk=projet.pk)
        suite = copie(source, version=serie[0].version + 1, fige_le=None, empreinte="", parties_ouvertes=None)
        suite.save()
        _copier_l_arbre(source, suite)
    return suite


def ouvrir_les_parties(projet: ProjetSocial, parties: Collection[str] | None) -> None:
    """Limite l'écriture du brouillon à ces parties ; toutes sans liste, aucune si elle est vide. Droit : l'appelant."""
    ouvertes = None if parties is None else [partie.code for partie in PARTIES if partie.code in parties]
    if projet.parties_ouvertes != ouvertes:
        projet.parties_ouvertes = ouvertes
        projet.save()


def totaux_du_budget(lignes: Iterable[LigneBudget]) -> dict[int, dict[str, Decimal]]:
    """Par année : charges, produits et solde (produits − charges), en euros."""
    totaux: dict[int, dict[str, Decimal]] = {}
    for ligne in lignes:
        annee = totaux.setdefault(ligne.annee, {"charges": Decimal(0), "produits": Decimal(0), "solde": Decimal(0)})
        charge = ligne.sens == SensBudget.CHARGE
        annee["charges" if charge else "produits"] += ligne.montant
        annee["solde"] += -ligne.montant if charge else ligne.montant
    return totaux


def copie(objet: M, **remplacements: Any) -> M:
    """Un objet neuf, pas encore enregistré, qui a les valeurs de celui-ci sauf ces `remplacements`."""
    champs = {c.attname: getattr(objet, c.attname) for c in objet._meta.concrete_fields if not c.primary_key}
    return type(objet)(**{**champs, **remplacements})


def _copier(noeuds: Iterable[N], place: Callable[[N], dict[str, Any]]) -> dict[int, int]:
    """Copie ces nœuds à leur nouvelle place, en une requête : original → copie, par leurs identifiants."""
    originaux = list(noeuds)
    if not originaux:
        return {}
    copies = type(originaux[0])._default_manager.bulk_create([copie(noeud, **place(noeud)) for noeud in originaux])
    return {original.pk: copie.pk for original, copie in zip(originaux, copies, strict=True)}


def _copier_l_arbre(source: ProjetSocial, suite: ProjetSocial) -> None:
    axes = list(source.axes.all())
    objectifs = [objectif for axe in axes for objectif in axe.objectifs.all()]
    actions = [action for objectif in objectifs for action in objectif.actions.all()]
    en_tete = {"projet_id": suite.pk}
    nouveaux = {
        tableau: _copier(getattr(source, relation).all(), lambda noeud: en_tete)
        for tableau, relation in RELATIONS.items()
    }
    _copier_les_liens(Axe.enjeux.through, "enjeu_id", axes, nouveaux["axes"], nouveaux["enjeux"])
    _copier_les_liens(Zone.communes.through, "commune_id", source.zones.all(), nouveaux["zones"])
    nouvel_objectif = _copier_les_objectifs(objectifs, nouveaux["axes"], en_tete)
    nouvelle_action = _copier(actions, lambda action: {"objectif_id": nouvel_objectif[action.objectif_id], **en_tete})
    _copier(
        [financement for action in actions for financement in action.financements.all()],
        lambda financement: {"action_id": nouvelle_action[financement.action_id], **en_tete},
    )
    _copier(
        [
            *(indicateur for objectif in objectifs for indicateur in objectif.indicateurs.all()),
            *(indicateur for action in actions for indicateur in action.indicateurs.all()),
        ],
        lambda indicateur: {
            "objectif_id": nouvel_objectif.get(indicateur.objectif_id or 0),
            "action_id": nouvelle_action.get(indicateur.action_id or 0),
            **en_tete,
        },
    )


def _copier_les_liens(
    lien: Any, cible: str, noeuds: Iterable[Noeud], copies: dict[int, int], cibles: dict[Any, Any] | None = None
) -> None:
    """Copie les liens de ces nœuds ; `cibles` : {original: copie} de ce qu'ils nomment, si c'est copié aussi."""
    source = next(c.attname for c in lien._meta.concrete_fields if c.is_relation and c.attname != cible)
    liens = lien._default_manager.filter(**{f"{source}__in": [noeud.pk for noeud in noeuds]})
    lien._default_manager.bulk_create(
        lien(**{source: copies[porteur], cible: cibles[vers] if cibles else vers})
        for porteur, vers in liens.values_list(source, cible)
    )


def _copier_les_objectifs(
    objectifs: list[Objectif], nouvel_axe: dict[int, int], en_tete: dict[str, int]
) -> dict[int, int]:
    """Les généraux d'abord, pour que les opérationnels s'y placent."""
    generaux = _copier(
        (objectif for objectif in objectifs if objectif.parent_id is None),
        lambda objectif: {"axe_id": nouvel_axe[objectif.axe_id], **en_tete},
    )
    return generaux | _copier(
        (objectif for objectif in objectifs if objectif.parent_id is not None),
        lambda objectif: {
            "axe_id": nouvel_axe[objectif.axe_id],
            "parent_id": generaux[objectif.parent_id or 0],
            **en_tete,
        },
    )
