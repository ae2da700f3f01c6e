"""La liste déclarative : une requête, des filtres, des colonnes ; le reste est le même pour toutes.

Une app écrit une sous-classe de `Liste` et la branche par `path("", MaListe.as_view(), name="liste")`.
Filtres, tri et page sont dans l'adresse ; la même adresse sert la page, son fragment htmx et son export.
"""

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.generic import View
from django_filters import FilterSet

from socle import dates, htmx
from socle.formulaires import choisir_dans_le_navigateur
from socle.templatetags.composants import date_longue, instant, nombre

RECHERCHE = "recherche"  # le nom du filtre que l'écran montre en premier
TRI, PAGE, EXPORT = "tri", "page", "export"
DEBUTS_DE_FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"
LOT_D_EXPORT = 1000
CLES_D_UN_COMPOSANT = ("libelle", "date", "valeur", "nom")  # ce qui se lit d'un dictionnaire donné à un composant
BORNES, BORNES_DE_DATE = ("à partir de", "jusqu'à"), ("à partir du", "jusqu'au")
SUFFIXES = {"min": "au moins", "max": "au plus", "after": "à partir du", "before": "jusqu'au"}


@dataclass(frozen=True, slots=True)
class Colonne:
    """Une colonne. `valeur` ne fait aucune requête : ce qu'elle lit est préchargé par `Liste.requete`.

    `tri` : le champ de la base par lequel on trie (vide : colonne non triable). `gabarit` : un composant ;
    il reçoit `valeur` et `objet`, ou les clés de la valeur si c'est un dictionnaire. `classe` : « nombre »
    aligne à droite. `export` : la valeur du fichier CSV quand elle diffère de celle de l'écran.
    """

    nom: str
    libelle: str
    valeur: Callable[[Any], object]
    tri: str = ""
    gabarit: str = ""
    classe: str = ""
    export: Callable[[Any], object] | None = None

    @property
    def attributs(self) -> str:
        """Ceux de chacune de ses cellules ; le libellé s'y lit quand l'écran est trop étroit pour un tableau."""
        classe = format_html(' class="{}"', self.classe) if self.classe else ""
        return format_html('data-libelle="{}"{}', self.libelle, classe)


class Action(NamedTuple):
    """L'acte principal de la liste, et le droit qui le montre."""

    libelle: str
    url: str
    permission: str = ""


class Puce(NamedTuple):
    """Un filtre posé, et l'adresse de la liste sans lui."""

    libelle: str
    valeur: str
    adresse: str


