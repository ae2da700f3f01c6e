"""Les courriels d'un dossier : une fonction par message, appelée après la validation de l'acte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from agrement.dossiers.choix import Cote
from agrement.dossiers.documents import contenu_de_l_accuse, contenu_de_la_lettre
from agrement.dossiers.regles import MOTIFS_LUS_PAR_LE_CENTRE
from comptes.choix import REDACTEURS, Role
from comptes.models import Utilisateur
from socle import courriels, journal
from socle.models import EntreeDuJournal

if TYPE_CHECKING:
    from agrement.dossiers.models import (
        AvisDePartenaire,
        CompteRendu,
        DemandeDAvis,
        Dossier,
        EtapeContradictoire,
        Message,
    )

EXTRAIT = 140  # caractères d'un message que son courriel cite


def accuser_reception(dossier: Dossier, par: Any) -> None:
    """Au centre : l'accusé de réception, gardé au dossier et dit dans le courriel. À la Caf : un dossier est arrivé."""
    recu_le = dossier.depose_le
    assert recu_le is not None
    contenu = contenu_de_l_accuse(dossier, recu_le)
    dossier.accuses.create(
        numero=dossier.numero_d_enregistrement,
        recu_le=recu_le,
        empreinte_du_projet=dossier.projet.empreinte if dossier.projet else "",
        version_du_modele=contenu["modele"],
        contenu=contenu,
    )
    _ecrire(
        _centre(dossier, REDACTEURS),
        dossier,
        f"Accusé de réception {dossier.numero_d_enregistrement} – dossier {dossier.numero}",
        "accuse_de_reception",
        accuse=contenu,
        lien_de_l_accuse=settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:accuse"),
    )
    prevenir_la_caf(dossier, par)


def demander_des_complements(dossier: Dossier, par: Any) -> None:
    """À qui écrit pour le centre : ce qui manque, pourquoi et jusqu'à quand."""
    objet = f"Compléments demandés – dossier {dossier.numero}"
    lien = settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:complements")
    demande = dossier.demande_ouverte()
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "complements", demande=demande, lien_de_la_demande=lien)


def prevenir_du_retrait_des_complements(dossier: Dossier, par: Any) -> None:
    """Au centre : il n'a plus à répondre, et ce que devient ce qu'il écrivait."""
    objet = f"Compléments : demande retirée – dossier {dossier.numero}"
    motif = journal.contexte().motif
    suspendu = dossier.projet is not None and dossier.projet.brouillon_de_la_serie() is not None
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "complements_retires", motif=motif, suspendu=suspendu)


def notifier_l_irrecevabilite(dossier: Dossier, par: Any) -> None:
    """Au centre : la lettre, gardée au dossier, avec ses motifs et ses recours."""
    le = timezone.localdate()
    contenu = contenu_de_la_lettre(dossier, motif=journal.contexte().motif, le=le, par=par)
    dossier.lettres_d_irrecevabilite.create(le=le, version_du_modele=contenu["modele"], contenu=contenu)
    lien = settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:lettre_d_irrecevabilite")
    objet = f"Demande irrecevable – dossier {dossier.numero}"
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "irrecevabilite", lettre=contenu, lien_de_la_lettre=lien)


def prevenir_le_centre(dossier: Dossier, par: Any) -> None:
    """Au centre : l'état du dossier a changé."""
    _dire_l_etat(_centre(dossier, REDACTEURS), dossier)


def prevenir_la_caf(dossier: Dossier, par: Any) -> None:
    """À qui instruit : l'état du dossier a changé."""
    _dire_l_etat(_caf(dossier), dossier)


def prevenir_d_un_message(message: Message) -> None:
    """À l'autre côté : qui a écrit, les premiers mots, et le lien ; jamais le message entier ni ses fichiers."""
    dossier = message.dossier
    _ecrire(
        _caf(dossier) if message.cote == Cote.CENTRE else _centre(dossier, REDACTEURS),
        dossier,
        f"Nouveau message – dossier {dossier.numero}",
        "message",
        message=message,
        extrait=Truncator(" ".join(message.texte.split())).chars(EXTRAIT),
        lien=settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:onglet", onglet="echanges"),
    )


def prevenir_d_une_reponse_au_recours(dossier: Dossier, recours: Any) -> None:
    """Au centre : ce que devient son recours contre un accord, dont le dossier ne change pas d'état."""
    lien = settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:onglet", onglet="decision")
    objet = f"Réponse à votre recours – dossier {dossier.numero}"
    _ecrire(_centre(dossier, REDACTEURS), dossier, objet, "reponse_au_recours", recours=recours, lien=lien)


def prevenir_d_un_compte_rendu(compte_rendu: CompteRendu) -> None:
    """Au centre : un compte rendu peut se lire."""
    dossier = compte_rendu.dossier
    _ecrire(
        _centre(dossier, REDACTEURS),
        dossier,
        f"Compte rendu – dossier {dossier.numero}",
        "compte_rendu",
        compte_rendu=compte_rendu,
        lien=settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:onglet", onglet="echanges"),
    )


