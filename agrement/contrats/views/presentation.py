"""Où en est une signature, à l'écran : les parties dans l'ordre, à qui d'agir, ce que cette personne peut y faire."""

from typing import Any

from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import Avenant, Contrat, PartieASigner, VersionASigner
from comptes.requetes import Requete

GENERER = "contrats.generer"


def presenter_la_version(request: Requete, version: VersionASigner) -> dict[str, Any]:
    """Une version, ses parties, ce que cette personne peut y faire : pour `contrats/_version.html`."""
    parties = list(version.parties.all())
    mene = request.user.has_perm(GENERER, version.contrat.porteur)
    attendue = version.partie_attendue if version.est_ouverte else None
    return {
        "version": version,
        "parties": [_presenter(request, partie, attendue, mene) for partie in parties],
        # Un avenant se reprend en écriture depuis sa page, ce qui le rappelle.
        "rappelable": mene and version.avenant_id is None and version.statut in operations.RAPPELER.de,
    }


SUITES = {
    StatutVersion.A_SCELLER: "Toutes les parties ont signé : le cachet de la Caf se pose de lui-même.",
    StatutVersion.SCELLEE: "",
    StatutVersion.RAPPELEE: "La signature a été rappelée : le conseil technique propose une autre version.",
    StatutVersion.REFUSEE: "Une partie a refusé de signer : le conseil technique propose une autre version.",
}


def suite_de_la_signature(version: VersionASigner, *, a_vous: bool) -> str:
    """À qui de signer, ou ce qui empêche que l'on signe encore. `a_vous` : la personne qui lit peut signer."""
    if version.statut != StatutVersion.EN_SIGNATURE:
        return SUITES[StatutVersion(version.statut)]
    parties = list(version.parties.all())
    rang, attendue = next((couple for couple in enumerate(parties, 1) if not couple[1].est_signee), (0, None))
    if attendue is not None and any(exemplaire.attend for exemplaire in attendue.exemplaires.all()):
        return f"L'exemplaire papier de {attendue.nom} attend que l'autre partie le confirme."
    place = f"{rang}{'re' if rang == 1 else 'e'} signature sur {len(parties)}"
    qui = f"vous de signer pour {attendue}" if a_vous else f"{attendue} de signer"
    return f"C'est à {qui} ({place})." if attendue else ""


def est_a_son_tour(versions: list[dict[str, Any]]) -> bool:
    """Vrai si la personne peut signer maintenant la dernière de ces versions (de `presenter_la_version`)."""
    return any(ligne["peut_signer"] for ligne in versions[0]["parties"]) if versions else False


def a_faire(contrat: Contrat, versions: list[dict[str, Any]], *, a_proposer: bool = False) -> dict[str, str]:
    """L'acte que cette personne a d'abord à faire ici : {libelle, url} ; vide si rien ne l'attend."""
    for ligne in versions[0]["parties"] if versions else ():
        if ligne["a_examiner"]:
            adresse = reverse("contrats:examiner", args=[contrat.numero, ligne["exemplaire"].pk])
            return {"libelle": "Examiner l'exemplaire papier", "url": adresse}
        if ligne["peut_signer"]:
            adresse = reverse("contrats:signer", args=[contrat.numero, ligne["partie"].pk])
            lire = "Lire et signer l'avenant" if versions[0]["version"].avenant_id else "Lire et signer"
            return {"libelle": lire, "url": adresse}
    if a_proposer:
        return {
            "libelle": "Proposer une autre version",
            "url": reverse("contrats:proposer", args=[contrat.numero]),
        }
    return {}


def _presenter(request: Requete, partie: PartieASigner, attendue: PartieASigner | None, mene: bool) -> dict[str, Any]:
    tour = attendue is not None and attendue.pk == partie.pk
    porteur = partie.version.contrat.porteur
    exemplaire = next(iter(partie.exemplaires.all()), None)
    a_examiner = bool(exemplaire and exemplaire.attend and tour and operations.peut_examiner(request.user, exemplaire))
    return {
        "partie": partie,
        "signature": partie.signature if partie.est_signee else None,
        "tour": tour,
        "exemplaire": exemplaire,
        "a_examiner": a_examiner,
        "peut_signer": tour and operations.peut_engager(request.user, partie),
        "peut_deposer": tour and not a_examiner and request.user.has_perm("contrats.deposer_un_exemplaire", porteur),
        "peut_relancer": tour and mene,
        "lit_la_preuve": partie.est_signee and peut_lire_la_preuve(request, partie),
        "demandes": list(partie.demandes.all()) if mene else [],
    }


def peut_lire_la_preuve(request: Requete, partie: PartieASigner) -> bool:
    """Vrai de la Caf qui instruit, de qui a signé, et de qui engage la partie aujourd'hui."""
    return (
        request.user.has_perm("contrats.voir_les_preuves", partie.version.contrat.porteur)
        or partie.signature.par_id == request.user.pk
        or operations.peut_engager(request.user, partie)
    )


def partie_a_signer(request: Requete, trouve: Avenant) -> PartieASigner | None:
    """Celle dont c'est le tour, si cette personne peut l'engager."""
    version = trouve.version
    if version is None or not version.est_ouverte or (partie := version.partie_attendue) is None:
        return None
    return partie if operations.peut_engager(request.user, partie) else None