class Liste(View):
    """La page d'une liste. La sous-classe donne au moins `titre`, `colonnes` et `requete`."""

    titre: ClassVar[str] = ""
    phrase: ClassVar[str] = ""
    permission: ClassVar[str] = ""
    filtre: ClassVar[type[FilterSet] | None] = None
    colonnes: ClassVar[tuple[Colonne, ...]] = ()
    par_page: ClassVar[int] = 25
    vide_titre: ClassVar[str] = "Rien ici pour le moment"
    vide_texte: ClassVar[str] = ""
    action: ClassVar[Action | None] = None
    http_method_names = ["get", "head", "options"]

    def requete(self) -> QuerySet[Any]:
        """Ce que cette personne peut voir, avec ses `select_related`, dans l'ordre par défaut."""
        raise NotImplementedError

    def lire(self, trouves: QuerySet[Any]) -> QuerySet[Any]:
        """Ajoute ce que les colonnes lisent et que ni les filtres ni le compte des résultats ne demandent."""
        return trouves

    def lien(self, objet: Any) -> str:
        """L'adresse qu'ouvre la ligne ; vide : la ligne n'ouvre rien."""
        return str(objet.get_absolute_url()) if hasattr(objet, "get_absolute_url") else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission and not request.user.has_perm(self.permission):
            raise PermissionDenied(f"Votre rôle ne donne pas accès à la liste « {self.titre} ».")
        trouves, formulaire = self.requete(), None
        if self.filtre is not None:
            filtre = self.filtre(request.GET, queryset=trouves, request=request)
            formulaire = filtre.form
            dates.borner(formulaire.fields.values())
            trouves = filtre.qs
        lues = self._trier(self.lire(trouves))
        if request.GET.get(EXPORT) == "csv":
            return self._exporter(lues)
        pages = Paginator(lues, self.par_page)
        pages.count = trouves.count()
        page = pages.get_page(request.GET.get(PAGE))
        contexte = {**self._resultats(page), **self._filtres(formulaire)}
        adresse = self._adresse(**{PAGE: str(page.number) if page.number > 1 else ""})
        return htmx.rendre(request, "listes/liste.html", "listes/_resultats.html", contexte, adresse=adresse)

    # --- Adresses ------------------------------------------------------------------------------

    def _parametres(self) -> QueryDict:
        """Les paramètres utiles de l'adresse : ni vides, ni page, ni export."""
        parametres = QueryDict(mutable=True)
        for nom, valeurs in self.request.GET.lists():
            pleines = [valeur for valeur in valeurs if valeur]
            if pleines and nom not in (PAGE, EXPORT):
                parametres.setlist(nom, pleines)
        return parametres

    def _adresse(self, **changements: str) -> str:
        """La liste présente avec ces paramètres changés ; une valeur vide ôte le paramètre."""
        parametres = self._parametres()
        for nom, valeur in changements.items():
            parametres.pop(nom, None)
            if valeur:
                parametres[nom] = valeur
        return f"{self.request.path}?{parametres.urlencode()}" if parametres else self.request.path

    # --- Tri -----------------------------------------------------------------------------------

    def _tri(self) -> tuple[str, bool]:
        """Le nom de la colonne triée et si l'ordre est décroissant ; vide si l'adresse n'en nomme aucune."""
        demande = self.request.GET.get(TRI, "")
        connus = {colonne.nom for colonne in self.colonnes if colonne.tri}
        nom = demande.removeprefix("-")
        return (nom, demande.startswith("-")) if nom in connus else ("", False)

    def _trier(self, trouves: QuerySet[Any]) -> QuerySet[Any]:
        """Trié par une colonne déclarée, les vides à la fin ; l'ordre est toujours total."""
        nom, decroissant = self._tri()
        if not nom:
            return trouves if trouves.ordered else trouves.order_by("pk")
        champ = F(next(colonne.tri for colonne in self.colonnes if colonne.nom == nom))
        return trouves.order_by(champ.desc(nulls_last=True) if decroissant else champ.asc(nulls_last=True), "pk")

    def _entete(self, colonne: Colonne) -> dict[str, str]:
        nom, decroissant = self._tri()
        trie = colonne.nom == nom
        suivant = f"-{colonne.nom}" if trie and not decroissant else colonne.nom
        return {
            "nom": colonne.nom,
            "libelle": colonne.libelle,
            "classe": colonne.classe,
            "sens": ("descending" if decroissant else "ascending") if trie else "",
            "adresse": self._adresse(**{TRI: suivant}) if colonne.tri else "",
        }

    # --- Écran ---------------------------------------------------------------------------------

    def _resultats(self, page: Page[Any]) -> dict[str, Any]:
        nom, decroissant = self._tri()
        return {
            "liste": self,
            "page": page,
            "parametres": self._parametres(),
            "tri": f"-{nom}" if decroissant else nom,
            "entetes": [self._entete(colonne) for colonne in self.colonnes],
            "lignes": list(self._lignes(page)),
            "adresse_export": self._adresse(**{EXPORT: "csv"}),
            "adresse_sans_filtre": f"{self.request.path}?{TRI}={self.request.GET[TRI]}" if nom else self.request.path,
            "action": self.action_principale(),
        }

    def _lignes(self, page: Page[Any]) -> Iterator[str]:
        """Les cellules de chaque objet, écrites ici : un gabarit qui les résout une à une coûte trop."""
        rendre = _Rendu()
        attributs = [colonne.attributs for colonne in self.colonnes]
        for objet in page:
            contenus = [rendre(colonne, objet) for colonne in self.colonnes]
            if lien := self.lien(objet):
                contenus[0] = format_html('<a class="etendu" href="{}">{}</a>', lien, contenus[0])
            cellules = zip(attributs, map(conditional_escape, contenus), strict=True)
            yield SafeString("".join([f'<td role="cell" {nom}><span>{dit}</span></td>' for nom, dit in cellules]))

    def action_principale(self) -> dict[str, str] | None:
        """Le bouton de la liste, s'il est pour cette personne : son libellé et son adresse."""
        action = self.action
        if action is None or (action.permission and not self.request.user.has_perm(action.permission)):
            return None
        return {"libelle": action.libelle, "adresse": reverse(action.url)}

    # --- Filtres -------------------------------------------------------------------------------

    def _filtres(self, formulaire: forms.Form | None) -> dict[str, Any]:
        if formulaire is None:
            return {"formulaire": None, "recherche": None, "puces": [], "messages_de_filtre": []}
        habiller(formulaire)
        autres = [champ for champ in formulaire.visible_fields() if champ.name != RECHERCHE]
        cases = [champ for champ in autres if isinstance(champ.field.widget, forms.CheckboxInput)]
        return {
            "formulaire": formulaire,
            "recherche": formulaire[RECHERCHE] if RECHERCHE in formulaire.fields else None,
            "autres": [champ for champ in autres if champ not in cases],
            "cases": cases,
            "actifs": sum(bool(champ.value()) and champ.value() != [None, None] for champ in autres),
            "puces": list(self._puces(formulaire)),
            "messages_de_filtre": [
                f"Le filtre « {formulaire[nom].label} » n'est pas appliqué : {' '.join(map(str, erreurs))}"
                for nom, erreurs in formulaire.errors.items()
            ],
        }

    def _puces(self, formulaire: forms.Form) -> Iterator[Puce]:
        for nom, valeur in formulaire.cleaned_data.items():
            champ = formulaire[nom]
            noms = [nom, *(f"{nom}_{suffixe}" for suffixe in SUFFIXES)]
            if any(self.request.GET.get(parametre) for parametre in noms) and (
                texte := en_mots(formulaire.fields[nom], valeur)
            ):
                yield Puce(str(champ.label), texte, self._adresse(**dict.fromkeys(noms, "")))

    # --- Export --------------------------------------------------------------------------------

    def _exporter(self, trouves: QuerySet[Any]) -> StreamingHttpResponse:
        """Toutes les lignes trouvées, au format que le tableur français ouvre d'un double clic."""
        nom = f"{slugify(self.titre)}-{timezone.localdate().isoformat()}.csv"
        reponse = StreamingHttpResponse(self._lignes_csv(trouves), content_type="text/csv; charset=utf-8")
        reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
        return reponse

    def _lignes_csv(self, trouves: QuerySet[Any]) -> Iterator[str]:
        ecrivain = csv.writer(_Echo(), delimiter=";")
        yield BOM + str(ecrivain.writerow([au_tableur(colonne.libelle) for colonne in self.colonnes]))
        for objet in trouves.iterator(chunk_size=LOT_D_EXPORT):
            yield str(
                ecrivain.writerow([au_tableur((colonne.export or colonne.valeur)(objet)) for colonne in self.colonnes])
            )


