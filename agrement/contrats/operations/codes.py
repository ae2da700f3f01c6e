"""Le code à usage unique qu'un signataire reçoit par courriel, et le lien personnel d'un co-signataire."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agrement.contrats import notifications
from agrement.contrats.models import CodeDeSignature, LienDeSignature, PartieASigner
from agrement.contrats.operations.acces import UN_JOUR, exiger_de_la_mesure, pouvoir_de, refus_au_journal, verrouiller
from agrement.contrats.operations.tour import manques_pour_signer
from comptes.models import Caisse, Utilisateur
from comptes.regles import CODE_ESSAIS, CODE_MINUTES, CODES_PAR_JOUR, LIEN_JOURS
from socle import journal
from socle.workflow import ActeRefuse, Manque

AUTRE_CODE = "Demandez-en un autre."


def demander_un_code(partie: PartieASigner, *, par: Utilisateur | None) -> str:
    """Envoie un code neuf à qui signe ; les précédents ne servent plus. Rend le code, qui n'est gardé nulle part.

    `par=None` : le co-signataire, par son lien ; le code part au courriel de la partie. Refuse hors de son tour.
    """
    with (
        refus_au_journal(partie, par, "refuser_un_code", "Demande de code"),
        transaction.atomic(),
        journal.acte("demander_un_code", "Code de signature envoyé", par=par),
    ):
        verrouiller(partie)
        if par is not None:
            pouvoir_de(par, partie)
        if manques := list(manques_pour_signer(partie)):
            raise ActeRefuse(*manques)
        maintenant = timezone.now()
        envoyes = partie.codes.filter(envoye_le__gt=maintenant - UN_JOUR).count()
        exiger_de_la_mesure(partie, envoyes, CODES_PAR_JOUR, "codes ont été demandés")
        code = CodeDeSignature(
            partie=partie,
            courriel=_adresse(partie, par),
            envoye_le=maintenant,
            expire_le=maintenant + dt.timedelta(minutes=_caisse(partie).entier(CODE_MINUTES)),
        )
        clair = code.tirer()
        code.save()
        notifications.envoyer_le_code(code, clair, par)
    return clair


def verifier_le_code(partie: PartieASigner, saisi: str, *, par: Utilisateur | None) -> CodeDeSignature:
    """Le code envoyé, s'il est celui-là et sert encore ; un essai manqué est compté, même si rien d'autre n'est écrit.

    Lève `ActeRefuse` : code faux, expiré, déjà utilisé, ou essayé trop de fois.
    """
    with transaction.atomic(), journal.acte("essayer_un_code", "Code de signature refusé", par=par):
        code = dernier_code(partie, par)
        if code is not None and code.est(saisi):
            return code
        if code is not None:
            code.essais += 1
            code.save()
            reste = _caisse(partie).entier(CODE_ESSAIS) - code.essais
    if code is None:
        raise _faux("Demandez d'abord un code : il vous est envoyé par courriel.")
    suite = f"Il vous reste {reste} essai{'s' if reste > 1 else ''}." if reste > 0 else AUTRE_CODE
    raise _faux(f"Ce n'est pas le code envoyé à {code.courriel}. {suite}")


def dernier_code(partie: PartieASigner, par: Utilisateur | None) -> CodeDeSignature | None:
    """Le dernier code envoyé à qui signe, verrouillé ; lève `ActeRefuse` s'il ne sert plus."""
    envoyes = CodeDeSignature.objects.select_for_update().filter(partie=partie, courriel=_adresse(partie, par))
    code = envoyes.first()
    if code is None:
        return None
    if code.utilise_le is not None:
        raise _faux(f"Ce code a déjà servi. {AUTRE_CODE}")
    if code.essais >= _caisse(partie).entier(CODE_ESSAIS):
        raise _faux(f"Ce code a été essayé trop de fois : il ne sert plus. {AUTRE_CODE}")
    if code.expire_le <= timezone.now():
        raise _faux(f"Ce code a expiré. {AUTRE_CODE}")
    code.partie = partie
    return code


def envoyer_le_lien(partie: PartieASigner, *, rappel: bool = False) -> LienDeSignature:
    """Un lien neuf au co-signataire dont c'est le tour ; celui d'avant ne sert plus. Dans la transaction de l'acte."""
    lien = LienDeSignature.objects.filter(partie=partie).first() or LienDeSignature(partie=partie)
    lien.partie = partie
    lien.envoye_le = timezone.now()
    lien.expire_le = lien.envoye_le + dt.timedelta(days=_caisse(partie).entier(LIEN_JOURS))
    lien.renouveler()
    lien.save()
    notifications.envoyer_le_lien(lien, rappel=rappel)
    return lien


def _adresse(partie: PartieASigner, par: Utilisateur | None) -> str:
    return par.courriel if par is not None else partie.courriel


def _caisse(partie: PartieASigner) -> Caisse:
    return partie.version.contrat.caisse


def _faux(phrase: str) -> ActeRefuse:
    return ActeRefuse(Manque(phrase, champ="code"))
