"""L'histoire d'une structure : ses noms et ses gestionnaires."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from centres.models import Gestion, Gestionnaire, NomSuccessif, Structure
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse


def renommer(structure: Structure, nom: str, *, au: dt.date, par: Utilisateur | None) -> Structure:
    """Donne son nouveau nom à la structure et garde l'ancien, porté jusqu'au jour `au`.

    `par` vide désigne une commande. Refuse un nom vide, inchangé ou de plus de 200 caractères, et un jour à venir.
    """
    nom = " ".join(nom.split())
    with transaction.atomic(), journal.acte("renommer", "Changement de nom", par=par):
        _relire(structure, par)
        if not nom or len(nom) > 200:
            raise ActeRefuse("Écrivez le nouveau nom de la structure, en 200 caractères au plus.")
        if nom == structure.nom:
            raise ActeRefuse(f"La structure porte déjà le nom « {nom} ».")
        _refuser_un_jour_a_venir(au)
        NomSuccessif.objects.create(structure=structure, nom=structure.nom, jusqu_au=au)
        structure.nom = nom
        structure.save()
    return structure


def changer_de_gestionnaire(
    structure: Structure, gestionnaire: Gestionnaire, *, au: dt.date, par: Utilisateur | None
) -> Structure:
    """Confie la structure au gestionnaire à partir du jour `au`, et garde la période du précédent.

    Refuse le gestionnaire présent, celui d'une autre Caisse, un jour à venir ou qui précède l'arrivée du présent.
    """
    with transaction.atomic(), journal.acte("changer_de_gestionnaire", "Changement de gestionnaire", par=par):
        _relire(structure, par)
        if gestionnaire.pk == structure.gestionnaire_id:
            raise ActeRefuse(f"{gestionnaire} gère déjà cette structure.")
        if gestionnaire.caisse_id != structure.caisse_id:
            raise ActeRefuse("Ce gestionnaire dépend d'une autre Caf : créez-le d'abord dans la vôtre.")
        _refuser_un_jour_a_venir(au)
        _clore_la_gestion(structure, au)
        Gestion.objects.create(structure=structure, gestionnaire=gestionnaire, debut=au.isoformat())
        structure.gestionnaire = gestionnaire
        structure.save()
    return structure


def _clore_la_gestion(structure: Structure, au: dt.date) -> None:
    en_cours = structure.gestions.filter(fin="").first()
    gestion = en_cours or Gestion(structure=structure, gestionnaire=structure.gestionnaire)
    if gestion.debut > au.isoformat():
        raise ActeRefuse(f"{gestion.gestionnaire} gère la structure depuis une date postérieure : vérifiez le jour.")
    gestion.fin = au.isoformat()
    gestion.save()


def _relire(structure: Structure, par: Utilisateur | None) -> None:
    structure.refresh_from_db(from_queryset=Structure.objects.select_for_update())
    if par is not None and not par.has_perm("centres.modifier_structure", structure):
        raise ActeInterdit("Vous n'avez pas le droit de modifier cette structure.")


def _refuser_un_jour_a_venir(jour: dt.date) -> None:
    if jour > timezone.localdate():
        raise ActeRefuse("Ce changement s'enregistre le jour où il a lieu : choisissez aujourd'hui ou un jour passé.")