class _Echo:
    """Un fichier qui rend ce qu'on lui écrit : le CSV part ligne à ligne, sans être gardé en mémoire."""

    def write(self, ligne: str) -> str:
        return ligne


class _Rendu:
    """Le contenu des cellules d'une page. Un composant déjà rendu pour les mêmes valeurs n'est pas rendu deux fois."""

    def __init__(self) -> None:
        self.connus: dict[tuple[str, object], str] = {}

    def __call__(self, colonne: Colonne, objet: Any) -> str:
        valeur = colonne.valeur(objet)
        if not colonne.gabarit or valeur is None:
            return a_l_ecran(valeur)
        if not isinstance(valeur, Mapping):
            return str(get_template(colonne.gabarit).render({"valeur": valeur, "objet": objet}))
        cle = colonne.gabarit, tuple(valeur.items())
        if cle not in self.connus:
            self.connus[cle] = get_template(colonne.gabarit).render(dict(valeur))
        return self.connus[cle]


def a_l_ecran(valeur: object) -> str:
    """Une valeur simple telle qu'elle se lit : « Oui », « 14 décembre 2026 », « 1 234,50 », un tiret si rien."""
    match valeur:
        case None | "":
            return "–"
        case bool():
            return "Oui" if valeur else "Non"
        case dt.datetime():
            return instant(valeur)
        case dt.date():
            return date_longue(valeur)
        case Decimal():
            return nombre(valeur, 2)
        case int():
            return nombre(valeur)
    return str(valeur)


