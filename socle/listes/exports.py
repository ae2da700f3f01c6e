"""Écrire un export en tâche de fond, prévenir qui l'a demandé, l'effacer quand son temps est passé."""

import tempfile

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from socle import courriels, fichiers, journal
from socle.choix import FormatExport
from socle.listes.liste import Liste
from socle.listes.tableur import TABLEURS
from socle.models import Export
from socle.travaux import TravailImpossible


def ecrire(export: Export) -> None:
    """Écrit le fichier avec ce que la personne peut voir maintenant, et non ce qu'elle pouvait voir en le demandant."""
    liste = _liste(export)
    format_ = FormatExport(export.format)
    with tempfile.TemporaryFile() as contenu:
        lignes = liste.ecrire(contenu, format_, export.avancer)
        contenu.seek(0)
        with transaction.atomic(), journal.acte("ecrire_un_export", "Fichier de l'export écrit", par=None):
            export.fichier = fichiers.enregistrer_export(
                contenu, liste.nom_de_fichier(format_), TABLEURS[format_].type_mime, par=export.demandeur
            )
            export.lignes = export.faits = lignes
            export.save(update_fields=["fichier", "lignes", "faits"])
            _prevenir(export)


def _liste(export: Export) -> Liste:
    if not export.demandeur.is_active:
        raise TravailImpossible("Le compte qui l'a demandé est fermé.")
    try:
        return Liste.ouvrir(export.liste, QueryDict(export.parametres), export.demandeur)
    except (Http404, PermissionDenied) as refus:
        raise TravailImpossible("Cette liste n'est plus ouverte à votre rôle.") from refus


def _prevenir(export: Export) -> None:
    lien = settings.ADRESSE_PUBLIQUE + export.get_absolute_url()
    texte = render_to_string("courriels/listes/export.txt", {"export": export, "lien": lien})
    courriels.deposer(export.demandeur.courriel, f"Votre export est prêt : {export.titre}", texte)


def effacer_les_perimes() -> None:
    """Efface les fichiers dont le temps est passé. La trace reste : qui, quoi, combien de lignes."""
    perimes = Export.objects.filter(expire_le__lt=timezone.localdate(), fichier__isnull=False).select_related("fichier")
    for export in perimes.select_related("demandeur"):
        with transaction.atomic(), journal.acte("effacer_un_export", "Fichier de l'export effacé", par=None):
            fichier, export.fichier = export.fichier, None
            export.save(update_fields=["fichier"])
            assert fichier is not None
            fichiers.effacer(fichier)
