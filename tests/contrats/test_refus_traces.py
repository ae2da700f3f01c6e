"""Ce qui est refusé laisse sa raison au journal, et rien d'autre."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import ActeASigner, StatutVersion
from agrement.contrats.models import (
    CodeDeSignature,
    DelegationDeSignature,
    DemandeDeModification,
    LienDeSignature,
    Signature,
    VersionASigner,
)
from comptes.models import Utilisateur
from socle.models import Courriel, EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.contrats import a_trois, contrat_propose, partie_du, signer_le_20

MOT_DE_PASSE = "un mot de passe assez long"


@pytest.fixture
def contrat(accord):
    return contrat_propose(accord, a_trois(accord))


def traces(**champs):
    refus = EntreeDuJournal.objects.filter(libelle__contains="non admis") | EntreeDuJournal.objects.filter(
        libelle__contains="refusé"
    )
    return list(refus.filter(**champs).order_by("pk"))


def une_trace(raison, par):
    """La seule, et sa raison, sous le dossier du contrat."""
    (trace,) = traces()
    assert (trace.acteur, raison in trace.motif) == (par, True), trace.motif
    return trace


def photographie():
    """Ce qu'un refus ne change pas."""
    return (
        Signature.objects.count(),
        CodeDeSignature.objects.count(),
        DemandeDeModification.objects.count(),
        Courriel.objects.count(),
        list(VersionASigner.objects.values_list("statut", flat=True)),
        list(LienDeSignature.objects.values_list("empreinte_du_jeton", "expire_le")),
    )


# --- Les actes --------------------------------------------------------------------------------------


def test_un_code_refuse_avant_son_tour_laisse_sa_raison(accord, contrat):
    avant = photographie()
    with pytest.raises(ActeRefuse, match="Attendez"):
        operations.demander_un_code(partie_du(contrat, "caf"), par=accord.president)
    trace = une_trace("Attendez la signature précédente", accord.president)
    assert (trace.acte, trace.sujet_id) == ("refuser_un_code", str(contrat.sujet_du_journal().pk))
    assert photographie() == avant


