"""Le texte du contrat, rempli de ses valeurs : du seul contenu gardé, sans base de données."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict

from agrement.contrats.choix import NatureArticle, PartieSignataire
from agrement.contrats.regles_du_texte import ArticleDuTexte, corps_du_texte
from socle.fusion import Bloc, bloc, en_blocs
from socle.templatetags.composants import date_longue, duree, nombre

# Les clés dont la valeur est une date : gardées en AAAA-MM-JJ, relues en dates pour être imprimées en toutes lettres.
DATES = frozenset({"etabli_le", "debut", "fin", "date", "echeance", "adopte_le", "deposee_le", "notifiee_le"})
ESPACE = "\N{NO-BREAK SPACE}"
_AVANT, _APRES = re.compile(r" (?=[:;?!»%])"), re.compile(r"(?<=[«°§]) ")

Contenu = Mapping[str, Any]


class ArticleRempli(TypedDict):
    """Un article prêt à imprimer. Un bloc dont `cadre` nomme un champ s'imprime par le gabarit de ce champ."""

    numero: int
    nature: str
    titre: str
    blocs: list[Bloc]


def remplir(contenu: Contenu) -> list[ArticleRempli]:
    """Les articles gardés dans `contenu["articles"]`, numérotés, leurs champs remplacés par les valeurs du contenu.

    Pure : le même texte se réimprime en changeant les valeurs, comme après un avenant.
    """
    lu = relire(contenu)
    valeurs = {**valeurs_au_fil(lu), **_renvois(contenu)}
    blocs = {nom: list(ecrire(lu)) for nom, ecrire in BLOCS.items()}
    return [
        {
            "numero": numero,
            "nature": article.nature,
            "titre": _typographie(article.titre),
            "blocs": en_blocs(_typographie(article.corps), valeurs, blocs),
        }
        for numero, article in enumerate(corps_du_texte(_articles(contenu)), 1)
    ]


def charte_de_la_laicite(contenu: Contenu) -> list[Bloc]:
    """Le texte de la charte que le modèle donne, pour l'annexe D ; vide s'il n'en donne pas."""
    donnes = [article.corps for article in _articles(contenu) if article.nature == NatureArticle.LAICITE]
    valeurs = {**valeurs_au_fil(relire(contenu)), **_renvois(contenu)} if donnes else {}
    return [bloc for corps in donnes for bloc in en_blocs(_typographie(corps), valeurs, {})]


def _articles(contenu: Contenu) -> list[ArticleDuTexte]:
    return [ArticleDuTexte(**article) for article in contenu["articles"]]


def relire(dit: Any) -> Any:
    """Les valeurs gardées, dates relues."""
    if isinstance(dit, Mapping):
        return {cle: _date(valeur) if cle in DATES else relire(valeur) for cle, valeur in dit.items()}
    return [relire(valeur) for valeur in dit] if isinstance(dit, list | tuple) else dit


def _date(valeur: Any) -> Any:
    return dt.date.fromisoformat(valeur) if isinstance(valeur, str) and valeur else valeur


def _typographie(texte: str) -> str:
    """Le texte, avec les espaces insécables que l'on ne tape pas ; les valeurs qui s'y mettront n'en changent pas."""
    return _APRES.sub(ESPACE, _AVANT.sub(ESPACE, texte))


def _le(jour: dt.date) -> str:
    """« 14 décembre 2026 », sans coupure possible."""
    return date_longue(jour).replace(" ", ESPACE)


def enumerer(noms: Sequence[str]) -> str:
    """« Bourg, Ambérieu et Oyonnax »."""
    return " et ".join(filter(None, [", ".join(noms[:-1]), *noms[-1:]]))


# --- Les champs au fil d'une phrase -----------------------------------------------------------------


