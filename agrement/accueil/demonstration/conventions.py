"""Les conventions qui accompagnent les contrats : une en vigueur, une à demi signée, une en projet."""

import datetime as dt

from agrement.accueil.demonstration.ecrire_le_decor import Decor
from agrement.accueil.demonstration.tables import CAISSE, CONVENTIONS, LigneConvention
from agrement.accueil.demonstration.temps import le
from agrement.contrats.models import Contrat
from partenaires.choix import RolePartie
from partenaires.models import Convention, Partenaire, PartieConvention
from partenaires.operations import enregistrer, signer


def ecrire_les_conventions(decor: Decor, jour: dt.date) -> None:
    """Chaque convention suit le dernier contrat de sa structure ; elle se négocie deux mois avant de commencer."""
    for fiche in CONVENTIONS:
        contrat = Contrat.objects.filter(dossier__structure__nom=fiche.structure).latest("debut")
        _ecrire(decor, fiche, contrat, min(contrat.debut - dt.timedelta(days=60), jour - dt.timedelta(days=15)))


def _ecrire(decor: Decor, fiche: LigneConvention, contrat: Contrat, ouverte_le: dt.date) -> None:
    structure, gestionnaire = contrat.dossier.structure, contrat.gestionnaire
    conseiller = structure.conseiller
    assert conseiller is not None
    convention = Convention(
        caisse=decor.caisse,
        type=fiche.type,
        intitule=f"{fiche.objet} : {structure.nom}",
        objet=fiche.texte,
        debut=contrat.debut,
        fin=contrat.fin.replace(year=contrat.fin.year + fiche.annees_de_plus),
    )
    parties = [
        PartieConvention(role=RolePartie.CAF, nom=CAISSE),
        PartieConvention(role=RolePartie.GESTIONNAIRE, nom=str(gestionnaire), representant=gestionnaire.representant),
        *(
            PartieConvention(
                role=RolePartie.PARTENAIRE, partenaire=Partenaire.objects.get(caisse=decor.caisse, nom=nom), nom=nom
            )
            for nom in fiche.partenaires
        ),
    ]
    with le(ouverte_le):
        enregistrer(convention, par=conseiller, structures=[structure], parties=parties, contrats=[contrat])
        if fiche.signatures:
            Convention.circuit.executer(convention, "ouvrir_la_negociation", par=conseiller)
    for rang, partie in enumerate(parties[: fiche.signatures]):
        date = ouverte_le + dt.timedelta(days=4 + rang)
        with le(date):
            signer(partie, date=date, par=conseiller)
    if fiche.signatures == len(parties):
        with le(ouverte_le + dt.timedelta(days=10)):
            Convention.circuit.executer(convention, "mettre_en_vigueur", par=conseiller)
