"""Le catalogue des composants, en développement seulement : chacun dans chacun de ses états."""

import datetime as dt
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from socle.listes import Colonne, Filtre, Liste
from socle.texte import comparer_les_mots


class FormulaireDExemple(forms.Form):
    siret = forms.CharField(label="Siret", min_length=14, help_text="14 chiffres, sur l'avis de situation.")
    nom = forms.CharField(label="Nom de la structure")


def _etape(libelle: str, etat: str, date: dt.date | None = None, qui: str = "") -> dict[str, Any]:
    return {"libelle": libelle, "etat": etat, "date": date, "qui": qui}


def _manque(texte: str, lien: str = "") -> dict[str, str]:
    return {"texte": texte, "lien": lien}


def _acte(libelle: str, *manques: dict[str, str], primaire: bool = False) -> dict[str, Any]:
    return {"libelle": libelle, "url": "#actes", "primaire": primaire, "consequence": "", "manques": manques}


def _fichier(nom: str, octets: int, date: dt.date, type_mime: str, **suite: Any) -> dict[str, Any]:
    facultatifs = {"qui": "", "etat": None, "url": "", "url_apercu": ""}
    return {"nom": nom, "taille": octets, "date": date, "type_mime": type_mime, **facultatifs, **suite}


def _onglet(libelle: str, compte: int = 0, ton: str = "", dit: str = "") -> dict[str, Any]:
    actif = libelle == "Synthèse"
    return {"libelle": libelle, "url": "#onglets", "actif": actif, "compte": compte, "ton": ton, "dit": dit}


def _entree(
    quand: dt.datetime, qui: str, quoi: str, motif: str = "", *changements: tuple[str, str, str]
) -> dict[str, Any]:
    lignes = [{"champ": champ, "avant": avant, "apres": apres} for champ, avant, apres in changements]
    return {"quand": quand, "qui": qui, "quoi": quoi, "motif": motif, "changements": lignes}


def _exemples() -> dict[str, Any]:
    jour, instant = timezone.localdate(), timezone.now()
    depot, negociation = jour - dt.timedelta(days=96), jour - dt.timedelta(days=31)
    dates = [jour + dt.timedelta(days=ecart) for ecart in (-12, -1, 0, 1, 12, 140, 900)]
    return {
        "etapes": [
            _etape("Demande", "faite", depot, "Claire Renaud"),
            _etape("Négociation", "faite", negociation, "Nadia Benali"),
            _etape("Décision", "courante", dates[4], "CA de la Caf"),
            _etape("Contrat", "a_venir"),
        ],
        "etapes_refusees": [
            _etape("Demande", "faite", depot),
            _etape("Négociation", "faite", negociation),
            _etape("Décision : refus", "refusee", jour, "CA de la Caf"),
            _etape("Contrat", "a_venir"),
        ],
        "tons": [
            ("neutre", "Brouillon"),
            ("info", "En instruction"),
            ("succes", "Agréé"),
            ("attention", "Compléments attendus"),
            ("danger", "Refusé"),
        ],
        "dates": dates,
        "passages": comparer_les_mots(
            "Le comité se réunit deux fois par an.", "Le comité d'habitants se réunit chaque mois."
        ),
        "actes": [
            _acte("Transmettre à la Caf", primaire=True),
            _acte("Demander un délai"),
            _acte("Inscrire à une séance", _manque("l'avis technique signé", "#actes")),
            _acte(
                "Notifier la décision",
                _manque("le procès-verbal de la séance", "#actes"),
                _manque("la signature de la présidence", "#actes"),
                _manque("l'adresse du gestionnaire"),
            ),
        ],
        "entrees": [
            _entree(instant, "Nadia Benali", "Compléments demandés", "Le budget de la deuxième année manque.\nMerci."),
            _entree(
                instant - dt.timedelta(days=2),
                "Claire Renaud",
                "Modification du dossier",
                "",
                ("Durée demandée", "2 ans", "3 ans"),
                ("Commune", "", "Villeneuve-d'Ascq"),
            ),
            _entree(instant - dt.timedelta(days=40), "", "Rappel d'échéance envoyé"),
        ],
        "faits": [
            ("Gestionnaire", "Association Les Tilleuls"),
            ("Commune", "Villeneuve-d'Ascq"),
            ("Type", "Centre social"),
            ("Agrément en cours", "du 1er janvier 2024 au 31 décembre 2026"),
            ("Conseillère technique", ""),
        ],
        "montants": [Decimal("63600"), Decimal("1234567.5"), Decimal("-820.4"), Decimal(0), None],
        "fichiers": [
            _fichier(
                "Projet social 2027-2029.pdf",
                1_300_000,
                jour,
                "application/pdf",
                qui="Claire Renaud",
                etat={"libelle": "Acceptée", "ton": "succes"},
                url="#fichiers",
                url_apercu="#fichiers",
            ),
            _fichier(
                "Budget.xlsx",
                48_200,
                dates[1],
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                etat={"libelle": "À corriger", "ton": "attention"},
                url="#fichiers",
            ),
            _fichier("un-nom-vraiment-tres-long-recu-par-courriel-et-jamais-renomme.jpg", 812, dates[0], "image/jpeg"),
        ],
        "onglets": [
            _onglet("Synthèse"),
            _onglet("Projet"),
            _onglet("Pièces", 3, "attention", "à corriger"),
            _onglet("Négociation", 12, dit="messages"),
            *map(_onglet, ("Finances", "Décision", "Contrat", "Journal")),
        ],
        "page": Paginator(range(3510), 25).page(2),
        "raisons": [_manque("Le procès-verbal n'est pas signé.", "#alertes"), _manque("Le quorum n'est pas atteint.")],
        "points": ["Le gestionnaire reçoit la notification.", "Le délai de recours de deux mois commence."],
        "pieces": [("Projet social", 12, Decimal("63600")), ("Budget", 3, Decimal("1250.5")), ("Statuts", 1, None)],
        "maintenant": instant,
        "formulaire": FormulaireDExemple({"siret": "123"}),
    }


