"""Qui se déporte ne signe pas ; un fichier perdu n'empêche pas les autres contrats d'être scellés."""

import pytest

from agrement.contrats import operations
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import CodeDeSignature, VersionASigner
from agrement.seances.models import Deport, Mandat
from socle.workflow import ActeInterdit
from tests.fabriques import StructureFactory
from tests.fabriques.contrats import accord_notifie, contrat_propose, partie_du, sans_cachet, signer_le_20, signer_le_22
from tests.fabriques.seances import InscriptionFactory
from tests.test_canaris import SIEGE


def test_un_president_qui_se_deporte_du_dossier_ne_le_signe_pas(accord):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    point = accord.dossier.inscriptions.first() or InscriptionFactory(dossier=accord.dossier)
    mandat, _ = Mandat.objects.get_or_create(
        instance=point.seance.instance, utilisateur=accord.president, defaults=SIEGE
    )
    Deport.objects.create(inscription=point, mandat=mandat, motif="Il préside aussi l'association.")
    with pytest.raises(ActeInterdit, match="pas le droit de signer"):
        operations.demander_un_code(partie_du(contrat, "caf"), par=accord.president)
    assert CodeDeSignature.objects.filter(utilise_le=None).count() == 0
    assert VersionASigner.objects.get().statut == StatutVersion.EN_SIGNATURE


def test_une_version_que_rien_ne_peut_sceller_n_arrete_pas_les_suivantes(accord):
    autre = accord_notifie(StructureFactory(caisse=accord.caisse))
    perdue, bonne = contrat_propose(accord), contrat_propose(autre)
    with sans_cachet():
        for contrat, qui in ((perdue, accord), (bonne, autre)):
            signer_le_20(contrat, qui.presidente)
            signer_le_22(contrat, accord.president)
    premiere, seconde = (VersionASigner.objects.get(contrat=contrat) for contrat in (perdue, bonne))
    courant = premiere.courant_pdf.contenu
    courant.storage.delete(courant.name)
    assert operations.sceller_ce_qui_attend() == 1
    for version in (premiere, seconde):
        version.refresh_from_db()
    assert (premiere.statut, seconde.statut) == (StatutVersion.A_SCELLER, StatutVersion.SCELLEE)
