"""La cohérence d'un projet social : chaque défaut semé est trouvé, et un projet sain n'est jamais inquiété."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agrement.accueil.demonstration.ecrire_projets import ecrire_le_projet
from centres import coherence, operations
from centres.choix import NatureProjet
from centres.coherence import REGLES, Remarque
from centres.models import Action, Indicateur, Objectif, ProjetSocial
from centres.regles import PARTIES
from comptes.choix import Severite
from comptes.controles import CONTROLES
from comptes.models import Parametre
from comptes.operations import charger_les_textes
from comptes.regles import PARAMETRES
from tests.fabriques import CommuneFactory, ProjetSocialFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

ORIGINE = {code: connu.defaut for code, connu in PARAMETRES.items()}
PREMIER, PREFIGURATION, RENOUVELLEMENT = NatureProjet.PREMIER, NatureProjet.PREFIGURATION, NatureProjet.RENOUVELLEMENT


def relu(projet: ProjetSocial) -> ProjetSocial:
    return ProjetSocial.objects.avec_arbre().select_related("structure__caisse").get(pk=projet.pk)


def remarques(projet: ProjetSocial, **reglages: str) -> list[Remarque]:
    lu = relu(projet)
    precedent = ProjetSocial.objects.avec_arbre().precedant(lu)
    regles = {f"coherence_{code}": valeur for code, valeur in reglages.items()}
    return coherence.verifier(lu, precedent=precedent, reglages={**ORIGINE, **regles})


def codes(projet: ProjetSocial) -> list[str]:
    return sorted({remarque.regle.code for remarque in remarques(projet)})


def sain(*, evs: bool = False, nature: NatureProjet = PREMIER) -> ProjetSocial:
    return ProjetSocialFactory(structure=StructureFactory(evs=evs), nature=nature, sain=True)  # type: ignore[return-value]


def regler(projet: ProjetSocial, code: str, severite: Severite) -> None:
    Parametre.objects.create(
        caisse=projet.structure.caisse,
        code=CONTROLES[code].parametre,
        valeur=severite,
        date_effet=timezone.localdate(),
        texte=charger_les_textes()[CONTROLES[code].texte],
    )


# --- Ce qui est sain ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("evs", [False, True])
@pytest.mark.parametrize("nature", list(NatureProjet))
def test_un_projet_sain_n_a_aucune_remarque(evs: bool, nature: NatureProjet) -> None:
    assert remarques(sain(evs=evs, nature=nature)) == []


@pytest.mark.parametrize("evs", [False, True])
def test_aucun_projet_de_la_demonstration_n_a_de_remarque(evs: bool) -> None:
    """Deux périodes de suite pour chaque rang : le projet en cours, transmis, puis son renouvellement."""
    for rang in range(6):
        structure = StructureFactory(evs=evs, premier_agrement="2011")
        for debut, fin in ((2024, 2026), (2027, 2029)):
            projet = ecrire_le_projet(
                structure,
                rang=rang,
                debut=dt.date(debut, 1, 1),
                fin=dt.date(fin, 12, 31),
                adopte_le=dt.date(debut - 1, 6, 15),
            )
            assert [remarque.texte for remarque in remarques(projet)] == [], rang
            operations.figer(projet, par=UtilisateurFactory(direction=True, structure=structure))


def test_la_premiere_demande_de_la_demonstration_n_a_pas_de_remarque() -> None:
    periode = {"debut": dt.date(2027, 7, 1), "fin": dt.date(2030, 6, 30), "adopte_le": dt.date(2026, 6, 1)}
    projet = ecrire_le_projet(StructureFactory(), rang=0, **periode)
    assert projet.nature == PREMIER
    assert remarques(projet) == []


# --- Chaque défaut ------------------------------------------------------------------------------------------------


def un_champ(nom: str, valeur: Any) -> Callable[[ProjetSocial], Any]:
    return lambda projet: ProjetSocial.objects.filter(pk=projet.pk).update(**{nom: valeur})


def operationnel() -> Objectif:
    return Objectif.objects.get(parent__isnull=False)


def cafe() -> Action:
    return Action.objects.get(intitule="Café du mercredi")


def copier_l_axe(projet: ProjetSocial) -> None:
    axe, enjeu = projet.axes.get(ordre=2), projet.enjeux.get(ordre=2)
    general = projet.axes.create(intitule=f" {axe.intitule.upper()} !").objectifs.create(intitule="Autre", mission=2)
    general.axe.enjeux.add(enjeu)
    general.actions.create(intitule="Une", charges=0).indicateurs.create(intitule="I", cible="1")


# code de la règle → ce qui sème le défaut, et rien d'autre
SEMES: dict[str, Callable[[ProjetSocial], Any]] = {
    "adoption": un_champ("date_d_adoption", None),
    "adoption, sans instance": un_champ("instance_d_adoption", ""),
    "adoption, dans l'avenir": un_champ("date_d_adoption", dt.date(2099, 1, 1)),
    "partie_incomplete": un_champ("diagnostic", ""),
    "partie_incomplete, sans horaires": un_champ("horaires", ""),
    "sans_intitule": lambda projet: projet.axes.filter(ordre=1).update(intitule=" "),
    "sans_intitule, d'un poste": lambda projet: projet.postes.create(),
    "doublon": copier_l_axe,
    "doublon, d'une action copiée": lambda projet: operations.dupliquer(
        cafe(), par=UtilisateurFactory(direction=True, structure=projet.structure)
    ),
    "sans_axe": lambda projet: projet.axes.all().delete(),
    "enjeu_sans_axe": lambda projet: projet.enjeux.create(intitule="L'emploi des jeunes"),
    "axe_sans_enjeu": lambda projet: projet.axes.get(ordre=1).enjeux.set(projet.enjeux.filter(ordre=0)),
    "axe_sans_objectif": lambda projet: projet.axes.create(intitule="Vide").enjeux.add(projet.enjeux.first()),
    "objectif_sans_action": lambda projet: projet.axes.get(ordre=1).objectifs.create(intitule="Seul", mission=1),
    "objectif_sans_action, opérationnel": lambda projet: cafe().delete(),
    "action_sans_indicateur": lambda projet: cafe().indicateurs.all().delete(),
    "indicateur_sans_cible": lambda projet: Indicateur.objects.filter(objectif__isnull=False).update(cible=""),
    "action_sans_financement": lambda projet: cafe().financements.all().delete(),
    "action_sans_financement, à moitié": lambda projet: Action.objects.filter(pk=cafe().pk).update(charges=3000),
    "mission_non_couverte": lambda projet: Objectif.objects.filter(mission=1).update(mission=None),
    "volet_familles_vide": un_champ("projet_familles", ""),
    "budget_absent": lambda projet: projet.lignes_budget.all().delete(),
    "annee_sans_budget": lambda projet: projet.lignes_budget.filter(annee=2028).delete(),
    "budget_desequilibre": lambda projet: projet.lignes_budget.filter(annee=2028, sens="charge").delete(),
}


@pytest.mark.parametrize("nom", SEMES)
def test_un_defaut_seme_est_trouve_et_lui_seul(nom: str) -> None:
    projet = sain()
    if nom == "axe_sans_enjeu":  # l'autre axe répond désormais aux deux enjeux
        projet.axes.get(ordre=2).enjeux.set(projet.enjeux.all())
    SEMES[nom](projet)
    assert codes(projet) == [nom.partition(",")[0]]


def test_une_finalite_oubliee_se_trouve_dans_un_espace_de_vie_sociale() -> None:
    projet = sain(evs=True)
    Objectif.objects.filter(finalite="citoyennete").update(finalite="")
    (remarque,) = remarques(projet)
    assert remarque.regle.code == "finalite_non_couverte"
    assert "citoyenneté de proximité" in remarque.texte


def test_un_axe_sans_indicateur_et_ses_actions_se_disent_chacun() -> None:
    projet = sain()
    Indicateur.objects.filter(action__objectif__axe__ordre=2).delete()
    assert codes(projet) == ["action_sans_indicateur", "axe_jamais_evalue"]


def test_toutes_les_regles_ont_un_defaut_seme_ici() -> None:
    ailleurs = {"finalite_non_couverte", "axe_jamais_evalue", "projet_recopie"}
    assert {nom.partition(",")[0] for nom in SEMES} | ailleurs == {regle.code for regle in REGLES} == set(CONTROLES)


def test_un_projet_vide_dit_ce_qui_manque_sans_repeter() -> None:
    projet = ProjetSocial.objects.create(structure=StructureFactory(), titre="Neuf")
    trouvees = remarques(projet)
    assert len({remarque.texte for remarque in trouvees}) == len(trouvees)
    attendues = {phrase for partie in PARTIES if partie.s_applique(projet) for phrase in partie.manques(relu(projet))}
    assert {remarque.texte for remarque in trouvees} == attendues


def test_une_prefiguration_n_est_pas_jugee_sur_un_arbre_qu_elle_n_a_pas() -> None:
    projet = sain(nature=PREFIGURATION)
    projet.axes.create(intitule="")
    assert remarques(projet) == []


def test_une_ligne_de_budget_se_dit_par_son_compte() -> None:
    projet = sain()
    projet.lignes_budget.filter(compte="641").update(intitule="")
    assert remarques(projet) == []


# --- Le renouvellement qui recopie --------------------------------------------------------------------------------


def renouveler(ancien: ProjetSocial) -> ProjetSocial:
    """La copie entière de l'ancien projet, transmis, pour la période suivante."""
    par = UtilisateurFactory(direction=True, structure=ancien.structure)
    ProjetSocial.objects.filter(pk=ancien.pk).update(debut=dt.date(2024, 1, 1), fin=dt.date(2026, 12, 31))
    operations.figer(ancien, par=par)
    copie = operations.nouvelle_version(ancien, par=par)
    ProjetSocial.objects.filter(pk=copie.pk).update(
        serie="6f0a3a50-5d52-4ad8-9f3f-3f8f1c9d2b11",
        nature=RENOUVELLEMENT,
        debut=dt.date(2027, 1, 1),
        fin=dt.date(2029, 12, 31),
    )
    copie.refresh_from_db()
    return copie


