"""Par où l'on arrive à signer : un compte, ou un lien personnel. Les mêmes pages servent aux deux."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from agrement.contrats import operations
from agrement.contrats.models import Contrat, LienDeSignature, PartieASigner
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.models import ModeleSuivi


class Voie(NamedTuple):
    """Une partie, et qui agit pour elle : `par` s'il a un compte, sinon `lien`, que `jeton` ouvre."""

    partie: PartieASigner
    par: Utilisateur | None = None
    lien: LienDeSignature | None = None
    jeton: str = ""

    @property
    def contrat(self) -> Contrat:
        return self.partie.version.contrat

    def adresse(self, nom: str, *suite: int) -> str:
        """L'adresse d'une page de signature, par la même voie."""
        if self.lien is not None:
            return reverse(f"contrats:{nom}_par_le_lien", args=[self.jeton, *suite])
        return reverse(f"contrats:{nom}", args=[self.contrat.numero, self.partie.pk, *suite])

    @property
    def adresses(self) -> dict[str, str]:
        noms = ("signer", "code", "projet", "a_signer", "certificat", "papier", "refuser", "modification")
        return {nom: self.adresse(nom) for nom in noms}

    @property
    def retour(self) -> str:
        return self.adresse("signer") if self.lien is not None else self.partie.version.get_absolute_url()

    @property
    def base(self) -> str:
        return "base_publique.html" if self.lien is not None else "base.html"

    def contexte(self, **suite: Any) -> dict[str, Any]:
        return {
            "base": self.base,
            "voie": self,
            "partie": self.partie,
            "version": self.partie.version,
            "contrat": self.contrat,
            "retour": self.retour,
            "adresses": self.adresses,
            **suite,
        }


def interdire(request: Requete, objet: ModeleSuivi, phrase: str) -> NoReturn:
    """Refuse la page ; le journal garde qui a tenté l'acte. La lire seulement n'y écrit rien."""
    if request.method == "POST":
        operations.noter_un_refus(objet, phrase, par=request.user)
    raise PermissionDenied(phrase)


Page = Callable[..., HttpResponseBase]


def la_partie(request: Requete, numero: str, pk: int) -> PartieASigner:
    """La partie d'une version d'un contrat que cette personne voit ; 404 sinon."""
    parties = PartieASigner.objects.filter(version__contrat__in=Contrat.objects.visibles_par(request.user))
    partie: PartieASigner = get_object_or_404(_lues(parties), version__contrat__numero=numero, pk=pk)
    return partie


def _lues(parties: Any) -> Any:
    return parties.select_related(
        "version__contrat__dossier__structure", "version__contrat__dossier__conseiller", "version__contrat__structure",
        "version__contrat__gestionnaire", "version__contrat__caisse", "version__contrat__decision",
        "version__avenant", "version__original_pdf", "version__projet_pdf", "signature__fichier",
    )  # fmt: skip


def avec_un_compte(page: Page, *, droit: str = "") -> Callable[..., HttpResponseBase]:
    """La page pour qui engage la partie, par ses fonctions ou par délégation ; ou pour qui a `droit` sur le dossier."""

    @functools.wraps(page)
    def vue(request: Requete, numero: str, pk: int, **suite: int) -> HttpResponseBase:
        partie = la_partie(request, numero, pk)
        admis = (
            request.user.has_perm(droit, partie.version.contrat.porteur)
            if droit
            else operations.concerne(request.user, partie)
        )
        if not admis:
            interdire(
                request,
                partie,
                f"Seul un représentant de {partie.nom}, ou une personne à qui il délègue sa signature, peut faire "
                "cela.",
            )
        return page(request, Voie(partie, par=request.user), **suite)

    return vue


def par_le_lien(page: Page, *, compter_les_lectures: bool = False) -> Callable[..., HttpResponseBase]:
    """La même page, ouverte par le seul lien personnel. Un lien qui ne sert plus dit pourquoi et que faire.

    `compter_les_lectures` : une lecture coûte, et compte comme un envoi.
    """

    @login_not_required
    @never_cache
    @rate_limit(action=f"{page.__name__}_par_le_lien", limit_get=compter_les_lectures)  # type: ignore[untyped-decorator]
    @functools.wraps(page)
    def vue(request: HttpRequest, jeton: str, **suite: int) -> HttpResponseBase:
        lien = LienDeSignature.objects.du_jeton(jeton).first()
        if lien is None:
            return _lien_clos(request, None, "")
        lien.partie = _lues(PartieASigner.objects).get(pk=lien.partie_id)
        if raison := lien.ce_qui_le_ferme:
            if not lien.partie.est_signee:
                operations.noter_un_lien_clos(lien, raison)
            return _lien_clos(request, lien, raison)
        return page(request, Voie(lien.partie, lien=lien, jeton=jeton), **suite)

    ouverte: Callable[..., HttpResponseBase] = vue
    return ouverte


def _lien_clos(request: HttpRequest, lien: LienDeSignature | None, raison: str) -> HttpResponse:
    signee = lien is not None and lien.partie.est_signee
    contexte = {"lien": lien, "raison": raison, "signee": signee}
    statut = 200 if signee else 410 if lien else 404
    return render(request, "contrats/signer_clos.html", contexte, status=statut)
