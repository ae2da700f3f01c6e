"""Scénario 17 : le 1er octobre 2026, les fins d'agrément à relancer."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agrement.contrats.choix import StatutContrat
from agrement.dossiers.choix import Statut, TypeDossier
from tests.fabriques.centres import QuartierPrioritaireFactory, StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import DossierFactory
from tests.fabriques.suivi import ContratSigneFactory

JOUR = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.time_machine(JOUR)
def test_echeance_dans_douze_mois_en_qpv_sans_renouvellement_depose(client: Client) -> None:
    conseillere: Any = UtilisateurFactory(conseiller=True)

    def agrement(nom: str, fin: dt.date, *, qpv: bool = True, depose: str = "", **champs: Any) -> None:
        structure: Any = StructureFactory(
            caisse=conseillere.caisse, nom=nom, quartier_prioritaire=QuartierPrioritaireFactory() if qpv else None
        )
        debut = fin.replace(year=fin.year - 3)
        ContratSigneFactory(structure=structure, debut=debut, fin=fin, **champs)
        if depose:
            suite = fin + dt.timedelta(days=1)
            DossierFactory(structure=structure, type=TypeDossier.RENOUVELLEMENT, statut=depose, debut_souhaite=suite)

    agrement("Dernier jour", dt.date(2027, 10, 1))
    agrement("Bientôt", dt.date(2026, 12, 31))
    agrement("Un jour de trop", dt.date(2027, 10, 2))
    agrement("Hors quartier", dt.date(2026, 12, 31), qpv=False)
    agrement("Déjà déposé", dt.date(2026, 12, 31), depose=Statut.DEPOSE)
    agrement("Encore en brouillon", dt.date(2027, 6, 30), depose=Statut.BROUILLON)
    agrement("Demande retirée", dt.date(2027, 3, 31), depose=Statut.RETIRE)
    agrement("Échu", dt.date(2026, 9, 30), statut=StatutContrat.ECHU)
    client.force_login(conseillere)
    filtres = {"sous": "12", "qpv": "on", "sans_depot": "on"}
    adresse = reverse("suivi:renouvellements")
    page = client.get(adresse, filtres).context["page"]
    assert [contrat.structure.nom for contrat in page] == [
        "Bientôt",
        "Demande retirée",
        "Encore en brouillon",
        "Dernier jour",
    ]
    texte = b"".join(client.get(adresse, {**filtres, "export": "csv"})).decode("utf-8-sig")
    lignes = [ligne.split(";") for ligne in texte.splitlines()]
    assert lignes[0][:5] == ["Structure", "Commune", "Quartier prioritaire", "Fin de l'agrément", "Jours restants"]
    assert [(ligne[0], ligne[3], ligne[4]) for ligne in lignes[1:]] == [
        ("Bientôt", "31/12/2026", "91"),
        ("Demande retirée", "31/03/2027", "181"),
        ("Encore en brouillon", "30/06/2027", "272"),
        ("Dernier jour", "01/10/2027", "365"),
    ]
