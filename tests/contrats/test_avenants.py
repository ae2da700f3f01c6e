"""Un avenant ne touche que son bloc, dit ce qui le heurte, et change le contrat une fois signé."""

import datetime as dt

import pytest

from agrement.contrats import operations
from agrement.contrats.blocs import AVENANTS, BLOCS
from agrement.contrats.choix import StatutAvenant, StatutContrat, StatutVersion
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.models import Avenant, Contrat, ContratScelle
from agrement.contrats.operations import avenants as sur_avenants
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.dossiers.choix import Statut
from agrement.seances.choix import TypeDecision as D
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import GestionnaireFactory, StructureFactory, UtilisateurFactory
from tests.fabriques.avenants import (
    avenant_signe,
    conseillere_de,
    contenu_d_essai,
    contrat_ecrit,
    decision_notifiee,
    signer_sans_pdf,
)
from tests.fabriques.partenaires import ConventionFactory
from tests.fabriques.suivi import ContratSigneFactory

S = StatutContrat
JUIN = dt.date(2027, 6, 1)
STRUCTURE = contenu_d_essai()["structure"]
DEMENAGE = {"structure": {**STRUCTURE, "adresse": "2 rue des Lilas"}}


@pytest.fixture(autouse=True)
def en_juin(le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime.combine(JUIN, dt.time(10), dt.UTC))
    return le_jour_de_la_signature


@pytest.fixture
def contrat() -> Contrat:
    return contrat_ecrit()


def lu(contrat):
    return Contrat.objects.get(pk=contrat.pk)


def ecrire(contrat, type_=T.TERRITOIRE, modifications=None, **champs):
    valeurs = {"objet": "Déménagement.", "effet_le": JUIN, "par": conseillere_de(contrat)} | champs
    return operations.ecrire_un_avenant(contrat, type_, modifications=modifications or DEMENAGE, **valeurs)


def periode(fin):
    return {"periode": {"debut": "2027-01-01", "fin": fin.isoformat(), "duree": "essai"}}


# --- Écrire --------------------------------------------------------------------------------------


def test_un_avenant_nait_brouillon_avec_son_numero(contrat):
    assert [ecrire(contrat).reference for _ in range(2)] == [f"{contrat.numero}-A1", f"{contrat.numero}-A2"]
    assert set(contrat.avenants.values_list("statut", flat=True)) == {StatutAvenant.BROUILLON}


@pytest.mark.parametrize("type_", [type_ for type_ in T if type_ != T.TEXTE_LIBRE])
def test_un_type_n_ouvre_que_son_bloc(contrat, type_):
    etrangere = next(cle for cle in contenu_d_essai() if cle not in (*BLOCS[type_].cles, "numero"))
    modifications = {etrangere: {"fin": "2029-12-31", "change": 1}}
    if type_ == T.DUREE:
        modifications |= periode(dt.date(2029, 12, 31))
    with pytest.raises(ActeRefuse, match="ne peut pas changer"):
        ecrire(contrat, type_, modifications)
    assert not Avenant.objects.exists()


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"objet": "  "}, "objet"),
        ({"effet_le": dt.date(2026, 12, 31)}, "prend effet entre"),
        ({"effet_le": dt.date(2030, 1, 1)}, "prend effet entre"),
        ({"modifications": {"structure": STRUCTURE}}, "Rien ne change"),
    ],
)
def test_un_avenant_fautif_est_refuse_et_n_ecrit_rien(contrat, champs, raison):
    with pytest.raises(ActeRefuse, match=raison):
        ecrire(contrat, **champs)
    assert not Avenant.objects.exists()


@pytest.mark.parametrize("etat", [S.RENOUVELE, S.ECHU, S.RETIRE, S.RESILIE, S.REMPLACE])
def test_un_contrat_fini_ne_se_change_pas(etat):
    with pytest.raises(ActeRefuse, match="ne se change pas par avenant"):
        ecrire(ContratSigneFactory(statut=etat))


