"""Ce que le contrat dit d'un dossier et de sa décision, en valeurs simples qui se gardent en JSON."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone

from agrement.contrats.choix import PartieSignataire
from agrement.contrats.documents.finances import budget_du_projet, demandes_a_la_caf, en_bareme, prestations_du_contrat
from agrement.contrats.documents.impression import adresse_de_verification, en_json
from agrement.contrats.models import ModeleDeContrat
from agrement.contrats.regles import echeances, echeances_de_la_prefiguration
from agrement.contrats.regles_du_texte import sorte_du_contrat, statut_du_gestionnaire
from agrement.dossiers.accords import familles_accordees
from agrement.dossiers.models import Dossier
from agrement.seances.choix import IssueInscription, TypeInstance
from agrement.seances.models import Decision
from centres.choix import FamilleObjectif, Fonction, FormeJuridique
from centres.models import Axe, Gestionnaire, Indicateur, Objectif, Poste, ProjetSocial, Structure
from comptes.choix import Role
from comptes.models import Caisse
from partenaires.models import Convention
from partenaires.regles import CLOSES

# {objectif: famille} de ce que les deux côtés ont accepté.
Familles = Mapping[uuid.UUID, FamilleObjectif]


def contenu_du_contrat(
    dossier: Dossier, decision: Decision, *, numero: str, code: str, parties: Sequence[Mapping[str, Any]],
    modele: ModeleDeContrat | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Tout ce que le contrat dit de ce dossier et de cette décision, en valeurs JSON.

    `parties` : celles qui signent, dans l'ordre : {partie, nom, representant, qualite, champ}. `modele` : celui dont le
    texte est gardé, champs non remplis ; par défaut, celui qui s'applique aujourd'hui.

    Le projet social est celui de la version transmise, réduit aux objectifs que la Caf et le centre ont acceptés ; une
    préfiguration n'en a pas encore. Aucun montant n'est
    inventé : une prestation sans barème pour l'année de début n'a ni taux ni plafond, et le texte renvoie au barème de
    l'année.
    """
    projet = ProjetSocial.objects.avec_arbre().filter(dossiers=dossier).first()
    modele = modele or modele_du_contrat(dossier, parties, timezone.localdate())
    familles = familles_accordees(dossier)
    structure, caisse = dossier.structure, dossier.caisse
    dit = {
        "numero": numero,
        "code": code,
        "parties": parties,
        "verification": adresse_de_verification(code),
        "modele": modele.reference,
        "articles": [article._asdict() for article in modele.texte()],
        "etabli_le": timezone.localdate(),
        "dossier": dossier.numero,
        "caisse": _caisse(caisse),
        "gestionnaire": _gestionnaire(dossier.gestionnaire),
        "structure": _structure(structure),
        "decision": _decision(decision),
        "periode": {"debut": decision.debut, "fin": decision.fin, "duree": decision.duree_en_mots},
        "projet": projet and _projet(projet),
        "objectifs": _objectifs(projet, familles) if projet else [],
        "axes": _axes(projet, familles) if projet else [],
        "direction": _poste(structure.titulaire(Fonction.DIRECTION)),
        "referent_familles": _poste(structure.titulaire(Fonction.REFERENT_FAMILLES)),
        "prestations": prestations_du_contrat(dossier, decision, volet_familles=projet.volet_familles)
        if projet
        else [],
        "regles": _regles(caisse, decision),
        "echeances": _echeances(caisse, decision, prefiguration=projet is None),
        "reserves": [
            {"texte": r.texte, "echeance": r.echeance, "preuve": r.preuve_attendue}
            for r in dossier.reserves.filter(levee_le=None)
        ],
        "derogations": _derogations(dossier),
        "pieces": _pieces(dossier),
        "budget": budget_du_projet(projet) if projet else [],
        "demandes": demandes_a_la_caf(dossier) if projet else [],
        "conventions": [_convention(convention) for convention in conventions_de(structure, decision)],
    }
    valeurs: dict[str, Any] = json.loads(en_json(dit))
    return valeurs


def modele_du_contrat(dossier: Dossier, parties: Sequence[Mapping[str, Any]], jour: dt.date) -> ModeleDeContrat:
    """Celui de la Caisse qui s'applique ce jour-là à ce dossier et à ces parties ; à défaut, le texte d'origine."""
    projet, gestionnaire = dossier.projet, dossier.gestionnaire
    return ModeleDeContrat.objects.en_vigueur(
        dossier.caisse,
        sorte=sorte_du_contrat(
            prefiguration=projet is None,
            centre_social=dossier.structure.est_centre_social,
            volet_familles=projet is not None and projet.volet_familles,
        ),
        statut=statut_du_gestionnaire(
            public=gestionnaire.est_public, association=gestionnaire.forme == FormeJuridique.ASSOCIATION
        ),
        tripartite=any(partie["partie"] == PartieSignataire.COMMUNE for partie in parties),
        jour=jour,
    )


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


