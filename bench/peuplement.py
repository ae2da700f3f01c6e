"""Une base de mesure : une Caisse, ses structures et des milliers de dossiers, écrits en masse."""

import datetime as dt
from itertools import cycle

from django.utils import timezone

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier
from centres.choix import FormeJuridique, TypeStructure
from centres.models import Commune, Gestionnaire, Structure
from comptes.choix import Role
from comptes.models import Caisse, Utilisateur
from socle.models import EntreeDuJournal

STRUCTURES = 150
# Les états que la liste montre le plus ; un dossier clos porte sa date de clôture.
ETATS = (Statut.DEPOSE, Statut.RECEVABLE, Statut.NEGOCIATION, Statut.AVIS_RENDU, Statut.CLOS_AGREE)


def peupler(dossiers: int) -> tuple[Utilisateur, Utilisateur, Dossier]:
    """Écrit `dossiers` dossiers ; rend la conseillère, l'administratrice, et un dossier avec son journal."""
    caisse = Caisse.objects.create(nom="Caf de mesure", code_departement="00")
    conseillere, administratrice = (
        Utilisateur.objects.creer(
            courriel=f"{role}@mesure.example", prenom="Claire", nom="Mesure", caisse=caisse, role=role
        )
        for role in (Role.CONSEILLER, Role.ADMINISTRATION)
    )
    structures = _structures(caisse)
    maintenant, jour = timezone.now(), timezone.localdate()
    Dossier.objects.bulk_create(
        Dossier(
            caisse=caisse,
            numero=f"{2000 + rang // 9999}-{rang % 9999 + 1:04}",
            type=TypeDossier.RENOUVELLEMENT,
            statut=etat,
            structure=structure,
            gestionnaire=structure.gestionnaire,
            conseiller=conseillere,
            debut_souhaite=dt.date(2000, 1, 1) + dt.timedelta(days=rang),
            ouvert_par=conseillere,
            fin_souhaitee=dt.date(2003, 1, 1) + dt.timedelta(days=rang),
            depose_le=maintenant,
            numero_d_enregistrement=f"E-{2000 + rang // 9999}-{rang % 9999 + 1:04}",
            echeance_actuelle=dt.date(jour.year + rang % 4, 12, 31),  # un agrément finit presque toujours ce jour-là
            clos_le=jour if etat == Statut.CLOS_AGREE else None,
        )
        for rang, structure, etat in zip(range(dossiers), cycle(structures), cycle(ETATS), strict=False)
    )
    dossier = Dossier.objects.filter(statut=Statut.NEGOCIATION).latest("pk")
    EntreeDuJournal.objects.bulk_create(
        EntreeDuJournal(
            acteur=conseillere,
            libelle="Modification",
            objet_type="dossiers.dossier",
            objet_id=str(dossier.pk),
            objet_libelle=str(dossier),
            sujet_type="dossiers.dossier",
            sujet_id=str(dossier.pk),
            perimetre=str(caisse.pk),
        )
        for _ in range(200)
    )
    return conseillere, administratrice, dossier


def _structures(caisse: Caisse) -> list[Structure]:
    commune = Commune.objects.create(code_insee="00001", nom="Commune de mesure", code_departement="00", region="–")
    gestionnaires = Gestionnaire.objects.bulk_create(
        Gestionnaire(caisse=caisse, raison_sociale=f"Association {rang}", forme=FormeJuridique.ASSOCIATION)
        for rang in range(STRUCTURES)
    )
    return Structure.objects.bulk_create(
        Structure(
            caisse=caisse,
            nom=f"Centre social {rang}",
            type=TypeStructure.CENTRE_SOCIAL,
            gestionnaire=gestionnaire,
            commune=commune,
            code_interne=f"M{rang:04}",
            recherche=f"centre social {rang}",
        )
        for rang, gestionnaire in enumerate(gestionnaires)
    )
