"""Créer la grille d'une Caisse, et en préparer la version suivante."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from comptes.models import Caisse, TexteDeReference, Utilisateur
from comptes.textes import CIRCULAIRE_2012
from evaluation.models import Critere, Grille
from evaluation.regles import DATE_D_EFFET, GRILLE_PAR_DEFAUT, TITRE
from socle import journal
from socle.workflow import ActeInterdit


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
                    a_partir_du=prevu.a_partir_du,
                )
    return grille


def dupliquer_la_grille(grille: Grille, *, par: Utilisateur) -> Grille:
    """Une copie à modifier, qui entre en vigueur le premier 1er janvier libre ; l'originale ne change pas."""
    if not par.has_perm("evaluation.add_grille") or grille.caisse_id != par.caisse_id:
        raise ActeInterdit("Vous n'avez pas le droit de publier une grille d'analyse.")
    with transaction.atomic(), journal.acte("dupliquer_la_grille", "Nouvelle version de la grille", par=par):
        date_effet = _premier_janvier_libre(grille.caisse)
        titre = f"{grille.titre.partition(' – ')[0][:130]} – {date_effet.year}"
        suite = Grille.objects.create(caisse=grille.caisse, titre=titre, date_effet=date_effet, texte=grille.texte)
        for critere in grille.criteres.all():
            Critere.objects.create(
                grille=suite,
                ordre=critere.ordre,
                code=critere.code,
                intitule=critere.intitule,
                questions=critere.questions,
                source=critere.source,
                bloquant=critere.bloquant,
                a_partir_du=critere.a_partir_du,
            )
    return suite


def _premier_janvier_libre(caisse: Caisse) -> dt.date:
    prises = set(caisse.grilles.values_list("date_effet", flat=True))
    annee = timezone.localdate().year + 1
    while dt.date(annee, 1, 1) in prises:
        annee += 1
    return dt.date(annee, 1, 1)
