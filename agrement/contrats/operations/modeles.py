"""Les modèles du contrat : en écrire un depuis le texte qui s'applique, en faire une nouvelle version."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from agrement.contrats.models import ArticleDeModele, ModeleDeContrat
from agrement.contrats.regles_du_texte import ArticleDuTexte
from comptes.models import Utilisateur
from socle import journal


def commencer_un_modele(modele: ModeleDeContrat) -> None:
    """Donne à un modèle neuf, déjà enregistré, les articles du texte qui s'appliquait jusque-là à sa variante.

    Ne vérifie aucun droit : l'administration de l'application l'a fait.
    """
    precedents = ModeleDeContrat.objects.exclude(pk=modele.pk)
    courant = precedents.en_vigueur(
        modele.caisse, sorte=modele.sorte, statut=modele.statut_du_gestionnaire, tripartite=modele.tripartite,
        jour=modele.applicable_du,
    )  # fmt: skip
    _ecrire_les_articles(modele, courant.texte())


def dupliquer_un_modele(modele: ModeleDeContrat, *, par: Utilisateur) -> ModeleDeContrat:
    """Une nouvelle version, au même texte, que l'on peut changer. Elle s'applique à partir de demain, sauf autre date.

    Ne vérifie aucun droit : l'administration de l'application l'a fait.
    """
    with transaction.atomic(), journal.acte("dupliquer_un_modele_de_contrat", "Modèle de contrat dupliqué", par=par):
        suite: ModeleDeContrat = ModeleDeContrat.objects.create(
            caisse=modele.caisse,
            sorte=modele.sorte,
            statut_du_gestionnaire=modele.statut_du_gestionnaire,
            tripartite=modele.tripartite,
            applicable_du=timezone.localdate() + dt.timedelta(days=1),
        )
        _ecrire_les_articles(suite, modele.texte())
    return suite


def _ecrire_les_articles(modele: ModeleDeContrat, articles: Sequence[ArticleDuTexte]) -> None:
    """Numérotés de dix en dix : on glisse un article entre deux sans renuméroter les autres."""
    for rang, article in enumerate(articles, 1):
        ArticleDeModele.objects.create(modele=modele, ordre=10 * rang, **article._asdict())
