"""Le modèle de classeur qu'on télécharge : les lignes du projet, des listes de choix, et son mode d'emploi."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from centres.models import ProjetSocial
from centres.tableur.colonnes import Colonne, Sorte
from centres.tableur.feuilles import AXE, CLE, GENERAL, OPERATIONNEL, TEMOIN, EnBase, Feuille
from centres.tableur.lecture import LIGNES_MAX

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MODE_D_EMPLOI, LISTES = "Mode d'emploi", "Listes"
LIGNES_VIDES = 30  # prêtes à remplir, sous celles du projet
DEBUTS_DE_FORMULE = ("=", "+", "-", "@")
LARGEURS = {
    Sorte.CACHEE: 10,
    Sorte.LIEU: 30,
    Sorte.TEXTE: 26,
    Sorte.LONG: 48,
    Sorte.ENTIER: 14,
    Sorte.MONTANT: 16,
    Sorte.CHOIX: 22,
}
# Un texte reste du texte : le tableur n'en fait ni une date, ni une formule.
FORMATS = {Sorte.ENTIER: "0", Sorte.MONTANT: "#,##0.00", Sorte.LONG: "General"}
TEXTE_SEUL = "@"
COULEUR_DES_TITRES = "DCE6F1"

_CONSEILS = (
    "Remplissez la feuille « {feuille} », enregistrez le classeur au format .xlsx, puis renvoyez-le sur la page où "
    "vous l'avez téléchargé. Avant d'enregistrer, l'application vous dira ce qui changera.",
    "Une ligne par {un}. Pour en ajouter, écrivez sur la première ligne vide.",
    "Une ligne que vous ôtez du classeur reste dans le projet : rien ne s'y supprime par le tableur.",
    "Ne renommez pas les titres des colonnes. Une colonne que vous ajoutez n'est pas lue.",
    "Ne fusionnez pas de cellules. Une formule est admise : c'est son résultat qui est repris.",
    "Pour recopier une ligne, copiez ses cellules et non la ligne entière, qui emporterait la marque de l'originale.",
    "La feuille est protégée sans mot de passe, pour que ces marques cachées ne bougent pas.",
    "Si quelqu'un change à l'écran une ligne que vous changez ici, la vôtre sera refusée et rien ne sera recouvert.",
)
_CONSEILS_PROPRES = {
    "actions": (
        "L'axe et les objectifs sont ceux du projet : choisissez-les dans la liste. Pour un axe ou un objectif "
        "nouveau, ajoutez-le d'abord à l'écran. Sans objectif opérationnel, l'action se range sous l'objectif général.",
        "Les dernières colonnes sont celles du premier indicateur de l'action. Les autres indicateurs et les "
        "financements s'écrivent à l'écran ; ils restent tels quels.",
        "Montants en euros, par an, arrondis au centime.",
    ),
    "budget": (
        "Une charge ou un produit par ligne et par année. Chaque année, les charges doivent être égales aux produits.",
        "Montants en euros, arrondis au centime. Un montant nul s'écrit 0.",
    ),
}


def ecrire_le_modele(feuille: Feuille, projet: ProjetSocial) -> bytes:
    """Le classeur .xlsx de cette feuille, rempli de ce que contient le projet (lu par `avec_arbre`)."""
    from openpyxl import Workbook  # lourd : chargé quand on en a besoin

    classeur = Workbook()
    page: Worksheet = classeur.active  # type: ignore[assignment]
    page.title = feuille.titre
    lignes = list(feuille.en_base(projet))
    _ecrire_les_titres(page, feuille)
    for numero, ligne in enumerate(lignes, start=2):
        _ecrire_une_ligne(page, numero, feuille, ligne)
    for numero in range(len(lignes) + 2, len(lignes) + 2 + LIGNES_VIDES):
        _habiller(page, numero, feuille)
    _poser_les_listes(classeur, page, feuille, _lieux(projet) if feuille.code == "actions" else {})
    _proteger(page)
    _ecrire_le_mode_d_emploi(classeur, feuille, projet)
    rendu = io.BytesIO()
    classeur.save(rendu)
    return rendu.getvalue()


def _ecrire_les_titres(page: Worksheet, feuille: Feuille) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for rang, colonne in enumerate(feuille.colonnes, start=1):
        titre: Any = page.cell(1, rang, colonne.titre)
        titre.font = Font(bold=True)
        titre.fill = PatternFill("solid", fgColor=COULEUR_DES_TITRES)
        titre.alignment = Alignment(wrap_text=True, vertical="center")
        dimension = page.column_dimensions[get_column_letter(rang)]
        dimension.width = LARGEURS[colonne.sorte]
        dimension.hidden = colonne.sorte is Sorte.CACHEE
    page.freeze_panes = "A2"
    page.row_dimensions[1].height = 32
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = "9"  # A4
    page.print_title_rows = "1:1"


def _ecrire_une_ligne(page: Worksheet, numero: int, feuille: Feuille, ligne: EnBase) -> None:
    marques = {CLE: str(ligne.noeud.cle), TEMOIN: feuille.temoin_de(feuille.textes(ligne))}
    for rang, colonne in enumerate(feuille.colonnes, start=1):
        ecrire_la_cellule(page.cell(numero, rang), colonne.cellule({**ligne.valeurs, **marques}.get(colonne.code)))
    _habiller(page, numero, feuille)


def ecrire_la_cellule(cellule: Any, valeur: Any) -> None:
    """Pose la valeur. Un texte reste un texte, même s'il commence comme une formule, et le tableur n'y touchera pas."""
    cellule.value = valeur
    if isinstance(valeur, str):
        cellule.data_type = "s"
        cellule.quotePrefix = valeur.startswith(DEBUTS_DE_FORMULE)


def _habiller(page: Worksheet, numero: int, feuille: Feuille) -> None:
    """Le format de chaque cellule de la ligne, et le droit d'y écrire quand la feuille est protégée."""
    from openpyxl.styles import Alignment, Protection

    for rang, colonne in enumerate(feuille.colonnes, start=1):
        cellule: Any = page.cell(numero, rang)
        cellule.number_format = FORMATS.get(colonne.sorte, TEXTE_SEUL)
        cellule.alignment = Alignment(wrap_text=True, vertical="top")
        cellule.protection = Protection(locked=colonne.sorte is Sorte.CACHEE)


