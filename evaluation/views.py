from django.contrib.auth.decorators import permission_required
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptes.requetes import Requete
from evaluation.models import Grille
from socle.listes import Colonne, Liste


def effet(grille: Grille) -> dict[str, str]:
    """Si la grille sert aujourd'hui, pour le badge de la liste."""
    if grille.date_effet > timezone.localdate():
        return {"libelle": "À venir", "ton": "neutre"}
    if grille == Grille.objects.en_vigueur(grille.caisse):
        return {"libelle": "En vigueur", "ton": "succes"}
    return {"libelle": "Remplacée", "ton": "neutre"}


class ListeDesGrilles(Liste):
    request: Requete
    titre = "Grilles d'analyse"
    phrase = "Ce que la Caf regarde dans un projet social. La dernière grille entrée en vigueur sert aux nouveaux avis."
    permission = "evaluation.voir_liste"
    colonnes = (
        Colonne("titre", "Grille", lambda grille: grille.titre, tri="titre"),
        Colonne("date_effet", "En vigueur à partir du", lambda grille: grille.date_effet, tri="date_effet"),
        Colonne("criteres", "Critères", lambda grille: grille.nombre, classe="nombre"),
        Colonne("texte", "Texte de référence", lambda grille: grille.texte),
    )
    vide_titre = "Aucune grille"
    vide_texte = "L'administration de la Caisse publie la grille d'analyse qui sert aux avis techniques."

    def requete(self) -> QuerySet[Grille]:
        visibles = Grille.objects.visibles_par(self.request.user)
        return visibles.select_related("texte").annotate(nombre=Count("criteres"))


@require_safe
@permission_required("evaluation.voir_liste", raise_exception=True)
def grille(request: Requete, pk: int) -> HttpResponse:
    """Les critères d'une grille, leurs questions et leur source."""
    trouvee = get_object_or_404(Grille.objects.visibles_par(request.user).select_related("texte", "caisse"), pk=pk)
    contexte = {"grille": trouvee, "criteres": trouvee.criteres.all(), "effet": effet(trouvee)}
    return render(request, "evaluation/grille.html", contexte)
