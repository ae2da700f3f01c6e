"""Écrire un avenant, le proposer à la signature, l'abandonner ; dire ce qui le heurte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from agrement.contrats.annexe_des_objectifs import annexe_apres
from agrement.contrats.blocs import ANNEXE_A, AVENANTS, BLOCS
from agrement.contrats.choix import PartieSignataire, StatutAvenant, StatutVersion, TypeAvenant
from agrement.contrats.consolidation import contenu_avec_les_avenants_signes, empreinte_de, version_signee
from agrement.contrats.documents import contenu_de_l_avenant, imprimer_l_avenant
from agrement.contrats.models import Avenant, Contrat, PartieASigner, VersionASigner
from agrement.contrats.operations.effets import reste_a_courir
from agrement.contrats.operations.epreuves import Epreuves, imprimer_d_abord
from agrement.contrats.operations.generation import parties_du_contrat, parties_en_valeurs
from agrement.contrats.workflow import CIRCUIT_DES_AVENANTS, CIRCUIT_DES_VERSIONS, ECRIRE
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances.choix import SensDecision, TypeDecision
from agrement.seances.models import Decision
from agrement.seances.regles import SENS
from centres.models import Gestionnaire
from comptes.models import Utilisateur
from partenaires.models import Convention
from socle import fichiers, journal
from socle.templatetags.composants import date_longue, duree
from socle.workflow import ActeInterdit, ActeRefuse, Manque

FAVORABLES = sorted(type_ for type_, sens in SENS.items() if sens == SensDecision.FAVORABLE)


# --- Écrire --------------------------------------------------------------------------------------


def ecrire_un_avenant(
    contrat: Contrat,
    type: str,
    *,
    objet: str,
    effet_le: dt.date,
    modifications: Mapping[str, Any],
    decision: Decision | None = None,
    nouveau_gestionnaire: Gestionnaire | None = None,
    conventions: Collection[Convention] = (),
    par: Utilisateur,
) -> Avenant:
    """Écrit le projet d'un avenant à ce contrat. `modifications` : {clé du contenu : nouvelle valeur}.

    Refuse un contrat qui ne court pas, une clé hors du bloc de son type, un avenant qui ne change rien, une date
    d'effet hors du contrat, une durée hors des bornes.
    """
    if not par.has_perm(ECRIRE, _neuf(contrat)):
        raise ActeInterdit("Vous n'avez pas le droit d'écrire un avenant à ce contrat.")
    with transaction.atomic(), journal.acte("ecrire", "Écrire un avenant", par=par):
        contrat.verrouiller()
        dernier = contrat.avenants.aggregate(dernier=models.Max("numero"))["dernier"] or 0
        avenant = Avenant(contrat=contrat, numero=dernier + 1, type=TypeAvenant(type))
        _remplir(avenant, objet, effet_le, modifications, decision, nouveau_gestionnaire)
        CIRCUIT_DES_AVENANTS.executer(avenant, "ecrire", par=par)
        avenant.conventions.set(conventions)
    return avenant


def modifier_un_avenant(
    avenant: Avenant,
    *,
    objet: str,
    effet_le: dt.date,
    modifications: Mapping[str, Any],
    decision: Decision | None = None,
    nouveau_gestionnaire: Gestionnaire | None = None,
    conventions: Collection[Convention] = (),
    par: Utilisateur,
) -> Avenant:
    """Garde les changements d'un brouillon, relu sur le contrat d'aujourd'hui : un conflit est alors levé."""
    if not par.has_perm(ECRIRE, avenant):
        raise ActeInterdit("Vous n'avez pas le droit de modifier cet avenant.")
    with transaction.atomic(), journal.acte("modifier", "Modifier un avenant", par=par):
        avenant.contrat.verrouiller()
        avenant.verrouiller()
        if avenant.statut != StatutAvenant.BROUILLON:
            raise ActeRefuse(f"L'avenant est « {avenant.get_statut_display()} » : seul un brouillon se modifie.")
        if avenant.impressions.en_route().exists():
            raise ActeRefuse("L'avenant s'imprime pour être signé : reprenez-en l'écriture une fois qu'il est proposé.")
        _remplir(avenant, objet, effet_le, modifications, decision, nouveau_gestionnaire)
        avenant.save()
        avenant.conventions.set(conventions)
    return avenant


