from django.db import models


class TypeInstance(models.TextChoices):
    CONSEIL = "ca", "Conseil d'administration de la Caf"
    ACTION_SOCIALE = "cas", "Commission d'action sociale"
    DELOCALISEE = "delocalisee", "Commission délocalisée"


class College(models.TextChoices):
    """Les collèges d'un conseil d'administration de Caf."""

    ASSURES = "assures", "Assurés sociaux"
    EMPLOYEURS = "employeurs", "Employeurs"
    INDEPENDANTS = "independants", "Travailleurs indépendants"
    FAMILLES = "familles", "Associations familiales"
    QUALIFIES = "qualifies", "Personnes qualifiées"


class FonctionDInstance(models.TextChoices):
    """La place d'un membre dans l'instance : la présidence signe le procès-verbal et peut départager."""

    MEMBRE = "membre", "Membre"
    VICE_PRESIDENCE = "vice_presidence", "Vice-présidence"
    PRESIDENCE = "presidence", "Présidence"


class SorteDInteret(models.TextChoices):
    """Où un membre exerce une fonction qui peut l'empêcher de siéger sur un point."""

    COMMUNE = "commune", "Dans une commune"
    GESTIONNAIRE = "gestionnaire", "Chez un gestionnaire"
    FEDERATION = "federation", "Dans une fédération"


class SensAvisDInstance(models.TextChoices):
    """L'avis d'une instance qui ne décide pas."""

    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Favorable avec réserves"
    DEFAVORABLE = "defavorable", "Défavorable"


class StatutSeance(models.TextChoices):
    PLANIFIEE = "planifiee", "Planifiée"
    OUVERTE = "ouverte", "Ouverte aux inscriptions"
    ARRETEE = "arretee", "Ordre du jour arrêté"
    CONVOQUEE = "convoquee", "Convoquée"
    TENUE = "tenue", "En séance"
    LEVEE = "levee", "Levée"
    PV_APPROUVE = "pv_approuve", "PV approuvé"


class IssueInscription(models.TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    DECIDEE = "decidee", "Décidée"
    AVIS_DONNE = "avis_donne", "Avis donné"
    RETIREE = "retiree", "Retirée"
    REPORTEE = "reportee", "Reportée"


class SensVote(models.TextChoices):
    POUR = "pour", "Pour"
    CONTRE = "contre", "Contre"
    ABSTENTION = "abstention", "Abstention"


class TypeDecision(models.TextChoices):
    ATTRIBUTION = "attribution", "Attribution"
    RENOUVELLEMENT = "renouvellement", "Renouvellement"
    MAINTIEN = "maintien", "Maintien"
    SURSIS = "sursis", "Sursis"
    PROROGATION = "prorogation", "Prorogation"
    REFUS = "refus", "Refus"
    NON_RENOUVELLEMENT = "non_renouvellement", "Non-renouvellement"
    RETRAIT = "retrait", "Retrait"
    AJOURNEMENT = "ajournement", "Ajournement"


class SensDecision(models.TextChoices):
    FAVORABLE = "favorable", "Favorable"
    DEFAVORABLE = "defavorable", "Défavorable"
    AJOURNEMENT = "ajournement", "Ajournement"


class Majorite(models.TextChoices):
    """Ce à quoi se compare le nombre des voix pour."""

    EXPRIMES = "exprimes", "Les suffrages exprimés (les abstentions ne comptent pas)"
    VOTANTS = "votants", "Toutes les voix qui prennent part au vote, abstentions comprises"


class SorteDeDocument(models.TextChoices):
    """Les écrits d'une séance, de sa préparation à sa clôture."""

    FICHE = "fiche", "Fiche de présentation"
    DOSSIER = "dossier", "Dossier de séance"
    FEUILLE = "feuille", "Feuille de présence"
    PROCES_VERBAL = "pv", "Procès-verbal"
    ANNEXE = "annexe", "Annexe des engagements, procès-verbal"
    EXTRAIT = "extrait", "Extrait de délibération"
    LETTRE = "lettre", "Lettre de notification"
    LIASSE = "liasse", "Liasse de la séance"


class SorteDeLettre(models.TextChoices):
    """Ce qu'une lettre notifie ; un accord a sa lettre à part s'il porte des réserves."""

    ACCORD = "accord", "Accord"
    ACCORD_AVEC_RESERVES = "accord_reserves", "Accord avec réserves"
    MAINTIEN = "maintien", "Maintien"
    SURSIS = "sursis", "Sursis"
    PROROGATION = "prorogation", "Prorogation"
    REFUS = "refus", "Refus"
    NON_RENOUVELLEMENT = "non_renouvellement", "Non-renouvellement"
    RETRAIT = "retrait", "Retrait"
    AJOURNEMENT = "ajournement", "Ajournement"


class ModeNotification(models.TextChoices):
    LRAR = "lrar", "Lettre recommandée avec accusé de réception"
    COURRIER = "courrier", "Courrier simple"
    COURRIEL = "courriel", "Courriel"


class TypeRecours(models.TextChoices):
    GRACIEUX = "gracieux", "Recours gracieux"
    CONTENTIEUX = "contentieux", "Recours contentieux"


class IssueRecours(models.TextChoices):
    EN_COURS = "en_cours", "En cours"
    ACCUEILLI = "accueilli", "Accueilli"
    REJETE = "rejete", "Rejeté"
    REJET_IMPLICITE = "rejet_implicite", "Rejeté par le silence de la Caf"
    DESISTEMENT = "desistement", "Désistement du gestionnaire"
    ANNULATION = "annulation", "Décision annulée par le juge"
    SANS_OBJET = "sans_objet", "Sans objet : une nouvelle décision remplace celle qu'il contestait"


class FondementDeRetour(models.TextChoices):
    """Ce qui permet de revenir sur une décision."""

    ILLEGALITE = "illegalite", "Illégalité de la décision"
    DEMANDE = "demande", "Demande du gestionnaire"
    OPPOSITION = "opposition", "Opposition de l'État"
    ERREUR = "erreur", "Erreur matérielle"