def test_un_renouvellement_recopie_se_dit_avec_les_mots_de_la_circulaire() -> None:
    copie = renouveler(sain())
    (remarque,) = remarques(copie)
    assert remarque.regle.code == "projet_recopie"
    assert "pas de perspectives pluriannuelles nouvelles" in remarque.texte
    assert "9 intitulés" in remarque.texte
    assert remarque.severite == Severite.AVERTISSEMENT


def test_une_copie_se_reconnait_malgre_la_casse_et_la_ponctuation() -> None:
    copie = renouveler(sain())
    for axe in copie.axes.all():
        axe.intitule = f"{axe.intitule.upper()} !"
        axe.save()
    assert codes(copie) == ["projet_recopie"]


def test_un_renouvellement_qui_garde_ses_axes_et_renouvelle_le_reste_n_est_pas_une_copie() -> None:
    copie = renouveler(sain())
    for noeud in (*Objectif.objects.filter(projet=copie), *Action.objects.filter(projet=copie)):
        noeud.intitule = f"Désormais, {noeud.intitule}"
        noeud.save()
    assert remarques(copie) == []


def test_un_renouvellement_a_peine_commence_n_est_pas_une_copie() -> None:
    copie = renouveler(sain())
    copie.axes.get(ordre=2).delete()
    operationnel_garde = Objectif.objects.get(projet=copie, parent__isnull=False)
    operationnel_garde.delete()
    assert "projet_recopie" not in codes(copie)