@pytest.mark.parametrize("role", ["direction", "gestionnaire", "presidence", "responsable", "secretariat"])
def test_seul_le_conseil_technique_ecrit_un_avenant(contrat, role):
    lieu = {"structure": contrat.structure} if role in ("direction", "gestionnaire") else {"caisse": contrat.caisse}
    with pytest.raises(ActeInterdit):
        ecrire(contrat, par=UtilisateurFactory(**{role: True}, **lieu))
    assert not Avenant.objects.exists()


@pytest.mark.parametrize(
    ("fin", "raison"),
    [
        (dt.date(2030, 12, 31), ""),
        (dt.date(2031, 1, 1), "font ensemble 12"),
        (dt.date(2027, 5, 31), "précède la prise d'effet"),
    ],
)
def test_une_duree_reste_dans_ses_bornes(contrat, fin, raison):
    if raison:
        with pytest.raises(ActeRefuse, match=raison):
            ecrire(contrat, T.DUREE, periode(fin))
    else:
        assert ecrire(contrat, T.DUREE, periode(fin)).pk


def test_un_brouillon_se_modifie_et_s_abandonne(contrat):
    avenant = ecrire(contrat)
    operations.modifier_un_avenant(
        avenant, objet="Autre.", effet_le=JUIN, modifications={"structure": {**STRUCTURE, "adresse": "3 rue"}},
        par=conseillere_de(contrat),
    )  # fmt: skip
    assert Avenant.objects.get().modifications["structure"]["adresse"] == "3 rue"
    Avenant.circuit.executer(avenant, "abandonner", par=conseillere_de(contrat), motif="Sans objet.")
    with pytest.raises(ActeRefuse, match="seul un brouillon"):
        operations.modifier_un_avenant(
            avenant, objet="x", effet_le=JUIN, modifications=DEMENAGE, par=conseillere_de(contrat)
        )


def test_un_texte_libre_ne_garde_que_sa_stipulation(contrat):
    avenant = ecrire(contrat, T.TEXTE_LIBRE, {AVENANTS: {"": "Un texte."}, "structure": {}})
    assert avenant.modifications == {AVENANTS: {avenant.reference: "Un texte."}}


# --- Conflits -------------------------------------------------------------------------------------


def test_deux_brouillons_du_meme_bloc_se_voient_et_le_second_signe_est_refuse(contrat):
    premier, second = ecrire(contrat), ecrire(contrat, modifications={"structure": {**STRUCTURE, "horaires": "9 h"}})
    assert list(operations.projets_voisins(premier)) == [second]
    signer_sans_pdf(premier)
    (conflit,) = operations.conflits_de(second)
    assert "L'avenant n° 1, signé le 1er juin 2027, a changé les mêmes valeurs" in str(conflit)
    with pytest.raises(ActeRefuse, match="a changé les mêmes valeurs"):
        operations.proposer_un_avenant(second, par=conseillere_de(contrat))
    assert not second.versions.exists()


def test_reprendre_le_projet_leve_le_conflit(contrat):
    premier, second = ecrire(contrat), ecrire(contrat)
    signer_sans_pdf(premier)
    operations.modifier_un_avenant(
        second, objet="Encore.", effet_le=JUIN, modifications={"structure": {**STRUCTURE, "adresse": "4 rue"}},
        par=conseillere_de(contrat),
    )  # fmt: skip
    assert list(operations.conflits_de(second)) == []


def test_des_blocs_differents_et_des_textes_libres_ne_se_heurtent_pas(contrat):
    textes = [ecrire(contrat, T.TEXTE_LIBRE, {AVENANTS: {"": texte}}) for texte in ("Un.", "Deux.")]
    ailleurs = ecrire(contrat)
    signer_sans_pdf(textes[0])
    assert [list(operations.conflits_de(a)) for a in (textes[1], ailleurs)] == [[], []]


