"""L'onglet Négociation : le projet à gauche, le fil de l'élément choisi à droite, la plume et les accords au-dessus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse

from agrement.dossiers.accords import LigneDAccord, accords_sur, cote_de, phrase_des_accords, temoin_des_accords
from agrement.dossiers.choix import Cote
from agrement.dossiers.models import Dossier, PointDeNegociation, Position, Tache
from agrement.dossiers.regles import ACCORDS_POSSIBLES
from agrement.dossiers.views.points import ancre_demandee, noeud_de
from agrement.dossiers.workflow.points import PRENDRE_POSITION
from centres.choix import FamilleObjectif, NiveauObjectif
from centres.models import NOEUDS, ProjetSocial
from centres.operations import contenu
from centres.views.arbre import Arbre, Branche
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue

PORTES = ("objectifs", "actions", "indicateurs", "financements")  # ce qu'un nœud porte, dans l'ordre de la lecture


@dataclass
class Rameau:
    """Un élément du projet dans l'arbre de gauche. `ouverts` : ses points encore à régler."""

    genre: str
    intitule: str
    adresse: str
    choisi: bool
    ouverts: int
    accord: LigneDAccord | None = None
    rameaux: list[Rameau] = field(default_factory=list)
    details: list[Rameau] = field(default_factory=list)

    @property
    def deplie(self) -> bool:
        """Vrai si un de ses indicateurs ou financements est choisi, ou a un point ouvert."""
        return any(detail.choisi or detail.ouverts for detail in self.details)


class Fil(NamedTuple):
    """Un point, ce que chaque côté en a dit, ses tâches et les gestes possibles."""

    point: PointDeNegociation
    positions: list[Position]
    taches: list[Tache]
    ancre: str
    gestes: list[dict[str, Any]]


class _Tronc:
    """Construit l'arbre de gauche depuis le contenu de la version, sans requête."""

    def __init__(self, dossier: Dossier, choisi: str, lignes: list[LigneDAccord], points: Iterable[Any]) -> None:
        self.adresse = reverse("dossiers:onglet", args=[dossier.numero, "negociation"])
        self.choisi = choisi
        self.accords = {str(ligne.objectif.cle): ligne for ligne in lignes}
        self.ouverts = Counter(point.repere for point in points if not point.est_regle)
        self.noms: dict[str, str] = {}

    def rameau(self, sorte: str, dit: dict[str, Any], genre: str = "") -> Rameau:
        cle = dit["cle"]
        genre = genre or _genre(sorte, dit)
        self.noms[cle] = f"{genre} « {dit['intitule']} »"
        rameau = self._nu(genre, dit["intitule"], "noeud", cle)
        rameau.accord = self.accords.get(cle)
        for porte in PORTES:
            enfants = [self.rameau(porte, enfant) for enfant in dit.get(porte, [])]
            (rameau.details if porte in ("indicateurs", "financements") else rameau.rameaux).extend(enfants)
        return rameau

    def axes(self, dit: dict[str, Any]) -> list[Rameau]:
        return [self.rameau("axes", axe, f"Axe {rang}") for rang, axe in enumerate(dit["axes"], 1)]

    def budget(self, dit: dict[str, Any]) -> list[Rameau]:
        return [self.rameau("budget", ligne, f"{ligne['annee']}") for ligne in dit["budget"]]

    def pieces(self, dossier: Dossier) -> list[Rameau]:
        types = dossier.types_demandables().values_list("code", "libelle")
        return [self._piece(code, libelle) for code, libelle in types]

    def _piece(self, code: str, libelle: str) -> Rameau:
        self.noms[code] = f"Pièce {code}"
        return self._nu(code, libelle, "piece", code)

    def _nu(self, genre: str, intitule: str, nom: str, cle: str) -> Rameau:
        adresse = f"{self.adresse}?{nom}={cle}#fil"
        return Rameau(genre, intitule or "Sans intitulé", adresse, cle == self.choisi, self.ouverts[cle])


