from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.contrats.models import DossierDePreuve, GenerationEnLot, ImportDeContrats, ImpressionDeTexte
from agrement.contrats.notifications import prevenir_de_l_echec
from agrement.contrats.operations import (
    faire_vivre_les_contrats,
    generer_en_lot,
    imprimer_un_texte,
    mener_l_import,
    sceller_ce_qui_attend,
)
from agrement.contrats.operations.preuve import ecrire, effacer_les_perimes
from socle.travaux import mener, reprendre


@task()
def mener_une_generation(lot_id: int) -> None:
    """Génère les contrats d'un lot, dossier par dossier."""
    mener(GenerationEnLot, lot_id, generer_en_lot)


@task()
def mener_une_impression(impression_id: int) -> None:
    """Imprime un texte à signer et le propose ; un échec s'écrit à qui l'a demandé."""
    mener(ImpressionDeTexte, impression_id, imprimer_un_texte, en_echec=prevenir_de_l_echec)


@db_periodic_task(crontab(hour="0", minute="20"))  # type: ignore[untyped-decorator]
def contrats_au_jour_le_jour() -> None:
    """Chaque nuit, constate la prise d'effet, les suites et le terme des contrats."""
    faire_vivre_les_contrats()


@db_periodic_task(crontab(minute="5-59/10"))  # type: ignore[untyped-decorator]
def decisions_et_avenants() -> None:
    """Toutes les dix minutes, fait aux contrats ce que disent les décisions notifiées et les avenants signés."""
    faire_vivre_les_contrats()


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def versions_a_sceller() -> None:
    """Toutes les cinq minutes, scelle ce que le cachet ou l'horodatage a fait attendre."""
    sceller_ce_qui_attend()


@task()
def mener_un_import(import_id: int) -> None:
    """Reprend les contrats d'un import confirmé."""
    mener_un_import_maintenant(import_id)


def mener_un_import_maintenant(import_id: int) -> None:
    """Le même travail, sans passer par la file : il est court."""
    mener(ImportDeContrats, import_id, mener_l_import)
    faire_vivre_les_contrats()


@task()
def ecrire_une_preuve(preuve_id: int) -> None:
    """Écrit l'archive d'un dossier de preuve."""
    mener(DossierDePreuve, preuve_id, ecrire)


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_travaux() -> None:
    """Toutes les cinq minutes, remet dans la file les travaux perdus ou arrêtés."""
    reprendre(ImpressionDeTexte, mener_une_impression.enqueue)
    reprendre(GenerationEnLot, mener_une_generation.enqueue)
    reprendre(ImportDeContrats, mener_un_import.enqueue)
    reprendre(DossierDePreuve, ecrire_une_preuve.enqueue)


@db_periodic_task(crontab(hour="3", minute="40"))  # type: ignore[untyped-decorator]
def effacer_les_preuves_perimees() -> None:
    effacer_les_perimes()
