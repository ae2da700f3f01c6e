"""Le texte du contrat : ses natures d'article, ses champs, ce qu'un modèle doit dire. Aucune requête ici.

Chaque Caisse écrit ses modèles dans l'administration ; le texte d'origine est dans `regles_du_texte_d_origine`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import NamedTuple

from agrement.contrats.choix import NatureArticle, SorteDeContrat, StatutDuGestionnaire
from socle.fusion import Champ, fautes


class ArticleDuTexte(NamedTuple):
    """Un article tel qu'il s'écrit : ses champs entre crochets ne sont pas remplis."""

    nature: str
    titre: str
    corps: str


def sorte_du_contrat(*, prefiguration: bool, centre_social: bool, volet_familles: bool) -> SorteDeContrat:
    """Celle que demandent la structure et son projet ; une préfiguration n'a pas encore de projet."""
    if prefiguration:
        return SorteDeContrat.PREFIGURATION
    if not centre_social:
        return SorteDeContrat.EVS
    return SorteDeContrat.CENTRE_SOCIAL_FAMILLES if volet_familles else SorteDeContrat.CENTRE_SOCIAL


def statut_du_gestionnaire(*, public: bool, association: bool) -> StatutDuGestionnaire:
    """Le statut qui choisit la variante ; une autre forme (société publique locale) n'en a pas de propre."""
    if public:
        return StatutDuGestionnaire.PUBLIC
    return StatutDuGestionnaire.ASSOCIATION if association else StatutDuGestionnaire.TOUS


# --- Natures --------------------------------------------------------------------------------------

_MINIMUM = (
    NatureArticle.OBJET, NatureArticle.STRUCTURE, NatureArticle.DECISION, NatureArticle.DUREE,
    NatureArticle.GESTIONNAIRE, NatureArticle.CAF, NatureArticle.SUIVI, NatureArticle.FIN, NatureArticle.RECOURS,
    NatureArticle.SIGNATURES,
)  # fmt: skip
# Circulaire 56, §11 : « le contrat précise les objectifs retenus par la Caisse […], les conditions relatives à l'octroi
# de la prestation de service, les échéances, les modalités de suivi, de contrôle, d'évaluation ». Les autres sont de la
# pratique des conventions d'objectifs et de financement.
_D_UN_AGREMENT = (
    *_MINIMUM, NatureArticle.OBJECTIFS, NatureArticle.PRESTATION, NatureArticle.EVALUATION, NatureArticle.CONTROLE,
    NatureArticle.RESERVES, NatureArticle.REVISION,
)  # fmt: skip


def natures_obligatoires(sorte: str, *, tripartite: bool) -> tuple[NatureArticle, ...]:
    """Celles qu'un contrat de cette sorte dit toujours, dans l'ordre où elles se lisent d'ordinaire."""
    siennes = _MINIMUM if sorte == SorteDeContrat.PREFIGURATION else _D_UN_AGREMENT
    return tuple(nature for nature in NatureArticle if nature in siennes or (tripartite and nature == "commune"))


def corps_du_texte(articles: Iterable[ArticleDuTexte]) -> list[ArticleDuTexte]:
    """Les articles numérotés : sans la charte de la laïcité, que le modèle peut donner et que l'annexe D imprime."""
    return [article for article in articles if article.nature != NatureArticle.LAICITE]


# --- Champs ---------------------------------------------------------------------------------------

_COMMUNS: tuple[Champ, ...] = (
    Champ("structure", "La structure, son type, son adresse et l'année de son premier agrément"),
    Champ("gestionnaire", "Le nom du gestionnaire"),
    Champ("caisse", "Le nom de la Caisse"),
    Champ("commune", "Le nom de la commune signataire ; « La commune » si elle ne signe pas"),
    Champ("instance", "« Le conseil d'administration de la Caf », ou l'instance qui décide par délégation"),
    Champ("type_de_decision", "La nature de la décision : attribution, renouvellement…"),
    Champ("date_de_la_decision", "Le jour de la décision"),
    Champ("deliberation", "Le numéro de la délibération"),
    Champ("duree", "La durée du contrat"),
    Champ("debut", "Le premier jour du contrat"),
    Champ("fin", "Le dernier jour du contrat"),
    Champ("delai_de_recours", "Le délai de recours"),
    Champ("etabli_le", "Le jour où le contrat est établi"),
    Champ("numero", "Le numéro du contrat"),
    Champ("dossier", "Le numéro du dossier"),
    Champ("territoire", "La zone de vie sociale, les communes et les classements du territoire", bloc=True),
    Champ("antennes", "Les antennes, s'il y en a", bloc=True),
    Champ("conditions", "Les conditions de la délibération, s'il y en a", bloc=True),
    Champ("echeances", "Le tableau des échéances", bloc=True),
    Champ("reserves", "Le tableau des réserves à lever", bloc=True),
    Champ("signatures", "Les cadres de signature et le cachet", bloc=True),
)
_DE_L_AGREMENT: tuple[Champ, ...] = (
    Champ("projet", "La version du projet social qui engage, et son empreinte"),
    Champ("direction", "Qui dirige, son diplôme, son niveau, son temps de travail, en une phrase"),
    Champ("referent_familles", "Qui anime le volet familles, en une phrase"),
    Champ("niveau_de_direction", "Le niveau de diplôme demandé à la direction"),
    Champ("formule_du_droit", "Les facteurs du droit annuel : dépenses, taux, coefficient, part de l'année"),
    Champ("sursis_max", "La durée maximale d'un sursis"),
    Champ("prorogation_max", "La durée maximale d'une prorogation"),
    Champ("avis", "L'avis rendu avant la décision, s'il y en a un", bloc=True),
    Champ("objectifs", "Les objectifs retenus, par famille", bloc=True),
    Champ("horaires", "Les horaires d'ouverture, s'ils sont connus", bloc=True),
    Champ("prestations", "Le tableau des prestations de service et de leur barème", bloc=True),
    Champ("regime_general", "La règle du régime général, si la Caisse en a une", bloc=True),
    Champ("derogations", "Le tableau des dérogations accordées", bloc=True),
)


