"""Ce que voient le conseil technique et la responsable : les dossiers qui les attendent, en retard, ou qui bougent."""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from agrement.accueil.tableaux.formes import (
    Bloc,
    Ligne,
    Suite,
    bloc_de_lignes,
    ligne_de_dossier,
    lignes_de_taches,
    par_echeance,
)
from agrement.contrats.models import Contrat
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import CHEZ_LE_CENTRE
from agrement.dossiers.workflow import CIRCUIT
from agrement.seances.choix import SensDecision
from agrement.seances.models import Decision
from agrement.seances.regles import SENS
from agrement.suivi.models import Echeance
from centres.models import Structure
from comptes.models import Utilisateur
from socle.models import EntreeDuJournal
from socle.templatetags.composants import instant

ENTREES_LUES = 300
MOUVEMENTS_MONTRES = 6
ANNEES_DE_LA_BANDE = 4
FAVORABLES = sorted(type_ for type_, sens in SENS.items() if sens == SensDecision.FAVORABLE)
TOUS = "dossiers:liste"


def etats_ou_agir(*permissions: str) -> frozenset[str]:
    """Les états d'où part un acte que donne l'une de ces permissions, d'après la table du circuit."""
    return frozenset(
        etat for transition in CIRCUIT.transitions if transition.permission in permissions for etat in transition.de
    )


def _ouverts(utilisateur: Utilisateur) -> Any:
    visibles = Dossier.objects.visibles_par(utilisateur).ouverts()
    return visibles.select_related("structure").avec_echeance(utilisateur.caisse)


def ce_qui_m_attend(utilisateur: Utilisateur) -> Bloc:
    """Les dossiers du conseiller dans un état d'où il peut les faire avancer."""
    a_faire = etats_ou_agir("dossiers.instruire", "contrats.generer") - {Statut.NOTIFIE, *CHEZ_LE_CENTRE}
    accord = Decision.objects.filter(dossier=OuterRef("pk"), type__in=FAVORABLES)
    contrat_a_generer = Q(Exists(accord), statut=Statut.NOTIFIE)
    dossiers = _ouverts(utilisateur).instruits_par(utilisateur).filter(Q(statut__in=a_faire) | contrat_a_generer)
    return bloc_de_lignes(
        "a-faire",
        "Ce qui vous attend",
        [
            *lignes_de_taches(utilisateur),
            *(ligne_de_dossier(dossier, detail=dossier.attendu) for dossier in par_echeance(dossiers)),
        ],
        vide="Aucun de vos dossiers n'attend un acte de votre part.",
        suite=Suite("Tous les dossiers", reverse(TOUS)),
        si_vide=Suite("Voir tous les dossiers", reverse(TOUS)),
    )


def mes_retards(utilisateur: Utilisateur) -> Bloc:
    return _retards(_ouverts(utilisateur).instruits_par(utilisateur), utilisateur)


def retards_de_la_caisse(utilisateur: Utilisateur) -> Bloc:
    return _retards(_ouverts(utilisateur), utilisateur)


def _retards(ouverts: Any, utilisateur: Utilisateur) -> Bloc:
    """Les dossiers dont l'échéance est passée, quel que soit celui qui les tient."""
    jour = timezone.localdate()
    candidats = ouverts.filter(_peut_etre_en_retard(jour, utilisateur))
    en_retard = [dossier for dossier in candidats if dossier.echeance is not None and dossier.echeance < jour]
    return bloc_de_lignes(
        "retards",
        "En retard",
        [ligne_de_dossier(dossier, detail=f"tenu par {dossier.tenu_par}") for dossier in par_echeance(en_retard)],
        vide="Aucun dossier n'est en retard.",
    )


def _peut_etre_en_retard(jour: dt.date, utilisateur: Utilisateur) -> Q:
    """Une condition large, pour ne pas lire tous les dossiers ; l'échéance exacte se calcule ensuite."""
    delai = max(utilisateur.caisse.entier(code) for code in ("delai_depot_mois", "delai_passage_mois"))
    return (
        Q(echeance_actuelle__lt=jour + relativedelta(months=delai, days=3))
        | Q(debut_souhaite__lt=jour)
        | Q(reponse_attendue_le__lt=jour)
        | Q(statut=Statut.RETOUR_PORTEUR, plume_jusqu_au__lt=jour)
    )