def _neuf(contrat: Contrat) -> Avenant:
    return Avenant(contrat=contrat)


def _remplir(
    avenant: Avenant,
    objet: str,
    effet_le: dt.date,
    modifications: Mapping[str, Any],
    decision: Decision | None,
    nouveau_gestionnaire: Gestionnaire | None,
) -> None:
    avenant.objet, avenant.effet_le, avenant.modifications = objet.strip(), effet_le, dict(modifications)
    avenant.decision, avenant.nouveau_gestionnaire = decision, nouveau_gestionnaire
    if avenant.type == TypeAvenant.TEXTE_LIBRE:
        (texte,) = modifications[AVENANTS].values()
        avenant.modifications = {AVENANTS: {avenant.reference: texte}}
    if avenant.type == TypeAvenant.OBJECTIFS and "objectifs" in modifications:
        _faire_suivre_l_annexe(avenant)
    if raisons := tuple(_ecarts(avenant)):
        raise ActeRefuse(*raisons)
    avenant.lu = lu_aujourd_hui(avenant)


def _faire_suivre_l_annexe(avenant: Avenant) -> None:
    """L'annexe A suit les objectifs : sans ligne écrite pour elle, chacun garde ses actions et ses indicateurs."""
    actuels = contenu_avec_les_avenants_signes(avenant.contrat).get(ANNEXE_A, ())
    deduite = annexe_apres(avenant.modifications["objectifs"], actuels)
    avenant.modifications = {ANNEXE_A: deduite, **avenant.modifications}


# --- Ce qui s'y oppose ---------------------------------------------------------------------------


def manques_pour_ecrire(contrat: Contrat) -> Iterator[Manque]:
    """Un avenant change un contrat signé qui court encore, ou qui attend son premier jour."""
    if not reste_a_courir(contrat):
        etat = contrat.get_statut_display().lower()
        yield Manque(f"Le contrat est {etat}" + (" et n'est pas signé" if not contrat.signe_le else "") + " : il ne se "
                     "change pas par avenant.")  # fmt: skip


def _ecarts(avenant: Avenant) -> Iterator[Manque]:
    yield from manques_pour_ecrire(avenant.contrat)
    if not avenant.objet:
        yield Manque("Écrivez l'objet de l'avenant : ce qui change, et pourquoi.", champ="objet")
    hors_du_bloc = set(avenant.modifications) - set(BLOCS[avenant.type].cles)
    if hors_du_bloc:
        yield Manque(
            f"Un avenant « {avenant.get_type_display()} » ne peut pas changer : {', '.join(sorted(hors_du_bloc))}."
        )
    contenu = contenu_avec_les_avenants_signes(avenant.contrat)
    if all((contenu.get(cle) or None) == (valeur or None) for cle, valeur in avenant.modifications.items()):
        yield Manque("Rien ne change : cet avenant dirait ce que le contrat dit déjà.")
    yield from _ecarts_d_effet(avenant)
    if avenant.type == TypeAvenant.DUREE:
        yield from _ecarts_de_duree(avenant)


def _ecarts_d_effet(avenant: Avenant) -> Iterator[Manque]:
    """La prise d'effet est dans le contrat ; celle d'une prorogation, au plus tard le lendemain de son terme."""
    contrat = avenant.contrat
    dernier = contrat.terme + dt.timedelta(days=int(avenant.type == TypeAvenant.DUREE))
    if not contrat.debut <= avenant.effet_le <= dernier:
        yield Manque(
            f"L'avenant prend effet entre le {date_longue(contrat.debut)} et le {date_longue(dernier)}.",
            champ="effet_le",
        )


