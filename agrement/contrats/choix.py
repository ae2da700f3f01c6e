from django.db import models


class StatutContrat(models.TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    EN_SURSIS = "en_sursis", "En sursis"
    PROROGE = "proroge", "Prorogé"
    RENOUVELE = "renouvele", "Renouvelé"
    ECHU = "echu", "Échu"
    RETIRE = "retire", "Retiré"
    RESILIE = "resilie", "Résilié"
    REMPLACE = "remplace", "Remplacé"


# Les états où l'agrément que le contrat porte vaut encore.
EN_COURS = (StatutContrat.EN_VIGUEUR, StatutContrat.EN_SURSIS, StatutContrat.PROROGE)


class SorteDeFin(models.TextChoices):
    """Ce qui arrête un contrat avant son terme, hors d'un retrait que l'instance décide."""

    GESTIONNAIRE = "gestionnaire", "Résiliation par le gestionnaire"
    COMMUN_ACCORD = "commun_accord", "Résiliation d'un commun accord"
    FUSION = "fusion", "Fusion avec une autre structure"


class PartieSignataire(models.TextChoices):
    GESTIONNAIRE = "gestionnaire", "Pour le gestionnaire"
    COMMUNE = "commune", "Pour la commune"
    COSIGNATAIRE = "cosignataire", "Pour un autre signataire"
    CAF = "caf", "Pour la Caf"


class ModeDeSignature(models.TextChoices):
    """Les trois façons de signer, de même valeur dans le circuit."""

    APPLICATION = "application", "Dans l'application"
    CERTIFICAT = "certificat", "Avec son propre certificat"
    PAPIER = "papier", "Sur papier"


class StatutVersion(models.TextChoices):
    EN_SIGNATURE = "en_signature", "En signature"
    A_SCELLER = "a_sceller", "À sceller"
    SCELLEE = "scellee", "Signée et scellée"
    RAPPELEE = "rappelee", "Rappelée"
    REFUSEE = "refusee", "Signature refusée"


class ActeASigner(models.TextChoices):
    """Ce qu'une délégation permet de signer."""

    CONTRAT = "contrat", "Les contrats"
    AVENANT = "avenant", "Les avenants"
    TOUS = "tous", "Les contrats et les avenants"


class StatutAvenant(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    EN_SIGNATURE = "en_signature", "En signature"
    SIGNE = "signe", "Signé"
    ABANDONNE = "abandonne", "Abandonné"


class TypeAvenant(models.TextChoices):
    DUREE = "duree", "Durée"
    OBJECTIFS = "objectifs", "Objectifs"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    EQUIPE = "equipe", "Équipe"
    FINANCEMENT = "financement", "Financement"
    TERRITOIRE = "territoire", "Territoire"
    PARTENAIRES = "partenaires", "Partenaires"
    TEXTE_LIBRE = "texte_libre", "Texte libre"


class SorteDeContrat(models.TextChoices):
    """Ce que l'acte agrée ou prépare : chaque sorte a son texte."""

    CENTRE_SOCIAL = "centre_social", "Centre social"
    CENTRE_SOCIAL_FAMILLES = "centre_social_familles", "Centre social avec volet familles"
    EVS = "evs", "Espace de vie sociale"
    PREFIGURATION = "prefiguration", "Préfiguration"


class StatutDuGestionnaire(models.TextChoices):
    """Le statut du gestionnaire auquel un modèle est réservé."""

    TOUS = "tous", "Tout gestionnaire"
    ASSOCIATION = "association", "Association"
    PUBLIC = "public", "Commune, CCAS, EPCI ou Caf"


class NatureArticle(models.TextChoices):
    """Ce qu'un article règle. Le contrat en dit toujours quelques-unes, quel que soit son texte."""

    OBJET = "objet", "Objet"
    STRUCTURE = "structure", "Structure et territoire"
    DECISION = "decision", "Décision"
    DUREE = "duree", "Durée"
    OBJECTIFS = "objectifs", "Objectifs retenus"
    GESTIONNAIRE = "gestionnaire", "Engagements du gestionnaire"
    COMMUNE = "commune", "Engagements de la commune"
    CAF = "caf", "Engagements de la Caf"
    PRESTATION = "prestation", "Conditions de la prestation de service"
    SUIVI = "suivi", "Suivi et échéances"
    EVALUATION = "evaluation", "Évaluation"
    CONTROLE = "controle", "Contrôle"
    RESERVES = "reserves", "Réserves et dérogations"
    REVISION = "revision", "Révision et avenants"
    FIN = "fin", "Fin du contrat"
    RECOURS = "recours", "Recours"
    SIGNATURES = "signatures", "Signatures"
    LAICITE = "laicite", "Annexe D : charte de la laïcité"
    AUTRE = "autre", "Autre"


TONS: dict[str, str] = {
    StatutContrat.EN_ATTENTE: "info",
    StatutContrat.EN_VIGUEUR: "succes",
    StatutContrat.EN_SURSIS: "attention",
    StatutContrat.PROROGE: "succes",
    StatutContrat.RETIRE: "danger",
    StatutContrat.RESILIE: "danger",
}
TONS_DES_VERSIONS: dict[str, str] = {
    StatutVersion.EN_SIGNATURE: "info",
    StatutVersion.A_SCELLER: "attention",
    StatutVersion.SCELLEE: "succes",
    StatutVersion.REFUSEE: "danger",
}
TONS_DES_AVENANTS: dict[str, str] = {
    StatutAvenant.EN_SIGNATURE: "info",
    StatutAvenant.SIGNE: "succes",
}
