"""Dire les choses comme on les écrit en français : montants, dates, durées, tailles, délais."""

import datetime as dt
import functools
import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import QueryDict
from django.utils import timezone
from lucide.templatetags import lucide as icones

register = template.Library()

INSECABLE = "\u00a0"
FINE_INSECABLE = "\u202f"
MOINS = "\u2212"

Nombre = Decimal | int | float | str | None
Date = dt.date | dt.datetime | None

MOIS = ("janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre")  # fmt: skip

ICONES = {
    "neutre": "circle",
    "info": "info",
    "succes": "circle-check",
    "attention": "triangle-alert",
    "danger": "octagon-alert",
}


def _decimal(valeur: Nombre) -> Decimal | None:
    try:
        nombre = Decimal(str(valeur))
    except InvalidOperation:
        return None
    return nombre if nombre.is_finite() else None


def _ecrire(nombre: Decimal, decimales: int) -> str:
    arrondi = nombre.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    texte = f"{abs(arrondi):,f}".replace(",", FINE_INSECABLE).replace(".", ",")
    return f"{MOINS if arrondi < 0 else ''}{texte}"


def _jour(valeur: Date) -> dt.date | None:
    if isinstance(valeur, dt.datetime):
        return timezone.localtime(valeur).date() if timezone.is_aware(valeur) else valeur.date()
    return valeur or None


def _compter(nombre: int, singulier: str, pluriel: str) -> str:
    return f"{nombre}{INSECABLE}{singulier if abs(nombre) < 2 else pluriel}"


@register.filter
def nombre(valeur: Nombre, decimales: int = 0) -> str:
    """12345 → « 12 345 », séparé par des fines insécables ; vide si ce n'est pas un nombre."""
    lu = _decimal(valeur)
    return "" if lu is None else _ecrire(lu, decimales)


@register.filter
def euros(valeur: Nombre, decimales: int = 2) -> str:
    """63600 → « 63 600,00 € », insécable et arrondi au centime ; vide si ce n'est pas un nombre."""
    ecrit = nombre(valeur, decimales)
    return ecrit and f"{ecrit}{INSECABLE}€"


@register.filter
def pourcent(valeur: Nombre) -> str:
    """Un pourcentage déjà exprimé sur cent : 42.5 → « 42,5 % », 60 → « 60 % »."""
    lu = _decimal(valeur)
    if lu is None:
        return ""
    ecrit = _ecrire(lu, 2)
    return f"{ecrit.rstrip('0').rstrip(',')}{INSECABLE}%"


@register.filter
def duree(valeur: int | None, unite: str = "ans") -> str:
    """3 → « 3 ans » ; `unite` : « ans », « mois », « jours » ou « heures »."""
    singuliers = {"ans": "an", "mois": "mois", "jours": "jour", "heures": "heure"}
    return "" if valeur is None else _compter(int(valeur), singuliers[unite], unite)


@register.filter
def date_longue(valeur: Date) -> str:
    """« 14 décembre 2026 », « 1er janvier 2027 » ; la date de Paris s'il s'agit d'un instant."""
    jour = _jour(valeur)
    if jour is None:
        return ""
    return f"{'1er' if jour.day == 1 else jour.day} {MOIS[jour.month - 1]} {jour.year}"


@register.filter
def date_imprecise(valeur: str) -> str:
    """« 1984 », « janvier 2011 » ou « 23 septembre 2014 », d'une date ISO parfois réduite ; vide si elle l'est."""
    annee, mois, jour = (valeur.split("-") + ["", ""])[:3]
    if jour:
        return date_longue(dt.date.fromisoformat(valeur))
    return f"{MOIS[int(mois) - 1]} {annee}" if mois else annee


@register.filter
def instant(valeur: dt.datetime | dt.date | None) -> str:
    """« 14 décembre 2026 à 9 h 05 » ; une simple date s'écrit sans heure."""
    if not isinstance(valeur, dt.datetime):
        return date_longue(valeur)
    local = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
    return f"{date_longue(local)} à {heure(local)}"


def heure(valeur: dt.datetime) -> str:
    """« 9 h 05 », à l'heure de Paris."""
    local = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
    return f"{local.hour}{INSECABLE}h{INSECABLE}{local.minute:02d}"


@register.simple_tag
def nombre_d_erreurs(formulaire: BaseForm) -> int:
    """Combien de phrases dit le résumé des erreurs : un champ peut en avoir plusieurs."""
    return sum(len(phrases) for phrases in formulaire.errors.values())


@register.filter
def iso(valeur: Date) -> str:
    """La date ou l'instant pour l'attribut `datetime` d'une balise `time`."""
    return valeur.isoformat() if valeur else ""


