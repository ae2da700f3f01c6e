import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from centres import operations
from centres.choix import NiveauObjectif
from centres.models import Action, Axe, Enjeu, Indicateur, LigneBudget, Noeud, Objectif, ProjetFige, ProjetSocial
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import ProjetSocialFactory, SecteurFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

NOEUDS = [Enjeu, Axe, Objectif, Action, Indicateur, LigneBudget]


@pytest.fixture
def projet() -> ProjetSocial:
    return ProjetSocialFactory()


@pytest.fixture
def fige(projet: ProjetSocial) -> ProjetSocial:
    return operations.figer(projet, par=UtilisateurFactory(direction=True, structure=projet.structure))


def directrice(projet: ProjetSocial):
    return UtilisateurFactory(direction=True, structure=projet.structure)


def test_creer_un_projet_ouvre_une_version_1_vide() -> None:
    structure = StructureFactory()
    par = UtilisateurFactory(direction=True, structure=structure)
    projet = operations.creer_projet(structure, titre="Notre projet", par=par, debut=dt.date(2027, 1, 1))
    assert (projet.version, projet.est_fige, projet.structure) == (1, False, structure)
    assert EntreeDuJournal.objects.get(acte="creer_projet").acteur == par


def test_l_histoire_d_un_projet_est_entiere_et_n_est_pas_celle_de_sa_structure(projet: ProjetSocial) -> None:
    projet.titre = "Un autre titre"
    projet.save()
    types = set(EntreeDuJournal.objects.sur(projet).values_list("objet_type", flat=True))
    assert {"centres.projetsocial", "centres.axe", "centres.action", "centres.lignebudget"} <= types
    de_la_structure = EntreeDuJournal.objects.sur(projet.structure)
    assert {entree.objet_type for entree in de_la_structure} == {"centres.structure"}
    assert {entree.perimetre for entree in EntreeDuJournal.objects.sur(projet)} == {str(projet.caisse_id)}


@pytest.mark.parametrize("role", ["secretariat", "elu", "comptable", "responsable", "gestionnaire"])
def test_creer_un_projet_est_interdit_a_qui_n_est_pas_du_centre_ni_son_conseiller(role: str) -> None:
    structure = StructureFactory()
    par = UtilisateurFactory(role=role, caisse=structure.caisse)
    with pytest.raises(ActeInterdit):
        operations.creer_projet(structure, titre="Un projet", par=par)
    assert not ProjetSocial.objects.exists()


def test_le_contenu_dit_tout_en_valeurs_simples(projet: ProjetSocial) -> None:
    dit = operations.contenu(projet)
    axe = dit["axes"][0]
    general = axe["objectifs"][0]
    assert dit["debut"] == "2027-01-01"
    assert axe["enjeux"] == [dit["enjeux"][0]["cle"]]
    assert general["indicateurs"][0]["cible"] == "200"
    assert general["objectifs"][0]["actions"][0]["indicateurs"][0]["intitule"] == "Cafés tenus"
    assert [ligne["montant"] for ligne in dit["budget"]] == ["63600.00"] * 4


def test_figer_donne_une_empreinte_de_tout_le_contenu(projet: ProjetSocial) -> None:
    attendue = operations.empreinte(operations.contenu(projet))
    operations.figer(projet, par=directrice(projet))
    projet.refresh_from_db()
    assert projet.est_fige
    assert projet.empreinte == attendue == operations.empreinte(operations.contenu(projet))


@pytest.mark.parametrize("modele", NOEUDS)
def test_l_empreinte_change_avec_chaque_noeud(projet: ProjetSocial, modele: type[Noeud]) -> None:
    avant = operations.empreinte(operations.contenu(projet))
    modele._default_manager.filter(pk=modele._default_manager.first().pk).update(intitule="Autre chose")
    assert operations.empreinte(operations.contenu(projet)) != avant


@pytest.mark.parametrize("modele", NOEUDS)
def test_un_noeud_d_une_version_figee_ne_change_plus(fige: ProjetSocial, modele: type[Noeud]) -> None:
    noeud = modele._default_manager.first()
    noeud.intitule = "Autre chose"
    for geste in (noeud.save, noeud.delete):
        with pytest.raises(ProjetFige), transaction.atomic():
            geste()
    assert modele._default_manager.get(pk=noeud.pk).intitule != "Autre chose"


@pytest.mark.parametrize("modele", NOEUDS)
def test_un_noeud_lu_avant_que_la_version_soit_figee_ne_s_enregistre_plus(
    projet: ProjetSocial, modele: type[Noeud]
) -> None:
    noeud = modele._default_manager.first()
    assert noeud.projet == projet
    operations.figer(projet, par=directrice(projet))
    with pytest.raises(ProjetFige):
        noeud.save()


def test_une_version_figee_ne_recoit_ni_changement_ni_noeud_ni_suppression(fige: ProjetSocial) -> None:
    fige.titre = "Autre titre"
    for geste in (fige.save, fige.delete, lambda: fige.axes.create(intitule="Un axe de plus")):
        with pytest.raises(ProjetFige), transaction.atomic():
            geste()
    with pytest.raises(ProjetFige):
        operations.figer(fige, par=directrice(fige))


def test_la_nouvelle_version_est_une_copie_complete_et_modifiable(fige: ProjetSocial) -> None:
    suite = operations.nouvelle_version(fige, par=directrice(fige))
    assert (suite.serie, suite.version, suite.est_fige) == (fige.serie, 2, False)
    assert operations.contenu(suite) == operations.contenu(fige)
    assert operations.empreinte(operations.contenu(suite)) == fige.empreinte
    axe = suite.axes.get()
    assert axe.cle == fige.axes.get().cle
    assert axe.enjeux.get().projet == suite
    assert not set(axe.objectifs.values_list("pk")) & set(fige.axes.get().objectifs.values_list("pk"))
    axe.intitule = "Un autre axe"
    axe.save()


