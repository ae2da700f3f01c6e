import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError

from agrement.seances.choix import College, StatutSeance, TypeInstance
from agrement.seances.models import Instance, Mandat, Seance
from agrement.seances.operations import (
    composer,
    convoquer,
    creer_instances,
    enregistrer_les_presences,
    modifier,
    planifier,
    valider_la_fiche,
)
from agrement.seances.regles import SIEGES_DU_CONSEIL, ReglesDeVote, Votes, compter_le_quorum, majorite_favorable
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.seances import InscriptionFactory, InstanceFactory, MandatFactory, SeanceFactory, seance_tenue

REGLES = ReglesDeVote(
    quorum=Decimal(50),
    pouvoirs_par_membre=1,
    pouvoirs_au_quorum=False,
    deportes_hors_des_membres=False,
    majorite="exprimes",
    voix_preponderante=False,
)
DATES = {"date": dt.date(2027, 2, 8), "date_limite": dt.date(2027, 1, 25)}


def secretariat(instance):
    return UtilisateurFactory(secretariat=True, caisse=instance.caisse)


def test_une_caf_recoit_ses_deux_instances_une_seule_fois():
    caisse = CaisseFactory()
    creer_instances(caisse)
    creer_instances(caisse)
    assert [(instance.type, instance.nom_entier) for instance in caisse.instances.all()] == [
        (TypeInstance.CONSEIL, "Conseil d'administration de la Caf"),
        (TypeInstance.ACTION_SOCIALE, "Commission d'action sociale"),
    ]


def test_un_conseil_a_vingt_quatre_sieges_et_pas_un_de_plus_par_college():
    assert sum(SIEGES_DU_CONSEIL.values()) == 24
    instance = InstanceFactory()
    composer(instance)
    MandatFactory.create_batch(4, instance=instance, college=College.FAMILLES)
    with pytest.raises(Exception, match="les 4 sièges sont pourvus"):
        MandatFactory.build(instance=instance, college=College.FAMILLES).full_clean(exclude=["utilisateur"])
    MandatFactory.build(instance=instance, college=College.FAMILLES, titulaire=False).full_clean(
        exclude=["utilisateur"]
    )


@pytest.mark.parametrize(
    ("presents", "membres", "pourcentage", "atteint"),
    [
        (12, 24, 50, False),
        (13, 24, 50, True),
        (0, 0, 50, False),
        (1, 1, 50, True),
        (16, 24, 66, True),
        (15, 24, 66, False),
        (1, 24, 0, True),
        (0, 24, 0, False),
        (24, 24, 100, False),
    ],
)
def test_le_quorum_se_depasse(presents, membres, pourcentage, atteint):
    quorum = compter_le_quorum(
        presents=presents,
        representes=0,
        deportes=0,
        membres=membres,
        regles=REGLES._replace(quorum=Decimal(pourcentage)),
    )
    assert quorum.atteint is atteint


@pytest.mark.parametrize(
    ("reglees", "comptes", "membres", "requis"),
    [
        ({}, 12, 24, 13),
        ({"deportes_hors_des_membres": True}, 12, 23, 12),
        ({"pouvoirs_au_quorum": True}, 14, 24, 13),
    ],
)
def test_deports_et_pouvoirs_comptent_au_quorum_comme_la_caisse_le_regle(reglees, comptes, membres, requis):
    """Treize présents dont un se déporte, et deux représentés."""
    regles = REGLES._replace(**reglees)
    quorum = compter_le_quorum(presents=13, representes=2, deportes=1, membres=24, regles=regles)
    assert (quorum.comptes, quorum.membres, quorum.requis) == (comptes, membres, requis)


