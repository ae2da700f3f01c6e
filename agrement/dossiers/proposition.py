"""La synthèse que la grille et les faits suggèrent pour l'avis : chaque phrase dit d'où elle vient.

Rien ne s'en déduit sans la personne qui rédige : elle la reprend, la change ou l'ignore.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from agrement.dossiers.accords import etat_des_accords, phrase_des_accords
from agrement.dossiers.choix import SensAvis
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import annees_demandees, sens_propose
from agrement.dossiers.workflow.gardes.avis import Condition, conditions_de_l_avis
from agrement.dossiers.workflow.gardes.demande import onglet
from evaluation.choix import NOTES_A_COMMENTER, Note
from evaluation.comparaison import Comparaison, Ligne, comparer
from evaluation.models import Critere
from socle.templatetags.composants import date_longue


class Source(NamedTuple):
    """Ce sur quoi une phrase s'appuie, et l'adresse où le vérifier."""

    libelle: str
    adresse: str


class Phrase(NamedTuple):
    texte: str
    sources: tuple[Source, ...]

    def __str__(self) -> str:
        return f"{self.texte} [{' ; '.join(source.libelle for source in self.sources)}]"


class Section(NamedTuple):
    titre: str
    phrases: tuple[Phrase, ...]


class Proposition(NamedTuple):
    """`duree` : années, vide si le sens n'en propose pas ; `criteres` : ceux qui ne sont pas satisfaits."""

    sens: SensAvis
    duree: int | None
    criteres: tuple[Critere, ...]
    sections: tuple[Section, ...]

    @property
    def texte(self) -> str:
        """La synthèse prête à relire, une section après l'autre ; celles qui n'ont rien à dire n'y sont pas."""
        blocs = ("\n".join([titre, *(f"– {phrase}" for phrase in dites)]) for titre, dites in self.sections if dites)
        return "\n\n".join(blocs)


def proposer(dossier: Dossier, conditions: Iterable[Condition] | None = None) -> Proposition:
    """Ce que la grille, l'équipe, la négociation et les réserves font dire à l'avis."""
    projet = dossier.projet_transmis()
    grille = comparer(projet, adresses_des_pieces(dossier)) if projet else None
    lignes = _notees(grille)
    faits = [condition for condition in conditions or conditions_de_l_avis(dossier) if condition.de_fait]
    faibles = [ligne for ligne in lignes if ligne.cotation and ligne.cotation.note in NOTES_A_COMMENTER]
    sens = sens_propose(
        bloquants=sum(ligne.critere.bloquant and _note(ligne) == Note.ABSENT for ligne in lignes),
        conditions_a_regler=sum(bool(fait.manques) for fait in faits),
        faibles=len(faibles),
        reserves=dossier.reserves.count(),
    )
    return Proposition(
        sens,
        _duree(dossier, sens),
        tuple(ligne.critere for ligne in faibles),
        (
            Section("Points forts", tuple(_phrase(dossier, ligne) for ligne in _forts(lignes))),
            Section("Points faibles", tuple(_phrase(dossier, ligne) for ligne in faibles)),
            Section("Négociation", tuple(_negociation(dossier))),
            Section("Avis des partenaires", tuple(_partenaires(dossier))),
            Section("Conditions", tuple(_conditions(dossier, faits))),
            Section("Réserves", tuple(_reserves(dossier))),
            Section("Préconisations", tuple(_preconisations(dossier))),
        ),
    )


def adresses_des_pieces(dossier: Dossier) -> dict[UUID, str]:
    """{identifiant du fichier : l'adresse où le lire} de chaque pièce de la demande."""
    pieces = dossier.pieces.values_list("fichier", "pk")
    return {fichier: dossier.adresse("dossiers:piece", pk=pk) for fichier, pk in pieces}


def _notees(grille: Comparaison | None) -> list[Ligne]:
    lignes = grille.lignes if grille else []
    return [ligne for ligne in lignes if ligne.cotation is not None and not ligne.cotation.reprise]


def _note(ligne: Ligne) -> str:
    return ligne.cotation.note if ligne.cotation else ""


def _forts(lignes: list[Ligne]) -> list[Ligne]:
    """Ceux notés 3 ; à défaut, ceux notés 2."""
    for note in (Note.TRES_SATISFAISANT, Note.SATISFAISANT):
        if forts := [ligne for ligne in lignes if _note(ligne) == note]:
            return forts
    return []


