"""Les actes sur les comptes et les caisses : inviter, accepter, ouvrir une Caisse."""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from comptes.models import Caisse, Invitation, Parametre, TexteDeReference, Utilisateur, empreinte_du_jeton
from comptes.regles import PARAMETRES
from comptes.textes import TEXTES
from socle import courriels, journal
from socle.workflow import ActeInterdit, ActeRefuse

# La phrase que la base elle-même oppose : voir la migration « au moins une direction » des centres.
UNE_DIRECTION_AU_MOINS = "Une structure garde toujours une direction : rattachez-lui d'abord une autre personne."


@contextmanager
def une_direction_au_moins() -> Iterator[None]:
    """Ce bloc s'écrit en entier, ou pas du tout si une structure y perdrait sa dernière direction (`ActeRefuse`)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as erreur:
        if UNE_DIRECTION_AU_MOINS not in str(erreur):
            raise
        raise ActeRefuse(UNE_DIRECTION_AU_MOINS) from erreur


def inviter(utilisateur: Utilisateur, *, par: Utilisateur | None) -> tuple[Invitation, str]:
    """Invite une personne à choisir son mot de passe, et annule ses invitations encore ouvertes.

    Rend l'invitation et son jeton, qui n'est gardé nulle part : le lien ne se lit que dans le courriel.
    Refuse un compte fermé, et un compte qui a déjà un mot de passe. `par=None` : la ligne de commande.
    """
    if par is not None and not par.has_perm("comptes.inviter", utilisateur):
        raise ActeInterdit("Vous n'avez pas le droit d'inviter cette personne.")
    if not utilisateur.is_active:
        raise ActeRefuse(f"Le compte de {utilisateur} est fermé : ouvrez-le d'abord.")
    if utilisateur.has_usable_password():
        raise ActeRefuse(f"{utilisateur} a déjà un mot de passe, et peut en changer par « Mot de passe oublié ».")
    jeton = secrets.token_urlsafe(32)
    jours = utilisateur.caisse.entier("delai_invitation_jours")
    maintenant = timezone.now()
    with transaction.atomic(), journal.acte("inviter", "Invitation envoyée", par=par):
        for ancienne in utilisateur.invitations.filter(acceptee_le=None, expire_le__gt=maintenant):
            ancienne.expire_le = maintenant
            ancienne.save()
        invitation = Invitation.objects.create(
            utilisateur=utilisateur,
            par=par,
            courriel=utilisateur.courriel,
            empreinte_du_jeton=empreinte_du_jeton(jeton),
            expire_le=maintenant + dt.timedelta(days=jours),
        )
        _ecrire(invitation, jeton)
    return invitation, jeton


def lien_d_invitation(jeton: str) -> str:
    """L'adresse complète par laquelle la personne choisit son mot de passe."""
    return settings.ADRESSE_PUBLIQUE + reverse("comptes:invitation", args=[jeton])


def _ecrire(invitation: Invitation, jeton: str) -> None:
    contexte = {"invitation": invitation, "personne": invitation.utilisateur, "lien": lien_d_invitation(jeton)}
    courriels.deposer(
        invitation.courriel,
        f"Votre compte Agrément – {invitation.utilisateur.caisse}",
        render_to_string("courriels/comptes/invitation.txt", contexte),
        secret=True,
    )


def prevenir_du_nouveau_courriel(utilisateur: Utilisateur, *, ancien: str) -> None:
    """Écrit à l'ancienne adresse que le compte en a changé : qui le volerait ainsi serait vu."""
    texte = render_to_string("courriels/comptes/nouveau_courriel.txt", {"personne": utilisateur})
    courriels.deposer(ancien, "Le courriel de votre compte a changé", texte)


@transaction.atomic
def accepter(jeton: str, mot_de_passe: str) -> Utilisateur:
    """Pose le mot de passe de la personne invitée ; le jeton ne sert qu'une fois.

    Refuse un jeton inconnu, expiré ou déjà employé. Lève `ValidationError` si le mot de passe est trop faible.
    """
    ouvertes = Invitation.objects.du_jeton(jeton).select_related("utilisateur")
    invitation = ouvertes.select_for_update(of=("self", "utilisateur")).first()
    if invitation is None:
        raise ActeRefuse("Cette invitation ne sert plus : demandez-en une autre à votre Caf.")
    personne = invitation.utilisateur
    validate_password(mot_de_passe, personne)
    with journal.acte("accepter_l_invitation", "Invitation acceptée", par=personne):
        personne.set_password(mot_de_passe)
        personne.save()
        invitation.acceptee_le = timezone.now()
        invitation.save()
    return personne


@transaction.atomic
def ouvrir_caisse(*, nom: str, code_departement: str, par: Utilisateur | None = None, **coordonnees: Any) -> Caisse:
    """Une Caisse prête à servir : les textes nationaux, et chaque paramètre à sa valeur d'origine avec son texte.

    `coordonnees` : adresse, code_postal, ville, courriel_du_service, telephone. Refuse un nom déjà pris.
    """
    caisse = Caisse(nom=nom, code_departement=code_departement, **coordonnees)
    with journal.acte("ouvrir_la_caisse", "Ouverture de la Caisse", par=par):
        caisse.full_clean()
        caisse.save()
        textes = charger_les_textes()
        debut_d_annee = timezone.localdate().replace(month=1, day=1)
        for connu in PARAMETRES.values():
            texte = textes[connu.texte]
            Parametre.objects.create(
                caisse=caisse,
                code=connu.code,
                valeur=connu.defaut,
                date_effet=texte.date_effet or debut_d_annee,
                texte=texte,
                precision=connu.source,
            )
    return caisse


def charger_les_textes() -> dict[str, TexteDeReference]:
    """Les textes nationaux, créés s'ils manquent, par code."""
    return {
        connu.code: TexteDeReference.objects.get_or_create(
            caisse=None,
            code=connu.code,
            defaults={
                "titre": connu.titre,
                "date": connu.date,
                "date_effet": connu.date_effet,
                "resume": connu.resume,
            },
        )[0]
        for connu in TEXTES
    }