@pytest.mark.parametrize(
    "change",
    [
        {"nature": PREMIER},
        {"debut": None, "fin": None},
        {"debut": dt.date(2026, 12, 31)},  # la période de l'autre n'est pas finie : une demande refaite, pas une suite
    ],
    ids=["premier projet", "sans période", "même période"],
)
def test_seul_un_projet_acheve_et_suivi_d_un_renouvellement_se_compare(change: dict[str, Any]) -> None:
    copie = renouveler(sain())
    ProjetSocial.objects.filter(pk=copie.pk).update(**change)
    assert "projet_recopie" not in codes(copie)


def test_la_part_qui_fait_une_copie_est_un_parametre() -> None:
    copie = renouveler(sain())
    for action in Action.objects.filter(projet=copie):
        action.intitule = f"Désormais, {action.intitule}"
        action.save()
    assert remarques(copie) == []
    assert [r.regle.code for r in remarques(copie, part_recopiee="50")] == ["projet_recopie"]


# --- Les sévérités et les adresses --------------------------------------------------------------------------------


def test_la_caisse_regle_la_severite_de_chaque_regle() -> None:
    projet = sain()
    cafe().indicateurs.all().delete()
    assert [remarque.est_bloquante for remarque in coherence.controler(relu(projet))] == [False]
    regler(projet, "action_sans_indicateur", Severite.BLOQUANTE)
    assert [remarque.texte for remarque in coherence.bloquantes(projet)] == [
        "L'action « Café du mercredi » n'a pas d'indicateur, ni l'objectif qui la porte."
    ]
    Parametre.objects.update(valeur=Severite.IGNOREE)
    assert coherence.controler(relu(projet)) == []


