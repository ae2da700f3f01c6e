"""Appuyer une note sur le texte du projet ou sur une pièce."""

from django.db import transaction

from centres.models import ProjetSocial
from comptes.models import Utilisateur
from evaluation.models import Cotation, Epingle
from evaluation.operations.notations import ouvrir
from evaluation.passages import CITATION_MAX, CITATION_MIN, Lieu, lieux
from socle import journal
from socle.models import Fichier
from socle.workflow import ActeRefuse


def epingler(cotation: Cotation, *, par: Utilisateur, lieu: str = "", citation: str = "") -> Epingle:
    """Épingle à la note un endroit de la version notée, ou un passage qu'on y lit. `lieu` : le `code` d'un `Lieu`.

    Sans lieu, la citation est cherchée dans tout le projet. Refuse un endroit inconnu, une citation qui ne s'y trouve
    pas, trop courte ou trop longue, et une grille close.
    """
    citation = citation.strip()
    with transaction.atomic(), journal.acte("epingler", "Note appuyée sur le projet", par=par):
        ouvrir(cotation.projet, par=par)
        trouve, champ = _trouver(cotation.projet, lieu, citation)
        return Epingle.objects.create(
            cotation=cotation,
            sorte=trouve.sorte,
            cle=trouve.cle,
            champ=champ,
            citation=citation,
            intitule=trouve.intitule[:300],
            ancre=trouve.ancre,
            par=par,
        )


def epingler_un_fichier(cotation: Cotation, *, fichier: Fichier, intitule: str, par: Utilisateur) -> Epingle:
    """Épingle à la note une pièce de la demande. Refuse le fichier d'une autre demande, et une grille close."""
    versions = ProjetSocial.objects.filter(serie=cotation.projet.serie)
    with transaction.atomic(), journal.acte("epingler", "Note appuyée sur une pièce", par=par):
        ouvrir(cotation.projet, par=par)
        if not versions.filter(dossiers__pieces__fichier=fichier).exists():
            raise ActeRefuse("Cette pièce n'est pas jointe à la demande.")
        return Epingle.objects.create(cotation=cotation, fichier=fichier, intitule=intitule[:300], par=par)


def retirer_une_epingle(epingle: Epingle, *, par: Utilisateur) -> None:
    """Ôte l'épingle ; la note reste. Refuse une grille close."""
    with transaction.atomic(), journal.acte("retirer_une_epingle", "Épingle retirée", par=par):
        ouvrir(epingle.cotation.projet, par=par)
        epingle.delete()


def _trouver(projet: ProjetSocial, code: str, citation: str) -> tuple[Lieu, str]:
    """L'endroit demandé et le champ où la citation s'y lit."""
    if not code and not citation:
        raise ActeRefuse("Choisissez un endroit du projet, ou collez le passage à citer.")
    if citation and not CITATION_MIN <= len(citation) <= CITATION_MAX:
        raise ActeRefuse(f"Citez de {CITATION_MIN} à {CITATION_MAX} caractères du projet.")
    possibles = [lieu for lieu in lieux(projet) if code in ("", lieu.code)]
    if not possibles:
        raise ActeRefuse("Cet endroit n'est pas dans la version notée : rechargez la page.")
    if not citation:
        return possibles[0], ""
    for lieu in possibles:
        if champ := lieu.champ_qui_dit(citation):
            return lieu, champ
    ou = f"dans « {possibles[0].intitule} »" if code else "dans le projet"
    raise ActeRefuse(f"Ce passage ne se trouve pas {ou}, version {projet.version} : copiez-le tel qu'il y est écrit.")
