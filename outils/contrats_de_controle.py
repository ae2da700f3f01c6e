"""Écrit quatre contrats de contrôle, sans base de données : `python -m outils.contrats_de_controle DOSSIER`.

Un court (un espace de vie sociale, en projet), un long (quarante-six objectifs, à signer), un tripartite (la commune
signe aussi) et un hostile (des textes qui cherchent à sortir de leur place). Ils servent à valider par veraPDF ce que
l'application imprime.
"""

import copy
import os
import secrets
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from agrement.contrats.regles_du_texte_d_origine import articles_d_origine
from agrement.prestations.regles import droit_maximal

INDICATEUR = {
    "intitule": "Habitants rencontrés",
    "depart": "120",
    "cible": "200",
    "unite": "personnes",
    "frequence": "",
}
LIGNE = {
    "numero": "1.1",
    "intitule": "Créer des liens entre voisins",
    "actions": ["Café du mercredi"],
    "indicateurs": [INDICATEUR],
}


def _articles(sorte: str, *, tripartite: bool = False) -> list[dict[str, str]]:
    """Le texte d'origine, pour une association."""
    return [article._asdict() for article in articles_d_origine(sorte, "association", tripartite=tripartite)]


CODE = "7K3P9QXM2TVA"
PARTIES = [
    {
        "partie": "gestionnaire",
        "nom": "Les Amis du Bocage",
        "representant": "Aminata Diallo",
        "qualite": "présidente",
        "champ": "signature_1",
    },
    {
        "partie": "caf",
        "nom": "Caf du Val-d'Orne-Sud",
        "representant": "Bernard Lefèvre",
        "qualite": "président du conseil d'administration",
        "champ": "signature_2",
    },
]
COMMUNE = {
    "partie": "commune",
    "nom": "Commune de Saint-Aubin",
    "representant": "Jeanne Morel",
    "qualite": "maire",
    "champ": "signature_3",
}
COURT: dict[str, Any] = {
    "numero": "C2026-0001",
    "code": CODE,
    "verification": f"https://agrement.example/verifier/{CODE}/",
    "parties": PARTIES,
    "modele": "evs, association, version 0",
    "articles": _articles("evs"),
    "etabli_le": "2026-12-15",
    "dossier": "2026-0001",
    "caisse": {
        "nom": "Caf du Val-d'Orne-Sud",
        "adresse": "2 place du Marché, 61999 Saint-Aubin",
        "representant": "",
        "qualite": "la présidence du conseil d'administration",
    },
    "gestionnaire": {
        "raison_sociale": "Les Amis du Bocage",
        "forme": "Association",
        "public": False,
        "siren": "123456782",
        "siret": "",
        "rna": "W611000001",
        "adresse": "4 rue des Haies, 61999 Saint-Aubin",
        "representant": "Aminata Diallo",
        "qualite": "présidente",
    },
    "structure": {
        "nom": "Espace de vie sociale du Bocage",
        "type": "Espace de vie sociale",
        "centre_social": False,
        "adresse": "4 rue des Haies, 61999 Saint-Aubin",
        "zone_de_vie_sociale": "",
        "communes": [],
        "quartier_prioritaire": "",
        "zfrr": True,
        "antennes": [],
        "horaires": "",
        "annee_premier_agrement": None,
    },
    "decision": {
        "type": "Attribution",
        "numero": "2026-112",
        "date": "2026-12-14",
        "par_delegation": False,
        "instance": "Conseil d'administration",
        "conditions": "",
        "notifiee_le": "2026-12-15",
        "avis": None,
    },
    "periode": {"debut": "2027-01-01", "fin": "2029-12-31", "duree": "3\xa0ans"},
    "projet": {
        "titre": "Se retrouver au bourg",
        "version": 1,
        "empreinte": "",
        "adopte_par": "l'assemblée générale",
        "adopte_le": "2026-06-15",
        "volet_familles": False,
    },
    "objectifs": [
        {
            "famille": "Animation globale et coordination (prestation de service)",
            "code": "animation_globale",
            "objectifs": [{"numero": "1.1", "intitule": "Créer des liens entre voisins", "operationnels": []}],
        },
        {
            "famille": "Animation globale complémentaire (fonds propres de la Caf)",
            "code": "complementaire",
            "objectifs": [],
        },
        {"famille": "Objectif particulier de la politique familiale", "code": "particulier", "objectifs": []},
    ],
    "axes": [{"numero": 1, "intitule": "Un lieu pour tous", "lignes": [LIGNE]}],
    "direction": None,
    "referent_familles": None,
    "prestations": [{"code": "AL", "libelle": "Animation locale (AL)", "bareme": None}],
    "regles": {
        "regime_general": "moitie_sous_60",
        "recours_mois": 2,
        "sursis_mois": 12,
        "prorogation_mois": 12,
        "depot_mois": 6,
        "niveau_direction": 6,
    },
    "echeances": [
        {"libelle": "Prise d'effet de l'agrément", "date": "2027-01-01"},
        {"libelle": "Évaluation à mi-parcours", "date": "2028-06-30"},
        {"libelle": "Terme de l'agrément", "date": "2029-12-31"},
    ],
    "reserves": [],
    "derogations": [],
    "pieces": [],
    "budget": [],
    "demandes": [],
    "conventions": [],
}
HOSTILES = (
    "<b>gras</b> & {{ numero }} {% now 'Y' %}",
    "<script>agir()</script><style>@import 'http://exemple.invalid/a.css'</style>",
    "<img src=file:///etc/passwd><object data=//exemple.invalid/a></object>",
    "<link rel=attachment href=file:///etc/hostname>",
    "Anticonstitutionnellement" * 12,
    "مرحبا 你好 ‮à l'envers‬ 🙂",
)


