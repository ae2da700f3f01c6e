import datetime as dt
from types import SimpleNamespace
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.choix import College, StatutSeance, TypeDecision, TypeInstance
from agrement.seances.models import Decision, Inscription, Instance, Mandat, Presence, Seance
from agrement.seances.regles import SIEGES_DU_CONSEIL, Votes
from comptes.models import Caisse, Utilisateur
from tests.fabriques.centres import StructureFactory
from tests.fabriques.comptes import CaisseFactory, UtilisateurFactory


class InstanceFactory(DjangoModelFactory[Instance]):
    """Un conseil d'administration ; `commission=True` : une commission, qui ne donne qu'un avis."""

    class Meta:
        model = Instance

    class Params:
        commission = factory.Trait(type=TypeInstance.ACTION_SOCIALE, nom="Commission d'action sociale")

    caisse = factory.SubFactory(CaisseFactory)
    type = TypeInstance.CONSEIL
    nom = factory.Sequence(lambda n: f"Conseil d'administration {n + 1}")


class MandatFactory(DjangoModelFactory[Mandat]):
    class Meta:
        model = Mandat

    instance = factory.SubFactory(InstanceFactory)
    nom_complet = factory.Sequence(lambda n: f"Membre {n + 1:03d}")
    college = College.ASSURES
    debut = dt.date(2026, 1, 15)


class SeanceFactory(DjangoModelFactory[Seance]):
    """Une séance du 14 décembre 2026, ouverte aux inscriptions jusqu'au 1er."""

    class Meta:
        model = Seance

    instance = factory.SubFactory(InstanceFactory)
    date = dt.date(2026, 12, 14)
    date_limite = dt.date(2026, 12, 1)
    statut = StatutSeance.OUVERTE


class DossierPretFactory(DjangoModelFactory[Dossier]):
    """Un dossier dont l'avis est rendu, que le secrétariat peut inscrire."""

    class Meta:
        model = Dossier

    structure = factory.SubFactory(StructureFactory)
    caisse = factory.SelfAttribute("structure.caisse")
    gestionnaire = factory.SelfAttribute("structure.gestionnaire")
    numero = factory.Sequence(lambda n: f"2026-{n + 1:04d}")
    type = TypeDossier.PREMIER_AGREMENT
    statut = Statut.AVIS_RENDU
    debut_souhaite = dt.date(2027, 1, 1)
    fin_souhaitee = dt.date(2029, 12, 31)
    depose_le = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
    numero_d_enregistrement = factory.LazyAttributeSequence(
        lambda dossier, n: f"E-2024-{n + 1:04d}" if dossier.depose_le else ""
    )
    avis_rendu_le = dt.date(2026, 11, 1)


class InscriptionFactory(DjangoModelFactory[Inscription]):
    """Un point en attente, et son dossier déjà inscrit."""

    class Meta:
        model = Inscription

    seance = factory.SubFactory(SeanceFactory)
    dossier = factory.SubFactory(
        DossierPretFactory, structure__caisse=factory.SelfAttribute("...seance.instance.caisse"), statut=Statut.INSCRIT
    )
    ordre = factory.Sequence(lambda n: n + 1)


def conseil_au_complet(caisse: Caisse) -> Instance:
    """Un conseil de vingt-quatre membres titulaires, sans comptes."""
    instance = InstanceFactory(caisse=caisse, nom="Conseil d'administration")
    for college, sieges in SIEGES_DU_CONSEIL.items():
        Mandat.objects.bulk_create(MandatFactory.build_batch(sieges, instance=instance, college=college))
    return instance  # type: ignore[return-value]


def seance_tenue(
    caisse: Caisse | None = None, *, presents: int = 17, points: int = 1, **champs: Any
) -> SimpleNamespace:
    """Un conseil au complet, réuni, ses présents notés et ses points en attente, le premier appelé.

    Rend `seance`, `points`, `inscription` et `dossier` (les premiers), `secretaire`, `caisse`, `membres`.
    """
    caisse = caisse or CaisseFactory()  # type: ignore[assignment]
    assert caisse is not None
    seance = SeanceFactory(instance=conseil_au_complet(caisse), statut=StatutSeance.TENUE, **champs)
    membres = list(seance.mandats())
    Presence.objects.bulk_create(
        Presence(seance=seance, mandat=membre, present=rang < presents) for rang, membre in enumerate(membres)
    )
    inscriptions = [
        InscriptionFactory(seance=seance, appele_le=None if rang else timezone.now()) for rang in range(points)
    ]
    return SimpleNamespace(
        caisse=caisse,
        seance=seance,
        points=inscriptions,
        inscription=inscriptions[0] if points else None,
        dossier=inscriptions[0].dossier if points else None,
        membres=membres,
        secretaire=UtilisateurFactory(secretariat=True, caisse=caisse),
    )


def convoquee(seance: Seance, par: Utilisateur) -> Seance:
    """La même séance, son ordre du jour arrêté, chaque fiche validée et ses membres convoqués."""
    Seance.circuit.executer(seance, "arreter", par=par)
    for point in seance.inscriptions.en_attente():
        operations.valider_la_fiche(point, par=par)
    return operations.convoquer(seance, par=par)


def decision_enregistree(reunion: SimpleNamespace, **champs: Any) -> Decision:
    """La décision du premier point, enregistrée par le secrétariat : un accord de trois ans par défaut."""
    return operations.decider(
        reunion.inscription,
        par=reunion.secretaire,
        **{"type": TypeDecision.ATTRIBUTION, "votes": Votes(15, 1, 1, 0), "duree_annees": 3, **champs},
    )
