"""Ce que chaque cas réel demande au modèle : {la phrase de son fichier: le contrôle}."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from centres.choix import Fonction, FormeJuridique, NatureElement, NatureZone, Occupation, RoleDuPartenaire
from centres.regles import PARTIE_PAR_CODE
from tests.centres.cas_reels import DEPOT, Cas

Controle = Callable[[Cas], None]
EXIGENCES: dict[str, Controle] = {}


def exigence(phrase: str) -> Callable[[Controle], Controle]:
    def retenir(controle: Controle) -> Controle:
        EXIGENCES[phrase] = controle
        return controle

    return retenir


def _zone(cas: Cas) -> Any:
    return cas.projet.zones.get()


def _partenaires(cas: Cas, role: str) -> list[str]:
    return [partenaire.intitule for partenaire in cas.projet.partenaires.filter(role=role)]  # type: ignore[attr-defined]


@exigence("premier agrément connu à l'année")
def premier_agrement_a_l_annee(cas: Cas) -> None:
    assert cas.structure.premier_agrement == cas.structure.ouverture == "1984"
    assert cas.projet.agrement_precedent == "2011-01"


@exigence("qualification et temps de travail de chaque poste")
def qualification_et_etp(cas: Cas) -> None:
    postes = [(poste.fonction, poste.etp, poste.qualification) for poste in cas.projet.postes.all()]  # type: ignore[attr-defined]
    assert postes == [
        (Fonction.DIRECTION, 1, "Bac+4"),
        (Fonction.ACCUEIL, 1, "BEP"),
        (Fonction.REFERENT_FAMILLES, 1, "BTS ESF"),
    ]


@exigence("budget connu par son seul total")
def budget_total(cas: Cas) -> None:
    assert cas.projet.budget_global == 530909
    assert not cas.projet.lignes_budget.exists()
    assert PARTIE_PAR_CODE["budget"].manques(cas.projet) == ["Ajoutez les lignes du budget."]


@exigence("direction employée ailleurs et mise à disposition")
def direction_mise_a_disposition(cas: Cas) -> None:
    poste = cas.projet.postes.get()  # type: ignore[attr-defined]
    assert (poste.fonction, poste.employeur, poste.mis_a_disposition) == (Fonction.DIRECTION, "commune", True)
    assert cas.structure.gestionnaire.forme == FormeJuridique.ASSOCIATION


@exigence("locaux prêtés par la commune")
def locaux_pretes(cas: Cas) -> None:
    local = cas.projet.locaux.get()  # type: ignore[attr-defined]
    assert (local.surface, local.proprietaire, local.charges_payees_par) == (1465, "commune", "commune")
    assert local.occupation == Occupation.MISE_A_DISPOSITION
    assert local.valorisation is None


@exigence("territoire en plusieurs cercles")
def plusieurs_cercles(cas: Cas) -> None:
    assert [zone.ordre for zone in cas.projet.zones.all()] == [1, 2, 3]
    assert cas.projet.zones.all()[0].intitule == "Bois-de-Grâce/Descartes"


@exigence("code d'activité d'une ancienne nomenclature")
def ancien_code_d_activite(cas: Cas) -> None:
    autres = {autre.nature: autre.valeur for autre in cas.structure.autres_identifiants.all()}  # type: ignore[attr-defined]
    assert autres == {
        "Agrément jeunesse": "77900110J",
        "Code d'activité, ancienne nomenclature": "9004Z",
    }


@exigence("passages datés chez le gestionnaire et à la Caf")
def passages_dates(cas: Cas) -> None:
    passages = [(passage.cote, passage.date) for passage in cas.projet.passages.all()]  # type: ignore[attr-defined]
    assert passages == [("gestionnaire", "2014-09-23"), ("caf", "2014-09-26"), ("etat", "2014-10-21")]


@exigence("nom d'usage différent du nom agréé")
def nom_d_usage(cas: Cas) -> None:
    assert (cas.structure.nom, cas.structure.nom_d_usage) == (
        "centre social Marie Curie",
        "Maison municipale de quartier",
    )
    assert "maison municipale" in cas.structure.recherche


@exigence("équipe renouvelée entre deux agréments")
def equipe_renouvelee(cas: Cas) -> None:
    assert "75 %" in cas.projet.contexte
    assert cas.projet.periode_precedente == "2019-2022"


@exigence("actions empêchées par un cas de force majeure")
def force_majeure(cas: Cas) -> None:
    bilan = cas.projet.bilans.get()
    assert bilan.force_majeure
    assert bilan.get_realisation_display() == "Non réalisé"


@exigence("trois communes, dont celle du siège")
def trois_communes(cas: Cas) -> None:
    communes = _zone(cas).communes.all()
    assert not cas.structure.est_centre_social
    assert len(communes) == 3
    assert cas.structure.commune in communes


@exigence("agrément précédent sous un autre intitulé")
def autre_intitule(cas: Cas) -> None:
    assert cas.projet.dispositif_precedent.startswith("PSAL")
    assert cas.projet.get_nature_display() == "Renouvellement"
    assert cas.projet.passages.get(intitule=DEPOT).date == "2017-09"  # type: ignore[attr-defined]


@exigence("écart exprimé en points")
def ecart_en_points(cas: Cas) -> None:
    unites = {element.valeur: element.unite for element in cas.projet.elements.all()}  # type: ignore[attr-defined]
    assert unites["-7"] == "points par rapport à la France"
    assert unites["87"] == "%"


@exigence("titres qui regroupent des axes")
def titres_de_niveau_superieur(cas: Cas) -> None:
    orientations = [axe.orientation for axe in cas.projet.axes.all()]
    assert orientations == ["Agir pour soi et pour sa famille"] * 4 + ["Faire quartier"] * 3


@exigence("période à venir")
def periode_a_venir(cas: Cas) -> None:
    assert (cas.projet.debut, cas.projet.fin) == (dt.date(2026, 1, 1), dt.date(2029, 12, 31))
    assert not cas.projet.bilans.exists()


@exigence("intercommunalités fusionnées")
def intercommunalites_fusionnees(cas: Cas) -> None:
    zone = _zone(cas)
    assert zone.nature == NatureZone.INTERCOMMUNALITE
    assert len(zone.issue_de.splitlines()) == 4


@exigence("territoire étendu")
def territoire_etendu(cas: Cas) -> None:
    """Le territoire de l'ancien gestionnaire n'est plus que l'un de ceux que la zone réunit."""
    ancien = cas.structure.gestions.exclude(fin="").get().gestionnaire.raison_sociale
    reunis = _zone(cas).issue_de.splitlines()
    assert [nom for nom in reunis if nom.removeprefix("CC du ") in ancien] == ["CC du Verteillacois"]
    assert "plus étendu" in cas.projet.contexte