def _ecarts_de_duree(avenant: Avenant) -> Iterator[Manque]:
    contrat, fin = avenant.contrat, dt.date.fromisoformat(avenant.modifications["periode"]["fin"])
    maximum = contrat.caisse.entier("duree_max_prorogation_mois", avenant.effet_le)
    au_plus_tard = contrat.fin + relativedelta(months=maximum)
    if fin > au_plus_tard:
        yield Manque(
            f"Les prorogations font ensemble {duree(maximum, 'mois')} au plus : la fin ne peut pas dépasser le "
            f"{date_longue(au_plus_tard)}.",
            champ="fin",
        )
    if fin < avenant.effet_le:
        yield Manque(
            "La nouvelle fin précède la prise d'effet de l'avenant : rapprochez l'une de l'autre.", champ="fin"
        )


def lu_aujourd_hui(avenant: Avenant) -> str:
    """L'empreinte de ce que cet avenant remplace, tel que le contrat et ses avenants signés le disent à cet instant."""
    cles = () if avenant.type == TypeAvenant.TEXTE_LIBRE else BLOCS[avenant.type].cles
    return empreinte_de(contenu_avec_les_avenants_signes(avenant.contrat), cles)


def conflits_de(avenant: Avenant) -> Iterator[Manque]:
    """Ce qui heurte ce projet : un avenant signé depuis qu'il est écrit, un autre qui change les mêmes valeurs."""
    if avenant.statut not in (StatutAvenant.BROUILLON, StatutAvenant.EN_SIGNATURE):
        return
    if avenant.lu != lu_aujourd_hui(avenant):
        autre = _voisins(avenant).filter(statut=StatutAvenant.SIGNE).order_by("-signe_le", "-numero").first()
        qui = f"L'avenant n° {autre.numero}, signé le {date_longue(autre.signe_le)}," if autre else "Un autre acte"
        yield Manque(
            f"{qui} a changé les mêmes valeurs depuis que ce projet est écrit : rouvrez-le, vérifiez ce qu'il "
            "remplace, puis enregistrez-le.",
            autre.get_absolute_url() if autre else "",
        )
    for autre in _voisins(avenant).filter(statut=StatutAvenant.EN_SIGNATURE):
        yield Manque(
            f"L'avenant n° {autre.numero} change les mêmes valeurs et il est à la signature : attendez qu'il soit "
            "signé, ou rappelez-le.",
            autre.get_absolute_url(),
        )


def projets_voisins(avenant: Avenant) -> models.QuerySet[Avenant]:
    """Les autres brouillons qui changent les mêmes valeurs : le premier signé l'emportera."""
    return _voisins(avenant).filter(statut=StatutAvenant.BROUILLON)


def _voisins(avenant: Avenant) -> models.QuerySet[Avenant]:
    if avenant.type == TypeAvenant.TEXTE_LIBRE:  # une stipulation s'ajoute aux autres, sans rien remplacer
        return Avenant.objects.none()
    return Avenant.objects.filter(contrat=avenant.contrat_id, type=avenant.type).exclude(pk=avenant.pk)


# --- La décision qui l'autorise -------------------------------------------------------------------


def decisions_admises(contrat: Contrat) -> models.QuerySet[Decision]:
    """Les accords notifiés de la structure, postérieurs à celui du contrat, que nul autre contrat ne met en forme."""
    accords = Decision.objects.filter(
        dossier__structure=contrat.structure_id, type__in=FAVORABLES, notification__isnull=False, contrat=None
    )
    return accords.exclude(avenants__statut=StatutAvenant.SIGNE).exclude(
        type__in=(TypeDecision.SURSIS, TypeDecision.ATTRIBUTION, TypeDecision.RENOUVELLEMENT)
    )