def avis_a_contresigner(utilisateur: Utilisateur) -> Bloc:
    """Les avis rédigés qui attendent la contresignature."""
    rediges = _ouverts(utilisateur).filter(statut=Statut.NEGOCIATION, avis__isnull=False).select_related("avis__par")
    return bloc_de_lignes(
        "avis",
        "Avis à contresigner",
        [
            ligne_de_dossier(dossier, detail=f"{dossier.avis}, par {dossier.avis.par}")
            for dossier in par_echeance(rediges)
        ],
        vide="Aucun avis n'attend votre contresignature.",
    )


def mes_taches(utilisateur: Utilisateur) -> Bloc:
    """Ce que la personne s'est vu confier dans les dossiers ouverts."""
    return bloc_de_lignes(
        "taches", "Vos tâches", lignes_de_taches(utilisateur), vide="Aucune tâche ne vous est confiée."
    )


def recours_a_trancher(utilisateur: Utilisateur) -> Bloc:
    recours = _ouverts(utilisateur).filter(statut=Statut.RECOURS)
    return bloc_de_lignes(
        "recours",
        "Recours en cours",
        [ligne_de_dossier(dossier) for dossier in par_echeance(recours)],
        vide="Aucun recours n'est en cours.",
    )


def bouge_depuis_hier(utilisateur: Utilisateur) -> Bloc:
    """Les actes des autres sur les dossiers du conseiller, depuis la veille à minuit. Un acte ne se dit qu'une fois."""
    veille = dt.datetime.combine(timezone.localdate() - dt.timedelta(days=1), dt.time.min)
    entrees = (
        EntreeDuJournal.objects.filter(
            sujet_type=Dossier._meta.label_lower,
            perimetre=str(utilisateur.caisse_id),
            horodatage__gte=timezone.make_aware(veille),
        )
        .exclude(acte="")
        .exclude(acteur=utilisateur)
        .exclude(objet_type=Echeance._meta.label_lower)  # nées de l'horloge, elles ont leur propre liste
        .select_related("acteur")
    )
    actes: dict[tuple[str, str], EntreeDuJournal] = {}
    for entree in entrees[:ENTREES_LUES]:
        actes.setdefault((entree.sujet_id, entree.acte), entree)
    cites = Dossier.objects.visibles_par(utilisateur).filter(pk__in={int(sujet_id) for sujet_id, _ in actes})
    suivis = {str(dossier.pk): dossier for dossier in cites.instruits_par(utilisateur).select_related("structure")}
    return bloc_de_lignes(
        "mouvements",
        "Depuis hier",
        [_mouvement(suivis[e.sujet_id], e) for e in actes.values() if e.sujet_id in suivis],
        vide="Rien n'a bougé dans vos dossiers depuis hier.",
        montrees=MOUVEMENTS_MONTRES,
    )


def _mouvement(dossier: Dossier, entree: EntreeDuJournal) -> Ligne:
    qui = str(entree.acteur) if entree.acteur else "Automatique"
    return Ligne(
        f"{dossier.structure} : {entree.libelle}", dossier.get_absolute_url(), f"{qui}, {instant(entree.horodatage)}"
    )


def portefeuille(utilisateur: Utilisateur) -> Bloc:
    """La bande des fins d'agrément des structures suivies, année par année."""
    suivies = Structure.objects.suivies_par(utilisateur).values("pk")
    contrats = Contrat.objects.visibles_par(utilisateur).en_cours().filter(structure__in=suivies)
    fins = list(contrats.select_related("structure").order_by("terme"))
    return Bloc("portefeuille", "Fins d'agrément de votre portefeuille", "accueil/_bande.html", bande(fins))


def bande(contrats: list[Contrat]) -> dict[str, Any]:
    """Les points de la bande, placés en pour cent du temps qui va du début de l'année à la fin de la quatrième."""
    premiere = timezone.localdate().year
    debut, fin = dt.date(premiere, 1, 1), dt.date(premiere + ANNEES_DE_LA_BANDE, 1, 1)

    def place(jour: dt.date) -> str:
        return f"{(jour - debut).days * 100 / (fin - debut).days:.2f}"

    return {
        "points": [
            {"x": place(contrat.terme), "contrat": contrat} for contrat in contrats if debut <= contrat.terme < fin
        ],
        "annees": [
            {"x": place(dt.date(annee, 1, 1)), "annee": str(annee)}
            for annee in range(premiere, premiere + ANNEES_DE_LA_BANDE)
        ],
        "jour": place(timezone.localdate()),
        "contrats": contrats,
    }


def contrats_en_vigueur(utilisateur: Utilisateur) -> QuerySet[Contrat]:
    return Contrat.objects.visibles_par(utilisateur).en_cours().order_by("terme")
