"""Noter une version d'un projet, reprendre les notes de la précédente, clore la grille."""

from collections.abc import Iterator, Mapping

from django.db import transaction
from django.utils import timezone

from centres.models import ProjetSocial
from comptes.models import Utilisateur
from evaluation.choix import NOTES_A_COMMENTER, Note
from evaluation.comparaison import version_notee_avant
from evaluation.models import Cotation, Critere, Notation
from evaluation.workflow import CIRCUIT_NOTATION
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse

Notes = Mapping[Critere, tuple[str, str]]


def coter(projet: ProjetSocial, *, notes: Notes, par: Utilisateur) -> ProjetSocial:
    """Note la version transmise d'un projet : {critère: (note, commentaire)}. Noter à nouveau remplace la note.

    Refuse une version encore en brouillon, une grille close, un critère d'une autre grille, une note inconnue, et une
    note 0 ou 1 sans commentaire. Une note inchangée garde son auteur et sa date ; une note reprise est confirmée.
    """
    with transaction.atomic(), journal.acte("coter", "Notation du projet", par=par):
        ouvrir(projet, par=par)
        if raisons := tuple(ecarts_des_notes(projet, notes)):
            raise ActeRefuse(*raisons)
        for critere, (note, commentaire) in notes.items():
            _noter(projet, critere, note, commentaire.strip(), par)
    return projet


def ouvrir(projet: ProjetSocial, *, par: Utilisateur) -> Notation:
    """La notation de cette version, verrouillée et prête à changer ; elle naît à la première note.

    Refuse un brouillon, et une grille close.
    """
    if not par.has_perm("evaluation.coter", projet):
        raise ActeInterdit("Vous n'avez pas le droit de noter ce projet.")
    if not projet.est_fige:
        raise ActeRefuse("Le projet n'est pas encore transmis : seule une version transmise se note.")
    Notation.objects.get_or_create(projet=projet)
    notation = Notation.objects.select_for_update().get(projet=projet)
    if notation.est_close:
        raise ActeRefuse("La grille est close : rouvrez-la, avec un motif, pour changer ses notes ou ses épingles.")
    return notation


def ecarts_des_notes(projet: ProjetSocial, notes: Notes) -> Iterator[str]:
    """Ce qui empêche d'enregistrer ces notes, en phrases : les mêmes règles pour la Caf et pour le centre."""
    applicables = set(Critere.objects.applicables(projet))
    for critere, (note, commentaire) in notes.items():
        if critere not in applicables:
            yield f"« {critere} » n'est pas un critère de la grille de ce projet : rechargez la page."
        if note not in Note.values:
            yield f"« {critere} » : choisissez une note de 0 à 3, ou « non applicable »."
        elif note in NOTES_A_COMMENTER and not commentaire.strip():
            yield f"« {critere} » : expliquez en une phrase la note {note}."


def reprendre_les_notes(projet: ProjetSocial, *, par: Utilisateur) -> int:
    """Recopie les notes de la version précédente là où celle-ci n'en a pas ; chacune reste à confirmer. Leur nombre.

    Refuse s'il n'y a rien à reprendre.
    """
    with transaction.atomic(), journal.acte("reprendre_les_notes", "Notes reprises de la version précédente", par=par):
        ouvrir(projet, par=par)
        anciennes = _notes_precedentes(projet)
        notes = set(projet.cotations.values_list("critere", flat=True))
        reprises = [
            Cotation.objects.create(
                projet=projet,
                critere=critere,
                note=ancienne.note,
                commentaire=ancienne.commentaire,
                reprise=True,
                par=par,
            )
            for critere in Critere.objects.applicables(projet)
            if critere.pk not in notes and (ancienne := anciennes.get(critere.code)) is not None
        ]
        if not reprises:
            raise ActeRefuse("Rien à reprendre : la version précédente n'a pas de note que celle-ci n'ait déjà.")
    return len(reprises)


def _notes_precedentes(projet: ProjetSocial) -> dict[str, Cotation]:
    precedente = version_notee_avant(projet)
    if precedente is None:
        return {}
    return {cotation.critere.code: cotation for cotation in precedente.cotations.select_related("critere")}


def clore_la_grille(projet: ProjetSocial, *, par: Utilisateur) -> Notation:
    """Clôt la grille de cette version. Refuse tant qu'un critère n'est pas noté ou qu'une reprise est à confirmer."""
    with transaction.atomic():
        return CIRCUIT_NOTATION.executer(ouvrir(projet, par=par), "clore", par=par)


def rouvrir_la_grille(projet: ProjetSocial, *, motif: str, par: Utilisateur) -> Notation:
    """Rend les notes modifiables. Refuse sans motif, une grille qui n'est pas close, et une fois l'avis rendu."""
    notation = Notation.objects.filter(projet=projet).first()
    if notation is None:
        raise ActeRefuse("La grille de cette version n'est pas close.")
    return CIRCUIT_NOTATION.executer(notation, "rouvrir", par=par, motif=motif)


def _noter(projet: ProjetSocial, critere: Critere, note: str, commentaire: str, par: Utilisateur) -> None:
    cotation = Cotation.objects.select_for_update().filter(projet=projet, critere=critere).first()
    cotation = cotation or Cotation(projet=projet, critere=critere)
    if (cotation.note, cotation.commentaire, cotation.reprise) == (note, commentaire, False):
        return
    cotation.note, cotation.commentaire, cotation.reprise = note, commentaire, False
    cotation.par, cotation.le = par, timezone.now()
    cotation.save()
