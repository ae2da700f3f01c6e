"""Les lettres qui notifient : leurs sortes, les champs d'un modèle, ceux qu'il doit nommer, le texte d'origine.

Aucune requête ici. Chaque Caisse écrit ses modèles dans l'administration ; ceux-ci sont les premiers.
"""

from types import MappingProxyType
from typing import NamedTuple

from agrement.seances.choix import SorteDeLettre, TypeDecision
from socle.fusion import Champ

SORTES_DES_DECISIONS: MappingProxyType[str, SorteDeLettre] = MappingProxyType(
    {
        TypeDecision.ATTRIBUTION: SorteDeLettre.ACCORD,
        TypeDecision.RENOUVELLEMENT: SorteDeLettre.ACCORD,
        TypeDecision.MAINTIEN: SorteDeLettre.MAINTIEN,
        TypeDecision.SURSIS: SorteDeLettre.SURSIS,
        TypeDecision.PROROGATION: SorteDeLettre.PROROGATION,
        TypeDecision.REFUS: SorteDeLettre.REFUS,
        TypeDecision.NON_RENOUVELLEMENT: SorteDeLettre.NON_RENOUVELLEMENT,
        TypeDecision.RETRAIT: SorteDeLettre.RETRAIT,
        TypeDecision.AJOURNEMENT: SorteDeLettre.AJOURNEMENT,
    }
)

CHAMPS: tuple[Champ, ...] = (
    Champ("structure", "Le nom de la structure"),
    Champ("gestionnaire", "Le gestionnaire, à qui la lettre est adressée"),
    Champ("representant", "Le représentant du gestionnaire"),
    Champ("dossier", "Le numéro du dossier"),
    Champ("demande", "La nature de la demande"),
    Champ("caisse", "Le nom de la Caisse"),
    Champ("instance", "L'instance, et sa délégation s'il y en a une"),
    Champ("date_de_la_seance", "Le jour de la séance"),
    Champ("date_de_la_lettre", "Le jour de la lettre"),
    Champ("deliberation", "Le numéro de la délibération"),
    Champ("date_de_la_decision", "Le jour de la décision"),
    Champ("duree", "La durée de l'agrément"),
    Champ("debut", "Le premier jour de l'agrément"),
    Champ("fin", "Le dernier jour de l'agrément"),
    Champ("echeance", "Le dernier jour d'un sursis, ou le jour du nouvel examen"),
    Champ("effet_le", "Le jour où un retrait prend effet"),
    Champ("delai_de_recours", "Le délai de recours, en mois"),
    Champ("contact", "Le service à joindre, son courriel et son téléphone"),
    Champ("decision", "L'encadré qui dit la décision, le numéro et le jour de la délibération", bloc=True),
    Champ("reserves", "Les réserves à lever, et leur échéance", bloc=True),
    Champ("conditions", "Les conditions que l'instance a posées", bloc=True),
    Champ("motifs", "Les motifs de la décision", bloc=True),
    Champ("criteres", "Les critères non satisfaits", bloc=True),
    Champ("questions", "Les questions de l'instance", bloc=True),
    Champ("voies_de_recours", "L'encadré des voies et délais de recours", bloc=True),
)

_PERIODE = ("duree", "debut", "fin")
_DEFAVORABLE = ("motifs", "voies_de_recours")

# Une décision défavorable se motive et dit les recours ouverts (CRPA, articles L211-2 et L211-5 ; CJA, article R421-5).
OBLIGATOIRES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        SorteDeLettre.ACCORD: _PERIODE,
        SorteDeLettre.ACCORD_AVEC_RESERVES: (*_PERIODE, "reserves"),
        SorteDeLettre.MAINTIEN: ("decision",),
        SorteDeLettre.SURSIS: ("conditions", "echeance"),
        SorteDeLettre.PROROGATION: _PERIODE,
        SorteDeLettre.REFUS: _DEFAVORABLE,
        SorteDeLettre.NON_RENOUVELLEMENT: _DEFAVORABLE,
        SorteDeLettre.RETRAIT: (*_DEFAVORABLE, "effet_le"),
        SorteDeLettre.AJOURNEMENT: ("questions", "echeance"),
    }
)


_AVEC_UNE_PERIODE = frozenset({SorteDeLettre.ACCORD, SorteDeLettre.ACCORD_AVEC_RESERVES, SorteDeLettre.PROROGATION})

