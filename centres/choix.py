from django.db import models


class FormeJuridique(models.TextChoices):
    """La forme du gestionnaire : toute forme peut porter un centre si la participation est réelle."""

    ASSOCIATION = "association", "Association"
    COMMUNE = "commune", "Commune"
    CCAS = "ccas", "CCAS ou CIAS"
    EPCI = "epci", "EPCI"
    CAF = "caf", "Caf"
    SPL = "spl", "Société publique locale ou d'économie mixte"
    AUTRE = "autre", "Autre"


class TypeStructure(models.TextChoices):
    CENTRE_SOCIAL = "cs", "Centre social"
    ESPACE_DE_VIE_SOCIALE = "evs", "Espace de vie sociale"


class SituationStructure(models.TextChoices):
    ACTIVE = "active", "En activité"
    PREFIGURATION = "prefiguration", "En préfiguration"
    FERMEE = "fermee", "Fermée"


class Fonction(models.TextChoices):
    DIRECTION = "direction", "Direction"
    ADJOINT = "adjoint", "Direction adjointe"
    REFERENT_FAMILLES = "referent_familles", "Référent familles"
    ACCUEIL = "accueil", "Accueil et secrétariat"
    ANIMATION = "animation", "Animation"
    COMPTABILITE = "comptabilite", "Comptabilité et gestion"
    AUTRE = "autre", "Autre"


class Mission(models.IntegerChoices):
    """Les quatre missions (Circulaire 56, §12)."""

    QUARTIER = 1, "Équipement de quartier à vocation sociale globale"
    FAMILLES = 2, "Équipement à vocation familiale et plurigénérationnelle"
    VIE_SOCIALE = 3, "Lieu d'animation de la vie sociale"
    CONCERTATION = 4, "Lieu d'interventions sociales concertées et novatrices"


class FamilleObjectif(models.TextChoices):
    """Les trois familles que le contrat distingue (Circulaire 56, §21)."""

    ANIMATION_GLOBALE = "animation_globale", "Animation globale et coordination (prestation de service)"
    COMPLEMENTAIRE = "complementaire", "Animation globale complémentaire (fonds propres de la Caf)"
    PARTICULIER = "particulier", "Objectif particulier de la politique familiale"


class NiveauObjectif(models.TextChoices):
    GENERAL = "general", "Objectif général"
    OPERATIONNEL = "operationnel", "Objectif opérationnel"


class PlaceDesHabitants(models.TextChoices):
    INFORMATION = "information", "Information"
    CONSULTATION = "consultation", "Consultation"
    CO_CONSTRUCTION = "co_construction", "Co-construction"
    CO_DECISION = "co_decision", "Co-décision"


class NatureIndicateur(models.TextChoices):
    PROCESSUS = "processus", "Processus"
    RESULTAT = "resultat", "Résultat"
    EFFET = "effet", "Effet"
    IMPACT = "impact", "Impact"


class SensBudget(models.TextChoices):
    CHARGE = "charge", "Charge"
    PRODUIT = "produit", "Produit"


class Destination(models.TextChoices):
    """La répartition des charges, issue du guide comptable des centres sociaux."""

    PILOTAGE = "pilotage", "Pilotage"
    LOGISTIQUE = "logistique", "Logistique"
    ACTIVITES = "activites", "Activités"
