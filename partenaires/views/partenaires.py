from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from comptes.requetes import Requete
from partenaires.filters import FiltreDesPartenaires
from partenaires.forms import FormulaireDePartenaire
from partenaires.models import Convention, Partenaire
from socle.listes import Action, Colonne, Liste

GERER = "partenaires.gerer_partenaire"


class ListeDesPartenaires(Liste):
    request: Requete
    titre = "Partenaires"
    phrase = "Celles et ceux avec qui les centres et la Caf signent des conventions."
    permission = "partenaires.voir_liste"
    filtre = FiltreDesPartenaires
    colonnes = (
        Colonne("nom", "Partenaire", lambda partenaire: partenaire.nom, tri="nom"),
        Colonne("type", "Type", lambda partenaire: partenaire.get_type_display(), tri="type"),
        Colonne("interlocuteur", "Interlocuteur", lambda partenaire: partenaire.interlocuteur),
        Colonne("telephone", "Téléphone", lambda partenaire: partenaire.telephone),
        Colonne("conventions", "Conventions", lambda partenaire: partenaire.nombre, tri="nombre", classe="nombre"),
    )
    vide_titre = "Aucun partenaire"
    vide_texte = "Les communes, la MSA, les fédérations et les autres signataires de conventions apparaissent ici."
    action = Action("Ajouter un partenaire", "partenaires:ajouter", GERER)

    def requete(self) -> QuerySet[Partenaire]:
        visibles = Partenaire.objects.filter(pk__in=Partenaire.objects.visibles_par(self.request.user).values("pk"))
        siennes = Q(parties__convention__in=Convention.objects.visibles_par(self.request.user))
        return visibles.annotate(nombre=Count("parties__convention", filter=siennes, distinct=True))


@require_safe
def partenaire(request: Requete, pk: int) -> HttpResponse:
    """Ses coordonnées et les conventions qui le lient."""
    trouve = get_object_or_404(Partenaire.objects.visibles_par(request.user), pk=pk)
    conventions = Convention.objects.visibles_par(request.user).filter(parties__partenaire=trouve).distinct()
    contexte = {
        "partenaire": trouve,
        "conventions": conventions,
        "faits": [
            ("Type", trouve.get_type_display()),
            ("Interlocuteur", trouve.interlocuteur),
            ("Courriel", trouve.courriel),
            ("Téléphone", trouve.telephone),
        ],
        "modifiable": request.user.has_perm(GERER, trouve),
    }
    return render(request, "partenaires/partenaire.html", contexte)


@require_http_methods(["GET", "POST"])
@permission_required(GERER, raise_exception=True)
def ajouter(request: Requete) -> HttpResponse:
    return _formulaire(request, Partenaire(caisse=request.user.caisse))


@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    trouve = get_object_or_404(Partenaire.objects.visibles_par(request.user), pk=pk)
    if not request.user.has_perm(GERER, trouve):
        raise PermissionDenied("Votre rôle ne permet pas de modifier un partenaire.")
    return _formulaire(request, trouve)


def _formulaire(request: Requete, objet: Partenaire) -> HttpResponse:
    formulaire = FormulaireDePartenaire(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        enregistre = formulaire.save()
        messages.success(request, f"« {enregistre} » est enregistré.")
        return redirect(enregistre)
    return render(request, "partenaires/partenaire_form.html", {"formulaire": formulaire, "partenaire": objet})
