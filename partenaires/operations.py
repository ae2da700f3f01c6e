"""Écrire une convention, recueillir ses signatures, constater son terme."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from centres.models import Structure
from comptes.models import Utilisateur
from partenaires.models import Convention, PartieConvention
from partenaires.workflow import CIRCUIT, GERER
from socle import fichiers, journal
from socle.workflow import ActeInterdit, ActeRefuse


def _verifier_le_droit(convention: Convention, par: Utilisateur) -> None:
    if not par.has_perm(GERER, convention):
        raise ActeInterdit("Vous n'avez pas le droit de gérer les conventions de cette Caisse.")


def enregistrer(
    convention: Convention,
    *,
    par: Utilisateur,
    structures: Iterable[Structure] | None = None,
    parties: Iterable[PartieConvention] = (),
    retirees: Iterable[PartieConvention] = (),
    contrats: Iterable[Any] | None = None,
) -> Convention:
    """Crée la convention ou garde ses changements, avec ses structures, ses parties et les contrats qu'elle accompagne.

    Refuse une convention que toutes les parties ont signée, une structure d'une autre Caisse, et d'ôter une partie qui
    a signé. `parties` : les nouvelles et les changées ; les autres restent. `structures` et `contrats` : toutes celles
    de la convention ; rien pour n'y pas toucher.
    """
    _verifier_le_droit(convention, par)
    structures = None if structures is None else list(structures)
    if any(structure.caisse_id != convention.caisse_id for structure in structures or ()):
        raise ActeRefuse("Une structure n'est pas de cette Caisse : retirez-la.")
    with transaction.atomic(), journal.acte("enregistrer_convention", "Convention enregistrée", par=par):
        convention.verrouiller()
        if not convention.est_modifiable:
            raise ActeRefuse("Toutes les parties ont signé : la convention ne se modifie plus.")
        convention.save()
        for partie in retirees:
            _retirer(partie)
        for partie in parties:
            partie.verrouiller()
            partie.convention = convention
            partie.save()
        if structures is not None:
            convention.structures.set(structures)
        if contrats is not None:
            convention.contrats.set(contrats)
    return convention


def _retirer(partie: PartieConvention) -> None:
    partie.verrouiller()
    if partie.signee_le is not None:
        raise ActeRefuse(f"{partie.nom} a signé : cette partie ne se retire plus.")
    partie.delete()


def signer(partie: PartieConvention, *, date: dt.date, par: Utilisateur) -> PartieConvention:
    """Enregistre le jour où une partie a signé. La première signature fait passer à « Signée partiellement ».

    Refuse une seconde signature, une date dans l'avenir, et une convention qui n'est pas à la signature.
    """
    convention = partie.convention
    _verifier_le_droit(convention, par)
    with transaction.atomic(), journal.acte("signer_convention", f"Signature : {partie.nom}", par=par):
        convention.verrouiller()
        partie.verrouiller()
        if not convention.est_signable:
            raise ActeRefuse(
                f"La convention est « {convention.get_statut_display()} » : elle se signe une fois la négociation "
                "ouverte et tant qu'elle n'est pas en vigueur."
            )
        if partie.signee_le is not None:
            raise ActeRefuse(f"{partie.nom} a déjà signé.")
        if date > timezone.localdate():
            raise ActeRefuse("La date de signature est dans l'avenir : corrigez-la.")
        partie.signee_le = date
        partie.save()
        if convention.statut in CIRCUIT["constater_une_signature"].de:
            CIRCUIT.executer(convention, "constater_une_signature", par=par)
    return partie


def joindre_le_document(convention: Convention, *, fichier: File[Any], par: Utilisateur) -> Convention:
    """Garde le texte signé de la convention ; le précédent, s'il y en a un, reste au journal."""
    _verifier_le_droit(convention, par)
    with transaction.atomic(), journal.acte("joindre_document", "Document joint à la convention", par=par):
        convention.verrouiller()
        convention.document = fichiers.enregistrer(fichier, par=par)
        convention.save()
    return convention


def constater_les_echeances() -> int:
    """Fait passer à « Échue » les conventions en vigueur dont le dernier jour est passé. Donne leur nombre."""
    echues = list(Convention.objects.echues_au(timezone.localdate()))
    for convention in echues:
        CIRCUIT.executer(convention, "constater_l_echeance", par=None)
    return len(echues)
