from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agrement.accueil.filters import FiltreDuJournal
from agrement.accueil.recherche import LONGUEUR_MINIMALE, chercher
from agrement.accueil.tableaux import TABLEAUX
from comptes.requetes import Requete
from socle.chronologie import presenter
from socle.listes import Colonne, Liste
from socle.models import EntreeDuJournal

VOIR_LE_JOURNAL = "accueil.voir_journal"


@require_safe
def accueil(request: Requete) -> HttpResponse:
    """Le tableau de bord du rôle de la personne."""
    tableau = TABLEAUX[request.user.role]
    contexte = {
        "phrase": tableau.phrase,
        "jour": timezone.localdate(),
        "blocs": [bloc(request.user) for bloc in tableau.blocs],
    }
    return render(request, "accueil/accueil.html", contexte)


@require_safe
def recherche(request: Requete) -> HttpResponse:
    texte = request.GET.get("q", "").strip()[:100]
    contexte = {"texte": texte, "trouves": chercher(texte, request.user), "minimum": LONGUEUR_MINIMALE}
    return render(request, "accueil/recherche.html", contexte)


class Journal(Liste):
    request: Requete
    titre = "Journal"
    phrase = "Tout ce qui s'est fait dans la Caisse : qui, quand, quoi, avant, après. Rien n'en est changé ni ôté."
    permission = VOIR_LE_JOURNAL
    filtre = FiltreDuJournal
    colonnes = (
        Colonne("acte", "Acte", lambda entree: entree.libelle, tri="libelle"),
        Colonne("objet", "Objet", lambda entree: entree.objet_libelle),
        Colonne("qui", "Par", lambda entree: entree.acteur or "Automatique"),
        Colonne("quand", "Quand", lambda entree: entree.horodatage, tri="horodatage"),
        Colonne("motif", "Motif", lambda entree: entree.motif),
    )
    vide_titre = "Le journal est vide"
    vide_texte = "Chaque acte s'y inscrit de lui-même."

    def requete(self) -> QuerySet[EntreeDuJournal]:
        return _du_journal(self.request).select_related("acteur")

    def lien(self, objet: EntreeDuJournal) -> str:
        return reverse("accueil:entree", args=[objet.pk])


@require_safe
@permission_required(VOIR_LE_JOURNAL, raise_exception=True)
def entree(request: Requete, pk: int) -> HttpResponse:
    """Un fait du journal, avec chaque valeur d'avant et d'après."""
    trouvee = get_object_or_404(_du_journal(request).select_related("acteur"), pk=pk)
    contexte = {"entree": trouvee, "entrees": presenter([trouvee])}
    return render(request, "accueil/entree.html", contexte)


def _du_journal(request: Requete) -> QuerySet[EntreeDuJournal]:
    return EntreeDuJournal.objects.filter(perimetre=str(request.user.caisse_id))
