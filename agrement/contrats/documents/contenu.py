"""Ce que le contrat dit d'un dossier et de sa décision, en valeurs simples qui se gardent en JSON."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Max
from django.utils import timezone

from agrement.contrats.documents.impression import CONTRAT, en_json
from agrement.contrats.regles import echeances, echeances_de_la_prefiguration, prestations_dues
from agrement.dossiers.models import Dossier
from agrement.seances.choix import IssueInscription, TypeInstance
from agrement.seances.models import Decision
from centres.choix import FamilleObjectif, Fonction, SensBudget
from centres.models import Gestionnaire, Indicateur, Objectif, Poste, ProjetSocial, Structure
from centres.operations import totaux_du_budget
from comptes.choix import Role
from comptes.models import Caisse
from partenaires.models import Convention
from partenaires.regles import CLOSES


def contenu_du_contrat(dossier: Dossier, decision: Decision, *, numero: str) -> dict[str, Any]:
    """Tout ce que le contrat dit de ce dossier et de cette décision, en valeurs JSON.

    Le projet social est celui de la version transmise ; une préfiguration n'en a pas encore. Aucun montant n'est
    inventé : une prestation sans barème pour l'année de début n'a ni taux ni plafond, et le texte renvoie au barème de
    l'année.
    """
    projet = ProjetSocial.objects.avec_arbre().filter(dossiers=dossier).first()
    structure, caisse = dossier.structure, dossier.caisse
    dit = {
        "numero": numero,
        "modele": CONTRAT.version,
        "etabli_le": timezone.localdate(),
        "dossier": dossier.numero,
        "caisse": _caisse(caisse),
        "gestionnaire": _gestionnaire(dossier.gestionnaire),
        "structure": _structure(structure),
        "decision": _decision(decision),
        "periode": {"debut": decision.debut, "fin": decision.fin, "annees": decision.duree_annees},
        "projet": projet and _projet(projet),
        "objectifs": _objectifs(projet) if projet else [],
        "axes": _axes(projet) if projet else [],
        "direction": _poste(structure.titulaire(Fonction.DIRECTION)),
        "referent_familles": _poste(structure.titulaire(Fonction.REFERENT_FAMILLES)),
        "prestations": _prestations(dossier, decision, volet_familles=projet.volet_familles) if projet else [],
        "regles": _regles(caisse, decision),
        "echeances": _echeances(caisse, decision, prefiguration=projet is None),
        "reserves": [{"texte": r.texte, "echeance": r.echeance} for r in dossier.reserves.filter(levee_le=None)],
        "derogations": _derogations(dossier),
        "pieces": _pieces(dossier),
        "budget": _budget(projet) if projet else [],
        "conventions": [_convention(convention) for convention in conventions_de(structure, decision)],
    }
    valeurs: dict[str, Any] = json.loads(en_json(dit))
    return valeurs


def conventions_de(structure: Structure, decision: Decision) -> list[Convention]:
    """Les conventions de la structure qui courent au moins un jour pendant la période agréée."""
    siennes = structure.conventions.exclude(statut__in=CLOSES).prefetch_related("parties")
    return list(siennes.filter(debut__lte=decision.fin, fin__gte=decision.debut).order_by("debut", "pk"))


def _caisse(caisse: Caisse) -> dict[str, Any]:
    presidence = caisse.utilisateurs.filter(role=Role.PRESIDENCE, is_active=True).order_by("pk").first()
    return {
        "nom": caisse.nom,
        "adresse": caisse.adresse_complete,
        "representant": presidence.nom_complet if presidence else "",
        "qualite": (presidence.qualite if presidence else "") or "la présidence du conseil d'administration",
    }


def _gestionnaire(gestionnaire: Gestionnaire) -> dict[str, Any]:
    return {
        "raison_sociale": gestionnaire.raison_sociale,
        "forme": gestionnaire.get_forme_display(),
        "public": gestionnaire.est_public,
        "siren": gestionnaire.siren,
        "siret": gestionnaire.siret,
        "rna": gestionnaire.rna,
        "adresse": gestionnaire.adresse_complete,
        "representant": gestionnaire.representant,
        "qualite": gestionnaire.qualite_du_representant,
    }


def _structure(structure: Structure) -> dict[str, Any]:
    return {
        "nom": structure.nom,
        "type": structure.get_type_display(),
        "centre_social": structure.est_centre_social,
        "adresse": structure.adresse_complete,
        "zone_de_vie_sociale": structure.zone_de_vie_sociale,
        "communes": [commune.nom for commune in structure.communes_d_intervention.order_by("nom")],
        "quartier_prioritaire": str(structure.quartier_prioritaire or ""),
        "zfrr": structure.en_zfrr,
        "antennes": [antenne.nom for antenne in structure.antennes.all()],
        "horaires": structure.horaires,
        "annee_premier_agrement": structure.premier_agrement[:4],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    seance = decision.inscription.seance
    notification = getattr(decision, "notification", None)
    return {
        "type": decision.get_type_display(),
        "numero": decision.numero,
        "date": decision.date,
        "par_delegation": seance.instance.type != TypeInstance.CONSEIL,
        "instance": seance.instance.nom_entier,
        "conditions": decision.conditions,
        "notifiee_le": notification and notification.envoyee_le,
        "avis": _avis(decision),
    }


def _avis(decision: Decision) -> dict[str, Any] | None:
    """Le dernier avis d'une instance qui ne décide pas, s'il y en a eu un."""
    rendus = decision.dossier.inscriptions.filter(issue=IssueInscription.AVIS_DONNE, seance__date__lte=decision.date)
    avis = rendus.select_related("seance__instance").order_by("-seance__date").first()
    if avis is None:
        return None
    return {
        "instance": avis.seance.instance.nom_entier,
        "date": avis.seance.date,
        "sens": avis.get_avis_display().lower(),
    }


def _projet(projet: ProjetSocial) -> dict[str, Any]:
    return {
        "titre": projet.titre,
        "version": projet.version,
        "empreinte": projet.empreinte,
        "adopte_par": projet.instance_d_adoption,
        "adopte_le": projet.date_d_adoption,
        "volet_familles": projet.volet_familles,
    }


def _objectifs(projet: ProjetSocial) -> list[dict[str, Any]]:
    """Les objectifs par famille (Circulaire 56, §21), numérotés axe.objectif.objectif opérationnel."""
    return [
        {
            "famille": famille.label,
            "code": famille.value,
            "objectifs": [
                _objectif(general, f"{i}.{j}", famille)
                for i, axe in enumerate(projet.axes.all(), 1)
                for j, general in enumerate(axe.objectifs_generaux(), 1)
                if famille in {objectif.famille for objectif in (general, *general.operationnels)}
            ],
        }
        for famille in FamilleObjectif
    ]


def _objectif(general: Objectif, numero: str, famille: str) -> dict[str, Any]:
    return {
        "numero": numero,
        "intitule": general.intitule,
        "operationnels": [
            {"numero": f"{numero}.{k}", "intitule": objectif.intitule}
            for k, objectif in enumerate(general.operationnels, 1)
            if objectif.famille == famille
        ],
    }


def _axes(projet: ProjetSocial) -> list[dict[str, Any]]:
    """L'annexe A : chaque objectif, ses actions et ce qui le mesure."""
    return [
        {
            "numero": i,
            "intitule": axe.intitule,
            "lignes": [
                ligne
                for j, general in enumerate(axe.objectifs_generaux(), 1)
                for ligne in (
                    {**_ligne(general, f"{i}.{j}"), "detaille": bool(general.operationnels)},
                    *(_ligne(objectif, f"{i}.{j}.{k}") for k, objectif in enumerate(general.operationnels, 1)),
                )
            ],
        }
        for i, axe in enumerate(projet.axes.all(), 1)
    ]


