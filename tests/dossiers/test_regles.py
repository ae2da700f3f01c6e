"""Les règles pures de la demande : délais, périodes, budget, pièces, échéances."""

import datetime as dt

import pytest

from agrement.dossiers import regles
from agrement.dossiers.choix import Exigence, Statut, TypeDossier
from agrement.dossiers.referentiel import REFERENTIEL_DES_PIECES, niveau_d_exigence
from centres.choix import TypeStructure

FIN = dt.date(2026, 12, 31)
CS, EVS = TypeStructure
PREMIER, RENOUVELLEMENT, AVENANT, PREFIGURATION, SURSIS = TypeDossier
CONNUES = {piece.code: piece for piece in REFERENTIEL_DES_PIECES}


@pytest.mark.parametrize(
    ("depot", "fin", "tardif"),
    [
        (dt.date(2026, 6, 29), FIN, False),
        (dt.date(2026, 6, 30), FIN, False),
        (dt.date(2026, 7, 1), FIN, True),
        (dt.date(2026, 12, 31), None, False),
    ],
)
def test_un_depot_est_tardif_le_lendemain_du_dernier_jour(depot: dt.date, fin: dt.date | None, tardif: bool) -> None:
    assert regles.est_tardif(depot, fin, 6) is tardif


@pytest.mark.parametrize(
    ("type_de_dossier", "debut", "fin", "admise"),
    [
        (PREMIER, dt.date(2027, 1, 1), dt.date(2029, 12, 31), True),
        (PREMIER, dt.date(2027, 1, 1), dt.date(2030, 1, 1), False),
        (RENOUVELLEMENT, dt.date(2027, 7, 1), dt.date(2030, 6, 30), True),
        (PREMIER, dt.date(2027, 1, 1), dt.date(2027, 1, 1), False),
        (PREFIGURATION, dt.date(2027, 1, 1), dt.date(2028, 12, 31), True),
        (PREFIGURATION, dt.date(2027, 1, 1), dt.date(2029, 1, 1), False),
        (AVENANT, dt.date(2027, 1, 1), dt.date(2036, 12, 31), True),
    ],
)
def test_la_periode_demandee_tient_dans_les_bornes(
    type_de_dossier: str, debut: dt.date, fin: dt.date, admise: bool
) -> None:
    ecarts = regles.ecarts_de_periode(type_de_dossier, debut, fin, annees=3, mois_de_prefiguration=24)
    assert (not ecarts) is admise


@pytest.mark.parametrize(("annees", "admise"), [(0, False), (1, True), (3, True), (4, False)])
def test_la_duree_va_de_un_an_au_maximum_de_la_caisse(annees: int, admise: bool) -> None:
    assert regles.duree_admise(annees, 3) is admise


@pytest.mark.parametrize(
    ("centre_social", "debut", "exige"),
    [
        (True, dt.date(2026, 12, 31), False),
        (True, dt.date(2027, 1, 1), True),
        (False, dt.date(2027, 1, 1), False),
    ],
)
def test_le_volet_familles_est_exige_des_centres_sociaux_a_sa_date(
    centre_social: bool, debut: dt.date, exige: bool
) -> None:
    assert (
        regles.volet_familles_exige(centre_social=centre_social, debut=debut, obligatoire_le=dt.date(2027, 1, 1))
        is exige
    )


@pytest.mark.parametrize(
    ("code", "demande", "structure", "public", "niveau"),
    [
        ("P01", PREMIER, CS, False, Exigence.OBLIGATOIRE),
        ("P02", AVENANT, CS, False, Exigence.NON_DEMANDEE),
        ("P03", PREMIER, EVS, False, Exigence.FACULTATIVE),
        ("P05", PREMIER, CS, False, Exigence.NON_DEMANDEE),
        ("P05", RENOUVELLEMENT, CS, False, Exigence.OBLIGATOIRE),
        ("P07", PREMIER, CS, False, Exigence.FACULTATIVE),
        ("P07", PREMIER, EVS, False, Exigence.NON_DEMANDEE),
        ("P08", PREMIER, CS, True, Exigence.NON_DEMANDEE),
        ("P08", RENOUVELLEMENT, CS, False, Exigence.FACULTATIVE),
        ("P10", PREMIER, CS, True, Exigence.OBLIGATOIRE),
        ("P10", PREMIER, CS, False, Exigence.NON_DEMANDEE),
        ("P18", PREMIER, EVS, False, Exigence.FACULTATIVE),
        ("P20", PREMIER, CS, True, Exigence.NON_DEMANDEE),
        ("P01", SURSIS, CS, False, Exigence.NON_DEMANDEE),
    ],
)
def test_le_niveau_d_une_piece_suit_la_table(
    code: str, demande: str, structure: str, public: bool, niveau: str
) -> None:
    assert niveau_d_exigence(CONNUES[code], demande, structure, public=public) == niveau


def test_trois_pieces_sont_exigees_au_depot() -> None:
    assert [piece.code for piece in REFERENTIEL_DES_PIECES if piece.au_depot] == ["P01", "P02", "P04"]
    assert list(CONNUES) == [f"P{n:02d}" for n in range(1, 27)]


@pytest.mark.parametrize(
    ("statut", "en_cours", "complements", "echeance"),
    [
        (Statut.BROUILLON, FIN, None, dt.date(2026, 6, 30)),
        (Statut.BROUILLON, None, None, dt.date(2027, 1, 1)),
        (Statut.INCOMPLET, FIN, dt.date(2026, 8, 1), dt.date(2026, 8, 1)),
        (Statut.NEGOCIATION, FIN, None, dt.date(2026, 9, 30)),
        (Statut.NOTIFIE, FIN, None, dt.date(2027, 1, 1)),
        (Statut.REFUSE, FIN, None, None),
        (Statut.CLOS_AGREE, FIN, None, None),
    ],
)
def test_l_echeance_suit_l_etat(
    statut: str, en_cours: dt.date | None, complements: dt.date | None, echeance: dt.date | None
) -> None:
    prochaine = regles.prochaine_echeance(
        statut,
        agrement_en_cours=en_cours,
        debut_souhaite=dt.date(2027, 1, 1),
        complements=complements,
        plume=None,
        delai_depot=6,
        delai_passage=3,
    )
    assert (prochaine and prochaine.date) == echeance
