"""Passer un projet au crible des règles : ses remarques, leur sévérité, et l'adresse où chacune se répare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from centres.coherence.lecture import Constat, Lecture
from centres.coherence.table import REGLES, Regle
from centres.models import NOM_DU_NOEUD, ProjetSocial
from centres.regles import PARTIE_DU_TABLEAU, PARTIE_PAR_CODE, Partie, parties_de
from comptes.choix import Severite
from comptes.controles import CONTROLES
from comptes.regles import PARAMETRES, PART_RECOPIEE


@dataclass(frozen=True, slots=True)
class Remarque:
    """Une phrase sur le projet : sa règle, sa sévérité, la partie où elle se répare et l'adresse précise."""

    regle: Regle
    severite: Severite
    texte: str
    partie: Partie
    adresse: str

    @property
    def est_bloquante(self) -> bool:
        return self.severite == Severite.BLOQUANTE


def verifier(
    projet: ProjetSocial, *, precedent: ProjetSocial | None, reglages: Mapping[str, str], au: dt.date | None = None
) -> list[Remarque]:
    """Les remarques sur le projet, dans l'ordre de ses parties, les bloquantes d'abord. Aucune requête.

    `projet`, `precedent` : lus par `avec_arbre`. `reglages` : {paramètre: valeur}, comme `Caisse.valeurs` les donne ;
    une règle dont la sévérité n'y est pas ne se contrôle pas. `au` : aujourd'hui par défaut.
    """
    part = Decimal(reglages.get(PART_RECOPIEE, PARAMETRES[PART_RECOPIEE].defaut))
    lu = Lecture(projet, precedent, au or timezone.localdate(), part)
    trouvees = [
        _remarque(regle, Severite(severite), constat, projet)
        for regle in REGLES
        if (severite := reglages.get(regle.controle.parametre, Severite.IGNOREE)) != Severite.IGNOREE
        and regle.s_applique(projet)
        for constat in regle.cherche(lu)
    ]
    rangs = {partie.code: rang for rang, partie in enumerate(parties_de(projet))}
    return sorted(trouvees, key=lambda remarque: (not remarque.est_bloquante, rangs[remarque.partie.code]))


def _remarque(regle: Regle, severite: Severite, constat: Constat, projet: ProjetSocial) -> Remarque:
    du_noeud = PARTIE_DU_TABLEAU[NOM_DU_NOEUD[type(constat.noeud)]] if constat.noeud else ""
    partie = PARTIE_PAR_CODE[constat.partie or regle.partie or du_noeud]
    return Remarque(regle, severite, constat.texte, partie, _adresse(projet, partie, constat))


def _adresse(projet: ProjetSocial, partie: Partie, constat: Constat) -> str:
    """Là où la remarque se répare ; d'une version figée, là où elle se lit."""
    noeud = constat.noeud
    ancre = f"{NOM_DU_NOEUD[type(noeud)]}-{noeud.pk}" if noeud else constat.ancre
    if projet.est_fige:
        return f"{reverse('centres:projet_lire', args=[projet.pk])}#{ancre or f'partie-{partie.code}'}"
    if noeud and constat.champ:
        fiche = reverse("centres:noeud", args=[projet.pk, NOM_DU_NOEUD[type(noeud)], noeud.pk])
        return f"{fiche}#id_{constat.champ}"
    ancre = f"id_{constat.champ}" if constat.champ else ancre
    return f"{projet.adresse_de(partie.code)}{'#' if ancre else ''}{ancre}"


def controler(projet: ProjetSocial) -> list[Remarque]:
    """Les remarques sur le projet, avec les sévérités que sa Caisse règle. En un nombre constant de requêtes.

    `projet` : lu par `avec_arbre`. Le projet précédent ne se lit que si une règle le demande.
    """
    reglages = projet.structure.caisse.valeurs(PART_RECOPIEE, *(controle.parametre for controle in CONTROLES.values()))
    compare = reglages[CONTROLES["projet_recopie"].parametre] != Severite.IGNOREE
    precedent = ProjetSocial.objects.avec_arbre().precedant(projet) if compare else None
    return verifier(projet, precedent=precedent, reglages=reglages)


def bloquantes(projet: ProjetSocial) -> list[Remarque]:
    """Ce qui empêche de transmettre ce projet, lu ici tout entier."""
    lu = ProjetSocial.objects.avec_arbre().select_related("structure__caisse").get(pk=projet.pk)
    return [remarque for remarque in controler(lu) if remarque.est_bloquante]


def exiger(projet: ProjetSocial, code: str) -> list[Remarque]:
    """Les remarques d'une seule règle, bloquantes quoi que la Caisse ait réglé."""
    return verifier(projet, precedent=None, reglages={CONTROLES[code].parametre: Severite.BLOQUANTE})
