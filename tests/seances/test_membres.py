"""Les instances : leurs sièges, leurs mandats, ce que le conseil leur délègue."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from agrement.dossiers.choix import TypeDossier
from agrement.seances.choix import College, FonctionDInstance, TypeInstance
from agrement.seances.models import Composition, Delegation, Mandat
from agrement.seances.operations import composer, creer_instances
from centres.choix import SensBudget
from centres.models import LigneBudget, ProjetSocial
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.centres import ProjetSocialFactory
from tests.fabriques.seances import InstanceFactory, MandatFactory, decision_enregistree


def verifier(**champs):
    MandatFactory.build(**champs).full_clean(exclude=["utilisateur"])


# --- Sièges et présidence -----------------------------------------------------------------------


def test_un_conseil_nait_avec_ses_vingt_quatre_sieges_et_une_commission_sans():
    conseil, commission = creer_instances(CaisseFactory())
    composer(conseil)
    assert sum(conseil.sieges_au(dt.date(2026, 1, 1)).values()) == 24
    assert commission.sieges_au(dt.date(2026, 1, 1)) == {}
    for _ in range(9):
        MandatFactory(instance=commission)  # sans composition écrite, rien ne borne ses membres
    verifier(instance=commission)


def test_les_sieges_d_un_college_se_lisent_a_la_date_du_mandat():
    conseil = creer_instances(CaisseFactory())[0]
    Composition.objects.create(
        instance=conseil, college=College.FAMILLES, sieges=5, depuis=dt.date(2027, 1, 1), texte="Décret de 2026"
    )
    MandatFactory.create_batch(4, instance=conseil, college=College.FAMILLES)
    with pytest.raises(ValidationError, match="les 4 sièges sont pourvus le 31 décembre 2026"):
        verifier(instance=conseil, college=College.FAMILLES, debut=dt.date(2026, 12, 31))
    verifier(instance=conseil, college=College.FAMILLES, debut=dt.date(2027, 1, 1))
    verifier(instance=conseil, college=College.FAMILLES, debut=dt.date(2026, 12, 31), titulaire=False)
    # Un mandat plus ancien, encore en cours quand les quatre autres commencent, dépasse aussi.
    with pytest.raises(ValidationError, match="pourvus le 15 janvier 2026"):
        verifier(instance=conseil, college=College.FAMILLES, debut=dt.date(2025, 1, 1))
    verifier(instance=conseil, college=College.FAMILLES, debut=dt.date(2025, 1, 1), fin=dt.date(2026, 1, 14))


def test_une_seule_presidence_a_la_fois_confiee_a_un_titulaire():
    instance = InstanceFactory()
    president = {"instance": instance, "fonction": FonctionDInstance.PRESIDENCE}
    MandatFactory(**president, fin=dt.date(2026, 6, 30))
    with pytest.raises(ValidationError, match="préside déjà l'instance à ces dates"):
        verifier(**president, debut=dt.date(2026, 6, 30))
    verifier(**president, debut=dt.date(2026, 7, 1))
    with pytest.raises(ValidationError, match="confiées à un titulaire"):
        verifier(**president, debut=dt.date(2026, 7, 1), titulaire=False)
    MandatFactory(**president, debut=dt.date(2026, 7, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        MandatFactory(**president, debut=dt.date(2026, 7, 2))


# --- Délégations --------------------------------------------------------------------------------


@pytest.fixture
def commission(reunion):
    """La réunion d'une commission, sur une demande de 40 000 € puis 60 000 € à la Caf."""
    instance = reunion.seance.instance
    instance.type = TypeInstance.ACTION_SOCIALE
    instance.save()
    reunion.dossier.projet = ProjetSocialFactory(structure=reunion.dossier.structure, arbre=False)
    for annee, montant in ((2027, 40000), (2028, 60000)):
        for financeur in ("Caf", "Commune"):
            LigneBudget.objects.create(
                projet=reunion.dossier.projet,
                annee=annee,
                sens=SensBudget.PRODUIT,
                financeur=financeur,
                montant=Decimal(montant),
                intitule="Subvention",
            )
    fige = {"fige_le": dt.datetime(2026, 6, 1, tzinfo=dt.UTC), "empreinte": "a" * 64}
    ProjetSocial.objects.filter(pk=reunion.dossier.projet.pk).update(**fige)
    reunion.dossier.projet.refresh_from_db()
    reunion.dossier.save()
    return reunion


