"""La levée d'une séance de douze dossiers : le temps de l'acte, puis celui de tous ses écrits en PDF."""

import datetime as dt
import time
from typing import NamedTuple

from django.utils import timezone

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.seances import documents, operations
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Inscription, Instance, Mandat, Seance
from agrement.seances.regles import DE_LA_CLOTURE, SIEGES_DU_CONSEIL, Votes
from centres.models import Structure
from comptes.choix import Role
from comptes.models import Caisse, Utilisateur
from evaluation.models import Critere
from evaluation.operations import creer_grille_par_defaut

POINTS, PRESENTS = 12, 17
MOTIFS = "La gouvernance ne fait pas de place aux habitants. Le projet n'établit pas leur participation."


class Levee(NamedTuple):
    """`acte`, `impression` : secondes de calcul, le reste de la machine n'y compte pas. `ecrits` : leur nombre."""

    acte: float
    impression: float
    ecrits: int


def lever_et_imprimer(caisse: Caisse) -> Levee:
    """Douze points : un refus, un ajournement, un déport, un report, et neuf accords."""
    secretaire = Utilisateur.objects.creer(
        courriel="secretariat@mesure.example", prenom="Isabelle", nom="Mesure", caisse=caisse, role=Role.SECRETARIAT
    )
    creer_grille_par_defaut(caisse)
    seance = _seance_votee(caisse, secretaire)
    depart = time.process_time()
    operations.lever_la_seance(seance, par=secretaire)
    acte = time.process_time() - depart
    ecrits = documents.dans_l_ordre_d_impression(seance.documents.filter(sorte__in=DE_LA_CLOTURE))
    depart = time.process_time()
    for ecrit in ecrits:
        documents.rendre(ecrit)
    return Levee(acte, time.process_time() - depart, len(ecrits))


def _seance_votee(caisse: Caisse, secretaire: Utilisateur) -> Seance:
    conseil, *_ = operations.creer_instances(caisse)
    _pourvoir(conseil)
    jour = timezone.localdate()
    operations.planifier(
        instance=conseil, date=jour + dt.timedelta(days=56), date_limite=jour + dt.timedelta(days=42), par=secretaire
    )
    seance = operations.planifier(instance=conseil, date=jour, date_limite=jour, par=secretaire)
    Seance.circuit.executer(seance, "ouvrir_les_inscriptions", par=secretaire)
    for structure in Structure.objects.filter(caisse=caisse).order_by("-pk")[:POINTS]:
        operations.inscrire(_dossier(structure, secretaire), seance=seance, rapporteur="Claire Mesure", par=secretaire)
    Seance.circuit.executer(seance, "arreter", par=secretaire)
    for point in seance.inscriptions.en_attente():
        operations.valider_la_fiche(point, par=secretaire)
    operations.convoquer(seance, par=secretaire)
    Seance.circuit.executer(seance, "tenir", par=secretaire)
    operations.enregistrer_les_presences(seance, presents=list(seance.mandats())[:PRESENTS], par=secretaire)
    refuse, ajourne, deporte, _reporte, *autres = seance.inscriptions.en_attente()
    criteres = list(Critere.objects.filter(grille__caisse=caisse)[:2])
    operations.decider(
        refuse,
        type=TypeDecision.REFUS,
        votes=Votes(11, 4, 2, 0),
        motifs=MOTIFS,
        criteres=criteres,
        par=secretaire,
    )
    operations.decider(
        ajourne,
        type=TypeDecision.AJOURNEMENT,
        votes=Votes(14, 0, 3, 0),
        questions="Comment ?\nAvec qui ?",
        echeance=jour + dt.timedelta(days=56),
        par=secretaire,
    )
    membre = seance.presences.filter(present=True).select_related("mandat").first().mandat  # type: ignore[union-attr]
    operations.declarer_un_deport(deporte, mandat=membre, motif="Administre l'association.", par=secretaire)
    _accorder(deporte, Votes(15, 1, 0, 1), secretaire)
    for point in autres:
        _accorder(point, Votes(15, 1, 1, 0), secretaire)
    return seance


def _accorder(point: Inscription, votes: Votes, secretaire: Utilisateur) -> None:
    operations.decider(point, type=TypeDecision.ATTRIBUTION, votes=votes, duree_annees=3, par=secretaire)


def _pourvoir(conseil: Instance) -> None:
    """Vingt-quatre titulaires."""
    Mandat.objects.bulk_create(
        Mandat(
            instance=conseil,
            nom_complet=f"Membre {college} {rang}",
            college=college,
            debut=timezone.localdate() - dt.timedelta(days=1),
        )
        for college, sieges in SIEGES_DU_CONSEIL.items()
        for rang in range(sieges)
    )


def _dossier(structure: Structure, ouvert_par: Utilisateur) -> Dossier:
    rang = f"{structure.pk:04}"
    debut = dt.date(timezone.localdate().year + 20, 1, 1)
    return Dossier.objects.create(
        caisse=structure.caisse,
        numero=f"1999-{rang}",
        numero_d_enregistrement=f"E-1999-{rang}",
        type=TypeDossier.PREMIER_AGREMENT,
        statut=Statut.AVIS_RENDU,
        structure=structure,
        gestionnaire=structure.gestionnaire,
        ouvert_par=ouvert_par,
        debut_souhaite=debut,
        fin_souhaitee=debut.replace(year=debut.year + 3) - dt.timedelta(days=1),
        depose_le=timezone.now(),
        avis_rendu_le=timezone.localdate(),
    )
