"""Les fichiers joints à un message ou à un compte rendu : bornés en nombre et en place, gardés pour de bon."""

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db.models import Sum

from agrement.dossiers.models import CompteRendu, Dossier, Message
from agrement.dossiers.operations.pieces import enregistrer_le_fichier
from comptes.models import Utilisateur
from socle.templatetags.composants import taille
from socle.workflow import ActeRefuse


def joindre(objet: Message | CompteRendu, recus: Iterable[File[Any]], *, par: Utilisateur) -> None:
    """Ajoute ces fichiers à l'objet enregistré, dans la transaction et sous le verrou de l'appelant.

    Refuse un fichier que l'application n'admet pas, et ce qui dépasse le nombre ou la place que règle la Caisse.
    """
    joints = [enregistrer_le_fichier(recu, par) for recu in recus]
    if not joints:
        return
    objet.fichiers.add(*joints)
    caisse = objet.dossier.caisse
    nombre_max, place_max = (
        int(valeur) for valeur in caisse.valeurs("fichiers_par_envoi_max", "echanges_par_dossier_mo").values()
    )
    if objet.fichiers.count() > nombre_max:
        pluriel = "s" if nombre_max > 1 else ""
        raise ActeRefuse(f"{nombre_max} fichier{pluriel} au plus : réunissez-en plusieurs dans un même document.")
    pris = _place_prise(objet.dossier)
    if pris > place_max * 1024 * 1024:
        raise ActeRefuse(
            f"Les fichiers échangés dans ce dossier prendraient {taille(pris)}, pour {place_max} Mo au plus : "
            "allégez-les, ou demandez à la Caf de relever cette limite."
        )


def _place_prise(dossier: Dossier) -> int:
    """En octets, ce que prennent les fichiers des messages et des comptes rendus."""
    echanges = (dossier.messages, dossier.comptes_rendus)
    return sum(joints.aggregate(total=Sum("fichiers__taille"))["total"] or 0 for joints in echanges)
