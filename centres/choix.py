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
    """Les familles que le contrat distingue (Circulaire 56, §21) ; un partenaire peut aussi porter un objectif."""

    ANIMATION_GLOBALE = "animation_globale", "Animation globale et coordination (prestation de service)"
    COMPLEMENTAIRE = "complementaire", "Animation globale complémentaire (fonds propres de la Caf)"
    PARTICULIER = "particulier", "Objectif particulier de la politique familiale"
    PARTENAIRE = "partenaire", "Objectif d'un partenaire"


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


class TypeDeMesure(models.TextChoices):
    QUANTITATIF = "quantitatif", "Quantitatif"
    QUALITATIF = "qualitatif", "Qualitatif"


class SensBudget(models.TextChoices):
    CHARGE = "charge", "Charge"
    PRODUIT = "produit", "Produit"


class Destination(models.TextChoices):
    """La répartition des charges, issue du guide comptable des centres sociaux."""

    PILOTAGE = "pilotage", "Pilotage"
    LOGISTIQUE = "logistique", "Logistique"
    ACTIVITES = "activites", "Activités"


class NatureProjet(models.TextChoices):
    """Ce que le projet demande : ses parties en dépendent."""

    PREMIER = "premier", "Premier projet"
    RENOUVELLEMENT = "renouvellement", "Renouvellement"
    PREFIGURATION = "prefiguration", "Préfiguration"


class Finalite(models.TextChoices):
    """Les trois finalités d'un espace de vie sociale (Circulaire 2012-013)."""

    INCLUSION = "inclusion", "L'inclusion sociale et la socialisation des personnes"
    LIENS = "liens", "Le développement des liens sociaux et la cohésion sociale"
    CITOYENNETE = "citoyennete", "La prise de responsabilité et la citoyenneté de proximité"


class NatureZone(models.TextChoices):
    QUARTIER = "quartier", "Quartier"
    COMMUNE = "commune", "Commune"
    COMMUNES = "communes", "Plusieurs communes"
    INTERCOMMUNALITE = "intercommunalite", "Intercommunalité"
    AUTRE = "autre", "Autre"


class NatureElement(models.TextChoices):
    """Ce qu'apporte une ligne du diagnostic."""

    DONNEE = "donnee", "Donnée"
    BESOIN = "besoin", "Besoin exprimé"
    FORCE = "force", "Force"
    FAIBLESSE = "faiblesse", "Faiblesse"
    OPPORTUNITE = "opportunite", "Opportunité"
    MENACE = "menace", "Menace"


class Realisation(models.TextChoices):
    """Où en est, à l'heure du bilan, ce que le projet précédent prévoyait."""

    REALISE = "realise", "Réalisé"
    PARTIEL = "partiel", "Réalisé en partie"
    NON_REALISE = "non_realise", "Non réalisé"


class Suite(models.TextChoices):
    POURSUIVRE = "poursuivre", "Poursuivre"
    MODIFIER = "modifier", "Modifier"
    ARRETER = "arreter", "Arrêter"


class Occupation(models.TextChoices):
    """À quel titre le centre occupe un local."""

    PROPRIETAIRE = "proprietaire", "Propriétaire"
    LOCATAIRE = "locataire", "Locataire"
    MISE_A_DISPOSITION = "mise_a_disposition", "Mise à disposition par convention"
    AUTRE = "autre", "Autre"


class RoleDuPartenaire(models.TextChoices):
    FINANCEUR = "financeur", "Financeur"
    INSTITUTION = "institution", "Institution"
    ASSOCIATION = "association", "Association"
    FEDERATION = "federation", "Fédération"
    CADRE = "cadre", "Cadre commun : convention territoriale, contrat de ville, schéma"
    AUTRE = "autre", "Autre"


class CoteDuPassage(models.TextChoices):
    """Chez qui le projet a été présenté ou voté."""

    CENTRE = "centre", "Instance du centre"
    GESTIONNAIRE = "gestionnaire", "Instance du gestionnaire"
    PARTENAIRES = "partenaires", "Partenaires"
    CAF = "caf", "Caf"
    ETAT = "etat", "État"


class Geste(models.TextChoices):
    """Ce qu'une version fait d'un élément de la précédente."""

    AJOUT = "ajout", "Ajouté"
    RETRAIT = "retrait", "Retiré"
    DEPLACEMENT = "deplacement", "Déplacé"
    CHANGEMENT = "changement", "Modifié"