def long() -> dict[str, Any]:
    """Un centre social dont rien n'est vide : quarante-six objectifs, réserves, dérogation, budgets, conventions."""
    dit = copy.deepcopy(COURT)
    dit.update(
        numero="C2026-0046",
        modele="centre_social_familles, association, version 0",
        articles=_articles("centre_social_familles"),
        parties=[{**PARTIES[0], "nom": "Association Les Tilleuls"}, PARTIES[1]],
    )
    dit["structure"].update(
        nom="Centre social Les Tilleuls",
        type="Centre social",
        centre_social=True,
        annee_premier_agrement=1998,
        zone_de_vie_sociale="Quartier des Tilleuls et faubourg Saint-Jean",
        communes=["Saint-Aubin", "La Ferté-Macé"],
        quartier_prioritaire="Les Tilleuls – Saint-Jean",
        zfrr=False,
        antennes=["Annexe du faubourg"],
        horaires="Lundi au vendredi : 9 h – 12 h et 14 h – 18 h 30\nSamedi : 10 h – 12 h",
    )
    dit["gestionnaire"].update(raison_sociale="Association Les Tilleuls", siret="12345678200010")
    dit["caisse"].update(representant="Bernard Lefèvre", qualite="président du conseil d'administration")
    dit["decision"].update(
        type="Renouvellement",
        conditions="Réunir le comité de suivi deux fois la première année.",
        avis={"instance": "Commission d'action sociale", "date": "2026-11-30", "sens": "favorable avec réserves"},
    )
    dit["projet"].update(volet_familles=True, version=3, empreinte="0123456789abcdef" * 4)
    dit["direction"] = {
        "nom": "Sacha Bernard",
        "diplome": "DEJEPS développement social",
        "niveau": 5,
        "etp": "1.00",
        "debut": "2024-01-01",
    }
    dit["referent_familles"] = {
        "nom": "Lou Petit",
        "diplome": "CESF",
        "niveau": 6,
        "etp": "0.50",
        "debut": "2025-09-01",
    }
    dit["axes"] = [_axe(numero) for numero in (1, 2, 3)]
    for famille, axe in zip(dit["objectifs"], dit["axes"], strict=True):
        famille["objectifs"] = [_objectif(ligne) for ligne in axe["lignes"]]
    dit["prestations"] = [
        _prestation("AGC", "Animation globale et coordination (AGC)", "42.40", "170000.00"),
        _prestation("ACF", "Animation collective familles (ACF)", "63.60", "38500.00"),
    ]
    dit["reserves"] = [
        {"texte": "Installer le comité des habitants et en arrêter le règlement.", "echeance": "2027-06-30"},
        {"texte": "Recruter un demi-équivalent temps plein à l'accueil.", "echeance": "2027-03-31"},
    ]
    dit["derogations"] = [
        {
            "poste": "Sacha Bernard, direction",
            "motif": "Diplôme de niveau 5 pour une direction à temps plein.",
            "contrepartie": "Validation des acquis de l'expérience engagée, suivie chaque semestre.",
            "echeance": "2028-06-30",
        }
    ]
    dit["pieces"] = [
        {"code": f"P{rang:02d}", "libelle": f"Pièce justificative n° {rang}", "deposee_le": "2026-06-20"}
        for rang in range(1, 27)
    ]
    dit["budget"] = [_budget(annee) for annee in (2027, 2028, 2029)]
    dit["conventions"] = [
        {
            "intitule": "Convention tripartite de Saint-Aubin",
            "type": "Convention tripartite",
            "parties": ["Caf du Val-d'Orne-Sud", "Commune de Saint-Aubin", "MSA"],
            "debut": "2027-01-01",
            "fin": "2029-12-31",
            "etat": "Signée partiellement",
        }
    ]
    dit["demandes"] = [{"annee": annee, "montant": "63600.00"} for annee in (2027, 2028, 2029)]
    return dit


