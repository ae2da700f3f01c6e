"""Ce que l'avis vérifie de l'équipe et des gestionnaires. Chaque écart s'admet par une dérogation de sa nature."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q

from agrement.dossiers.choix import NatureDerogation, TypeDossier
from agrement.dossiers.regles import RESERVEES_AU_RESPONSABLE
from centres.choix import Fonction, TypeStructure
from socle.texte import sans_accents
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier
    from centres.models import Poste, Structure


def manque(dossier: Dossier, nature: NatureDerogation, phrase: str) -> Iterator[Manque]:
    """La phrase et le lien pour déroger ; rien si une dérogation de cette nature vaut aujourd'hui."""
    if dossier.derogations.valables(nature).exists():
        return
    de_qui = " du responsable" if nature in RESERVEES_AU_RESPONSABLE else ""
    yield Manque(
        f"{phrase} À défaut, il faut une dérogation motivée{de_qui}.",
        dossier.adresse("dossiers:accorder_une_derogation") + f"?nature={nature.value}",
    )


def niveau_de_la_direction(dossier: Dossier) -> Iterator[Manque]:
    """Le diplôme attendu de la direction d'un centre social (Circulaire 2012-013, qualification)."""
    if not dossier.structure.est_centre_social:
        return
    directeur = dossier.structure.titulaire(Fonction.DIRECTION)
    niveau = dossier.caisse.entier("niveau_minimal_direction")
    if directeur is None:
        phrase = "Aucune personne n'est à la direction : complétez l'équipe de la structure."
        yield from manque(dossier, NatureDerogation.QUALIFICATION, phrase)
    elif (directeur.niveau or 0) < niveau:
        phrase = f"{_nom(directeur)} n'a pas le niveau {niveau}, attendu de la direction ({_niveau(directeur)})."
        yield from manque(dossier, NatureDerogation.QUALIFICATION, phrase)


def temps_de_la_direction(dossier: Dossier) -> Iterator[Manque]:
    """Un équivalent temps plein (Circulaire 2012-013). Une direction partagée compte tous ses postes."""
    directeur = dossier.structure.titulaire(Fonction.DIRECTION)
    if not dossier.structure.est_centre_social or directeur is None:
        return
    attendu = Decimal(dossier.caisse.entier("temps_de_la_direction")) / 100
    postes = [directeur, *_autres_directions(directeur)]
    if sum((poste.etp for poste in postes), Decimal(0)) < attendu:
        phrase = f"{_nom(directeur)} dirige à {_etp(directeur.etp)} ; il faut {_etp(attendu)}."
        yield from manque(dossier, NatureDerogation.TEMPS_DE_TRAVAIL, phrase)


def direction_partagee(dossier: Dossier) -> Iterator[Manque]:
    """Une personne qui dirige plusieurs structures a une direction adjointe dans chacune (Circulaire 2012-013)."""
    sans_adjoint = [s for s in structures_de_la_direction(dossier) if s.titulaire(Fonction.ADJOINT) is None]
    if sans_adjoint:
        noms = ", ".join(f"« {structure} »" for structure in sans_adjoint)
        phrase = f"La direction est partagée entre plusieurs structures : il manque une direction adjointe à {noms}."
        yield from manque(dossier, NatureDerogation.DIRECTION_PARTAGEE, phrase)


def direction_partagee_avec(dossier: Dossier) -> Iterator[str]:
    if partagees := structures_de_la_direction(dossier):
        noms = ", ".join(f"« {structure} »" for structure in partagees if structure.pk != dossier.structure_id)
        yield f"La même personne dirige aussi {noms} : les agréments restent distincts."


def structures_de_la_direction(dossier: Dossier) -> list[Structure]:
    """Les structures du gestionnaire que dirige la même personne, celle-ci comprise ; vide si elle est la seule."""
    directeur = dossier.structure.titulaire(Fonction.DIRECTION)
    autres = [poste.structure for poste in _autres_directions(directeur)] if directeur else []
    return [dossier.structure, *autres] if dossier.structure.est_centre_social and autres else []