def test_un_avenant_a_la_signature_retient_les_autres_du_meme_bloc(contrat):
    premier, second = ecrire(contrat), ecrire(contrat)
    Avenant.objects.filter(pk=premier.pk).update(statut=StatutAvenant.EN_SIGNATURE)
    with pytest.raises(ActeRefuse, match="il est à la signature"):
        operations.proposer_un_avenant(second, par=conseillere_de(contrat))


# --- La décision qui autorise -----------------------------------------------------------------------


def test_une_duree_ou_un_gestionnaire_demandent_une_decision(contrat):
    nouveau = GestionnaireFactory(caisse=contrat.caisse)
    duree = ecrire(contrat, T.DUREE, periode(dt.date(2028, 12, 31)))
    autre = {"gestionnaire": {"raison_sociale": "B"}}
    substitution = ecrire(contrat, T.GESTIONNAIRE, autre, nouveau_gestionnaire=nouveau)
    for avenant in (duree, substitution):
        assert "Une durée ou un gestionnaire ne changent que sur une décision" in " ".join(
            str(manque) for manque in sur_avenants.manques_pour_proposer(avenant)
        )


def test_une_decision_d_ailleurs_ou_pas_notifiee_n_autorise_rien(contrat):
    pas_notifiee = decision_notifiee(contrat, D.MAINTIEN, le=JUIN, dossier="avenant", notifiee=False)
    d_ailleurs = decision_notifiee(contrat_ecrit(), D.MAINTIEN, le=JUIN, dossier="avenant")
    for decision in (pas_notifiee, d_ailleurs):
        avenant = ecrire(contrat, T.DUREE, periode(dt.date(2028, 12, 31)), decision=decision)
        manques = " ".join(map(str, sur_avenants.manques_pour_proposer(avenant)))
        assert "n'est pas un accord notifié de cette structure" in manques


def test_une_prorogation_reprend_la_date_que_l_instance_a_votee(contrat):
    decision = decision_notifiee(contrat, D.PROROGATION, le=JUIN, debut=dt.date(2030, 1, 1), fin=dt.date(2030, 6, 30))
    avenant = ecrire(contrat, T.DUREE, periode(dt.date(2030, 9, 30)), effet_le=dt.date(2030, 1, 1), decision=decision)
    with pytest.raises(ActeRefuse, match="jusqu'au 30 juin 2030"):
        operations.proposer_un_avenant(avenant, par=conseillere_de(contrat))


# --- Les effets -----------------------------------------------------------------------------------


def test_une_prorogation_signee_porte_le_terme_puis_l_etat(contrat, en_juin):
    decision = decision_notifiee(contrat, D.PROROGATION, le=JUIN, debut=dt.date(2030, 1, 1), fin=dt.date(2030, 6, 30))
    avenant_signe(contrat, T.DUREE, periode(dt.date(2030, 6, 30)), effet_le=dt.date(2030, 1, 1), decision=decision)
    assert (contrat.statut, contrat.fin, contrat.terme) == (S.EN_VIGUEUR, dt.date(2029, 12, 31), dt.date(2030, 6, 30))
    for jour, attendu in (
        (dt.date(2029, 12, 31), S.EN_VIGUEUR), (dt.date(2030, 1, 1), S.PROROGE), (dt.date(2030, 6, 30), S.PROROGE),
        (dt.date(2030, 7, 1), S.ECHU),
    ):  # fmt: skip
        en_juin.move_to(dt.datetime.combine(jour, dt.time(10), dt.UTC))
        faire_vivre_les_contrats()
        assert lu(contrat).statut == attendu


def test_une_duree_reduite_raccourcit_l_agrement(contrat):
    decision = decision_notifiee(contrat, D.MAINTIEN, le=JUIN, dossier="avenant")
    avenant_signe(contrat, T.DUREE, periode(dt.date(2028, 12, 31)), effet_le=JUIN, decision=decision)
    assert contrat.terme == contrat.structure.agrements.get().fin == dt.date(2028, 12, 31)


