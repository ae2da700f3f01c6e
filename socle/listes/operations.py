"""Garder une vue d'une liste, et demander l'export de toutes ses lignes."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from socle import journal
from socle.choix import FormatExport
from socle.listes.liste import Liste
from socle.models import Export, VueEnregistree
from socle.tasks.exports import preparer_un_export
from socle.workflow import ActeInterdit, ActeRefuse

VUES_PAR_LISTE = 30
PARAMETRES_MAX = 2000  # caractères


def enregistrer_une_vue(liste: Liste, *, nom: str, partagee: bool, par_defaut: bool, par: Any) -> VueEnregistree:
    """Garde les filtres, le tri et les colonnes de la liste. Refuse un nom déjà pris, et le partage à qui ne le peut.

    Ce que la liste ne comprend pas n'est pas gardé.
    """
    if VueEnregistree.objects.filter(proprietaire=par, liste=liste.nom).count() >= VUES_PAR_LISTE:
        raise ActeRefuse(f"Vous avez déjà {VUES_PAR_LISTE} vues sur cette liste : supprimez-en une d'abord.")
    parametres = liste.parametres_admis().urlencode()
    if len(parametres) > PARAMETRES_MAX:
        raise ActeRefuse("Ces filtres sont trop longs pour être gardés : retirez-en.")
    vue = VueEnregistree(proprietaire=par, perimetre=par.perimetre_des_vues, liste=liste.nom, parametres=parametres)
    return regler_une_vue(vue, nom=nom, partagee=partagee, par_defaut=par_defaut, par=par)


def regler_une_vue(vue: VueEnregistree, *, nom: str, partagee: bool, par_defaut: bool, par: Any) -> VueEnregistree:
    """Nomme la vue, la partage, l'ouvre d'abord. Une seule s'ouvre d'abord : l'ancienne cède."""
    if partagee and not vue.partagee and not par.has_perm("socle.partager_une_vue"):
        raise ActeInterdit("Une vue se partage par le responsable ou l'administration de l'application.")
    vue.nom, vue.partagee, vue.par_defaut = " ".join(nom.split()), partagee, par_defaut
    if not vue.nom:
        raise ActeRefuse("Donnez un nom à cette vue.")
    try:
        with transaction.atomic(), journal.acte("regler_une_vue", "Vue enregistrée", par=par):
            if par_defaut:
                _ceder_la_place(vue)
            vue.save()
    except IntegrityError as erreur:
        raise ActeRefuse("Une vue porte déjà ce nom sur cette liste : choisissez-en un autre.") from erreur
    return vue


def _ceder_la_place(vue: VueEnregistree) -> None:
    memes = VueEnregistree.objects.filter(proprietaire=vue.proprietaire_id, liste=vue.liste, par_defaut=True)
    for autre in memes.exclude(pk=vue.pk):
        autre.par_defaut = False
        autre.save()


def supprimer_une_vue(vue: VueEnregistree, *, par: Any) -> None:
    with journal.acte("supprimer_une_vue", "Vue supprimée", par=par):
        vue.delete()


def demander_un_export(liste: Liste, format_: FormatExport, *, par: Any) -> Export:
    """Met l'export dans la file ; la tâche de fond l'écrit et prévient la personne. `total` : les lignes annoncées."""
    conservation = dt.timedelta(days=par.reglage("export_conservation_jours"))
    with transaction.atomic(), journal.acte("demander_un_export", f"Export de « {liste.titre} » demandé", par=par):
        export = Export.objects.create(
            demandeur=par,
            liste=liste.nom,
            titre=liste.titre,
            parametres=liste.parametres.urlencode(),
            format=format_,
            total=liste.nombre,
            expire_le=timezone.localdate() + conservation,
        )
        transaction.on_commit(lambda: preparer_un_export.enqueue(export.pk), robust=True)
    return export
