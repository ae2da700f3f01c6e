"""Ce qui entre dans un dossier de preuve : chaque objet en JSON, chaque fichier tel qu'il est gardé."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from agrement.contrats.models import (
    Avenant,
    CodeDeSignature,
    Contrat,
    DelegationDeSignature,
    DemandeDeModification,
    EffetDeDecision,
    ExemplairePapier,
    FinAnticipee,
    LienDeSignature,
    PartieASigner,
    RepriseDeContrat,
    Signature,
    VersionASigner,
)
from agrement.contrats.preuve.archive import Illisible, Source, nom_sur, source_de_json
from agrement.dossiers.models import (
    Accord,
    AccuseDeReception,
    Avis,
    AvisDePartenaire,
    CompteRendu,
    DemandeDAvis,
    DemandeDeComplements,
    Derogation,
    Dossier,
    EtapeContradictoire,
    LettreDIrrecevabilite,
    LigneDeComplements,
    Message,
    NoteInterne,
    Piece,
    PointDeNegociation,
    Position,
    Preconisation,
    ReponseDeRecevabilite,
    Reserve,
    Tache,
)
from agrement.seances.models import (
    Agrement,
    Decision,
    Deport,
    DeportEcarte,
    DocumentDeSeance,
    Inscription,
    Notification,
    Opposition,
    Recours,
    RetourSurDecision,
    Vote,
)
from centres.documents import ELEMENTS_IMPRIMES, imprimer_l_ecart
from centres.models import EcartDeVersions, ProjetSocial, Visa
from centres.operations import contenu, ecart
from comptes.models import Utilisateur
from evaluation.models import Cotation, Notation
from socle import fichiers
from socle.models import EntreeDuJournal, Fichier, type_de

# L'auto-évaluation n'est qu'au centre ; les brouillons ne disent rien à personne : ni l'une ni les autres n'y entrent.
JAMAIS = (
    "Auto-évaluation du centre : elle n'est qu'à lui, la Caf ne la lit pas.",
    "Projets sociaux en brouillon : seules les versions transmises à la Caf sont des preuves.",
    "PDF des versions du projet social : l'application n'en imprime pas ; leur contenu et leur empreinte y sont.",
    "Procès-verbaux et dossiers de séance : ils parlent d'autres dossiers ; les extraits de celui-ci y sont.",
)


class Rubrique(NamedTuple):
    """Des objets d'une sorte. `chemin` : celui par quoi ils tiennent au dossier, ou au contrat s'il est repris.

    `droit` : celui qu'il faut, sur le dossier, pour les lire à l'écran ; l'archive n'en montre pas plus.
    """

    repertoire: str
    modele: type[models.Model]
    chemin: str
    droit: str = ""


ANALYSE, MESSAGES = "dossiers.voir_analyse", "dossiers.voir_messages"
RUBRIQUES: tuple[Rubrique, ...] = (
    Rubrique("01-dossier", Dossier, "pk"),
    Rubrique("03-pieces", Piece, "dossier"),
    Rubrique("04-recevabilite", AccuseDeReception, "dossier"),
    Rubrique("04-recevabilite", ReponseDeRecevabilite, "dossier", ANALYSE),
    Rubrique("04-recevabilite", LettreDIrrecevabilite, "dossier"),
    Rubrique("04-recevabilite", DemandeDeComplements, "dossier"),
    Rubrique("04-recevabilite", LigneDeComplements, "demande__dossier"),
    Rubrique("05-echanges", Message, "dossier", MESSAGES),
    Rubrique("05-echanges", CompteRendu, "dossier", MESSAGES),
    Rubrique("06-negociation", Accord, "dossier"),
    Rubrique("06-negociation", PointDeNegociation, "dossier"),
    Rubrique("06-negociation", Position, "point__dossier"),
    Rubrique("06-negociation", Tache, "dossier"),
    Rubrique("07-analyse", Avis, "dossier", ANALYSE),
    Rubrique("07-analyse", NoteInterne, "dossier", ANALYSE),
    Rubrique("07-analyse", Preconisation, "dossier", ANALYSE),
    Rubrique("07-analyse", Notation, "projet__dossiers", ANALYSE),
    Rubrique("07-analyse", Cotation, "projet__dossiers", ANALYSE),
    Rubrique("07-analyse", DemandeDAvis, "dossier", ANALYSE),
    Rubrique("07-analyse", AvisDePartenaire, "demande__dossier", ANALYSE),
    Rubrique("08-instances", Inscription, "dossier"),
    Rubrique("08-instances", Vote, "inscription__dossier"),
    Rubrique("08-instances", Deport, "inscription__dossier"),
    Rubrique("08-instances", DeportEcarte, "inscription__dossier"),
    Rubrique("08-instances", Decision, "dossier"),
    Rubrique("08-instances", DocumentDeSeance, "inscription__dossier"),
    Rubrique("09-notifications", Notification, "decision__dossier"),
    Rubrique("09-notifications", Agrement, "decision__dossier"),
    Rubrique("09-notifications", Reserve, "dossier"),
    Rubrique("09-notifications", Derogation, "dossier"),
    Rubrique("09-notifications", EtapeContradictoire, "dossier"),
    Rubrique("09-notifications", Opposition, "decision__dossier"),
    Rubrique("09-notifications", Recours, "decision__dossier"),
    Rubrique("09-notifications", RetourSurDecision, "decision__dossier"),
)
DU_CONTRAT: tuple[Rubrique, ...] = (
    Rubrique("10-contrats", Contrat, "pk"),
    Rubrique("10-contrats", RepriseDeContrat, "contrat"),
    Rubrique("10-contrats", VersionASigner, "contrat"),
    Rubrique("10-contrats", PartieASigner, "version__contrat"),
    Rubrique("10-contrats", Signature, "partie__version__contrat"),
    Rubrique("10-contrats", DelegationDeSignature, "signatures__partie__version__contrat"),
    Rubrique("10-contrats", CodeDeSignature, "partie__version__contrat"),
    Rubrique("10-contrats", LienDeSignature, "partie__version__contrat"),
    Rubrique("10-contrats", ExemplairePapier, "partie__version__contrat"),
    Rubrique("10-contrats", DemandeDeModification, "partie__version__contrat"),
    Rubrique("10-contrats", Avenant, "contrat"),
    Rubrique("10-contrats", EffetDeDecision, "contrat"),
    Rubrique("10-contrats", FinAnticipee, "contrat"),
)
# Ce qui permettrait de rejouer un code ou un lien n'entre pas dans l'archive.
SECRETS: dict[type[models.Model], frozenset[str]] = {
    CodeDeSignature: frozenset({"graine", "empreinte"}),
    LienDeSignature: frozenset({"graine", "empreinte_du_jeton"}),
}
SANS_SECRET = "Secrets des codes et des liens de signature : seuls leurs dates, destinataires et essais y sont."


class Collecte:
    """Ce qui tient à un dossier et à ses contrats, ou à un contrat repris, et que `pour` peut lire.

    `absents` se remplit en le parcourant.
    """

    def __init__(self, objet: Dossier | Contrat, *, pour: Utilisateur) -> None:
        self.objet, self.pour = objet, pour
        self.dossier = objet if isinstance(objet, Dossier) else None
        self.contrats = list(objet.contrats.all()) if isinstance(objet, Dossier) else [objet]
        self.absents: list[str] = [*(JAMAIS if self.dossier else ()), SANS_SECRET]
        self._pris: dict[Any, str] = {}
        self._vus: dict[str, set[str]] = defaultdict(set)

    def sources(self) -> Iterator[Source]:
        if self.dossier is not None:
            for rubrique in RUBRIQUES:
                yield from self._de_la_rubrique(rubrique, [self.dossier])
            yield from self._du_projet(self.dossier)
        for rubrique in DU_CONTRAT:
            yield from self._de_la_rubrique(rubrique, self.contrats)

    def _de_la_rubrique(self, rubrique: Rubrique, porteurs: list[Any]) -> Iterator[Source]:
        pluriel = str(rubrique.modele._meta.verbose_name_plural)
        pluriel = f"{pluriel[:1].upper()}{pluriel[1:]}"
        if rubrique.droit and not self.pour.has_perm(rubrique.droit, self.dossier):
            self.absents.append(f"{pluriel} : vous ne les lisez pas ; un responsable peut préparer le dossier entier.")
            return
        siens = rubrique.modele._default_manager.filter(**{f"{rubrique.chemin}__in": [p.pk for p in porteurs]})
        rang = 0
        for rang, objet in enumerate(siens.order_by("pk").distinct().iterator(chunk_size=200), start=1):
            yield from self._de_l_objet(rubrique.repertoire, objet, rang)
        if not rang:
            self.absents.append(f"{pluriel} : aucun enregistrement.")

    def _de_l_objet(self, repertoire: str, objet: models.Model, rang: int) -> Iterator[Source]:
        self._vus[type_de(objet)].add(str(objet.pk))
        nature = str(objet._meta.verbose_name)
        nature, racine = f"{nature[:1].upper()}{nature[1:]}", f"{repertoire}/{nom_sur(nature)}-{rang:04d}"
        joints: dict[str, str] = {}
        for numero, (champ, fichier) in enumerate(_fichiers_de(objet)):
            if fichier.pk not in self._pris:
                suite = f"-{numero + 1}" if numero else ""
                self._pris[fichier.pk] = chemin = f"{racine}{suite}-{nom_sur(fichier.nom)}"
                yield _source_du_fichier(chemin, nature, fichier)
            joints[f"{champ}:{fichier.pk}"] = self._pris[fichier.pk]
        yield source_de_json(f"{racine}.json", nature, str(objet), _date_de(objet), _en_clair(objet, joints))

    def _du_projet(self, dossier: Dossier) -> Iterator[Source]:
        """Les versions transmises du projet, ce qui les sépare, et les visas donnés."""
        if dossier.projet is None:
            self.absents.append("Projet social : ce dossier n'en a pas.")
            return
        versions = ProjetSocial.objects.filter(serie=dossier.projet.serie, fige_le__isnull=False).order_by("version")
        for version in versions:
            self._vus[type_de(version)].add(str(version.pk))
            yield source_de_json(
                f"02-projet/version-{version.version:04d}.json", "Version du projet social", str(version),
                version.fige_le.isoformat() if version.fige_le else "",
                {"version": version.version, "empreinte": version.empreinte, "contenu": contenu(version)},
            )  # fmt: skip
        for modele, chemin in ((EcartDeVersions, "apres"), (Visa, "projet")):
            siens = Rubrique("02-projet", modele, chemin)
            yield from self._de_la_rubrique(siens, list(versions))
        yield from self._differences_imprimees(versions)
        if not versions:
            self.absents.append("Versions du projet social : aucune n'est transmise.")

    def _differences_imprimees(self, versions: models.QuerySet[ProjetSocial]) -> Iterator[Source]:
        """Le PDF de ce qui sépare une version de la suivante ; trop long à imprimer, il est dit absent."""
        gardes = EcartDeVersions.objects.filter(apres__in=versions).a_la_precedente()
        for garde in gardes.select_related("avant__structure__caisse", "apres__structure__caisse").order_by("pk"):
            if garde.nombre > ELEMENTS_IMPRIMES:
                self.absents.append(f"PDF des différences : {garde}, trop nombreuses ; leur JSON y est.")
                continue
            yield _source_des_differences(garde)

    def journal(self) -> Iterator[dict[str, Any]]:
        """Tout ce qui est arrivé au dossier, à ses contrats et à chaque objet parcouru, du plus ancien au plus récent.

        À lire après `sources`.
        """
        lignes = Q(sujet_type=type_de(self.objet), sujet_id=str(self.objet.pk))
        for contrat in self.contrats:
            lignes |= Q(sujet_type=type_de(contrat), sujet_id=str(contrat.pk))
        for type_, cles in self._vus.items():
            lignes |= Q(objet_type=type_, objet_id__in=sorted(cles))
        entrees = EntreeDuJournal.objects.filter(lignes).select_related("acteur").order_by("pk")
        for entree in entrees.iterator(chunk_size=500):
            yield {
                "horodatage": entree.horodatage.isoformat(),
                "acteur": str(entree.acteur) if entree.acteur else "",
                "acte": entree.acte,
                "libelle": entree.libelle,
                "motif": entree.motif,
                "objet": f"{entree.objet_type} {entree.objet_id}",
                "objet_libelle": entree.objet_libelle,
                "changements": entree.changements,
            }


def _fichiers_de(objet: models.Model) -> Iterator[tuple[str, Fichier]]:
    """Les fichiers gardés que cet objet désigne, avec le nom du champ."""
    for champ in objet._meta.concrete_fields:
        if champ.related_model is Fichier and (fichier := getattr(objet, champ.name)) is not None:
            yield champ.name, fichier
    for champ in objet._meta.many_to_many:
        if champ.related_model is Fichier:
            yield from ((champ.name, fichier) for fichier in getattr(objet, champ.name).order_by("pk"))


def _source_du_fichier(chemin: str, nature: str, fichier: Fichier) -> Source:
    def ouvrir() -> IO[bytes]:
        try:
            return fichiers.ouvrir(fichier)
        except fichiers.FichierAltere as erreur:
            raise Illisible("le contenu gardé manque ou n'a plus son empreinte") from erreur

    return Source(chemin, nature, fichier.nom, fichier.depose_le.isoformat(), fichier.type_mime, ouvrir)


def _source_des_differences(garde: EcartDeVersions) -> Source:
    avant, apres = garde.avant, garde.apres
    chemin = f"02-projet/differences-{avant.version:04d}-{apres.version:04d}.pdf"
    date = garde.calcule_le.isoformat()

    def ouvrir() -> IO[bytes]:
        return BytesIO(imprimer_l_ecart(avant, apres, ecart(avant, apres)))

    return Source(chemin, "Différences entre deux versions", str(garde), date, "application/pdf", ouvrir)


_DATES = (
    "horodatage",
    "envoye_le",
    "enregistree_le",
    "rendu_le",
    "cree_le",
    "depose_le",
    "date",
    "fige_le",
    "ecrit_le",
)


def _date_de(objet: models.Model) -> str:
    """Le premier moment que l'objet porte, en ISO ; vide s'il n'en porte pas."""
    noms = [champ.name for champ in objet._meta.concrete_fields]
    valeurs = [getattr(objet, nom) for nom in _DATES if nom in noms]
    return next((valeur.isoformat() for valeur in valeurs if hasattr(valeur, "isoformat")), "")


