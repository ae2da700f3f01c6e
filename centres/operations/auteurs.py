"""Les auteurs d'une structure : inviter, renvoyer l'invitation, changer le rôle, retirer."""

from django.db import IntegrityError, transaction

from centres import notifications
from centres.models import Rattachement, Structure
from comptes.choix import PORTEURS, ROLES_DU_CENTRE, Role
from comptes.models import Utilisateur
from comptes.operations import inviter, une_direction_au_moins
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse

# Une seule phrase, quelle qu'en soit la raison : elle ne dit pas si un compte existe, ni où.
ADRESSE_REFUSEE = "Cette adresse ne peut pas être invitée ici avec ce rôle : vérifiez-la, ou demandez à votre Caf."
ROLES_QUI_SE_CHANGENT = frozenset({Role.CO_REDACTION, Role.LECTURE})


def inviter_un_auteur(
    structure: Structure, *, courriel: str, prenom: str, nom: str, role: str, par: Utilisateur
) -> Rattachement:
    """Rattache à la structure la personne de cette adresse, avec son compte s'il est d'un centre de la Caisse.

    Un compte neuf reçoit son invitation, un compte ouvert un mot qui le prévient. Refuse, de la même phrase, un compte
    de la Caf ou d'une autre Caisse, un compte fermé, et celui qui a un autre rôle dans une autre structure.
    """
    with transaction.atomic(), journal.acte("inviter_un_auteur", "Auteur invité", par=par):
        _exiger_de_gerer(structure, par)
        if role not in ROLES_DU_CENTRE:
            raise ActeRefuse("Ce rôle n'est pas celui d'une personne du centre.")
        personne = _personne(structure, courriel=courriel, prenom=prenom, nom=nom, role=role)
        if structure.rattachements.filter(utilisateur=personne).exists():
            raise ActeRefuse(f"{personne} fait déjà partie des auteurs de {structure}.")
        rattachement = Rattachement.objects.create(structure=structure, utilisateur=personne)
        if personne.has_usable_password():
            notifications.prevenir_du_rattachement(rattachement, par)
        else:
            inviter(personne, par=par)
        if personne.role in PORTEURS:
            notifications.prevenir_d_un_nouveau_porteur(rattachement, par)
    return rattachement


def renvoyer_l_invitation(rattachement: Rattachement, *, par: Utilisateur) -> None:
    """Envoie une invitation neuve, qui annule la précédente. Refuse à qui a déjà choisi son mot de passe."""
    _exiger_de_gerer(rattachement.structure, par)
    inviter(rattachement.utilisateur, par=par)


def changer_le_role(rattachement: Rattachement, role: str, *, par: Utilisateur) -> Utilisateur:
    """Fait d'un lecteur un co-rédacteur, ou l'inverse ; le rôle suit la personne dans toutes ses structures.

    Refuse tout autre rôle, et une personne qui a une structure que `par` ne dirige pas.
    """
    with transaction.atomic(), journal.acte("changer_le_role", "Rôle changé", par=par):
        _exiger_de_gerer(rattachement.structure, par)
        personne = Utilisateur.objects.select_for_update().get(pk=rattachement.utilisateur_id)
        if not {personne.role, role} <= ROLES_QUI_SE_CHANGENT:
            raise ActeRefuse("Seuls les rôles de co-rédaction et de lecture s'échangent ; les autres, c'est votre Caf.")
        if par.est_du_centre and not personne.structures_rattachees <= par.structures_rattachees:
            raise ActeRefuse(f"{personne} a aussi ce rôle dans une autre structure : demandez à votre Caf.")
        personne.role = role
        personne.save()
    return personne


def retirer_un_auteur(rattachement: Rattachement, *, par: Utilisateur) -> None:
    """Ôte à la personne tout accès à la structure ; son compte et ce qu'elle a écrit restent.

    Refuse soi-même, la dernière direction, et la présidence à qui n'en est pas ni n'administre.
    """
    structure, personne = rattachement.structure, rattachement.utilisateur
    with une_direction_au_moins(), journal.acte("retirer_un_auteur", "Auteur retiré", par=par):
        _exiger_de_gerer(structure, par)
        if personne.pk == par.pk:
            raise ActeRefuse("On ne se retire pas soi-même : demandez à une autre personne qui dirige la structure.")
        if personne.role == Role.GESTIONNAIRE and not par.has_perm("centres.retirer_la_presidence", structure):
            raise ActeInterdit("La présidence n'est retirée que par la présidence, ou par votre Caf.")
        rattachement.delete()


def _exiger_de_gerer(structure: Structure, par: Utilisateur) -> None:
    if not par.has_perm("centres.gerer_auteurs", structure):
        raise ActeInterdit("Les auteurs se gèrent par la direction ou la présidence de la structure, ou par la Caf.")


def _personne(structure: Structure, *, courriel: str, prenom: str, nom: str, role: str) -> Utilisateur:
    """Le compte de cette adresse, neuf s'il n'y en a pas. Sans structure, un compte de centre prend le rôle demandé."""
    trouvee = Utilisateur.objects.select_for_update().filter(courriel__iexact=courriel).first()
    if trouvee is None:
        return _compte_neuf(structure, courriel=courriel, prenom=prenom, nom=nom, role=role)
    du_meme_monde = trouvee.caisse_id == structure.caisse_id and trouvee.est_du_centre and trouvee.is_active
    if not du_meme_monde or (trouvee.role != role and trouvee.rattachements.exists()):
        raise ActeRefuse(ADRESSE_REFUSEE)
    if trouvee.role != role:
        trouvee.role = role
        trouvee.save()
    return trouvee


def _compte_neuf(structure: Structure, *, courriel: str, prenom: str, nom: str, role: str) -> Utilisateur:
    try:
        with transaction.atomic():
            return Utilisateur.objects.creer(
                courriel=courriel, prenom=prenom, nom=nom, role=role, caisse=structure.caisse
            )
    except IntegrityError as erreur:  # la même adresse, invitée au même instant
        raise ActeRefuse(ADRESSE_REFUSEE) from erreur
