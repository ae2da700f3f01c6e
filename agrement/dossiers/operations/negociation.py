"""La négociation : points, positions, versions du projet."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier, PointDeNegociation
from agrement.dossiers.operations.acces import conclure, exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.operations.demande import figer_la_version, rouvrir_l_ecriture
from agrement.dossiers.regles import EN_NEGOCIATION
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_POINT
from centres.models import Objectif
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def ouvrir_la_negociation(dossier: Dossier, *, date: dt.date, par: Utilisateur) -> Dossier:
    """T08 – Ouvre la négociation ; `date` : la réunion de lancement. Refuse une date antérieure au dépôt."""
    transition = CIRCUIT["ouvrir_la_negociation"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        if verrouille.depose_le is not None and date < verrouille.depose_le.date():
            raise ActeRefuse("La réunion de lancement ne peut pas précéder le dépôt de la demande.")
        with journal.acte("fixer_la_reunion", "Réunion de lancement fixée", par=par):
            verrouille.negociation_ouverte_le = date
            verrouille.save()
        return conclure(dossier, verrouille, transition.nom, par)


def ouvrir_un_point(
    dossier: Dossier, *, sujet: str, position: str, par: Utilisateur, objectif: Objectif | None = None
) -> PointDeNegociation:
    """Un point à régler, avec la position de la Caf. `objectif` : celui du projet auquel il s'attache.

    Refuse hors de la négociation, un texte vide, et un objectif d'un autre projet.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, "Ouvrir un point")
    if not sujet.strip() or not position.strip():
        raise ActeRefuse("Écrivez le sujet du point et la position de la Caf.")
    with transaction.atomic(), journal.acte("ouvrir_un_point", "Point de négociation ouvert", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, EN_NEGOCIATION, "Ouvrir un point")
        if objectif is not None and (verrouille.projet is None or objectif.axe.projet.serie != verrouille.projet.serie):
            raise ActeRefuse("Cet objectif n'est pas du projet de ce dossier.")
        return PointDeNegociation.objects.create(
            dossier=verrouille,
            sujet=sujet.strip(),
            position_caf=position.strip(),
            objectif=objectif,
            ouvert_par=par,
            ouvert_le=timezone.now(),
        )


def repondre_a_un_point(point: PointDeNegociation, *, position: str, par: Utilisateur) -> PointDeNegociation:
    """Écrit la position du centre sur un point à reprendre. Refuse une position vide."""
    transition = CIRCUIT_POINT["repondre"]
    with transaction.atomic():
        verrouille = PointDeNegociation.objects.select_for_update(of=("self",)).get(pk=point.pk)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        with journal.acte(transition.nom, "Position du centre écrite", par=par):
            verrouille.position_centre = position.strip()
            verrouille.save()
        return CIRCUIT_POINT.executer(point, transition.nom, par=par)


def rendre_au_porteur(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """T09 – Rend le projet au centre : une version suivante, copie modifiable, devient celle du dossier."""
    transition = CIRCUIT["rendre_au_porteur"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        rouvrir_l_ecriture(verrouille, par)
        return conclure(dossier, verrouille, transition.nom, par)


def transmettre_la_version(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """T10 – Fige la nouvelle version et la rend à la Caf. Refuse tant qu'un point à reprendre est sans réponse."""
    transition = CIRCUIT["transmettre_la_version"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        figer_la_version(verrouille, par)
        return conclure(dossier, verrouille, transition.nom, par)
