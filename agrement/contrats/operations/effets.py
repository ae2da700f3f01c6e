"""Ce qui change un contrat en cours : les décisions de l'instance, les avenants signés, une fin anticipée."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from agrement.contrats.blocs import montants_de
from agrement.contrats.choix import EN_COURS, StatutContrat, TypeAvenant
from agrement.contrats.consolidation import contenu_au, terme_de
from agrement.contrats.models import Avenant, Contrat, EffetDeDecision
from agrement.contrats.reprise.ecarts import agrement_de
from agrement.contrats.workflow import CIRCUIT
from agrement.dossiers.choix import TypeDossier
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Decision
from agrement.seances.operations import arreter_la_periode, porter_la_periode
from agrement.seances.regles import RECOURS_ACCUEILLIS
from agrement.seances.suites import executoire_le
from centres.operations import changer_de_gestionnaire
from socle import journal
from socle.workflow import ActeRefuse

logger = logging.getLogger(__name__)

# Les décisions qui changent un contrat sans avenant. Un maintien n'y est que s'il clôt une procédure de sursis.
DECISIONS_A_EFFET = (TypeDecision.SURSIS, TypeDecision.MAINTIEN, TypeDecision.RETRAIT)
ACTES = {
    TypeDecision.SURSIS: "mettre_en_sursis",
    TypeDecision.MAINTIEN: "lever_le_sursis",
    TypeDecision.RETRAIT: "retirer",
}


def mettre_en_ordre(contrat: Contrat) -> None:
    """Écrit sur le contrat ses valeurs consolidées : son terme et ses montants, que les listes lisent."""
    contrat.terme = terme_de(contrat)
    contenu = contenu_au(contrat, timezone.localdate())
    contrat.montants = {str(annee): str(montant) for annee, montant in montants_de(contenu).items()}
    contrat.save()


# --- Les décisions de l'instance ------------------------------------------------------------------


def prendre_en_compte_les_decisions() -> int:
    """Rattache à son contrat chaque décision notifiée et exécutoire, une seule fois. Rend leur nombre."""
    return sum(_prendre_en_compte(decision) for decision in list(_decisions_a_prendre_en_compte()))


def _decisions_a_prendre_en_compte() -> Iterator[Decision]:
    notifiees = Decision.objects.filter(
        dossier__type=TypeDossier.SURSIS_RETRAIT,
        type__in=DECISIONS_A_EFFET,
        notification__isnull=False,
        effet_sur_le_contrat=None,
        dossier__structure__contrats__statut__in=EN_COURS,
    )
    lues = notifiees.select_related("notification", "dossier__structure", "caisse", "inscription__seance")
    for decision in lues.distinct().order_by("date", "pk"):
        if decision.rapportee_par is None and not any(decision.manques_d_execution()):
            yield decision


def _prendre_en_compte(decision: Decision) -> bool:
    acte = journal.acte("prendre_en_compte", f"Effet sur le contrat : {decision.get_type_display()}", par=None)
    with transaction.atomic(), acte:
        decision.dossier.structure.verrouiller()
        contrat = Contrat.objects.en_cours().filter(structure=decision.dossier.structure_id).first()
        if contrat is None or EffetDeDecision.objects.filter(decision=decision).exists():
            return False
        contrat.verrouiller()
        depuis = max(decision.notification.envoyee_le, executoire_le(decision) or decision.date)
        EffetDeDecision.objects.create(contrat=contrat, decision=decision, effet_le=decision.effet_le or depuis)
        mettre_en_ordre(contrat)
    return True


def appliquer_les_decisions() -> int:
    """Ce que les décisions dont le jour est venu font des contrats. Rend le nombre de celles qui sont appliquées."""
    dus = EffetDeDecision.objects.dus(timezone.localdate()).select_related("contrat", "decision")
    return sum(_appliquer(effet) for effet in dus)


def _appliquer(effet: EffetDeDecision) -> bool:
    """Un sursis sur un contrat déjà en sursis le prolonge ; un maintien d'un contrat en vigueur ne change rien."""
    decision = effet.decision
    with transaction.atomic():
        contrat = effet.contrat
        contrat.verrouiller()
        effet.verrouiller()
        if effet.applique_le is not None or any(decision.suspension()):
            return False
        transition = CIRCUIT[ACTES[TypeDecision(decision.type)]]
        if contrat.statut in transition.de:
            CIRCUIT.executer(contrat, transition.nom, par=None)
        effet.applique_le = timezone.localdate()
        with journal.acte(transition.nom, transition.libelle, par=None):
            effet.save()
    return True


def suivre_les_suspensions() -> None:
    """Rend son terme au contrat dont le retrait à venir est arrêté, et le reprend si l'on y renonce."""
    for effet in EffetDeDecision.objects.retraits().filter(applique_le=None).select_related("contrat"):
        if effet.contrat.terme != terme_de(effet.contrat):
            with transaction.atomic(), journal.acte("suivre_le_retrait", "Terme du contrat", par=None):
                effet.contrat.verrouiller()
                mettre_en_ordre(effet.contrat)


