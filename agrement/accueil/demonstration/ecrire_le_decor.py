"""Le décor : la Caisse, ses territoires, ses structures, ses équipes, ses personnes, ses partenaires."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.utils.text import slugify
from stdnum import luhn

from agrement.accueil.demonstration import tables
from agrement.dossiers.operations import creer_criteres_de_recevabilite, creer_referentiel_des_pieces
from agrement.prestations.models import Bareme
from agrement.seances.choix import FonctionDInstance, SorteDInteret, TypeInstance
from agrement.seances.models import Enveloppe, Instance, Mandat
from agrement.seances.operations import creer_instances, creer_modeles_de_lettres, declarer_un_interet
from centres.choix import Fonction
from centres.models import Commune, Gestion, Gestionnaire, Poste, QuartierPrioritaire, Rattachement, Secteur, Structure
from comptes.choix import Role
from comptes.models import Caisse, Utilisateur
from comptes.operations import ouvrir_caisse
from comptes.regles import SUPPLEANCE
from comptes.validateurs import MOT_DE_PASSE_DE_DEMONSTRATION
from evaluation.operations import creer_grille_par_defaut
from partenaires.models import Partenaire


class Decor(NamedTuple):
    """Ce que les récits emploient : la Caisse, le jour de référence, les personnes et les structures par leur nom."""

    caisse: Caisse
    jour: dt.date
    personnes: dict[str, Utilisateur]
    structures: dict[str, Structure]
    conseil: Instance


def planter_le_decor(jour: dt.date) -> Decor:
    """Écrit tout ce qui existait avant la première demande."""
    caisse = ouvrir_caisse(
        nom=tables.CAISSE,
        code_departement=tables.DEPARTEMENT,
        adresse="12 quai de l'Orne",
        code_postal="00100",
        ville="Saint-Aubin-sur-Orne",
        courriel_du_service="action-sociale@caf.example",
        telephone="01 99 00 12 34",
    )
    creer_referentiel_des_pieces(caisse)
    creer_criteres_de_recevabilite(caisse)
    creer_grille_par_defaut(caisse)
    creer_instances(caisse)
    creer_modeles_de_lettres(caisse)
    _donner_la_suppleance(caisse)
    communes = _ecrire_les_territoires()
    structures = _ecrire_les_structures(caisse, communes, jour)
    personnes = _ecrire_les_personnes(caisse, structures)
    _ecrire_les_secteurs(caisse, communes, personnes, structures)
    conseil = _ecrire_le_conseil(caisse, personnes, jour)
    _ecrire_les_partenaires_et_baremes(caisse, jour)
    return Decor(caisse, jour, personnes, structures, conseil)


def _donner_la_suppleance(caisse: Caisse) -> None:
    suppleance = caisse.parametres.get(code=SUPPLEANCE)
    suppleance.valeur = "oui"
    suppleance.precision = "Note de service fictive : l'administration supplée les personnes empêchées."
    suppleance.save()


def _ecrire_les_territoires() -> dict[str, Commune]:
    communes = {
        code: Commune.objects.create(
            code_insee=code,
            nom=nom,
            code_departement=tables.DEPARTEMENT,
            region="Région des Vallées",
            codes_postaux=code_postal,
            population=habitants,
        )
        for code, nom, code_postal, habitants in tables.COMMUNES
    }
    for code, nom, commune in tables.QUARTIERS:
        QuartierPrioritaire.objects.create(code=code, nom=nom).communes.add(communes[commune])
    return communes


def siren_fictif(rang: int) -> str:
    """Un SIREN à la clé juste, dans une série qui n'est attribuée à personne."""
    racine = "12345678" if rang == 0 else f"000{rang:05}"
    return racine + luhn.calc_check_digit(racine)


