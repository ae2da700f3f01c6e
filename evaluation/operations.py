"""Créer la grille d'une Caisse, et noter un projet."""

from collections.abc import Iterator, Mapping

from django.db import transaction
from django.utils import timezone

from centres.models import ProjetSocial
from comptes.models import Caisse, TexteDeReference, Utilisateur
from comptes.textes import CIRCULAIRE_2012
from evaluation.choix import NOTES_A_COMMENTER, Note
from evaluation.models import Cotation, Critere, Grille
from evaluation.regles import DATE_D_EFFET, GRILLE_PAR_DEFAUT, TITRE
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse


def creer_grille_par_defaut(caisse: Caisse, *, par: Utilisateur | None = None) -> Grille:
    """La grille d'origine de la Caisse, avec ses quatorze critères ; celle qui existe déjà, si elle a été créée."""
    with transaction.atomic(), journal.acte("creer_grille_par_defaut", "Grille d'analyse créée", par=par):
        grille, creee = Grille.objects.get_or_create(
            caisse=caisse,
            date_effet=DATE_D_EFFET,
            defaults={"titre": TITRE, "texte": TexteDeReference.objects.filter(code=CIRCULAIRE_2012).first()},
        )
        if creee:
            for ordre, prevu in enumerate(GRILLE_PAR_DEFAUT, start=1):
                grille.criteres.create(
                    ordre=ordre,
                    code=prevu.code,
                    intitule=prevu.intitule,
                    questions="\n".join(prevu.questions),
                    source=prevu.source,
                    bloquant=prevu.bloquant,
                )
    return grille


def coter(projet: ProjetSocial, *, notes: Mapping[Critere, tuple[str, str]], par: Utilisateur) -> ProjetSocial:
    """Note la version transmise d'un projet : {critère: (note, commentaire)}. Noter à nouveau remplace la note.

    Refuse une version encore en brouillon, un critère d'une autre grille, une note inconnue, et une note 0 ou 1 sans
    commentaire. Une note inchangée n'est pas réécrite : elle garde son auteur et sa date.
    """
    if not par.has_perm("evaluation.coter", projet):
        raise ActeInterdit("Vous n'avez pas le droit de noter ce projet.")
    with transaction.atomic(), journal.acte("coter", "Notation du projet", par=par):
        if raisons := tuple(_raisons(projet, notes)):
            raise ActeRefuse(*raisons)
        for critere, (note, commentaire) in notes.items():
            _noter(projet, critere, note, commentaire.strip(), par)
    return projet


def _raisons(projet: ProjetSocial, notes: Mapping[Critere, tuple[str, str]]) -> Iterator[str]:
    if not projet.est_fige:
        yield "Le projet n'est pas encore transmis : seule une version transmise se note."
    applicables = set(Critere.objects.applicables(projet))
    for critere, (note, commentaire) in notes.items():
        if critere not in applicables:
            yield f"« {critere} » n'est pas un critère de la grille de ce projet : rechargez la page."
        if note not in Note.values:
            yield f"« {critere} » : choisissez une note de 0 à 3, ou « non applicable »."
        elif note in NOTES_A_COMMENTER and not commentaire.strip():
            yield f"« {critere} » : expliquez en une phrase la note {note}."


def _noter(projet: ProjetSocial, critere: Critere, note: str, commentaire: str, par: Utilisateur) -> None:
    cotation = Cotation.objects.select_for_update().filter(projet=projet, critere=critere).first()
    cotation = cotation or Cotation(projet=projet, critere=critere)
    if (cotation.note, cotation.commentaire) == (note, commentaire):
        return
    cotation.note, cotation.commentaire, cotation.par, cotation.le = note, commentaire, par, timezone.now()
    cotation.save()