def prevenir_d_une_etape(etape: EtapeContradictoire) -> None:
    """Au centre : un avertissement ou une invitation à présenter des observations lui est adressé."""
    objet = f"{etape.get_sorte_display()} – dossier {etape.dossier.numero}"
    _dire_l_etape(_centre(etape.dossier, REDACTEURS), etape, objet, "etape_contradictoire")


def prevenir_d_observations(etape: EtapeContradictoire) -> None:
    """À qui instruit : le centre a présenté ses observations."""
    _dire_l_etape(
        _caf(etape.dossier), etape, f"Observations du centre – dossier {etape.dossier.numero}", "observations"
    )


def _dire_l_etape(a: Iterable[Utilisateur], etape: EtapeContradictoire, objet: str, gabarit: str) -> None:
    adresse = etape.dossier.adresse("dossiers:onglet", onglet="decision") + "#contradictoire"
    _ecrire(a, etape.dossier, objet, gabarit, etape=etape, lien=settings.ADRESSE_PUBLIQUE + adresse)


def demander_un_avis(demande: DemandeDAvis, *, relance: bool = False) -> None:
    """Au partenaire : ce qui lui est demandé, jusqu'à quand, et son lien personnel, effacé une fois parti."""
    rappel = "Rappel : " if relance else ""
    lien = settings.ADRESSE_PUBLIQUE + reverse("dossiers:avis_de_partenaire", args=[demande.jeton()])
    _ecrire_au_partenaire(demande, f"{rappel}votre avis sur {demande.dossier.structure}", "demande_d_avis", lien=lien)


def retirer_une_demande_d_avis(demande: DemandeDAvis) -> None:
    """Au partenaire : son avis n'est plus attendu."""
    _ecrire_au_partenaire(demande, f"Votre avis sur {demande.dossier.structure} n'est plus attendu", "avis_retire")


def prevenir_d_un_avis(avis: AvisDePartenaire) -> None:
    """À qui l'a demandé : un partenaire a répondu. Son avis se lit dans l'application, pas dans le courriel."""
    dossier, par = avis.demande.dossier, avis.demande.par
    _ecrire(
        (par,) if par.is_active else _caf(dossier),
        dossier,
        f"Avis reçu de {avis.demande.partenaire} – dossier {dossier.numero}",
        "avis_recu",
        demande=avis.demande,
        lien=settings.ADRESSE_PUBLIQUE + dossier.adresse("dossiers:onglet", onglet="analyse") + "#avis-des-partenaires",
    )


def _ecrire_au_partenaire(demande: DemandeDAvis, objet: str, gabarit: str, **contexte: Any) -> None:
    texte = render_to_string(f"courriels/dossiers/{gabarit}.txt", {"demande": demande, **contexte})
    courriels.deposer(demande.courriel, objet[:1].upper() + objet[1:], texte, secret=True)


def _dire_l_etat(a: Iterable[Utilisateur], dossier: Dossier) -> None:
    """Le nouvel état et, si le centre peut le lire, le motif de l'acte."""
    entree = EntreeDuJournal.objects.sur(dossier).exclude(acte="").first()
    motif = entree.motif if entree and entree.acte in MOTIFS_LUS_PAR_LE_CENTRE else ""
    objet = f"Dossier {dossier.numero} : {dossier.get_statut_display().lower()}"
    _ecrire(a, dossier, objet, "etat", motif=motif)


def _centre(dossier: Dossier, roles: Iterable[Role]) -> Iterable[Utilisateur]:
    """Les auteurs de la structure qui ont l'un de ces rôles ; qui ne fait que lire ne reçoit rien."""
    return Utilisateur.objects.filter(
        rattachements__structure=dossier.structure, is_active=True, role__in=sorted(roles)
    ).distinct()


def _caf(dossier: Dossier) -> Iterable[Utilisateur]:
    if dossier.conseiller is not None:
        return (dossier.conseiller,)
    if dossier.structure.conseiller is not None:
        return (dossier.structure.conseiller,)
    return Utilisateur.objects.filter(caisse=dossier.caisse, is_active=True, role=Role.RESPONSABLE)


def _ecrire(a: Iterable[Utilisateur], dossier: Dossier, objet: str, gabarit: str, **contexte: Any) -> None:
    for personne in a:
        texte = render_to_string(
            f"courriels/dossiers/{gabarit}.txt",
            {
                "dossier": dossier,
                "personne": personne,
                "etat": dossier.get_statut_display(),
                "lien": settings.ADRESSE_PUBLIQUE + dossier.get_absolute_url(),
                **contexte,
            },
        )
        courriels.deposer(personne.courriel, objet, texte)