def test_une_substitution_change_le_gestionnaire_et_garde_la_fin(contrat, en_juin):
    nouveau = GestionnaireFactory(caisse=contrat.caisse, raison_sociale="Ville de Bourg")
    decision = decision_notifiee(contrat, D.MAINTIEN, le=JUIN, dossier="avenant")
    avenant_signe(
        contrat, T.GESTIONNAIRE, {"gestionnaire": {"raison_sociale": "Ville de Bourg"}}, effet_le=dt.date(2027, 7, 1),
        decision=decision, nouveau_gestionnaire=nouveau,
    )  # fmt: skip
    assert contrat.gestionnaire != nouveau
    en_juin.move_to(dt.datetime(2027, 7, 1, 10, tzinfo=dt.UTC))
    assert faire_vivre_les_contrats() == 1
    assert faire_vivre_les_contrats() == 0
    change = lu(contrat)
    assert (change.gestionnaire, change.structure.gestionnaire) == (nouveau, nouveau)
    assert (change.fin, change.terme, change.statut) == (contrat.fin, contrat.fin, S.EN_VIGUEUR)


def test_le_gestionnaire_d_un_contrat_signe_ne_change_pas_sans_avenant(contrat):
    contrat.gestionnaire = GestionnaireFactory(caisse=contrat.caisse)
    with pytest.raises(ContratScelle):
        contrat.save()
    with pytest.raises(ContratScelle):
        Contrat.objects.filter(pk=contrat.pk).update(gestionnaire=contrat.gestionnaire)


def test_les_conventions_du_contrat_suivent_l_avenant(contrat):
    convention = ConventionFactory(caisse=contrat.caisse)
    convention.structures.add(contrat.structure)
    valeur = [{"intitule": "Convention", "debut": "2027-01-01", "fin": "2029-12-31"}]
    avenant_signe(contrat, T.PARTENAIRES, {"conventions": valeur}, effet_le=JUIN, conventions=[convention])
    assert list(contrat.conventions.all()) == [convention]


def test_un_avenant_signe_ne_change_plus(contrat):
    avenant = avenant_signe(contrat, T.TERRITOIRE, DEMENAGE, effet_le=JUIN)
    avenant.modifications = {}
    with pytest.raises(ContratScelle):
        avenant.save()


# --- Les parties ----------------------------------------------------------------------------------


def parties_signees(contrat):
    version = contrat.versions.get()
    for rang, (partie, nom) in enumerate([("gestionnaire", "Tilleuls"), ("commune", "Bourg"), ("caf", "Caf")], 1):
        version.parties.create(rang=rang, partie=partie, nom=nom, representant="Léa Petit")


def test_les_parties_sont_celles_de_la_derniere_version_signee(contrat):
    parties_signees(contrat)
    parties = sur_avenants.parties_de_l_avenant(ecrire(contrat))
    assert [(partie.rang, partie.nom) for partie in parties] == [(1, "Tilleuls"), (2, "Bourg"), (3, "Caf")]


def test_a_une_substitution_l_ancien_signe_puis_le_nouveau_qui_signera_seul_la_suite(contrat):
    parties_signees(contrat)
    nouveau = GestionnaireFactory(caisse=contrat.caisse, raison_sociale="Ville de Bourg")
    modifications = {"gestionnaire": {"raison_sociale": "Ville de Bourg"}}
    avenant = ecrire(contrat, T.GESTIONNAIRE, modifications, nouveau_gestionnaire=nouveau)
    parties = sur_avenants.parties_de_l_avenant(avenant)
    assert [partie.nom for partie in parties] == ["Tilleuls", "Ville de Bourg", "Bourg", "Caf"]
    signer_sans_pdf(avenant)
    version = avenant.versions.get()
    version.parties.all()[0].__class__.objects.filter(version=version).update(rang=9)
    for partie in parties:
        partie.version = version
        partie.save()
    suivantes = sur_avenants.parties_de_l_avenant(ecrire(contrat))
    assert "Ville de Bourg" in [partie.nom for partie in suivantes]
    assert "Tilleuls" not in [partie.nom for partie in suivantes]


