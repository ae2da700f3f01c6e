"""Ce qu'il manque à un dossier pour chaque acte, en phrases. Une garde ne lit que des faits enregistrés.

Les séances, décisions, recours et contrats vivent au-dessus : on les atteint par leurs relations inverses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from agrement.dossiers.choix import StatutPiece, StatutPoint
from agrement.dossiers.regles import PIECES_DU_DEPOT, codes_manquants, duree_admise, volet_familles_exige
from centres.choix import Fonction, SituationStructure
from evaluation.models import Critere
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier


def _onglet(dossier: Dossier, onglet: str) -> str:
    return dossier.adresse("dossiers:onglet", onglet=onglet)


# T01 – ouvrir


def structure_ouverte(dossier: Dossier) -> Iterator[Manque]:
    if dossier.structure.situation == SituationStructure.FERMEE:
        yield Manque("La structure est fermée : aucune demande ne peut être ouverte pour elle.")
    jumeaux = type(dossier).objects.ouverts().filter(
        structure=dossier.structure, type=dossier.type, debut_souhaite=dossier.debut_souhaite
    )
    if (jumeau := jumeaux.first()) is not None:
        yield Manque(
            f"Le dossier {jumeau.numero} est déjà ouvert pour cette structure, ce type et cette période : reprenez-le.",
            jumeau.get_absolute_url(),
        )


# T02 – déposer


def projet_transmissible(dossier: Dossier) -> Iterator[Manque]:
    projet = dossier.projet
    onglet = _onglet(dossier, "projet")
    if projet is None:
        yield Manque("Rédigez le projet social.", onglet)
        return
    if not projet.date_d_adoption or not projet.instance_d_adoption:
        yield Manque("Indiquez l'instance du centre qui a adopté le projet, et la date.", onglet)
    elif projet.date_d_adoption > timezone.localdate():
        yield Manque("La date d'adoption du projet est dans l'avenir : corrigez-la.", onglet)
    if not projet.axes.exists():
        yield Manque("Le projet n'a aucun axe : ajoutez-en au moins un.", onglet)


def pieces_du_depot(dossier: Dossier) -> Iterator[Manque]:
    presentes = set(dossier.pieces.en_vigueur().values_list("type__code", flat=True))
    libelles = dict(dossier.caisse.types_de_piece.values_list("code", "libelle"))
    for code in codes_manquants(PIECES_DU_DEPOT, presentes):
        yield Manque(f"Pièce {code} manquante : {libelles.get(code, 'pièce obligatoire')}.", _onglet(dossier, "pieces"))


def transmissible(dossier: Dossier) -> Iterator[Manque]:
    yield from projet_transmissible(dossier)
    yield from pieces_du_depot(dossier)


# T04, T05 – compléments


def complements_demandes(dossier: Dossier) -> Iterator[Manque]:
    if not dossier.demandes_de_complements.filter(repondue_le=None).exists():
        yield Manque("Dites quelles pièces manquent, pourquoi, et jusqu'à quand.", saisie=True)


def complements_rendus(dossier: Dossier) -> Iterator[Manque]:
    for demande in dossier.demandes_de_complements.filter(repondue_le=None):
        for ligne in demande.lignes.filter(reponse=None).select_related("type_de_piece"):
            yield Manque(f"Réponse attendue – {ligne}", _onglet(dossier, "pieces"))


# T07 – recevable


def pieces_conformes(dossier: Dossier) -> Iterator[Manque]:
    """Toutes les pièces obligatoires de ce type de demande, déclarées conformes."""
    conformes = set(
        dossier.pieces.en_vigueur().filter(statut=StatutPiece.CONFORME).values_list("type__code", flat=True)
    )
    for code, libelle in dossier.pieces_obligatoires():
        if code not in conformes:
            yield Manque(f"Pièce {code} à déclarer conforme : {libelle}.", _onglet(dossier, "pieces"))
    projet = dossier.projet
    if projet and projet.date_d_adoption and dossier.depose_le:
        if projet.date_d_adoption > timezone.localdate(dossier.depose_le):
            yield Manque("Le projet a été adopté par le centre après son dépôt : demandez des compléments.")


# T08, T09, T10 – négociation


def reunion_de_lancement(dossier: Dossier) -> Iterator[Manque]:
    if dossier.negociation_ouverte_le is None:
        yield Manque("Indiquez la date de la réunion de lancement.", saisie=True)


def un_point_a_reprendre(dossier: Dossier) -> Iterator[Manque]:
    if not dossier.points.a_reprendre().exists():
        yield Manque("Demandez au centre de reprendre au moins un point.", _onglet(dossier, "negociation"))


def nouvelle_version_transmissible(dossier: Dossier) -> Iterator[Manque]:
    for point in dossier.points.a_reprendre():
        yield Manque(f"Répondez au point : {point.sujet}.", _onglet(dossier, "negociation"))
    if dossier.projet is None or dossier.projet.est_fige:
        yield Manque("Écrivez la nouvelle version du projet.", _onglet(dossier, "projet"))
    yield from projet_transmissible(dossier)


# T11 – avis


def grille_complete(dossier: Dossier) -> Iterator[Manque]:
    if dossier.projet is None:
        return
    for critere in Critere.objects.sans_note(dossier.projet):
        yield Manque(f"Critère à noter : {critere.intitule}.", _onglet(dossier, "analyse"))


def points_clos(dossier: Dossier) -> Iterator[Manque]:
    for point in dossier.points.ouverts():
        yield Manque(f"Point encore ouvert : {point.sujet}.", _onglet(dossier, "negociation"))
    if dossier.points.filter(statut=StatutPoint.RESERVE).exists() and not dossier.reserves.exists():
        yield Manque("Un point est repris en réserve : écrivez la réserve et son échéance.",
                     _onglet(dossier, "negociation"))


def volet_familles(dossier: Dossier) -> Iterator[Manque]:
    exige = volet_familles_exige(
        centre_social=dossier.structure.est_centre_social,
        debut=dossier.debut_souhaite,
        obligatoire_le=dossier.caisse.date("volet_familles_obligatoire_le"),
    )
    if exige and not (dossier.projet and dossier.projet.volet_familles):
        yield Manque("Le volet familles est obligatoire pour un centre social à cette date : il manque au projet.",
                     _onglet(dossier, "projet"))


def qualification_de_la_direction(dossier: Dossier) -> Iterator[Manque]:
    """Le niveau et le temps plein attendus d'un centre social, ou une dérogation."""
    if not dossier.structure.est_centre_social or dossier.derogations.exists():
        return
    directeur = dossier.structure.titulaire(Fonction.DIRECTION)
    niveau = dossier.caisse.entier("niveau_minimal_direction")
    if directeur is None:
        yield Manque("Aucune personne à la direction : complétez l'équipe ou accordez une dérogation.",
                     _onglet(dossier, "analyse"))
    elif (directeur.niveau or 0) < niveau or directeur.etp < 1:
        yield Manque(
            f"La direction n'a pas le niveau {niveau} à temps plein : accordez une dérogation datée.",
            _onglet(dossier, "analyse"),
        )