def _ecrire_les_structures(caisse: Caisse, communes: dict[str, Commune], jour: dt.date) -> dict[str, Structure]:
    structures = {}
    for rang, ligne in enumerate(tables.STRUCTURES):
        commune = communes[ligne.commune]
        presidence = next(p for p in tables.PERSONNES if p.role == Role.GESTIONNAIRE and ligne.nom in p.structures)
        gestionnaire, _ = Gestionnaire.objects.get_or_create(
            caisse=caisse,
            raison_sociale=ligne.gestionnaire,
            defaults={
                "forme": ligne.forme,
                "siren": siren_fictif(rang),
                "adresse": f"{3 + rang} rue de la Mairie",
                "code_postal": commune.codes_postaux,
                "ville": commune.nom,
                "representant": f"{presidence.prenom} {presidence.nom}",
                "qualite_du_representant": presidence.qualite,
                "federation": "Fédération des centres sociaux du Val-d'Orne",
            },
        )
        structure = Structure.objects.create(
            caisse=caisse,
            type=ligne.type,
            situation=ligne.situation,
            nom=ligne.nom,
            gestionnaire=gestionnaire,
            code_interne=f"VO-{rang + 1:03}",
            adresse=f"{10 + 2 * rang} place du Marché",
            code_postal=commune.codes_postaux,
            commune=commune,
            en_zfrr=ligne.zfrr,
            quartier_prioritaire_id=ligne.quartier or None,
            premier_agrement=str(ligne.annee or ""),
            zone_de_vie_sociale=f"{commune.nom} et ses environs",
            telephone="01 99 00 45 67",
            courriel=f"accueil{rang + 1}@structures.example",
            horaires="Du lundi au vendredi, 9 h – 12 h 30 et 13 h 30 – 18 h 30 ; le samedi, 9 h 30 – 12 h 30.",
        )
        Gestion.objects.create(structure=structure, gestionnaire=gestionnaire, debut=str(ligne.annee or jour.year - 1))
        _ecrire_l_equipe(structure, rang, jour)
        structures[ligne.nom] = structure
    return structures


PRENOMS = ("Camille", "Nadia", "Yves", "Lucie", "Samir", "Élise", "Hugo", "Rosa", "Denis", "Maëlle")
NOMS = ("Arnaud", "Bertin", "Cissé", "Dufour", "Estève", "Ferreira", "Gillet", "Hamon", "Imbert", "Jacquet")


def _ecrire_l_equipe(structure: Structure, rang: int, jour: dt.date) -> None:
    postes = [(Fonction.DIRECTION, "DESJEPS", 7, "1.00"), (Fonction.ACCUEIL, "Titre d'agent d'accueil", 4, "0.80")]
    if structure.est_centre_social:
        postes.append((Fonction.REFERENT_FAMILLES, "DE d'éducateur spécialisé", 6, "0.80"))
    for pas, (fonction, diplome, niveau, etp) in enumerate(postes):
        Poste.objects.create(
            structure=structure,
            fonction=fonction,
            prenom=PRENOMS[(rang + 3 * pas) % 10],
            nom=NOMS[(3 * rang + pas) % 10],
            diplome=diplome,
            niveau=niveau,
            etp=Decimal(etp),
            debut=dt.date(jour.year - 5, 9, 1),
        )


def _ecrire_les_personnes(caisse: Caisse, structures: dict[str, Structure]) -> dict[str, Utilisateur]:
    personnes = {}
    for ligne in tables.PERSONNES:
        personne = Utilisateur.objects.creer(
            courriel=ligne.courriel,
            mot_de_passe=MOT_DE_PASSE_DE_DEMONSTRATION,
            prenom=ligne.prenom,
            nom=ligne.nom,
            qualite=ligne.qualite,
            caisse=caisse,
            role=ligne.role,
        )
        for nom in ligne.structures:
            Rattachement.objects.create(structure=structures[nom], utilisateur=personne)
        personnes[ligne.courriel.partition(".example")[0]] = personne
    return personnes


