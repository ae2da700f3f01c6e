"""Dix projets réels tiennent dans le modèle : chaque fait s'y retrouve, et rien ne s'y ajoute."""

import html
from typing import Any

import pytest
from django.urls import reverse

from centres import operations
from centres.models import ProjetSocial
from centres.regles import parties_de
from tests.centres.cas_reels import CAS, Cas, charger
from tests.centres.exigences_de_cas import EXIGENCES
from tests.centres.lectures_de_cas import HORS_MODELE, LECTURES, MEME_PLACE, feuilles
from tests.fabriques import UtilisateurFactory

pytestmark = pytest.mark.django_db

TOUS = pytest.mark.parametrize("faits", CAS, ids=[faits["id"] for faits in CAS])

# Les seules parties que le document dit assez pour qu'elles soient complètes.
COMPLETES = {
    "PS-02": {"methode"},
    "PS-05": {"evaluation"},
    "PS-07": {"axes"},
    "PS-13": {"methode"},
    "PS-20": {"axes", "gouvernance"},
}


@pytest.fixture
def cas(faits: dict[str, Any]) -> Cas:
    return charger(faits)


def test_les_dix_cas_sont_la() -> None:
    assert len({faits["id"] for faits in CAS}) == len(CAS) == 10


@TOUS
def test_chaque_fait_du_cas_a_sa_place_dans_le_modele(faits: dict[str, Any]) -> None:
    """Un fait nouveau, que rien ne relit, fait échouer ce test."""
    assert {chemin for chemin, _, _ in feuilles(faits)} <= LECTURES.keys() | HORS_MODELE.keys()


@TOUS
def test_chaque_fait_du_cas_se_relit_du_modele(cas: Cas) -> None:
    perdus = [
        f"{chemin} {rangs} : {dit!r}, lu {lu!r}"
        for chemin, rangs, dit in feuilles(cas.faits)
        if chemin not in HORS_MODELE and not _meme(lu := _relire(cas, chemin, rangs), dit)
    ]
    assert perdus == []


@TOUS
def test_ce_que_le_cas_ne_dit_pas_reste_vide(cas: Cas) -> None:
    dits = [chemin for chemin, _, _ in feuilles(cas.faits)]
    for chemin, lire in LECTURES.items():
        places = next((ensemble for ensemble in MEME_PLACE if chemin in ensemble), {chemin})
        lus = _remplis(lire(cas))
        assert len(lus) == max(dits.count(place) for place in places), f"{chemin} : {lus}"


@TOUS
def test_un_champ_que_nul_cas_ne_dit_reste_vide(cas: Cas) -> None:
    vide = ProjetSocial()
    for champ in ProjetSocial._meta.concrete_fields:
        if champ.editable and champ.name not in {"id", "structure", "titre", *CHAMPS_RELUS}:
            assert getattr(cas.projet, champ.name) == getattr(vide, champ.name), champ.name


# Les champs du projet que relisent `LECTURES`.
CHAMPS_RELUS = {
    "nature", "debut", "fin", "duree_annees", "prefiguration", "prefiguration_annees", "agrement_precedent",
    "dispositif_precedent", "periode_precedente", "contexte", "problematique", "methode_participation",
    "gouvernance", "evaluation_prevue", "budget_global",
}  # fmt: skip


@TOUS
def test_une_partie_que_le_document_ne_donne_pas_n_est_pas_complete(cas: Cas) -> None:
    projet = ProjetSocial.objects.avec_arbre().get(pk=cas.projet.pk)
    completes = {
        partie.code
        for partie in parties_de(projet)
        if partie.attendus and partie.est_commencee(projet) and not partie.manques(projet)
    }
    assert completes == COMPLETES.get(cas.faits["id"], set())


@TOUS
def test_le_projet_se_lit_a_l_ecran_avec_tout_ce_qu_il_dit(client, cas: Cas) -> None:
    client.force_login(UtilisateurFactory(direction=True, structure=cas.structure))
    for adresse in (
        cas.structure.get_absolute_url(),
        cas.structure.gestionnaire.get_absolute_url(),
        cas.projet.get_absolute_url(),
    ):
        assert client.get(adresse).status_code == 200
    page = html.unescape(client.get(reverse("centres:projet_lire", args=[cas.projet.pk])).content.decode())
    absents = [
        dit
        for chemin, _, dit in feuilles(cas.faits)
        if chemin not in HORS_MODELE and chemin not in DITS_AUTREMENT and not chemin.startswith("structure.")
        if str(dit).replace("’", "'") not in page.replace("’", "'")
    ]
    assert absents == []


# À l'écran, ces faits se lisent autrement : une date en clair, un montant, un rang, « oui ».
DITS_AUTREMENT = {
    "nature", "periode", "premier_agrement", "agrement_precedent", "depot", "presentation_partenaires",
    "circuit[].date", "territoire.zones[].priorite", "territoire.itinerant", "territoire.type", "axes[].n",
    "equipe[].etp", "equipe[].mise_a_disposition", "budget.previsionnel_total_eur", "diagnostic[].type",
}  # fmt: skip


@TOUS
def test_la_version_suivante_dit_exactement_la_meme_chose(cas: Cas) -> None:
    par = UtilisateurFactory(direction=True, structure=cas.structure)
    fige = operations.figer(cas.projet, par=par)
    suite = operations.nouvelle_version(fige, par=par)
    assert operations.contenu(suite) == operations.contenu(fige)
    assert operations.empreinte(operations.contenu(suite)) == fige.empreinte
    recopie = Cas(cas.faits, cas.structure, suite)
    for chemin, rangs, dit in feuilles(cas.faits):
        assert chemin in HORS_MODELE or _meme(_relire(recopie, chemin, rangs), dit)


@TOUS
def test_le_cas_tient_ce_qu_il_exige_du_modele(cas: Cas) -> None:
    """Une exigence sans contrôle fait échouer ce test."""
    for phrase in cas.faits["exigences"]:
        EXIGENCES[phrase](cas)


def test_chaque_controle_sert_un_cas() -> None:
    assert EXIGENCES.keys() == {phrase for faits in CAS for phrase in faits["exigences"]}


def _relire(cas: Cas, chemin: str, rangs: tuple[int, ...]) -> Any:
    lu = LECTURES[chemin](cas)
    for rang in rangs:
        lu = lu[rang] if isinstance(lu, list) and rang < len(lu) else lu
    return lu


def _meme(lu: Any, dit: Any) -> bool:
    """Égaux, un nombre écrit en texte et l'apostrophe droite compris."""
    if isinstance(lu, set):
        return any(_meme(un, dit) for un in lu)
    return lu == dit or str(lu) == str(dit).replace("’", "'") or str(lu) == str(dit)


def _remplis(lu: Any) -> list[Any]:
    """Les valeurs que rend une lecture, sans les vides."""
    if isinstance(lu, (list, set)):
        return [valeur for un in lu for valeur in _remplis(un)]
    return [] if lu in ("", None, False) else [lu]
