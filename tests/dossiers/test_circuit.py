"""Le circuit d'un dossier : qui peut quoi dans quel état, d'après la table du domaine."""

import pytest

from agrement.dossiers.choix import Statut as Etat
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import ATTENDU, BADGES, ETATS_FINAUX, PHASES
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_COMPLEMENTS, CIRCUIT_PIECE, CIRCUIT_POINT
from comptes.choix import ROLES_DU_CENTRE, Role
from comptes.models import Utilisateur
from socle.workflow import NAISSANCE, ActeInterdit, ActeRefuse
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import DossierFactory

HORLOGE = None
CENTRE = {Role.DIRECTION, Role.GESTIONNAIRE}
CENTRE_OU_CONSEIL = {*CENTRE, Role.CONSEILLER}
INSTRUCTION = {Role.CONSEILLER, Role.RESPONSABLE}
AVANT_L_INSCRIPTION = {
    Etat.DEPOSE, Etat.INCOMPLET, Etat.RECEVABLE, Etat.NEGOCIATION, Etat.RETOUR_PORTEUR, Etat.AVIS_RENDU,
}  # fmt: skip

# Écrite à la main depuis le domaine (§9.1 et §9.4) : acte → (états de départ, état d'arrivée, qui).
TABLE = {
    "ouvrir": ({NAISSANCE}, Etat.BROUILLON, {*CENTRE_OU_CONSEIL, Role.ADMINISTRATION}),
    "deposer": ({Etat.BROUILLON}, Etat.DEPOSE, CENTRE_OU_CONSEIL),
    "abandonner": ({Etat.BROUILLON}, Etat.RETIRE, CENTRE),
    "demander_des_complements": ({Etat.DEPOSE}, Etat.INCOMPLET, INSTRUCTION),
    "repondre_aux_complements": ({Etat.INCOMPLET}, Etat.DEPOSE, CENTRE_OU_CONSEIL),
    "retirer_la_demande_de_complements": ({Etat.INCOMPLET}, Etat.DEPOSE, INSTRUCTION),
    "declarer_irrecevable": ({Etat.DEPOSE, Etat.INCOMPLET}, Etat.IRRECEVABLE, {Role.RESPONSABLE}),
    "declarer_recevable": ({Etat.DEPOSE}, Etat.RECEVABLE, INSTRUCTION),
    "ouvrir_la_negociation": ({Etat.RECEVABLE}, Etat.NEGOCIATION, INSTRUCTION),
    "rendre_au_porteur": ({Etat.NEGOCIATION}, Etat.RETOUR_PORTEUR, INSTRUCTION),
    "transmettre_la_version": ({Etat.RETOUR_PORTEUR}, Etat.NEGOCIATION, CENTRE_OU_CONSEIL),
    "rendre_l_avis": ({Etat.NEGOCIATION}, Etat.AVIS_RENDU, {Role.RESPONSABLE}),
    "reprendre_la_negociation": ({Etat.AVIS_RENDU}, Etat.NEGOCIATION, {Role.RESPONSABLE}),
    "inscrire": ({Etat.AVIS_RENDU}, Etat.INSCRIT, {Role.SECRETARIAT}),
    "desinscrire": ({Etat.INSCRIT}, Etat.AVIS_RENDU, {Role.SECRETARIAT}),
    "ajourner": ({Etat.INSCRIT}, Etat.AJOURNE, {Role.SECRETARIAT}),
    "revenir_en_negociation": ({Etat.AJOURNE}, Etat.NEGOCIATION, INSTRUCTION),
    "reinscrire": ({Etat.AJOURNE}, Etat.INSCRIT, {Role.SECRETARIAT}),
    "accorder": ({Etat.INSCRIT}, Etat.ACCORDE, {Role.SECRETARIAT}),
    "refuser": ({Etat.INSCRIT}, Etat.REFUSE, {Role.SECRETARIAT}),
    "notifier": ({Etat.ACCORDE, Etat.REFUSE}, Etat.NOTIFIE, {Role.SECRETARIAT}),
    "mettre_en_signature": ({Etat.NOTIFIE}, Etat.EN_SIGNATURE, {Role.CONSEILLER}),
    "clore_par_le_contrat": ({Etat.EN_SIGNATURE}, Etat.CLOS_AGREE, {HORLOGE}),
    "clore_sans_contrat": ({Etat.NOTIFIE}, Etat.CLOS_AGREE, {Role.CONSEILLER}),
    "enregistrer_un_recours": ({Etat.NOTIFIE, Etat.CLOS_REFUS}, Etat.RECOURS, {Role.SECRETARIAT}),
    "accueillir_le_recours": ({Etat.RECOURS}, Etat.NEGOCIATION, {Role.RESPONSABLE}),
    "rejeter_le_recours": ({Etat.RECOURS}, Etat.CLOS_REFUS, {Role.RESPONSABLE}),
    "constater_le_rejet_implicite": ({Etat.RECOURS}, Etat.CLOS_REFUS, {HORLOGE}),
    "constater_la_fin_du_delai": ({Etat.NOTIFIE}, Etat.CLOS_REFUS, {HORLOGE}),
    "retirer": (AVANT_L_INSCRIPTION, Etat.RETIRE, CENTRE),
    "rouvrir": (set(Etat) - {Etat.BROUILLON, Etat.DEPOSE}, Etat.DEPOSE, {Role.ADMINISTRATION}),
    "revenir_sur_la_decision": ({Etat.ACCORDE, Etat.REFUSE, Etat.NOTIFIE}, Etat.AVIS_RENDU, {Role.RESPONSABLE}),
}  # fmt: skip


