"""Les modèles des lettres : ceux d'origine, et la version qui en corrige une autre."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agrement.seances.models import ModeleDeLettre
from agrement.seances.regles_des_lettres import TEXTES
from comptes.models import Caisse, Utilisateur
from socle import journal

DEPUIS_TOUJOURS = dt.date(2000, 1, 1)


def creer_modeles_de_lettres(caisse: Caisse, *, par: Utilisateur | None = None) -> list[ModeleDeLettre]:
    """Un modèle par sorte de lettre, au texte d'origine. Ne refait pas ceux qui existent."""
    with transaction.atomic(), journal.acte("creer_modeles_de_lettres", "Modèles de lettres créés", par=par):
        return [
            ModeleDeLettre.objects.create(caisse=caisse, sorte=sorte, applicable_du=DEPUIS_TOUJOURS, **texte._asdict())
            for sorte, texte in TEXTES.items()
            if not caisse.modeles_de_lettres.filter(sorte=sorte).exists()
        ]


def dupliquer_un_modele(modele: ModeleDeLettre, *, par: Utilisateur) -> ModeleDeLettre:
    """Une nouvelle version, au même texte, que l'on peut changer. Elle s'applique à partir de demain, sauf autre date.

    Ne vérifie aucun droit : l'administration de l'application l'a fait.
    """
    with transaction.atomic(), journal.acte("dupliquer_un_modele", "Modèle de lettre dupliqué", par=par):
        return ModeleDeLettre.objects.create(
            caisse=modele.caisse,
            sorte=modele.sorte,
            objet=modele.objet,
            corps=modele.corps,
            applicable_du=timezone.localdate() + dt.timedelta(days=1),
        )
