"""Écrire un brouillon champ par champ, sans jamais recouvrir ce qu'une autre personne vient d'écrire."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from centres.models import NOM_DU_NOEUD, Noeud, ProjetSocial, Saisie
from centres.regles import PARTIE_DU_TABLEAU, dire_la_lecture_seule
from comptes.models import Utilisateur
from socle.workflow import ActeInterdit, ActeRefuse


@dataclass
class Ecriture:
    """Ce qu'une écriture a fait : les champs enregistrés, et ceux qu'une autre personne avait changés entre-temps."""

    enregistres: list[str] = field(default_factory=list)
    conflits: list[str] = field(default_factory=list)


class LectureDepassee(Exception):
    """L'objet a changé entre sa lecture et le verrou de son projet : il faut le relire, puis recommencer."""


class PartieFermee(ActeRefuse):
    """La Caf n'a demandé que d'autres parties : celle-ci se lit, elle ne s'écrit pas."""


def exiger_d_ecrire(projet: ProjetSocial, par: Utilisateur, *parties: str) -> None:
    """Verrouille le projet. Lève `ProjetFige` si la version est transmise, `ActeInterdit` sans le droit d'y écrire.

    `parties` : les codes de celles où l'on écrira ; lève `PartieFermee` si l'une d'elles ne s'écrit pas.
    """
    projet.refuser_si_fige()
    if not par.has_perm("centres.modifier_projet", projet):
        raise ActeInterdit("Vous n'avez pas le droit de modifier ce projet social.")
    projet.refresh_from_db(fields=["parties_ouvertes"])
    exiger_les_parties(projet, *parties)


def exiger_les_parties(projet: ProjetSocial, *parties: str) -> None:
    """Lève `PartieFermee` si l'une de ces parties ne s'écrit pas. `projet` : lu sous son verrou."""
    if not all(projet.est_ouverte(partie) for partie in parties):
        raise PartieFermee(dire_la_lecture_seule(projet.parties_ouvertes or ()))


def partie_du_noeud(noeud: Noeud) -> str:
    """Le code de la partie où ce nœud s'écrit."""
    return PARTIE_DU_TABLEAU[NOM_DU_NOEUD[type(noeud)]]


def temoin(valeur: Any) -> str:
    """La marque d'une valeur, que la page emporte et rend : différente, c'est que le champ a changé entre-temps."""
    if isinstance(valeur, models.QuerySet | list | tuple):
        valeur = sorted(getattr(element, "pk", element) for element in valeur)
    if isinstance(valeur, Decimal):
        valeur = valeur.normalize()
    dite = "" if valeur in (None, [], False) else str(valeur).replace("\r\n", "\n")
    return hashlib.blake2s(dite.encode(), digest_size=8).hexdigest()


def ecrire(
    objet: ProjetSocial | Noeud,
    *,
    saisies: Mapping[str, Any],
    lus: Mapping[str, Any],
    vus: Mapping[str, str],
    partie: str,
    par: Utilisateur,
) -> Ecriture:
    """Enregistre les champs que la personne a changés, sauf ceux qui ont changé depuis qu'elle les a lus.

    `saisies` : les valeurs, validées. `lus` : celles que l'appelant vient de lire en base. `vus` : le témoin que la
    page de la personne avait. `partie` : celle du projet où elle écrit. À appeler dans la transaction qui a verrouillé
    le projet ; le droit se contrôle avant l'appel. Lève `LectureDepassee`, et `PartieFermee`.
    """
    fait = Ecriture()
    a_ecrire: dict[str, Any] = {}
    liens: dict[str, Any] = {}
    for champ, valeur in saisies.items():
        voulu, present = temoin(valeur), temoin(lus[champ])
        if voulu in (present, vus.get(champ)):
            continue
        if vus.get(champ) != present:
            fait.conflits.append(champ)
            continue
        (liens if objet._meta.get_field(champ).many_to_many else a_ecrire)[champ] = valeur
        fait.enregistres.append(champ)
    if fait.enregistres:
        projet = objet if isinstance(objet, ProjetSocial) else objet.projet
        exiger_les_parties(projet, partie)
        _enregistrer(objet, a_ecrire, liens, lus)
        noter_la_saisie(projet, partie, par)
    return fait


def _enregistrer(
    objet: ProjetSocial | Noeud, champs: dict[str, Any], liens: dict[str, Any], lus: Mapping[str, Any]
) -> None:
    """Sans journal : il garderait chaque état de chaque phrase. `Saisie` dit qui, les versions disent quoi.

    N'écrit que par-dessus ce qui a été lu.
    """
    with transaction.atomic():
        if champs:
            inchange = {
                f"{champ}__isnull" if lus[champ] is None else champ: True if lus[champ] is None else lus[champ]
                for champ in champs
            }
            if not type(objet)._base_manager.filter(pk=objet.pk, **inchange).update(**champs):
                raise LectureDepassee
        for champ, valeurs in liens.items():
            getattr(objet, champ).set(valeurs)


def noter_la_saisie(projet: ProjetSocial, partie: str, par: Utilisateur) -> None:
    """Retient que la personne vient d'écrire dans cette partie."""
    le = timezone.now()
    Saisie.objects.bulk_create(
        [Saisie(projet=projet, partie=partie, par=par, jour=timezone.localdate(le), le=le)],
        update_conflicts=True,
        unique_fields=["projet", "partie", "par", "jour"],
        update_fields=["le"],
    )
