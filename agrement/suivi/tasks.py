from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.dossiers.operations import relancer_les_partenaires
from agrement.suivi.operations import constater, creer_les_echeances_manquantes, suivre_les_contrats


@db_periodic_task(crontab(minute="*/10"))  # type: ignore[untyped-decorator]
def echeances_des_contrats() -> None:
    """Toutes les dix minutes, donne leurs échéances aux contrats signés, et suit les termes et les sursis changés."""
    creer_les_echeances_manquantes()
    suivre_les_contrats()


@db_periodic_task(crontab(hour="1", minute="30"))  # type: ignore[untyped-decorator]
def echeances_accomplies() -> None:
    """Chaque nuit, marque faites les échéances qu'un autre fait a accomplies."""
    constater()


@db_periodic_task(crontab(hour="7", minute="0"))  # type: ignore[untyped-decorator]
def avis_attendus_des_partenaires() -> None:
    """Chaque matin, relance les partenaires dont l'avis est attendu sous peu."""
    relancer_les_partenaires()
