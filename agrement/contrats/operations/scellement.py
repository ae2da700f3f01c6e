"""Sceller une version que toutes les parties ont signée."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from agrement.contrats.choix import StatutVersion
from agrement.contrats.documents import CHAMP_DU_CACHET
from agrement.contrats.models import Avenant, Contrat, VersionASigner
from agrement.contrats.operations.effets import appliquer_un_avenant, mettre_en_ordre, suivre_la_duree
from agrement.contrats.workflow import CIRCUIT, CIRCUIT_DES_AVENANTS, CIRCUIT_DES_VERSIONS
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from socle import fichiers, journal, signature
from socle.templatetags.composants import date_longue

logger = logging.getLogger(__name__)


def sceller(version: VersionASigner) -> bool:
    """Pose le cachet de la Caf sur une version signée par tous, et clôt le dossier. Faux si elle doit encore attendre.

    Sans cachet ni horodatage, rien ne sort : la version reste « à sceller », et la tâche de fond recommence.
    """
    with transaction.atomic(), journal.acte("sceller", "Cachet de la Caf", par=None):
        contrat = version.contrat
        contrat.porteur.verrouiller()
        contrat.verrouiller()
        version.verrouiller()
        if version.statut != StatutVersion.A_SCELLER:
            return False
        try:
            with fichiers.ouvrir(version.courant_pdf) as courant:
                scelle = signature.cacheter(
                    courant.read(),
                    champ=CHAMP_DU_CACHET,
                    motif=f"Cachet : {version}",
                    lignes=(contrat.caisse.nom, f"Scellé le {date_longue(timezone.localdate())}"),
                )
        except signature.ServiceDeSignatureIndisponible:
            return False
        version.scelle_pdf = fichiers.enregistrer_pdf(scelle.contenu, _nom_du_fichier(version), par=None)
        version.scellee_le = timezone.now()
        version.save()
        CIRCUIT_DES_VERSIONS.executer(version, "sceller", par=None)
        if version.avenant is None:
            _mettre_le_contrat_en_ordre(contrat, version)
        else:
            _mettre_l_avenant_en_ordre(version.avenant)
    return True


def _nom_du_fichier(version: VersionASigner) -> str:
    avenant = version.avenant
    return f"contrat-{version.contrat.numero}.pdf" if avenant is None else f"avenant-{avenant.reference}.pdf"


def _mettre_le_contrat_en_ordre(contrat: Contrat, version: VersionASigner) -> None:
    contrat.scelle_pdf = version.scelle_pdf
    contrat.signe_le = max(partie.signature.date for partie in version.parties.select_related("signature"))
    mettre_en_ordre(contrat)
    Dossier.circuit.executer(contrat.dossier, "clore_par_le_contrat", par=None)
    if contrat.debut <= timezone.localdate():
        CIRCUIT.executer(contrat, "mettre_en_vigueur", par=None)


def _mettre_l_avenant_en_ordre(avenant: Avenant) -> None:
    """L'avenant est signé ; le contrat le suit dès qu'il prend effet, et le dossier d'une prorogation est clos."""
    CIRCUIT_DES_AVENANTS.executer(avenant, "constater_la_signature", par=None)
    suivre_la_duree(avenant)
    decision = avenant.decision
    if decision is not None and decision.dossier.statut == Statut.EN_SIGNATURE:
        Dossier.circuit.executer(decision.dossier, "clore_par_le_contrat", par=None)
    appliquer_un_avenant(avenant)


def sceller_ce_qui_attend() -> int:
    """Reprend les versions que le cachet ou l'horodatage a fait attendre. Rend le nombre des versions scellées."""
    return sum(_sceller_ou_le_dire(version) for version in VersionASigner.objects.a_sceller().select_related("contrat"))


def _sceller_ou_le_dire(version: VersionASigner) -> bool:
    try:
        return sceller(version)
    except Exception:  # un fichier perdu ne prive pas les autres contrats de leur cachet
        logger.exception("version à signer %s non scellée", version.pk)
        return False