@pytest.mark.parametrize(
    ("votes", "reglees", "presidence_pour", "favorable"),
    [
        (Votes(9, 8, 0, 0), {}, False, True),
        (Votes(8, 8, 1, 0), {}, True, False),
        (Votes(8, 8, 1, 0), {"voix_preponderante": True}, True, True),
        (Votes(8, 8, 1, 0), {"voix_preponderante": True}, False, False),
        (Votes(0, 0, 17, 0), {"voix_preponderante": True}, True, False),
        (Votes(8, 2, 7, 0), {}, False, True),
        (Votes(8, 2, 7, 0), {"majorite": "votants"}, False, False),
        (Votes(8, 2, 5, 2), {"majorite": "votants"}, False, True),
    ],
)
def test_la_majorite_est_celle_que_la_caisse_regle(votes, reglees, presidence_pour, favorable):
    assert majorite_favorable(votes, REGLES._replace(**reglees), presidence_pour=presidence_pour) is favorable


def test_le_secretariat_planifie_une_seance():
    instance = InstanceFactory()
    seance = planifier(instance=instance, lieu="Salle du conseil", par=secretariat(instance), **DATES)
    assert seance.statut == StatutSeance.PLANIFIEE
    assert str(seance) == f"{instance.nom} de la Caf, 8 février 2027"


@pytest.mark.parametrize("role", ["conseiller", "responsable", "elu", "presidence", "administration"])
def test_personne_d_autre_ne_planifie(role):
    instance = InstanceFactory()
    with pytest.raises(ActeInterdit):
        planifier(instance=instance, par=UtilisateurFactory(caisse=instance.caisse, **{role: True}), **DATES)
    assert not Seance.objects.exists()


def test_deux_seances_le_meme_jour_sont_refusees():
    instance = InstanceFactory()
    planifier(instance=instance, par=secretariat(instance), **DATES)
    with pytest.raises(ActeRefuse, match="déjà une séance ce jour-là"):
        planifier(instance=instance, par=secretariat(instance), **DATES)


@pytest.mark.parametrize(("limite", "admise"), [(dt.date(2027, 2, 8), True), (dt.date(2027, 2, 9), False)])
def test_la_date_limite_ne_suit_pas_la_seance(limite, admise):
    instance = InstanceFactory()
    if admise:
        planifier(instance=instance, date=DATES["date"], date_limite=limite, par=secretariat(instance))
    else:
        with pytest.raises(ActeRefuse, match="ne peut pas suivre la séance"):
            planifier(instance=instance, date=DATES["date"], date_limite=limite, par=secretariat(instance))
    assert Seance.objects.exists() is admise


def test_une_seance_tenue_ne_change_plus_de_date(reunion):
    reunion.seance.lieu = "Ailleurs"
    with pytest.raises(ActeRefuse, match="La séance a eu lieu"):
        modifier(reunion.seance, par=reunion.secretaire)


def test_le_circuit_va_de_la_planification_au_proces_verbal():
    seance = SeanceFactory(statut=StatutSeance.PLANIFIEE)
    executer, par = Seance.circuit.executer, secretariat(seance.instance)
    executer(seance, "ouvrir_les_inscriptions", par=par)
    with pytest.raises(ActeRefuse, match="Inscrivez au moins un dossier"):
        executer(seance, "arreter", par=par)
    point = InscriptionFactory(seance=seance)
    executer(seance, "arreter", par=par)
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        executer(seance, "rouvrir_les_inscriptions", par=par)
    valider_la_fiche(point, par=par)
    with pytest.raises(ActeRefuse, match="Établissez les convocations"):
        executer(seance, "convoquer", par=par)
    MandatFactory(instance=seance.instance)
    convoquer(seance, par=par)
    executer(seance, "tenir", par=par)
    with pytest.raises(ActeRefuse, match="Point à reporter"):
        executer(seance, "lever", par=par)


def test_une_seance_ne_s_ouvre_pas_avant_son_jour():
    seance = SeanceFactory(statut=StatutSeance.CONVOQUEE, date=dt.date(2026, 12, 15))
    with pytest.raises(ActeRefuse, match="se tiendra le 15 décembre 2026"):
        Seance.circuit.executer(seance, "tenir", par=secretariat(seance.instance))