def avis_redige(dossier: Dossier) -> Iterator[Manque]:
    avis = getattr(dossier, "avis", None)
    if avis is None:
        yield Manque("Rédigez l'avis technique.", _onglet(dossier, "analyse"))
        return
    maximum = dossier.caisse.entier("duree_max_annees")
    if avis.est_favorable and not duree_admise(avis.duree_proposee or 0, maximum):
        yield Manque(f"La durée proposée doit être de 1 à {maximum} ans.", _onglet(dossier, "analyse"))
    if avis.est_favorable and dossier.projet:
        for critere in Critere.objects.bloques(dossier.projet):
            yield Manque(f"Un avis favorable est impossible : « {critere.intitule} » est noté 0.",
                         _onglet(dossier, "analyse"))


def avis_possible(dossier: Dossier) -> Iterator[Manque]:
    yield from grille_complete(dossier)
    yield from points_clos(dossier)
    yield from volet_familles(dossier)
    yield from qualification_de_la_direction(dossier)
    yield from avis_redige(dossier)


# T13 à T19 – instances : les faits sont des inscriptions et des décisions


def inscription_faite(dossier: Dossier) -> Iterator[Manque]:
    inscription = dossier.inscription_en_cours()
    if inscription is None:
        yield Manque("Choisissez la séance.", saisie=True)
    else:
        yield from inscription.manques()


