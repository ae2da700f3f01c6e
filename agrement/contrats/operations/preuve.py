"""Demander, écrire et rendre un dossier de preuve."""

from __future__ import annotations

import datetime as dt
import tempfile

from django.db import transaction
from django.utils import timezone

from agrement.contrats.models import Contrat, DossierDePreuve
from agrement.contrats.preuve.archive import ecrire as ecrire_l_archive
from agrement.contrats.preuve.archive import nom_sur
from agrement.contrats.preuve.collecte import Collecte
from agrement.contrats.preuve.seda import Bordereau
from agrement.dossiers.models import Dossier
from comptes.models import Utilisateur
from comptes.regles import ARCHIVES_DUREE, ARCHIVES_SORT, PREUVE_CONSERVATION
from socle import fichiers, journal
from socle.models import EntreeDuJournal, Fichier, noter
from socle.travaux import TravailImpossible
from socle.workflow import ActeInterdit, ActeRefuse

ZIP = "application/zip"
PAS = 25  # l'avancement s'enregistre tous les vingt-cinq fichiers


def prouver(objet: Dossier | Contrat, *, par: Utilisateur) -> DossierDePreuve:
    """Demande le dossier de preuve d'un dossier et de ses contrats ; celui d'un contrat est celui de son dossier.

    Un contrat repris, qui n'a pas de dossier, a le sien.
    """
    _exiger_le_droit(objet, par)
    if isinstance(objet, Contrat) and objet.dossier is not None:
        objet = objet.dossier
    prouve = {"dossier": objet} if isinstance(objet, Dossier) else {"contrat": objet}
    expire_le = timezone.localdate() + dt.timedelta(days=par.caisse.entier(PREUVE_CONSERVATION))
    with transaction.atomic(), journal.acte("prouver", "Dossier de preuve demandé", par=par):
        return DossierDePreuve.objects.create(demandeur=par, expire_le=expire_le, **prouve)


def _exiger_le_droit(objet: Dossier | Contrat, par: Utilisateur) -> None:
    if not par.has_perm("contrats.prouver", objet):
        raise ActeInterdit("Le dossier de preuve est au responsable, au secrétariat et à l'administration.")


def ecrire(preuve: DossierDePreuve) -> None:
    """Écrit l'archive, sur le disque et non en mémoire, et la garde. Lève `TravailImpossible` si le droit est perdu."""
    demandeur, objet = preuve.demandeur, preuve.objet
    if not (demandeur.is_active and demandeur.has_perm("contrats.prouver", objet)):
        raise TravailImpossible("Le compte qui l'a demandé n'a plus ce droit.")
    collecte = Collecte(objet, pour=demandeur)

    def avancer(faits: int) -> None:
        if faits % PAS == 0:
            preuve.avancer(faits)

    with tempfile.TemporaryFile() as contenu:
        bilan = ecrire_l_archive(
            contenu,
            collecte.sources(),
            collecte.journal(),
            entete=_entete(preuve),
            bordereau=_bordereau(preuve),
            absents=collecte.absents,
            avancer=avancer,
        )
        contenu.seek(0)
        with transaction.atomic(), journal.acte("ecrire_une_preuve", "Dossier de preuve écrit", par=None):
            preuve.fichier = fichiers.enregistrer_export(
                contenu, f"preuve-{nom_sur(str(objet))}.zip", ZIP, par=demandeur
            )
            preuve.racine, preuve.absents = bilan.racine, len(bilan.absents)
            preuve.fichiers = preuve.total = preuve.faits = len(bilan.ecrits)
            preuve.save()


def _entete(preuve: DossierDePreuve) -> dict[str, str]:
    return {
        "titre": str(preuve.objet),
        "caisse": preuve.objet.caisse.nom,
        "prepare_le": timezone.localtime(preuve.demande_le).isoformat(timespec="seconds"),
        "prepare_par": str(preuve.demandeur),
        "empreintes": "SHA-256, en hexadécimal",
        "chaine_du_journal": "« precedente » : le SHA-256 de toute la ligne précédente, sans son saut de ligne",
    }


def _bordereau(preuve: DossierDePreuve) -> Bordereau:
    """Ce que le transfert dit : la durée court du dernier acte que le journal garde de l'objet."""
    objet, caisse = preuve.objet, preuve.objet.caisse
    moments = EntreeDuJournal.objects.sur(objet).order_by("horodatage").values_list("horodatage", flat=True)
    premier, dernier = moments.first() or preuve.demande_le, moments.last() or preuve.demande_le
    return Bordereau(
        identifiant=f"preuve-{preuve.pk}-{preuve.demande_le:%Y%m%d%H%M%S}",
        titre=f"{objet}, {objet.structure.nom}",
        date=timezone.localtime(preuve.demande_le).isoformat(timespec="seconds"),
        service=f"caf-{caisse.code_departement}",
        duree=caisse.entier(ARCHIVES_DUREE),
        depuis=timezone.localdate(dernier).isoformat(),
        sort=caisse.parametre(ARCHIVES_SORT),
        debut=timezone.localdate(premier).isoformat(),
        fin=timezone.localdate(dernier).isoformat(),
    )


def remettre(preuve: DossierDePreuve, *, par: Utilisateur) -> Fichier:
    """L'archive à télécharger ; le journal garde qui l'a prise et quand. Refuse si elle n'est pas prête ou plus là."""
    _exiger_le_droit(preuve.objet, par)
    if preuve.fichier is None:
        raise ActeRefuse("L'archive n'est pas prête, ou son temps est passé : demandez-la à nouveau.")
    with transaction.atomic(), journal.acte("telecharger_une_preuve", "Dossier de preuve téléchargé", par=par):
        noter(preuve, "Dossier de preuve téléchargé")
    return preuve.fichier


def effacer_les_perimes() -> None:
    """Efface les archives dont le temps est passé. La trace reste : qui, quoi, et l'empreinte racine."""
    perimes = DossierDePreuve.objects.filter(expire_le__lt=timezone.localdate(), fichier__isnull=False)
    for preuve in perimes.select_related("fichier", "demandeur", "dossier", "contrat"):
        with transaction.atomic(), journal.acte("effacer_une_preuve", "Archive de preuve effacée", par=None):
            fichier, preuve.fichier = preuve.fichier, None
            preuve.save(update_fields=["fichier"])
            assert fichier is not None  # le filtre l'assure
            fichiers.effacer(fichier)