def valeurs_au_fil(lu: Contenu) -> dict[str, str]:
    """{champ: ce qu'il devient} des champs qui se mettent dans une phrase."""
    regles, decision, periode = lu["regles"], lu["decision"], lu["periode"]
    return {
        "structure": _structure(lu["structure"]),
        "gestionnaire": lu["gestionnaire"]["raison_sociale"],
        "caisse": lu["caisse"]["nom"],
        "commune": nom_de_la_commune(lu) or "La commune",
        "instance": _instance(decision),
        "type_de_decision": decision["type"].lower(),
        "date_de_la_decision": _le(decision["date"]),
        "deliberation": decision["numero"],
        "duree": periode["duree"],
        "debut": _le(periode["debut"]),
        "fin": _le(periode["fin"]),
        "delai_de_recours": duree(regles["recours_mois"], "mois"),
        "etabli_le": _le(lu["etabli_le"]),
        "numero": lu["numero"],
        "dossier": lu["dossier"],
        "projet": _projet(lu["projet"]) if lu["projet"] else "",
        "direction": _direction(lu["direction"]),
        "referent_familles": _referent_familles(lu["referent_familles"]),
        "niveau_de_direction": str(regles["niveau_direction"]),
        "formule_du_droit": _formule_du_droit(regles["regime_general"]),
        "sursis_max": duree(regles["sursis_mois"], "mois"),
        "prorogation_max": duree(regles["prorogation_mois"], "mois"),
    }


def _renvois(contenu: Contenu) -> dict[str, str]:
    """« article 12 » : où est l'article de chaque nature dans ce texte."""
    articles = corps_du_texte(_articles(contenu))
    places = {article.nature: numero for numero, article in reversed([*enumerate(articles, 1)])}
    return {f"article_{nature.value}": f"article{ESPACE}{places.get(nature, '–')}" for nature in NatureArticle}


def nom_de_la_commune(lu: Contenu) -> str:
    """Celle qui signe, s'il y en a une."""
    return next((partie["nom"] for partie in lu["parties"] if partie["partie"] == PartieSignataire.COMMUNE), "")


def _structure(structure: Contenu) -> str:
    morceaux = [
        f"«{ESPACE}{structure['nom']}{ESPACE}» ({structure['type']})",
        structure["adresse"] and f"située {structure['adresse']}",
        structure["annee_premier_agrement"]
        and f"agréée pour la première fois en {structure['annee_premier_agrement']}",
    ]
    return ", ".join(filter(None, morceaux))


def _instance(decision: Contenu) -> str:
    if not decision["par_delegation"]:
        return "Le conseil d'administration de la Caf"
    nom = f"L'instance «{ESPACE}{decision['instance']}{ESPACE}»"
    return f"{nom}, agissant par délégation du conseil d'administration de la Caf,"


def _projet(projet: Contenu) -> str:
    version = f"la version{ESPACE}{projet['version']} du projet social visé ci-dessus"
    empreinte = projet["empreinte"]
    return f"{version}, dont l'empreinte numérique (SHA-256) est {empreinte}" if empreinte else version


def _direction(poste: Contenu | None) -> str:
    if poste is None:
        return "Le poste de direction est à pourvoir : le gestionnaire en informe la Caf dès la nomination."
    qui = f"{poste['nom']}, {poste['diplome']}" if poste["diplome"] else poste["nom"]
    return f"La direction est confiée à {qui}{_niveau_et_temps(poste)}."


def _referent_familles(poste: Contenu | None) -> str:
    if poste is None:
        return "Le gestionnaire désigne un référent familles et transmet son profil à la Caf."
    return f"L'animation collective familles est confiée à {poste['nom']}{_niveau_et_temps(poste)}."


def _niveau_et_temps(poste: Contenu) -> str:
    niveau = f" (niveau{ESPACE}{poste['niveau']})" if poste["niveau"] else ""
    temps = f", pour {nombre(poste['etp'], 2)}{ESPACE}équivalent temps plein" if poste["etp"] else ""
    return f"{niveau}{temps}"


def _formule_du_droit(regime_general: str) -> str:
    coefficient = ", par le coefficient du régime général" if regime_general != "aucun" else ""
    return (
        f"des dépenses retenues, dans la limite du plafond, par le taux{coefficient} et par la part de l'année "
        "couverte par l'agrément"
    )


