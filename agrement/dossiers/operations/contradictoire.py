"""La procédure contradictoire : ce que la Caf y consigne, et les observations que le centre dépose."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers import notifications
from agrement.dossiers.choix import SorteDEtape
from agrement.dossiers.models import Dossier, EtapeContradictoire
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.operations.pieces import enregistrer_le_fichier
from agrement.dossiers.regles import CONTRADICTOIRE_POSSIBLE, ETAPES_ANNONCEES
from comptes.models import Utilisateur
from comptes.regles import DELAI_D_OBSERVATIONS
from socle import journal
from socle.templatetags.composants import date_longue, duree
from socle.workflow import ActeRefuse

CONSIGNER, OBSERVER = "Consigner une étape", "Présenter des observations"


def delai_d_observations(dossier: Dossier, date: dt.date) -> dt.date:
    """Le premier jour où une invitation de cette date peut finir : le délai que règle la Caisse, au moins."""
    return date + dt.timedelta(days=dossier.caisse.entier(DELAI_D_OBSERVATIONS, date))


def consigner_une_etape(
    dossier: Dossier,
    *,
    sorte: str,
    date: dt.date,
    resume: str,
    par: Utilisateur,
    jusqu_au: dt.date | None = None,
    fichier: File[Any] | None = None,
    corrige: EtapeContradictoire | None = None,
) -> EtapeContradictoire:
    """Écrit une étape que le centre lit ; un avertissement et une invitation lui sont annoncés par courriel.

    `jusqu_au` : d'une invitation, le délai de la Caisse par défaut. `corrige` : l'étape que celle-ci remplace. Refuse
    un dossier clos ou en brouillon, une date à venir, un texte vide, un délai trop court ou qui court encore.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, CONSIGNER)
    with transaction.atomic(), journal.acte("consigner_une_etape", "Étape contradictoire", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, CONTRADICTOIRE_POSSIBLE, CONSIGNER)
        if sorte == SorteDEtape.INVITATION:
            jusqu_au = jusqu_au or delai_d_observations(verrouille, date)
        etape = EtapeContradictoire(
            dossier=verrouille,
            sorte=SorteDEtape(sorte),
            date=date,
            jusqu_au=jusqu_au,
            resume=resume.strip(),
            corrige=corrige,
            par=par,
            le=timezone.now(),
        )
        if raisons := [*_raisons(etape), *_raisons_de_preuve(etape, fichier), *_raisons_de_correction(etape)]:
            raise ActeRefuse(*raisons)
        etape.fichier = enregistrer_le_fichier(fichier, par) if fichier else None
        etape.save()
        if etape.sorte in ETAPES_ANNONCEES:
            notifications.prevenir_d_une_etape(etape)
    return etape


def _raisons(etape: EtapeContradictoire) -> Iterator[str]:
    if etape.date > timezone.localdate():
        yield "La date est à venir : une étape se consigne une fois accomplie."
    if not etape.resume:
        yield "Écrivez ce qui est dit : le centre le lit."
    yield from _raisons_du_delai(etape)


def _raisons_de_preuve(etape: EtapeContradictoire, fichier: File[Any] | None) -> Iterator[str]:
    """Ce qui est consigné après coup s'appuie sur la lettre envoyée."""
    if etape.sorte in ETAPES_ANNONCEES and etape.date < timezone.localdate() and not fichier:
        yield "Cette étape est passée : joignez la lettre envoyée au centre, ou datez-la d'aujourd'hui."


def _raisons_de_correction(etape: EtapeContradictoire) -> Iterator[str]:
    """La Caf corrige ce qu'elle a écrit, sans raccourcir un délai donné ; jamais les observations du centre."""
    corrigee = etape.corrige
    if corrigee is None:
        return
    if EtapeContradictoire.objects.filter(corrige=corrigee).exists():
        yield "Cette étape est déjà corrigée : corrigez plutôt celle qui la remplace."
    if corrigee.par.est_du_centre:
        yield "Le centre a écrit cette étape : elle ne se corrige pas."
    if corrigee.sorte != etape.sorte:
        yield f"Une étape se corrige par une autre de même sorte : {corrigee.get_sorte_display().lower()}."
    elif corrigee.jusqu_au and etape.jusqu_au and etape.jusqu_au < corrigee.jusqu_au:
        yield f"Le centre avait jusqu'au {date_longue(corrigee.jusqu_au)} : ne raccourcissez pas son délai."


def _raisons_du_delai(etape: EtapeContradictoire) -> Iterator[str]:
    if etape.sorte == SorteDEtape.INVITATION:
        minimum = delai_d_observations(etape.dossier, etape.date)
        if etape.jusqu_au is not None and etape.jusqu_au < minimum:
            jours = duree((minimum - etape.date).days, "jours")
            yield f"Laissez au moins {jours} au centre : jusqu'au {date_longue(minimum)}."
    elif etape.jusqu_au is not None:
        yield "Seule une invitation à présenter des observations donne un délai : effacez-le."
    if etape.sorte == SorteDEtape.DELAI_EXPIRE:
        yield from _raisons_du_constat(etape.dossier)


def _raisons_du_constat(dossier: Dossier) -> Iterator[str]:
    valables = dossier.etapes_contradictoires.valables()
    if not valables.filter(sorte=SorteDEtape.INVITATION).exists():
        yield "Aucune invitation n'a donné de délai au centre : consignez-la d'abord."
    elif (ouverte := dossier.etapes_contradictoires.invitations_ouvertes().first()) is not None:
        yield f"Le centre peut encore présenter ses observations, jusqu'au {date_longue(ouverte.jusqu_au)}."


def presenter_des_observations(
    dossier: Dossier, *, texte: str, par: Utilisateur, fichier: File[Any] | None = None
) -> EtapeContradictoire:
    """Les observations écrites du centre, que la Caf reçoit aussitôt. Elles ne changent plus.

    Refuse s'il n'y est pas invité, si le délai est passé, et un envoi sans texte ni document.
    """
    exiger_le_droit(par, "dossiers.repondre", dossier, OBSERVER)
    with transaction.atomic(), journal.acte("presenter_des_observations", "Observations du centre", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, CONTRADICTOIRE_POSSIBLE, OBSERVER)
        if not verrouille.etapes_contradictoires.invitations_ouvertes().exists():
            raise ActeRefuse("Le délai pour présenter des observations est passé, ou la Caf ne vous y a pas invité.")
        if not texte.strip() and fichier is None:
            raise ActeRefuse("Écrivez vos observations, ou joignez-les.")
        etape = EtapeContradictoire.objects.create(
            dossier=verrouille,
            sorte=SorteDEtape.OBSERVATIONS,
            date=timezone.localdate(),
            resume=texte.strip() or "Voir le document joint.",
            fichier=enregistrer_le_fichier(fichier, par) if fichier else None,
            par=par,
            le=timezone.now(),
        )
        notifications.prevenir_d_observations(etape)
    return etape
