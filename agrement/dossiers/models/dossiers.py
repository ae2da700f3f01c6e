from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers.choix import Cote, Exigence, Phase, Statut, TypeDossier
from agrement.dossiers.models.recherche import indexer
from agrement.dossiers.regles import (
    A_NOTIFIER,
    ATTENDU,
    AVEC_PROJET,
    BADGES,
    CHEZ_LE_CENTRE,
    DEROGATIONS_POSSIBLES,
    EN_NEGOCIATION,
    ETATS_FINAUX,
    ETATS_OUVERTS,
    OUVERTES_PAR_LA_CAF,
    PHASES,
    PIECES_A_RETIRER,
    PLUME,
    POUR_UN_AGREMENT,
    RESERVES_A_LEVER,
    SANS_REPONSE,
    VUS_PAR_LA_COMPTABILITE,
    VUS_PAR_LE_SECRETARIAT,
    VUS_PAR_LES_ELUS,
    Echeance,
    echeance_de_depot,
    prochaine_echeance,
)
from agrement.dossiers.silence import Terme, terme_du_silence
from agrement.dossiers.workflow import CIRCUIT
from centres.models import Gestionnaire, ProjetSocial, Structure
from comptes.choix import VOTANTS, Role
from comptes.models import Caisse, Utilisateur
from socle.models import ModeleACircuit, ModeleSuivi

if TYPE_CHECKING:
    from agrement.dossiers.models.complements import DemandeDeComplements
    from agrement.dossiers.models.pieces import TypeDePiece

ETATS_VUS = {
    Role.SECRETARIAT: VUS_PAR_LE_SECRETARIAT,
    Role.ELU: VUS_PAR_LES_ELUS,
    Role.PRESIDENCE: VUS_PAR_LES_ELUS,
    Role.COMPTABLE: VUS_PAR_LA_COMPTABILITE,
}


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse que son rôle voit, hors ceux dont un membre se déporte ; pour un centre, les siens."""
        siens = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            siens = siens.filter(structure__rattachements__utilisateur=utilisateur)
            return siens.annotate(lu_par_le_centre=models.Value(True))
        etats = ETATS_VUS.get(Role(utilisateur.role))
        siens = siens if etats is None else siens.filter(statut__in=etats)
        return siens.exclude(pk__in=utilisateur.mandats.dossiers_fermes()) if utilisateur.role in VOTANTS else siens

    def ouverts(self) -> Self:
        return self.exclude(statut__in=ETATS_FINAUX)

    def jumeaux(self, structure: Structure, type: str, debut: dt.date) -> Self:  # noqa: A002 — le nom du champ
        """Les demandes encore ouvertes de cette structure, pour ce type et cette période : il n'y en a qu'une."""
        return self.ouverts().filter(structure=structure, type=type, debut_souhaite=debut)

    def a_reprendre(self) -> Self:
        """Les demandes ouvertes d'un centre : on les reprend avant d'en ouvrir d'autres. Celles qu'il écrit d'abord."""
        demandes = self.ouverts().exclude(type__in=sorted(OUVERTES_PAR_LA_CAF))
        d_abord = models.Case(models.When(statut__in=sorted(CHEZ_LE_CENTRE), then=0), default=1)
        return demandes.order_by(d_abord, "-modifie_le", "-pk")

    def chez_le_centre(self) -> Self:
        """Ceux que le centre doit écrire, compléter ou reprendre."""
        return self.filter(statut__in=CHEZ_LE_CENTRE)

    def instruits_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux qu'il instruit, ou dont il est le référent tant que personne ne les instruit."""
        sans_conseiller = models.Q(conseiller=None, structure__conseiller=utilisateur)
        return self.filter(models.Q(conseiller=utilisateur) | sans_conseiller)

    def avec_echeance(self, caisse: Caisse) -> Self:
        """Prêts à dire leur échéance sans autre requête."""
        from agrement.dossiers.models.complements import DemandeDeComplements  # elle naît d'un dossier

        ouvertes = DemandeDeComplements.objects.ouvertes().filter(dossier=models.OuterRef("pk")).order_by("echeance")
        delais = caisse.valeurs("delai_depot_mois", "delai_passage_mois")
        return self.annotate(
            reponse_attendue_le=models.Subquery(ouvertes.values("echeance")[:1]),
            delai_depot=models.Value(int(delais["delai_depot_mois"])),
            delai_passage=models.Value(int(delais["delai_passage_mois"])),
        )


