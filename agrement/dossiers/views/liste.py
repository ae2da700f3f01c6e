"""La liste des dossiers, et l'ouverture d'une demande."""

from typing import Any, cast
from urllib.parse import unquote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.filters import FiltreDesDossiers
from agrement.dossiers.forms.demande import OuvrirForm
from agrement.dossiers.models import Dossier
from agrement.dossiers.models.avis_de_partenaires import avis_demandes, avis_recus
from agrement.dossiers.models.dossiers import DossierQuerySet
from agrement.dossiers.models.echanges import nouveaux_messages
from agrement.dossiers.models.visites import a_bouge, vu_le
from agrement.dossiers.regles import A_NOTIFIER
from agrement.dossiers.views.gestes import en_erreur
from agrement.dossiers.views.parcours import suite_de
from agrement.dossiers.workflow.gardes.equipe import centre_social_du_meme_gestionnaire
from centres.models import Structure
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.listes import Action, Colonne, Liste
from socle.templatetags.composants import INSECABLE
from socle.workflow import ActeInterdit, ActeRefuse

# Ce que les colonnes lisent du dossier ; ce qu'elles lisent de ses liens est annoté par `lire`.
CHAMPS_LUS = (
    "conseiller",
    "numero",
    "type",
    "statut",
    "modifie_le",
    "echeance_actuelle",
    "debut_souhaite",
    "plume_jusqu_au",
    "numero_d_enregistrement",
    "depose_le",
)
# Ce que lisent les colonnes que l'on ne montre pas d'ordinaire.
SUR_DEMANDE = {
    "gestionnaire_nom": F("gestionnaire__raison_sociale"),
    "en_qpv": ExpressionWrapper(Q(structure__quartier_prioritaire__isnull=False), BooleanField()),
}


def mouvement(dossier: Any) -> dict[str, Any]:
    """Quand le dossier a bougé, et si c'est depuis la dernière visite de la personne."""
    return {"jour": timezone.localdate(dossier.modifie_le), "nouveau": a_bouge(dossier)}


def etat_lu(utilisateur: Utilisateur) -> Any:
    """L'état par lequel la liste se trie ; pour le centre, une décision qu'il ignore ne se range pas selon son sens."""
    if not utilisateur.est_du_centre:
        return F("statut")
    return Case(When(statut__in=sorted(A_NOTIFIER), then=Value(Statut.ACCORDE.value)), default=F("statut"))