@register.filter
def taille(octets: int | None) -> str:
    """1300000 → « 1,2 Mo », par pas de 1 024 comme la limite de dépôt."""
    if octets is None:
        return ""
    if octets < 1024:
        return _compter(octets, "octet", "octets")
    mesure = Decimal(octets)
    for unite in ("ko", "Mo", "Go"):
        mesure /= 1024
        if mesure < 1000 or unite == "Go":
            break
    return f"{_ecrire(mesure, 0 if unite == 'ko' else 1)}{INSECABLE}{unite}"


def _jours_restants(valeur: Date) -> int:
    """Le nombre de jours d'ici à la date ; négatif si elle est passée."""
    jour = _jour(valeur)
    return 0 if jour is None else (jour - timezone.localdate()).days


@register.filter
def dans(valeur: Date) -> str:
    """« aujourd'hui », « demain », « hier », « dans 12 jours », « il y a 5 mois »."""
    return "" if valeur is None else _dans(_jours_restants(valeur))


def _dans(jours: int) -> str:
    proche = {0: "aujourd'hui", 1: "demain", -1: "hier"}.get(jours)
    return proche or f"{'dans' if jours > 0 else 'il y a'} {_ecart(jours)}"


def _ecart(jours: int) -> str:
    """Une distance, sans dire son sens : « 12 jours », « 5 mois », « 2 ans »."""
    jours = abs(jours)
    if jours <= 60:
        return _compter(jours, "jour", "jours")
    if jours < 730:
        return f"{round(jours / 30.44)}{INSECABLE}mois"
    return _compter(int(jours // 365.25), "an", "ans")


class EcheanceLue(NamedTuple):
    """Ce que montre `composants/echeance.html`. `date` : la date en toutes lettres, répétée ou non par `texte`."""

    date: str
    texte: str
    icone: str
    en_retard: bool
    datee: bool


@register.simple_tag(takes_context=True)
def lire_echeance(context: template.Context) -> EcheanceLue:
    """L'échéance `date` en mots ; `faite` : elle n'est plus attendue, donc jamais en retard ; `avec_date` : datée."""
    date, faite, avec_date = context["date"], context.get("faite"), context.get("avec_date")
    longue, reste = date_longue(date), _jours_restants(date)
    en_retard = reste < 0 and not faite
    delai = f"en retard de {_ecart(reste)}" if en_retard else _dans(reste)
    icone = "calendar-check" if faite else "octagon-alert" if en_retard else "calendar"
    texte = longue if faite else f"{longue} · {delai}" if avec_date else delai
    return EcheanceLue(longue, texte, icone, en_retard, datee=bool(faite or avec_date))


@register.filter
def minutes(delai: dt.timedelta) -> str:
    """Un délai court, arrondi à la minute au-dessus : « 15 minutes »."""
    return _compter(math.ceil(delai.total_seconds() / 60), "minute", "minutes")


@register.simple_tag
def lucide(nom: str, *, size: int = 24, **attributs: str) -> str:
    """L'icône de ce nom, de `size` pixels. La bibliothèque la redessine à chaque fois ; une liste en montre cent."""
    return _dessiner(nom, size, tuple(attributs.items()))


@functools.lru_cache(maxsize=1024)
def _dessiner(nom: str, size: int, attributs: tuple[tuple[str, str], ...]) -> str:
    dessin: str = icones.lucide(nom, size=size, **dict(attributs))
    return dessin


@register.simple_tag(takes_context=True)
def icone_du_ton(context: template.Context, defaut: str = "neutre") -> str:
    """Le nom de l'icône du contexte (`icone`), sinon celle du `ton` : un état se dit par une icône et un mot."""
    return context.get("icone") or ICONES.get(context.get("ton") or defaut, "circle")


@register.simple_tag(takes_context=True)
def classe_du_ton(context: template.Context, defaut: str = "neutre") -> str:
    """La classe du `ton` du contexte."""
    return f"ton-{context.get('ton') or defaut}"


class PageOfferte(NamedTuple):
    """Un numéro de page et son adresse ; un creux, « … », n'en a pas."""

    numero: str
    adresse: str
    courante: bool


@register.simple_tag
def pages_abregees(page: Page[Any], parametres: QueryDict) -> list[PageOfferte]:
    """Les pages à offrir autour de la page courante, 1 … 4 5 6 … 141, à l'adresse de ces paramètres."""
    adresse = parametres.copy()
    offertes = []
    for numero in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        adresse["page"] = str(numero)
        menant = f"?{adresse.urlencode()}" if isinstance(numero, int) else ""
        offertes.append(PageOfferte(str(numero), menant, numero == page.number))
    return offertes
