"""Ce qu'il manque pour ouvrir, déposer, compléter et rouvrir une demande."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse

from agrement.dossiers.regles import (
    AVEC_PROJET,
    OUVERTES_PAR_LA_CAF,
    codes_manquants,
    ecarts_de_periode,
)
from agrement.dossiers.workflow.gardes.complements import lignes_a_rendre
from centres import coherence
from centres.choix import SituationStructure
from centres.operations import est_vise
from comptes.choix import Role
from comptes.regles import VISA
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier


def onglet(dossier: Dossier, nom: str) -> str:
    return dossier.adresse("dossiers:onglet", onglet=nom)


# T01 – ouvrir


def demande_admise(dossier: Dossier) -> Iterator[Manque]:
    if dossier.structure.situation == SituationStructure.FERMEE:
        yield Manque("La structure est fermée : aucune demande ne peut être ouverte pour elle.")
    for ecart in ecarts_de_periode(
        dossier.type,
        dossier.debut_souhaite,
        dossier.fin_souhaitee,
        annees=dossier.caisse.entier("duree_max_annees"),
        mois_de_prefiguration=dossier.caisse.entier("duree_max_prefiguration_mois"),
    ):
        yield Manque(ecart)
    if dossier.type in OUVERTES_PAR_LA_CAF and dossier.ouvert_par is not None and dossier.ouvert_par.est_du_centre:
        yield Manque("La Caf seule ouvre une procédure de sursis ou de retrait.")
    yield from aucun_jumeau(dossier)


def aucun_jumeau(dossier: Dossier) -> Iterator[Manque]:
    jumeaux = type(dossier).objects.jumeaux(dossier.structure, dossier.type, dossier.debut_souhaite)
    jumeau = jumeaux.exclude(pk=dossier.pk).first()
    if jumeau is not None:
        yield Manque(
            f"Le dossier {jumeau.numero} est déjà ouvert pour cette structure, ce type et cette période : reprenez-le.",
            jumeau.get_absolute_url(),
        )


# T02 – déposer


def projet_transmissible(dossier: Dossier) -> Iterator[Manque]:
    """Ce que les règles de cohérence empêchent, avec la sévérité que la Caisse donne à chacune."""
    if dossier.projet is not None:
        for remarque in coherence.bloquantes(dossier.projet):
            yield Manque(remarque.texte, remarque.adresse)
    elif dossier.type in AVEC_PROJET:
        yield Manque("Rédigez le projet social.", onglet(dossier, "projet"))


def projet_vise(dossier: Dossier) -> Iterator[Manque]:
    """La présidence a validé le texte tel qu'il part, si la Caisse le demande. Une version figée garde son visa."""
    projet = dossier.projet
    if projet is None or not visa_demande(dossier) or est_vise(projet):
        return
    adresse = reverse("centres:projet_viser", args=[projet.pk])
    if projet.visas.exists():
        yield Manque("Le projet a changé depuis sa validation : la présidence doit le valider de nouveau.", adresse)
    else:
        yield Manque("La présidence du gestionnaire n'a pas encore validé le projet.", adresse)


def visa_demande(dossier: Dossier) -> bool:
    """Ce que règle la Caisse : toujours, jamais, ou quand la présidence de la structure a un compte ouvert."""
    regle = dossier.caisse.parametre(VISA)
    if regle != "si_un_compte":
        return regle == "toujours"
    comptes = dossier.structure.rattachements.filter(utilisateur__is_active=True)
    return comptes.filter(utilisateur__role=Role.GESTIONNAIRE).exists()


def version_a_figer(dossier: Dossier) -> Iterator[Manque]:
    """L'écran de l'acte fige la version en même temps qu'il transmet : jamais l'un sans l'autre."""
    if dossier.projet is not None and not dossier.projet.est_fige:
        yield Manque("La version du projet se fige en transmettant, depuis la page du dossier.", saisie=True)


def pieces_du_depot(dossier: Dossier) -> Iterator[Manque]:
    exigees = dict(dossier.types_exiges().filter(exigee_au_depot=True).values_list("code", "libelle"))
    presentes = dossier.pieces.en_vigueur().values_list("type__code", flat=True)
    for code in codes_manquants(exigees, presentes):
        yield Manque(f"Pièce {code} manquante : {exigees[code]}.", f"{onglet(dossier, 'pieces')}#{code}")


def transmissible(dossier: Dossier) -> Iterator[Manque]:
    yield from projet_transmissible(dossier)
    yield from projet_vise(dossier)
    yield from pieces_du_depot(dossier)
    yield from version_a_figer(dossier)


# T04, T05 – compléments


def complements_demandes(dossier: Dossier) -> Iterator[Manque]:
    if not dossier.demandes_de_complements.ouvertes().exists():
        yield Manque("Dites ce qui manque, pourquoi, et jusqu'à quand.", saisie=True)


def complements_rendus(dossier: Dossier) -> Iterator[Manque]:
    if (demande := dossier.demande_ouverte()) is not None:
        yield from lignes_a_rendre(demande)
        yield from version_a_figer(dossier)


def complements_retires(dossier: Dossier) -> Iterator[Manque]:
    """L'écran de l'acte annule la demande en même temps qu'il reprend le dossier : jamais l'un sans l'autre."""
    if dossier.demande_ouverte() is not None:
        yield Manque("La demande de compléments se retire depuis la page du dossier.", saisie=True)


# T26 – rouvrir


def reouverture_admise(dossier: Dossier) -> Iterator[Manque]:
    if dossier.depose_le is None:
        yield Manque("Ce dossier n'a jamais été transmis à la Caf : il ne se rouvre pas.", sans_objet=True)
    if dossier.contrats.filter(signe_le__isnull=False).exists():
        yield Manque("Un contrat est signé : il se modifie par avenant, le dossier ne se rouvre pas.")
    if dossier.inscription_en_cours() is not None:
        yield Manque("Le dossier est inscrit à une séance : le secrétariat doit d'abord l'en retirer.")
    yield from aucun_jumeau(dossier)