class ListeDesDossiers(Liste):
    request: Requete
    titre = "Dossiers"
    phrase = "Les demandes d'agrément, du brouillon au contrat signé ; les derniers mouvements d'abord."
    permission = "dossiers.voir_liste"
    filtre = FiltreDesDossiers
    colonnes = (
        Colonne("numero", "Numéro", lambda d: d.numero, tri="numero"),
        Colonne("structure", "Structure", lambda d: d.nom_de_structure, tri="structure__nom"),
        Colonne("commune", "Commune", lambda d: d.commune, tri="structure__commune__nom"),
        Colonne("type", "Demande", lambda d: TypeDossier(d.type).label, tri="type", classe="text-nowrap"),
        Colonne("etat", "État", lambda d: d.badge, tri="etat_lu", gabarit="composants/badge.html"),
        Colonne(
            "conseiller",
            "Conseiller",
            lambda d: f"{d.prenom_du_referent} {d.nom_du_referent}" if d.nom_du_referent else None,
            tri="nom_du_referent",
            classe="text-nowrap",
        ),
        Colonne(
            "echeance",
            "Échéance",
            lambda d: {"date": echeance} if (echeance := d.echeance) else None,
            gabarit="composants/echeance.html",
        ),
        Colonne("echanges", "Échanges", lambda d: echanges_en_bref(d.nouveaux, d.recus, d.demandes), par_defaut=False),
        Colonne("gestionnaire_nom", "Gestionnaire", lambda d: d.gestionnaire_nom, par_defaut=False),
        Colonne("en_qpv", "Quartier prioritaire", lambda d: d.en_qpv, par_defaut=False),
        Colonne("enregistrement", "Enregistrement", lambda d: d.numero_d_enregistrement, par_defaut=False),
        Colonne(
            "depot",
            "Déposé le",
            lambda d: d.depose_le and timezone.localdate(d.depose_le),
            tri="depose_le",
            par_defaut=False,
        ),
        Colonne("debut", "Début souhaité", lambda d: d.debut_souhaite, tri="debut_souhaite", par_defaut=False),
        Colonne(
            "fin_actuelle",
            "Fin de l'agrément en cours",
            lambda d: d.echeance_actuelle,
            tri="echeance_actuelle",
            par_defaut=False,
        ),
        Colonne(
            "mouvement",
            "Mouvement",
            mouvement,
            tri="modifie_le",
            gabarit="dossiers/_mouvement.html",
            classe="text-nowrap",
            export=lambda d: timezone.localdate(d.modifie_le),
        ),
    )
    action = Action("Ouvrir une demande", "dossiers:ouvrir", "dossiers.creer")
    liens = (
        Action("Charge des conseillers", "dossiers:charge", "dossiers.voir_charge"),
        Action("Étiquettes", "dossiers:etiquettes", "dossiers.voir_etiquettes"),
    )
    gestes = (
        Action("Confier…", "dossiers:confier_en_lot", "dossiers.contresigner"),
        Action("Écrire aux centres…", "dossiers:ecrire_en_lot", "dossiers.agir_en_lot"),
        Action("Générer les contrats…", "contrats:generer_en_lot", "contrats.generer"),
        Action("Étiqueter…", "dossiers:etiqueter_en_lot", "dossiers.agir_en_lot"),
        Action("Ôter une étiquette…", "dossiers:decoller_en_lot", "dossiers.agir_en_lot"),
    )
    vide_titre = "Aucun dossier"
    vide_texte = "Un dossier porte une demande d'agrément, de son brouillon au contrat signé."

    def action_principale(self) -> dict[str, str] | None:
        reprise = demande_a_reprendre(self.request.user)
        return (
            {"libelle": reprise.reprise, "adresse": reprise.get_absolute_url()}
            if reprise
            else super().action_principale()
        )

    def lien(self, objet: Dossier) -> str:
        return self._adresse_d_un_dossier.format(objet.numero)

    @cached_property
    def _adresse_d_un_dossier(self) -> str:
        """Composée une fois pour toutes les lignes : chercher une adresse par son nom coûte."""
        return unquote(reverse("dossiers:dossier", args=["{}"])) + suite_de(self.parametres)

    def requete(self) -> QuerySet[Any]:
        return Dossier.objects.visibles_par(self.request.user).order_by("-modifie_le", "-pk")

    def lire(self, trouves: QuerySet[Any]) -> QuerySet[Any]:
        liens = trouves.only(*CHAMPS_LUS).annotate(
            nom_de_structure=F("structure__nom"),
            commune=F("structure__commune__nom"),
            prenom_du_referent=Coalesce("conseiller__prenom", "structure__conseiller__prenom"),
            nom_du_referent=Coalesce("conseiller__nom", "structure__conseiller__nom"),
            etat_lu=etat_lu(self.request.user),
            vu_le=vu_le(self.request.user),
            lecteur=Value(self.request.user.pk),
            **self._echanges(),
            **{colonne.nom: SUR_DEMANDE[colonne.nom] for colonne in self.montrees if colonne.nom in SUR_DEMANDE},
        )
        return cast(DossierQuerySet, liens).avec_echeance(self.request.user.caisse)

    def _echanges(self) -> dict[str, Any]:
        """Si la colonne se montre : les messages nouveaux, les avis reçus et demandés, dont le centre ne sait rien."""
        if all(colonne.nom != "echanges" for colonne in self.montrees):
            return {}
        messages = {"nouveaux": nouveaux_messages(self.request.user)}
        if not self.request.user.has_perm("dossiers.voir_synthese"):
            return messages | {"recus": Value(0), "demandes": Value(0)}
        return messages | {"recus": avis_recus(), "demandes": avis_demandes()}


def echanges_en_bref(nouveaux: int, recus: int, demandes: int) -> str:
    """« 2 nouveaux messages, 1 avis sur 3 », coupé seulement à la virgule ; vide si rien ne s'est échangé."""
    messages = f"{nouveaux} nouveau{'x' if nouveaux > 1 else ''} message{'s' if nouveaux > 1 else ''}"
    dits = (messages if nouveaux else "", f"{recus} avis sur {demandes}" if demandes else "")
    return ", ".join(dit.replace(" ", INSECABLE) for dit in dits if dit)


