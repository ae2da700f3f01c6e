"""Demander des compléments, y répondre, y renoncer."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import RaisonDeComplement
from agrement.dossiers.models import DemandeDeComplements, Dossier, TypeDePiece
from agrement.dossiers.operations.acces import (
    conclure,
    contraintes_en_phrases,
    exiger_l_etat,
    exiger_le_droit,
    verrouiller,
)
from agrement.dossiers.operations.demande import rouvrir_l_ecriture, suspendre_l_ecriture, transmettre_le_projet
from agrement.dossiers.regles import parties_rouvertes
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_COMPLEMENTS
from centres.regles import PARTIE_PAR_CODE
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


class LigneDemandee(NamedTuple):
    """Une chose à demander : un type de pièce ou le code d'une partie du projet, ce qui est attendu, et la raison."""

    cible: TypeDePiece | str
    motif: str
    raison: str = RaisonDeComplement.AUTRE

    @property
    def partie(self) -> str:
        return self.cible if isinstance(self.cible, str) else ""

    @property
    def type_de_piece(self) -> TypeDePiece | None:
        return None if isinstance(self.cible, str) else self.cible

    @property
    def nom(self) -> str:
        """« la pièce P12 », « la partie « Enjeux » »."""
        if self.type_de_piece is not None:
            return f"la pièce {self.type_de_piece.code}"
        connue = PARTIE_PAR_CODE.get(self.partie)
        return f"la partie « {connue.libelle if connue else self.partie} »"


def demander_des_complements(
    dossier: Dossier,
    *,
    lignes: Iterable[tuple[Any, ...]],
    echeance: dt.date,
    par: Utilisateur,
    message: str = "",
) -> Dossier:
    """T04 – Demande au centre des pièces et des parties du projet, chacune avec ce qui est attendu, jusqu'à l'échéance.

    `lignes` : de quoi faire des `LigneDemandee`. Le projet ne se rouvre que dans les parties demandées ; demander le
    projet lui-même le rouvre en entier. Refuse une liste vide, une partie inconnue, une ligne sans motif ou répétée,
    et une échéance passée.
    """
    transition = CIRCUIT["demander_des_complements"]
    demandees = [LigneDemandee(*ligne) for ligne in lignes]
    with contraintes_en_phrases(DemandeDeComplements), transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        if raisons := list(_refus(verrouille, demandees, echeance)):
            raise ActeRefuse(*raisons)
        with journal.acte(transition.nom, transition.libelle, par=par):
            demande = verrouille.demandes_de_complements.create(
                projet=verrouille.projet_transmis(),
                echeance=echeance,
                message=message.strip(),
                par=par,
                cree_le=timezone.now(),
            )
            for demandee in demandees:
                demande.lignes.create(
                    type_de_piece=demandee.type_de_piece,
                    partie=demandee.partie,
                    raison=demandee.raison,
                    motif=demandee.motif.strip(),
                )
            _rouvrir_ce_qui_est_demande(verrouille, demandees, par)
        return conclure(dossier, verrouille, transition.nom, par)


def _rouvrir_ce_qui_est_demande(dossier: Dossier, demandees: list[LigneDemandee], par: Utilisateur) -> None:
    codes = [demandee.type_de_piece.code for demandee in demandees if demandee.type_de_piece is not None]
    parties = parties_rouvertes(codes, [demandee.partie for demandee in demandees if demandee.partie])
    if parties is None or parties:
        rouvrir_l_ecriture(dossier, par, parties)


def _refus(dossier: Dossier, demandees: list[LigneDemandee], echeance: dt.date) -> Iterator[str]:
    if not demandees:
        yield "Choisissez au moins une pièce ou une partie du projet à demander."
    for demandee in demandees:
        yield from _refus_d_une_ligne(dossier, demandee)
    noms = [demandee.nom for demandee in demandees]
    for nom in sorted({nom for nom in noms if noms.count(nom) > 1}):
        yield f"Ne demandez qu'une fois {nom}."
    if echeance < timezone.localdate():
        yield "L'échéance de la réponse est passée : choisissez une date à venir."


def _refus_d_une_ligne(dossier: Dossier, demandee: LigneDemandee) -> Iterator[str]:
    if demandee.partie and dossier.projet is None:
        yield "Cette demande n'a pas de projet social : demandez une pièce."
    elif demandee.partie and not _est_du_projet(dossier, demandee.partie):
        yield f"« {demandee.partie} » n'est pas une partie de ce projet : choisissez-en une de la liste."
    if demandee.raison not in RaisonDeComplement:
        yield f"Choisissez dans la liste la raison de demander {demandee.nom}."
    if not demandee.motif.strip():
        yield f"Dites ce qui est attendu pour {demandee.nom}."


def _est_du_projet(dossier: Dossier, code: str) -> bool:
    assert dossier.projet is not None
    return code in PARTIE_PAR_CODE and PARTIE_PAR_CODE[code].s_applique(dossier.projet)


def repondre_aux_complements(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """T05 – Clôt la demande de compléments et la rend à la Caf, avec la version du projet si elle a été reprise.

    Refuse une ligne restée sans réponse et, si le budget en est une, une année déséquilibrée.
    """
    transition = CIRCUIT["repondre_aux_complements"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        transmettre_le_projet(verrouille, par)
        demande = verrouille.demande_ouverte()
        conclure(dossier, verrouille, transition.nom, par)
        if demande is not None:
            CIRCUIT_COMPLEMENTS.executer(demande, "repondre", par=par)
    return dossier


def retirer_la_demande_de_complements(dossier: Dossier, *, motif: str, par: Utilisateur) -> Dossier:
    """T05 – Renonce à la demande ouverte : le dossier revient à la Caf sur la dernière version transmise.

    La demande annulée reste lisible, avec son motif. Ce que le centre écrivait du projet est gardé, sans s'écrire : la
    prochaine ouverture le reprendra. Refuse sans motif, et une demande à laquelle le centre a répondu.
    """
    transition = CIRCUIT["retirer_la_demande_de_complements"]
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_droit(par, transition.permission, verrouille, transition.libelle)
        exiger_l_etat(verrouille, transition.de, transition.libelle)
        if (demande := verrouille.demande_ouverte()) is not None:
            CIRCUIT_COMPLEMENTS.executer(demande, "annuler", par=par, motif=motif)
        suspendre_l_ecriture(verrouille, par)
        return conclure(dossier, verrouille, transition.nom, par, motif)