# Ce que seules ces lettres ont à dire : ailleurs, le champ s'imprimerait vide.
PROPRES: MappingProxyType[str, frozenset[SorteDeLettre]] = MappingProxyType(
    {
        **dict.fromkeys(_PERIODE, _AVEC_UNE_PERIODE),
        "echeance": frozenset({SorteDeLettre.SURSIS, SorteDeLettre.AJOURNEMENT}),
        "effet_le": frozenset({SorteDeLettre.RETRAIT}),
        "questions": frozenset({SorteDeLettre.AJOURNEMENT}),
    }
)


def champs_de(sorte: str) -> list[Champ]:
    """Les champs qu'un modèle de cette sorte peut nommer."""
    return [champ for champ in CHAMPS if sorte in PROPRES.get(champ.nom, (sorte,))]


class Texte(NamedTuple):
    objet: str
    corps: str


_DEMANDE = """Madame, Monsieur,

Vous avez présenté pour « [structure] » une demande (dossier [dossier], [demande]). Elle a été examinée à la séance du \
[date_de_la_seance] ([instance]).

[decision]
"""
_SITUATION = """Madame, Monsieur,

La situation de « [structure] » (dossier [dossier], [demande]) a été examinée à la séance du [date_de_la_seance] \
([instance]).

[decision]
"""
_CONTRAT = """
L'agrément est accordé pour [duree], du [debut] au [fin]. Un contrat, signé par vous et par la Caisse, en précisera \
les objectifs, les conditions de la prestation de service, les échéances et les modalités de suivi, de contrôle et \
d'évaluation.
"""
_RESERVES = """
## Réserves
[reserves]
"""
_CONDITIONS = """
## Conditions
[conditions]
"""
_MOTIFS = """
## Motifs
[motifs]
[criteres]
"""
_FIN = """
[voies_de_recours]

Votre interlocuteur est [contact].

Veuillez agréer, Madame, Monsieur, l'expression de notre considération distinguée.
"""

_SUR_LA_DEMANDE = "[structure] – décision sur votre demande d'agrément"

TEXTES: MappingProxyType[str, Texte] = MappingProxyType(
    {
        SorteDeLettre.ACCORD: Texte(_SUR_LA_DEMANDE, _DEMANDE + _CONTRAT + _CONDITIONS + _FIN),
        SorteDeLettre.ACCORD_AVEC_RESERVES: Texte(
            _SUR_LA_DEMANDE, _DEMANDE + _CONTRAT + _RESERVES + _CONDITIONS + _FIN
        ),
        SorteDeLettre.MAINTIEN: Texte(
            "[structure] – maintien de l'agrément",
            _SITUATION + "\nL'agrément en cours est maintenu.\n" + _RESERVES + _CONDITIONS + _FIN,
        ),
        SorteDeLettre.SURSIS: Texte(
            "[structure] – sursis",
            _SITUATION
            + "\nL'agrément est gardé jusqu'au [echeance], aux conditions qui suivent. À cette date, l'instance dira "
            "s'il est maintenu ou retiré.\n" + _CONDITIONS + _MOTIFS + _FIN,
        ),
        SorteDeLettre.PROROGATION: Texte(
            "[structure] – prorogation de l'agrément",
            _DEMANDE
            + "\nL'agrément en cours est prorogé pour [duree], du [debut] au [fin]. Un avenant au contrat en précisera "
            "les modalités.\n" + _RESERVES + _CONDITIONS + _FIN,
        ),
        SorteDeLettre.REFUS: Texte(_SUR_LA_DEMANDE, _DEMANDE + _MOTIFS + _CONDITIONS + _FIN),
        SorteDeLettre.NON_RENOUVELLEMENT: Texte(_SUR_LA_DEMANDE, _DEMANDE + _MOTIFS + _CONDITIONS + _FIN),
        SorteDeLettre.RETRAIT: Texte(
            "[structure] – retrait de l'agrément",
            _SITUATION + "\nL'agrément est retiré à compter du [effet_le].\n" + _MOTIFS + _CONDITIONS + _FIN,
        ),
        SorteDeLettre.AJOURNEMENT: Texte(
            "[structure] – votre demande est ajournée",
            _DEMANDE
            + """
L'instance n'a pas encore décidé : elle vous pose des questions et réexaminera la demande le [echeance].

## Questions de l'instance
[questions]

Répondez-y avant cette date : votre réponse sera jointe au dossier.

Votre interlocuteur est [contact].

Veuillez agréer, Madame, Monsieur, l'expression de notre considération distinguée.
""",
        ),
    }
)