def _autres_directions(directeur: Poste) -> list[Poste]:
    """Les autres postes de direction de la même personne chez le même gestionnaire ; elle s'y reconnaît à son nom."""
    postes = (
        type(directeur)
        .objects.en_cours()
        .filter(fonction=Fonction.DIRECTION, structure__gestionnaire=directeur.structure.gestionnaire_id)
    )
    autres = postes.exclude(structure=directeur.structure_id).select_related("structure")
    return [poste for poste in autres if _personne(poste) == _personne(directeur)]


def referent_familles(dossier: Dossier) -> Iterator[Manque]:
    """Le référent d'un volet familles : sa présence, son diplôme, son temps (animation collective familles)."""
    if not _a_un_volet_familles(dossier):
        return
    referent = dossier.structure.titulaire(Fonction.REFERENT_FAMILLES)
    regles = dossier.caisse.valeurs("niveau_minimal_referent_familles", "temps_minimal_referent_familles")
    niveau = int(regles["niveau_minimal_referent_familles"])
    temps = Decimal(regles["temps_minimal_referent_familles"]) / 100
    if referent is None:
        phrase = "Le projet a un volet familles, mais l'équipe n'a pas de référent familles."
    elif (referent.niveau or 0) < niveau:
        phrase = f"{_nom(referent)} n'a pas le niveau {niveau}, attendu du référent familles ({_niveau(referent)})."
    elif not temps <= referent.etp <= 1:
        phrase = f"{_nom(referent)} est référent familles à {_etp(referent.etp)} ; il faut de {_etp(temps)} à 1 ETP."
    else:
        return
    yield from manque(dossier, NatureDerogation.REFERENT_FAMILLES, phrase)


def referent_a_valider(dossier: Dossier) -> Iterator[str]:
    if not _a_un_volet_familles(dossier):
        return
    referent = dossier.structure.titulaire(Fonction.REFERENT_FAMILLES)
    if referent is not None and referent.valide_par_la_caf_le is None:
        yield f"Le profil de {_nom(referent)}, référent familles, n'est pas encore validé par la Caf."


def qualification_de_l_equipe(dossier: Dossier) -> Iterator[Manque]:
    """Une personne au moins a le diplôme attendu : l'équipe s'apprécie en commun (Circulaire 56, §13)."""
    equipe = dossier.structure.postes.en_cours()
    niveau = dossier.caisse.entier("niveau_minimal_equipe")
    if not dossier.structure.est_centre_social or equipe.filter(niveau__gte=niveau).exists():
        return
    phrase = f"Personne dans l'équipe n'a le niveau {niveau} : un plan de formation doit y répondre."
    yield from manque(dossier, NatureDerogation.EQUIPE, phrase)


def plan_de_formation(dossier: Dossier) -> Iterator[str]:
    """La contrepartie d'un diplôme qui manque est un plan de formation, écrit au contrat (Circulaire 56, §13)."""
    for nature in (NatureDerogation.QUALIFICATION, NatureDerogation.EQUIPE):
        for derogation in dossier.derogations.valables(nature):
            yield f"À inscrire au contrat comme plan de formation : {derogation.contrepartie}"


def gestionnaires_distincts(dossier: Dossier) -> Iterator[Manque]:
    """Un espace de vie sociale qui renforce un centre social a un autre gestionnaire que lui (Circulaire 2012-013)."""
    voisin = centre_social_du_meme_gestionnaire(dossier)
    if voisin is not None:
        phrase = (
            f"Deux gestionnaires distincts sont attendus : {dossier.gestionnaire} gère déjà « {voisin} », centre "
            "social de ce territoire."
        )
        yield from manque(dossier, NatureDerogation.GESTIONNAIRES, phrase)


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


def _a_un_volet_familles(dossier: Dossier) -> bool:
    volet = dossier.projet is not None and dossier.projet.volet_familles
    return dossier.structure.est_centre_social and dossier.vise_un_agrement and volet


def _personne(poste: Poste) -> str:
    return sans_accents(f"{poste.prenom} {poste.nom}")


def _nom(poste: Poste) -> str:
    return f"{poste.prenom} {poste.nom}"


def _niveau(poste: Poste) -> str:
    return f"niveau {poste.niveau}" if poste.niveau else "diplôme non renseigné"


def _etp(valeur: Decimal) -> str:
    return f"{valeur.normalize():f} ETP".replace(".", ",")
