"""Les échéances d'un contrat signé : les créer, les cocher, constater celles qui se sont faites d'elles-mêmes."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import Contrat, EffetDeDecision
from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import Derogation, Dossier, Reserve
from agrement.suivi.choix import TypeEcheance
from agrement.suivi.models import Echeance, EcheanceQuerySet
from agrement.suivi.regles import CONSTATEES, TENUES_PAR, retroplanning
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse

ONT_COURS = (StatutContrat.EN_ATTENTE, StatutContrat.EN_VIGUEUR, StatutContrat.EN_SURSIS, StatutContrat.PROROGE)


def creer_echeances(contrat: Contrat, *, par: Utilisateur | None = None) -> Contrat:
    """Crée les échéances du contrat signé : rétroplanning, réserves, dérogations. La refaire n'ajoute rien.

    Les délais sont les paramètres de la Caisse le jour de la signature. Refuse un contrat qui n'est pas signé.
    """
    if contrat.signe_le is None:
        raise ActeRefuse("Le contrat n'est pas signé : ses échéances naîtront de sa signature.")
    with transaction.atomic(), journal.acte("creer_echeances", "Échéances du contrat", par=par):
        Contrat.objects.select_for_update().get(pk=contrat.pk)
        _creer_le_retroplanning(contrat, contrat.signe_le)
        for reserve in Reserve.objects.filter(dossier=contrat.dossier_id, suivi=None):
            contrat.echeances.create(
                type=TypeEcheance.RESERVE,
                date=reserve.echeance,
                objet=reserve.texte[:300],
                reserve=reserve,
                faite_le=reserve.levee_le,
            )
        for derogation in Derogation.objects.filter(dossier=contrat.dossier_id, suivi=None):
            contrat.echeances.create(
                type=TypeEcheance.DEROGATION,
                date=derogation.date_limite,
                objet=derogation.contrepartie[:300],
                derogation=derogation,
            )
    return contrat


def _creer_le_retroplanning(contrat: Contrat, signe_le: dt.date) -> None:
    connus = set(contrat.echeances.values_list("type", flat=True))
    parametre = contrat.caisse.entier
    for prevue in retroplanning(contrat.debut, contrat.terme, lambda code: parametre(code, signe_le)):
        # Ce qui était à faire avant la reprise l'a été, ou non, hors de l'application.
        if prevue.type not in connus and prevue.date >= (contrat.repris_le or prevue.date):
            contrat.echeances.create(type=prevue.type, date=prevue.date, objet=prevue.objet)


def suivre_les_contrats() -> int:
    """Déplace les échéances des contrats dont le terme a changé, et suit leurs sursis. Rend ce qui a changé."""
    fins = Echeance.objects.a_faire().filter(type=TypeEcheance.FIN).exclude(date=F("contrat__terme"))
    deplacees = [_replanifier(fin.contrat) for fin in fins.select_related("contrat__caisse")]
    sursis = EffetDeDecision.objects.sursis().filter(
        applique_le__isnull=False, contrat__statut=StatutContrat.EN_SURSIS, decision__echeance__isnull=False
    )
    lus = sursis.select_related("decision", "contrat").order_by("effet_le", "pk")
    return sum(deplacees) + sum(_suivre_le_sursis(effet) for effet in lus)


def _replanifier(contrat: Contrat) -> int:
    """Les jalons qui restent à tenir suivent le terme ; ceux qui sont faits gardent leur date."""
    parametre, signe_le = contrat.caisse.entier, contrat.signe_le or contrat.debut
    prevues = {
        prevue.type: prevue for prevue in retroplanning(contrat.debut, contrat.terme, lambda c: parametre(c, signe_le))
    }
    with transaction.atomic(), journal.acte("replanifier", "Échéances déplacées", par=None):
        restantes = [e for e in contrat.echeances.a_faire().exclude(type=TypeEcheance.MI_PARCOURS) if e.type in prevues]
        for echeance in restantes:
            echeance.date = prevues[TypeEcheance(echeance.type)].date
            echeance.save()
    return len(restantes)


def _suivre_le_sursis(effet: EffetDeDecision) -> bool:
    """L'échéance du sursis : son dernier jour. Un sursis prolongé la déplace."""
    decision, contrat = effet.decision, effet.contrat
    sursis = contrat.sursis
    if sursis is None or sursis.pk != decision.pk:
        return False
    echeance = contrat.echeances.filter(type=TypeEcheance.SURSIS).first() or Echeance(
        contrat=contrat, type=TypeEcheance.SURSIS
    )
    if echeance.pk and echeance.faite_le is None and echeance.date == decision.echeance:
        return False
    assert decision.echeance is not None  # `suivre_les_contrats` l'a demandé
    echeance.date, echeance.objet, echeance.faite_le = decision.echeance, decision.conditions[:300], None
    with transaction.atomic(), journal.acte("suivre_le_sursis", "Dernier jour du sursis", par=None):
        echeance.save()
    return True