def _genre(sorte: str, dit: dict[str, Any]) -> str:
    if sorte == "objectifs":
        return str(NiveauObjectif(dit["niveau"]).label)
    return str(NOEUDS[sorte]._meta.verbose_name).capitalize()


def negociation(request: Requete, dossier: Dossier) -> dict[str, Any]:
    cote = cote_de(request.user, dossier)
    projet = dossier.projet_transmis()
    dit = contenu(projet) if projet else None
    lignes = accords_sur(dossier, dit, cote) if dit else []
    points = list(dossier.points.lisibles(cote).select_related("piece", "ouvert_par").prefetch_related("reserves"))
    choisi = request.GET.get("noeud", "") or request.GET.get("piece", "")
    ancre, nom = ancre_demandee(request, dossier)
    taches = _taches(request, dossier)
    tronc = _Tronc(dossier, choisi, lignes, points)
    arbre = {
        "axes": tronc.axes(dit) if dit else [],
        "budget": tronc.budget(dit) if dit else [],
        "pieces": tronc.pieces(dossier),
    }
    montres = [p for p in points if not choisi or p.repere == choisi]
    return {
        **arbre,
        "ancre": ancre,
        "nom": nom,
        "choisi": choisi,
        "fiche": _fiche(dossier, projet, choisi),
        "fils": list(_fils(request, dossier, montres, cote, tronc.noms, taches)),
        "plume": plume(dossier, cote),
        "a_accepter": any(
            not ligne.points_ouverts and not (ligne.caf if cote == Cote.CAF else ligne.centre) for ligne in lignes
        ),
        "temoin": temoin_des_accords(ligne for ligne in lignes if not ligne.points_ouverts),
        "accordes": sum(ligne.accorde for ligne in lignes),
        "total": len(lignes),
        "progression": phrase_des_accords(lignes),
        "accord": tronc.accords.get(choisi),
        "familles": FamilleObjectif.choices,
        "peut": _droits(request, dossier, cote),
        **conditions(request, dossier),
        "taches": [tache for tache in taches if tache.point_id is None],
    }


def conditions(request: Requete, dossier: Dossier) -> dict[str, Any]:
    """Les réserves et les dérogations, et ce que la personne peut en faire."""
    instruit = request.user.has_perm("dossiers.instruire", dossier)
    return {
        "reserves": list(dossier.reserves.select_related("preuve", "point")),
        "derogations": list(dossier.derogations.select_related("poste")),
        "deroger": instruit and dossier.admet_une_derogation,
        "en_negociation": instruit and dossier.est_en_negociation,
        "peut_lever": instruit and dossier.peut_lever_ses_reserves,
    }


def plume(dossier: Dossier, lecteur: Cote) -> dict[str, Any] | None:
    """Qui écrit, jusqu'à quand, et ce que l'autre n'en lit pas encore ; rien hors de la négociation."""
    if dossier.plume is None:
        return None
    tenue = dossier.plume == lecteur
    prives = Position.objects.a_transmettre(dossier, dossier.plume).count()
    qui = "Vous tenez" if tenue else f"{dossier.plume.label} tient"
    terme = f" jusqu'au {date_longue(dossier.plume_jusqu_au)}" if dossier.plume_jusqu_au else ""
    return {"phrase": f"{qui} la plume{terme}.", "suite": _suite(dossier.plume, tenue, prives), "tenue": tenue}


def _suite(plume: Cote, tenue: bool, prives: int) -> str:
    autre = "le centre" if plume == Cote.CAF else "la Caf"
    combien = f"{prives} position{'s' if prives > 1 else ''}" if prives else ""
    if tenue:
        ecrites = f"{combien.capitalize()} en préparation : {autre} les lira quand vous transmettrez." if prives else ""
        return (
            ecrites or f"Ce que vous écrivez reste à vous jusqu'à ce que vous le transmettiez : {autre} ne le lit pas."
        )
    preparees = f" {combien} en préparation." if prives else ""
    return f"{plume.label} écrit ; vous lirez ses positions quand elles seront transmises.{preparees}"


