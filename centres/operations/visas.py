"""La validation du projet par la présidence du gestionnaire, après le vote de son instance et avant le dépôt."""

from django.db import transaction
from django.utils import timezone

from centres.models import ProjetSocial, Visa
from centres.operations.valeurs import contenu, empreinte
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse

SANS_INSTANCE = "Écrivez d'abord l'instance qui a adopté le projet, et la date de son vote."
VOTE_A_VENIR = "La date d'adoption du projet est dans l'avenir : le projet se valide une fois voté."
TEXTE_CHANGE = "Le projet a changé depuis que vous l'avez ouvert : relisez-le, puis validez-le."


def empreinte_du_texte(projet: ProjetSocial) -> str:
    """SHA-256 de ce que dit le projet aujourd'hui ; d'une version figée, celle qui a été gardée."""
    return projet.empreinte or empreinte(contenu(projet))


def est_vise(projet: ProjetSocial) -> bool:
    """Vrai si une personne au moins a validé le texte tel qu'il est aujourd'hui."""
    visees = set(projet.visas.values_list("empreinte", flat=True))
    return bool(visees) and empreinte_du_texte(projet) in visees


def raison_de_ne_pas_viser(projet: ProjetSocial) -> str:
    """Ce qui empêche de valider ce projet, en une phrase ; vide si rien n'empêche."""
    if projet.est_fige:
        return "Cette version a été transmise à la Caf : elle ne se valide plus."
    if not projet.instance_d_adoption or projet.date_d_adoption is None:
        return SANS_INSTANCE
    return VOTE_A_VENIR if projet.date_d_adoption > timezone.localdate() else ""


def viser(projet: ProjetSocial, *, par: Utilisateur, lue: str = "") -> Visa:
    """Valide le projet au nom du gestionnaire ; la Caf, si elle le fait pour la présidence, au vu du procès-verbal.

    `lue` : l'empreinte du texte que la personne avait sous les yeux ; il est refusé s'il a changé depuis. Refuse aussi
    un projet transmis, et celui qu'aucune instance n'a adopté. Le même texte ne se valide qu'une fois par personne.
    """
    with transaction.atomic(), journal.acte("viser", "Projet validé au nom du gestionnaire", par=par):
        projet.refresh_from_db(from_queryset=ProjetSocial.objects.select_for_update())
        if not par.has_perm("centres.viser_projet", projet):
            raise ActeInterdit("Le projet se valide par la présidence du gestionnaire, ou par la Caf à sa place.")
        if raison := raison_de_ne_pas_viser(projet):
            raise ActeRefuse(raison)
        presente = empreinte_du_texte(projet)
        if lue and lue != presente:
            raise ActeRefuse(TEXTE_CHANGE)
        visa, _ = Visa.objects.get_or_create(
            projet=projet, par=par, empreinte=presente, defaults={"au_vu_du_pv": not par.est_du_centre}
        )
    return visa
