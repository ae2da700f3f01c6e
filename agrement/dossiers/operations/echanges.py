"""La conversation avec le centre, et les comptes rendus des rencontres."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers import notifications
from agrement.dossiers.choix import Cote
from agrement.dossiers.models import CompteRendu, Dossier, LectureDesMessages, Message
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.operations.fichiers_joints import joindre
from agrement.dossiers.regles import ETATS_OUVERTS, MESSAGE_MAX
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def envoyer_un_message(
    dossier: Dossier, *, texte: str, par: Utilisateur, fichiers_joints: Iterable[File[Any]] = (), lit: bool = True
) -> Message:
    """Un message à l'autre côté, qui en est prévenu par courriel ; ce qui précède est lu, sauf écrit en lot.

    Refuse un dossier clos, un texte vide ou trop long, un second clic, et un fichier qui n'est pas admis.
    """
    exiger_le_droit(par, "dossiers.ecrire_un_message", dossier, "Envoyer le message")
    texte = texte.strip()
    if not texte:
        raise ActeRefuse("Écrivez votre message.")
    if len(texte) > MESSAGE_MAX:
        raise ActeRefuse(f"Votre message dépasse {MESSAGE_MAX} caractères : joignez plutôt un document.")
    with transaction.atomic(), journal.acte("envoyer_un_message", "Message envoyé", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ETATS_OUVERTS, "Envoyer le message")
        _refuser_un_second_clic(verrouille, texte, par)
        message = Message.objects.create(
            dossier=verrouille,
            texte=texte,
            cote=Cote.CENTRE if par.est_du_centre else Cote.CAF,
            par=par,
            le=timezone.now(),
        )
        joindre(message, fichiers_joints, par=par)
        if lit:
            marquer_lus(verrouille, jusqu_a=message.pk, par=par)
        verrouille.save(update_fields=["modifie_le"])
        notifications.prevenir_d_un_message(message)
    return message


def _refuser_un_second_clic(dossier: Dossier, texte: str, par: Utilisateur) -> None:
    dernier = dossier.messages.last()
    if dernier is not None and (dernier.par_id, dernier.texte) == (par.pk, texte):
        raise ActeRefuse("Ce message est déjà parti : le dernier de la conversation dit la même chose.")


def marquer_lus(dossier: Dossier, *, jusqu_a: int, par: Utilisateur) -> None:
    """Retient que la personne a lu la conversation jusqu'à ce message ; une lecture ne revient pas en arrière."""
    exiger_le_droit(par, "dossiers.voir_messages", dossier, "Lire les messages")
    with transaction.atomic():
        dernier = dossier.messages.filter(pk__lte=jusqu_a).last()
        lecture = LectureDesMessages.objects.filter(dossier=dossier, utilisateur=par).first()
        if dernier is None or (lecture is not None and lecture.dernier_id >= dernier.pk):
            return
        LectureDesMessages.objects.update_or_create(
            dossier=dossier, utilisateur=par, defaults={"dernier": dernier, "lu_le": timezone.now()}
        )


def ecrire_un_compte_rendu(
    dossier: Dossier,
    *,
    type: str,  # noqa: A002 — le nom du champ
    date: dt.date,
    participants: str,
    texte: str,
    par: Utilisateur,
    lieu: str = "",
    convenu: str = "",
    fichiers_joints: Iterable[File[Any]] = (),
) -> CompteRendu:
    """Ce qui s'est dit et ce qui a été convenu ; le centre le lit, et en est prévenu.

    Refuse un dossier clos, une date à venir, et un compte rendu sans participants ou sans texte.
    """
    compte_rendu = CompteRendu(
        dossier=dossier, type=type, date=date, lieu=lieu, participants=participants, texte=texte, convenu=convenu
    )
    _verifier(compte_rendu)
    exiger_le_droit(par, "dossiers.instruire", dossier, "Écrire un compte rendu")
    with transaction.atomic(), journal.acte("ecrire_un_compte_rendu", "Compte rendu écrit", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ETATS_OUVERTS, "Écrire un compte rendu")
        compte_rendu.dossier, compte_rendu.par, compte_rendu.ecrit_le = verrouille, par, timezone.now()
        compte_rendu.save()
        joindre(compte_rendu, fichiers_joints, par=par)
        notifications.prevenir_d_un_compte_rendu(compte_rendu)
    return compte_rendu


def corriger_un_compte_rendu(
    compte_rendu: CompteRendu,
    *,
    motif: str,
    par: Utilisateur,
    fichiers_joints: Iterable[File[Any]] = (),
    **changements: Any,
) -> CompteRendu:
    """Change un compte rendu, jamais en silence : le motif, l'avant et l'après sont au journal, que lit le centre.

    `changements` : type, date, lieu, participants, texte, convenu. Les fichiers s'ajoutent, aucun ne s'ôte. Refuse un
    dossier clos, une correction sans motif, et ce que refuse `ecrire_un_compte_rendu`.
    """
    exiger_le_droit(par, "dossiers.instruire", compte_rendu.dossier, "Corriger le compte rendu")
    if not motif.strip():
        raise ActeRefuse("Dites ce que la correction change, et pourquoi.")
    acte = journal.acte("corriger_un_compte_rendu", "Compte rendu corrigé", par=par, motif=motif.strip())
    with transaction.atomic(), acte:
        exiger_l_etat(verrouiller(compte_rendu.dossier), ETATS_OUVERTS, "Corriger le compte rendu")
        relu = CompteRendu.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=compte_rendu.pk)
        for champ, valeur in changements.items():
            setattr(relu, champ, valeur)
        _verifier(relu)
        relu.corrige_le = timezone.now()
        relu.save()
        joindre(relu, fichiers_joints, par=par)
    return relu


def _verifier(compte_rendu: CompteRendu) -> None:
    raisons = []
    if compte_rendu.date > timezone.localdate():
        raisons.append("La date est à venir : un compte rendu s'écrit une fois la rencontre tenue.")
    if not compte_rendu.participants.strip():
        raisons.append("Écrivez qui y prenait part.")
    if not compte_rendu.texte.strip():
        raisons.append("Écrivez le compte rendu.")
    if raisons:
        raise ActeRefuse(*raisons)
