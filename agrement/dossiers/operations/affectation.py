"""Qui instruit : confier un dossier à un conseiller, ou le prendre quand il n'est à personne."""

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import ETATS_OUVERTS
from comptes.choix import Role
from comptes.models import Utilisateur
from socle import journal
from socle.models import EntreeDuJournal
from socle.templatetags.composants import heure, instant
from socle.workflow import ActeRefuse

PRENDRE = "prendre"


def affecter(dossier: Dossier, *, conseiller: Utilisateur, par: Utilisateur) -> Dossier:
    """Confie l'instruction à un conseiller de la Caisse. Refuse un dossier clos et une personne d'un autre rôle."""
    exiger_le_droit(par, "dossiers.contresigner", dossier, "Confier le dossier")
    if conseiller.role != Role.CONSEILLER or conseiller.caisse_id != dossier.caisse_id or not conseiller.is_active:
        raise ActeRefuse("Choisissez un conseiller de votre Caf dont le compte est ouvert.")
    with transaction.atomic(), journal.acte("affecter", "Dossier confié à un conseiller", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ETATS_OUVERTS, "Confier le dossier")
        verrouille.conseiller = conseiller
        verrouille.save()
    return verrouille


def prendre(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """Le conseiller se charge d'un dossier que personne n'instruit. Refuse, en le nommant, s'il a déjà un conseiller.

    De plusieurs personnes qui le demandent au même instant, une seule l'a : la ligne est relue sous verrou.
    """
    exiger_le_droit(par, "dossiers.prendre", dossier, "Prendre ce dossier")
    with transaction.atomic(), journal.acte(PRENDRE, "Dossier pris par un conseiller", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ETATS_OUVERTS, "Prendre ce dossier")
        if verrouille.conseiller is not None:
            raise ActeRefuse(_deja_pris(verrouille, verrouille.conseiller, par))
        verrouille.conseiller = par
        verrouille.save()
    return verrouille


def _deja_pris(dossier: Dossier, conseiller: Utilisateur, par: Utilisateur) -> str:
    """Qui l'a, depuis quand. « Camille Roux a pris ce dossier à 10 h 32. »"""
    if conseiller == par:
        return "Ce dossier est déjà le vôtre."
    entree = EntreeDuJournal.objects.sur(dossier).filter(changements__has_key="conseiller").first()
    if entree is None:
        return f"{conseiller} instruit déjà ce dossier."
    du_jour = timezone.localdate(entree.horodatage) == timezone.localdate()
    quand = f"à {heure(entree.horodatage)}" if du_jour else f"le {instant(entree.horodatage)}"
    return f"{conseiller} a {'pris' if entree.acte == PRENDRE else 'reçu'} ce dossier {quand}."
