"""Écrire au centre, par courriel, ce qui n'est pas un acte du circuit."""

from django.db import transaction

from agrement.dossiers import notifications
from agrement.dossiers.models import Dossier
from agrement.dossiers.operations.acces import exiger_le_droit
from comptes.models import Utilisateur
from socle import journal
from socle.models import noter
from socle.workflow import ActeRefuse


def ecrire_au_centre(dossier: Dossier, *, objet: str, texte: str, par: Utilisateur) -> None:
    """Met dans la boîte d'envoi un courriel pour chaque rédacteur du centre ; le journal du dossier en garde l'objet.

    Refuse un texte vide, et un centre dont personne n'a de compte ouvert : rien ne partirait.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, "Écrire au centre")
    if not (objet.strip() and texte.strip()):
        raise ActeRefuse("Écrivez l'objet et le texte du message.")
    with transaction.atomic(), journal.acte("ecrire_au_centre", f"Courriel au centre : {objet.strip()}"[:200], par=par):
        if not notifications.ecrire_au_centre(dossier, objet=objet.strip(), texte=texte.strip(), par=par):
            raise ActeRefuse("Personne de ce centre n'a de compte ouvert : invitez quelqu'un d'abord.")
        noter(dossier, "Courriel au centre")
