"""La page d'une liste : filtrer, trier, choisir ses colonnes, exporter, agir sur plusieurs lignes."""

import io
import logging
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import IO, Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.generic import View

from socle import dates, htmx
from socle.choix import FormatExport
from socle.listes.colonnes import Action, Colonne, Puce, cases_des_colonnes, cellule, echappe
from socle.listes.filtres import RECHERCHE, SUFFIXES, Filtre, en_mots, habiller
from socle.listes.tableur import TABLEURS
from socle.models import VueEnregistree

TRI, PAGE, EXPORT, COLONNES, VUE = "tri", "page", "export", "colonnes", "vue"
TOUTES = f"{VUE}=toutes"  # la liste sans filtre, même si la personne ouvre d'abord une vue
VUES_MONTREES = 8
LOT_D_EXPORT = 500
CASE = (
    '<td role="cell" class="choix"><label><input class="form-check-input" type="checkbox" name="choisis" value="{}" '
    'form="lot"><span class="visually-hidden">Choisir {}</span></label></td>'
)
journal_technique = logging.getLogger(__name__)


class Liste(View):
    """La page d'une liste. La sous-classe donne au moins `titre`, `colonnes` et `requete`."""

    titre: ClassVar[str] = ""
    phrase: ClassVar[str] = ""
    permission: ClassVar[str] = ""
    filtre: ClassVar[type[Filtre] | None] = None
    colonnes: ClassVar[tuple[Colonne, ...]] = ()
    par_page: ClassVar[int] = 25
    vide_titre: ClassVar[str] = "Rien ici pour le moment"
    vide_texte: ClassVar[str] = ""
    action: ClassVar[Action | None] = None
    liens: ClassVar[tuple[Action, ...]] = ()
    gestes: ClassVar[tuple[Action, ...]] = ()
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

    @classmethod
    def ouvrir(cls, nom: str, parametres: QueryDict, utilisateur: Any) -> "Liste":
        """La liste de ce nom d'adresse, telle que cette personne la trouve avec ces paramètres, hors de sa page.

        Sert à l'export, aux gestes en lot et au parcours d'un dossier à l'autre. `Http404` si ce n'est pas une liste,
        `PermissionDenied` si la personne ne peut pas la lire.
        """
        try:
            trouvee = resolve(reverse(nom))
        except NoReverseMatch as erreur:
            raise Http404 from erreur
        classe = getattr(trouvee.func, "view_class", None)
        if classe is None or not issubclass(classe, cls):
            raise Http404
        requete = HttpRequest()
        requete.method, requete.path, requete.resolver_match = "GET", reverse(nom), trouvee
        requete.GET, requete.user = parametres, utilisateur  # type: ignore[assignment]
        liste: Liste = classe()
        liste.setup(requete)
        liste.exiger_le_droit()
        return liste

    def exiger_le_droit(self) -> None:
        if self.permission and not self._utilisateur.has_perm(self.permission):
            raise PermissionDenied(f"Votre rôle ne donne pas accès à la liste « {self.titre} ».")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.exiger_le_droit()
        if vue := self._vue_a_ouvrir():
            return redirect(vue.get_absolute_url())
        if request.GET.get(EXPORT) in FormatExport:
            return self._exporter()
        pages = Paginator(self.objets, self.par_page)
        pages.count = self.nombre
        page = pages.get_page(request.GET.get(PAGE))
        contexte = {**self._resultats(page), **self._filtres()}
        adresse = self._adresse(**{PAGE: str(page.number) if page.number > 1 else ""})
        return htmx.rendre(request, "listes/liste.html", "listes/_resultats.html", contexte, adresse=adresse)

    # --- Lignes --------------------------------------------------------------------------------

    @cached_property
    def _filtrage(self) -> tuple[QuerySet[Any], forms.Form | None]:
        """Ce que gardent les filtres de l'adresse, et leur formulaire."""
        trouves = self.requete()
        if self.filtre is None:
            return trouves, None
        filtre = self.filtre(self.request.GET, queryset=trouves, request=self.request)
        dates.borner(filtre.form.fields.values())
        return filtre.qs, filtre.form

    @property
    def trouves(self) -> QuerySet[Any]:
        """Les objets que gardent les filtres, sans ce que les colonnes lisent."""
        return self._filtrage[0]

    @property
    def objets(self) -> QuerySet[Any]:
        """Les mêmes, prêts pour les colonnes et dans l'ordre demandé."""
        return self._trier(self.lire(self.trouves))

    @cached_property
    def nombre(self) -> int:
        return self.trouves.count()

    @property
    def en_ordre(self) -> QuerySet[Any]:
        """Les mêmes dans l'ordre demandé, sans ce que les colonnes lisent : pour passer de l'un à l'autre."""
        nom, _ = self._tri()
        return self.objets if nom else self._trier(self.trouves)

    @property
    def _utilisateur(self) -> Any:
        """La personne connectée : aucune liste n'est publique."""
        return self.request.user

    # --- Colonnes et vues ----------------------------------------------------------------------

    @property
    def nom(self) -> str:
        """Son nom d'adresse, par lequel une vue ou un export la retrouve ; vide si elle n'en a pas."""
        lieu = self.request.resolver_match
        return lieu.view_name if lieu and lieu.url_name else ""

    @cached_property
    def montrees(self) -> tuple[Colonne, ...]:
        """Les colonnes que l'adresse choisit, dans l'ordre de la liste ; la première, qui ouvre la ligne, y est."""
        choisies = set(self.request.GET.getlist(COLONNES))
        if not choisies & {colonne.nom for colonne in self.colonnes}:
            return tuple(colonne for colonne in self.colonnes if colonne.par_defaut)
        return tuple(colonne for colonne in self.colonnes if colonne.nom in choisies or colonne is self.colonnes[0])

    @cached_property
    def vues(self) -> list[VueEnregistree]:
        """Les vues que la personne peut ouvrir sur cette liste, huit au plus."""
        if not self.nom:
            return []
        return list(VueEnregistree.objects.visibles_par(self._utilisateur).filter(liste=self.nom)[:VUES_MONTREES])

    def _vue_a_ouvrir(self) -> VueEnregistree | None:
        """Celle que la personne ouvre d'abord, si l'adresse ne demande rien."""
        if self.request.GET:
            return None
        return next((vue for vue in self.vues if vue.par_defaut and vue.proprietaire_id == self._utilisateur.pk), None)

    def parametres_admis(self) -> QueryDict:
        """Ceux de l'adresse que la liste comprend : filtres, tri et colonnes. Le reste n'entre pas dans une vue."""
        champs = self.filtre.base_filters if self.filtre else {}
        connus = {TRI, COLONNES} | {nom + suffixe for nom in champs for suffixe in ("", *(f"_{s}" for s in SUFFIXES))}
        admis = self.parametres.copy()
        for nom in [nom for nom in admis if nom not in connus]:
            del admis[nom]
        return admis

    # --- Adresses ------------------------------------------------------------------------------

    @cached_property
    def parametres(self) -> QueryDict:
        """Les paramètres utiles de l'adresse : ni vides, ni page, ni export."""
        parametres = QueryDict(mutable=True)
        for nom, valeurs in self.request.GET.lists():
            pleines = [valeur for valeur in valeurs if valeur]
            if pleines and nom not in (PAGE, EXPORT):
                parametres.setlist(nom, pleines)
        return parametres

    def _adresse(self, **changements: str) -> str:
        """La liste présente avec ces paramètres changés ; une valeur vide ôte le paramètre."""
        parametres = self.parametres.copy()
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
            "outils": self.outils(),
            "gestes": self.gestes_permis,
            "page": page,
            "parametres": self.parametres,
            "tri": f"-{nom}" if decroissant else nom,
            "entetes": [self._entete(colonne) for colonne in self.montrees],
            "lignes": list(self._lignes(page)),
            "adresse_sans_filtre": self._adresse_sans_filtre(),
            "action": self.action_principale(),
        }

    def _lignes(self, page: Page[Any]) -> Iterator[str]:
        """Les cellules de chaque objet, écrites ici : un gabarit qui les résout une à une coûte trop."""
        attributs = [colonne.attributs for colonne in self.montrees]
        case, jour = bool(self.gestes_permis), timezone.localdate()
        for objet in page.object_list:
            contenus = [cellule(colonne, objet, jour) for colonne in self.montrees]
            if lien := self.lien(objet):
                contenus[0] = f'<a class="etendu" href="{escape(lien)}">{contenus[0]}</a>'
            cellules = zip(attributs, contenus, strict=True)
            ligne = "".join([f'<td role="cell" {nom}><span>{dit}</span></td>' for nom, dit in cellules])
            yield SafeString(CASE.format(objet.pk, echappe(self.nommer(objet))) + ligne if case else ligne)

    def nommer(self, objet: Any) -> str:
        """Ce que la case à cocher d'une ligne dit choisir."""
        return str(objet)

    def _adresse_sans_filtre(self) -> str:
        """La liste entière, dans le même ordre et avec les mêmes colonnes ; jamais la vue ouverte d'abord."""
        gardes = QueryDict(mutable=True)
        for nom in (TRI, COLONNES):
            gardes.setlist(nom, self.parametres.getlist(nom))
        return f"{self.request.path}?{gardes.urlencode() or TOUTES}"

    def _permises(self, actions: Iterable[Action]) -> list[dict[str, str]]:
        return [
            {"libelle": action.libelle, "adresse": reverse(action.url)}
            for action in actions
            if not action.permission or self._utilisateur.has_perm(action.permission)
        ]

    @cached_property
    def gestes_permis(self) -> list[dict[str, str]]:
        """Ce que la personne peut faire de plusieurs lignes à la fois."""
        return self._permises(self.gestes)

    def outils(self, *, comptes: bool = False) -> dict[str, Any]:
        """Ce qui s'offre autour du tableau : vues, colonnes, exports, liens. `comptes` : le nombre de chaque vue."""
        demandee = self.request.GET.get(VUE, "")
        ouverte = next((vue for vue in self.vues if str(vue.pk) == demandee), None)
        admis = self.parametres_admis()
        montrees = set(self.montrees)
        hors_colonnes = [(nom, valeur) for nom, valeurs in admis.lists() if nom != COLONNES for valeur in valeurs]
        return {
            "adresse": self.request.path,
            "nom": self.nom,
            "comptes": comptes,
            "vues": [
                {"vue": vue, "ouverte": vue is ouverte, "compte": self._compter(vue) if comptes else None}
                for vue in self.vues
            ],
            "toutes": f"{self.request.path}?{TOUTES}",
            "ouverte": ouverte,
            "pk_ouverte": ouverte.pk if ouverte else "",
            "modifiable": ouverte is not None and self._modifiable(ouverte),
            "parametres": admis.urlencode(),
            "autres": hors_colonnes,
            "tous": [(nom, valeur) for nom, valeurs in admis.lists() for valeur in valeurs],
            "colonnes": cases_des_colonnes(tuple((c.nom, c.libelle, c in montrees) for c in self.colonnes[1:])),
            "exports": [(str(forme.label), self._adresse(**{EXPORT: forme.value})) for forme in FormatExport],
            "liens": self._permises(self.liens),
            "premiere": self.colonnes[0].nom,
        }

    def _compter(self, vue: VueEnregistree) -> int:
        return self.ouvrir(self.nom, QueryDict(vue.parametres), self._utilisateur).nombre

    def _modifiable(self, vue: VueEnregistree) -> bool:
        return bool(vue.proprietaire_id == self._utilisateur.pk or self._utilisateur.has_perm("socle.partager_une_vue"))

    def action_principale(self) -> dict[str, str] | None:
        """Le bouton de la liste, s'il est pour cette personne : son libellé et son adresse."""
        action = self.action
        if action is None or (action.permission and not self._utilisateur.has_perm(action.permission)):
            return None
        return {"libelle": action.libelle, "adresse": reverse(action.url)}

    # --- Filtres -------------------------------------------------------------------------------

    def _filtres(self) -> dict[str, Any]:
        formulaire = self._filtrage[1]
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

    def _exporter(self) -> HttpResponseBase:
        """Le fichier tout de suite, ou la page qui le prépare en tâche de fond s'il est long."""
        if self.nom and self.nombre > self._utilisateur.reglage("export_immediat_lignes"):
            return redirect(f"{reverse('listes:exporter', args=[self.nom])}?{self.request.GET.urlencode()}")
        format_ = FormatExport(self.request.GET[EXPORT])
        fichier = io.BytesIO()
        self.ecrire(fichier, format_)
        fichier.seek(0)
        reponse = FileResponse(fichier, as_attachment=True, filename=self.nom_de_fichier(format_))
        reponse["Content-Type"] = TABLEURS[format_].type_mime
        journal_technique.info("export de %s lignes de « %s »", self.nombre, self.titre)
        return reponse

    def nom_de_fichier(self, format_: FormatExport) -> str:
        return f"{slugify(self.titre)}-{timezone.localdate().isoformat()}.{format_}"

    def ecrire(self, fichier: IO[bytes], format_: FormatExport, suivre: Callable[[int], None] | None = None) -> int:
        """Écrit toutes les lignes trouvées, avec les colonnes choisies ; rend leur nombre. `suivre` : à chaque lot."""
        ecrites = 0

        def rangees() -> Iterator[list[object]]:
            nonlocal ecrites
            for objet in self.objets.iterator(chunk_size=LOT_D_EXPORT):
                yield [(colonne.export or colonne.valeur)(objet) for colonne in self.montrees]
                ecrites += 1
                if suivre is not None and ecrites % LOT_D_EXPORT == 0:
                    suivre(ecrites)

        TABLEURS[format_].ecrire([colonne.libelle for colonne in self.montrees], rangees(), fichier)
        return ecrites
