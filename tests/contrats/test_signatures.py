"""Le circuit de signature : trois parties, trois façons de signer, et tout ce qui s'y refuse."""

import datetime as dt

import pytest

from agrement.contrats import operations
from agrement.contrats.choix import ModeDeSignature, StatutVersion
from agrement.contrats.models import (
    CodeDeSignature,
    ContratScelle,
    LienDeSignature,
    PartieASigner,
    Signature,
    VersionASigner,
)
from agrement.dossiers.choix import Statut
from socle import fichiers, signature
from socle.models import Courriel, EntreeDuJournal
from socle.signature import ServiceDeSignatureIndisponible
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.contrats import (
    a_trois,
    contrat_propose,
    le_jour,
    partie_du,
    proposer_sans_rendre,
    sans_cachet,
    signer_le_20,
    signer_le_22,
)

LE_20, LE_21, LE_22 = dt.date(2026, 12, 20), dt.date(2026, 12, 21), dt.date(2026, 12, 22)
COMMUNE = {"nom": "Élise Morel", "qualite": "maire"}
PRESIDENTE = {"qualite": "présidente"}


@pytest.fixture
def accord(accord):
    """Le même, dont la conseillère suit le dossier : c'est elle qui est prévenue."""
    type(accord.dossier).objects.filter(pk=accord.dossier.pk).update(conseiller=accord.conseillere)
    accord.dossier.refresh_from_db()
    return accord


@pytest.fixture
def contrat(accord):
    """Proposé au gestionnaire, à la commune, puis à la Caf."""
    return contrat_propose(accord, a_trois(accord))


def version_de(contrat):
    return VersionASigner.objects.filter(contrat=contrat).latest("numero")


def lien_de_la_commune(contrat):
    return LienDeSignature.objects.select_related("partie__version__contrat").get(partie__version=version_de(contrat))


def signer_la_commune(contrat, date=LE_21):
    lien = lien_de_la_commune(contrat)
    with le_jour(date):
        code = operations.demander_un_code(lien.partie, par=None)
        return operations.signer_par_le_lien(lien, code=code, **COMMUNE)


def demander(partie, par):
    return operations.demander_un_code(partie, par=par)


def motifs_de_refus():
    return " ".join(EntreeDuJournal.objects.filter(acte="refuser_une_signature").values_list("motif", flat=True))


# --- Trois parties ----------------------------------------------------------------------------------


def test_trois_parties_signent_a_leur_tour_puis_le_cachet_scelle(accord, contrat):
    signer_le_20(contrat, accord.presidente)
    commune = signer_la_commune(contrat)
    signer_le_22(contrat, accord.president)
    contrat.refresh_from_db()
    accord.dossier.refresh_from_db()
    assert (contrat.est_scelle, accord.dossier.statut) == (True, Statut.CLOS_AGREE)
    assert (commune.par, commune.preuve["code"]["envoye_a"]) == (None, "mairie@exemple.fr")
    with fichiers.ouvrir(contrat.scelle_pdf) as scelle:
        examen = signature.examiner(scelle.read())
    assert [lue.champ for lue in examen.signatures] == ["signature_1", "signature_2", "signature_3", "cachet"]
    assert examen.intact
    assert all(lue.fiable for lue in examen.signatures)


def test_chaque_partie_attend_la_precedente(accord, contrat):
    for partie, par in (("commune", None), ("caf", accord.president)):
        with pytest.raises(ActeRefuse, match="Attendez la signature précédente"):
            demander(partie_du(contrat, partie), par)
    assert not CodeDeSignature.objects.exists()
    assert not LienDeSignature.objects.exists()


def test_les_parties_d_une_version_sont_figees_sauf_le_courriel(contrat):
    commune = partie_du(contrat, "commune")
    commune.courriel = "autre@exemple.fr"
    commune.save()
    for champ, valeur in (("nom", "Autre"), ("rang", 9), ("qualite", "adjointe")):
        partie = partie_du(contrat, "commune")
        setattr(partie, champ, valeur)
        with pytest.raises(ContratScelle):
            partie.save()
    with pytest.raises(ContratScelle):
        commune.delete()


# --- Le code ----------------------------------------------------------------------------------------