def au_tableur(valeur: object) -> str:
    """La valeur d'une cellule CSV ; un texte qui commencerait une formule est précédé d'une apostrophe."""
    match valeur:
        case None:
            return ""
        case bool():
            return "Oui" if valeur else "Non"
        case dt.datetime():
            return timezone.localtime(valeur).strftime("%d/%m/%Y %H:%M")
        case dt.date():
            return valeur.strftime("%d/%m/%Y")
        case Decimal() | int() | float():
            return str(valeur).replace(".", ",")
        case Mapping():
            return au_tableur(next((valeur[cle] for cle in CLES_D_UN_COMPOSANT if cle in valeur), None))
    texte = str(valeur)
    return f"'{texte}" if texte.startswith(DEBUTS_DE_FORMULE) else texte


def en_mots(champ: forms.Field, valeur: Any) -> str:
    """La valeur d'un filtre telle que la puce la montre ; vide si le filtre ne filtre rien."""
    if isinstance(valeur, slice):
        mots = BORNES_DE_DATE if isinstance(valeur.start or valeur.stop, dt.date) else BORNES
        bornes = zip(mots, (valeur.start, valeur.stop), strict=True)
        return " ".join(f"{mot} {en_mots(champ, borne)}" for mot, borne in bornes if borne is not None)
    if isinstance(valeur, str | bool | int):
        return _libelle_du_choix(champ, valeur)
    if isinstance(valeur, Iterable):
        return ", ".join(en_mots(champ, partie) for partie in valeur)
    if isinstance(valeur, dt.date):
        return date_longue(valeur)
    if isinstance(valeur, Decimal):
        return nombre(valeur, 0 if valeur == valeur.to_integral_value() else 2)
    return "" if valeur is None else a_l_ecran(valeur)


def _libelle_du_choix(champ: forms.Field, valeur: str | bool | int) -> str:
    choix = {} if isinstance(champ, forms.ModelChoiceField) else dict(getattr(champ, "choices", ()))
    return str(choix[valeur]) if valeur in choix else a_l_ecran(valeur) if valeur != "" else ""


def habiller(formulaire: forms.Form) -> None:
    """Donne aux champs d'un filtre les classes de l'écran, le type « date » et un nom à chaque borne."""
    for nom, champ in formulaire.fields.items():
        widget = champ.widget
        if isinstance(widget, forms.MultiWidget):
            suffixes: list[str] = widget.widgets_names  # type: ignore[attr-defined]
            for suffixe, borne in zip(suffixes, widget.widgets, strict=True):
                _habiller(borne)
                borne.attrs["aria-label"] = f"{champ.label}, {SUFFIXES.get(suffixe.strip('_'), '')}"
        else:
            _habiller(widget)
        if nom == RECHERCHE and isinstance(widget, forms.TextInput):
            widget.input_type = "search"
            widget.attrs["data-recherche"] = True


def _habiller(widget: forms.Widget) -> None:
    if isinstance(widget, forms.CheckboxInput):
        classe = "form-check-input m-0"
    elif isinstance(widget, forms.RadioSelect):
        classe = "form-check-input"
    else:
        classe = "form-select" if isinstance(widget, forms.Select) else "form-control"
    choisir_dans_le_navigateur(widget)
    widget.attrs.setdefault("class", classe)
