"""Les conditions de l'avis technique (T11), en un seul endroit : la garde les exige, l'onglet Analyse les montre."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from agrement.dossiers.accords import etat_des_accords
from agrement.dossiers.choix import NatureDerogation, SensAvis, StatutPoint
from agrement.dossiers.regles import duree_admise, volet_familles_exige
from agrement.dossiers.workflow.gardes import equipe
from agrement.dossiers.workflow.gardes.demande import onglet
from agrement.dossiers.workflow.gardes.negociation import version_transmise
from evaluation.models import Critere
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Avis, Dossier


class Condition(NamedTuple):
    """Une condition de l'avis : ce qui s'y oppose, et ce qu'il est bon de savoir sans que rien ne s'y oppose.

    `de_fait` : elle se lit du projet, de l'équipe ou du territoire, et non de l'avancement de l'instruction.
    """

    libelle: str
    manques: tuple[Manque, ...]
    avertissements: tuple[str, ...]
    de_fait: bool

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
    """Le volet familles d'un centre social, à partir de sa date (Circulaire du 18 décembre 2025)."""
    if _volet_absent(dossier) and _volet_exige(dossier):
        phrase = "Le volet familles est obligatoire pour un centre social à cette date : il manque au projet."
        yield from equipe.manque(dossier, NatureDerogation.VOLET_FAMILLES, phrase)


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
    if avis.sens == SensAvis.DEFAVORABLE and dossier.projet is not None and not avis.criteres.exists():
        yield "L'avis est défavorable : nommez au moins un critère qui n'est pas satisfait."


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


class Regle(NamedTuple):
    """Une condition à vérifier : son libellé et ce qui la contrôle. `de_fait` : voir `Condition`."""

    libelle: str
    manques: Callable[[Dossier], Iterable[Manque]]
    avertissements: Callable[[Dossier], Iterable[str]] = sans_avertissement
    de_fait: bool = True


CONDITIONS: tuple[Regle, ...] = (
    Regle("Dernière version du projet transmise", version_transmise, de_fait=False),
    Regle("Grille d'analyse entièrement notée", grille_complete, de_fait=False),
    Regle("Points de négociation réglés ou repris en réserve", points_clos, de_fait=False),
    Regle("Objectifs acceptés des deux côtés", objectifs_accordes, objectifs_ecartes, de_fait=False),
    Regle("Volet familles", volet_familles, volet_familles_bientot_exige),
    Regle("Niveau de diplôme de la direction", equipe.niveau_de_la_direction, equipe.plan_de_formation),
    Regle("Temps de travail de la direction", equipe.temps_de_la_direction),
    Regle("Direction propre à la structure", equipe.direction_partagee, equipe.direction_partagee_avec),
    Regle("Référent familles", equipe.referent_familles, equipe.referent_a_valider),
    Regle("Qualification de l'équipe", equipe.qualification_de_l_equipe),
    Regle("Gestionnaires distincts sur le territoire", equipe.gestionnaires_distincts),
    Regle("Avis technique rédigé", avis_redige, de_fait=False),
)


def conditions_de_l_avis(dossier: Dossier) -> list[Condition]:
    return [
        Condition(regle.libelle, tuple(regle.manques(dossier)), tuple(regle.avertissements(dossier)), regle.de_fait)
        for regle in CONDITIONS
    ]


def avis_possible(dossier: Dossier) -> Iterator[Manque]:
    for regle in CONDITIONS:
        yield from regle.manques(dossier)
    yield from contresignature(dossier)