def _droits(request: Requete, dossier: Dossier, cote: Cote) -> dict[str, bool]:
    """Ce que la personne peut faire maintenant. La Caf accepte et classe quand elle tient la plume."""
    instruit = request.user.has_perm("dossiers.instruire", dossier)
    repond = request.user.has_perm("dossiers.repondre", dossier)
    caf = cote == Cote.CAF and instruit and dossier.statut in ACCORDS_POSSIBLES[Cote.CAF]
    centre = cote == Cote.CENTRE and repond and dossier.statut in ACCORDS_POSSIBLES[Cote.CENTRE]
    return {
        "ouvrir": caf and dossier.plume == Cote.CAF,
        "classer": caf,
        "accepter": caf or centre,
        "confier": instruit and not dossier.est_final,
        "cote": cote.value,  # type: ignore[dict-item]
    }


def _fiche(dossier: Dossier, projet: ProjetSocial | None, choisi: str) -> Branche | None:
    """L'élément choisi, tel que la dernière version transmise l'écrit."""
    trouve = noeud_de(dossier, choisi)
    return Arbre(projet, modifiable=False).branche_de(trouve[1]) if projet and trouve else None


def _fils(
    request: Requete,
    dossier: Dossier,
    points: list[PointDeNegociation],
    cote: Cote,
    noms: dict[str, str],
    toutes: list[Tache],
) -> Iterator[Fil]:
    """Les points à régler d'abord, puis les autres, chacun avec ce qui s'en lit de ce côté."""
    positions: dict[int, list[Position]] = {}
    for position in Position.objects.lisibles(cote).filter(point__in=points).select_related("par"):
        positions.setdefault(position.point_id, []).append(position)
    taches: dict[int | None, list[Tache]] = {}
    for tache in toutes:
        taches.setdefault(tache.point_id, []).append(tache)
    droits = _droits_sur_les_points(request, dossier, points)
    for point in sorted(points, key=lambda point: (point.est_regle, point.pk)):
        ancre = noms.get(point.repere, "Le projet entier")
        ditees = positions.get(point.pk, [])
        yield Fil(point, ditees, taches.get(point.pk, []), ancre, _gestes(dossier, point, ditees, droits))


def _taches(request: Requete, dossier: Dossier) -> list[Tache]:
    return list(Tache.objects.visibles_par(request.user).filter(dossier=dossier).select_related("pour"))


def _droits_sur_les_points(request: Requete, dossier: Dossier, points: list[PointDeNegociation]) -> dict[str, bool]:
    """Les droits sont ceux du dossier : chacun n'est demandé qu'une fois."""
    if not points:
        return {}
    points[0].dossier = dossier
    negocie = request.user.has_perm("dossiers.negocier_point", points[0]) and dossier.est_en_negociation
    return {
        "position": request.user.has_perm(PRENDRE_POSITION, points[0]),
        "negocier": negocie,
    }


def _gestes(
    dossier: Dossier, point: PointDeNegociation, positions: list[Position], droits: dict[str, bool]
) -> list[dict[str, Any]]:
    """Un lien vers l'écran de l'acte s'il en a un, un bouton sinon."""
    en_cours = any(position.transmise_le is None for position in positions)
    repondu = any(p.cote == Cote.CENTRE and p.transmise_le for p in positions)
    ouvert = not point.est_regle
    return [
        {
            "libelle": libelle,
            "ecran": bool(vue),
            "url": dossier.adresse(vue or "dossiers:acte_de_point", pk=point.pk, **acte),
        }
        for libelle, vue, acte, montre in (
            (
                "Reprendre ma position" if en_cours else "Prendre position",
                "dossiers:prendre_position",
                {},
                droits["position"] and ouvert,
            ),
            ("Accepter la réponse du centre", "", {"acte": "accepter"}, droits["negocier"] and ouvert and repondu),
            ("Reprendre en réserve", "dossiers:reprendre_en_reserve", {}, droits["negocier"] and ouvert),
            ("Clore", "dossiers:clore_un_point", {}, droits["negocier"] and ouvert),
            ("Rouvrir", "", {"acte": "rouvrir"}, droits["negocier"] and not ouvert),
        )
        if montre
    ]