def tripartite() -> dict[str, Any]:
    """Le contrat long, que la commune signe entre le gestionnaire et la Caf."""
    dit = long()
    gestionnaire, caf = dit["parties"]
    dit.update(
        numero="C2026-0003",
        modele="centre_social_familles, association, tripartite, version 0",
        articles=_articles("centre_social_familles", tripartite=True),
        parties=[gestionnaire, COMMUNE, caf],
    )
    return dit


def hostile() -> dict[str, Any]:
    """Le contrat long, où chaque texte libre cherche à s'échapper."""
    dit: dict[str, Any] = _empoisonner(long(), iter(range(10_000)))
    dit["numero"] = "C2026-0666"
    return dit


def _axe(numero: int) -> dict[str, Any]:
    lignes = [
        {
            **LIGNE,
            "numero": f"{numero}.{rang}",
            "intitule": f"Objectif {numero}.{rang} : permettre à chacun de prendre part à la vie du quartier",
            "actions": ["Café des habitants", "Conseil de maison"][: 1 + rang % 2],
            "indicateurs": [INDICATEUR] * (rang % 4),
        }
        for rang in range(1, 17 if numero == 1 else 16)
    ]
    return {"numero": numero, "intitule": f"Axe de travail numéro {numero}", "lignes": lignes}


def _objectif(ligne: dict[str, Any]) -> dict[str, Any]:
    return {
        "numero": ligne["numero"],
        "intitule": ligne["intitule"],
        "operationnels": [{"numero": f"{ligne['numero']}.1", "intitule": "Tenir un café des habitants chaque semaine"}],
    }


def _prestation(code: str, libelle: str, taux: str, plafond: str) -> dict[str, Any]:
    bareme = {"annee": 2027, "taux": taux, "plafond": plafond, "source": "barème de contrôle, fictif"}
    bareme["maximum"] = str(droit_maximal(Decimal(plafond), Decimal(taux)))
    return {"code": code, "libelle": libelle, "bareme": bareme}


def _budget(annee: int) -> dict[str, Any]:
    lignes = [
        {"compte": "641", "intitule": "Rémunération du personnel", "montant": "150000.00", "charge": True,
         "precision": "Pilotage"},
        {"compte": "606", "intitule": "Achats et fournitures", "montant": "12300.00", "charge": True, "precision": ""},
        {"compte": "7062", "intitule": "Prestation de service", "montant": "63600.00", "charge": False,
         "precision": "Caf"},
        {"compte": "74", "intitule": "Subvention de la commune", "montant": "98700.00", "charge": False,
         "precision": "Commune de Saint-Aubin"},
    ]  # fmt: skip
    return {"annee": annee, "charges": "162300.00", "produits": "162300.00", "lignes": lignes}


LIBRES = frozenset(
    {"nom", "raison_sociale", "intitule", "texte", "motif", "contrepartie", "titre", "conditions", "horaires", "source",
     "adresse", "qualite", "representant", "zone_de_vie_sociale", "libelle", "cible", "diplome", "precision"}
)  # fmt: skip


def _empoisonner(dit: Any, rang: Any) -> Any:
    if isinstance(dit, dict):
        return {
            cle: HOSTILES[next(rang) % len(HOSTILES)] if cle in LIBRES else _empoisonner(valeur, rang)
            for cle, valeur in dit.items()
        }
    return [_empoisonner(valeur, rang) for valeur in dit] if isinstance(dit, list) else dit


def main(dossier: Path) -> None:
    # Ni base ni réglage de l'exploitant : une clé et un dossier de données jetables suffisent.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    with tempfile.TemporaryDirectory() as donnees:
        os.environ.setdefault("DONNEES", donnees)
        import django  # les réglages lisent l'environnement préparé ci-dessus

        django.setup()
        from agrement.contrats.documents import imprimer  # l'application n'est prête qu'ici

        dossier.mkdir(parents=True, exist_ok=True)
        (dossier / "court.pdf").write_bytes(imprimer(COURT, projet=True))
        (dossier / "long.pdf").write_bytes(imprimer(long(), projet=False))
        (dossier / "tripartite.pdf").write_bytes(imprimer(tripartite(), projet=False))
        (dossier / "hostile.pdf").write_bytes(imprimer(hostile(), projet=True))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage : python -m outils.contrats_de_controle DOSSIER")
    main(Path(sys.argv[1]))
