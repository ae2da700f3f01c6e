"""Les modèles de lettres : contrôlés quand on les écrit, remplis d'un vrai dossier, gelés dès qu'ils ont servi."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agrement.seances.choix import SorteDeLettre, TypeDecision
from agrement.seances.documents import contenu_de_la_lettre, nom_de_l_instance, sorte_de_la_lettre
from agrement.seances.models import ModeleDeLettre, ModeleEmploye
from agrement.seances.operations import creer_modeles_de_lettres, decider, dupliquer_un_modele, notifier
from agrement.seances.regles import Votes
from agrement.seances.regles_des_lettres import CHAMPS, OBLIGATOIRES, SORTES_DES_DECISIONS, TEXTES
from socle.fusion import fautes
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.seances import InstanceFactory, SeanceFactory, decision_enregistree

LE_14 = dt.date(2026, 12, 14)


def textes(contenu):
    morceaux = (texte for bloc in contenu["blocs"] for texte in (bloc["titre"], *bloc["textes"], *bloc["points"]))
    return " ".join(filter(None, morceaux)).replace("\xa0", " ")


def test_chaque_decision_a_sa_lettre_et_chaque_texte_d_origine_est_juste():
    assert set(SORTES_DES_DECISIONS) == set(TypeDecision)
    assert set(TEXTES) == set(OBLIGATOIRES) == set(SorteDeLettre)
    for sorte, texte in TEXTES.items():
        assert fautes(texte.corps, CHAMPS, OBLIGATOIRES[sorte]) == [], sorte
        assert fautes(texte.objet, [champ for champ in CHAMPS if not champ.bloc]) == [], sorte


def test_un_modele_fautif_est_refuse_au_champ_qui_l_est():
    modele = ModeleDeLettre(
        caisse=CaisseFactory(),
        sorte=SorteDeLettre.REFUS,
        applicable_du=LE_14,
        objet="[motifs]",
        corps="Pour [structur]",
    )
    with pytest.raises(ValidationError) as refus:
        modele.full_clean()
    assert refus.value.message_dict["objet"][0].startswith("[motifs] n'est pas un champ connu")
    dites = " ".join(refus.value.message_dict["corps"])
    for phrase in ("vouliez-vous dire [structure] ?", "Il manque [motifs]", "Il manque [voies_de_recours]"):
        assert phrase in dites


def test_la_caisse_recoit_ses_modeles_une_fois_et_le_dernier_applicable_l_emporte(reunion):
    assert len(creer_modeles_de_lettres(reunion.caisse)) == len(SorteDeLettre)
    assert creer_modeles_de_lettres(reunion.caisse) == []
    accord = reunion.caisse.modeles_de_lettres.get(sorte=SorteDeLettre.ACCORD)
    suite = dupliquer_un_modele(accord, par=reunion.secretaire)
    assert (suite.version, suite.applicable_du) == (2, dt.date(2026, 12, 15))
    en_vigueur = ModeleDeLettre.objects.en_vigueur
    assert en_vigueur(reunion.caisse, SorteDeLettre.ACCORD, LE_14) == accord
    assert en_vigueur(reunion.caisse, SorteDeLettre.ACCORD, dt.date(2026, 12, 15)) == suite
    origine = en_vigueur(CaisseFactory(), SorteDeLettre.ACCORD, LE_14)
    assert (origine.pk, origine.version, origine.corps) == (None, 0, accord.corps)


def test_une_version_qui_a_servi_ne_change_plus_et_une_nouvelle_ne_touche_pas_ses_lettres(reunion):
    creer_modeles_de_lettres(reunion.caisse)
    decision = decision_enregistree(reunion)
    notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    accord = reunion.caisse.modeles_de_lettres.get(sorte=SorteDeLettre.ACCORD)
    assert accord.employe_le == LE_14
    accord.corps += "Autre."
    with pytest.raises(ModeleEmploye):
        accord.save()
    with pytest.raises(ModeleEmploye):
        accord.delete()
    with pytest.raises(ModeleEmploye):
        ModeleDeLettre.objects.update(corps="")


def test_la_lettre_d_un_accord_change_de_modele_s_il_porte_des_reserves(reunion):
    decision = decision_enregistree(reunion, numero="2026-112")
    assert sorte_de_la_lettre(decision) == SorteDeLettre.ACCORD
    assert "Réserves" not in textes(contenu_de_la_lettre(decision, le=LE_14))
    reunion.dossier.reserves.create(texte="Installer un comité.", echeance=dt.date(2027, 6, 30))
    assert sorte_de_la_lettre(decision) == SorteDeLettre.ACCORD_AVEC_RESERVES
    lettre = contenu_de_la_lettre(decision, le=LE_14)
    assert lettre["modele"] == "accord_reserves, version 0"
    for attendu in (
        "pour 3 ans, du 1er janvier 2027 au 31 décembre 2029",
        "Réserves Installer un comité (à lever avant le 30 juin 2027)",
        "Délibération n° 2026-112 du 14 décembre 2026",
        "un délai de 2 mois",
    ):
        assert attendu in textes(lettre), attendu
    assert "Conditions" not in textes(lettre)


def test_l_ajournement_a_sa_lettre_ses_questions_et_sa_date(reunion):
    decision = decider(
        reunion.inscription,
        type=TypeDecision.AJOURNEMENT,
        votes=Votes(17, 0, 0, 0),
        questions="Comment ?\nAvec qui ?",
        echeance=dt.date(2027, 2, 8),
        par=reunion.secretaire,
    )
    lettre = textes(contenu_de_la_lettre(decision, le=LE_14))
    assert "réexaminera la demande le 8 février 2027" in lettre
    assert "Comment ? Avec qui ?" in lettre
    assert "recours" not in lettre


def test_l_administration_previsualise_duplique_et_refuse_un_champ_inconnu(client, reunion):
    creer_modeles_de_lettres(reunion.caisse)
    decision = decision_enregistree(reunion)
    client.force_login(UtilisateurFactory(administration=True, caisse=reunion.caisse))
    accord = reunion.caisse.modeles_de_lettres.get(sorte=SorteDeLettre.ACCORD)
    page = {
        nom: reverse(f"admin:seances_modeledelettre_{nom}", args=[accord.pk])
        for nom in ("change", "apercu", "dupliquer")
    }
    saisie = {"applicable_du": "2027-01-01", "objet": "[structure]", "corps": "[structur] [duree] [debut] [fin]"}
    assert "vouliez-vous dire [structure] ?" in client.post(page["change"], saisie).content.decode()
    assert f"délibération n° {decision.numero}" in client.get(page["apercu"]).content.decode()
    apercu = client.get(page["apercu"], {"decision": decision.pk})
    assert apercu["Content-Type"] == "application/pdf"
    assert client.get(page["apercu"], {"decision": "999999"}).status_code == 404
    assert client.post(page["dupliquer"]).status_code == 302
    assert reunion.caisse.modeles_de_lettres.filter(sorte=SorteDeLettre.ACCORD).count() == 2
    assert not accord.est_employe


def test_une_commission_decide_par_delegation_du_conseil(reunion):
    assert nom_de_l_instance(reunion.inscription).endswith("de la Caf")
    commission = InstanceFactory(caisse=reunion.caisse, commission=True)
    commission.delegations.create(debut=dt.date(2026, 1, 1), deliberation="2026-4")
    reunion.inscription.seance = SeanceFactory(instance=commission)
    delegation = "Commission d'action sociale, par délégation du conseil d'administration (délibération 2026-4)"
    assert nom_de_l_instance(reunion.inscription) == delegation


def test_un_modele_ne_nomme_pas_un_champ_que_sa_lettre_laisserait_vide(reunion):
    creer_modeles_de_lettres(reunion.caisse)
    refus = reunion.caisse.modeles_de_lettres.get(sorte=SorteDeLettre.REFUS)
    refus.corps += "\nVotre agrément dure [duree]."
    with pytest.raises(ValidationError, match="duree"):
        refus.clean()
    for modele in reunion.caisse.modeles_de_lettres.all():
        modele.clean()