def deleguer(reunion, **champs) -> Delegation:
    defauts = {"debut": dt.date(2026, 1, 1), "deliberation": "2026-4"}
    delegation = Delegation(instance=reunion.seance.instance, **{**defauts, **champs})
    delegation.full_clean()
    delegation.save()
    return delegation


@pytest.mark.parametrize(
    ("delegation", "refus"),
    [
        ({}, ""),
        ({"plafond_annuel": Decimal(60000)}, ""),
        (
            {"plafond_annuel": Decimal("59999.99")},
            "La demande est de 60 000,00 € pour 2028, au-delà du plafond de 59 999,99 € par an de la délégation "
            "(délibération 2026-4) : l'instance donne un avis.",
        ),
        ({"type_de_demande": TypeDossier.PREMIER_AGREMENT}, ""),
        (
            {"type_de_demande": TypeDossier.AVENANT},
            "La délégation de cette instance ne couvre pas une demande « Premier agrément » : elle donne un avis.",
        ),
        (
            {"fin": dt.date(2026, 12, 13)},
            "Cette instance n'a pas de délégation pour décider ce jour-là : elle donne un avis.",
        ),
        ({"fin": dt.date(2026, 12, 14)}, ""),
        (
            {"debut": dt.date(2026, 12, 15)},
            "Cette instance n'a pas de délégation pour décider ce jour-là : elle donne un avis.",
        ),
    ],
)
def test_une_commission_decide_si_une_delegation_couvre_le_jour_le_type_et_le_montant(commission, delegation, refus):
    deleguer(commission, **delegation)
    competence = commission.inscription.competence()
    assert competence.refus.replace("\xa0", " ").replace("\u202f", " ") == refus
    assert commission.inscription.instance_decide() is (refus == "")


def test_la_decision_garde_la_delegation_dont_elle_use(commission):
    deleguer(commission, plafond_annuel=Decimal(1))
    large = deleguer(commission, deliberation="2026-5")
    assert decision_enregistree(commission).delegation == large


def test_le_conseil_decide_toujours_et_ne_recoit_pas_de_delegation(reunion):
    assert reunion.inscription.competence() == (True, None, "")
    with pytest.raises(ValidationError, match="ne reçoit pas de délégation"):
        deleguer(reunion)


# --- Administration -----------------------------------------------------------------------------


def test_l_administration_regle_sieges_mandats_et_delegations(client):
    administration = UtilisateurFactory(administration=True)
    client.force_login(administration)
    client.post(reverse("admin:seances_instance_add"), {"nom": "Conseil", "type": TypeInstance.CONSEIL})
    conseil = administration.caisse.instances.get()
    assert conseil.compositions.count() == 5
    commission = InstanceFactory(caisse=administration.caisse, commission=True)
    fiche = reverse("admin:seances_instance_change", args=[commission.pk])
    vides = {
        f"{nom}-{suite}": nombre
        for nom in ("compositions", "mandats", "delegations")
        for suite, nombre in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
    }
    mandat = {"nom_complet": "Anne Martin", "college": College.FAMILLES, "titulaire": "on", "debut": "15/01/2026"}
    saisie = {
        **vides,
        "nom": commission.nom,
        "mandats-TOTAL_FORMS": 1,
        **{f"mandats-0-{nom}": valeur for nom, valeur in {**mandat, "fonction": "presidence"}.items()},
        "delegations-TOTAL_FORMS": 1,
        "delegations-0-debut": "01/01/2026",
        "delegations-0-plafond_annuel": "50000",
        "delegations-0-deliberation": "2026-4",
    }
    assert client.post(fiche, saisie).status_code == 302
    assert Mandat.objects.get().fonction == FonctionDInstance.PRESIDENCE
    assert str(commission.delegations.get()) == "Toute demande, délibération 2026-4"
    page = client.get(reverse("admin:seances_instance_changelist")).content.decode()
    assert "Délégations en cours" in page
    assert (
        "delegations-TOTAL_FORMS"
        not in client.get(reverse("admin:seances_instance_change", args=[conseil.pk])).content.decode()
    )
