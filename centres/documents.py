"""La comparaison de deux versions d'un projet social, imprimée."""

from typing import Any

from django.utils import timezone

from centres.differences import Entree, lire, phrase
from centres.models import ProjetSocial
from socle import pdf
from socle.templatetags.composants import date_longue

GABARIT = "documents/ecart.html"
ELEMENTS_IMPRIMES = 300  # au-delà, le rendu prendrait plus d'une dizaine de secondes : la page s'imprime du navigateur


def nom_de_l_ecart(avant: ProjetSocial, apres: ProjetSocial) -> str:
    return f"projet-social-versions-{avant.version}-{apres.version}.pdf"


def imprimer_l_ecart(avant: ProjetSocial, apres: ProjetSocial, entrees: list[Entree]) -> bytes:
    """Le PDF de cet écart, avec l'empreinte des deux versions ; un brouillon le porte en travers de chaque page."""
    contenu = contenu_de_l_ecart(avant, apres, entrees)
    return pdf.rendre(GABARIT, contenu, filigrane="" if apres.est_fige else "BROUILLON")


def contenu_de_l_ecart(avant: ProjetSocial, apres: ProjetSocial, entrees: list[Entree]) -> dict[str, Any]:
    """Les valeurs du document ; il est daté du jour où la seconde version a été transmise."""
    return {
        "titre": apres.titre,
        "structure": apres.structure.nom,
        "caisse": apres.structure.caisse.nom,
        "etabli_le": timezone.localdate(apres.fige_le).isoformat(),
        "avant": avant.version,
        "apres": apres.version,
        "versions": [
            {
                "numero": version.version,
                "le": date_longue(version.fige_le) or "Brouillon, non transmis à la Caf",
                "empreinte": version.empreinte,
            }
            for version in (avant, apres)
        ],
        "phrase": phrase(avant.version, apres.version, entrees),
        "sections": lire(entrees),
    }