def _en_clair(objet: models.Model, joints: dict[str, str]) -> dict[str, Any]:
    """L'objet en valeurs simples ; ce qu'il désigne, par sa clé et son libellé ; un fichier, par son chemin ici."""
    champs: dict[str, Any] = {}
    tus = SECRETS.get(type(objet), frozenset())
    for champ in objet._meta.concrete_fields:
        if champ.name in tus:
            continue
        valeur = getattr(objet, champ.name) if champ.is_relation else champ.value_from_object(objet)
        if isinstance(valeur, Fichier):
            valeur = {"fichier": joints[f"{champ.name}:{valeur.pk}"], "sha256": valeur.empreinte}
        elif isinstance(valeur, models.Model):
            valeur = {"type": type_de(valeur), "cle": str(valeur.pk), "libelle": str(valeur)}
        champs[champ.name] = valeur
    for champ in objet._meta.many_to_many:
        champs[champ.name] = [
            joints.get(f"{champ.name}:{lie.pk}") or {"type": type_de(lie), "cle": str(lie.pk), "libelle": str(lie)}
            for lie in getattr(objet, champ.name).order_by("pk")
        ]
    clair: dict[str, Any] = json.loads(
        json.dumps(
            {"type": type_de(objet), "cle": str(objet.pk), "libelle": str(objet), "champs": champs},
            cls=DjangoJSONEncoder,
        )
    )
    return clair
