"""Listes et fiches des structures et des gestionnaires."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from centres.choix import SituationStructure
from centres.filters import FiltreDesGestionnaires, FiltreDesStructures
from centres.models import Gestionnaire, ProjetSocial, Structure
from comptes.requetes import Requete
from socle.listes import Colonne, Liste
from socle.templatetags.composants import date_imprecise

SITUATIONS = {
    SituationStructure.ACTIVE: "succes",
    SituationStructure.PREFIGURATION: "info",
    SituationStructure.FERMEE: "neutre",
}


def etat(structure: Structure) -> dict[str, str]:
    """La situation de la structure, en badge."""
    ton = SITUATIONS[SituationStructure(structure.situation)]
    return {"libelle": structure.get_situation_display(), "ton": ton, "icone": ""}


class ListeDesStructures(Liste):
    request: Requete
    titre = "Structures"
    phrase = "Les centres sociaux et les espaces de vie sociale que vous pouvez voir."
    permission = "centres.voir_liste"
    filtre = FiltreDesStructures
    colonnes = (
        Colonne("nom", "Structure", lambda s: s.nom, tri="nom"),
        Colonne("type", "Type", lambda s: s.get_type_display(), tri="type", classe="text-nowrap"),
        Colonne("commune", "Commune", lambda s: s.ville, tri="commune__nom"),
        Colonne("gestionnaire", "Gestionnaire", lambda s: s.gestionnaire, tri="gestionnaire__raison_sociale"),
        Colonne("conseiller", "Conseiller", lambda s: s.conseiller, tri="conseiller__nom"),
        Colonne("situation", "Situation", etat, tri="situation", gabarit="composants/badge.html"),
    )
    vide_titre = "Aucune structure"
    vide_texte = "L'administration de l'application importe ou crée les structures de la Caf."

    def requete(self) -> QuerySet[Any]:
        visibles = Structure.objects.visibles_par(self.request.user)
        return visibles.select_related("commune", "gestionnaire", "conseiller")


class ListeDesGestionnaires(Liste):
    request: Requete
    titre = "Gestionnaires"
    phrase = "Les associations et les collectivités qui portent les structures."
    permission = "centres.voir_liste"
    filtre = FiltreDesGestionnaires
    colonnes = (
        Colonne("raison_sociale", "Raison sociale", lambda g: g.raison_sociale, tri="raison_sociale"),
        Colonne("forme", "Forme juridique", lambda g: g.get_forme_display(), tri="forme"),
        Colonne("siren", "SIREN", lambda g: par_trois(g.siren), tri="siren", export=lambda g: g.siren),
        Colonne("ville", "Ville", lambda g: g.ville, tri="ville"),
        Colonne(
            "structures", "Structures", lambda g: g.nombre_de_structures, tri="nombre_de_structures", classe="nombre"
        ),
    )
    vide_titre = "Aucun gestionnaire"
    vide_texte = "L'administration de l'application importe ou crée les gestionnaires de la Caf."

    def requete(self) -> QuerySet[Any]:
        visibles = Gestionnaire.objects.visibles_par(self.request.user)
        return visibles.annotate(nombre_de_structures=Count("structures", distinct=True))


@require_safe
def structure(request: Requete, pk: int) -> HttpResponse:
    utilisateur = request.user
    visibles = Structure.objects.visibles_par(utilisateur)
    fiche = get_object_or_404(
        visibles.select_related("caisse", "gestionnaire", "commune", "quartier_prioritaire", "conseiller"), pk=pk
    )
    peut_ouvrir = utilisateur.has_perm("dossiers.creer", fiche)
    contexte = {
        "structure": fiche,
        "situation": etat(fiche),
        "identite": identite(fiche),
        "territoire": territoire(fiche),
        "postes": fiche.postes.en_cours(),
        "antennes": fiche.antennes.select_related("commune"),
        "noms": fiche.noms_successifs.all(),
        "gestions": fiche.gestions.select_related("gestionnaire"),
        "projets": ProjetSocial.objects.visibles_par(utilisateur).filter(structure=fiche).order_by("-pk"),
        "ouvrir": lien_d_ouverture(fiche) if peut_ouvrir else "",
        "a_reprendre": demande_a_reprendre(fiche, utilisateur) if peut_ouvrir else None,
        "voit_les_auteurs": utilisateur.has_perm("centres.voir_auteurs", fiche),
        **etages_superieurs(fiche, utilisateur),
    }
    return render(request, "centres/structure.html", contexte)


@require_safe
def gestionnaire(request: Requete, pk: int) -> HttpResponse:
    utilisateur = request.user
    fiche = get_object_or_404(Gestionnaire.objects.visibles_par(utilisateur), pk=pk)
    contexte = {
        "gestionnaire": fiche,
        "faits": [
            ("Forme juridique", fiche.get_forme_display()),
            ("SIREN", par_trois(fiche.siren)),
            ("SIRET du siège", par_trois(fiche.siret)),
            ("Numéro RNA", fiche.rna),
            ("Créé en", date_imprecise(fiche.creation)),
            ("Service", fiche.service),
            ("Adresse", fiche.adresse_complete),
            ("Représentant légal", ", ".join(filter(None, (fiche.representant, fiche.qualite_du_representant)))),
            ("Fédération", fiche.federation),
        ],
        "structures": Structure.objects.visibles_par(utilisateur).filter(gestionnaire=fiche).select_related("commune"),
        "anciennes": fiche.gestions.filter(structure__in=Structure.objects.visibles_par(utilisateur))
        .exclude(fin="")
        .select_related("structure"),
    }
    return render(request, "centres/gestionnaire.html", contexte)


def identite(structure: Structure) -> list[tuple[str, Any]]:
    """Ce qui identifie la structure et permet de la joindre."""
    return [
        ("Type", structure.get_type_display()),
        ("Nom d'usage", structure.nom_d_usage),
        ("Code interne", structure.code_interne),
        ("SIRET", par_trois(structure.siret)),
        *((autre.nature, autre.valeur) for autre in structure.autres_identifiants.all()),
        ("Ouverte en", date_imprecise(structure.ouverture)),
        ("Premier agrément", date_imprecise(structure.premier_agrement)),
        ("Adresse", structure.adresse_complete),
        ("Téléphone", structure.telephone),
        ("Courriel", structure.courriel),
        ("Jours et heures d'ouverture", structure.horaires),
        ("Conseiller référent", structure.conseiller),
    ]


def territoire(structure: Structure) -> list[tuple[str, Any]]:
    """Où la structure agit."""
    return [
        ("Commune", structure.commune),
        ("Intercommunalité", structure.commune and structure.commune.nom_epci),
        ("Zone de vie sociale", structure.zone_de_vie_sociale),
        ("Communes d'intervention", ", ".join(commune.nom for commune in structure.communes_d_intervention.all())),
        ("Quartier prioritaire", structure.quartier_prioritaire or "Non"),
        ("France ruralités revitalisation", "Oui" if structure.en_zfrr else "Non"),
    ]


def etages_superieurs(structure: Any, utilisateur: Any) -> dict[str, Any]:
    """Agrément, dossiers et conventions, par leurs relations inverses : ces apps sont au-dessus de celle-ci."""
    contrats = list(structure.contrats.visibles_par(utilisateur))
    return {
        "agrement": next((contrat for contrat in contrats if contrat.signe_le), None),
        "contrats": contrats,
        "dossiers": structure.dossiers.visibles_par(utilisateur),
        "conventions": structure.conventions.visibles_par(utilisateur),
    }


def demande_a_reprendre(structure: Any, utilisateur: Any) -> Any:
    """La demande déjà ouverte pour cette structure, par sa relation inverse ; rien s'il n'y en a pas."""
    return structure.dossiers.visibles_par(utilisateur).a_reprendre().first()


def lien_d_ouverture(structure: Structure) -> str:
    """L'adresse où s'ouvre une demande pour cette structure."""
    return f"{reverse('dossiers:ouvrir')}?structure={structure.pk}"


def par_trois(numero: str) -> str:
    """Un SIREN ou un SIRET tel qu'on le lit : « 900 000 019 », « 900 000 019 00019 »."""
    return " ".join(filter(None, (numero[:3], numero[3:6], numero[6:9], numero[9:])))