def _manques_de_la_decision(avenant: Avenant) -> Iterator[Manque]:
    if not BLOCS[avenant.type].decision:
        return
    decision = avenant.decision
    if decision is None:
        yield Manque("Une durée ou un gestionnaire ne changent que sur une décision de l'instance : choisissez-la.")
        return
    if decision.dossier.structure_id != avenant.contrat.structure_id or not decisions_admises(avenant.contrat).filter(
        pk=decision.pk
    ):
        yield Manque("La décision choisie n'est pas un accord notifié de cette structure qui attende un avenant.")
    yield from decision.manques_d_execution()
    if decision.type == TypeDecision.PROROGATION and avenant.type == TypeAvenant.DUREE:
        fin = avenant.modifications["periode"]["fin"]
        if decision.fin is not None and fin != decision.fin.isoformat():
            yield Manque(f"L'instance a prorogé l'agrément jusqu'au {date_longue(decision.fin)} : reprenez cette date.")


# --- Proposer, reprendre, abandonner --------------------------------------------------------------


def manques_pour_proposer(avenant: Avenant) -> Iterator[Manque]:
    """Tout ce qui empêche de proposer ce brouillon à la signature."""
    if avenant.statut != StatutAvenant.BROUILLON:
        yield Manque(f"L'avenant est « {avenant.get_statut_display()} » : seul un brouillon se propose.")
        return
    yield from _ecarts(avenant)
    yield from conflits_de(avenant)
    yield from _manques_de_la_decision(avenant)
    for partie in parties_de_l_avenant(avenant):
        if partie.est_cosignataire and not partie.courriel:
            yield Manque(
                f"{partie.nom} a signé le contrat et signe aussi l'avenant : inscrivez son courriel, à ce nom, au "
                "registre des partenaires.",
                reverse("partenaires:liste"),
            )


def proposer_un_avenant(avenant: Avenant, *, par: Utilisateur, epreuves: Epreuves | None = None) -> VersionASigner:
    """Écrit l'avenant en PDF et l'envoie à la signature des parties du contrat, figées avec cette version.

    Une substitution se signe par l'ancien gestionnaire, puis par le nouveau, puis par les autres. Refuse un conflit et
    une décision qui manque. `epreuves` : comme à `imprimer_d_abord`.
    """
    exiger_de_proposer(avenant, par)
    return imprimer_d_abord(lambda epreuves: _proposer(avenant, par, epreuves), imprimer_l_avenant, epreuves=epreuves)


def exiger_de_proposer(avenant: Avenant, par: Utilisateur) -> None:
    if not par.has_perm(ECRIRE, avenant):
        raise ActeInterdit("Vous n'avez pas le droit de proposer cet avenant à la signature.")


def _proposer(avenant: Avenant, par: Utilisateur, epreuves: Epreuves) -> VersionASigner:
    with transaction.atomic(), journal.acte("proposer", "Avenant proposé à la signature", par=par):
        contrat = avenant.contrat
        contrat.porteur.verrouiller()
        contrat.verrouiller()
        avenant.verrouiller()
        if manques := tuple(manques_pour_proposer(avenant)):
            raise ActeRefuse(*manques)
        version = _ecrire_la_version(avenant, parties_de_l_avenant(avenant), par, epreuves)
        CIRCUIT_DES_AVENANTS.executer(avenant, "proposer", par=par)
        _mettre_la_prorogation_en_signature(avenant, par)
    return version


