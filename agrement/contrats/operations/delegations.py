"""Le registre des délégations : accorder, révoquer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.contrats.choix import PartieSignataire
from agrement.contrats.models import DelegationDeSignature
from centres.models import Gestionnaire
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.workflow import ActeInterdit, ActeRefuse

DELEGUER = "contrats.deleguer"


def accorder_une_delegation(
    gestionnaire: Gestionnaire,
    *,
    acte: str,
    delegataire: Utilisateur,
    du: dt.date,
    au: dt.date,
    reference: str,
    par: Utilisateur,
    plafond_annuel: Decimal | None = None,
    fichier: File[Any] | None = None,
) -> DelegationDeSignature:
    """La présidence d'un gestionnaire délègue sa signature à une personne rattachée à l'une de ses structures."""
    exiger_de_deleguer(par, gestionnaire)
    delegation = DelegationDeSignature(
        caisse=par.caisse,
        partie=PartieSignataire.GESTIONNAIRE,
        gestionnaire=gestionnaire,
        acte=acte,
        delegataire=delegataire,
        du=du,
        au=au,
        plafond_annuel=plafond_annuel,
        reference=reference.strip(),
        accordee_par=par,
        accordee_le=timezone.now(),
    )
    with transaction.atomic(), journal.acte("accorder_une_delegation", "Délégation accordée", par=par):
        try:
            if fichier is not None:
                delegation.fichier = fichiers.enregistrer(fichier, par=par)
            delegation.full_clean()
        except ValidationError as refus:
            raise ActeRefuse(*refus.messages) from refus
        delegation.save()
    return delegation


def revoquer_une_delegation(delegation: DelegationDeSignature, *, par: Utilisateur) -> DelegationDeSignature:
    """La délégation ne vaut plus dès cet instant ; elle reste au registre, et ce qu'elle a signé reste signé."""
    if delegation.partie == PartieSignataire.CAF:
        if not par.has_perm("contrats.change_delegationdesignature", delegation):
            raise ActeInterdit("L'administration de la Caf révoque ses délégations.")
    elif delegation.gestionnaire is not None and not par.has_perm("contrats.change_delegationdesignature", delegation):
        exiger_de_deleguer(par, delegation.gestionnaire)
    with transaction.atomic(), journal.acte("revoquer_une_delegation", "Délégation révoquée", par=par):
        delegation.verrouiller()
        if delegation.revoquee_le is not None:
            raise ActeRefuse("Cette délégation est déjà révoquée.")
        delegation.revoquee_le = timezone.now()
        delegation.save()
    return delegation


def exiger_de_deleguer(par: Utilisateur, gestionnaire: Gestionnaire) -> None:
    if not par.has_perm(DELEGUER, gestionnaire):
        raise ActeInterdit("Seule la présidence du gestionnaire délègue sa signature.")
