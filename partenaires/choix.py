from django.db import models


class TypePartenaire(models.TextChoices):
    COMMUNE = "commune", "Commune"
    EPCI = "epci", "EPCI"
    DEPARTEMENT = "departement", "Département"
    REGION = "region", "Région"
    ETAT = "etat", "État"
    MSA = "msa", "MSA"
    CARSAT = "carsat", "Carsat ou Cnav"
    FEDERATION = "federation", "Fédération"
    ASSOCIATION = "association", "Association"
    BAILLEUR = "bailleur", "Bailleur social"
    ECOLE = "ecole", "École ou établissement scolaire"
    SANTE = "sante", "Santé"
    AUTRE = "autre", "Autre"


class TypeConvention(models.TextChoices):
    COF = "cof", "Convention d'objectifs et de financement"
    TRIPARTITE = "tripartite", "Convention tripartite"
    PLURIPARTITE = "pluripartite", "Convention pluripartite"
    CADRE = "cadre", "Convention cadre"
    CHARTE = "charte", "Charte"
    PACTE = "pacte", "Pacte de coopération"
    CTG = "ctg", "Convention territoriale globale"


class RolePartie(models.TextChoices):
    CAF = "caf", "Caf"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    PARTENAIRE = "partenaire", "Partenaire"


class StatutConvention(models.TextChoices):
    EN_PROJET = "en_projet", "En projet"
    EN_NEGOCIATION = "en_negociation", "En négociation"
    SIGNEE_PARTIELLEMENT = "signee_partiellement", "Signée partiellement"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    ECHUE = "echue", "Échue"
    DENONCEE = "denoncee", "Dénoncée"
    REMPLACEE = "remplacee", "Remplacée"
