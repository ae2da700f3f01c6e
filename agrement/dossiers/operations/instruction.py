"""Contrôler la demande : compléments, notes internes."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import DemandeDeComplements, Dossier, NoteInterne, TypeDePiece
from agrement.dossiers.operations.acces import (
    conclure,
    contraintes_en_phrases,
    exiger_l_etat,
    exiger_le_droit,
    verrouiller,
)
from agrement.dossiers.operations.demande import rouvrir_l_ecriture
from agrement.dossiers.regles import ROUVRENT_LE_PROJET
from agrement.dossiers.workflow import CIRCUIT
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def demander_des_complements(
    dossier: Dossier,
    *,
    lignes: Iterable[tuple[TypeDePiece, str]],
    echeance: dt.date,
    par: Utilisateur,
    message: str = "",
) -> Dossier:
    """T04 – Demande au centre des pièces, chacune avec ce qui est attendu, jusqu'à l'échéance.

    Demander le projet ou le budget rouvre l'écriture du projet dans une nouvelle version. Refuse une liste vide, une
    pièce sans motif et une échéance passée.
    """
    transition = CIRCUIT["demander_des_complements"]
    lignes = [(type_de_piece, motif.strip()) for type_de_piece, motif in lignes]
    with contraintes_en_phrases(DemandeDeComplements), transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        _verifier_les_complements(lignes, echeance)
        with journal.acte(transition.nom, transition.libelle, par=par):
            _annuler_la_demande_ouverte(verrouille)
            demande = verrouille.demandes_de_complements.create(
                echeance=echeance, message=message.strip(), par=par, cree_le=timezone.now()
            )
            for type_de_piece, motif in lignes:
                demande.lignes.create(type_de_piece=type_de_piece, motif=motif)
            if any(type_de_piece.code in ROUVRENT_LE_PROJET for type_de_piece, _ in lignes):
                rouvrir_l_ecriture(verrouille, par)
        return conclure(dossier, verrouille, transition.nom, par)


def ajouter_une_note(dossier: Dossier, *, texte: str, par: Utilisateur) -> NoteInterne:
    """Une note que le centre ne verra jamais. Refuse un texte vide."""
    exiger_le_droit(par, "dossiers.instruire", dossier, "Écrire une note interne")
    if not texte.strip():
        raise ActeRefuse("Écrivez la note.")
    with transaction.atomic(), journal.acte("ajouter_une_note", "Note interne", par=par):
        return NoteInterne.objects.create(dossier=dossier, texte=texte.strip(), par=par, le=timezone.now())


def _verifier_les_complements(lignes: list[tuple[TypeDePiece, str]], echeance: dt.date) -> None:
    raisons = []
    if not lignes:
        raisons.append("Choisissez au moins une pièce à demander.")
    raisons += [f"Dites ce qui est attendu pour la pièce {piece.code}." for piece, motif in lignes if not motif]
    if echeance < timezone.localdate():
        raisons.append("L'échéance de la réponse est passée : choisissez une date à venir.")
    if raisons:
        raise ActeRefuse(*raisons)


def _annuler_la_demande_ouverte(dossier: Dossier) -> None:
    """Une réouverture exceptionnelle laisse sa demande sans suite : elle reste lisible, mais n'attend plus rien."""
    for demande in dossier.demandes_de_complements.ouvertes():
        demande.annulee_le = timezone.now()
        demande.save()