class Dossier(ModeleACircuit):
    """Une demande, de son brouillon à sa clôture.

    `numero` est donné à l'ouverture ; `numero_d_enregistrement`, au dépôt seulement : sa suite n'a pas de trou, et une
    réouverture le garde. `gestionnaire` est celui du jour du dépôt. `projet` est la dernière version transmise ou en
    cours d'écriture. `echeance_actuelle` : fin de l'agrément en cours, s'il y en a un. `plume_passee_le`,
    `plume_jusqu_au` : depuis quand et jusqu'à quand tient la plume celui qui l'a reçue. `negociation_reprise_le` : un
    avis contresigné avant cet instant ne vaut plus.
    """

    circuit = CIRCUIT

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="dossiers")
    numero = models.CharField("numéro", max_length=12, editable=False)
    numero_d_enregistrement = models.CharField(
        "numéro d'enregistrement", max_length=14, blank=True, default="", editable=False
    )
    type = models.CharField("type", max_length=20, choices=TypeDossier.choices)
    statut = models.CharField("état", max_length=20, choices=Statut.choices, default="", editable=False)
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="dossiers"
    )
    gestionnaire = models.ForeignKey(
        Gestionnaire, verbose_name="gestionnaire", on_delete=models.PROTECT, related_name="dossiers"
    )
    projet = models.ForeignKey(
        ProjetSocial,
        verbose_name="projet social",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dossiers",
    )
    debut_souhaite = models.DateField("début souhaité")
    fin_souhaitee = models.DateField("fin souhaitée")
    echeance_actuelle = models.DateField("fin de l'agrément en cours", null=True, blank=True)
    conseiller = models.ForeignKey(
        Utilisateur,
        verbose_name="conseiller",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dossiers_instruits",
    )
    terrain_d_accueil = models.BooleanField(
        "implantée sur un terrain d'accueil des gens du voyage", default=False, editable=False
    )
    tardif = models.BooleanField("déposé en retard", default=False, editable=False)
    ouvert_par = models.ForeignKey(
        Utilisateur, verbose_name="ouvert par", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    cree_le = models.DateTimeField("ouvert le", auto_now_add=True)
    modifie_le = models.DateTimeField("dernier mouvement", auto_now=True)
    depose_le = models.DateTimeField("déposé le", null=True, blank=True, editable=False)
    recevable_le = models.DateField("recevable le", null=True, blank=True, editable=False)
    negociation_ouverte_le = models.DateField("réunion de lancement", null=True, blank=True)
    plume_passee_le = models.DateTimeField("plume passée le", null=True, blank=True, editable=False)
    plume_jusqu_au = models.DateField("plume tenue jusqu'au", null=True, blank=True, editable=False)
    negociation_reprise_le = models.DateTimeField("négociation reprise le", null=True, blank=True, editable=False)
    avis_rendu_le = models.DateField("avis rendu le", null=True, blank=True, editable=False)
    decide_le = models.DateField("décidé le", null=True, blank=True, editable=False)
    notifie_le = models.DateField("notifié le", null=True, blank=True, editable=False)
    clos_le = models.DateField("clos le", null=True, blank=True, editable=False)

    NON_JOURNALISES = ("modifie_le", "cree_le", "terrain_d_accueil")

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        ordering = ["-modifie_le", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "numero"], name="numero_de_dossier_unique"),
            models.UniqueConstraint(
                fields=["caisse", "numero_d_enregistrement"],
                condition=~models.Q(numero_d_enregistrement=""),
                name="numero_d_enregistrement_unique",
                violation_error_message="Ce numéro d'enregistrement est déjà pris.",
            ),
            models.UniqueConstraint(
                fields=["structure", "type", "debut_souhaite"],
                condition=models.Q(statut__in=sorted(ETATS_OUVERTS)),
                name="un_dossier_ouvert_par_periode",
                violation_error_message="Un dossier du même type est déjà ouvert pour cette période : reprenez-le.",
            ),
            models.CheckConstraint(condition=models.Q(statut__in=Statut.values), name="statut_de_dossier_connu"),
            models.CheckConstraint(condition=models.Q(type__in=TypeDossier.values), name="type_de_dossier_connu"),
            models.CheckConstraint(
                condition=models.Q(fin_souhaitee__gt=models.F("debut_souhaite")),
                name="periode_souhaitee_dans_l_ordre",
                violation_error_message="La fin souhaitée doit suivre le début souhaité.",
            ),
            models.CheckConstraint(
                condition=models.Q(statut__in=[Statut.BROUILLON, Statut.RETIRE]) | models.Q(depose_le__isnull=False),
                name="dossier_depose_date",
            ),
            models.CheckConstraint(
                condition=models.Q(depose_le=None, numero_d_enregistrement="")
                | (models.Q(depose_le__isnull=False) & ~models.Q(numero_d_enregistrement="")),
                name="dossier_enregistre_au_depot",
                violation_error_message="Un dossier déposé a un numéro d'enregistrement, et lui seul.",
            ),
            models.CheckConstraint(
                condition=~models.Q(statut__in=sorted(ETATS_FINAUX)) | models.Q(clos_le__isnull=False),
                name="dossier_clos_date",
            ),
        ]
        indexes = [
            models.Index(fields=["caisse", "-modifie_le"], name="dossiers_recents"),
            models.Index(fields=["caisse", "statut"], name="dossiers_par_etat"),
        ]

    def __str__(self) -> str:
        return f"Dossier {self.numero}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            indexer(self)

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier", args=[self.numero])

    def adresse(self, nom: str, **arguments: object) -> str:
        """L'adresse d'un écran de ce dossier ; `nom` est un nom d'URL dont le premier argument est le numéro."""
        return reverse(nom, kwargs={"numero": self.numero, **arguments})

    def types_exiges(self, niveau: Exigence = Exigence.OBLIGATOIRE) -> models.QuerySet[TypeDePiece]:
        """Les types de pièce de ce niveau pour cette demande, d'après le référentiel de la Caisse."""
        return self.caisse.types_de_piece.filter(
            exigences__type_de_dossier=self.type,
            exigences__type_de_structure=self.structure.type,
            exigences__gestionnaire_public=self.gestionnaire.est_public,
            exigences__niveau=niveau,
        )

    def types_demandables(self) -> models.QuerySet[TypeDePiece]:
        """Les types de pièce que cette demande peut recevoir, obligatoires ou non."""
        return (self.types_exiges(Exigence.OBLIGATOIRE) | self.types_exiges(Exigence.FACULTATIVE)).distinct()

    def pieces_obligatoires(self) -> list[tuple[str, str]]:
        """(code, libellé) des pièces obligatoires pour cette demande."""
        return list(self.types_exiges().values_list("code", "libelle"))

    def demande_ouverte(self) -> DemandeDeComplements | None:
        """La demande de compléments à laquelle le centre doit encore répondre, ou rien."""
        return self.demandes_de_complements.ouvertes().first()

    def projet_transmis(self) -> ProjetSocial | None:
        """La dernière version que la Caf a reçue, même si le centre en écrit une autre."""
        if self.projet is None or self.projet.est_fige:
            return self.projet
        versions = ProjetSocial.objects.filter(serie=self.projet.serie, fige_le__isnull=False)
        return versions.order_by("-version").first()

    def personnes_a_charger(self) -> models.QuerySet[Utilisateur]:
        """À qui une tâche du dossier se confie : conseillers et responsables, direction et présidence du centre."""
        de_la_caf = models.Q(caisse=self.caisse_id, role__in=[Role.CONSEILLER, Role.RESPONSABLE])
        du_centre = models.Q(role__in=[Role.DIRECTION, Role.GESTIONNAIRE], rattachements__structure=self.structure_id)
        return Utilisateur.objects.filter(de_la_caf | du_centre, is_active=True).distinct().order_by("nom", "prenom")

    def inscription_en_cours(self) -> Any:
        """L'inscription à l'ordre du jour qui attend l'instance, ou rien."""
        return self.inscriptions.en_attente().first()

    def derniere_decision(self) -> Any:
        """La décision du dernier passage en instance ; rien tant que ce passage n'est pas tranché."""
        inscription = self.inscriptions.order_by("-pk").first()
        return getattr(inscription, "decision", None)

    def dernier_ajournement(self) -> Any:
        """Le dernier passage que l'instance a ajourné, ou rien."""
        return self.inscriptions.ajournees().order_by("-pk").first()

    @property
    def phase(self) -> Phase:
        return Phase(PHASES[self.statut])

    @property
    def est_final(self) -> bool:
        return self.statut in ETATS_FINAUX

    @property
    def demande_un_projet(self) -> bool:
        return self.type in AVEC_PROJET

    @property
    def vise_un_agrement(self) -> bool:
        """Vrai d'une demande qui ouvre une période d'agrément : ni avenant, ni préfiguration, ni sursis."""
        return self.type in POUR_UN_AGREMENT

    @property
    def est_en_negociation(self) -> bool:
        return self.statut in EN_NEGOCIATION

    @property
    def plume(self) -> Cote | None:
        """Le côté qui écrit en ce moment ; rien hors de la négociation."""
        return PLUME.get(self.statut)

    @property
    def admet_une_derogation(self) -> bool:
        return self.statut in DEROGATIONS_POSSIBLES

    @property
    def peut_lever_ses_reserves(self) -> bool:
        return self.statut in RESERVES_A_LEVER

    @property
    def admet_un_retrait(self) -> bool:
        """Vrai tant que rien n'est transmis : un fichier joint par erreur peut s'ôter."""
        return self.statut in PIECES_A_RETIRER

    @property
    def decision_tue(self) -> bool:
        """Vrai si le lecteur est du centre et que sa lettre n'est pas partie : il ignore le sens de la décision."""
        return self.statut in A_NOTIFIER and getattr(self, "lu_par_le_centre", False)

    @property
    def badge(self) -> dict[str, str]:
        """L'état tel que le lecteur peut le connaître, pour `composants/badge.html`."""
        if self.decision_tue:
            return {"libelle": "Décision à notifier", "ton": "info", "icone": "gavel"}
        ton, icone = BADGES[self.statut]
        return {"libelle": Statut(self.statut).label, "ton": ton, "icone": icone}

    @property
    def est_chez_le_centre(self) -> bool:
        return self.statut in CHEZ_LE_CENTRE

    @property
    def reprise(self) -> str:
        """Ce que dit le bouton qui mène à cette demande, là où l'on en ouvrirait une autre."""
        return f"Reprendre la demande {self.numero}"

    @property
    def tenu_par(self) -> str:
        """Qui doit agir maintenant ; vide si le dossier est clos."""
        return ATTENDU[self.statut][0]

    @property
    def attendu(self) -> str:
        """Ce qui est attendu maintenant, en une phrase."""
        return ATTENDU[self.statut][1]

    @property
    def echeance(self) -> dt.date | None:
        """Le jour avant lequel le dossier doit avancer. Sans requête après `avec_echeance`."""
        prochaine = self.prochaine_echeance()
        return prochaine.date if prochaine else None

    def prochaine_echeance(self) -> Echeance | None:
        """L'échéance et ce qui est attendu ce jour-là. Sans requête après `avec_echeance`."""
        if self.decision_tue:
            return None
        lu = self.__dict__
        if "delai_depot" not in lu:
            lu = Dossier.objects.avec_echeance(self.caisse).get(pk=self.pk).__dict__
        return prochaine_echeance(
            self.statut,
            agrement_en_cours=self.echeance_actuelle,
            debut_souhaite=self.debut_souhaite,
            complements=lu["reponse_attendue_le"],
            plume=self.plume_jusqu_au,
            delai_depot=lu["delai_depot"],
            delai_passage=lu["delai_passage"],
        )

    def terme_du_silence(self) -> Terme | None:
        """Quand le silence de la Caf vaudrait décision, les compléments déduits. Rien s'il ne court pas, ou plus."""
        if self.depose_le is None or self.statut not in SANS_REPONSE or self.type in OUVERTES_PAR_LA_CAF:
            return None
        recue_le = timezone.localdate(self.depose_le)
        regles = self.caisse.valeurs("sens_du_silence", "delai_du_silence_mois", au=recue_le)
        return terme_du_silence(
            regles["sens_du_silence"],
            recue_le,
            delai_mois=int(regles["delai_du_silence_mois"]),
            suspensions=[demande.suspension for demande in self.demandes_de_complements.all()],
        )

    @property
    def limite_de_depot(self) -> dt.date | None:
        """Le dernier jour pour déposer sans retard, d'après l'échéance de l'agrément en cours."""
        if self.echeance_actuelle is None:
            return None
        return echeance_de_depot(self.echeance_actuelle, self.caisse.entier("delai_depot_mois"))


class AppartientAUnDossier(ModeleSuivi):
    """Ce dont l'histoire se lit sous son dossier."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        dossier: models.ForeignKey[Dossier, Dossier]

    def sujet_du_journal(self) -> models.Model:
        return self.dossier