def marquer_faite(echeance: Echeance, *, par: Utilisateur, le: dt.date | None = None) -> Echeance:
    """Coche une échéance, à la date du jour par défaut.

    Refuse une échéance déjà faite, une date dans l'avenir, et ce qui se constate d'après un autre fait.
    """
    if not par.has_perm("suivi.marquer_faite", echeance):
        raise ActeInterdit("Vous ne suivez pas la structure de cette échéance.")
    le = le or timezone.localdate()
    if echeance.type in CONSTATEES:
        raise ActeRefuse(CONSTATEES[echeance.type])
    if le > timezone.localdate():
        raise ActeRefuse("La date est dans l'avenir : corrigez-la.")
    with transaction.atomic(), journal.acte("marquer_faite", "Échéance faite", par=par):
        echeance.refresh_from_db(from_queryset=Echeance.objects.select_for_update(of=("self",)))
        if echeance.faite_le is not None:
            raise ActeRefuse("Cette échéance est déjà marquée faite.")
        echeance.faite_le = le
        echeance.save()
    return echeance


def creer_les_echeances_manquantes() -> int:
    """Donne leurs échéances aux contrats signés qui n'en ont pas encore. Rend le nombre de ces contrats.

    Un contrat repris les reçoit une fois sa reprise terminée, s'il court encore.
    """
    sans = Contrat.objects.filter(
        Q(repris_le=None) | Q(reprise__terminee_le__isnull=False, statut__in=ONT_COURS),
        signe_le__isnull=False,
        echeances=None,
    ).select_related("caisse", "dossier")
    contrats = list(sans.order_by("pk")[:200])
    for contrat in contrats:
        creer_echeances(contrat)
    return len(contrats)


def constater() -> int:
    """Marque faites les échéances qu'un autre fait a accomplies. Rend leur nombre."""
    faites = list(_accomplies())
    with transaction.atomic(), journal.acte("constater", "Échéance constatée", par=None):
        for echeance, le in faites:
            echeance.faite_le = le
            echeance.save()
    return len(faites)


def _accomplies() -> Iterator[tuple[Echeance, dt.date]]:
    """Les réserves levées, les renouvellements déposés, les agréments finis, et le jour où cela s'est fait."""
    a_faire = Echeance.objects.a_faire().select_related("contrat__dossier", "reserve")
    for echeance in a_faire.filter(reserve__levee_le__isnull=False):
        if echeance.reserve is not None and echeance.reserve.levee_le is not None:
            yield echeance, echeance.reserve.levee_le
    for echeance, le in _tenues_par_le_renouvellement(a_faire):
        yield echeance, le
    for echeance in a_faire.filter(type=TypeEcheance.FIN).exclude(contrat__statut__in=ONT_COURS):
        yield echeance, timezone.localdate()
    for echeance in a_faire.filter(type=TypeEcheance.SURSIS).exclude(contrat__statut=StatutContrat.EN_SURSIS):
        yield echeance, timezone.localdate()


def _tenues_par_le_renouvellement(a_faire: EcheanceQuerySet) -> Iterator[tuple[Echeance, dt.date]]:
    """Ce que le dépôt, puis la décision, d'un renouvellement de ce contrat ont accompli."""
    renouvellements = Dossier.objects.filter(type=TypeDossier.RENOUVELLEMENT, echeance_actuelle__isnull=False)
    for fait, types in TENUES_PAR.items():
        dates = {
            (dossier.structure_id, dossier.echeance_actuelle): getattr(dossier, fait)
            for dossier in renouvellements.filter(**{f"{fait}__isnull": False}).order_by(f"-{fait}")
        }
        for echeance in a_faire.filter(type__in=types, contrat__structure__in=renouvellements.values("structure")):
            contrat = echeance.contrat
            le = dates.get((contrat.structure_id, contrat.terme)) or dates.get((contrat.structure_id, contrat.fin))
            if le is not None:
                yield echeance, timezone.localdate(le) if isinstance(le, dt.datetime) else le
