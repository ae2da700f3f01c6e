"""L'accusé de réception d'un dépôt : les valeurs figées dans l'acte, et le PDF qui s'en imprime.

Ses mentions sont celles des articles L112-3, L112-11, L114-5 et R112-11-1 du code des relations entre le public et
l'administration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agrement.dossiers.choix import Exigence
from agrement.dossiers.criteres import CIRCULAIRE
from agrement.dossiers.regles import OUVERTES_PAR_LA_CAF
from agrement.dossiers.silence import dire_le_silence, voies_de_recours
from comptes.models import Caisse, Utilisateur
from socle import pdf
from socle.templatetags.composants import date_longue, instant, taille

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier, TypeDePiece

GABARIT = "documents/accuse.html"
VERSION_DE_L_ACCUSE = "2026-1"
GABARIT_DE_LA_LETTRE = "documents/irrecevabilite.html"
VERSION_DE_LA_LETTRE = "2026-1"


def contenu_de_l_accuse(dossier: Dossier, recue_le: dt.datetime) -> dict[str, Any]:
    """Tout ce que l'accusé dit du dépôt fait à cet instant, en valeurs JSON.

    Une procédure que la Caf ouvre elle-même n'est pas une demande : le silence n'y vaut rien, l'accusé n'en dit rien.
    """
    jour = timezone.localdate(recue_le)
    jointes = dossier.pieces.en_vigueur()
    return {
        "modele": VERSION_DE_L_ACCUSE,
        "numero": dossier.numero_d_enregistrement,
        "recue_le": instant(recue_le),
        "etabli_le": jour.isoformat(),
        "dossier": dossier.numero,
        "demande": dossier.get_type_display(),
        "periode": f"du {date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}",
        "structure": dossier.structure.nom,
        "caisse": _caisse(dossier.caisse),
        "destinataire": _destinataire(dossier),
        "interlocuteur": _interlocuteur(dossier),
        "projet": _projet(dossier),
        "pieces": [
            {
                "code": piece.type.code,
                "libelle": piece.type.libelle,
                "nom": piece.fichier.nom,
                "taille": taille(piece.fichier.taille),
                "empreinte": piece.fichier.empreinte,
            }
            for piece in jointes.select_related("type", "fichier")
        ],
        "manquantes": _noms(dossier.types_exiges().exclude(pieces__in=jointes)),
        "facultatives": _noms(dossier.types_exiges(Exigence.FACULTATIVE).exclude(pieces__in=jointes)),
        "limite_depassee": date_longue(dossier.limite_de_depot) if dossier.tardif else "",
        **_silence(dossier, jour),
    }


def imprimer_l_accuse(contenu: Mapping[str, Any]) -> bytes:
    """Le PDF de ces valeurs. Les mêmes valeurs rendent les mêmes octets."""
    return pdf.rendre(GABARIT, contenu)


def nom_de_l_accuse(contenu: Mapping[str, Any]) -> str:
    return f"accuse-de-reception-{contenu['numero']}.pdf"


def _noms(types: Iterable[TypeDePiece]) -> list[str]:
    return [f"{type_de_piece.code}, {type_de_piece.libelle}" for type_de_piece in types]


def _caisse(caisse: Caisse) -> dict[str, str]:
    return {
        "nom": caisse.nom,
        "adresse": caisse.adresse_complete,
        "courriel": caisse.courriel_du_service,
        "telephone": caisse.telephone,
    }


def _destinataire(dossier: Dossier) -> dict[str, str]:
    gestionnaire = dossier.gestionnaire
    return {
        "nom": gestionnaire.raison_sociale,
        "adresse": gestionnaire.adresse,
        "ville": gestionnaire.ville_complete,
    }


def _interlocuteur(dossier: Dossier) -> dict[str, str] | None:
    personne = dossier.conseiller or dossier.structure.conseiller
    return {"nom": personne.nom_complet, "courriel": personne.courriel} if personne else None


def _projet(dossier: Dossier) -> dict[str, Any] | None:
    projet = dossier.projet
    return {"titre": projet.titre, "version": projet.version, "empreinte": projet.empreinte} if projet else None


def _silence(dossier: Dossier, recue_le: dt.date) -> dict[str, list[str]]:
    if dossier.type in OUVERTES_PAR_LA_CAF:
        return {"silence": [], "recours": []}
    regles = dossier.caisse.valeurs("sens_du_silence", "delai_du_silence_mois", "delai_recours_mois", au=recue_le)
    silence = dire_le_silence(
        regles["sens_du_silence"],
        recue_le,
        delai_mois=int(regles["delai_du_silence_mois"]),
        recours_mois=int(regles["delai_recours_mois"]),
    )
    return {"silence": list(silence.effet), "recours": list(silence.recours)}


# --- La lettre d'irrecevabilité ---------------------------------------------------------------------


def contenu_de_la_lettre(dossier: Dossier, *, motif: str, le: dt.date, par: Utilisateur) -> dict[str, Any]:
    """Tout ce que dit la lettre, en valeurs JSON. `motif` : celui de l'acte, un paragraphe par ligne.

    Les textes cités sont ceux des critères non remplis, ou le §14 de la circulaire s'il n'y en a pas.
    """
    nons = dossier.reponses_de_recevabilite.non_remplies(dossier)
    delai = dossier.caisse.entier("delai_recours_mois", le)
    return {
        "modele": VERSION_DE_LA_LETTRE,
        "dossier": dossier.numero,
        "enregistrement": dossier.numero_d_enregistrement,
        "recue_le": date_longue(dossier.depose_le),
        "etabli_le": le.isoformat(),
        "le": date_longue(le),
        "demande": dossier.get_type_display(),
        "periode": f"du {date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}",
        "structure": dossier.structure.nom,
        "caisse": _caisse(dossier.caisse),
        "destinataire": {
            **_destinataire(dossier),
            "representant": dossier.gestionnaire.representant,
            "qualite": dossier.gestionnaire.qualite_du_representant,
        },
        "motifs": [ligne for ligne in motif.splitlines() if ligne.strip()],
        "textes": list(dict.fromkeys(non.critere.source for non in nons)) or [CIRCULAIRE],
        "recours": list(voies_de_recours("de la réception de cette lettre", delai)),
        "signataire": {"nom": par.nom_complet, "qualite": par.get_role_display()},
    }


def imprimer_la_lettre(contenu: Mapping[str, Any]) -> bytes:
    """Le PDF de ces valeurs. Les mêmes valeurs rendent les mêmes octets."""
    return pdf.rendre(GABARIT_DE_LA_LETTRE, contenu)


def nom_de_la_lettre(contenu: Mapping[str, Any]) -> str:
    return f"irrecevabilite-{contenu['dossier']}-{contenu['etabli_le']}.pdf"
