import datetime as dt

from agrement.suivi.choix import TypeEcheance as T
from agrement.suivi.regles import CONSTATEES, JALONS, retroplanning

DELAIS = {"delai_depot_mois": 6, "delai_passage_mois": 3}


def test_le_retroplanning_d_un_contrat_de_trois_ans() -> None:
    dates = {p.type: p.date for p in retroplanning(dt.date(2027, 1, 1), dt.date(2029, 12, 31), DELAIS.__getitem__)}
    assert dates == {
        T.MI_PARCOURS: dt.date(2028, 6, 30),
        T.DEBUT_DU_RENOUVELLEMENT: dt.date(2028, 10, 31),
        T.EVALUATION: dt.date(2028, 12, 31),
        T.RESTITUTION: dt.date(2029, 4, 30),
        T.DEPOT: dt.date(2029, 6, 30),
        T.PASSAGE: dt.date(2029, 9, 30),
        T.DECISION: dt.date(2029, 11, 30),
        T.FIN: dt.date(2029, 12, 31),
    }


def test_les_delais_sont_ceux_de_la_caisse() -> None:
    autres = {"delai_depot_mois": 4, "delai_passage_mois": 0}
    dates = {p.type: p.date for p in retroplanning(dt.date(2027, 1, 1), dt.date(2029, 12, 31), autres.__getitem__)}
    assert (dates[T.DEPOT], dates[T.PASSAGE]) == (dt.date(2029, 8, 31), dt.date(2029, 12, 31))


def test_un_contrat_d_un_an_ne_donne_pas_de_date_d_avant_son_debut() -> None:
    prevues = list(retroplanning(dt.date(2027, 1, 1), dt.date(2027, 12, 31), DELAIS.__getitem__))
    assert {p.type for p in prevues}.isdisjoint({T.DEBUT_DU_RENOUVELLEMENT, T.EVALUATION})
    assert [p.date for p in prevues] == sorted(p.date for p in prevues)


def test_chaque_type_est_un_jalon_ou_nait_du_dossier() -> None:
    assert {jalon.type for jalon in JALONS} | {T.MI_PARCOURS, T.RESERVE, T.DEROGATION, T.SURSIS} == set(T)
    assert all(jalon.a_faire for jalon in JALONS)
    assert set(CONSTATEES) == {T.RESERVE, T.FIN, T.SURSIS}
