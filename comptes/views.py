"""Mon compte, et la page d'invitation où une personne choisit son premier mot de passe."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from comptes import operations
from comptes.forms import ChoixDuMotDePasse
from comptes.models import Invitation
from comptes.requetes import Requete
from socle.workflow import ActeRefuse


@require_safe
def compte(request: Requete) -> HttpResponse:
    """Ce que l'application sait de la personne connectée, et le lien pour changer de mot de passe."""
    rattachements = request.user.rattachements.select_related("structure")
    structures = [rattachement.structure for rattachement in rattachements]
    secteurs = list(request.user.secteurs.all())
    return render(request, "comptes/compte.html", {"structures": structures, "secteurs": secteurs})


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    """Inconnue, expirée ou déjà employée : la même page, qui dit à qui en demander une autre."""
    trouvee = Invitation.objects.du_jeton(jeton).select_related("utilisateur__caisse").first()
    if trouvee is None:
        return render(request, "comptes/invitation.html", {"form": None}, status=404)
    form = ChoixDuMotDePasse(trouvee.utilisateur, request.POST or None)
    if form.is_valid():
        try:
            operations.accepter(jeton, form.cleaned_data["password1"])
        except ActeRefuse:  # employée entre-temps
            return render(request, "comptes/invitation.html", {"form": None}, status=404)
        logout(request)
        messages.success(request, "Votre mot de passe est choisi. Connectez-vous.")
        return redirect("account_login")
    return render(request, "comptes/invitation.html", {"form": form, "personne": trouvee.utilisateur})
