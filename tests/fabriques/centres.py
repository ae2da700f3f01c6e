import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory
from stdnum import luhn

from centres.choix import Finalite, FormeJuridique, Mission, NiveauObjectif, SensBudget, TypeStructure
from centres.models import (
    Antenne,
    Commune,
    Gestionnaire,
    Objectif,
    Poste,
    ProjetSocial,
    QuartierPrioritaire,
    Secteur,
    Structure,
)
from tests.fabriques.comptes import CaisseFactory


def siren(n: int) -> str:
    """Un SIREN fictif dont la clé est juste."""
    racine = f"{90000000 + n:08d}"
    return racine + luhn.calc_check_digit(racine)


def siret(n: int) -> str:
    """Le SIRET fictif, à la clé juste, du premier établissement de `siren(n)`."""
    racine = f"{siren(n)}0001"
    return racine + luhn.calc_check_digit(racine)


class CommuneFactory(DjangoModelFactory[Commune]):
    class Meta:
        model = Commune
        django_get_or_create = ("code_insee",)

    code_insee = factory.Sequence(lambda n: f"{n // 999 + 1:02d}{n % 999 + 1:03d}")
    nom = factory.Sequence(lambda n: f"Ville-d'Essai-{n + 1}")
    code_departement = factory.LazyAttribute(lambda commune: commune.code_insee[:2])
    region = "Auvergne-Rhône-Alpes"
    codes_postaux = "01000"
    population = 12000


class QuartierPrioritaireFactory(DjangoModelFactory[QuartierPrioritaire]):
    class Meta:
        model = QuartierPrioritaire
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"QN{n + 1:05d}M")
    nom = factory.Sequence(lambda n: f"Quartier {n + 1}")


class SecteurFactory(DjangoModelFactory[Secteur]):
    class Meta:
        model = Secteur

    caisse = factory.SubFactory(CaisseFactory)
    nom = factory.Sequence(lambda n: f"Secteur {n + 1}")


class GestionnaireFactory(DjangoModelFactory[Gestionnaire]):
    class Meta:
        model = Gestionnaire

    caisse = factory.SubFactory(CaisseFactory)
    raison_sociale = factory.Sequence(lambda n: f"Association d'essai {n + 1}")
    forme = FormeJuridique.ASSOCIATION
    siren = factory.Sequence(siren)
    representant = "Dominique Petit"
    qualite_du_representant = "présidente"


class StructureFactory(DjangoModelFactory[Structure]):
    """Un centre social en activité ; `evs=True` : un espace de vie sociale."""

    class Meta:
        model = Structure

    class Params:
        evs = factory.Trait(type=TypeStructure.ESPACE_DE_VIE_SOCIALE)

    caisse = factory.SubFactory(CaisseFactory)
    gestionnaire = factory.SubFactory(GestionnaireFactory, caisse=factory.SelfAttribute("..caisse"))
    type = TypeStructure.CENTRE_SOCIAL
    nom = factory.Sequence(lambda n: f"Centre social d'essai {n + 1}")
    code_interne = factory.Sequence(lambda n: f"ESSAI-{n + 1:05d}")
    adresse = "1 rue de l'Essai"
    code_postal = "01000"
    commune = factory.SubFactory(CommuneFactory)


class AntenneFactory(DjangoModelFactory[Antenne]):
    class Meta:
        model = Antenne

    structure = factory.SubFactory(StructureFactory)
    nom = factory.Sequence(lambda n: f"Antenne {n + 1}")
    commune = factory.SubFactory(CommuneFactory)


class PosteFactory(DjangoModelFactory[Poste]):
    """Une directrice à temps plein, de niveau 6, en poste."""

    class Meta:
        model = Poste

    structure = factory.SubFactory(StructureFactory)
    fonction = "direction"
    prenom = "Sacha"
    nom = factory.Sequence(lambda n: f"Bernard {n + 1}")
    diplome = "DEJEPS développement social"
    niveau = 6
    etp = Decimal("1.00")
    debut = dt.date(2024, 1, 1)