@exigence("agrément associatif repris par une intercommunalité")
def reprise_par_une_intercommunalite(cas: Cas) -> None:
    gestions = cas.structure.gestions.order_by("pk")
    assert [(gestion.gestionnaire.forme, gestion.debut, gestion.fin) for gestion in gestions] == [
        (FormeJuridique.ASSOCIATION, "", "2014"),
        (FormeJuridique.EPCI, "2015", ""),
    ]
    assert cas.structure.gestionnaire.forme == FormeJuridique.EPCI


@exigence("convention territoriale globale")
def convention_territoriale(cas: Cas) -> None:
    assert _partenaires(cas, RoleDuPartenaire.CADRE) == ["CTG 2014-2017"]


@exigence("forces et faiblesses")
def forces_et_faiblesses(cas: Cas) -> None:
    natures = {element.nature for element in cas.projet.elements.all()}  # type: ignore[attr-defined]
    assert natures == {NatureElement.FORCE, NatureElement.FAIBLESSE, NatureElement.OPPORTUNITE}


@exigence("une question centrale")
def question_centrale(cas: Cas) -> None:
    assert "acteur de la vie locale" in cas.projet.problematique
    assert "problematique" in PARTIE_PAR_CODE["enjeux"].champs


@exigence("dix communes")
def dix_communes(cas: Cas) -> None:
    assert _zone(cas).communes.count() == 10
    assert _zone(cas).nombre_de_communes is None


@exigence("directions successives")
def directions_successives(cas: Cas) -> None:
    assert "trois directions" in cas.projet.contexte


@exigence("préfiguration")
def prefiguration(cas: Cas) -> None:
    assert (cas.projet.prefiguration, cas.projet.prefiguration_annees) == ("EVS puis CS", 2)
    assert cas.structure.premier_agrement == "2022-01-01"


@exigence("structure itinérante")
def structure_itinerante(cas: Cas) -> None:
    assert _zone(cas).itinerant
    assert _zone(cas).nombre_de_communes == 9
    assert not _zone(cas).communes.exists()


@exigence("présidence collégiale")
def presidence_collegiale(cas: Cas) -> None:
    assert cas.projet.gouvernance.startswith("3 coprésidents")
    assert cas.structure.gestionnaire.representant == ""