def test_un_code_de_trop_laisse_sa_raison(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    for _ in range(10):
        operations.demander_un_code(partie, par=accord.presidente)
    with pytest.raises(ActeRefuse):
        operations.demander_un_code(partie, par=accord.presidente)
    une_trace("Trop de codes", accord.presidente)


def test_un_code_demande_par_une_delegation_revoquee_laisse_sa_raison(accord, contrat):
    delegation = DelegationDeSignature.objects.create(
        caisse=accord.caisse, partie="gestionnaire", gestionnaire=accord.structure.gestionnaire, acte=ActeASigner.TOUS,
        delegataire=accord.directrice, du=dt.date(2026, 1, 1), au=dt.date(2027, 1, 1), reference="Délibération 1",
    )  # fmt: skip
    operations.revoquer_une_delegation(delegation, par=accord.presidente)
    with pytest.raises(ActeInterdit):
        operations.demander_un_code(partie_du(contrat, "gestionnaire"), par=accord.directrice)
    une_trace("est révoquée", accord.directrice)


def test_une_relance_trop_tot_ou_par_qui_ne_mene_pas_laisse_sa_raison(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    operations.relancer_le_signataire(partie, par=accord.conseillere)
    avant = photographie()
    with pytest.raises(ActeRefuse):
        operations.relancer_le_signataire(partie, par=accord.conseillere)
    une_trace("attendez le", accord.conseillere)
    with pytest.raises(ActeInterdit):
        operations.relancer_le_signataire(partie, par=accord.presidente)
    assert [trace.acteur for trace in traces()] == [accord.conseillere, accord.presidente]
    assert photographie() == avant


@pytest.mark.parametrize(
    ("acte", "champ"), [(operations.refuser_de_signer, "motif"), (operations.demander_une_modification, "texte")]
)
def test_un_refus_ou_une_demande_sans_pouvoir_laisse_sa_raison(accord, contrat, acte, champ):
    avant = photographie()
    with pytest.raises(ActeInterdit):
        acte(partie_du(contrat, "gestionnaire"), par=accord.directrice, **{champ: "Non."})
    une_trace("pas le droit de signer", accord.directrice)
    assert photographie() == avant


def test_un_rappel_sans_droit_laisse_sa_raison(accord, contrat):
    with pytest.raises(ActeInterdit):
        operations.rappeler_la_signature(contrat.version, motif="Erreur.", par=accord.presidente)
    une_trace("pas le droit", accord.presidente)
    assert contrat.version.statut == StatutVersion.EN_SIGNATURE


# --- Les pages --------------------------------------------------------------------------------------


def adresse(contrat, nom, partie="gestionnaire"):
    return reverse(f"contrats:{nom}", args=[contrat.numero, partie_du(contrat, partie).pk])


@pytest.mark.parametrize("nom", ["signer", "code", "certificat", "papier", "refuser", "modification", "relancer"])
def test_qui_n_a_pas_de_mandat_est_refuse_a_la_page_et_le_journal_le_dit(accord, contrat, client, nom):
    personne = UtilisateurFactory(lecture=True, structure=accord.structure)
    client.force_login(personne)
    avant = photographie()
    assert client.post(adresse(contrat, nom), {"texte": "Non."}).status_code == 403
    assert [trace.acteur for trace in traces()] == [personne]
    assert photographie() == avant
    if nom != "code":
        assert client.get(adresse(contrat, nom)).status_code == 403
    assert len(traces()) == 1  # lire n'écrit rien


def jeton():
    return LienDeSignature.objects.select_related("partie__version").get().jeton()


def test_un_lien_expire_laisse_une_trace_et_une_seule_par_raison(accord, contrat, client, le_jour_de_la_signature):
    signer_le_20(contrat, accord.presidente)
    page = reverse("contrats:signer_par_le_lien", args=[jeton()])
    assert client.get(page).status_code == 200
    assert not traces()
    le_jour_de_la_signature.shift(dt.timedelta(days=31))
    avant = photographie()
    for _ in range(3):
        assert client.get(page).status_code == 410
    trace = une_trace("Ce lien a expiré", None)
    assert (trace.acte, trace.objet_libelle) == ("ouvrir_un_lien_clos", "Commune de Saint-Aubin")
    client.post(page, {"nom": "A", "qualite": "B", "code": "000000", "accord": "on"})
    client.post(reverse("contrats:code_par_le_lien", args=[jeton()]))
    assert len(traces()) == 1
    assert photographie() == avant
    operations.rappeler_la_signature(contrat.version, motif="Une erreur.", par=accord.conseillere)
    assert client.post(page).status_code == 410
    assert "a rappelé cette version" in traces()[-1].motif


def test_un_mauvais_mot_de_passe_est_trace_et_ferme_la_porte_au_sixieme(accord, contrat, client):
    accord.presidente.set_password(MOT_DE_PASSE)
    accord.presidente.save()
    client.force_login(accord.presidente)
    code = operations.demander_un_code(partie_du(contrat, "gestionnaire"), par=accord.presidente)
    saisie = {"nom": "Aminata Diallo", "qualite": "présidente", "code": code, "accord": "on"}
    page = adresse(contrat, "signer")
    for _ in range(6):
        assert client.post(page, saisie | {"mot_de_passe": "ce n'est pas lui"}).status_code in {422, 429}
    assert "mot de passe" in traces()[0].motif
    assert {trace.acteur for trace in traces()} == {accord.presidente}
    assert client.post(page, saisie | {"mot_de_passe": MOT_DE_PASSE}).status_code == 429
    assert not Signature.objects.exists()
    assert CodeDeSignature.objects.get().essais == 0  # le code n'est pas un second oracle


def test_un_mandat_perdu_entre_deux_pages_est_trace(accord, contrat, client):
    client.force_login(accord.presidente)
    assert client.get(adresse(contrat, "signer")).status_code == 200
    Utilisateur.objects.filter(pk=accord.presidente.pk).update(role="direction")
    fichier = SimpleUploadedFile("a.pdf", b"%PDF-1.7", "application/pdf")
    assert client.post(adresse(contrat, "certificat"), {"fichier": fichier}).status_code == 403
    une_trace("Seul un représentant", accord.presidente)