@pytest.fixture
def dossier() -> Dossier:
    return DossierFactory()


def acteurs(dossier: Dossier) -> dict[str | None, Utilisateur | None]:
    """Une personne par rôle, attachée à la structure si elle est du centre ; et l'horloge."""
    personnes: dict[str | None, Utilisateur | None] = {HORLOGE: None}
    for role in Role:
        structure = dossier.structure if role in ROLES_DU_CENTRE else None
        personnes[role] = UtilisateurFactory(role=role, structure=structure, caisse=dossier.caisse)
    return personnes


def actes_permis(dossier: Dossier, statut: str) -> set[tuple[str, str | None]]:
    dossier.statut = statut
    return {
        (transition.nom, role)
        for role, personne in acteurs(dossier).items()
        for transition in CIRCUIT.transitions
        if statut in transition.de and CIRCUIT.autorise(dossier, transition, personne)
    }


@pytest.mark.django_db
@pytest.mark.parametrize("statut", [NAISSANCE, *Etat])
def test_dans_cet_etat_chaque_role_fait_les_actes_de_la_table_et_eux_seuls(dossier: Dossier, statut: str) -> None:
    attendus = {(nom, qui) for nom, (de, _, roles) in TABLE.items() for qui in roles if statut in de}
    assert actes_permis(dossier, statut) == attendus


def test_chaque_acte_part_et_arrive_ou_la_table_le_dit() -> None:
    circuit = {transition.nom: (set(transition.de), transition.vers) for transition in CIRCUIT.transitions}
    assert circuit == {nom: (de, vers) for nom, (de, vers, _) in TABLE.items()}


def test_chaque_numero_du_domaine_a_sa_transition() -> None:
    assert {transition.numero for transition in CIRCUIT.transitions} == {f"T{n:02d}" for n in range(1, 28)}


@pytest.mark.parametrize("statut", sorted(ETATS_FINAUX))
def test_d_un_etat_final_ne_repartent_que_la_reouverture_et_le_recours_au_juge(statut: str) -> None:
    au_juge = {"enregistrer_un_recours"} if statut == Etat.CLOS_REFUS else set()
    assert {nom for nom, (de, _, _) in TABLE.items() if statut in de} == {"rouvrir"} | au_juge


@pytest.mark.parametrize(
    ("statut", "acte"),
    [
        (Etat.BROUILLON, "accorder"),
        (Etat.AVIS_RENDU, "accorder"),
        (Etat.ACCORDE, "retirer"),
        (Etat.INSCRIT, "retirer"),
        (Etat.CLOS_AGREE, "retirer"),
        (Etat.IRRECEVABLE, "deposer"),
    ],
)
@pytest.mark.django_db
def test_les_sauts_interdits_sont_refuses_a_tous(statut: str, acte: str) -> None:
    dossier = DossierFactory(statut=statut)
    for personne in acteurs(dossier).values():
        with pytest.raises(ActeRefuse):
            CIRCUIT.executer(dossier, acte, par=personne, motif="Essai.")
    dossier.refresh_from_db()
    assert dossier.statut == statut


@pytest.mark.django_db
@pytest.mark.parametrize("acte", ["ajourner", "accorder", "refuser"])
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECRETARIAT}))
def test_seul_le_secretariat_enregistre_un_vote(acte: str, role: str) -> None:
    dossier = DossierFactory(statut=Etat.INSCRIT)
    with pytest.raises(ActeInterdit):
        CIRCUIT.executer(dossier, acte, par=acteurs(dossier)[role])


@pytest.mark.django_db
def test_un_acte_a_motif_est_refuse_sans_motif() -> None:
    dossier = DossierFactory(statut=Etat.DEPOSE)
    directrice = acteurs(dossier)[Role.DIRECTION]
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        CIRCUIT.executer(dossier, "retirer", par=directrice, motif="  ")
    CIRCUIT.executer(dossier, "retirer", par=directrice, motif="Le projet est remis à l'an prochain.")
    assert (dossier.statut, dossier.clos_le is not None) == (Etat.RETIRE, True)


@pytest.mark.parametrize("table", [BADGES, ATTENDU, PHASES])
def test_chaque_etat_a_son_badge_son_attente_et_son_etape(table: dict[str, object]) -> None:
    assert set(table) == set(Etat)


@pytest.mark.parametrize("circuit", [CIRCUIT, CIRCUIT_COMPLEMENTS, CIRCUIT_PIECE, CIRCUIT_POINT])
def test_chaque_acte_a_un_libelle_et_un_nom_unique(circuit: object) -> None:
    noms = [transition.nom for transition in circuit.transitions]
    assert len(noms) == len(set(noms))
    assert all(transition.libelle for transition in circuit.transitions)
