"""Les défauts qu'on cherche dans un projet social : une fonction pure par règle, de la lecture aux constats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from centres.choix import Finalite, Mission
from centres.coherence.lecture import Constat, Lecture
from centres.models import LigneBudget, Noeud, Objectif, PosteDuProjet
from centres.regles import parties_de
from socle.templatetags.composants import date_longue, euros
from socle.texte import sans_accents

# Ces deux sortes de nœuds se disent aussi par un autre champ : sans intitulé, elles se lisent quand même.
SE_DIT_AUSSI_PAR: dict[type[Noeud], str] = {LigneBudget: "compte", PosteDuProjet: "fonction"}


def manques_de(*parties: str) -> Callable[[Lecture], Iterator[Constat]]:
    """La règle qui dit ce qu'il manque à ces parties pour être complètes (`centres.regles`)."""

    def manques(lu: Lecture) -> Iterator[Constat]:
        for partie in parties_de(lu.projet):
            if partie.code in parties:
                for champ, phrase in partie.attendus.items():
                    if phrase in partie.manques(lu.projet):
                        yield Constat(phrase, champ=champ if champ in partie.champs else "", partie=partie.code)

    return manques


def adoption(lu: Lecture) -> Iterator[Constat]:
    yield from manques_de("validation")(lu)
    if lu.projet.date_d_adoption and lu.projet.date_d_adoption > lu.au:
        le = date_longue(lu.projet.date_d_adoption)
        yield Constat(f"La date d'adoption, le {le}, est dans l'avenir : corrigez-la.", champ="date_d_adoption")


def sans_intitule(lu: Lecture) -> Iterator[Constat]:
    for noeud in lu.noeuds:
        autre = SE_DIT_AUSSI_PAR.get(type(noeud))
        if not noeud.intitule.strip() and not (autre and getattr(noeud, autre)):
            porteur = noeud.porteur
            sous = f", sous « {porteur} »," if porteur else ""
            yield Constat(f"« {noeud} »{sous} attend son intitulé.", noeud, "intitule")


def enjeu_sans_axe(lu: Lecture) -> Iterator[Constat]:
    """Rien tant qu'aucun axe n'est écrit : c'est alors l'axe qui manque, pas le lien."""
    repondus = {enjeu.pk for axe in lu.axes for enjeu in axe.enjeux.all()}
    for enjeu in lu.projet.enjeux.all() if lu.axes else ():
        if enjeu.pk not in repondus:
            yield Constat(f"Aucun axe ne répond à l'enjeu « {enjeu} ».", partie="axes")


def axe_sans_enjeu(lu: Lecture) -> Iterator[Constat]:
    """Rien tant qu'aucun enjeu n'est écrit : la partie « Enjeux » le demande déjà. Le champ : la première case."""
    for axe in lu.axes if lu.projet.enjeux.all() else ():
        if not axe.enjeux.all():
            yield Constat(f"L'axe « {axe} » ne répond à aucun enjeu.", axe, "enjeux_0")


def axe_sans_objectif(lu: Lecture) -> Iterator[Constat]:
    for axe in lu.axes:
        if not axe.objectifs.all():
            yield Constat(f"L'axe « {axe} » n'a aucun objectif.", axe)


def objectif_sans_action(lu: Lecture) -> Iterator[Constat]:
    for general in lu.generaux:
        if not general.operationnels and not general.actions.all():
            yield Constat(f"L'objectif général « {general} » n'a ni objectif opérationnel ni action.", general)
        for operationnel in general.operationnels:
            if not operationnel.actions.all():
                yield Constat(f"L'objectif opérationnel « {operationnel} » n'a aucune action.", operationnel)


def action_sans_indicateur(lu: Lecture) -> Iterator[Constat]:
    """Un indicateur de l'objectif qui porte l'action la mesure aussi."""
    for objectif in lu.objectifs:
        for action in objectif.actions.all():
            if not action.indicateurs.all() and not objectif.indicateurs.all():
                yield Constat(f"L'action « {action} » n'a pas d'indicateur, ni l'objectif qui la porte.", action)


def indicateur_sans_cible(lu: Lecture) -> Iterator[Constat]:
    for indicateur in lu.indicateurs:
        if not indicateur.cible.strip():
            yield Constat(f"L'indicateur « {indicateur} » n'a pas de cible.", indicateur, "cible")


def axe_jamais_evalue(lu: Lecture) -> Iterator[Constat]:
    """Rien pour un axe encore sans objectif : il n'a rien à évaluer."""
    evalues = {objectif.axe_id for objectif in lu.objectifs if _est_evalue(objectif)}
    for axe in lu.axes:
        if axe.objectifs.all() and axe.pk not in evalues:
            yield Constat(f"L'axe « {axe} » n'a aucun indicateur : rien ne dira s'il avance.", axe)


def _est_evalue(objectif: Objectif) -> bool:
    return bool(objectif.indicateurs.all()) or any(action.indicateurs.all() for action in objectif.actions.all())


