"""Les étiquettes d'une Caisse, et ce qu'elles marquent."""

from django.db import IntegrityError, transaction

from agrement.dossiers.models import Dossier, Etiquette, PoseDEtiquette
from agrement.dossiers.operations.acces import contraintes_en_phrases, exiger_le_droit
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def nommer_une_etiquette(etiquette: Etiquette, *, nom: str, par: Utilisateur) -> Etiquette:
    """Crée ou renomme une étiquette de la Caisse. Refuse un nom vide ou déjà pris."""
    exiger_le_droit(par, "dossiers.gerer_les_etiquettes", etiquette, "Nommer une étiquette")
    etiquette.nom = " ".join(nom.split())
    if not etiquette.nom:
        raise ActeRefuse("Donnez un nom à l'étiquette.")
    with (
        contraintes_en_phrases(Etiquette),
        transaction.atomic(),
        journal.acte("nommer_une_etiquette", "Étiquette nommée", par=par),
    ):
        etiquette.save()
    return etiquette


def supprimer_une_etiquette(etiquette: Etiquette, *, par: Utilisateur) -> int:
    """Ôte l'étiquette de tous les dossiers, puis la supprime ; rend le nombre de dossiers qui la portaient."""
    exiger_le_droit(par, "dossiers.gerer_les_etiquettes", etiquette, "Supprimer une étiquette")
    with transaction.atomic(), journal.acte("supprimer_une_etiquette", "Étiquette supprimée", par=par):
        poses = list(etiquette.poses.select_related("dossier"))
        for pose in poses:
            pose.delete()
        etiquette.delete()
    return len(poses)


def etiqueter(dossier: Dossier, etiquette: Etiquette, *, par: Utilisateur) -> PoseDEtiquette:
    """Pose l'étiquette sur le dossier. Refuse une étiquette d'une autre Caisse, ou déjà posée."""
    exiger_le_droit(par, "dossiers.instruire", dossier, "Poser une étiquette")
    if etiquette.caisse_id != dossier.caisse_id:
        raise ActeRefuse("Cette étiquette n'est pas de cette Caisse.")
    try:
        with transaction.atomic(), journal.acte("etiqueter", "Étiquette posée", par=par):
            return PoseDEtiquette.objects.create(dossier=dossier, etiquette=etiquette, par=par)
    except IntegrityError as erreur:
        raise ActeRefuse(f"Le dossier porte déjà l'étiquette « {etiquette} ».") from erreur


def decoller(dossier: Dossier, etiquette: Etiquette, *, par: Utilisateur) -> None:
    """Ôte l'étiquette du dossier. Refuse s'il ne la porte pas."""
    exiger_le_droit(par, "dossiers.instruire", dossier, "Ôter une étiquette")
    with transaction.atomic(), journal.acte("decoller", "Étiquette ôtée", par=par):
        pose = dossier.etiquettes.select_for_update().filter(etiquette=etiquette).first()
        if pose is None:
            raise ActeRefuse(f"Le dossier ne porte pas l'étiquette « {etiquette} ».")
        pose.delete()
