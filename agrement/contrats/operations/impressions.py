"""Mettre à imprimer un texte à signer, puis l'écrire en tâche de fond : aucune requête ne rend de PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import transaction

from agrement.contrats.documents import imprimer_l_avenant
from agrement.contrats.models import Avenant, Contrat, ImpressionDeTexte, PartieASigner, VersionASigner
from agrement.contrats.operations.avenants import exiger_de_proposer, manques_pour_proposer, proposer_un_avenant
from agrement.contrats.operations.circuit import (
    ce_qui_empeche_de_proposer,
    exiger_de_generer,
    proposer_une_autre_version,
)
from agrement.contrats.operations.epreuves import Epreuves, imprimer_d_abord
from agrement.contrats.operations.generation import (
    exiger_de_generer_pour,
    generer,
    manques_des_parties,
    manques_pour_generer,
)
from agrement.dossiers.models import Dossier
from comptes.models import Utilisateur
from socle import journal
from socle.travaux import TravailImpossible
from socle.workflow import ActeRefuse, Manque

Raisons = Iterable[str | Manque]


def demander_le_contrat(dossier: Dossier, parties: Sequence[PartieASigner], *, par: Utilisateur) -> ImpressionDeTexte:
    """Met à imprimer le contrat de ce dossier, pour ces parties. Refuse déjà ce que `generer` refuserait."""
    exiger_de_generer_pour(dossier, par)

    def manques() -> Raisons:
        yield from manques_pour_generer(dossier)
        yield from manques_des_parties(parties, dossier.caisse_id)

    return _demander(dossier, manques, par, parties)


def demander_une_autre_version(
    contrat: Contrat, parties: Sequence[PartieASigner], *, par: Utilisateur
) -> ImpressionDeTexte:
    """Met à imprimer le texte suivant du contrat. Refuse déjà ce que `proposer_une_autre_version` refuserait."""
    exiger_de_generer(par, contrat)

    def manques() -> Raisons:
        if manque := ce_qui_empeche_de_proposer(contrat):
            yield manque
        yield from manques_des_parties(parties, contrat.caisse_id)

    return _demander(contrat, manques, par, parties)


def demander_l_avenant(avenant: Avenant, *, par: Utilisateur) -> ImpressionDeTexte:
    """Met à imprimer l'avenant. Refuse déjà ce que `proposer_un_avenant` refuserait."""
    exiger_de_proposer(avenant, par)
    return _demander(avenant, lambda: manques_pour_proposer(avenant), par)


def _demander(
    objet: Dossier | Contrat | Avenant,
    manques: Callable[[], Raisons],
    par: Utilisateur,
    parties: Sequence[PartieASigner] = (),
) -> ImpressionDeTexte:
    """L'impression gardée ; celle de cet objet qui est déjà en route, s'il y en a une."""
    with transaction.atomic(), journal.acte("demander_une_impression", "Texte à imprimer", par=par):
        objet.verrouiller()
        deja: ImpressionDeTexte | None = objet.impressions.en_route().first()
        if deja is not None:
            return deja
        if raisons := tuple(manques()):
            raise ActeRefuse(*raisons)
        saisies = [partie.en_valeurs() for partie in parties]
        return objet.impressions.create(demandeur=par, parties=saisies)


def imprimer_un_texte(impression: ImpressionDeTexte) -> None:
    """Rend les PDF, écrit la version et la propose, au nom de qui l'a demandé et avec ses droits du moment.

    Lève `TravailImpossible` si l'état a changé depuis la demande. Interrompue après l'acte, ne le refait pas.
    """
    if impression.version is not None:
        return
    if not impression.demandeur.is_active:
        raise TravailImpossible("Le compte qui l'a demandé est fermé.")
    impression.avancer(0)  # la file a pu la faire attendre
    try:
        imprimer_d_abord(partial(_ecrire, impression), imprimer_l_avenant if impression.avenant else None)
    except ActeRefuse as refus:
        raise TravailImpossible(str(refus)) from refus


def _ecrire(impression: ImpressionDeTexte, epreuves: Epreuves) -> None:
    with transaction.atomic():
        impression.version = _version(impression, epreuves)
        impression.save(update_fields=["version"])


def _version(impression: ImpressionDeTexte, epreuves: Epreuves) -> VersionASigner | None:
    par, objet, parties = impression.demandeur, impression.objet, impression.parties_a_signer()
    if isinstance(objet, Dossier):
        return generer(objet, par=par, parties=parties, epreuves=epreuves).version
    if isinstance(objet, Contrat):
        return proposer_une_autre_version(objet, parties, par=par, epreuves=epreuves)
    return proposer_un_avenant(objet, par=par, epreuves=epreuves)