def action_sans_financement(lu: Lecture) -> Iterator[Constat]:
    """Une action dont le coût prévu est 0 € ne demande pas de financement.

    Le total ne se compare au coût que si chaque financement dit son montant.
    """
    for action in lu.actions:
        montants = [financement.montant for financement in action.financements.all()]
        if not montants and action.charges != 0:
            yield Constat(
                f"L'action « {action} » n'a pas de financement. Si elle ne coûte rien, dites-le : 0 €.", action
            )
        connus = [montant for montant in montants if montant is not None]
        if action.charges and montants and len(connus) == len(montants) and sum(connus) < action.charges:
            reunis, cout = euros(sum(connus)), euros(action.charges)
            yield Constat(
                f"L'action « {action} » coûte {cout} par an, ses financements en réunissent {reunis}.", action
            )


def mission_non_couverte(lu: Lecture) -> Iterator[Constat]:
    """Rien tant qu'aucun objectif n'est écrit."""
    servies = {objectif.mission for objectif in lu.objectifs}
    oubliees = [str(mission.label) for mission in Mission if mission not in servies]
    if servies and oubliees:
        yield Constat(f"Aucun objectif ne sert {_citer('la mission', 'les missions', oubliees)}.")


def finalite_non_couverte(lu: Lecture) -> Iterator[Constat]:
    """Rien tant qu'aucun objectif n'est écrit."""
    servies = {objectif.finalite for objectif in lu.objectifs}
    oubliees = [str(finalite.label) for finalite in Finalite if finalite not in servies]
    if servies and oubliees:
        yield Constat(f"Aucun objectif ne sert {_citer('la finalité', 'les finalités', oubliees)}.")


def _citer(singulier: str, pluriel: str, noms: list[str]) -> str:
    return f"{pluriel if len(noms) > 1 else singulier} {', '.join(f'« {nom} »' for nom in noms)}"


def volet_familles_vide(lu: Lecture) -> Iterator[Constat]:
    if lu.projet.volet_familles and not lu.projet.projet_familles.strip():
        yield Constat("Le projet dit comporter un volet familles, mais rien n'y est écrit.", champ="projet_familles")


def annee_sans_budget(lu: Lecture) -> Iterator[Constat]:
    """Rien sans budget du tout, ni sans période : d'autres règles le disent."""
    debut, fin = lu.projet.debut, lu.projet.fin
    periode = range(debut.year, fin.year + 1) if debut and fin and lu.totaux else ()
    for annee in periode:
        if annee not in lu.totaux:
            yield Constat(f"Le budget de {annee} n'est pas écrit, alors que l'année est dans la période du projet.")


def budget_desequilibre(lu: Lecture) -> Iterator[Constat]:
    for annee, total in sorted(lu.totaux.items()):
        if total["charges"] != total["produits"]:
            yield Constat(
                f"Budget {annee} : les charges ({euros(total['charges'])}) et les produits "
                f"({euros(total['produits'])}) doivent être égaux.",
                ancre=f"annee-{annee}",
            )


def doublon(lu: Lecture) -> Iterator[Constat]:
    """Deux fois le même intitulé au même endroit ; la même action sous deux objectifs n'en est pas un."""
    deja: set[tuple[object, ...]] = set()
    for noeud in (*lu.projet.enjeux.all(), *lu.axes, *lu.objectifs, *lu.actions, *lu.indicateurs):
        place = (type(noeud), *(getattr(noeud, champ) for champ in noeud.PLACE), normaliser(noeud.intitule))
        if noeud.intitule and place in deja:
            yield Constat(f"« {noeud} » est écrit deux fois au même endroit.", noeud)
        deja.add(place)


def projet_recopie(lu: Lecture) -> Iterator[Constat]:
    """Les intitulés d'axes, d'objectifs et d'actions communs aux deux projets, rapportés au plus fourni des deux.

    Rapportés au seul nouveau projet, ils accuseraient de copie le premier axe que l'on y écrit.
    """
    if lu.precedent is None:
        return
    neufs, anciens = intitules(lu), intitules(Lecture(lu.precedent, None, lu.au, lu.part_recopiee))
    repris = len(neufs.keys() & anciens.keys())
    if repris and 100 * repris >= lu.part_recopiee * max(len(neufs), len(anciens)):
        yield Constat(
            f"{repris} intitulés d'axes, d'objectifs et d'actions sur {len(neufs)} sont ceux de "
            f"« {lu.precedent.titre} » : pas de perspectives pluriannuelles nouvelles."
        )


def intitules(lu: Lecture) -> dict[str, str]:
    """{intitulé comparable: tel qu'il est écrit} des axes, des objectifs et des actions."""
    ecrits = {normaliser(noeud.intitule): noeud.intitule for noeud in (*lu.axes, *lu.objectifs, *lu.actions)}
    return {cle: ecrit for cle, ecrit in ecrits.items() if cle}


def normaliser(intitule: str) -> str:
    """L'intitulé sans accents, sans majuscules, sans ponctuation, sans le « (copie) » d'un élément dupliqué."""
    return re.sub(r"[^a-z0-9]+", " ", sans_accents(intitule)).strip().removesuffix(" copie")
