"""Écrire un projet social entier à partir des fiches de la démonstration."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agrement.accueil.demonstration.projets import (
    AXES,
    AXES_DU_RENOUVELLEMENT,
    CHARGES,
    FINANCEURS_DES_ACTIONS,
    PRODUITS,
    FicheAction,
    FicheAxe,
    FicheObjectif,
)
from centres.choix import NatureIndicateur, NatureProjet, NiveauObjectif, SensBudget
from centres.models import (
    Action,
    Axe,
    Enjeu,
    Financement,
    Indicateur,
    LigneBudget,
    Objectif,
    ProjetSocial,
    Structure,
)

CENTIME = Decimal("0.01")


def ecrire_le_projet(
    structure: Structure, *, rang: int, debut: dt.date, fin: dt.date, adopte_le: dt.date
) -> ProjetSocial:
    """Un projet complet et équilibré ; `rang` choisit ses axes et son budget, toujours les mêmes.

    C'est un renouvellement si la structure a déjà été agréée ; ses axes sont neufs si son projet précédent est écrit.
    """
    centre = structure.est_centre_social
    suite = structure.projets.exists()
    nom = structure.nom
    projet = ProjetSocial.objects.create(
        structure=structure,
        nature=NatureProjet.RENOUVELLEMENT if structure.premier_agrement else NatureProjet.PREMIER,
        titre=f"Projet social {debut.year}-{fin.year}",
        debut=debut,
        fin=fin,
        instance_d_adoption="Conseil municipal"
        if structure.gestionnaire.est_public
        else "Conseil d'administration du centre",
        date_d_adoption=adopte_le,
        synthese=f"{nom} propose un projet construit avec les habitants : accueillir, soutenir les familles, faire "
        "vivre les initiatives et les partenariats du territoire.",
        methode_participation="Trois soirées d'habitants, deux ateliers avec les partenaires, cent vingt "
        "questionnaires et des entretiens au pas des portes ; un groupe de douze habitants a suivi l'écriture.",
        bilan_precedent="L'accueil et l'accompagnement aux démarches ont dépassé les objectifs ; la participation aux "
        "instances reste à renforcer.",
        diagnostic="La population vieillit, les familles monoparentales sont plus nombreuses qu'ailleurs dans le "
        "département ; les associations sont actives mais dispersées.",
        finalite_inclusion="Un accueil sans condition et un appui aux démarches, pour que personne ne reste au bord."
        if not centre
        else "",
        finalite_liens="Des moments réguliers où se rencontrent les âges et les quartiers." if not centre else "",
        finalite_citoyennete="Des habitants qui proposent, décident et tiennent les activités." if not centre else "",
        fonction_accueil="Un accueil ouvert du lundi au samedi, tenu par deux salariées formées et des bénévoles.",
        gouvernance="Un conseil des habitants prépare les décisions du conseil d'administration du centre.",
        volet_familles=centre,
        projet_familles="Un référent familles à plein temps ; des actions collectives parents-enfants chaque mois."
        if centre
        else "",
        partenariat="Commune, Département, MSA, écoles, collège et bailleur se réunissent quatre fois par an.",
        equipe="Une direction, une référente familles, deux personnes à l'accueil et l'équipe d'animation, avec "
        "quarante bénévoles.",
        horaires="Du lundi au vendredi, de 9 h à 12 h 30 et de 13 h 30 à 18 h 30 ; le samedi matin.",
        tarification="Adhésion à prix libre ; les activités suivent le quotient familial.",
        accessibilite="De plain-pied, boucle magnétique à l'accueil, documents en facile à lire.",
        evaluation_prevue="Un point à mi-parcours avec les habitants et les partenaires, une évaluation finale.",
    )
    for ordre, fiche in enumerate(_axes(rang, centre=centre, suite=suite), start=1):
        _ecrire_l_axe(projet, fiche, ordre)
    _ecrire_le_budget(projet, total=Decimal(412_300 + 13_700 * rang if centre else 78_400 + 2_150 * rang))
    return projet


def _axes(rang: int, *, centre: bool, suite: bool) -> list[FicheAxe]:
    """Un axe par mission pour un centre social, un par finalité pour un espace de vie sociale ; `rang` les ordonne."""
    quartier, familles, vie_sociale, concertation, transitions = AXES
    axes = [quartier, familles, transitions if rang % 2 else vie_sociale, concertation]
    if suite:
        axes = list(AXES_DU_RENOUVELLEMENT)
    voulus = axes if centre else axes[:3]
    depart = rang % len(voulus)
    return [*voulus[depart:], *voulus[:depart]]


def _ecrire_l_axe(projet: ProjetSocial, fiche: FicheAxe, ordre: int) -> None:
    enjeu = Enjeu.objects.create(projet=projet, ordre=ordre, intitule=fiche.enjeu, constat=fiche.constat)
    axe = Axe.objects.create(projet=projet, ordre=ordre, intitule=fiche.axe)
    axe.enjeux.add(enjeu)
    for rang, objectif in enumerate(fiche.objectifs, start=1):
        _ecrire_l_objectif(axe, objectif, rang, centre=projet.structure.est_centre_social)


def _ecrire_l_objectif(axe: Axe, fiche: FicheObjectif, ordre: int, *, centre: bool) -> None:
    sert: dict[str, Any] = {"mission": fiche.mission} if centre else {"finalite": fiche.finalite}
    general = Objectif.objects.create(axe=axe, ordre=ordre, intitule=fiche.intitule, famille=fiche.famille, **sert)
    operationnel = Objectif.objects.create(
        axe=axe,
        parent=general,
        niveau=NiveauObjectif.OPERATIONNEL,
        ordre=ordre,
        intitule=fiche.operationnel,
        famille=fiche.famille,
        **sert,
    )
    _ecrire_les_actions(operationnel, fiche.actions)


def _ecrire_les_actions(objectif: Objectif, fiches: tuple[FicheAction, ...]) -> None:
    """Chaque action avec son indicateur, sa cible et ses financements."""
    projet = objectif.projet
    actions = Action.objects.bulk_create(
        Action(
            projet=projet,
            objectif=objectif,
            ordre=rang,
            intitule=fiche.intitule,
            public=fiche.public,
            place_des_habitants=fiche.place,
            pilote="Équipe d'animation",
            lieu="Au centre et dans le quartier",
            calendrier="Toute l'année",
            partenaires="Commune, associations locales",
            charges=Decimal(fiche.cout),
        )
        for rang, fiche in enumerate(fiches, start=1)
    )
    Indicateur.objects.bulk_create(
        Indicateur(
            projet=projet,
            action=action,
            ordre=1,
            intitule=fiche.indicateur,
            cible=fiche.cible,
            frequence="annuelle",
            nature=NatureIndicateur.RESULTAT,
        )
        for action, fiche in zip(actions, fiches, strict=True)
    )
    Financement.objects.bulk_create(
        Financement(
            projet=projet, action=action, ordre=ordre, intitule=financeur, montant=Decimal(fiche.cout * part) / 100
        )
        for action, fiche in zip(actions, fiches, strict=True)
        for ordre, (financeur, part) in enumerate(FINANCEURS_DES_ACTIONS, start=1)
    )


def _ecrire_le_budget(projet: ProjetSocial, *, total: Decimal) -> None:
    """Le budget de chaque année, équilibré, qui croît de 2 % par an. Écrit en masse : il y a mille lignes en tout."""
    assert projet.debut is not None and projet.fin is not None
    lignes: list[LigneBudget] = []
    for annee in range(projet.debut.year, projet.fin.year + 1):
        lignes += _lignes(projet, annee, SensBudget.CHARGE, CHARGES, total)
        lignes += _lignes(projet, annee, SensBudget.PRODUIT, PRODUITS, total)
        total = (total * Decimal("1.02")).quantize(Decimal(1))
    LigneBudget.objects.bulk_create(lignes)


def _lignes(
    projet: ProjetSocial, annee: int, sens: SensBudget, postes: tuple[tuple[str, str, str, int], ...], total: Decimal
) -> Iterator[LigneBudget]:
    """Les lignes d'un sens ; la dernière prend le reste, pour que la somme tombe juste."""
    reste = total
    for ordre, (compte, intitule, precision, part) in enumerate(postes, start=1):
        montant = reste if ordre == len(postes) else (total * part / 1000).quantize(CENTIME)
        reste -= montant
        charge = sens == SensBudget.CHARGE
        yield LigneBudget(
            projet=projet,
            annee=annee,
            sens=sens,
            ordre=ordre,
            compte=compte,
            intitule=intitule,
            montant=montant,
            destination=precision if charge else "",
            financeur="" if charge else precision,
        )
