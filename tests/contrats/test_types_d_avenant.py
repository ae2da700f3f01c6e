"""Chaque type d'avenant change ce que la version consolidée dit, à l'écran et au PDF, et rien d'autre."""

import datetime as dt

import pytest
from django.urls import reverse

from agrement.contrats.blocs import BLOCS, TITRES, fondre, montants_de
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.consolidation import actes_au, consolide_au, contenu_au
from agrement.contrats.documents import imprimer_la_version_consolidee
from agrement.contrats.documents.contenu import prestations_au_bareme
from agrement.prestations.choix import TypePrestation
from agrement.seances.choix import TypeDecision as D
from outils.contrats_de_controle import long
from tests.fabriques import GestionnaireFactory, UtilisateurFactory
from tests.fabriques.avenants import avenant_signe, contrat_ecrit, decision_notifiee, un_indicateur, une_ligne
from tests.fabriques.prestations import BaremeFactory
from tests.greffons.pdf import infractions, jointes, porte, texte

JUILLET = dt.date(2027, 7, 1)


def court():
    """Le contrat de contrôle, à deux objectifs par axe : dix pages au plus."""
    dit = long()
    for axe, famille in zip(dit["axes"], dit["objectifs"], strict=True):
        axe["lignes"], famille["objectifs"] = axe["lignes"][:2], famille["objectifs"][:2]
    return dit


ORIGINE = court()
NOUVEL_OBJECTIF = {"numero": "1.1", "intitule": "Ouvrir un jardin partagé", "operationnels": []}
MODIFICATIONS = {
    T.DUREE: {
        "periode": {"debut": "2027-01-01", "fin": "2030-06-30", "duree": "3 ans et 6 mois"},
        "echeances": [{"libelle": "Terme de l'agrément prorogé", "date": "2030-06-30"}],
    },
    T.OBJECTIFS: {
        "objectifs": [{**ORIGINE["objectifs"][0], "objectifs": [NOUVEL_OBJECTIF]}, *ORIGINE["objectifs"][1:]],
        "axes": [
            {
                **ORIGINE["axes"][0],
                "lignes": [
                    {**NOUVEL_OBJECTIF, "actions": ["Jardin du samedi"], "detaille": False,
                     "indicateurs": [un_indicateur("Jardiniers inscrits", cible="30", unite="familles")]}
                ],
            },
            *ORIGINE["axes"][1:],
        ],
    },
    T.GESTIONNAIRE: {"gestionnaire": {**ORIGINE["gestionnaire"], "raison_sociale": "Ville de Bourg", "forme": "Commune",
                                      "representant": "Paule Martin", "qualite": "maire"}},
    T.EQUIPE: {"direction": {"nom": "Noa Garnier", "diplome": "DESJEPS", "niveau": None, "etp": "", "debut": None},
               "referent_familles": None},
    T.FINANCEMENT: {
        "budget": [
            {**annee, "lignes": [*annee["lignes"][:2], une_ligne("Part de la Caf", "91234.00", financeur="Caf")]}
            for annee in ORIGINE["budget"]
        ],
    },
    T.TERRITOIRE: {"structure": {**ORIGINE["structure"], "adresse": "2 rue des Lilas, 61999 Saint-Aubin",
                                 "antennes": ["Maison du lac", "Annexe du pont"]}},
    T.PARTENAIRES: {"conventions": [{"intitule": "Convention avec la médiathèque", "type": "Partenariat", "parties": [],
                                     "debut": "2027-07-01", "fin": "2029-12-31", "etat": "Signée"}]},
    T.TEXTE_LIBRE: {"stipulations": {"C2026-0046-A8": "La salle des fêtes ouvre aussi le dimanche."}},
}  # fmt: skip
# Par type : ce que le texte dit après, et ce qu'il ne dit plus.
DIT = {
    T.DUREE: (["1er janvier 2027 – 30 juin 2030", "Terme de l'agrément prorogé"], ["s'achève le 31 décembre 2029"]),
    T.OBJECTIFS: (
        ["1.1 Ouvrir un jardin partagé", "Jardin du samedi", "Jardiniers inscrits : 30 familles"],
        ["1.1.1", "1.2 Objectif"],
    ),
    T.GESTIONNAIRE: (["et Ville de Bourg (Commune)", "Paule Martin, maire"], ["et Association Les Tilleuls"]),
    T.EQUIPE: (["confiée à Noa Garnier, DESJEPS.", "désigne un référent familles"], ["confiée à Sacha"]),
    T.FINANCEMENT: (["Part de la Caf", "2027 91 234,00 €"], ["63 600,00 €"]),
    T.TERRITOIRE: (["2 rue des Lilas", "ses antennes : Maison du lac et Annexe du pont."], ["Annexe du faubourg"]),
    T.PARTENAIRES: (["Convention avec la médiathèque"], ["Convention tripartite de Saint-Aubin"]),
    T.TEXTE_LIBRE: (["Stipulations ajoutées par avenant", "La salle des fêtes ouvre aussi le dimanche."], []),
}  # fmt: skip