def _ecrire_les_secteurs(
    caisse: Caisse, communes: dict[str, Commune], personnes: dict[str, Utilisateur], structures: dict[str, Structure]
) -> None:
    """Deux secteurs, deux conseillers ; la conseillère de la démonstration suit le plus grand."""
    for nom, codes, courriel in (
        ("Secteur du Val", [code for code in communes if code not in {"00006", "00007"}], "conseillere@caf"),
        ("Secteur des Hauteurs", ["00006", "00007"], "conseiller@caf"),
    ):
        secteur = Secteur.objects.create(caisse=caisse, nom=nom)
        secteur.communes.set([communes[code] for code in codes])
        secteur.conseillers.add(personnes[courriel])
        for structure in structures.values():
            if structure.commune_id in codes:
                structure.conseiller = personnes[courriel]
                structure.save()


def _ecrire_le_conseil(caisse: Caisse, personnes: dict[str, Utilisateur], jour: dt.date) -> Instance:
    """Vingt-quatre sièges au conseil d'administration, dont le président et une administratrice ont un compte."""
    conseil = caisse.instances.get(type=TypeInstance.CONSEIL)
    debut = dt.date(jour.year - 4, 1, 1)
    avec_compte = ((personnes["president@caf"], "familles"), (personnes["administratrice@caf"], "assures"))
    for personne, college in avec_compte:
        Mandat.objects.create(
            instance=conseil, utilisateur=personne, nom_complet=personne.nom_complet, college=college, debut=debut
        )
    for nom, college in tables.MEMBRES:
        Mandat.objects.create(instance=conseil, nom_complet=nom, college=college, debut=debut)
    _confier_les_fonctions(conseil, personnes["president@caf"])
    _declarer_les_fonctions(conseil, personnes["secretariat@caf"], debut)
    return conseil


def _confier_les_fonctions(conseil: Instance, president: Utilisateur) -> None:
    """Le président, et une vice-présidence."""
    vice = conseil.mandats.get(nom_complet=tables.VICE_PRESIDENCE)
    for mandat, fonction in (
        (conseil.mandats.get(utilisateur=president), FonctionDInstance.PRESIDENCE),
        (vice, FonctionDInstance.VICE_PRESIDENCE),
    ):
        mandat.fonction = fonction
        mandat.save()


def _declarer_les_fonctions(conseil: Instance, secretaire: Utilisateur, debut: dt.date) -> None:
    """Deux membres exercent ailleurs : leur déport se propose sur les dossiers de cette ville et de cette société."""
    ville = Commune.objects.get(pk="00001")
    societe = Gestionnaire.objects.get(caisse=conseil.caisse, raison_sociale="SPL Culture et Quartiers")
    for nom, fonction, sorte, lieu in (
        ("Thierry Gaudin", "adjoint au maire", SorteDInteret.COMMUNE, ville),
        ("Ursula Klein", "administratrice", SorteDInteret.GESTIONNAIRE, societe),
    ):
        declarer_un_interet(
            conseil.mandats.get(nom_complet=nom),
            **{"sorte": sorte, "fonction": fonction, "debut": debut, str(sorte): lieu, "par": secretaire},  # type: ignore[arg-type]
        )


def _ecrire_les_partenaires_et_baremes(caisse: Caisse, jour: dt.date) -> None:
    for type_, nom in tables.PARTENAIRES:
        courriel = f"contact@{slugify(nom)}.example"
        Partenaire.objects.create(caisse=caisse, type=type_, nom=nom, courriel=courriel)
    for annee in range(jour.year - 3, jour.year + 2):
        for type_, plafond, taux in tables.BAREMES:
            Bareme.objects.create(
                caisse=caisse,
                annee=annee,
                type=type_,
                plafond=Decimal(plafond),
                taux=Decimal(taux),
                source=tables.SOURCE_DES_BAREMES,
            )
    for annee in range(jour.year, jour.year + 4):
        for territoire, montant in tables.ENVELOPPES:
            Enveloppe.objects.create(
                caisse=caisse,
                annee=annee,
                territoire=territoire,
                montant=Decimal(montant),
                source=tables.SOURCE_DES_ENVELOPPES,
            )