class ProjetSocialFactory(DjangoModelFactory[ProjetSocial]):
    """Un projet complet et petit : un nœud de chaque sorte et un budget équilibré. `arbre=False` : la page de garde.

    `sain=True` : un projet où la cohérence ne trouve rien à redire.
    """

    class Meta:
        model = ProjetSocial
        skip_postgeneration_save = True

    structure = factory.SubFactory(StructureFactory)
    titre = factory.Sequence(lambda n: f"Projet social {n + 1}")
    debut = dt.date(2027, 1, 1)
    fin = dt.date(2029, 12, 31)
    instance_d_adoption = "Conseil d'administration de l'association"
    date_d_adoption = dt.date(2026, 6, 15)
    synthese = "Un centre ouvert à tous les habitants du quartier."
    methode_participation = "Trois réunions publiques et quarante entretiens."
    bilan_precedent = "Deux objectifs atteints sur trois."
    diagnostic = "Peu de lieux où se retrouver ; des familles isolées."
    fonction_accueil = "Un accueil ouvert cinq jours sur sept."
    gouvernance = "Un conseil d'habitants se réunit chaque trimestre."
    volet_familles = True
    projet_familles = "Soutenir les parents du quartier."
    partenariat = "La commune, l'école et la médiathèque."
    equipe = "Quatre salariés."
    horaires = "Du mardi au samedi."
    tarification = "Selon le quotient familial."
    evaluation_prevue = "Un bilan chaque année, une évaluation à mi-parcours."

    @factory.post_generation
    def arbre(self, creation: bool, voulu: bool | None, **autres: Any) -> None:
        if creation and voulu is not False:
            planter_un_arbre(self)  # type: ignore[arg-type]

    @factory.post_generation
    def sain(self, creation: bool, voulu: bool | None, **autres: Any) -> None:
        if creation and voulu:
            assainir(self)  # type: ignore[arg-type]


def assainir(projet: ProjetSocial) -> None:
    """Complète l'arbre planté : chaque mission, chaque finalité, chaque action financée, chaque année au budget."""
    (axe,), (action,) = projet.axes.all(), projet.actions.all()
    general, operationnel = axe.objectifs.order_by("pk")
    action.financements.create(ordre=1, intitule="Commune", montant=Decimal("1500.00"))
    autre = projet.axes.create(ordre=2, intitule="Soutenir les familles")
    autre.enjeux.add(projet.enjeux.create(ordre=2, intitule="Le répit des parents"))
    objectifs = [general, operationnel]
    for ordre, (intitule, nom) in enumerate((("Épauler les parents", "Samedis"), ("Agir ensemble", "Forum")), start=1):
        objectif = autre.objectifs.create(ordre=ordre, intitule=intitule)
        sienne = objectif.actions.create(ordre=1, intitule=nom, charges=Decimal("0.00"))
        sienne.indicateurs.create(ordre=1, intitule="Familles venues", cible="30")
        objectifs.append(objectif)
    for rang, objectif in enumerate(objectifs):
        objectif.mission, objectif.finalite = Mission.values[rang], Finalite.values[rang % 3]
        objectif.save()
    for sens in SensBudget.values:
        projet.lignes_budget.create(annee=2029, sens=sens, intitule="Ensemble", montant=Decimal("64000.00"))
    if not projet.structure.est_centre_social:
        projet.volet_familles, projet.projet_familles = False, ""
        projet.finalite_inclusion = projet.finalite_liens = projet.finalite_citoyennete = "Par chaque axe."
        projet.save()


def planter_un_arbre(projet: ProjetSocial) -> None:
    """Un nœud de chaque sorte : enjeu, axe, objectifs général et opérationnel, action, indicateurs, budget."""
    enjeu = projet.enjeux.create(ordre=1, intitule="Rompre l'isolement", constat="Des habitants seuls.")
    axe = projet.axes.create(ordre=1, intitule="Aller vers les habitants")
    axe.enjeux.add(enjeu)
    general = axe.objectifs.create(ordre=1, intitule="Créer des liens", mission=3)
    operationnel = Objectif.objects.create(
        axe=axe, parent=general, niveau=NiveauObjectif.OPERATIONNEL, ordre=1, intitule="Tenir un café des habitants"
    )
    general.indicateurs.create(ordre=1, intitule="Habitants rencontrés", unite="personnes", cible="200")
    action = operationnel.actions.create(ordre=1, intitule="Café du mercredi", public="Tous", pilote="Accueil")
    action.indicateurs.create(ordre=1, intitule="Cafés tenus", unite="séances", cible="40")
    action.financements.create(ordre=1, intitule="Commune", montant=Decimal("1200.00"))
    projet.zones.create(ordre=1, intitule="Le quartier", nature="quartier", population=5800).communes.add(
        projet.structure.commune
    )
    projet.elements.create(ordre=1, intitule="Familles monoparentales", valeur="31", unite="%", source="Insee")
    projet.bilans.create(ordre=1, intitule="Ouvrir le samedi", realisation="realise", suite="poursuivre")
    projet.partenaires.create(ordre=1, intitule="La commune", role="financeur")
    projet.postes.create(ordre=1, intitule="Direction", fonction="direction", etp=1, niveau=6)
    projet.locaux.create(ordre=1, intitule="Le centre", surface=420, occupation="mise_a_disposition")
    projet.passages.create(ordre=1, intitule="Comité de pilotage", cote="centre", date="2026-05")
    for annee in (2027, 2028):
        for sens, intitule in ((SensBudget.CHARGE, "Salaires"), (SensBudget.PRODUIT, "Prestation de service")):
            projet.lignes_budget.create(
                annee=annee,
                sens=sens,
                compte="641" if sens == SensBudget.CHARGE else "7062",
                intitule=intitule,
                montant=Decimal("63600.00"),
            )
