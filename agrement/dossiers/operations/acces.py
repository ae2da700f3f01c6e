"""Ce que toute opération vérifie avant d'écrire : le droit, l'état, et les contraintes de la base dites en phrases."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models

from agrement.dossiers.models import Dossier
from agrement.dossiers.workflow import CIRCUIT
from comptes.models import Utilisateur
from socle.workflow import ActeInterdit, ActeRefuse


def exiger_le_droit(par: Utilisateur, permission: str, objet: Any, acte: str) -> None:
    """Lève `ActeInterdit` si la personne n'a pas ce droit sur cet objet. `acte` : ce qu'elle voulait faire."""
    if not par.has_perm(permission, objet):
        raise ActeInterdit(f"Vous n'avez pas le droit de faire l'acte « {acte} ».")


def exiger_l_etat(dossier: Dossier, etats: Collection[str], acte: str) -> None:
    """Lève `ActeRefuse` si le dossier n'est pas dans l'un de ces états."""
    if dossier.statut not in etats:
        raise ActeRefuse(
            f"« {acte} » n'est pas possible : le dossier est maintenant « {dossier.get_statut_display()} »."
        )


def verrouiller(dossier: Dossier) -> Dossier:
    """Le dossier relu et verrouillé jusqu'à la fin de la transaction ; celui de l'appelant n'est pas touché."""
    return Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)


def conclure(dossier: Dossier, verrouille: Dossier, nom: str, par: Utilisateur, motif: str = "") -> Dossier:
    """Fait l'acte sur le dossier verrouillé, puis met à jour celui de l'appelant ; un refus le laisse tel quel."""
    CIRCUIT.executer(verrouille, nom, par=par, motif=motif)
    dossier.refresh_from_db()
    return dossier


@contextmanager
def contraintes_en_phrases(*modeles: type[models.Model]) -> Iterator[None]:
    """Une contrainte violée devient un `ActeRefuse` qui porte sa phrase ; à placer autour de la transaction."""
    try:
        yield
    except IntegrityError as erreur:
        if (phrase := _phrase(str(erreur), modeles)) is None:
            raise
        raise ActeRefuse(phrase) from erreur


def _phrase(erreur: str, modeles: tuple[type[models.Model], ...]) -> str | None:
    """La phrase de la contrainte que nomme l'erreur ; SQLite nomme les colonnes d'un index unique."""
    for modele in modeles:
        for contrainte in modele._meta.constraints:
            colonnes = [
                f"{modele._meta.db_table}.{modele._meta.get_field(champ).column}"  # type: ignore[union-attr]
                for champ in getattr(contrainte, "fields", ())
            ]
            if contrainte.name in erreur or (colonnes and all(colonne in erreur for colonne in colonnes)):
                return str(contrainte.get_violation_error_message())
    return None
