"""L'enregistrement d'un champ d'une fiche action, dans un petit projet et dans un grand."""

import itertools
import time
from typing import NamedTuple

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres.models import Action, Axe, Objectif, ProjetSocial, Structure
from centres.operations import temoin
from comptes.choix import Role
from comptes.models import Utilisateur

PETIT, GRAND = 10, 200  # actions
BORNES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
MARCHES = itertools.count(1)


class EcritureDUnChamp(NamedTuple):
    """Une personne qui écrit dans une fiche action, et ce que chaque pause de sa frappe coûte au serveur."""

    nom: str
    client: Client
    action: Action

    def servir(self) -> float:
        """Le temps de calcul du serveur, base comprise, en millisecondes."""
        depart = time.process_time()
        self._ecrire()
        return (time.process_time() - depart) * 1000

    def requetes(self) -> int:
        """Le nombre de requêtes, sans les bornes des transactions."""
        with CaptureQueriesContext(connection) as requetes:
            self._ecrire()
        return sum(not requete["sql"].startswith(BORNES) for requete in requetes)

    def _ecrire(self) -> None:
        adresse = reverse("centres:noeud", args=[self.action.projet_id, "actions", self.action.pk])
        texte = f"Une phrase de plus, la {next(MARCHES)}e."
        saisies = {"description": texte, "vu-description": temoin(self.action.description)}
        reponse = self.client.post(adresse, saisies, headers={"accept": "application/json"})
        assert reponse.status_code == 200, f"{adresse} : {reponse.status_code}"
        self.action.description = texte


def directrice_de(structure: Structure) -> Utilisateur:
    """Une directrice rattachée à la structure."""
    directrice = Utilisateur.objects.creer(
        courriel="direction@mesure.example",
        prenom="Aline",
        nom="Mesure",
        caisse=structure.caisse,
        role=Role.DIRECTION,
    )
    structure.rattachements.create(utilisateur=directrice)
    return directrice


def projet_de(structure: Structure, actions: int) -> Action:
    """Un brouillon de tant d'actions ; rend la dernière."""
    projet = ProjetSocial.objects.create(structure=structure, titre=f"Projet de {actions} actions")
    axe = Axe.objects.create(projet=projet, intitule="Axe")
    objectif = Objectif.objects.create(projet=projet, axe=axe, intitule="Objectif")
    Action.objects.bulk_create(
        Action(projet=projet, objectif=objectif, ordre=rang, intitule=f"Action {rang}") for rang in range(actions)
    )
    derniere: Action = objectif.actions.latest("ordre")
    return derniere