def test_la_nouvelle_version_attend_que_le_brouillon_soit_fige(fige: ProjetSocial) -> None:
    par = directrice(fige)
    operations.nouvelle_version(fige, par=par)
    with pytest.raises(ActeRefuse, match="version 2 est encore un brouillon"):
        operations.nouvelle_version(fige, par=par)
    assert ProjetSocial.objects.count() == 2


def test_copier_une_version_coute_autant_de_requetes_pour_un_petit_et_un_grand_arbre() -> None:
    petit, grand = ProjetSocialFactory(), ProjetSocialFactory()
    for n in range(6):
        axe = grand.axes.create(intitule=f"Axe {n}", ordre=n + 2)
        for m in range(3):
            axe.objectifs.create(intitule=f"Objectif {m}").actions.create(intitule="Action")
    comptes = []
    for projet in (petit, grand):
        par = directrice(projet)
        operations.figer(projet, par=par)
        with CaptureQueriesContext(connection) as requetes:
            operations.nouvelle_version(projet, par=par)
            operations.contenu(projet)
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


def test_un_noeud_nouveau_se_range_a_la_suite(projet: ProjetSocial) -> None:
    axe = operations.ajouter_noeud(Axe(projet=projet, intitule="Second axe"), par=directrice(projet))
    assert [a.intitule for a in projet.axes.all()][-1] == "Second axe"
    assert axe.ordre == 2


@pytest.mark.parametrize(("de", "attendu"), [(-1, [1, 0, 2]), (1, [0, 2, 1])])
def test_un_noeud_monte_et_descend(projet: ProjetSocial, de: int, attendu: list[int]) -> None:
    axes = [projet.axes.get(), *(projet.axes.create(intitule=f"Axe {n}") for n in range(2))]
    for axe in axes:
        axe.ordre = 0
        axe.save()
    operations.deplacer(axes[1], de=de, par=directrice(projet))
    assert list(projet.axes.all()) == [axes[n] for n in attendu]


def test_au_bord_un_noeud_reste_en_place(projet: ProjetSocial) -> None:
    axe = projet.axes.get()
    operations.deplacer(axe, de=-1, par=directrice(projet))
    assert projet.axes.get().ordre == axe.ordre


@pytest.mark.parametrize("geste", [operations.ajouter_noeud, operations.supprimer_noeud, operations.dupliquer])
def test_un_tiers_ne_touche_pas_a_un_brouillon(projet: ProjetSocial, geste) -> None:
    axe = projet.axes.get()
    axe.intitule = "Autre chose"
    with pytest.raises(ActeInterdit):
        geste(axe, par=UtilisateurFactory(direction=True, structure=StructureFactory(caisse=projet.structure.caisse)))
    assert projet.axes.get().intitule != "Autre chose"


def test_un_objectif_operationnel_n_en_porte_pas_d_autre(projet: ProjetSocial) -> None:
    operationnel = Objectif.objects.get(niveau=NiveauObjectif.OPERATIONNEL)
    trop_profond = Objectif(
        axe=operationnel.axe, parent=operationnel, niveau=NiveauObjectif.OPERATIONNEL, intitule="Trop profond"
    )
    with pytest.raises(Exception, match="sous un objectif général du même axe"):
        trop_profond.save()


def test_les_totaux_du_budget_donnent_le_solde_de_chaque_annee(projet: ProjetSocial) -> None:
    projet.lignes_budget.create(annee=2028, sens="charge", intitule="Loyer", montant=Decimal("400.00"))
    totaux = operations.totaux_du_budget(projet.lignes_budget.all())
    assert totaux[2027] == {"charges": Decimal("63600.00"), "produits": Decimal("63600.00"), "solde": Decimal(0)}
    assert totaux[2028]["solde"] == Decimal("-400.00")


def test_la_caf_ne_voit_un_brouillon_que_par_le_conseiller_qui_suit_la_structure(projet: ProjetSocial) -> None:
    caisse = projet.structure.caisse
    d_ailleurs = UtilisateurFactory(conseiller=True, caisse=caisse)
    SecteurFactory(caisse=caisse).conseillers.add(d_ailleurs)
    du_secteur = UtilisateurFactory(conseiller=True, caisse=caisse)
    secteur = SecteurFactory(caisse=caisse)
    secteur.conseillers.add(du_secteur)
    secteur.communes.add(projet.structure.commune)
    responsable = UtilisateurFactory(responsable=True, caisse=caisse)
    etranger = UtilisateurFactory(conseiller=True)
    voient = {"centre": directrice(projet), "secteur": du_secteur}
    for personne in voient.values():
        assert projet in ProjetSocial.objects.visibles_par(personne)
    for personne in (d_ailleurs, responsable, etranger):
        assert projet not in ProjetSocial.objects.visibles_par(personne)
    operations.figer(projet, par=voient["centre"])
    assert projet in ProjetSocial.objects.visibles_par(responsable)
    assert projet in ProjetSocial.objects.visibles_par(d_ailleurs)
    assert projet not in ProjetSocial.objects.visibles_par(etranger)


def test_une_version_figee_n_est_modifiable_par_personne(fige: ProjetSocial) -> None:
    assert not directrice(fige).has_perm("centres.modifier_projet", fige)