def test_les_bloquantes_viennent_d_abord_puis_l_ordre_des_parties() -> None:
    projet = sain()
    ProjetSocial.objects.update(diagnostic="", instance_d_adoption="")
    projet.lignes_budget.all().delete()
    parties = [remarque.partie.code for remarque in remarques(projet)]
    assert parties == ["validation", "diagnostic", "budget"]


def test_une_remarque_mene_au_champ_puis_a_la_lecture_une_fois_la_version_figee() -> None:
    projet = sain()
    indicateur = Indicateur.objects.earliest("pk")
    Indicateur.objects.filter(pk=indicateur.pk).update(cible="")
    ProjetSocial.objects.update(diagnostic="")
    diagnostic, cible = (remarque.adresse for remarque in remarques(projet))
    assert diagnostic == f"{projet.adresse_de('diagnostic')}#id_diagnostic"
    assert cible == f"{reverse('centres:noeud', args=[projet.pk, 'indicateurs', indicateur.pk])}#id_cible"
    operations.figer(projet, par=UtilisateurFactory())
    lire = reverse("centres:projet_lire", args=[projet.pk])
    assert [remarque.adresse for remarque in remarques(projet)] == [
        f"{lire}#partie-diagnostic",
        f"{lire}#indicateurs-{indicateur.pk}",
    ]


def test_chaque_adresse_mene_a_un_endroit_qui_existe(client) -> None:
    projet = sain()
    client.force_login(UtilisateurFactory(direction=True, structure=projet.structure))
    projet.axes.create(intitule="")
    projet.enjeux.create(intitule="Oublié")
    projet.postes.create()
    ProjetSocial.objects.update(diagnostic="", projet_familles="", date_d_adoption=None)
    Indicateur.objects.update(cible="")
    projet.lignes_budget.filter(annee=2028, sens="charge").delete()
    projet.lignes_budget.filter(annee=2029).delete()
    for remarque in remarques(projet):
        page, _, ancre = remarque.adresse.partition("#")
        assert (f'id="{ancre}"' if ancre else "") in client.get(page).content.decode(), remarque