@pytest.fixture
def contrat(le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime(2027, 6, 1, 10, tzinfo=dt.UTC))
    return contrat_ecrit(court())


def signer(contrat, type_, **champs):
    if BLOCS[type_].decision:
        champs["decision"] = decision_notifiee(contrat, D.MAINTIEN, le=dt.date(2027, 5, 1), dossier="avenant")
    if type_ == T.GESTIONNAIRE:
        champs["nouveau_gestionnaire"] = GestionnaireFactory(caisse=contrat.caisse, raison_sociale="Ville de Bourg")
    return avenant_signe(contrat, type_, MODIFICATIONS[type_], effet_le=JUILLET, **champs)


def test_chaque_type_a_son_cas():
    assert set(MODIFICATIONS) == set(DIT) == set(T)


# --- Les valeurs et l'écran -----------------------------------------------------------------------


@pytest.mark.parametrize("type_", T)
def test_un_avenant_change_son_bloc_des_son_jour_et_nul_autre(contrat, type_):
    signer(contrat, type_)
    veille, jour = (contenu_au(contrat, JUILLET + dt.timedelta(days=ecart)) for ecart in (-1, 0))
    suivent = {"demandes"} if type_ == T.FINANCEMENT else set()
    assert veille == {**contenu_au(contrat, contrat.debut)}
    assert {cle for cle in jour if jour[cle] != veille.get(cle)} == {*MODIFICATIONS[type_], *suivent}


@pytest.mark.parametrize("type_", T)
def test_l_ecran_consolide_montre_ce_que_l_avenant_change_et_d_ou_il_le_tient(contrat, type_, client):
    avenant = signer(contrat, type_)
    client.force_login(UtilisateurFactory(caisse=contrat.caisse))
    page = client.get(reverse("contrats:version_consolidee", args=[contrat.numero]), {"au": JUILLET.isoformat()})
    changes = [
        bloc for bloc in consolide_au(contrat, JUILLET) if bloc.histoire[-1].adresse == avenant.get_absolute_url()
    ]
    vides = {cle for cle, valeur in MODIFICATIONS[type_].items() if not valeur}
    assert {bloc.cle for bloc in changes} == MODIFICATIONS[type_].keys() - vides
    ecran = page.content.decode().replace("&#x27;", "'")
    for bloc in changes:
        assert TITRES[bloc.cle] in ecran
        assert all(valeur.replace("\n", "<br>") in ecran for _, valeur in bloc.lignes)


# --- Le PDF ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def consolide():
    """Le même contrat, les huit avenants ensemble."""
    dit = court()
    for modifications in MODIFICATIONS.values():
        dit = fondre(dit, modifications)
    actes = [
        {"titre": "Contrat C2026-0046", "effet_le": dt.date(2027, 1, 1), "signe_le": dt.date(2026, 12, 22),
         "change": [], "signataires": [("Association Les Tilleuls", "Aminata Diallo", dt.date(2026, 12, 20))]},
        {"titre": "Avenant n° 1", "effet_le": JUILLET, "signe_le": dt.date(2027, 6, 12),
         "change": ["durée", "échéances"], "signataires": []},
    ]  # fmt: skip
    return imprimer_la_version_consolidee(dit, au=dt.date(2028, 4, 1), actes=actes)