def catalogue(request: HttpRequest) -> HttpResponse:
    """Tous les composants, avec des valeurs d'exemple ; c'est là qu'on éprouve d'abord leur accessibilité."""
    messages.success(request, "Le dossier est transmis à la Caf. Vous recevrez un courriel à chaque étape.")
    return render(request, "socle/catalogue.html", {**_exemples(), "parametres": request.GET})


class FiltreDExemple(Filtre):
    """Trois sortes de filtres, sur la table des types de contenu qui existe dans toute base."""

    recherche = django_filters.CharFilter(field_name="model", lookup_expr="icontains", label="Chercher un modèle")
    app = django_filters.ChoiceFilter(
        field_name="app_label",
        label="Application",
        empty_label="Toutes",
        choices=[("socle", "Socle"), ("comptes", "Comptes"), ("auth", "Droits")],
    )
    numero = django_filters.RangeFilter(field_name="pk", label="Numéro")

    class Meta:
        model = ContentType
        fields: list[str] = []


def _etat(type_: ContentType) -> dict[str, str]:
    return {"libelle": "Récent", "ton": "info"} if type_.pk > 40 else {"libelle": "Établi", "ton": "succes"}


def _echeance(type_: ContentType) -> dict[str, dt.date]:
    return {"date": timezone.localdate() + dt.timedelta(days=3 * type_.pk - 9)}


def _montant(type_: ContentType) -> Decimal:
    return Decimal(type_.pk) * 1200


class ListeDExemple(Liste):
    """Une liste complète, pour l'essayer à l'écran."""

    titre = "Exemple de liste"
    phrase = "Les modèles de l'application, pour éprouver filtres, tri, pages et export."
    filtre = FiltreDExemple
    par_page = 10
    colonnes = (
        Colonne("modele", "Modèle", lambda type_: type_.model, tri="model"),
        Colonne("app", "Application", lambda type_: type_.app_label, tri="app_label"),
        Colonne("etat", "État", _etat, gabarit="composants/badge.html"),
        Colonne("echeance", "Échéance", _echeance, gabarit="composants/echeance.html"),
        Colonne("numero", "Numéro", lambda type_: type_.pk, tri="pk", classe="nombre"),
        Colonne("montant", "Montant", _montant, gabarit="composants/montant.html", classe="nombre"),
    )

    def requete(self) -> QuerySet[ContentType]:
        return ContentType.objects.order_by("app_label", "model")

    def lien(self, objet: ContentType) -> str:
        return f"?recherche={objet.model}"
