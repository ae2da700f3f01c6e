from django.db import models


class TypeDossier(models.TextChoices):
    PREMIER_AGREMENT = "premier_agrement", "Premier agrément"
    RENOUVELLEMENT = "renouvellement", "Renouvellement"
    AVENANT = "avenant", "Avenant"
    PREFIGURATION = "prefiguration", "Préfiguration"
    SURSIS_RETRAIT = "sursis_retrait", "Sursis ou retrait"


class Statut(models.TextChoices):
    """Les dix-huit états d'un dossier."""

    BROUILLON = "brouillon", "Brouillon"
    DEPOSE = "depose", "Déposé"
    INCOMPLET = "incomplet", "En attente de compléments"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    RECEVABLE = "recevable", "Recevable"
    NEGOCIATION = "negociation", "En négociation"
    RETOUR_PORTEUR = "retour_porteur", "Projet à reprendre"
    AVIS_RENDU = "avis_rendu", "Avis technique rendu"
    INSCRIT = "inscrit", "Inscrit à l'ordre du jour"
    AJOURNE = "ajourne", "Ajourné"
    ACCORDE = "accorde", "Agrément accordé"
    REFUSE = "refuse", "Refusé"
    NOTIFIE = "notifie", "Notifié"
    EN_SIGNATURE = "en_signature", "Contrat en signature"
    CLOS_AGREE = "clos_agree", "Clos – contrat signé"
    CLOS_REFUS = "clos_refus", "Clos – refus définitif"
    RETIRE = "retire", "Retiré par le porteur"
    RECOURS = "recours", "Recours en cours"


class Phase(models.TextChoices):
    """Les quatre étapes de la frise d'un dossier."""

    DEMANDE = "demande", "Demande"
    NEGOCIATION = "negociation", "Négociation"
    DECISION = "decision", "Décision"
    CONTRAT = "contrat", "Contrat"


class StatutPiece(models.TextChoices):
    DEPOSEE = "deposee", "Déposée"
    CONFORME = "conforme", "Conforme"
    REFUSEE = "refusee", "À remplacer"


class Cote(models.TextChoices):
    """De quel côté l'on parle, en négociation et dans les messages."""

    CAF = "caf", "La Caf"
    CENTRE = "centre", "Le centre"


class StatutComplements(models.TextChoices):
    """Où en est une demande de compléments."""

    OUVERTE = "ouverte", "Ouverte"
    REPONDUE = "repondue", "Répondue"
    ANNULEE = "annulee", "Annulée"


class RaisonDeComplement(models.TextChoices):
    """Pourquoi la Caf redemande une pièce ou une partie du projet."""

    MANQUANTE = "manquante", "Pièce manquante"
    ILLISIBLE = "illisible", "Illisible"
    INCOMPLETE = "incomplete", "Incomplète"
    PERIMEE = "perimee", "Périmée"
    A_METTRE_A_JOUR = "a_mettre_a_jour", "À mettre à jour"
    INCOHERENTE = "incoherente", "Incohérente avec le projet"
    AUTRE = "autre", "Autre raison"


class ReponseDExamen(models.TextChoices):
    """Ce que l'examen répond à un critère de recevabilité."""

    OUI = "oui", "Oui"
    NON = "non", "Non"
    SANS_OBJET = "sans_objet", "Sans objet"


class StatutPoint(models.TextChoices):
    """Où en est un point de négociation."""

    OUVERT = "ouvert", "Ouvert"
    ACCEPTE = "accepte", "Accepté"
    AMENDE = "amende", "Amendé"
    DESACCORD = "desaccord", "En désaccord"
    CLOS = "clos", "Clos"


class SensPosition(models.TextChoices):
    """Ce qu'une position fait du point, une fois transmise."""

    REPOND = "repond", "Répondre, sans rien proposer d'autre"
    ACCEPTE = "accepte", "Accepter la dernière position"
    AMENDE = "amende", "Proposer autre chose"
    DESACCORD = "desaccord", "Constater le désaccord"


class SensAvis(models.TextChoices):
    FAVORABLE = "favorable", "Favorable"
    FAVORABLE_AVEC_RESERVES = "favorable_avec_reserves", "Favorable avec réserves"
    DEFAVORABLE = "defavorable", "Défavorable"
    AJOURNEMENT = "ajournement", "Ajournement"


class Exigence(models.TextChoices):
    """Si une pièce est demandée pour un type de demande."""

    OBLIGATOIRE = "O", "Obligatoire"
    FACULTATIVE = "F", "Facultative"
    NON_DEMANDEE = "-", "Non demandée"


class NatureDerogation(models.TextChoices):
    """L'écart qu'une dérogation admet."""

    QUALIFICATION = "qualification", "Niveau de diplôme de la direction"
    TEMPS_DE_TRAVAIL = "temps_de_travail", "Temps de travail de la direction"
    DIRECTION_PARTAGEE = "direction_partagee", "Direction de plusieurs structures"
    REFERENT_FAMILLES = "referent_familles", "Référent familles"
    EQUIPE = "equipe", "Qualification de l'équipe"
    GESTIONNAIRES = "gestionnaires", "Deux gestionnaires distincts"
    VOLET_FAMILLES = "volet_familles", "Volet familles"
    AUTRE = "autre", "Autre"


class TypeDeCompteRendu(models.TextChoices):
    """Ce dont un compte rendu garde la trace."""

    REUNION = "reunion", "Réunion"
    VISITE = "visite", "Visite de la structure"
    APPEL = "appel", "Appel téléphonique"
    COURRIER = "courrier", "Courrier"
    COURRIEL = "courriel", "Courriel"
    COMMISSION_DELOCALISEE = "commission_delocalisee", "Commission délocalisée"


class SensAvisDePartenaire(models.TextChoices):
    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Réservé"
    DEFAVORABLE = "defavorable", "Défavorable"
    SANS_AVIS = "sans_avis", "Sans avis"


class SituationDeLaDemandeDAvis(models.TextChoices):
    """Où en est une demande d'avis : se lit de ses dates, ne s'enregistre pas."""

    EN_ATTENTE = "en_attente", "En attente"
    RECU = "recu", "Avis reçu"
    DELAI_PASSE = "delai_passe", "Délai passé"
    RETIREE = "retiree", "Retirée"
    SANS_OBJET = "sans_objet", "Sans objet"


class SorteDEtape(models.TextChoices):
    """Les étapes d'une procédure contradictoire, avant une décision qui retire un droit."""

    AVERTISSEMENT = "avertissement", "Avertissement"
    INVITATION = "invitation", "Invitation à présenter des observations"
    AUDITION = "audition", "Audition"
    OBSERVATIONS = "observations", "Observations écrites reçues"
    DELAI_EXPIRE = "delai_expire", "Délai expiré sans observations"


class Geste(models.TextChoices):
    """Ce qui se fait de plusieurs dossiers à la fois."""

    CONFIER = "confier", "Confier à un conseiller"
    ECRIRE = "ecrire", "Écrire aux centres"
    ETIQUETER = "etiqueter", "Poser une étiquette"
    DECOLLER = "decoller", "Ôter une étiquette"
