"""Une grille prête à lire : la note de la Caf, celle de la version précédente, celle du centre, et leurs appuis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from centres.models import ProjetSocial
from evaluation.models import AutoEvaluation, Cotation, Critere, Epingle, Notation, NoteDuCentre


class Appui(NamedTuple):
    """Une épingle et l'adresse où la lire."""

    epingle: Epingle
    adresse: str


class Ligne(NamedTuple):
    """Un critère, à son rang, et tout ce qu'on en sait. `du_centre` : seulement quand les deux grilles sont closes."""

    rang: int
    critere: Critere
    cotation: Cotation | None
    precedente: Cotation | None
    du_centre: NoteDuCentre | None
    appuis: list[Appui]

    @property
    def ecart(self) -> bool:
        """Vrai si le centre et la Caf n'ont pas donné la même note."""
        return bool(self.cotation and self.du_centre and self.cotation.note != self.du_centre.note)


@dataclass(frozen=True)
class Comparaison:
    """La grille d'une version. `auto_evaluation` : celle que le centre a remise ; `en_regard` : si elle se montre."""

    projet: ProjetSocial
    notation: Notation | None
    auto_evaluation: AutoEvaluation | None
    version_precedente: ProjetSocial | None
    en_regard: bool
    lignes: list[Ligne]

    @property
    def est_close(self) -> bool:
        return self.notation is not None and self.notation.est_close

    @property
    def notes_donnees(self) -> int:
        return sum(ligne.cotation is not None and not ligne.cotation.reprise for ligne in self.lignes)

    @property
    def a_confirmer(self) -> int:
        return sum(ligne.cotation is not None and ligne.cotation.reprise for ligne in self.lignes)

    @property
    def a_reprendre(self) -> int:
        """Combien de notes de la version précédente manquent encore à celle-ci."""
        return sum(ligne.cotation is None and ligne.precedente is not None for ligne in self.lignes)


def version_notee_avant(projet: ProjetSocial) -> ProjetSocial | None:
    """La dernière version de la même série, avant celle-ci, que la Caf a notée."""
    avant = ProjetSocial.objects.filter(serie=projet.serie, version__lt=projet.version, cotations__isnull=False)
    return avant.distinct().order_by("-version").first()


def comparer(projet: ProjetSocial, adresses: Mapping[UUID, str] | None = None) -> Comparaison:
    """La grille de cette version. `adresses` : celle de chaque fichier que le lecteur peut ouvrir."""
    notation = Notation.objects.filter(projet=projet).select_related("close_par").first()
    remise = AutoEvaluation.objects.pour(projet)
    en_regard = remise is not None and notation is not None and notation.est_close
    precedente = version_notee_avant(projet)
    cotations = {c.critere_id: c for c in projet.cotations.select_related("par").prefetch_related("epingles")}
    anciennes = _par_code(precedente.cotations.select_related("critere")) if precedente else {}
    du_centre = _par_code(remise.notes.select_related("critere")) if remise and en_regard else {}
    return Comparaison(
        projet,
        notation,
        remise,
        precedente,
        en_regard,
        [
            Ligne(
                rang,
                critere,
                cotation := cotations.get(critere.pk),
                anciennes.get(critere.code),
                du_centre.get(critere.code),
                _appuis(cotation, projet, adresses or {}),
            )
            for rang, critere in enumerate(Critere.objects.applicables(projet), start=1)
        ],
    )


def _par_code(notes: Any) -> dict[str, Any]:
    """Par code de critère : d'une grille à la suivante, c'est lui qui ne change pas."""
    return {note.critere.code: note for note in notes}


def _appuis(cotation: Cotation | None, projet: ProjetSocial, adresses: Mapping[UUID, str]) -> list[Appui]:
    appuis = []
    for epingle in cotation.epingles.all() if cotation else ():
        epingle.cotation = cotation  # type: ignore[assignment]
        appuis.append(Appui(epingle, epingle.adresse or adresses.get(epingle.fichier_id, "")))  # type: ignore[arg-type]
    return appuis