def test_cinq_codes_faux_usent_le_code_et_n_ecrivent_aucune_signature(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    juste = demander(partie, accord.presidente)
    faux = f"{(int(juste) + 1) % 10**6:06d}"
    for reste in ("4 essais", "3 essais", "2 essais", "1 essai", "Demandez-en un autre"):
        with pytest.raises(ActeRefuse, match=reste):
            operations.signer(partie, code=faux, par=accord.presidente, **PRESIDENTE)
    with pytest.raises(ActeRefuse, match="essayé trop de fois"):
        operations.signer(partie, code=juste, par=accord.presidente, **PRESIDENTE)
    assert not Signature.objects.exists()
    assert CodeDeSignature.objects.get().essais == 5
    assert "essayé trop de fois" in motifs_de_refus()
    neuf = demander(partie, accord.presidente)
    operations.signer(partie, code=neuf, par=accord.presidente, **PRESIDENTE)
    assert Signature.objects.count() == 1


def test_un_code_expire_au_bout_du_delai(accord, contrat, le_jour_de_la_signature):
    partie = partie_du(contrat, "gestionnaire")
    code = demander(partie, accord.presidente)
    le_jour_de_la_signature.shift(dt.timedelta(minutes=15))
    with pytest.raises(ActeRefuse, match="a expiré"):
        operations.signer(partie, code=code, par=accord.presidente, **PRESIDENTE)
    assert not Signature.objects.exists()


def test_un_code_ne_vaut_que_pour_une_partie_d_une_version(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    ancien = demander(partie, accord.presidente)
    operations.rappeler_la_signature(version_de(contrat), motif="Une erreur.", par=accord.conseillere)
    proposer_sans_rendre(contrat, a_trois_encore(contrat))
    suivante = partie_du(contrat, "gestionnaire")
    with pytest.raises(ActeRefuse, match="Demandez d'abord un code"):
        operations.signer(suivante, code=ancien, par=accord.presidente, **PRESIDENTE)
    assert not Signature.objects.exists()


def a_trois_encore(contrat):
    """Les mêmes parties, pour une autre version."""
    noms = ("partie", "nom", "representant", "qualite", "courriel", "partenaire")
    premieres = contrat.versions.earliest("numero").parties.all()
    return [PartieASigner(**{nom: getattr(partie, nom) for nom in noms}) for partie in premieres]


def test_un_code_neuf_annule_le_precedent_et_n_est_garde_nulle_part(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    premier = demander(partie, accord.presidente)
    second = demander(partie, accord.presidente)
    if premier != second:
        with pytest.raises(ActeRefuse, match="Ce n'est pas le code"):
            operations.signer(partie, code=premier, par=accord.presidente, **PRESIDENTE)
    garde = CodeDeSignature.objects.latest("pk")
    assert second not in {garde.empreinte, garde.graine, str(garde)}
    assert Courriel.objects.latest("pk").secret
    operations.signer(partie, code=f" {second[:3]} {second[3:]} ", par=accord.presidente, **PRESIDENTE)


def test_une_partie_ne_recoit_pas_plus_de_dix_codes_par_jour(accord, contrat, le_jour_de_la_signature):
    partie = partie_du(contrat, "gestionnaire")
    for _ in range(10):
        demander(partie, accord.presidente)
    with pytest.raises(ActeRefuse, match="Trop de codes"):
        demander(partie, accord.presidente)
    assert CodeDeSignature.objects.count() == 10
    le_jour_de_la_signature.shift(dt.timedelta(days=1))
    demander(partie, accord.presidente)


def test_le_code_d_une_autre_personne_ne_sert_pas(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    code = demander(partie, accord.presidente)
    autre = UtilisateurFactory(gestionnaire=True, structure=accord.structure)
    with pytest.raises(ActeRefuse, match="Demandez d'abord un code"):
        operations.signer(partie, code=code, par=autre, **PRESIDENTE)


# --- Le mandat --------------------------------------------------------------------------------------


@pytest.mark.parametrize("perte", [{"is_active": False}, {"role": "direction"}])
def test_un_mandat_perdu_entre_le_code_et_la_signature_est_refuse(accord, contrat, perte):
    partie = partie_du(contrat, "gestionnaire")
    code = demander(partie, accord.presidente)
    type(accord.presidente).objects.filter(pk=accord.presidente.pk).update(**perte)
    with pytest.raises(ActeInterdit, match="Personne ne peut signer pour"):
        operations.signer(partie, code=code, par=accord.presidente, **PRESIDENTE)
    assert not Signature.objects.exists()
    assert "pas le droit de signer" in motifs_de_refus()


def test_un_refus_dit_qui_pourrait_signer(accord, contrat):
    with pytest.raises(ActeInterdit, match="Peuvent signer pour .* : Aminata Diallo"):
        operations.demander_un_code(partie_du(contrat, "gestionnaire"), par=accord.directrice)


# --- Le lien d'un co-signataire ---------------------------------------------------------------------


def test_le_lien_expire(accord, contrat, le_jour_de_la_signature):
    signer_le_20(contrat, accord.presidente)
    lien = lien_de_la_commune(contrat)
    code = operations.demander_un_code(lien.partie, par=None)
    le_jour_de_la_signature.shift(dt.timedelta(days=31))
    with pytest.raises(ActeRefuse, match="Ce lien a expiré"):
        operations.signer_par_le_lien(lien, code=code, **COMMUNE)
    assert Signature.objects.count() == 1
    assert "Ce lien a expiré" in motifs_de_refus()


def test_un_lien_est_lie_a_l_empreinte_de_sa_version(accord, contrat):
    signer_le_20(contrat, accord.presidente)
    lien = lien_de_la_commune(contrat)
    jeton = lien.jeton()
    assert LienDeSignature.objects.du_jeton(jeton).get() == lien
    lien.partie.version.original_pdf.empreinte = "f" * 64
    assert lien.jeton() != jeton
    assert jeton in Courriel.objects.get(destinataire="mairie@exemple.fr").texte


def test_un_ancien_lien_dit_que_le_texte_a_change(accord, contrat):
    signer_le_20(contrat, accord.presidente)
    operations.rappeler_la_signature(version_de(contrat), motif="Un objectif manque.", par=accord.conseillere)
    lien = LienDeSignature.objects.get()
    with pytest.raises(ActeRefuse, match="Le texte a changé"):
        operations.signer_par_le_lien(lien, code="000000", **COMMUNE)


# --- Rappeler, refuser, relancer, demander ----------------------------------------------------------


def test_rappeler_garde_les_traces_et_ouvre_une_autre_version(accord, contrat):
    donnee = signer_le_20(contrat, accord.presidente)
    rappelee = version_de(contrat)
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        operations.rappeler_la_signature(rappelee, motif=" ", par=accord.conseillere)
    with pytest.raises(ActeInterdit):
        operations.rappeler_la_signature(rappelee, motif="Erreur.", par=accord.presidente)
    operations.rappeler_la_signature(rappelee, motif="Un objectif manque.", par=accord.conseillere)
    rappelee.refresh_from_db()
    assert rappelee.statut == StatutVersion.RAPPELEE
    assert Signature.objects.get() == donnee
    with fichiers.ouvrir(donnee.fichier) as garde:
        assert signature.examiner(garde.read()).intact
    with pytest.raises(ActeRefuse, match="Le texte a changé"):
        operations.demander_un_code(partie_du(contrat, "commune"), par=None)
    suivante = operations.proposer_une_autre_version(contrat, a_trois_encore(contrat), par=accord.conseillere)
    assert (suivante.numero, suivante.statut) == (2, StatutVersion.EN_SIGNATURE)
    assert suivante.original_pdf.empreinte != rappelee.original_pdf.empreinte
    with pytest.raises(ActeRefuse, match="déjà à la signature"):
        operations.proposer_une_autre_version(contrat, a_trois_encore(contrat), par=accord.conseillere)


def test_un_refus_de_signer_se_motive_arrete_la_version_et_previent_la_caf(accord, contrat):
    signer_le_20(contrat, accord.presidente)
    lien = lien_de_la_commune(contrat)
    with pytest.raises(ActeRefuse, match="pourquoi vous refusez"):
        operations.refuser_de_signer(lien.partie, motif=" ", par=None, lien=lien)
    operations.refuser_de_signer(lien.partie, motif="Le conseil municipal n'a pas délibéré.", par=None, lien=lien)
    assert version_de(contrat).statut == StatutVersion.REFUSEE
    refusee = partie_du(contrat, "commune")
    assert (bool(refusee.refusee_le), refusee.motif_du_refus) == (True, "Le conseil municipal n'a pas délibéré.")
    courriel = Courriel.objects.filter(objet__contains="refuse de signer").get()
    assert "n'a pas délibéré" in courriel.texte
    with pytest.raises(ActeRefuse, match="a refusé de signer"):
        signer_le_22(contrat, accord.president)
    assert Signature.objects.count() == 1


def test_seul_qui_peut_signer_refuse(accord, contrat):
    with pytest.raises(ActeInterdit):
        operations.refuser_de_signer(partie_du(contrat, "gestionnaire"), motif="Non.", par=accord.directrice)
    assert version_de(contrat).statut == StatutVersion.EN_SIGNATURE


def test_une_relance_par_delai_et_une_adresse_corrigee_tout_de_suite(accord, contrat, le_jour_de_la_signature):
    signer_le_20(contrat, accord.presidente)
    commune, ancien = partie_du(contrat, "commune"), lien_de_la_commune(contrat).jeton()
    relancer = operations.relancer_le_signataire
    relancer(commune, par=accord.conseillere)
    with pytest.raises(ActeRefuse, match="a été relancé le 22 décembre 2026 : attendez le 25 décembre 2026"):
        relancer(commune, par=accord.conseillere)
    relancer(commune, par=accord.conseillere, courriel="maire@exemple.fr")
    assert Courriel.objects.filter(destinataire="maire@exemple.fr", objet__startswith="Rappel").count() == 1
    assert not LienDeSignature.objects.du_jeton(ancien).exists()
    le_jour_de_la_signature.shift(dt.timedelta(days=3))
    relancer(commune, par=accord.conseillere)
    with pytest.raises(ActeRefuse, match="n'est pas attendue"):
        relancer(partie_du(contrat, "caf"), par=accord.conseillere)
    with pytest.raises(ActeInterdit):
        relancer(commune, par=accord.presidente)
    assert Signature.objects.count() == 1


def test_une_partie_ne_demande_pas_sans_fin_des_modifications(accord, contrat, le_jour_de_la_signature):
    """Un lien personnel passé de main en main ne noie pas la Caf de courriels."""
    partie = partie_du(contrat, "gestionnaire")
    for rang in range(10):
        operations.demander_une_modification(partie, texte=f"Demande {rang}.", par=accord.presidente)
    envoyes = Courriel.objects.count()
    with pytest.raises(ActeRefuse, match="Trop de demandes ont été envoyées aujourd'hui : réessayez demain"):
        operations.demander_une_modification(partie, texte="Encore.", par=accord.presidente)
    assert (partie.demandes.count(), Courriel.objects.count()) == (10, envoyes)
    le_jour_de_la_signature.shift(dt.timedelta(days=1))
    operations.demander_une_modification(partie, texte="Le lendemain.", par=accord.presidente)
    assert partie.demandes.count() == 11


def test_demander_une_modification_previent_la_caf_et_n_arrete_rien(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    operations.demander_une_modification(partie, texte="L'adresse est ancienne.", par=accord.presidente)
    assert partie.demandes.get().texte == "L'adresse est ancienne."
    assert Courriel.objects.filter(objet__contains="modification demandée").exists()
    assert version_de(contrat).statut == StatutVersion.EN_SIGNATURE
    assert partie_du(contrat, "gestionnaire").relancee_le is None


# --- Le cachet qui manque ---------------------------------------------------------------------------


def test_sans_cachet_la_version_attend_d_etre_scellee_et_reprend_d_elle_meme(accord):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    with sans_cachet():
        signer_le_22(contrat, accord.president)
        contrat.refresh_from_db()
        accord.dossier.refresh_from_db()
        assert version_de(contrat).statut == StatutVersion.A_SCELLER
        assert (contrat.est_scelle, accord.dossier.statut) == (False, Statut.EN_SIGNATURE)
        assert operations.sceller_ce_qui_attend() == 0
    assert operations.sceller_ce_qui_attend() == 1
    contrat.refresh_from_db()
    accord.dossier.refresh_from_db()
    assert (contrat.est_scelle, accord.dossier.statut) == (True, Statut.CLOS_AGREE)
    assert operations.sceller_ce_qui_attend() == 0


def test_sans_horodatage_rien_n_est_signe_et_le_code_sert_encore(accord, contrat, settings):
    partie = partie_du(contrat, "gestionnaire")
    code = demander(partie, accord.presidente)
    settings.HORODATAGE_URL = "http://127.0.0.1:9/"  # personne n'y répond
    with pytest.raises(ServiceDeSignatureIndisponible):
        operations.signer(partie, code=code, par=accord.presidente, **PRESIDENTE)
    assert not Signature.objects.exists()
    settings.HORODATAGE_URL = ""
    assert operations.signer(partie, code=code, par=accord.presidente, **PRESIDENTE).mode == ModeDeSignature.APPLICATION