def _objectifs(projet: ProjetSocial, familles: Familles) -> list[dict[str, Any]]:
    """Les objectifs acceptés, par famille (Circulaire 56, §21), numérotés axe.objectif.objectif opérationnel.

    Les trois familles de la circulaire y sont toujours ; celle des partenaires, s'ils en portent un.
    """
    ranges = [
        {
            "famille": famille.label,
            "code": famille.value,
            "objectifs": [
                objectif
                for i, axe in enumerate(projet.axes.all(), 1)
                for j, general in enumerate(axe.objectifs_generaux(), 1)
                if (objectif := _objectif(general, f"{i}.{j}", famille, familles))
            ],
        }
        for famille in FamilleObjectif
    ]
    return [range_ for range_ in ranges if range_["objectifs"] or range_["code"] != FamilleObjectif.PARTENAIRE]


def _objectif(general: Objectif, numero: str, famille: str, familles: Familles) -> dict[str, Any] | None:
    """L'objectif général s'il est accepté dans cette famille, ou s'il en porte un qui l'est ; sinon rien."""
    operationnels = [
        {"numero": f"{numero}.{k}", "intitule": objectif.intitule}
        for k, objectif in enumerate(general.operationnels, 1)
        if familles.get(objectif.cle) == famille
    ]
    if familles.get(general.cle) != famille and not operationnels:
        return None
    return {"numero": numero, "intitule": general.intitule, "operationnels": operationnels}


def _axes(projet: ProjetSocial, familles: Familles) -> list[dict[str, Any]]:
    """L'annexe A : chaque objectif accepté, ses actions et ce qui le mesure. Un axe qui n'en a plus n'y est pas."""
    axes = [
        {"numero": i, "intitule": axe.intitule, "lignes": list(_lignes_de_l_axe(axe, i, familles))}
        for i, axe in enumerate(projet.axes.all(), 1)
    ]
    return [axe for axe in axes if axe["lignes"]]


def _lignes_de_l_axe(axe: Axe, rang: int, familles: Familles) -> Iterator[dict[str, Any]]:
    """Un objectif général qui n'est pas accepté se lit encore au-dessus de ceux qu'il porte, sans ses actions."""
    for j, general in enumerate(axe.objectifs_generaux(), 1):
        operationnels = [
            _ligne(objectif, f"{rang}.{j}.{k}")
            for k, objectif in enumerate(general.operationnels, 1)
            if objectif.cle in familles
        ]
        ligne = {**_ligne(general, f"{rang}.{j}"), "detaille": bool(operationnels)}
        if general.cle in familles:
            yield ligne
        elif operationnels:
            yield {**ligne, "actions": [], "indicateurs": []}
        yield from operationnels


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


def _convention(convention: Convention) -> dict[str, Any]:
    return {
        "intitule": convention.intitule,
        "type": convention.get_type_display(),
        "parties": [partie.nom for partie in convention.parties.all()],
        "debut": convention.debut,
        "fin": convention.fin,
        "etat": convention.get_statut_display(),
    }


# --- Les mêmes valeurs, pour un avenant -------------------------------------------------------------


def en_gestionnaire(gestionnaire: Gestionnaire) -> dict[str, Any]:
    """Ce que le contrat dit d'un gestionnaire, en valeurs JSON."""
    return _gestionnaire(gestionnaire)


def en_convention(convention: Convention) -> dict[str, Any]:
    """Ce que le contrat dit d'une convention partenaire, en valeurs JSON."""
    valeurs: dict[str, Any] = json.loads(en_json(_convention(convention)))
    return valeurs


def prestations_au_bareme(caisse: Caisse, prestations: Sequence[Mapping[str, Any]], annee: int) -> list[dict[str, Any]]:
    """Les mêmes prestations, au barème que la Caisse a enregistré pour l'année ; sans barème, elles ne changent pas."""
    baremes = {bareme.type.upper(): bareme for bareme in caisse.baremes.filter(annee=annee)}
    return [
        {
            **prestation,
            "bareme": en_bareme(bareme) if (bareme := baremes.get(prestation["code"])) else prestation["bareme"],
        }
        for prestation in prestations
    ]