@require_http_methods(["GET", "POST"])
def ouvrir(request: Requete) -> HttpResponse:
    """Ouvre une demande ; si elle est déjà ouverte pour cette structure, ce type et cette période, mène à elle."""
    if not request.user.has_perm("dossiers.creer"):
        raise PermissionDenied("Une demande s'ouvre par le centre, ou par son conseiller.")
    structures = structures_ouvrables(request.user)
    initial = {"structure": request.GET.get("structure"), **_periode(request.user)}
    formulaire = OuvrirForm(request.POST or None, initial=initial, par=request.user, structures=structures)
    if request.method == "POST" and formulaire.is_valid():
        dossier = _ouvrir_ou_reprendre(request, formulaire)
        if dossier is not None:
            return redirect(dossier)
    contexte = {"formulaire": formulaire, "a_reprendre": _a_reprendre(request, structures)}
    return render(request, "dossiers/ouvrir.html", contexte)


def _ouvrir_ou_reprendre(request: Requete, formulaire: OuvrirForm) -> Dossier | None:
    """Le dossier neuf, ou celui qui est déjà ouvert ; rien après un refus, dont le formulaire dit les raisons."""
    saisie = formulaire.cleaned_data
    try:
        dossier = operations.ouvrir(par=request.user, **saisie)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        visibles = Dossier.objects.visibles_par(request.user)
        deja = visibles.jumeaux(saisie["structure"], saisie["type"], saisie["debut"]).first()
        if deja is not None:
            messages.info(
                request,
                f"La demande {deja.numero} est déjà ouverte pour cette structure, ce type et cette période : la voici. "
                "Rien n'a été créé.",
            )
            return deja
        for raison in refus.raisons:
            formulaire.add_error(None, en_erreur(raison))
        return None
    _feliciter(request, dossier)
    return dossier


def structures_ouvrables(utilisateur: Utilisateur) -> QuerySet[Structure]:
    """Les structures ouvertes pour lesquelles cette personne peut ouvrir une demande."""
    visibles = Structure.objects.visibles_par(utilisateur).ouvertes()
    if utilisateur.est_du_centre or utilisateur.is_staff:
        return visibles
    return visibles.filter(pk__in=Structure.objects.suivies_par(utilisateur).values("pk"))


def demande_a_reprendre(utilisateur: Utilisateur) -> Dossier | None:
    """La demande qu'un centre reprend, quand chacune de ses structures en a déjà une d'ouverte."""
    if not utilisateur.est_du_centre:
        return None
    ouvertes = Dossier.objects.visibles_par(utilisateur).a_reprendre()
    libres = structures_ouvrables(utilisateur).exclude(pk__in=ouvertes.order_by().values("structure"))
    return None if libres.exists() else ouvertes.first()


def _a_reprendre(request: Requete, structures: QuerySet[Structure]) -> QuerySet[Dossier]:
    """Les demandes déjà ouvertes : du centre, de la structure que nomme l'adresse, sinon celles qu'un centre écrit."""
    ouvertes = Dossier.objects.visibles_par(request.user).a_reprendre().filter(structure__in=structures)
    demandee = request.GET.get("structure", "")
    if demandee.isdecimal():
        ouvertes = ouvertes.filter(structure=int(demandee))
    elif not request.user.est_du_centre:
        ouvertes = ouvertes.chez_le_centre()
    return ouvertes.select_related("structure")[:10]


def _periode(utilisateur: Utilisateur) -> dict[str, Any]:
    return dict(OuvrirForm.periode_proposee(utilisateur.caisse.entier("duree_max_annees")))


def _feliciter(request: Requete, dossier: Dossier) -> None:
    messages.success(request, f"La demande {dossier.numero} est ouverte. Rien n'est encore transmis à la Caf.")
    voisin = centre_social_du_meme_gestionnaire(dossier)
    if voisin is not None:
        messages.warning(
            request,
            f"Le même gestionnaire porte déjà « {voisin} », centre social de ce territoire : la Caf attend deux "
            "gestionnaires distincts, sauf dérogation motivée de son responsable.",
        )
