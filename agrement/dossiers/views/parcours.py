"""D'un dossier à l'autre, dans l'ordre de la liste d'où l'on vient ; et la marque de ce que l'on a vu."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from agrement.dossiers.models import Dossier, Visite
from agrement.dossiers.views.gestes import trouver
from comptes.requetes import Requete
from socle.listes import Liste

LISTE = "dossiers:liste"
DEPUIS = "liste"  # le paramètre d'adresse qui porte les filtres de la liste d'où l'on vient


class Parcours(NamedTuple):
    """La place du dossier dans sa liste : « 3 sur 41 », ses voisins, la liste elle-même."""

    rang: int
    total: int
    precedent: str
    suivant: str
    liste: str
    suite: str


def suite_de(parametres: QueryDict) -> str:
    """Ce qui s'ajoute à l'adresse d'un dossier pour qu'il se souvienne de sa liste."""
    return f"?{urlencode({DEPUIS: parametres.urlencode()})}"


def parcours(request: Requete, dossier: Dossier) -> Parcours | None:
    """Une requête : les numéros de la liste. Rien si l'on ne vient pas d'une liste, ou si le dossier n'y est plus."""
    depuis = request.GET.get(DEPUIS)
    if depuis is None:
        return None
    liste = Liste.ouvrir(LISTE, QueryDict(depuis), request.user)
    numeros = list(liste.en_ordre.values_list("numero", flat=True))
    if dossier.numero not in numeros:
        return None
    rang, suite = numeros.index(dossier.numero), suite_de(liste.parametres)

    def voisin(place: int) -> str:
        return Dossier(numero=numeros[place]).get_absolute_url() + suite if 0 <= place < len(numeros) else ""

    adresse = f"{liste.request.path}?{liste.parametres.urlencode()}"
    return Parcours(rang + 1, len(numeros), voisin(rang - 1), voisin(rang + 1), adresse, suite)


@require_POST
def vu(request: Requete, numero: str) -> HttpResponse:
    """La page du dossier le demande en s'ouvrant : ce qui y a bougé jusqu'ici n'est plus nouveau pour la personne."""
    Visite.noter(trouver(request, numero), request.user)
    return HttpResponse()