def _proteger(page: Worksheet) -> None:
    """Sans mot de passe. Un droit à `False` est un droit laissé : c'est ainsi que le format l'écrit."""
    page.protection.sheet = True
    for geste in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter"):
        setattr(page.protection, geste, False)


def _lieux(projet: ProjetSocial) -> dict[str, list[str]]:
    """Les axes et les objectifs du projet, par colonne, dans l'ordre et sans doublon."""
    axes = list(projet.axes.all())
    generaux = [general for axe in axes for general in axe.objectifs_generaux()]
    return {
        AXE: _sans_doublon(axes),
        GENERAL: _sans_doublon(generaux),
        OPERATIONNEL: _sans_doublon(enfant for general in generaux for enfant in general.operationnels),
    }


def _sans_doublon(noeuds: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(noeud) for noeud in noeuds))


def _poser_les_listes(classeur: Workbook, page: Worksheet, feuille: Feuille, lieux: dict[str, list[str]]) -> None:
    """Les contrôles de saisie de chaque colonne ; les choix d'une liste sont sur une feuille à part, cachée."""
    from openpyxl.utils import get_column_letter

    listes = classeur.create_sheet(LISTES)
    listes.sheet_state = "hidden"
    for rang, colonne in enumerate(feuille.colonnes, start=1):
        choix = lieux.get(colonne.code) or [libelle for _, libelle in colonne.choix]
        if choix:
            _ecrire_la_liste(listes, rang, colonne, choix)
        if controle := _controle(colonne, f"{LISTES}!${{0}}$2:${{0}}${len(choix) + 1}" if choix else "", rang):
            lettre = get_column_letter(rang)
            controle.add(f"{lettre}2:{lettre}{LIGNES_MAX + 1}")
            page.add_data_validation(controle)


def _ecrire_la_liste(listes: Worksheet, rang: int, colonne: Colonne, choix: list[str]) -> None:
    for numero, valeur in enumerate((colonne.titre, *choix), start=1):
        cellule: Cell = listes.cell(numero, rang)  # type: ignore[assignment]
        ecrire_la_cellule(cellule, colonne.cellule(valeur))


def _controle(colonne: Colonne, plage: str, rang: int) -> Any:
    """Le contrôle de saisie de la colonne, ou rien. `plage` : où lire ses choix, « {0} » tenant lieu de colonne."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    controle = partial(DataValidation, allow_blank=True, showErrorMessage=True, errorTitle=colonne.titre[:31])
    if plage:
        return controle("list", plage.format(get_column_letter(rang)), error="Choisissez une valeur de la liste.")
    if colonne.sorte is Sorte.ENTIER:
        return controle("whole", "0", operator="greaterThanOrEqual", error="Écrivez un nombre entier.")
    if colonne.sorte is Sorte.MONTANT:
        return controle("decimal", "0", operator="greaterThanOrEqual", error="Écrivez un montant.")
    return None


def _ecrire_le_mode_d_emploi(classeur: Workbook, feuille: Feuille, projet: ProjetSocial) -> None:
    from openpyxl.styles import Alignment, Font

    page = classeur.create_sheet(MODE_D_EMPLOI)
    page.column_dimensions["A"].width = 110
    conseils = (*_CONSEILS, *_CONSEILS_PROPRES[feuille.code])
    titre = f"{feuille.titre} – {projet.titre}, version {projet.version}"
    textes = (titre, *(conseil.format(feuille=feuille.titre, un=feuille.un) for conseil in conseils))
    for numero, texte in enumerate(textes, start=1):
        cellule: Any = page.cell(numero, 1)
        ecrire_la_cellule(cellule, texte)
        cellule.alignment = Alignment(wrap_text=True, vertical="top")
        cellule.font = Font(bold=numero == 1)
