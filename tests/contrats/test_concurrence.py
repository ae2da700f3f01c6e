"""Deux personnes signent, rappellent ou scellent au même instant : un seul acte, et une phrase pour l'autre."""

from typing import Any

import pytest

from agrement.contrats import operations
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import CodeDeSignature, ImpressionDeTexte, PartieASigner, Signature, VersionASigner
from agrement.dossiers.models import Dossier
from socle.models import Fichier
from socle.workflow import ActeRefuse
from tests.ensemble import ensemble
from tests.fabriques import UtilisateurFactory
from tests.fabriques.contrats import contrat_propose, partie_du, sans_cachet, signer_le_20, signer_le_22

pytestmark = pytest.mark.django_db(transaction=True)
QUI = {"qualite": "présidente"}


def refus(resultats: list[Any]) -> list[str]:
    return [str(un) for un in resultats if isinstance(un, ActeRefuse)]


def la_partie(pk: int) -> PartieASigner:
    return PartieASigner.objects.select_related("version__contrat__dossier").get(pk=pk)


def test_deux_representants_signent_au_meme_instant_et_un_seul_signe(accord) -> None:
    contrat = contrat_propose(accord)
    pk = partie_du(contrat, "gestionnaire").pk
    autre = UtilisateurFactory(gestionnaire=True, structure=accord.structure)
    codes = {par: operations.demander_un_code(la_partie(pk), par=par) for par in (accord.presidente, autre)}
    resultats = ensemble(
        *(lambda par=par: operations.signer(la_partie(pk), code=codes[par], par=par, **QUI) for par in codes)
    )
    assert ["déjà signé" in phrase for phrase in refus(resultats)] == [True]
    assert Signature.objects.count() == 1
    assert CodeDeSignature.objects.filter(utilise_le__isnull=False).count() == 1


def test_un_double_clic_ne_signe_qu_une_fois(accord) -> None:
    contrat = contrat_propose(accord)
    pk = partie_du(contrat, "gestionnaire").pk
    code = operations.demander_un_code(la_partie(pk), par=accord.presidente)
    signer = [lambda: operations.signer(la_partie(pk), code=code, par=accord.presidente, **QUI)] * 2
    assert len(refus(ensemble(*signer))) == 1
    assert Signature.objects.count() == 1
    assert Fichier.objects.filter(nom=f"contrat-{contrat.numero}-1.pdf").count() == 1


def test_un_rappel_pendant_la_signature_passe_avant_ou_apres_elle(accord) -> None:
    contrat = contrat_propose(accord)
    pk = partie_du(contrat, "gestionnaire").pk
    code = operations.demander_un_code(la_partie(pk), par=accord.presidente)
    resultats = ensemble(
        lambda: operations.signer(la_partie(pk), code=code, par=accord.presidente, **QUI),
        lambda: operations.rappeler_la_signature(
            VersionASigner.objects.select_related("contrat").get(), motif="Une erreur.", par=accord.conseillere
        ),
    )
    phrases = refus(resultats)
    assert VersionASigner.objects.get().statut == StatutVersion.RAPPELEE
    assert Signature.objects.count() == 1 - len(phrases)
    assert all("rappelée" in phrase for phrase in phrases)


def test_la_derniere_signature_et_un_rappel_au_meme_instant_ne_se_bloquent_pas(accord) -> None:
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    with sans_cachet():
        signer_le_22(contrat, accord.president)
    version = VersionASigner.objects.get()
    assert version.statut == StatutVersion.A_SCELLER

    def sceller() -> bool:
        return operations.sceller(VersionASigner.objects.select_related("contrat").get())

    resultats = ensemble(
        sceller,
        lambda: operations.rappeler_la_signature(
            VersionASigner.objects.select_related("contrat").get(), motif="Trop tard.", par=accord.conseillere
        ),
        sceller,
    )
    assert len(refus(resultats)) == 1
    assert sorted(un for un in resultats if isinstance(un, bool)) == [False, True]
    version.refresh_from_db()
    assert version.statut == StatutVersion.SCELLEE
    assert Fichier.objects.filter(nom=f"contrat-{contrat.numero}.pdf").count() == 1


def test_deux_personnes_demandent_le_meme_contrat_et_un_seul_s_imprime(accord) -> None:
    pk, collegue = accord.dossier.pk, UtilisateurFactory(caisse=accord.caisse)

    def demander(par: Any) -> ImpressionDeTexte:
        dossier = Dossier.objects.get(pk=pk)
        return operations.demander_le_contrat(dossier, operations.parties_du_contrat(dossier), par=par)

    demandees = ensemble(lambda: demander(accord.conseillere), lambda: demander(collegue))
    assert len({impression.pk for impression in demandees}) == 1
    assert ImpressionDeTexte.objects.count() == 1


def test_des_codes_faux_essayes_ensemble_se_comptent_tous(accord) -> None:
    contrat = contrat_propose(accord)
    pk = partie_du(contrat, "gestionnaire").pk
    juste = operations.demander_un_code(la_partie(pk), par=accord.presidente)
    faux = [f"{(int(juste) + ecart) % 10**6:06d}" for ecart in range(1, 8)]
    resultats = ensemble(
        *(lambda code=code: operations.signer(la_partie(pk), code=code, par=accord.presidente, **QUI) for code in faux)
    )
    assert len(refus(resultats)) == 7
    assert CodeDeSignature.objects.get().essais == 5
    with pytest.raises(ActeRefuse, match="trop de fois"):
        operations.signer(la_partie(pk), code=juste, par=accord.presidente, **QUI)
