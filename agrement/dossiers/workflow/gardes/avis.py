"""Les conditions de l'avis technique (T11), en un seul endroit : la garde les exige, l'onglet Analyse les montre."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from agrement.dossiers.accords import etat_des_accords
from agrement.dossiers.choix import NatureDerogation, SensAvis, StatutPoint, TypeDossier
from agrement.dossiers.regles import duree_admise, volet_familles_exige
from agrement.dossiers.workflow.gardes.demande import onglet
from agrement.dossiers.workflow.gardes.negociation import version_transmise
from centres.choix import Fonction, TypeStructure
from evaluation.models import Critere
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Avis, Dossier
    from centres.models import Structure


class Condition(NamedTuple):
    """Une condition de l'avis : ce qui s'y oppose, et ce qu'il est bon de savoir sans que rien ne s'y oppose."""

    libelle: str
    manques: tuple[Manque, ...]
    avertissements: tuple[str, ...]

    @property
    def badge(self) -> dict[str, str]:
        if self.manques:
            return {"libelle": "À régler", "ton": "danger"}
        return (
            {"libelle": "À surveiller", "ton": "attention"}
            if self.avertissements
            else {"libelle": "Remplie", "ton": "succes"}
        )


def grille_complete(dossier: Dossier) -> Iterator[Manque]:
    if dossier.projet is None:
        return
    if not Critere.objects.applicables(dossier.projet).exists():
        yield Manque("Aucune grille d'analyse n'est en vigueur : demandez à l'administration d'en publier une.")
    restent = Critere.objects.sans_note(dossier.projet).count()
    if restent:
        mots = "critères sont" if restent > 1 else "critère est"
        yield Manque(f"{restent} {mots} à noter dans la grille d'analyse.", dossier.adresse("dossiers:noter"))


def points_clos(dossier: Dossier) -> Iterator[Manque]:
    adresse = onglet(dossier, "negociation")
    for point in dossier.points.ouverts():
        yield Manque(f"Point encore ouvert : {point.sujet}.", adresse)
    for reserve in dossier.reserves.filter(point__isnull=False).exclude(point__statut=StatutPoint.CLOS):
        yield Manque(f"La réserve « {reserve} » vient d'un point réglé autrement : retirez-la.", adresse)


def objectifs_accordes(dossier: Dossier) -> Iterator[Manque]:
    """Le contrat n'est bâti que des objectifs que les deux côtés ont acceptés (Circulaire 56, §1 et §21)."""
    avis: Avis | None = getattr(dossier, "avis", None)
    favorable = avis is None or avis.est_favorable
    if dossier.vise_un_agrement and favorable and not any(ligne.accorde for ligne in etat_des_accords(dossier)):
        yield Manque(
            "Aucun objectif n'est accepté des deux côtés : le contrat n'aurait rien à retenir.",
            onglet(dossier, "negociation"),
        )


def objectifs_ecartes(dossier: Dossier) -> Iterator[str]:
    ecartes = [ligne.objectif.numero for ligne in etat_des_accords(dossier) if not ligne.accorde]
    if ecartes:
        yield f"Sans accord des deux côtés, ces objectifs ne seront pas au contrat : {', '.join(ecartes)}."


def volet_familles(dossier: Dossier) -> Iterator[Manque]:
    if _volet_absent(dossier) and _volet_exige(dossier):
        yield Manque(
            "Le volet familles est obligatoire pour un centre social à cette date : il manque au projet.",
            onglet(dossier, "projet"),
        )


def volet_familles_bientot_exige(dossier: Dossier) -> Iterator[str]:
    if _volet_absent(dossier) and dossier.structure.est_centre_social and not _volet_exige(dossier):
        le = dossier.caisse.date("volet_familles_obligatoire_le")
        yield f"Le projet n'a pas de volet familles. Un agrément qui commence le {le:%d/%m/%Y} ou après en demande un."


def _volet_absent(dossier: Dossier) -> bool:
    return dossier.vise_un_agrement and not (dossier.projet and dossier.projet.volet_familles)


def _volet_exige(dossier: Dossier) -> bool:
    return volet_familles_exige(
        centre_social=dossier.structure.est_centre_social,
        debut=dossier.debut_souhaite,
        obligatoire_le=dossier.caisse.date("volet_familles_obligatoire_le"),
    )


def qualification_de_la_direction(dossier: Dossier) -> Iterator[Manque]:
    """Le niveau et le temps plein attendus d'un centre social, ou une dérogation (Circulaires 56, §13, et 2012-013)."""
    if not dossier.structure.est_centre_social or dossier.derogations.valables(NatureDerogation.QUALIFICATION).exists():
        return
    directeur = dossier.structure.titulaire(Fonction.DIRECTION)
    niveau = dossier.caisse.entier("niveau_minimal_direction")
    if directeur is None:
        yield Manque(
            "Aucune personne à la direction : complétez l'équipe ou accordez une dérogation.",
            onglet(dossier, "analyse"),
        )
    elif (directeur.niveau or 0) < niveau or directeur.etp < 1:
        yield Manque(
            f"La direction n'a pas le niveau {niveau} à temps plein : accordez une dérogation datée.",
            onglet(dossier, "analyse"),
        )


