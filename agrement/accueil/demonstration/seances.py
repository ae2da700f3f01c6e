"""Les séances de la démonstration : inscrites, tenues et votées comme elles le seraient."""

import datetime as dt
from collections.abc import Iterable

from agrement.accueil.demonstration.ecrire_le_decor import Decor
from agrement.accueil.demonstration.recits import Recit, presidence_de
from agrement.accueil.demonstration.temps import le
from agrement.contrats import operations as contrats
from agrement.contrats.models import Contrat
from agrement.dossiers import operations as dossiers
from agrement.dossiers.choix import SorteDEtape, TypeDossier
from agrement.seances import operations as seances
from agrement.seances.choix import ModeNotification, TypeDecision
from agrement.seances.models import Decision, Seance
from agrement.seances.regles import Votes
from evaluation.models import Critere

PRESENTS = 17


class SeanceRacontee:
    """Une séance du conseil d'administration, à sa date."""

    def __init__(self, decor: Decor, date: dt.date) -> None:
        self.decor, self.date = decor, date
        self.secretaire = decor.personnes["secretariat@caf"]
        with le(min(self._avant(50), decor.jour - dt.timedelta(days=1))):
            self.seance = seances.planifier(
                instance=decor.conseil,
                date=date,
                heure=dt.time(14),
                lieu="Siège de la Caf, salle du conseil",
                date_limite=self._avant(12),
                par=self.secretaire,
            )
            self._acte("ouvrir_les_inscriptions")

    def inscrire(self, recits: Iterable[Recit]) -> None:
        with le(min(self._avant(14), self.decor.jour - dt.timedelta(days=1))):
            for recit in recits:
                seances.inscrire(
                    recit.dossier, seance=self.seance, rapporteur=recit.conseiller.nom_complet, par=self.secretaire
                )

    def tenir(self) -> None:
        """Arrête l'ordre du jour, convoque, ouvre la séance et relève dix-sept présents, dont les élus à compte."""
        with le(self._avant(11)):
            self._convoquer()
        with le(self.date, 14):
            self._acte("tenir")
            membres = self.decor.conseil.mandats.en_exercice(self.date).order_by("utilisateur", "pk")
            avec_compte = list(membres.filter(utilisateur__isnull=False))
            autres = list(membres.filter(utilisateur=None))[: PRESENTS - len(avec_compte)]
            seances.enregistrer_les_presences(self.seance, presents=[*avec_compte, *autres], par=self.secretaire)

    def _convoquer(self) -> None:
        """Arrête l'ordre du jour, valide chaque fiche et convoque."""
        self._acte("arreter")
        for point in self.seance.inscriptions.en_attente():
            seances.valider_la_fiche(point, par=self.secretaire)
        seances.convoquer(self.seance, par=self.secretaire)

    def accorder(self, recit: Recit, *, annees: int = 3) -> Decision:
        nouveau = recit.type != TypeDossier.RENOUVELLEMENT
        return self._decider(
            recit,
            type=TypeDecision.ATTRIBUTION if nouveau else TypeDecision.RENOUVELLEMENT,
            votes=Votes(15, 1, 1, 0),
            duree_annees=annees,
            debut=recit.debut,
        )

    def refuser(self, recit: Recit) -> Decision:
        assert recit.dossier.projet is not None
        criteres = Critere.objects.applicables(recit.dossier.projet).filter(code__in=self._codes_defavorables(recit))
        return self._decider(
            recit,
            type=TypeDecision.NON_RENOUVELLEMENT if recit.type == TypeDossier.RENOUVELLEMENT else TypeDecision.REFUS,
            votes=Votes(11, 4, 2, 0),
            criteres=list(criteres),
            motifs="La gouvernance ne fait pas de place aux habitants. Le projet n'établit pas leur participation.",
        )

    def ajourner(self, recit: Recit) -> Decision:
        return self._decider(
            recit,
            type=TypeDecision.AJOURNEMENT,
            votes=Votes(14, 0, 3, 0),
            echeance=self.date + dt.timedelta(days=56),
            questions="Comment l'équipe sera-t-elle renforcée ?\nQuel est l'engagement de la commune sur trois ans ?",
        )

    def notifier(self, decision: Decision, *, apres: int = 4) -> None:
        envoi = self.date + dt.timedelta(days=apres)
        reception = min(envoi + dt.timedelta(days=3), self.decor.jour)
        with le(reception):
            seances.notifier(
                decision, mode=ModeNotification.LRAR, envoyee_le=envoi, recue_le=reception, par=self.secretaire
            )

    def lever(self) -> None:
        with le(self.date, 18):
            seances.lever_la_seance(self.seance, par=self.secretaire)

    def approuver(self) -> None:
        jour = min(self.date + dt.timedelta(days=9), self.decor.jour)
        with le(jour):
            seances.approuver_le_pv(self.seance, le=jour, par=self.secretaire)

    def _decider(self, recit: Recit, **decision: object) -> Decision:
        with le(self.date, 16):
            point = recit.dossier.inscription_en_cours()
            seances.appeler(point, par=self.secretaire)
            return seances.decider(
                point,
                par=self.secretaire,
                **decision,  # type: ignore[arg-type]
            )

    def _codes_defavorables(self, recit: Recit) -> list[str]:
        return list(Critere.objects.applicables(recit.dossier.projet).values_list("code", flat=True)[:2])  # type: ignore[arg-type]

    def _acte(self, nom: str) -> None:
        Seance.circuit.executer(self.seance, nom, par=self.secretaire)

    def _avant(self, jours: int) -> dt.date:
        return self.date - dt.timedelta(days=jours)


def avertir(recit: Recit, jour: dt.date) -> None:
    """La Caf écrit au centre ce qui peut mener à un refus, et l'invite à y répondre."""
    with le(jour):
        for sorte, resume in (
            (SorteDEtape.AVERTISSEMENT, "La gouvernance ne fait pas de place aux habitants, malgré nos échanges."),
            (SorteDEtape.INVITATION, "Vous pouvez présenter vos observations avant la séance, par écrit."),
        ):
            dossiers.consigner_une_etape(recit.dossier, sorte=sorte, date=jour, resume=resume, par=recit.conseiller)


def generer(recit: Recit, jour: dt.date) -> Contrat:
    with le(jour):
        return contrats.generer(recit.dossier, par=recit.conseiller)


def signer(decor: Decor, contrat: Contrat, jour: dt.date) -> None:
    """Le gestionnaire signe le matin, la Caf l'après-midi : le contrat est scellé."""
    presidence, president = presidence_de(contrat.structure), decor.personnes["president@caf"]
    for heure, personne in ((10, presidence), (15, president)):
        with le(jour, heure):
            partie = contrats.partie_de(personne, contrat)
            assert partie is not None
            code = contrats.demander_un_code(partie, par=personne)
            contrats.signer(partie, qualite=personne.qualite, code=code, par=personne)