def _ligne(objectif: Objectif, numero: str) -> dict[str, Any]:
    actions = list(objectif.actions.all())
    mesures = [
        *objectif.indicateurs.all(),
        *(indicateur for action in actions for indicateur in action.indicateurs.all()),
    ]
    return {
        "numero": numero,
        "intitule": objectif.intitule,
        "actions": [action.intitule for action in actions],
        "indicateurs": [_indicateur(indicateur) for indicateur in mesures],
    }


def _indicateur(indicateur: Indicateur) -> dict[str, str]:
    return {
        "intitule": indicateur.intitule,
        "depart": indicateur.valeur_initiale,
        "cible": indicateur.cible,
        "unite": indicateur.unite,
        "frequence": indicateur.frequence,
    }


def _poste(poste: Poste | None) -> dict[str, Any] | None:
    if poste is None:
        return None
    return {
        "nom": f"{poste.prenom} {poste.nom}",
        "diplome": poste.diplome,
        "niveau": poste.niveau,
        "etp": str(poste.etp),
        "debut": poste.debut,
    }


def _prestations(dossier: Dossier, decision: Decision, *, volet_familles: bool) -> list[dict[str, Any]]:
    assert decision.debut is not None  # une décision sans période n'ouvre pas de contrat
    dues = prestations_dues(centre_social=dossier.structure.est_centre_social, volet_familles=volet_familles)
    baremes = {b.type: b for b in dossier.caisse.baremes.filter(annee=decision.debut.year, type__in=dues)}
    return [
        {
            "code": prestation.value.upper(),
            "libelle": prestation.label,
            "bareme": (bareme := baremes.get(prestation))
            and {
                "annee": bareme.annee,
                "taux": str(bareme.taux),
                "plafond": str(bareme.plafond),
                "source": bareme.source,
            },
        }
        for prestation in dues
    ]


