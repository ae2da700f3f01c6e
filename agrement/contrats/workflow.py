"""Les circuits d'un contrat, de ses versions à signer et de ses avenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agrement.contrats.choix import EN_COURS, SorteDeFin, StatutAvenant, StatutVersion, TypeAvenant
from agrement.contrats.choix import StatutContrat as S
from agrement.seances.choix import TypeDecision
from socle.templatetags.composants import date_longue
from socle.workflow import NAISSANCE, Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.contrats.models import Avenant, Contrat, VersionASigner


def signe_et_commence(contrat: Contrat) -> Iterator[Manque]:
    yield from contrat.manques_pour_sceller()
    if contrat.signe_le is None:
        yield Manque("Le contrat n'est pas scellé.")
    if contrat.debut > timezone.localdate():
        yield Manque(f"Le contrat commence le {date_longue(contrat.debut)}.")


def terme_passe(contrat: Contrat) -> Iterator[Manque]:
    if contrat.est_repris and contrat.reprise.terminee_le is None:
        yield Manque("La reprise de ce contrat n'est pas terminée : un avenant a pu changer sa fin.")
    if contrat.terme >= timezone.localdate():
        yield Manque(f"Le contrat court jusqu'au {date_longue(contrat.terme)}.")


def terme_sans_suite(contrat: Contrat) -> Iterator[Manque]:
    """Le terme est passé, et aucun accord ne prend la suite (un contrat décidé tarde parfois à être signé)."""
    yield from terme_passe(contrat)
    suivants = contrat.structure.agrements.en_cours().filter(debut__gt=contrat.debut, fin__gte=timezone.localdate())
    if suivants.exists():
        yield Manque("Un renouvellement ou une prorogation est décidé : ce qui le signera prendra la suite.")


def successeur_en_vigueur(contrat: Contrat) -> Iterator[Manque]:
    """Un contrat plus récent de la structure a pris effet."""
    if not contrat.structure.contrats.filter(debut__gt=contrat.debut).exclude(statut=S.EN_ATTENTE).exists():
        yield Manque("Aucun contrat ne lui succède encore.")


def _decision_due(contrat: Contrat, type_: TypeDecision, phrase: str) -> Iterator[Manque]:
    if not contrat.effets.dus(timezone.localdate()).filter(decision__type=type_).exists():
        yield Manque(phrase)


def sursis_decide(contrat: Contrat) -> Iterator[Manque]:
    yield from _decision_due(contrat, TypeDecision.SURSIS, "Aucun sursis décidé et notifié ne prend effet aujourd'hui.")


def retrait_decide(contrat: Contrat) -> Iterator[Manque]:
    yield from _decision_due(
        contrat, TypeDecision.RETRAIT, "Aucun retrait décidé et notifié ne prend effet aujourd'hui."
    )


def maintien_decide(contrat: Contrat) -> Iterator[Manque]:
    """L'instance a maintenu l'agrément, ou le sursis a été rapporté."""
    if contrat.effets.sursis().filter(applique_le__isnull=False).exists():
        yield from _decision_due(
            contrat, TypeDecision.MAINTIEN, "Le sursis tient jusqu'à la nouvelle décision de l'instance."
        )


def retrait_annule(contrat: Contrat) -> Iterator[Manque]:
    if contrat.effets.retraits().exists():
        yield Manque("Le retrait n'a été ni annulé ni rapporté.")


def prorogation_signee(contrat: Contrat) -> Iterator[Manque]:
    """Un avenant de durée signé a pris effet, et porte le terme au-delà de la fin signée."""
    signes = contrat.avenants.signes().filter(type=TypeAvenant.DUREE, effet_le__lte=timezone.localdate())
    if contrat.terme <= contrat.fin or not signes.exists():
        yield Manque("Aucun avenant signé ne proroge encore ce contrat.")


def _fin_due(contrat: Contrat, sortes: frozenset[str]) -> Iterator[Manque]:
    fin = getattr(contrat, "fin_anticipee", None)
    if fin is None or fin.sorte not in sortes:
        yield Manque("Rien de tel n'est enregistré sur ce contrat.")
    elif fin.effet_le > timezone.localdate():
        yield Manque(f"Le contrat court encore : il s'arrête le {date_longue(fin.effet_le)}.")


def resiliation_due(contrat: Contrat) -> Iterator[Manque]:
    yield from _fin_due(contrat, frozenset({SorteDeFin.GESTIONNAIRE, SorteDeFin.COMMUN_ACCORD}))


def fusion_due(contrat: Contrat) -> Iterator[Manque]:
    yield from _fin_due(contrat, frozenset({SorteDeFin.FUSION}))


COURANTS = frozenset(EN_COURS)

CIRCUIT: Circuit[Contrat] = Circuit(
    S,
    (
        Transition("preparer", "Préparer le contrat", frozenset({NAISSANCE}), S.EN_ATTENTE, "contrats.generer_contrat"),
        Transition(
            "reprendre", "Reprendre un contrat signé", frozenset({NAISSANCE}), S.EN_ATTENTE, "contrats.reprendre"
        ),
        Transition(
            "mettre_en_vigueur",
            "Mettre en vigueur",
            frozenset({S.EN_ATTENTE}),
            S.EN_VIGUEUR,
            "",
            manques=signe_et_commence,
        ),
        Transition(
            "mettre_en_sursis",
            "Mettre en sursis",
            frozenset({S.EN_VIGUEUR, S.PROROGE}),
            S.EN_SURSIS,
            "",
            manques=sursis_decide,
        ),
        Transition(
            "lever_le_sursis",
            "Lever le sursis",
            frozenset({S.EN_SURSIS}),
            S.EN_VIGUEUR,
            "",
            manques=maintien_decide,
        ),
        Transition(
            "proroger",
            "Proroger",
            frozenset({S.EN_VIGUEUR}),
            S.PROROGE,
            "",
            manques=prorogation_signee,
        ),
        Transition(
            "retirer",
            "Retirer l'agrément",
            COURANTS,
            S.RETIRE,
            "",
            manques=retrait_decide,
            grave=True,
        ),
        Transition(
            "retablir",
            "Rétablir l'agrément",
            frozenset({S.RETIRE}),
            S.EN_VIGUEUR,
            "",
            manques=retrait_annule,
        ),
        Transition(
            "resilier",
            "Constater la résiliation",
            COURANTS,
            S.RESILIE,
            "",
            manques=resiliation_due,
            grave=True,
        ),
        Transition(
            "remplacer",
            "Constater la fusion",
            COURANTS,
            S.REMPLACE,
            "",
            manques=fusion_due,
            grave=True,
        ),
        Transition(
            "constater_le_renouvellement",
            "Constater le renouvellement",
            COURANTS,
            S.RENOUVELE,
            "",
            manques=successeur_en_vigueur,
        ),
        Transition(
            "constater_l_echeance",
            "Constater l'échéance",
            COURANTS,
            S.ECHU,
            "",
            manques=terme_sans_suite,
        ),
    ),
)


def tous_ont_signe(version: VersionASigner) -> Iterator[Manque]:
    yield from version.manques_de_signature()


def cachet_pose(version: VersionASigner) -> Iterator[Manque]:
    if version.scelle_pdf_id is None:
        yield Manque("Le cachet de la Caf n'est pas encore posé.")


def refus_motive(version: VersionASigner) -> Iterator[Manque]:
    if not any(partie.refusee_le for partie in version.parties.all()):
        yield Manque("Aucune partie n'a refusé de signer.")


CIRCUIT_DES_VERSIONS: Circuit[VersionASigner] = Circuit(
    StatutVersion,
    (
        Transition(
            "proposer",
            "Proposer à la signature",
            frozenset({NAISSANCE}),
            StatutVersion.EN_SIGNATURE,
            "contrats.generer_version",
        ),
        Transition(
            "constater_les_signatures",
            "Constater les signatures",
            frozenset({StatutVersion.EN_SIGNATURE}),
            StatutVersion.A_SCELLER,
            "",
            manques=tous_ont_signe,
        ),
        Transition(
            "sceller",
            "Sceller",
            frozenset({StatutVersion.A_SCELLER}),
            StatutVersion.SCELLEE,
            "",
            manques=cachet_pose,
        ),
        Transition(
            "rappeler",
            "Rappeler la signature",
            frozenset({StatutVersion.EN_SIGNATURE}),
            StatutVersion.RAPPELEE,
            "contrats.generer_version",
            consequence="Le circuit de signature est annulé ; les signatures déjà données restent au dossier.",
            motif_requis=True,
            grave=True,
        ),
        Transition(
            "constater_le_refus",
            "Constater le refus de signer",
            frozenset({StatutVersion.EN_SIGNATURE}),
            StatutVersion.REFUSEE,
            "",
            manques=refus_motive,
        ),
    ),
)


def pret_a_signer(avenant: Avenant) -> Iterator[Manque]:
    """L'opération a écrit la version que les parties signeront."""
    if any(version.est_ouverte for version in avenant.versions.all()):
        return
    if avenant.impressions.en_route().exists():
        yield Manque("L'avenant est en cours d'impression.", sans_objet=True)
    else:
        yield Manque("Proposez l'avenant à la signature depuis sa page.", avenant.get_absolute_url(), saisie=True)