def inscription_retiree(dossier: Dossier) -> Iterator[Manque]:
    if dossier.inscription_en_cours() is not None:
        yield Manque("Retirez d'abord le point de l'ordre du jour.", saisie=True)


def decision_d_ajournement(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision(dossier, "ajournement")


def decision_favorable(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision(dossier, "favorable")


def decision_defavorable(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision(dossier, "defavorable")


def _decision(dossier: Dossier, sens: str) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or decision.est_notifiee or decision.sens != sens:
        yield Manque("Enregistrez le vote de l'instance.", saisie=True)
    else:
        yield from decision.manques()


def reponse_a_l_ajournement(dossier: Dossier) -> Iterator[Manque]:
    passage = dossier.dernier_ajournement()
    if passage is None or not passage.reponse.strip():
        yield Manque("Enregistrez la réponse aux questions de l'instance.", saisie=True)


def reponse_et_inscription(dossier: Dossier) -> Iterator[Manque]:
    yield from reponse_a_l_ajournement(dossier)
    yield from inscription_faite(dossier)


def notification_prete(dossier: Dossier) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or not decision.est_notifiee:
        yield Manque("Indiquez le mode et la date d'envoi de la lettre.", saisie=True)


# T20, T21 – contrat


def contrat_genere(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "favorable")
    if not dossier.contrats.exists():
        yield Manque("Générez le contrat.", saisie=True)


def contrat_signe(dossier: Dossier) -> Iterator[Manque]:
    contrat = dossier.contrats.order_by("-pk").first()
    if contrat is None:
        yield Manque("Générez le contrat.")
    else:
        yield from contrat.manques_pour_sceller()


# T22 à T24 – recours


def _decision_notifiee(dossier: Dossier, sens: str) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or decision.sens != sens:
        mot = {"favorable": "un accord", "defavorable": "un refus"}[sens]
        yield Manque(f"Cet acte suit {mot} ; la décision notifiée en est un autre.")


def recours_enregistre(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "defavorable")
    decision = dossier.derniere_decision()
    if decision is not None:
        yield from decision.manques_pour_le_recours()


def recours_accueilli(dossier: Dossier) -> Iterator[Manque]:
    yield from _issue_du_recours(dossier, accueilli=True)


def recours_rejete(dossier: Dossier) -> Iterator[Manque]:
    yield from _issue_du_recours(dossier, accueilli=False)


def _issue_du_recours(dossier: Dossier, *, accueilli: bool) -> Iterator[Manque]:
    decision = dossier.derniere_decision()
    if decision is None or not decision.recours_juge(accueilli=accueilli):
        yield Manque("Enregistrez la réponse au recours.", saisie=True)


def delai_de_recours_passe(dossier: Dossier) -> Iterator[Manque]:
    yield from _decision_notifiee(dossier, "defavorable")
    decision = dossier.derniere_decision()
    if decision is not None and not decision.delai_de_recours_passe():
        yield Manque("Le délai de recours court encore.")


# T26 – rouvrir


def aucun_contrat_signe(dossier: Dossier) -> Iterator[Manque]:
    if dossier.contrats.filter(signe_le__isnull=False).exists():
        yield Manque("Un contrat est signé : il se modifie par avenant, le dossier ne se rouvre pas.")