# --- Les écrans ---------------------------------------------------------------------------------------------------


@pytest.fixture
def projet() -> ProjetSocial:
    return sain()


def test_la_page_explique_chaque_remarque_et_dit_ce_qui_est_controle(client, projet, directrice) -> None:
    cafe().indicateurs.all().delete()
    ProjetSocial.objects.update(instance_d_adoption="")
    html = client.get(reverse("centres:coherence", args=[projet.pk])).content.decode()
    attendus = [
        "Empêche de transmettre",
        "Nommez l&#x27;instance du centre",
        "À regarder",
        "Action sans indicateur",
        "Pourquoi :",
        "Ce qui est contrôlé",
        "Circulaire Cnaf n° 56 du 31 octobre 1995",
    ]
    assert [attendu for attendu in attendus if attendu not in html] == []
    assert html.index("Empêche de transmettre") < html.index("À regarder")


def test_un_projet_sain_le_lit_sur_sa_page(client, projet, directrice) -> None:
    assert "Rien à signaler" in client.get(reverse("centres:coherence", args=[projet.pk])).content.decode()


def test_le_panneau_d_une_partie_ne_dit_que_ses_remarques(client, projet, directrice) -> None:
    ProjetSocial.objects.update(diagnostic="", projet_familles="")
    lien = reverse("centres:coherence_partie", args=[projet.pk, "diagnostic"])
    panneau = client.get(lien, headers={"HX-Request": "true"}).content.decode()
    assert "Écrivez le diagnostic partagé." in panneau
    assert "volet familles" not in panneau
    assert lien in client.get(projet.adresse_de("diagnostic")).content.decode()


def test_le_panneau_d_une_partie_qui_ne_s_applique_pas_n_existe_pas(client, projet, directrice) -> None:
    assert client.get(reverse("centres:coherence_partie", args=[projet.pk, "bilan"])).status_code == 404


def test_la_liste_des_parties_compte_les_remarques(client, projet, directrice) -> None:
    cafe().indicateurs.all().delete()
    ProjetSocial.objects.update(instance_d_adoption="")
    html = client.get(projet.get_absolute_url()).content.decode()
    assert "1 à corriger" in html
    assert "1 à regarder" in html
    assert reverse("centres:coherence", args=[projet.pk]) in html


@pytest.mark.parametrize("nature", [PREMIER, RENOUVELLEMENT])
@pytest.mark.parametrize("nom", ["coherence", "coherence_partie", "projet_lire"])
def test_la_page_coute_autant_de_requetes_pour_un_petit_et_un_grand_projet(client, nature, nom) -> None:
    projet = renouveler(sain())
    ProjetSocial.objects.filter(pk=projet.pk).update(nature=nature)
    client.force_login(UtilisateurFactory(direction=True, structure=projet.structure))
    arguments = [projet.pk, "axes"] if nom == "coherence_partie" else [projet.pk]
    projet.zones.create(intitule="Zone").communes.add(CommuneFactory())
    comptes = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse(f"centres:{nom}", args=arguments))
        comptes.append(len(requetes))
        for n in range(6):
            axe = projet.axes.create(intitule=f"Axe {n}")
            general = axe.objectifs.create(intitule="Objectif")
            sous = axe.objectifs.create(parent=general, niveau="operationnel", projet=projet)
            sous.actions.create().indicateurs.create()
            general.actions.create().financements.create(montant=Decimal(1))
            projet.zones.create().communes.add(CommuneFactory())
    assert comptes[0] == comptes[1]


def test_le_contenu_saisi_dans_le_projet_est_echappe_partout(client, projet, directrice) -> None:
    projet.axes.create(intitule="<script>alert(1)</script>")
    for nom, *suite in (("coherence",), ("coherence_partie", "axes"), ("projet_lire",)):
        assert "<script>alert" not in client.get(reverse(f"centres:{nom}", args=[projet.pk, *suite])).content.decode()
