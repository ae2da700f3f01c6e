"""Ce que la Caf et L'Éclusière se sont dit, et les avis demandés à des partenaires."""

import datetime as dt

from agrement.accueil.demonstration.recits import Recit
from agrement.accueil.demonstration.temps import le
from agrement.dossiers import operations as dossiers
from agrement.dossiers.choix import SensAvisDePartenaire, TypeDeCompteRendu
from partenaires.models import Partenaire

SOLLICITES = (
    "Fédération des centres sociaux du Val-d'Orne",
    "Ville de Saint-Aubin-sur-Orne",
    "MSA des Vallées",
)


def ecrire_les_echanges(recit: Recit, jour: dt.date) -> None:
    """Une visite, trois messages dont le dernier n'est pas lu, deux avis reçus sur trois."""
    _se_parler(recit)
    with le(recit.jour(34)):
        demandes = dossiers.demander_des_avis(
            recit.dossier,
            partenaires=[Partenaire.objects.get(caisse=recit.decor.caisse, nom=nom) for nom in SOLLICITES],
            question="Comment ce centre travaille-t-il avec vous, et que changeriez-vous à son projet ?",
            date_limite=jour + dt.timedelta(days=21),
            pieces=recit.dossier.pieces.en_vigueur()[:2],
            par=recit.conseiller,
        )
    with le(recit.jour(40)):
        dossiers.repondre_a_une_demande_d_avis(
            demandes[0],
            sens=SensAvisDePartenaire.FAVORABLE,
            texte="Une équipe présente dans le réseau, qui accueille volontiers ses voisins.",
            nom="Odile Vasseur",
            qualite="déléguée de la fédération",
        )
    with le(recit.jour(42)):
        dossiers.repondre_a_une_demande_d_avis(
            demandes[1],
            sens=SensAvisDePartenaire.RESERVE,
            texte="La commune souhaite que l'accueil reste ouvert le mercredi soir.",
            nom="Karim Belkacem",
            qualite="adjoint à la vie associative",
        )


def _se_parler(recit: Recit) -> None:
    dossier, centre, caf = recit.dossier, recit.porteur, recit.conseiller
    with le(recit.jour(31)):
        dossiers.ecrire_un_compte_rendu(
            dossier,
            type=TypeDeCompteRendu.VISITE,
            date=recit.jour(31),
            lieu=recit.structure.nom,
            participants=f"{centre}, direction\n{caf}, conseil technique",
            texte="Visite des deux salles, rencontre de trois habitantes du comité d'usagers.",
            convenu="Le centre joint le règlement du comité ; la Caf propose une trame d'indicateurs.",
            par=caf,
        )
        dossiers.envoyer_un_message(
            dossier, texte="Merci de votre accueil. Voici ce qui resterait à préciser : le rythme du comité.", par=caf
        )
    with le(recit.jour(33)):
        dossiers.envoyer_un_message(
            dossier, texte="Le comité se réunit chaque premier mardi ; nous l'écrivons dans le projet.", par=centre
        )
    with le(recit.jour(44)):
        dossiers.envoyer_un_message(dossier, texte="La partie Gouvernance est complétée.", par=centre)