def gestionnaires_distincts(dossier: Dossier) -> Iterator[Manque]:
    """Un espace de vie sociale qui renforce un centre social a un autre gestionnaire que lui, sauf dérogation."""
    voisin = centre_social_du_meme_gestionnaire(dossier)
    if voisin is not None and not dossier.derogations.valables(NatureDerogation.GESTIONNAIRES).exists():
        yield Manque(
            f"Deux gestionnaires distincts sont attendus : {dossier.gestionnaire} gère déjà « {voisin} », centre "
            "social de ce territoire. Seul le responsable peut accorder une dérogation motivée.",
            onglet(dossier, "analyse"),
        )


def centre_social_du_meme_gestionnaire(dossier: Dossier) -> Structure | None:
    """Le centre social qui couvre déjà la commune de l'espace de vie sociale demandé, s'il a le même gestionnaire."""
    structure = dossier.structure
    if structure.est_centre_social or dossier.type in (TypeDossier.AVENANT, TypeDossier.SURSIS_RETRAIT):
        return None
    sur_place = Q(commune=structure.commune_id) | Q(communes_d_intervention=structure.commune_id)
    centres = (
        type(structure)
        .objects.ouvertes()
        .filter(sur_place, type=TypeStructure.CENTRE_SOCIAL, gestionnaire=structure.gestionnaire_id)
    )
    return centres.first()


def avis_redige(dossier: Dossier) -> Iterator[Manque]:
    avis: Avis | None = getattr(dossier, "avis", None)
    adresse = onglet(dossier, "analyse")
    if avis is None:
        yield Manque("Rédigez l'avis technique.", adresse)
        return
    for manque in (*_ecarts_de_sens(dossier, avis), *_ecarts_d_un_avis_favorable(dossier, avis)):
        yield Manque(manque, adresse)


def _ecarts_de_sens(dossier: Dossier, avis: Avis) -> Iterator[str]:
    reserves = dossier.reserves.exists()
    if avis.sens == SensAvis.FAVORABLE_AVEC_RESERVES and not reserves:
        yield "L'avis est favorable avec réserves : écrivez-en au moins une."
    if avis.sens == SensAvis.FAVORABLE and reserves:
        yield "Des réserves sont écrites : l'avis doit être « favorable avec réserves », ou les réserves retirées."


def _ecarts_d_un_avis_favorable(dossier: Dossier, avis: Avis) -> Iterator[str]:
    if not avis.est_favorable:
        return
    maximum = dossier.caisse.entier("duree_max_annees")
    if dossier.vise_un_agrement and not duree_admise(avis.duree_proposee or 0, maximum):
        yield f"La durée proposée doit être de 1 à {maximum} ans."
    for critere in Critere.objects.bloques(dossier.projet) if dossier.projet else ():
        yield f"Un avis favorable est impossible : « {critere.intitule} » est noté 0."


def contresignature(dossier: Dossier) -> Iterator[Manque]:
    avis: Avis | None = getattr(dossier, "avis", None)
    if avis is not None and not avis.vaut_contresigne:
        yield Manque("Un responsable doit contresigner l'avis, depuis la page du dossier.", saisie=True)


def sans_avertissement(dossier: Dossier) -> Iterable[str]:
    return ()


CONDITIONS: tuple[tuple[str, Callable[[Dossier], Iterable[Manque]], Callable[[Dossier], Iterable[str]]], ...] = (
    ("Dernière version du projet transmise", version_transmise, sans_avertissement),
    ("Grille d'analyse entièrement notée", grille_complete, sans_avertissement),
    ("Points de négociation réglés ou repris en réserve", points_clos, sans_avertissement),
    ("Objectifs acceptés des deux côtés", objectifs_accordes, objectifs_ecartes),
    ("Volet familles", volet_familles, volet_familles_bientot_exige),
    ("Qualification et temps de travail de la direction", qualification_de_la_direction, sans_avertissement),
    ("Gestionnaires distincts sur le territoire", gestionnaires_distincts, sans_avertissement),
    ("Avis technique rédigé", avis_redige, sans_avertissement),
)


def conditions_de_l_avis(dossier: Dossier) -> list[Condition]:
    return [
        Condition(libelle, tuple(manques(dossier)), tuple(avertissements(dossier)))
        for libelle, manques, avertissements in CONDITIONS
    ]


def avis_possible(dossier: Dossier) -> Iterator[Manque]:
    for condition in conditions_de_l_avis(dossier):
        yield from condition.manques
    yield from contresignature(dossier)
