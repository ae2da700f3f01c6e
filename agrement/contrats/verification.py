"""Dire à n'importe qui ce que vaut un contrat, par le code qu'il porte, puis par le fichier lui-même.

La page publique et la commande `verifier_contrat` le disent avec les mêmes mots : des personnes morales, des dates, des
états ; jamais le nom d'une personne ni un courriel.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from agrement.contrats.choix import ModeDeSignature, StatutContrat, StatutVersion
from agrement.contrats.documents import CHAMP_DU_CACHET
from agrement.contrats.models import VersionASigner
from agrement.contrats.models.versions import VersionASignerQuerySet
from agrement.contrats.regles import ALPHABET_DU_CODE, LONGUEUR_DU_CODE
from socle import signature
from socle.models import Fichier

# Ce que l'on lit de travers, et le signe qui était écrit.
_CONFONDUS = str.maketrans("OIL", "011")

ETATS_DES_VERSIONS = {
    StatutVersion.EN_SIGNATURE: ("En signature", "info", "Toutes les parties ne l'ont pas encore signé."),
    StatutVersion.A_SCELLER: ("En signature", "info", "Signé par toutes les parties, il attend le cachet de la Caf."),
    StatutVersion.RAPPELEE: ("Version rappelée", "danger", "La Caf l'a rappelée : elle n'engage personne."),
    StatutVersion.REFUSEE: ("Signature refusée", "danger", "Une partie a refusé de signer : elle n'engage personne."),
}
ETATS_DES_CONTRATS = {
    StatutContrat.EN_ATTENTE: ("Signé", "info", "Il est signé par toutes les parties et n'a pas encore pris effet."),
    StatutContrat.EN_VIGUEUR: ("En vigueur", "succes", "Il est signé par toutes les parties et il s'applique."),
    StatutContrat.EN_SURSIS: ("En sursis", "attention", "Il s'applique, sous les conditions d'un sursis."),
    StatutContrat.PROROGE: ("Prorogé", "succes", "Il s'applique encore, au-delà du terme qu'il porte."),
    StatutContrat.RENOUVELE: ("Renouvelé", "neutre", "Un contrat plus récent a pris sa suite."),
    StatutContrat.ECHU: ("Échu", "neutre", "Son terme est passé : il ne s'applique plus."),
    StatutContrat.RETIRE: ("Retiré", "danger", "L'agrément a été retiré : il ne s'applique plus."),
    StatutContrat.RESILIE: ("Résilié", "danger", "Il a été résilié : il ne s'applique plus."),
    StatutContrat.REMPLACE: ("Remplacé", "attention", "Un autre contrat le remplace : il ne s'applique plus."),
}
VERSION_REMPLACEE = ("Version remplacée", "attention", "Une version plus récente est signée : celle-ci ne vaut plus.")


class Etat(NamedTuple):
    """Où en est un contrat : en deux mots, sur un ton, en une phrase."""

    libelle: str
    ton: str
    phrase: str


class SignatureDite(NamedTuple):
    """Une signature, au nom de la personne morale qu'elle engage. `raison` : ce qui s'y oppose."""

    partie: str
    le: dt.date | None
    raison: str = ""


class Fiche(NamedTuple):
    """Ce que chacun peut savoir d'un contrat."""

    code: str
    acte: str
    version: int
    etat: Etat
    caisse: str
    parties: list[str]
    debut: dt.date
    fin: dt.date
    terme: dt.date
    signe_le: dt.date | None


class Verdict(NamedTuple):
    """Ce que vaut un fichier. `bon` : c'est le contrat signé, tel que toutes les parties l'ont signé."""

    bon: bool
    ton: str
    titre: str
    phrase: str
    version: VersionASigner | None = None
    signatures: tuple[SignatureDite, ...] = ()


def code_lu(saisi: str) -> str:
    """Le code tel qu'il est gardé : sans tirets ni espaces, en capitales, O lu 0, I et L lus 1. Vide s'il est faux."""
    code = "".join(signe for signe in saisi.upper() if signe.isalnum()).translate(_CONFONDUS)
    return code if len(code) == LONGUEUR_DU_CODE and set(code) <= set(ALPHABET_DU_CODE) else ""


def version_du_code(saisi: str) -> VersionASigner | None:
    """La version qui porte ce code, quelle que soit la façon de l'écrire."""
    code = code_lu(saisi)
    return _versions().filter(code=code).first() if code else None