def champs_de(sorte: str, nature: str, *, tripartite: bool) -> list[Champ]:
    """Les champs qu'un article de cette nature peut nommer, dans un modèle de cette sorte.

    Un renvoi, [article_recours], est le numéro de l'article de cette nature : il suit l'ordre du texte.
    """
    propres = () if sorte == SorteDeContrat.PREFIGURATION else _DE_L_AGREMENT
    renvois = (
        Champ(f"article_{autre.value}", f"Le renvoi à l'article « {autre.label} »")
        for autre in natures_obligatoires(sorte, tripartite=tripartite)
    )
    tous = (*_COMMUNS, *propres, *renvois)
    if nature == NatureArticle.LAICITE:  # une annexe n'a que des champs au fil d'une phrase
        return [champ for champ in tous if not champ.bloc]
    return [champ for champ in tous if champ.nom != "signatures" or nature == NatureArticle.SIGNATURES]


OBLIGATOIRES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        NatureArticle.STRUCTURE: ("structure",),
        NatureArticle.DECISION: ("deliberation", "date_de_la_decision", "conditions"),
        NatureArticle.DUREE: ("duree", "debut", "fin"),
        NatureArticle.OBJECTIFS: ("objectifs",),
        NatureArticle.PRESTATION: ("prestations", "formule_du_droit"),
        NatureArticle.SUIVI: ("echeances",),
        NatureArticle.RESERVES: ("reserves", "derogations"),
        NatureArticle.RECOURS: ("delai_de_recours",),
        NatureArticle.SIGNATURES: ("signatures",),
    }
)


def champs_obligatoires(sorte: str, nature: str) -> tuple[str, ...]:
    """Ceux qu'un article de cette nature nomme toujours. Les réserves d'une préfiguration suivent ses échéances."""
    if sorte == SorteDeContrat.PREFIGURATION and nature == NatureArticle.SUIVI:
        return ("echeances", "reserves")
    return OBLIGATOIRES.get(nature, ())


# --- Contrôler ------------------------------------------------------------------------------------


def fautes_de_l_article(article: ArticleDuTexte, sorte: str, *, tripartite: bool) -> list[str]:
    """Ce qui empêche d'employer cet article, en phrases."""
    champs = champs_de(sorte, article.nature, tripartite=tripartite)
    return fautes(article.corps, champs, champs_obligatoires(sorte, article.nature))


def fautes_du_texte(articles: Sequence[ArticleDuTexte], sorte: str, *, tripartite: bool) -> Iterator[str]:
    """Ce qui manque au texte entier, ou s'y répète, en phrases."""
    nombres = Counter(article.nature for article in articles)
    for nature in natures_obligatoires(sorte, tripartite=tripartite):
        if not nombres[nature]:
            yield f"Il manque l'article « {nature.label} » : le contrat le comporte toujours."
    for nature in NatureArticle:
        if nature != NatureArticle.AUTRE and nombres[nature] > 1:
            yield f"Deux articles ont la nature « {nature.label} » : gardez-en un, ou donnez à l'autre « Autre »."
    if nombres[NatureArticle.SIGNATURES] and corps_du_texte(articles)[-1].nature != NatureArticle.SIGNATURES:
        yield "Mettez l'article « Signatures » en dernier : rien ne se lit après les signatures."
    if nombres[NatureArticle.LAICITE] and sorte == SorteDeContrat.PREFIGURATION:
        yield "Un contrat de préfiguration n'a pas d'annexe : ôtez la charte de la laïcité."
    if nombres[NatureArticle.COMMUNE] and not tripartite:
        yield "La commune ne signe pas ce contrat : ôtez ses engagements, ou écrivez un modèle tripartite."
