"""La barre d'actes : ce qui est possible, ce qui est bloqué, ce qui ne concerne pas l'objet."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.db import models

from socle.actes import presenter
from socle.workflow import Circuit, Manque, Transition


class Etat(models.TextChoices):
    NEUF = "neuf", "Neuf"
    FINI = "fini", "Fini"


def il_manque(*manques: Manque) -> Any:
    def manque(objet: Any) -> Iterator[Manque]:
        yield from manques

    return manque


def acte(nom: str, **champs: Any) -> Transition[Any]:
    return Transition(nom, nom.capitalize(), frozenset({Etat.NEUF}), Etat.FINI, "essai", **champs)


def barre(*actes: Transition[Any]) -> dict[str, dict[str, Any]]:
    classe = type("Objet", (), {"circuit": Circuit(Etat, actes), "statut": Etat.NEUF})
    personne = SimpleNamespace(has_perm=lambda permission, objet: True)
    return {
        ligne["libelle"]: ligne for ligne in presenter(classe(), personne, lambda transition: f"/{transition.nom}/")
    }


def test_le_dernier_acte_possible_qui_avance_est_le_principal() -> None:
    lignes = barre(acte("un"), acte("deux"), acte("fermer", grave=True), acte("renvoyer", motif_requis=True))
    assert [libelle for libelle, ligne in lignes.items() if ligne["primaire"]] == ["Deux"]
    assert lignes["Deux"]["url"] == "/deux/"


def test_un_acte_bloque_donne_ses_raisons_et_leurs_liens() -> None:
    lignes = barre(acte("un", manques=il_manque(Manque("Il manque tout.", "/la/"))))
    assert lignes["Un"]["manques"] == [{"texte": "Il manque tout.", "lien": "/la/"}]
    assert not lignes["Un"]["primaire"]


def test_ce_que_l_ecran_demandera_ne_bloque_pas() -> None:
    lignes = barre(acte("un", manques=il_manque(Manque("Donnez la date.", saisie=True))))
    assert (lignes["Un"]["manques"], lignes["Un"]["primaire"]) == ([], True)


def test_un_acte_sans_objet_n_est_pas_montre() -> None:
    assert not barre(acte("un", manques=il_manque(Manque("Ce n'est pas un refus.", sans_objet=True))))