@pytest.fixture(scope="module")
def lu(consolide):
    return serre(texte(consolide))


def serre(dit):
    """Sans espaces : un milliers insécable ou une fin de ligne n'y comptent pas."""
    return "".join(dit.split())


@pytest.mark.parametrize("type_", T)
def test_le_texte_consolide_dit_ce_que_l_avenant_change(lu, type_):
    presents, absents = DIT[type_]
    assert [dit for dit in presents if serre(dit) not in lu] == []
    assert [dit for dit in absents if serre(dit) in lu] == []


def test_la_version_consolidee_dit_qu_elle_n_est_pas_un_original_sa_date_et_ses_actes(consolide, lu):
    for attendu in (
        "Version consolidée au 1er avril 2028", "n'est pas un original",
        "Seuls le contrat et ses avenants signés font foi",
        "Avenant n° 1 12 juin 2027 1er juillet 2027 Durée, échéances", "Aminata Diallo, le 20 décembre 2026",
        "Contrat d'agrément, version consolidée au 1er avril 2028", "Vérifier le contrat signé",
    ):  # fmt: skip
        assert serre(attendu) in lu, attendu
    for absent in ("Projet soumis à la signature", "Cachet de la Caf", "Posé après la dernière signature"):
        assert serre(absent) not in lu
    assert porte(consolide, "VERSION CONSOLIDÉE".replace(" ", ""))


def test_la_version_consolidee_respecte_les_deux_normes_et_porte_ses_valeurs(consolide):
    assert not infractions(consolide, "3a")
    assert not infractions(consolide, "ua1")
    (donnees,) = jointes(consolide).values()
    assert donnees["gestionnaire"]["raison_sociale"] == "Ville de Bourg"
    assert donnees["demandes"] == [{"annee": annee, "montant": "91234.00"} for annee in (2027, 2028, 2029)]


def test_les_actes_sont_ceux_qui_ont_pris_effet_ce_jour_la(contrat):
    signer(contrat, T.FINANCEMENT)
    assert [acte["titre"] for acte in actes_au(contrat, dt.date(2027, 6, 30))] == [str(contrat)]
    origine, avenant = actes_au(contrat, JUILLET)
    assert (origine["change"], origine["signe_le"]) == ([], contrat.signe_le)
    assert (avenant["titre"], avenant["change"]) == ("Avenant n° 1", ["budget et montants attendus de la Caf"])
    assert len(avenant["signataires"]) == 1


def test_le_pdf_telecharge_dit_ses_actes_et_porte_la_date_dans_son_nom(contrat, client):
    signer(contrat, T.FINANCEMENT)
    client.force_login(UtilisateurFactory(caisse=contrat.caisse))
    adresse = reverse("contrats:version_consolidee_pdf", args=[contrat.numero])
    reponse = client.get(adresse, {"au": JUILLET.isoformat()})
    assert f"{contrat.numero}-au-2027-07-01.pdf" in reponse["Content-Disposition"]
    dit = serre(texte(reponse.content))
    assert serre("Version consolidée au 1er juillet 2027") in dit
    assert serre("1er juillet 2027 Budget et montants attendus de la Caf") in dit
    assert serre("Part de la Caf") in dit


# --- L'argent suit --------------------------------------------------------------------------------


def test_un_avenant_de_financement_change_la_note_de_calcul_avec_le_budget(contrat):
    signer(contrat, T.FINANCEMENT)
    dit = contenu_au(contrat, JUILLET)
    assert {ligne["annee"]: ligne["montant"] for ligne in dit["demandes"]} == {
        annee: str(montant) for annee, montant in montants_de(dit).items()
    }


@pytest.mark.django_db
def test_une_prestation_mise_au_bareme_dit_aussi_son_maximum():
    bareme = BaremeFactory(annee=2028, type=TypePrestation.ANIMATION_GLOBALE)
    (prestation,) = prestations_au_bareme(bareme.caisse, [{"code": "AGC", "libelle": "AGC", "bareme": None}], 2028)
    assert prestation["bareme"]["maximum"]
