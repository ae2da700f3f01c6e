"""Des contrats dont le texte est connu, et des avenants signés, sans qu'aucun PDF ne soit rendu."""

import datetime as dt
from typing import Any

from django.utils import timezone

from agrement.contrats import operations
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import Avenant, Contrat
from agrement.contrats.operations.effets import mettre_en_ordre
from agrement.contrats.operations.scellement import _mettre_l_avenant_en_ordre
from agrement.contrats.workflow import CIRCUIT_DES_AVENANTS
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Agrement, Decision, Notification
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.seances import DossierPretFactory
from tests.fabriques.suivi import ContratSigneFactory, DecisionFactory, FichierFactory, SignatureFactory


def contenu_d_essai(**valeurs: Any) -> dict[str, Any]:
    """Ce que dit un contrat de 2027 à 2029 : de quoi lire chaque bloc."""
    return {
        "numero": "C2026-0001",
        "periode": {"debut": "2027-01-01", "fin": "2029-12-31", "duree": "3 ans"},
        "gestionnaire": {"raison_sociale": "Association des Tilleuls", "forme": "Association", "siret": ""},
        "structure": {"nom": "Les Tilleuls", "adresse": "1 rue des Tilleuls", "communes": ["Bourg"], "antennes": []},
        "objectifs": [
            {
                "famille": "Animation globale et coordination",
                "code": "globale",
                "objectifs": [{"numero": "1.1", "intitule": "Accueillir", "operationnels": []}],
            }
        ],
        "axes": [
            {
                "numero": 1,
                "intitule": "Vivre ensemble",
                "lignes": [
                    {
                        "numero": "1.1",
                        "intitule": "Accueillir",
                        "actions": ["Café du mercredi"],
                        "indicateurs": [un_indicateur("Habitants accueillis", cible="40")],
                        "detaille": False,
                    }
                ],
            }
        ],
        "direction": {"nom": "Léa Petit", "diplome": "DESJEPS", "niveau": 6, "etp": "1.00", "debut": "2020-01-01"},
        "referent_familles": None,
        "prestations": [{"code": "AGC", "libelle": "Animation globale", "bareme": None}],
        "budget": [
            {
                "annee": annee,
                "charges": "100000.00",
                "produits": "100000.00",
                "lignes": [
                    une_ligne("Salaires", "100000.00", charge=True),
                    une_ligne("Prestation", "60000.00", financeur="Caf"),
                    une_ligne("Ville", "40000.00", financeur="Commune"),
                ],
            }
            for annee in (2027, 2028, 2029)
        ],
        "echeances": [{"libelle": "Terme de l'agrément", "date": "2029-12-31"}],
        "conventions": [],
        **valeurs,
    }  # fmt: skip


def un_indicateur(intitule: str, **precisions: str) -> dict[str, str]:
    """Un indicateur de l'annexe A."""
    return {"intitule": intitule, "depart": "", "cible": "", "unite": "", "frequence": "", **precisions}


def une_ligne(intitule: str, montant: str, *, charge: bool = False, financeur: str = "") -> dict[str, Any]:
    """Une ligne du budget d'un contrat."""
    return {"compte": "64", "intitule": intitule, "montant": montant, "charge": charge, "precision": financeur}


def contrat_ecrit(contenu: dict[str, Any] | None = None, **champs: Any) -> Contrat:
    """Un contrat signé et en vigueur, qui dit ce contenu (`contenu_d_essai`), et l'agrément qui le porte."""
    contrat: Contrat = ContratSigneFactory(**champs)  # type: ignore[assignment]
    contrat.versions.create(
        numero=1,
        statut=StatutVersion.SCELLEE,
        contenu=contenu or contenu_d_essai(),
        version_du_modele="essai",
        projet_pdf=FichierFactory(),
        original_pdf=FichierFactory(),
        scelle_pdf=contrat.scelle_pdf,
        scellee_le=timezone.now(),
    )
    Agrement.objects.create(
        structure=contrat.structure, decision=contrat.decision, debut=contrat.debut, fin=contrat.fin
    )
    mettre_en_ordre(contrat)
    return contrat


def conseillere_de(contrat: Contrat) -> Any:
    return UtilisateurFactory(caisse=contrat.caisse)


def signer_sans_pdf(avenant: Avenant, *, le: dt.date | None = None) -> Avenant:
    """Fait d'un brouillon un avenant signé par tous, comme le scellement le ferait."""
    version = avenant.versions.create(
        contrat=avenant.contrat,
        numero=1,
        statut=StatutVersion.EN_SIGNATURE,
        contenu={},
        projet_pdf=FichierFactory(),
        original_pdf=FichierFactory(),
    )
    par = conseillere_de(avenant.contrat)
    CIRCUIT_DES_AVENANTS.executer(avenant, "proposer", par=par)
    partie = version.parties.create(rang=1, partie="caf", nom="Caf")
    SignatureFactory(partie=partie, date=le or timezone.localdate())
    type(version).objects.filter(pk=version.pk).update(
        statut=StatutVersion.SCELLEE, scelle_pdf=FichierFactory(), scellee_le=timezone.now()
    )
    _mettre_l_avenant_en_ordre(avenant)
    avenant.refresh_from_db()
    return avenant


def avenant_signe(contrat: Contrat, type_: str, modifications: Any, *, effet_le: dt.date, **champs: Any) -> Avenant:
    avenant = operations.ecrire_un_avenant(
        contrat, type_, objet="Essai.", effet_le=effet_le, modifications=modifications, par=conseillere_de(contrat),
        **champs,
    )  # fmt: skip
    signe = signer_sans_pdf(avenant)
    contrat.refresh_from_db()
    return signe


def decision_notifiee(contrat: Contrat, type_: str, *, le: dt.date, notifiee: bool = True, **champs: Any) -> Decision:
    """Une décision sur la structure du contrat, prise et notifiée ce jour-là ; une procédure par défaut."""
    dossier = {
        TypeDecision.PROROGATION: TypeDossier.RENOUVELLEMENT,
        TypeDecision.MAINTIEN: champs.pop("dossier", TypeDossier.SURSIS_RETRAIT),
    }.get(TypeDecision(type_), TypeDossier.SURSIS_RETRAIT)
    periode = {"duree_annees": None, "debut": None, "fin": None}
    porte = DossierPretFactory(
        structure=contrat.structure, type=dossier, statut=Statut.NOTIFIE, debut_souhaite=le,
        numero=f"2026-{9200 + Dossier.objects.count()}",
    )  # fmt: skip
    decision: Decision = DecisionFactory(  # type: ignore[assignment]
        dossier=porte, type=type_, date=le, **{"numero": porte.numero, **periode, **champs}
    )
    if notifiee:
        Notification.objects.create(decision=decision, mode="lrar", envoyee_le=le, lettre=FichierFactory())
    return decision