def _versions() -> VersionASignerQuerySet:
    return VersionASigner.objects.select_related(
        "contrat__caisse", "avenant", "original_pdf", "projet_pdf", "scelle_pdf"
    ).prefetch_related("parties__signature__fichier")


def fiche(version: VersionASigner) -> Fiche:
    """Ce qui se dit de cette version à qui a son code."""
    contrat = version.contrat
    return Fiche(
        code=version.code_lisible,
        acte=str(version.acte),
        version=version.numero,
        etat=etat(version),
        caisse=contrat.caisse.nom,
        parties=[partie.nom for partie in version.parties.all()],
        debut=contrat.debut,
        fin=contrat.fin,
        terme=contrat.terme,
        signe_le=_signee_le(version),
    )


def etat(version: VersionASigner) -> Etat:
    """Où en est cette version : d'abord ses signatures, puis, signée, la vie de son contrat."""
    if version.statut != StatutVersion.SCELLEE:
        return Etat(*ETATS_DES_VERSIONS[StatutVersion(version.statut)])
    soeurs = VersionASigner.objects.filter(contrat=version.contrat_id, avenant=version.avenant_id)
    if soeurs.filter(statut=StatutVersion.SCELLEE, numero__gt=version.numero).exists():
        return Etat(*VERSION_REMPLACEE)
    return Etat(*ETATS_DES_CONTRATS[StatutContrat(version.contrat.statut)])


def _signee_le(version: VersionASigner) -> dt.date | None:
    """Le jour de la dernière signature, si toutes sont données."""
    dates = [partie.signature.date if partie.est_signee else None for partie in version.parties.all()]
    return None if not dates or None in dates else max(date for date in dates if date)


# --- Le fichier -----------------------------------------------------------------------------------

AUCUN = "Ce fichier n'est aucun des contrats que la Caf garde, ou bien il a été modifié."
PAS_UN_PDF = "Ce fichier n'est pas un PDF : déposez le contrat tel que vous l'avez reçu, sans le convertir."
MODIFIE = (
    "Ce n'est pas, à l'octet près, le contrat que la Caf garde : il a été modifié, converti ou réenregistré. Ne vous y "
    "fiez pas, et demandez un exemplaire à la Caf."
)
PROJET = "C'est bien le projet que la Caf a proposé, sans aucune signature : il n'engage personne."


def verifier(contenu: bytes, version: VersionASigner | None = None) -> Verdict:
    """Ce que vaut ce fichier ; `version` : celle du code saisi, si l'on en a un. Rien n'est gardé."""
    if not contenu.startswith(b"%PDF-"):
        return Verdict(False, "danger", "Ce n'est pas un contrat", PAS_UN_PDF)
    garde = _garde_sous_cette_empreinte(hashlib.sha256(contenu).hexdigest(), version)
    trouvee = garde or _version_prolongee(contenu)
    if trouvee is None:
        titre, phrase = ("Fichier modifié", MODIFIE) if version else ("Contrat inconnu", AUCUN)
        return Verdict(False, "danger", titre, phrase)
    if version is not None and trouvee.pk != version.pk:
        return _autre(trouvee, version)
    return _identique(contenu, trouvee) if garde else _prolonge(contenu, trouvee)


def _garde_sous_cette_empreinte(empreinte: str, version: VersionASigner | None) -> VersionASigner | None:
    """La version dont un des exemplaires gardés a cette empreinte, celle-ci d'abord."""
    gardes = list(Fichier.objects.filter(empreinte=empreinte).values_list("pk", flat=True))
    if not gardes:
        return None
    # Une recherche par voie, chacune par son index : ensemble, elles liraient toutes les versions et leur contenu.
    trouvees = {
        pk
        for voie in ("scelle_pdf", "original_pdf", "projet_pdf", "parties__signature__fichier")
        for pk in VersionASigner.objects.filter(**{f"{voie}__in": gardes}).order_by().values_list("pk", flat=True)
    }
    if not trouvees:
        return None
    return _versions().get(pk=version.pk if version and version.pk in trouvees else min(trouvees))


def _version_prolongee(contenu: bytes) -> VersionASigner | None:
    """La version dont ce fichier est l'exemplaire à signer, octet pour octet, suivi d'autre chose.

    Le fichier n'est lu qu'une fois, et aucun lecteur de PDF ne l'ouvre : il peut venir de n'importe qui.
    """
    originaux = VersionASigner.objects.filter(original_pdf__taille__lt=len(contenu)).order_by("original_pdf__taille")
    condensat, lus = hashlib.sha256(), 0
    for pk, taille, empreinte in originaux.values_list("pk", "original_pdf__taille", "original_pdf__empreinte"):
        condensat.update(contenu[lus:taille])
        lus = taille
        if condensat.copy().hexdigest() == empreinte:
            return _versions().get(pk=pk)
    return None