def _regles(caisse: Caisse, decision: Decision) -> dict[str, Any]:
    """Les paramètres de la Caisse que le texte cite, à leur valeur du jour de la décision."""
    au = decision.date
    return {
        "regime_general": caisse.parametre("mode_regime_general", au),
        "recours_mois": caisse.entier("delai_recours_mois", au),
        "sursis_mois": caisse.entier("duree_max_sursis_mois", au),
        "prorogation_mois": caisse.entier("duree_max_prorogation_mois", au),
        "depot_mois": caisse.entier("delai_depot_mois", au),
        "niveau_direction": caisse.entier("niveau_minimal_direction", au),
    }


def _echeances(caisse: Caisse, decision: Decision, *, prefiguration: bool) -> list[dict[str, Any]]:
    assert decision.debut is not None
    assert decision.fin is not None
    depot_mois = caisse.entier("delai_depot_mois", decision.date)
    if prefiguration:
        lignes = echeances_de_la_prefiguration(decision.debut, decision.fin, depot_mois=depot_mois)
    else:
        passage_mois = caisse.entier("delai_passage_mois", decision.date)
        lignes = echeances(decision.debut, decision.fin, depot_mois=depot_mois, passage_mois=passage_mois)
    return [{"libelle": libelle, "date": date} for libelle, date in lignes]


def _derogations(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "poste": str(derogation.poste or ""),
            "motif": derogation.motif,
            "contrepartie": derogation.contrepartie,
            "echeance": derogation.date_limite,
        }
        for derogation in dossier.derogations.select_related("poste")
    ]


def _pieces(dossier: Dossier) -> list[dict[str, Any]]:
    """Une ligne par pièce, datée de son dernier fichier."""
    pieces = dossier.pieces.en_vigueur().values("type__code", "type__libelle").annotate(derniere=Max("deposee_le"))
    return [
        {
            "code": piece["type__code"],
            "libelle": piece["type__libelle"],
            "deposee_le": timezone.localdate(piece["derniere"]),
        }
        for piece in pieces.order_by("type__code")
    ]


def _budget(projet: ProjetSocial) -> list[dict[str, Any]]:
    lignes = list(projet.lignes_budget.all())
    return [
        {
            "annee": annee,
            "charges": str(totaux["charges"]),
            "produits": str(totaux["produits"]),
            "lignes": [
                {
                    "compte": ligne.compte,
                    "intitule": ligne.intitule,
                    "montant": str(ligne.montant),
                    "charge": ligne.sens == SensBudget.CHARGE,
                    "precision": ligne.get_destination_display()
                    if ligne.sens == SensBudget.CHARGE
                    else ligne.financeur,
                }
                for ligne in lignes
                if ligne.annee == annee
            ],
        }
        for annee, totaux in sorted(totaux_du_budget(lignes).items())
    ]


def _convention(convention: Convention) -> dict[str, Any]:
    return {
        "intitule": convention.intitule,
        "type": convention.get_type_display(),
        "parties": [partie.nom for partie in convention.parties.all()],
        "debut": convention.debut,
        "fin": convention.fin,
        "etat": convention.get_statut_display(),
    }
