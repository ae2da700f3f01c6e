"""Une convention tripartite, de 2027 à 2030, avec un contrat de 2027 à 2029 ; la signature de la MSA manque."""

import datetime as dt

import pytest
from django.urls import reverse

from partenaires.choix import RolePartie
from partenaires.choix import StatutConvention as S
from partenaires.models import Convention
from tests.fabriques import UtilisateurFactory
from tests.fabriques.partenaires import ConventionFactory, PartenaireFactory
from tests.fabriques.suivi import ContratSigneFactory

pytestmark = pytest.mark.django_db


def test_la_convention_s_aligne_puis_se_signe(client) -> None:
    contrat = ContratSigneFactory()
    conseiller = UtilisateurFactory(caisse=contrat.caisse)
    client.force_login(conseiller)
    commune, msa = (
        PartenaireFactory(caisse=contrat.caisse, nom=nom, type=type_)
        for nom, type_ in (("Commune de Saint-Aubin", "commune"), ("MSA", "msa"))
    )
    parties = [
        {"role": RolePartie.CAF, "nom": "Caf"},
        {"role": RolePartie.PARTENAIRE, "partenaire": commune.pk},
        {"role": RolePartie.PARTENAIRE, "partenaire": msa.pk},
    ]
    saisie = {
        "type": "tripartite", "intitule": "Convention tripartite", "debut": "2027-01-01", "fin": "2030-12-31",
        "structures": contrat.structure.pk, "parties-TOTAL_FORMS": 3, "parties-INITIAL_FORMS": 0,
        **{f"parties-{n}-{champ}": valeur for n, partie in enumerate(parties) for champ, valeur in partie.items()},
    }  # fmt: skip
    client.post(reverse("partenaires:convention_ajouter"), saisie)
    convention = Convention.objects.get()
    adresse = convention.get_absolute_url()

    # Reliée au contrat, elle ne finit pas le même jour que lui.
    inscrites = {f"parties-{n}-id": partie.pk for n, partie in enumerate(convention.parties.all())}
    saisie |= {"parties-INITIAL_FORMS": 3, "contrats": contrat.pk, **inscrites}
    modifier = reverse("partenaires:convention_modifier", args=[convention.pk])
    assert contrat.numero in client.get(modifier).content.decode()
    client.post(modifier, saisie)
    assert "Durées non alignées" in client.get(adresse).content.decode()
    liste = reverse("partenaires:conventions")
    assert client.get(f"{liste}?non_alignee=on").context["page"].paginator.count == 1

    # Corrigée, elle est alignée.
    client.post(modifier, saisie | {"fin": "2029-12-31"})
    assert "Durées non alignées" not in client.get(adresse).content.decode()
    assert client.get(f"{liste}?non_alignee=on").context["page"].paginator.count == 0

    # Signée par deux parties sur trois, elle l'est partiellement.
    client.post(reverse("partenaires:acte", args=[convention.pk, "ouvrir-la-negociation"]))
    for partie in convention.parties.exclude(nom="MSA"):
        client.post(reverse("partenaires:signer", args=[convention.pk]), {"partie": partie.pk, "date": "2026-11-20"})
    convention.refresh_from_db()
    assert convention.statut == S.SIGNEE_PARTIELLEMENT
    page = client.get(adresse).content.decode()
    assert "Signée partiellement" in page
    assert "Signature attendue : MSA." in page
    assert "Signature manquante : MSA" in page

    client.post(
        reverse("partenaires:signer", args=[convention.pk]),
        {"partie": convention.parties.get(nom="MSA").pk, "date": "2026-11-21"},
    )
    client.post(reverse("partenaires:acte", args=[convention.pk, "mettre-en-vigueur"]))
    convention.refresh_from_db()
    assert convention.statut == S.EN_VIGUEUR


@pytest.mark.parametrize(
    ("fin_du_contrat", "jour", "ecart"),
    [
        (dt.date(2029, 12, 31), "2027-06-01", False),
        (dt.date(2028, 12, 31), "2027-06-01", True),
        (dt.date(2028, 12, 31), "2029-01-01", False),  # le contrat est fini : sa fin ne compte plus
    ],
)
def test_seuls_comptent_les_contrats_qui_courent_encore(time_machine, fin_du_contrat, jour: str, ecart: bool) -> None:
    contrat = ContratSigneFactory(fin=fin_du_contrat)
    convention = ConventionFactory(caisse=contrat.caisse)
    convention.contrats.add(contrat)
    time_machine.move_to(f"{jour} 12:00")
    assert bool(convention.ecarts_de_duree()) is ecart
    conseillere = UtilisateurFactory(caisse=convention.caisse)
    assert Convention.objects.non_alignees(lues_par=conseillere).exists() is ecart
