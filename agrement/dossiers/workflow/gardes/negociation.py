"""Ce qu'il manque de la recevabilité à la dernière version transmise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from agrement.dossiers.choix import Cote, StatutPiece
from agrement.dossiers.workflow.gardes.demande import onglet, projet_transmissible, version_a_figer
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier


# T07 – recevable


def pieces_conformes(dossier: Dossier) -> Iterator[Manque]:
    """Toutes les pièces obligatoires de ce type de demande, chaque fichier conforme et valable (Circulaire 56, §14)."""
    jointes = dossier.pieces.en_vigueur()
    bonnes = jointes.valables().filter(statut=StatutPiece.CONFORME)
    a_revoir = jointes.exclude(pk__in=bonnes.values("pk"))
    conformes = {*bonnes.values_list("type__code", flat=True)} - {*a_revoir.values_list("type__code", flat=True)}
    for code, libelle in dossier.pieces_obligatoires():
        if code not in conformes:
            yield Manque(f"Pièce {code} à déclarer conforme : {libelle}.", onglet(dossier, "pieces"))


def adoption_avant_le_depot(dossier: Dossier) -> Iterator[Manque]:
    projet = dossier.projet
    if projet is None or projet.date_d_adoption is None or projet.fige_le is None:
        return
    if projet.date_d_adoption > timezone.localdate(projet.fige_le):
        yield Manque("Le projet a été adopté par le centre après avoir été transmis : demandez des compléments.")


def recevable(dossier: Dossier) -> Iterator[Manque]:
    yield from pieces_conformes(dossier)
    yield from adoption_avant_le_depot(dossier)
    yield from version_transmise(dossier)


def version_transmise(dossier: Dossier) -> Iterator[Manque]:
    if dossier.projet is not None and not dossier.projet.est_fige:
        yield Manque(
            "Le centre n'a pas transmis la version du projet qu'il écrit : demandez-la.", onglet(dossier, "projet")
        )


# T08, T09, T10 – négociation


def reunion_de_lancement(dossier: Dossier) -> Iterator[Manque]:
    if dossier.negociation_ouverte_le is None:
        yield Manque("Indiquez la date de la réunion de lancement.", saisie=True)


def projet_a_rendre(dossier: Dossier) -> Iterator[Manque]:
    if not dossier.points.ouverts().exists():
        yield Manque(
            "Ouvrez au moins un point : il dit au centre ce qu'il doit reprendre.", onglet(dossier, "negociation")
        )
    if dossier.projet is not None and dossier.projet.est_fige:
        yield Manque("La nouvelle version s'ouvre en rendant le projet, depuis la page du dossier.", saisie=True)


def nouvelle_version_transmissible(dossier: Dossier) -> Iterator[Manque]:
    for point in dossier.points.sans_position(Cote.CENTRE):
        yield Manque(f"Répondez au point : {point.sujet}.", dossier.adresse("dossiers:prendre_position", pk=point.pk))
    yield from projet_transmissible(dossier)
    yield from version_a_figer(dossier)
