"""Aucune impasse : chaque type de demande, quelle que soit la décision, se mène par des actes jusqu'à un état final."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from agrement.contrats import operations as contrats
from agrement.contrats.choix import StatutVersion
from agrement.contrats.workflow import CIRCUIT_DES_VERSIONS
from agrement.dossiers import operations
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import ETATS_FINAUX, ETATS_OUVERTS
from agrement.dossiers.workflow import CIRCUIT
from agrement.seances import operations as seances
from agrement.seances.choix import SensDecision, StatutSeance, TypeDecision
from agrement.seances.models import Decision, Seance
from agrement.seances.regles import DECISIONS_POSSIBLES, SENS, Votes
from comptes.models import Utilisateur
from evaluation.models import Critere
from tests.fabriques.contrats import signer_le_20, signer_le_22
from tests.fabriques.dossiers import Demande, un_pdf
from tests.fabriques.seances import SeanceFactory, conseil_au_complet, convoquee

CAS = [(type_, decision) for type_, decisions in DECISIONS_POSSIBLES.items() for decision in decisions]


def demande_de(type_: str) -> Demande:
    return Demande(type=type_, fin=dt.date(2028, 12, 31))


def complements(demande: Demande) -> None:
    """T04 et T05 : la Caf demande une pièce, le centre la donne."""
    piece = demande.caisse.types_de_piece.get(code="P01")
    echeance = timezone.localdate() + dt.timedelta(days=10)
    operations.demander_des_complements(
        demande.dossier, lignes=[(piece, "Illisible.")], echeance=echeance, par=demande.conseillere
    )
    demande.joindre("P01")
    operations.repondre_aux_complements(demande.dossier, par=demande.directrice)


def retour_au_porteur(demande: Demande) -> None:
    """T09 et T10 : un point à reprendre, le centre y répond et rend sa version."""
    point = operations.ouvrir_un_point(demande.dossier, sujet="Accueil", position="À revoir.", par=demande.conseillere)
    operations.rendre_au_porteur(demande.dossier, par=demande.conseillere)
    operations.prendre_position(point, dit=operations.Dit("C'est revu."), par=demande.directrice)
    operations.transmettre_la_version(demande.dossier, par=demande.directrice)
    operations.accepter_un_point(point, par=demande.conseillere)


@pytest.mark.parametrize("type_", TypeDossier)
def test_chaque_type_de_demande_traverse_toute_l_instruction(type_: str) -> None:
    demande = demande_de(type_)
    demande._deposer()
    complements(demande)
    demande._declarer_recevable()
    demande._ouvrir_la_negociation()
    retour_au_porteur(demande)
    demande._rendre_l_avis()
    assert demande.dossier.statut == Statut.AVIS_RENDU


# --- De l'avis à l'issue ------------------------------------------------------------------------------


def decider(demande: Demande, secretaire: Utilisateur, type_: str) -> Decision:
    """Inscrit le dossier, tient la séance le jour même et enregistre la décision."""
    jour = timezone.localdate()
    seance = SeanceFactory(
        instance=conseil_au_complet(demande.caisse), date=jour, date_limite=jour, statut=StatutSeance.OUVERTE
    )
    if demande.dossier.type == TypeDossier.SURSIS_RETRAIT:
        for sorte in ("avertissement", "audition"):
            operations.consigner_une_etape(
                demande.dossier, sorte=sorte, date=jour - dt.timedelta(days=1), resume="Faits rappelés.",
                fichier=un_pdf("lettre.pdf"), par=demande.conseillere,
            )  # fmt: skip
    seances.inscrire(demande.dossier, seance=seance, par=secretaire)
    Seance.circuit.executer(convoquee(seance, secretaire), "tenir", par=secretaire)
    seances.enregistrer_les_presences(seance, presents=list(seance.mandats())[:17], par=secretaire)
    return seances.decider(
        demande.dossier.inscription_en_cours(),
        type=type_,
        votes=Votes(15, 1, 1, 0),
        duree_annees=1,
        fin=demande.dossier.debut_souhaite + dt.timedelta(days=180),
        echeance=jour + dt.timedelta(days=60),
        effet_le=jour,
        motifs="Gouvernance.",
        criteres=Critere.objects.all()[:1],
        questions="Qui pilote ?",
        conditions="Réunir les habitants.",
        par=secretaire,
    )


def actes_proposes(dossier: Dossier, *personnes: Utilisateur | None) -> set[str]:
    """Les actes que ces personnes peuvent faire, hors la réouverture exceptionnelle et ceux qui n'ont pas d'objet."""
    dossier = Dossier.objects.get(pk=dossier.pk)
    return {
        acte.transition.nom
        for personne in personnes
        for acte in CIRCUIT.actes(dossier, personne)
        if acte.transition.nom != "rouvrir" and not any(manque.sans_objet for manque in acte.manques)
    }


def suivre_l_accord(demande: Demande) -> None:
    """La seule suite que le circuit propose : le contrat, ou la clôture sans lui."""
    (suite,) = actes_proposes(demande.dossier, demande.conseillere)
    if suite == "clore_sans_contrat":
        CIRCUIT.executer(demande.dossier, suite, par=demande.conseillere)
        return
    contrat = contrats.generer(demande.dossier, par=demande.conseillere)
    signer_le_20(contrat, demande.presidente, timezone.localdate())
    signer_le_22(contrat, demande.personne(presidence=True))


def suivre_le_refus(decision: Decision, secretaire: Utilisateur, horloge: time_machine.Traveller) -> None:
    jour = timezone.localdate()
    seances.enregistrer_la_reception(decision.notification, recue_le=jour, par=secretaire)
    assert actes_proposes(decision.dossier, secretaire) == {"enregistrer_un_recours"}
    horloge.move_to(dt.datetime(2027, 2, 23, 9, tzinfo=dt.UTC))
    seances.constater_les_fins_de_delai()


def suivre_l_ajournement(demande: Demande) -> None:
    seances.revenir_en_negociation(demande.dossier, reponse="La directrice.", par=demande.conseillere)
    porteurs = (demande.directrice, demande.responsable)
    par = next(personne for personne in porteurs if "retirer" in actes_proposes(demande.dossier, personne))
    CIRCUIT.executer(demande.dossier, "retirer", par=par, motif="Remis à l'an prochain.")


@pytest.mark.parametrize(("type_", "decidee"), CAS)
def test_quelle_que_soit_la_decision_le_dossier_a_une_issue(
    type_: str, decidee: str, le_jour_de_la_signature: time_machine.Traveller
) -> None:
    demande = demande_de(type_).menee_a(Statut.AVIS_RENDU)
    secretaire = demande.personne(secretariat=True)
    decision = decider(demande, secretaire, decidee)
    if SENS[decidee] == SensDecision.AJOURNEMENT:
        suivre_l_ajournement(demande)
    else:
        seances.notifier(decision, mode="lrar", envoyee_le=timezone.localdate(), par=secretaire)
        if SENS[decidee] == SensDecision.FAVORABLE:
            suivre_l_accord(demande)
        else:
            suivre_le_refus(decision, secretaire, le_jour_de_la_signature)
    assert Dossier.objects.get(pk=demande.dossier.pk).statut in ETATS_FINAUX


@pytest.mark.parametrize(("accueilli", "etat"), [(True, Statut.NEGOCIATION), (False, Statut.CLOS_REFUS)])
def test_un_recours_a_ses_deux_issues(accueilli: bool, etat: str) -> None:
    demande = demande_de(TypeDossier.AVENANT).menee_a(Statut.AVIS_RENDU)
    secretaire = demande.personne(secretariat=True)
    decision = decider(demande, secretaire, TypeDecision.REFUS)
    jour = timezone.localdate()
    seances.notifier(decision, mode="lrar", envoyee_le=jour, par=secretaire)
    recours = seances.enregistrer_un_recours(decision, type="gracieux", date=jour, par=secretaire)
    seances.repondre_au_recours(recours, accueilli=accueilli, reponse="Vu.", par=demande.responsable)
    assert Dossier.objects.get(pk=demande.dossier.pk).statut == etat


@pytest.mark.parametrize(
    ("type_", "decidee", "suite"),
    [
        (TypeDossier.PREMIER_AGREMENT, TypeDecision.ATTRIBUTION, "mettre_en_signature"),
        (TypeDossier.PREFIGURATION, TypeDecision.ATTRIBUTION, "mettre_en_signature"),
        (TypeDossier.AVENANT, TypeDecision.MAINTIEN, "clore_sans_contrat"),
        (TypeDossier.SURSIS_RETRAIT, TypeDecision.SURSIS, "clore_sans_contrat"),
    ],
)
def test_un_accord_a_un_contrat_si_et_seulement_s_il_ouvre_une_periode(type_: str, decidee: str, suite: str) -> None:
    demande = demande_de(type_).menee_a(Statut.AVIS_RENDU)
    secretaire = demande.personne(secretariat=True)
    decision = decider(demande, secretaire, decidee)
    seances.notifier(decision, mode="lrar", envoyee_le=timezone.localdate(), par=secretaire)
    assert actes_proposes(demande.dossier, demande.conseillere) == {suite}
    manques = list(contrats.manques_pour_generer(demande.dossier))
    assert bool(manques) is (suite == "clore_sans_contrat")


def test_tout_etat_ouvert_est_le_depart_d_un_acte_ordinaire() -> None:
    """À la signature, c'est la version du contrat qui avance, et que la Caf peut rappeler."""
    assert any(acte.permission and StatutVersion.EN_SIGNATURE in acte.de for acte in CIRCUIT_DES_VERSIONS.transitions)
    departs = {etat for acte in CIRCUIT.transitions if acte.permission and acte.nom != "rouvrir" for etat in acte.de}
    assert departs | {Statut.EN_SIGNATURE} >= ETATS_OUVERTS
