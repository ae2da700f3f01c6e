"""L'écart entre deux versions d'un projet social : le garder quand la seconde est transmise, le relire."""

from typing import Any

from centres.differences import Entree, differences, nombre_d_elements
from centres.models import Commune, EcartDeVersions, ProjetSocial
from centres.operations.valeurs import contenu


def garder_les_ecarts(apres: ProjetSocial, dit: dict[str, Any]) -> None:
    """Garde ce qui sépare la version que l'on fige de chacune de celles transmises avant elle. `dit` : son contenu."""
    for avant in ProjetSocial.objects.filter(serie=apres.serie, version__lt=apres.version, fige_le__isnull=False):
        entrees = _differences(contenu(avant), dit)
        EcartDeVersions.objects.create(
            avant=avant,
            apres=apres,
            contenu=[entree._asdict() for entree in entrees],
            nombre=nombre_d_elements(entrees),
            empreinte_avant=avant.empreinte,
            empreinte_apres=apres.empreinte,
        )


def ecart(avant: ProjetSocial, apres: ProjetSocial) -> list[Entree]:
    """Ce qui sépare deux versions : relu s'il est gardé ; sinon, pour un brouillon, calculé sans être gardé."""
    empreintes = {"empreinte_avant": avant.empreinte, "empreinte_apres": apres.empreinte}
    garde = EcartDeVersions.objects.filter(avant=avant, apres=apres, **empreintes).first()
    if garde is not None:
        return [Entree(**{**ligne, "chemin": tuple(ligne["chemin"])}) for ligne in garde.contenu]
    return _differences(contenu(avant), contenu(apres))


def _differences(avant: dict[str, Any], apres: dict[str, Any]) -> list[Entree]:
    codes = {code for dit in (avant, apres) for zone in dit["zones"] for code in zone["communes"]}
    communes = Commune.objects.in_bulk(codes) if codes else {}
    return differences(avant, apres, {code: str(commune) for code, commune in communes.items()})