@pytest.mark.parametrize(
    ("effet_le", "aujourd_hui", "signe"),
    [
        (dt.date(2027, 6, 30), JUIN, "Tilleuls"),
        (dt.date(2027, 7, 1), JUIN, "Ville de Bourg"),
        (JUIN, dt.date(2027, 7, 1), "Ville de Bourg"),
    ],
)
def test_avant_qu_une_substitution_prenne_effet_l_ancien_gestionnaire_signe_encore(
    contrat, en_juin, effet_le, aujourd_hui, signe
):
    parties_signees(contrat)
    substitution = ecrire(
        contrat, T.GESTIONNAIRE, {"gestionnaire": {"raison_sociale": "Ville de Bourg"}}, effet_le=dt.date(2027, 7, 1),
        nouveau_gestionnaire=GestionnaireFactory(caisse=contrat.caisse, raison_sociale="Ville de Bourg"),
    )  # fmt: skip
    parties = sur_avenants.parties_de_l_avenant(substitution)
    signer_sans_pdf(substitution)
    version = substitution.versions.get()
    version.parties.model.objects.filter(version=version).update(rang=9)
    for partie in parties:
        partie.version = version
        partie.save()
    en_juin.move_to(dt.datetime.combine(aujourd_hui, dt.time(10), dt.UTC))
    suivantes = sur_avenants.parties_de_l_avenant(ecrire(contrat, effet_le=effet_le))
    assert [partie.nom for partie in suivantes if partie.partie == "gestionnaire"] == [signe]


# --- La prorogation et son dossier -------------------------------------------------------------------


def test_une_prorogation_ne_fait_pas_de_second_contrat(contrat):
    decision = decision_notifiee(contrat, D.PROROGATION, le=JUIN, debut=dt.date(2030, 1, 1), fin=dt.date(2030, 6, 30))
    manques = list(operations.manques_pour_generer(decision.dossier))
    assert f"se signe par un avenant au contrat {contrat.numero}" in str(manques[0])


def test_l_avenant_de_prorogation_met_son_dossier_en_signature_puis_le_clot(contrat):
    decision = decision_notifiee(contrat, D.PROROGATION, le=JUIN, debut=dt.date(2030, 1, 1), fin=dt.date(2030, 6, 30))
    avenant = ecrire(contrat, T.DUREE, periode(dt.date(2030, 6, 30)), effet_le=dt.date(2030, 1, 1), decision=decision)
    par = conseillere_de(contrat)
    version = operations.proposer_un_avenant(avenant, par=par)
    decision.dossier.refresh_from_db()
    assert decision.dossier.statut == Statut.EN_SIGNATURE
    operations.reprendre_un_avenant(avenant, motif="Erreur de date.", par=par)
    version.refresh_from_db()
    assert (avenant.statut, version.statut) == (StatutAvenant.BROUILLON, StatutVersion.RAPPELEE)
    seconde = operations.proposer_un_avenant(avenant, par=par)
    assert seconde.numero == 2
    assert seconde.contenu["changements"][0]["titre"] == "Durée"


def test_une_structure_d_une_autre_caisse_ne_fusionne_pas(contrat):
    with pytest.raises(ActeRefuse, match="de la même Caisse"):
        operations.arreter(
            contrat, sorte="fusion", notifiee_le=JUIN, effet_le=JUIN, motif="Fusion.", absorbante=StructureFactory(),
            par=conseillere_de(contrat),
        )  # fmt: skip
