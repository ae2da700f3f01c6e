from typing import Any

import factory
from factory.django import DjangoModelFactory

from comptes.choix import Role
from comptes.models import Caisse, Utilisateur

MOT_DE_PASSE = "une phrase de passe pour les tests"


class CaisseFactory(DjangoModelFactory[Caisse]):
    class Meta:
        model = Caisse

    nom = factory.Sequence(lambda n: f"Caf d'essai {n + 1}")
    code_departement = "01"


class UtilisateurFactory(DjangoModelFactory[Utilisateur]):
    """Une personne, conseillère par défaut. Un trait par rôle : `UtilisateurFactory(direction=True, structure=s)`.

    `structure` : de sa Caisse, et rattachée à elle si le rôle est celui d'un centre. `connectable=True` : avec
    `MOT_DE_PASSE`, dont l'empreinte est lente.
    """

    class Meta:
        model = Utilisateur
        skip_postgeneration_save = True

    class Params:
        direction = factory.Trait(role=Role.DIRECTION)
        co_redaction = factory.Trait(role=Role.CO_REDACTION)
        gestionnaire = factory.Trait(role=Role.GESTIONNAIRE)
        lecture = factory.Trait(role=Role.LECTURE)
        conseiller = factory.Trait(role=Role.CONSEILLER)
        responsable = factory.Trait(role=Role.RESPONSABLE)
        secretariat = factory.Trait(role=Role.SECRETARIAT)
        elu = factory.Trait(role=Role.ELU)
        presidence = factory.Trait(role=Role.PRESIDENCE)
        comptable = factory.Trait(role=Role.COMPTABLE)
        administration = factory.Trait(role=Role.ADMINISTRATION)

    structure = None
    connectable = False
    courriel = factory.Sequence(lambda n: f"personne{n + 1}@exemple.fr")
    prenom = "Camille"
    nom = factory.Sequence(lambda n: f"Martin {n + 1}")
    role = Role.CONSEILLER
    caisse = factory.Maybe("structure", factory.SelfAttribute("structure.caisse"), factory.SubFactory(CaisseFactory))

    @classmethod
    def _create(cls, model_class: type[Utilisateur], *args: Any, **champs: Any) -> Utilisateur:
        structure, connectable = champs.pop("structure", None), champs.pop("connectable", False)
        personne = model_class(**champs)
        personne.set_password(MOT_DE_PASSE if connectable else None)
        personne.save()
        if structure is not None and personne.est_du_centre:
            personne.rattachements.create(structure=structure)
        return personne