def _autre(trouvee: VersionASigner, version: VersionASigner) -> Verdict:
    if trouvee.acte == version.acte:
        phrase = f"Ce fichier est la version {trouvee.numero} ; le code est celui de la version {version.numero}."
        return Verdict(False, "attention", "C'est une autre version de ce contrat", phrase, trouvee)
    phrase = f"Ce fichier est un autre contrat : n° {_numero(trouvee)}. Saisissez son propre code."
    return Verdict(False, "attention", "C'est un autre contrat", phrase, trouvee)


def _numero(version: VersionASigner) -> str:
    return version.avenant.reference if version.avenant else version.contrat.numero


def _identique(contenu: bytes, version: VersionASigner) -> Verdict:
    """C'est un exemplaire que la Caf garde : le dernier, un de ceux d'avant, ou celui d'avant toute signature."""
    signatures = tuple(
        SignatureDite(partie.nom, partie.signature.date) for partie in version.parties.all() if partie.est_signee
    )
    empreinte = hashlib.sha256(contenu).hexdigest()
    if version.scelle_pdf is not None and version.scelle_pdf.empreinte == empreinte:
        phrase = "Il est identique, à l'octet près, à celui que la Caf garde, signé par toutes les parties et scellé."
        return Verdict(True, "succes", "C'est le contrat signé", phrase, version, signatures)
    if empreinte in {version.original_pdf.empreinte, version.projet_pdf.empreinte}:
        return Verdict(False, "attention", "C'est le texte, avant toute signature", PROJET, version)
    phrase = (
        "Il est authentique, mais incomplet : il date d'avant la dernière signature ou d'avant le cachet de la Caf."
    )
    return Verdict(False, "attention", "C'est un exemplaire intermédiaire", phrase, version, signatures)


def _prolonge(contenu: bytes, version: VersionASigner) -> Verdict:
    """Le texte est le bon, mais pas ce qui le suit : seules les signatures disent ce que vaut le fichier."""
    examen = signature.examiner(contenu)
    original = contenu[: version.original_pdf.taille]
    # Une signature couvre aussi ce qu'on aurait ajouté avant elle : qu'elle soit valable ne suffit pas.
    if not examen.intact or not signature.ajoute_seulement_des_signatures(contenu, original):
        return Verdict(False, "danger", "Fichier modifié", _phrase(MODIFIE, examen.raisons), version)
    noms = {partie.champ: partie.nom for partie in version.parties.all()}
    noms[CHAMP_DU_CACHET] = f"Cachet de {version.contrat.caisse.nom}"
    dites = tuple(
        SignatureDite(
            noms.get(une.champ, "Autre signature"),
            timezone.localdate(une.horodatee_le) if une.horodatee_le else None,
            une.raison,
        )
        for une in examen.signatures
    )
    if not examen.valable:
        phrase = "Le texte n'a pas changé, mais toutes ses signatures ne sont pas reconnues."
        return Verdict(False, "danger", "Signature refusée", _phrase(phrase, examen.raisons), version, dites)
    donnees = {une.champ for une in examen.signatures} | _champs_signes_sur_papier(version)
    manquent = [nom for champ, nom in noms.items() if champ not in donnees]
    if manquent:
        phrase = f"Ses signatures sont valables, mais il en manque : {', '.join(manquent)}."
        return Verdict(False, "attention", "Contrat incomplet", phrase, version, dites)
    phrase = (
        "Le texte est celui que la Caf a proposé et toutes les signatures sont valables. Ce n'est pourtant pas "
        "l'exemplaire qu'elle garde : demandez-lui le sien."
    )
    return Verdict(True, "succes", "Les signatures sont valables", phrase, version, dites)


def _champs_signes_sur_papier(version: VersionASigner) -> set[str]:
    """Une partie qui a signé sur papier n'a rien laissé dans le PDF."""
    parties = version.parties.all()
    return {un.champ for un in parties if un.est_signee and un.signature.mode == ModeDeSignature.PAPIER}


def _phrase(debut: str, raisons: Iterable[str]) -> str:
    return " ".join([debut, *raisons])