def _phrase(dossier: Dossier, ligne: Ligne) -> Phrase:
    assert ligne.cotation is not None
    note = ligne.cotation.get_note_display().partition(" – ")[2]
    commentaire = " ".join(ligne.cotation.commentaire.split())
    cites = [f"Le projet dit : « {a.epingle.citation} »." for a in ligne.appuis if a.epingle.citation]
    texte = " ".join(filter(None, (f"{ligne.critere} : {note}.", commentaire, *cites)))
    critere = Source(
        f"critère {ligne.rang}, note {ligne.cotation.note}",
        onglet(dossier, "analyse", f"critere-{ligne.critere.pk}"),
    )
    return Phrase(texte, (critere, *(Source(str(appui.epingle), appui.adresse) for appui in ligne.appuis)))


def _negociation(dossier: Dossier) -> Iterator[Phrase]:
    accords = etat_des_accords(dossier)
    if accords:
        combien = sum(ligne.accorde for ligne in accords)
        texte = f"{combien} {phrase_des_accords(accords)}."
        yield Phrase(texte, (Source("négociation", onglet(dossier, "negociation")),))
    total, ouverts = dossier.points.count(), dossier.points.ouverts().count()
    if not total:
        return
    regles = total - ouverts
    texte = "1 point de négociation réglé" if regles == 1 else f"{regles} points de négociation réglés"
    reserves = dossier.reserves.filter(point__isnull=False).count()
    dont = f", dont {reserves} repris en réserve" if reserves else ""
    yield Phrase(f"{texte} sur {total}{dont}.", (Source("négociation", onglet(dossier, "negociation")),))


def _partenaires(dossier: Dossier) -> Iterator[Phrase]:
    """Ce que chaque partenaire a répondu, puis combien n'ont pas répondu."""
    source = (Source("avis des partenaires", onglet(dossier, "analyse", "avis-des-partenaires")),)
    demandes = list(dossier.demandes_d_avis.filter(retiree_le=None).select_related("partenaire", "avis"))
    recus = [demande for demande in demandes if hasattr(demande, "avis")]
    for demande in recus:
        yield Phrase(f"{demande.partenaire} : {demande.avis.get_sens_display().lower()}.", source)
    if manquent := len(demandes) - len(recus):
        yield Phrase(f"{manquent} avis demandé{'s' if manquent > 1 else ''} sans réponse.", source)


def _conditions(dossier: Dossier, faits: list[Condition]) -> Iterator[Phrase]:
    """Les dérogations admises, puis ce qui manque encore, puis ce qu'il faut surveiller."""
    ou = onglet(dossier, "negociation", "derogations")
    for derogation in dossier.derogations.all():
        texte = (
            f"Dérogation, {derogation.get_nature_display().lower()} : {derogation.motif} En contrepartie : "
            f"{derogation.contrepartie} Jusqu'au {date_longue(derogation.date_limite)}."
        )
        yield Phrase(texte, (Source("dérogation", ou),))
    conditions = onglet(dossier, "analyse", "conditions")
    for fait in faits:
        source = (Source(f"condition « {fait.libelle} »", conditions),)
        yield from (Phrase(str(manque), source) for manque in fait.manques)
        yield from (Phrase(avertissement, source) for avertissement in fait.avertissements)


def _reserves(dossier: Dossier) -> Iterator[Phrase]:
    ou = onglet(dossier, "negociation", "reserves")
    for reserve in dossier.reserves.all():
        preuve = f" Preuve attendue : {reserve.preuve_attendue}." if reserve.preuve_attendue else ""
        texte = f"{reserve.texte} À lever avant le {date_longue(reserve.echeance)}.{preuve}"
        yield Phrase(texte, (Source("réserve", ou),))


def _preconisations(dossier: Dossier) -> Iterator[Phrase]:
    ou = onglet(dossier, "analyse", "preconisations")
    for preconisation in dossier.preconisations.all():
        quand = f" À faire avant le {date_longue(preconisation.echeance)}." if preconisation.echeance else ""
        yield Phrase(f"{preconisation.texte}{quand}", (Source("préconisation", ou),))


def _duree(dossier: Dossier, sens: SensAvis) -> int | None:
    if not dossier.vise_un_agrement or sens not in {SensAvis.FAVORABLE, SensAvis.FAVORABLE_AVEC_RESERVES}:
        return None
    maximum = dossier.caisse.entier("duree_max_annees")
    return annees_demandees(dossier.debut_souhaite, dossier.fin_souhaitee, maximum)