def _ecrire_la_version(
    avenant: Avenant, parties: list[PartieASigner], par: Utilisateur, epreuves: Epreuves
) -> VersionASigner:
    precedente, code = avenant.version, epreuves.code
    contenu = contenu_de_l_avenant(
        avenant,
        actuel=contenu_avec_les_avenants_signes(avenant.contrat),
        code=code,
        parties=parties_en_valeurs(parties),
    )
    projet, original = epreuves.de(contenu)
    version = VersionASigner(
        contrat=avenant.contrat,
        avenant=avenant,
        numero=precedente.numero + 1 if precedente else 1,
        code=code,
        contenu=contenu,
        version_du_modele=contenu["modele"],
        projet_pdf=fichiers.enregistrer_pdf(projet, f"projet-d-avenant-{contenu['numero']}.pdf", par=par),
        original_pdf=fichiers.enregistrer_pdf(original, f"avenant-a-signer-{contenu['numero']}.pdf", par=par),
    )
    CIRCUIT_DES_VERSIONS.executer(version, "proposer", par=par)
    for partie in parties:
        partie.version = version
        partie.save()
    return version


def parties_de_l_avenant(avenant: Avenant) -> list[PartieASigner]:
    """Celles de la dernière version signée, contrat ou avenant ; à une substitution, le nouveau après l'ancien."""
    parties = _dernieres_parties(avenant.contrat, max(avenant.effet_le, timezone.localdate()))
    nouveau = avenant.nouveau_gestionnaire
    if avenant.type == TypeAvenant.GESTIONNAIRE and nouveau is not None:
        entrant = PartieASigner(
            partie=PartieSignataire.GESTIONNAIRE,
            nom=nouveau.raison_sociale,
            representant=nouveau.representant,
            qualite=nouveau.qualite_du_representant,
        )
        sortant = next((i for i, p in enumerate(parties) if p.partie == PartieSignataire.GESTIONNAIRE), -1)
        parties.insert(sortant + 1, entrant)
    for rang, partie in enumerate(parties, 1):
        partie.rang = rang
    return parties


def _dernieres_parties(contrat: Contrat, jour: dt.date) -> list[PartieASigner]:
    """Celles qui engagent le contrat ce jour-là.

    Le gestionnaire sorti par une substitution ne signe plus ce qui prend effet avec elle, ou après ; jusque-là, si.
    """
    scellees = contrat.versions.filter(statut=StatutVersion.SCELLEE).annotate(
        depuis=Coalesce("avenant__effet_le", "contrat__debut")
    )
    en_effet = scellees.filter(models.Q(avenant=None) | models.Q(avenant__effet_le__lte=jour))
    derniere = en_effet.order_by("-depuis", "-scellee_le", "-pk").first() or version_signee(contrat)
    figees = list(derniere.parties.order_by("rang")) if derniere else []
    if not figees:
        return parties_du_contrat(contrat.dossier or contrat)
    substitution = derniere is not None and derniere.avenant is not None and derniere.avenant.nouveau_gestionnaire_id
    if substitution:
        sortant = next(partie for partie in figees if partie.partie == PartieSignataire.GESTIONNAIRE)
        figees.remove(sortant)
    return [PartieASigner(**partie.en_valeurs()) for partie in figees]


def _mettre_la_prorogation_en_signature(avenant: Avenant, par: Utilisateur) -> None:
    """Le dossier d'une prorogation n'a pas d'autre contrat que cet avenant : il attend ses signatures."""
    decision = avenant.decision
    if decision is None or decision.type != TypeDecision.PROROGATION:
        return
    dossier = decision.dossier
    dossier.verrouiller()
    if dossier.statut == Statut.NOTIFIE:
        Dossier.circuit.executer(dossier, "mettre_en_signature", par=par)


def reprendre_un_avenant(avenant: Avenant, *, motif: str, par: Utilisateur) -> Avenant:
    """Rappelle la version à la signature, s'il y en a une, et rouvre le brouillon. Les signatures données restent."""
    with transaction.atomic(), journal.acte("reprendre", "Avenant repris", par=par, motif=motif.strip()):
        avenant.contrat.verrouiller()
        for version in avenant.versions.filter(statut=StatutVersion.EN_SIGNATURE):
            CIRCUIT_DES_VERSIONS.executer(version, "rappeler", par=par, motif=motif)
        CIRCUIT_DES_AVENANTS.executer(avenant, "reprendre", par=par, motif=motif)
    return avenant