# --- Présences ----------------------------------------------------------------------------------


def test_les_presences_se_corrigent_pendant_la_seance(reunion):
    enregistrer_les_presences(reunion.seance, presents=reunion.membres[:20], par=reunion.secretaire)
    assert reunion.seance.quorum()[:2] == (20, 24)
    enregistrer_les_presences(reunion.seance, presents=reunion.membres[:5], par=reunion.secretaire)
    assert reunion.seance.nombre_de_presents() == 5


def test_seuls_les_changements_de_presence_s_ecrivent(reunion):
    avant = EntreeDuJournal.objects.count()
    enregistrer_les_presences(reunion.seance, presents=reunion.membres[:18], par=reunion.secretaire)
    assert EntreeDuJournal.objects.count() == avant + 1


def test_un_etranger_a_l_instance_n_est_pas_present(reunion):
    autre = MandatFactory()
    ancien = MandatFactory(instance=reunion.seance.instance, titulaire=False, fin=dt.date(2026, 12, 13))
    for mandat in (autre, ancien):
        with pytest.raises(ActeRefuse, match="ne siège pas à cette séance"):
            enregistrer_les_presences(reunion.seance, presents=[mandat], par=reunion.secretaire)
    assert reunion.seance.nombre_de_presents() == 17


def test_un_suppleant_siege_a_la_place_d_un_titulaire(reunion):
    familles = [membre for membre in reunion.membres if membre.college == College.FAMILLES]
    suppleant = MandatFactory(instance=reunion.seance.instance, college=College.FAMILLES, titulaire=False)
    enregistrer_les_presences(reunion.seance, presents=[*familles[1:], suppleant], par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="Associations familiales : 5 voix pour 4 titulaires"):
        enregistrer_les_presences(reunion.seance, presents=[*familles, suppleant], par=reunion.secretaire)
    assert reunion.seance.quorum()[:2] == (4, 24)


def test_pas_de_presence_avant_l_ouverture():
    seance = SeanceFactory(statut=StatutSeance.CONVOQUEE)
    with pytest.raises(ActeRefuse, match="ouvrez-la avant"):
        enregistrer_les_presences(seance, presents=[], par=secretariat(seance.instance))


def test_un_conseiller_n_enregistre_pas_les_presences(reunion):
    with pytest.raises(ActeInterdit):
        enregistrer_les_presences(
            reunion.seance, presents=[], par=UtilisateurFactory(conseiller=True, caisse=reunion.caisse)
        )
    assert reunion.seance.nombre_de_presents() == 17


def test_chacun_voit_les_seances_de_sa_caisse_et_le_centre_aucune():
    seance, autre = SeanceFactory(), SeanceFactory()
    for role in ("secretariat", "elu", "conseiller"):
        visibles = Seance.objects.visibles_par(UtilisateurFactory(caisse=seance.caisse, **{role: True}))
        assert list(visibles) == [seance] != [autre]
    centre = UtilisateurFactory(direction=True, caisse=seance.caisse)
    assert not Seance.objects.visibles_par(centre).exists()
    assert not Instance.objects.visibles_par(centre).exists()


def test_deux_mandats_en_cours_pour_un_compte_sont_refuses_par_la_base():
    mandat = MandatFactory(utilisateur=UtilisateurFactory(elu=True))
    with pytest.raises(IntegrityError):
        Mandat.objects.create(
            instance=mandat.instance,
            utilisateur=mandat.utilisateur,
            nom_complet="Bis",
            college="assures",
            debut=dt.date(2026, 2, 1),
        )


def test_une_seance_tenue_compte_ses_points():
    reunion = seance_tenue(points=2)
    assert Seance.objects.avec_le_compte_des_points().get(pk=reunion.seance.pk).points == 2