def annuler_les_effets() -> int:
    """Ôte leur effet aux décisions qu'un recours accueilli ou une nouvelle décision a renversées. Rend leur nombre."""
    effets = (
        EffetDeDecision.objects.valables()
        .select_related("contrat", "decision")
        .prefetch_related("decision__recours", "decision__retours__rapportee_par")
    )
    return sum(_annuler(effet) for effet in effets if _est_renversee(effet.decision))


def _est_renversee(decision: Decision) -> bool:
    accueilli = any(recours.issue in RECOURS_ACCUEILLIS for recours in decision.recours.all())
    return accueilli or decision.rapportee_par is not None


def _annuler(effet: EffetDeDecision) -> bool:
    with transaction.atomic(), journal.acte("annuler_l_effet", f"Sans effet : {effet}", par=None):
        contrat = effet.contrat
        contrat.verrouiller()
        effet.verrouiller()
        effet.annule_le = timezone.localdate()
        effet.save()
        mettre_en_ordre(contrat)
        if effet.applique_le is not None:
            _revenir_en_vigueur(contrat)
    return True


def _revenir_en_vigueur(contrat: Contrat) -> None:
    for acte in ("retablir", "lever_le_sursis"):
        if contrat.statut in CIRCUIT[acte].de and not any(CIRCUIT[acte].manques(contrat)):
            CIRCUIT.executer(contrat, acte, par=None)


# --- Les avenants --------------------------------------------------------------------------------


def appliquer_les_avenants() -> int:
    """Met les contrats à jour des avenants signés dont le jour est venu. Rend leur nombre."""
    dus = Avenant.objects.a_appliquer(timezone.localdate()).select_related("contrat__structure")
    return sum(appliquer_un_avenant(avenant) for avenant in dus)


def appliquer_un_avenant(avenant: Avenant) -> bool:
    """Fait de ses valeurs celles du contrat, s'il a pris effet. Faux s'il doit attendre, et le journal dit pourquoi."""
    if avenant.signe_le is None or avenant.applique_le is not None or avenant.effet_le > timezone.localdate():
        return False
    acte = journal.acte("appliquer_l_avenant", f"Prise d'effet : {avenant}", par=None)
    try:
        with transaction.atomic(), acte:
            contrat = avenant.contrat
            contrat.verrouiller()
            avenant.verrouiller()
            _changer_le_contrat(contrat, avenant)
            avenant.applique_le = timezone.localdate()
            avenant.save()
            mettre_en_ordre(contrat)
            if contrat.statut in CIRCUIT["proroger"].de and not any(CIRCUIT["proroger"].manques(contrat)):
                CIRCUIT.executer(contrat, "proroger", par=None)
    except ActeRefuse as refus:
        logger.warning("%s ne prend pas effet : %s", avenant, refus)
        return False
    return True


def _changer_le_contrat(contrat: Contrat, avenant: Avenant) -> None:
    nouveau = avenant.nouveau_gestionnaire
    if avenant.type == TypeAvenant.GESTIONNAIRE and nouveau is not None:
        if contrat.structure.gestionnaire_id != nouveau.pk:
            changer_de_gestionnaire(contrat.structure, nouveau, au=avenant.effet_le, par=None)
        contrat.gestionnaire = nouveau
    elif avenant.type == TypeAvenant.PARTENAIRES and avenant.repris_pdf_id is None:
        contrat.conventions.set(avenant.conventions.all())


def suivre_la_duree(avenant: Avenant) -> None:
    """Dès sa signature, un avenant de durée change le terme et l'agrément qui le porte (une prorogation a le sien)."""
    contrat = avenant.contrat
    mettre_en_ordre(contrat)
    if avenant.type != TypeAvenant.DUREE:
        return
    if contrat.terme < contrat.fin:
        arreter_la_periode(contrat.structure, apres=contrat.terme)
    elif avenant.decision is None or not avenant.decision.ouvre_une_periode:
        porter_l_agrement(contrat)


def porter_l_agrement(contrat: Contrat) -> None:
    """L'agrément que ce contrat a ouvert va désormais jusqu'à son terme."""
    if not contrat.est_repris:
        porter_la_periode(contrat.decision, contrat.terme)
        return
    agrement = agrement_de(contrat)
    agrement.fin = agrement.fin_reprise = contrat.terme
    agrement.save()


def reste_a_courir(contrat: Contrat) -> bool:
    """Vrai d'un contrat signé qui court, ou qui attend son premier jour."""
    return contrat.court or (contrat.statut == StatutContrat.EN_ATTENTE and contrat.signe_le is not None)