def signe_par_tous(avenant: Avenant) -> Iterator[Manque]:
    if not avenant.versions.filter(statut=StatutVersion.SCELLEE).exists():
        yield Manque("L'avenant n'est pas encore signé par toutes les parties et scellé.", avenant.get_absolute_url())


def plus_a_la_signature(avenant: Avenant) -> Iterator[Manque]:
    """L'écran de l'acte rappelle la version à la signature ; une version que tous ont signée ne se rappelle plus."""
    statuts = {version.statut for version in avenant.versions.all()}
    if StatutVersion.EN_SIGNATURE in statuts:
        yield Manque("L'avenant est à la signature : rappelez-le d'abord.", avenant.get_absolute_url(), saisie=True)
    if StatutVersion.A_SCELLER in statuts:
        yield Manque("Toutes les parties ont signé : l'avenant attend seulement le cachet de la Caf.")


def dater_la_signature(avenant: Avenant, par: Any) -> None:
    scellee = avenant.versions.get(statut=StatutVersion.SCELLEE)
    avenant.signe_le = max(partie.signature.date for partie in scellee.parties.select_related("signature"))


ECRIRE = "contrats.ecrire_un_avenant"

CIRCUIT_DES_AVENANTS: Circuit[Avenant] = Circuit(
    StatutAvenant,
    (
        Transition(
            "ecrire",
            "Écrire un avenant",
            frozenset({NAISSANCE}),
            StatutAvenant.BROUILLON,
            ECRIRE,
        ),
        Transition(
            "proposer",
            "Proposer à la signature",
            frozenset({StatutAvenant.BROUILLON}),
            StatutAvenant.EN_SIGNATURE,
            ECRIRE,
            consequence="Le texte est écrit en PDF et ne change plus ; chaque partie est appelée à signer à son tour.",
            manques=pret_a_signer,
            vue="contrats:proposer_un_avenant",
        ),
        Transition(
            "constater_la_signature",
            "Constater la signature",
            frozenset({StatutAvenant.EN_SIGNATURE}),
            StatutAvenant.SIGNE,
            "",
            manques=signe_par_tous,
            effet=dater_la_signature,
        ),
        Transition(
            "reprendre",
            "Reprendre l'écriture",
            frozenset({StatutAvenant.EN_SIGNATURE}),
            StatutAvenant.BROUILLON,
            ECRIRE,
            consequence="L'avenant redevient un brouillon ; ce qui a déjà été signé reste au dossier, sans effet.",
            motif_requis=True,
            manques=plus_a_la_signature,
            vue="contrats:reprendre_un_avenant",
        ),
        Transition(
            "abandonner",
            "Abandonner l'avenant",
            frozenset({StatutAvenant.BROUILLON}),
            StatutAvenant.ABANDONNE,
            ECRIRE,
            consequence="Le projet d'avenant est gardé, et ne se signera pas.",
            motif_requis=True,
            vue="contrats:abandonner_un_avenant",
            grave=True,
        ),
        Transition(
            "saisir",
            "Saisir un avenant signé",
            frozenset({NAISSANCE}),
            StatutAvenant.SIGNE,
            "contrats.saisir_un_avenant_signe",
        ),
    ),
)