# --- Les champs seuls sur leur ligne ------------------------------------------------------------------


def _territoire(lu: Contenu) -> Iterator[Bloc]:
    structure = lu["structure"]
    zone, communes = structure["zone_de_vie_sociale"], structure["communes"]
    phrases = [
        "La structure est ouverte à toute la population de sa zone de vie sociale"
        + (f"{ESPACE}: {zone.rstrip('.')}." if zone else "."),
        communes
        and f"Elle intervient sur {'les communes' if len(communes) > 1 else 'la commune'} de {enumerer(communes)}.",
        structure["quartier_prioritaire"]
        and "Elle est implantée dans le quartier prioritaire de la politique de la ville "
        f"«{ESPACE}{structure['quartier_prioritaire']}{ESPACE}».",
        structure["zfrr"] and "Son territoire est classé en zone France ruralités revitalisation.",
    ]
    yield bloc(textes=[" ".join(filter(None, phrases))])


def _antennes(lu: Contenu) -> Iterator[Bloc]:
    if antennes := lu["structure"]["antennes"]:
        siennes = "ses antennes" if len(antennes) > 1 else "son antenne"
        yield bloc(textes=[f"Il s'étend à {siennes}{ESPACE}: {enumerer(antennes)}."])


def _avis(lu: Contenu) -> Iterator[Bloc]:
    if avis := lu["decision"]["avis"]:
        instance = f"L'instance «{ESPACE}{avis['instance']}{ESPACE}»"
        yield bloc(textes=[f"{instance} avait rendu un avis {avis['sens']} le {_le(avis['date'])}."])


def _conditions(lu: Contenu) -> Iterator[Bloc]:
    if conditions := lu["decision"]["conditions"]:
        yield bloc(textes=[f"La délibération pose les conditions suivantes{ESPACE}:"])
        yield bloc(textes=conditions.splitlines(), cadre="cite")


def _horaires(lu: Contenu) -> Iterator[Bloc]:
    if horaires := lu["structure"]["horaires"]:
        yield bloc(textes=[f"Horaires à la date du contrat{ESPACE}:"])
        yield bloc(textes=horaires.splitlines(), cadre="cite")


_REGIME_GENERAL = {
    "moitie_sous_60": "Le coefficient du régime général est d'un demi lorsque ses ressortissants représentent moins de "
    "60 % des habitants de la zone de vie sociale, et d'un entier à partir de 60 % (circulaire n° 56, § 31).",
    "proportionnel": "Le coefficient du régime général est la part de ses ressortissants parmi les habitants de la "
    "zone de vie sociale.",
}


def _regime_general(lu: Contenu) -> Iterator[Bloc]:
    if phrase := _REGIME_GENERAL.get(lu["regles"]["regime_general"]):
        yield bloc(textes=[_typographie(phrase)])


def _gabarit(nom: str, *, si: Callable[[Contenu], object] = lambda lu: True) -> Callable[[Contenu], Iterator[Bloc]]:
    """Un champ que son gabarit imprime d'après le contenu entier, quand il a quelque chose à dire."""

    def ecrire(lu: Contenu) -> Iterator[Bloc]:
        if si(lu):
            yield bloc(cadre=nom)

    return ecrire


BLOCS: MappingProxyType[str, Callable[[Contenu], Iterator[Bloc]]] = MappingProxyType(
    {
        "territoire": _territoire,
        "antennes": _antennes,
        "avis": _avis,
        "conditions": _conditions,
        "horaires": _horaires,
        "regime_general": _regime_general,
        "objectifs": _gabarit("objectifs"),
        "prestations": _gabarit("prestations"),
        "echeances": _gabarit("echeances"),
        # Un agrément dit toujours s'il en a ; une préfiguration, seulement si elle en a.
        "reserves": _gabarit("reserves", si=lambda lu: lu["projet"] or lu["reserves"]),
        "derogations": _gabarit("derogations", si=lambda lu: lu["projet"] or lu["derogations"]),
        "signatures": _gabarit("signatures"),
    }
)
