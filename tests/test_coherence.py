"""Le code lui-même : ce que la maison s'est promis, vérifié fichier par fichier."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from socle.models import ModeleSuivi

RACINE = Path(settings.BASE_DIR)
GABARITS = RACINE / "templates"
MAISON = ("config", "agrement", "evaluation", "partenaires", "centres", "comptes", "socle")
NOS_APPS = (
    "accueil",
    "suivi",
    "contrats",
    "prestations",
    "seances",
    "dossiers",
    "evaluation",
    "partenaires",
    "centres",
    "comptes",
    "socle",
)
NOS_MODELES = [
    modele
    for modele in apps.get_models()
    if modele._meta.app_label in NOS_APPS and not modele.__module__.startswith("tests.")
]


def fichiers_du_code(*dossiers: str) -> list[Path]:
    return [f for dossier in dossiers for f in (RACINE / dossier).rglob("*.py") if "migrations" not in f.parts]


CODE = fichiers_du_code(*MAISON)


def lignes(motif: str, *, dans: list[Path]) -> Iterator[str]:
    """« fichier:ligne » de chaque ligne où le motif se trouve."""
    cherche = re.compile(motif)
    for fichier in dans:
        for numero, ligne in enumerate(fichier.read_text().splitlines(), 1):
            if cherche.search(ligne):
                yield f"{fichier.relative_to(RACINE)}:{numero}"


# --- Gabarits ---------------------------------------------------------------------------------------------------

# Ceux que Django, allauth et crispy demandent par leur nom.
DEMANDES_PAR_LES_PAQUETS = re.compile(
    r"^(\d+(_csrf)?\.html|admin/\w+\.html|bootstrap5/errors\.html|django_filters/.+|account/.+)$"
)


def gabarits() -> list[str]:
    return sorted(str(f.relative_to(GABARITS)) for f in GABARITS.rglob("*") if f.is_file() and f.suffix != ".css")


def test_aucun_gabarit_n_est_inutile():
    textes = "\n".join(f.read_text() for f in [*CODE, *GABARITS.rglob("*.html"), *GABARITS.rglob("*.txt")])
    noms_complets = set(re.findall(r"[\w./-]+\.(?:html|txt|xml)", textes))
    # Un nom composé, « courriels/dossiers/{gabarit}.txt », vaut pour son dossier si le dernier mot est écrit ailleurs.
    composes = {nom.partition("{")[0] for nom in re.findall(r"[\w./-]+/\{\w+\}\.(?:html|txt)", textes)}

    def sert(nom: str) -> bool:
        dossier, _, fichier = nom.rpartition("/")
        mot = re.compile(rf"""["']{re.escape(fichier.rpartition(".")[0])}["']""")
        return nom in noms_complets or (f"{dossier}/" in composes and bool(mot.search(textes)))

    assert [nom for nom in gabarits() if not DEMANDES_PAR_LES_PAQUETS.match(nom) and not sert(nom)] == []


@pytest.mark.parametrize("nom", [nom for nom in gabarits() if nom.endswith(".html")])
def test_un_gabarit_reste_court(nom):
    assert len((GABARITS / nom).read_text().splitlines()) <= 150


# --- Code -------------------------------------------------------------------------------------------------------


def test_rien_n_est_remis_a_plus_tard():
    suffixes = {".py", ".html", ".css", ".js", ".md", ".sh"}
    tout = [f for f in RACINE.rglob("*") if f.suffix in suffixes and est_au_projet(f)]
    mots = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b"))
    assert list(lignes(rf"\b({mots})", dans=tout)) == []


def est_au_projet(fichier: Path) -> bool:
    relatif = fichier.relative_to(RACINE)
    caches = any(partie.startswith(".") for partie in relatif.parts)
    return not caches and relatif.parts[0] not in {"donnees", "captures"}


# Les balises sont écrites par le code ; ce qui est saisi est échappé avant d'y entrer.
HTML_SANS_ECHAPPEMENT = {"socle/listes/liste.py": "les cellules d'une liste, chacune échappée avant d'être jointe"}


def test_aucun_texte_n_echappe_a_l_echappement():
    trouves = {
        *lignes(r"\bmark_safe\(|\bSafeString\(", dans=CODE),
        *lignes(r"\|\s*safe\b|autoescape off", dans=list(GABARITS.rglob("*.html"))),
    }
    assert {lieu.partition(":")[0] for lieu in trouves} == set(HTML_SANS_ECHAPPEMENT)


def test_un_formulaire_dit_ses_champs():
    assert list(lignes(r"""fields\s*=\s*["']__all__["']|^\s+exclude\s*=""", dans=CODE)) == []


def classes(fichier: Path) -> Iterator[ast.ClassDef]:
    yield from (noeud for noeud in ast.walk(ast.parse(fichier.read_text())) if isinstance(noeud, ast.ClassDef))


def test_un_formulaire_de_modele_a_une_liste_de_champs():
    sans = [
        f"{fichier.relative_to(RACINE)}:{classe.name}"
        for fichier in CODE
        for classe in classes(fichier)
        if fichier.name == "forms.py" or any("ModelForm" in ast.unparse(base) for base in classe.bases)
        for meta in [next((n for n in classe.body if isinstance(n, ast.ClassDef) and n.name == "Meta"), None)]
        if meta is not None and "fields" not in ast.unparse(meta)
    ]
    assert sans == []


@pytest.mark.parametrize("interdit", ["utils.py", "helpers.py", "services.py", "signals.py"])
def test_chaque_piece_a_un_nom(interdit):
    assert [f for f in CODE if f.name == interdit] == []


def test_un_fichier_reste_lisible():
    longs = {str(f.relative_to(RACINE)): n for f in CODE if (n := len(f.read_text().splitlines())) > 400}
    assert longs == {}


# --- Écritures ----------------------------------------------------------------------------------------------------

MOTEUR = "socle/workflow.py"
# Ce qui écrit plusieurs lignes d'un coup n'appelle pas `save` : rien n'irait au journal, hors ces fichiers.
ECRITURES_EN_MASSE = {
    "agrement/accueil/demonstration/ecrire_projets.py": "un jeu de démonstration n'a pas d'histoire à garder",
    "agrement/accueil/demonstration/histoire.py": "les courriels d'une démonstration sont réputés partis",
    "agrement/dossiers/operations/accords.py": "un acte d'accord est noté une fois, avec le numéro de ses objectifs",
    "agrement/dossiers/operations/referentiel.py": "les exigences d'origine naissent avec leur pièce, qui est notée",
    "centres/operations/ecriture.py": "un brouillon s'enregistre à chaque pause : la saisie garde qui a écrit",
    "centres/operations/noeuds.py": "un rang qui change ne dit rien du projet",
    "centres/operations/projets.py": "une version copiée est notée une fois, sur le projet, pas nœud par nœud",
    "centres/operations/reprise.py": "le bilan ouvert est noté une fois, sur le projet, pas ligne par ligne",
    "centres/operations/tableur.py": "un classeur relu est noté une fois, sur le projet, pas nœud par nœud",
    "centres/operations/territoires.py": "les communes et les quartiers viennent du code officiel",
}
CHAMPS_SUIVIS = [
    {nom for champ in modele._meta.concrete_fields for nom in (champ.name, champ.attname)}
    for modele in NOS_MODELES
    if issubclass(modele, ModeleSuivi)
]


def ecrit_l_etat(noeud: ast.AST) -> bool:
    """Vrai d'un état donné à un objet qui existe : `x.statut = …`, `setattr(x, "statut", …)`, `save(par_un_acte=…)`."""
    match noeud:
        case ast.Attribute(attr="statut", ctx=ast.Store()):
            return True
        case ast.Call(func=ast.Name("setattr"), args=[_, ast.Constant("statut"), *_]):
            return True
        case ast.Call(func=ast.Attribute(attr="update" | "save"), keywords=mots):
            return bool({mot.arg for mot in mots} & {"statut", "par_un_acte"})
    return False


def ecrit_en_masse(noeud: ast.AST) -> bool:
    """Vrai de `bulk_create`, de `bulk_update`, et d'un `update` dont tous les champs sont d'un modèle suivi."""
    match noeud:
        case ast.Call(func=ast.Attribute(attr="bulk_create" | "bulk_update")):
            return True
        case ast.Call(func=ast.Attribute(attr="update"), args=[], keywords=[*mots]) if mots:
            nommes = {mot.arg for mot in mots if mot.arg}
            return bool(nommes) and any(nommes <= champs for champs in CHAMPS_SUIVIS)
    return False


def fichiers_ou(trouve: Callable[[ast.AST], bool]) -> set[str]:
    arbres = {str(f.relative_to(RACINE)): ast.parse(f.read_text()) for f in CODE}
    return {nom for nom, arbre in arbres.items() if any(trouve(noeud) for noeud in ast.walk(arbre))}


@pytest.mark.parametrize(
    ("trouve", "code", "vu"),
    [
        (ecrit_l_etat, "dossier.statut = 'x'", True),
        (ecrit_l_etat, "a, dossier.statut = 1, 2", True),
        (ecrit_l_etat, "Dossier.objects.filter(\n  pk=1\n).update(\n  statut='x'\n)", True),
        (ecrit_l_etat, "setattr(dossier, 'statut', 'x')", True),
        (ecrit_l_etat, "dossier.save(par_un_acte=True)", True),
        (ecrit_l_etat, "dossier.statut == 'x'", False),
        (ecrit_en_masse, "Dossier.objects.filter(\n  pk=1\n).update(\n  tardif=True\n)", True),
        (ecrit_en_masse, "dossier.pieces.update(motif='', **autres)", True),
        (ecrit_en_masse, "Piece.objects.bulk_create(\n  []\n)", True),
        (ecrit_en_masse, "Courriel.objects.update(erreur='x')", False),
        (ecrit_en_masse, "contexte.update(titre='x', raisons=[])", False),
    ],
)
def test_les_ecritures_se_reconnaissent(trouve, code, vu):
    assert any(trouve(noeud) for noeud in ast.walk(ast.parse(code))) is vu


def test_l_etat_n_est_ecrit_que_par_le_moteur():
    assert fichiers_ou(ecrit_l_etat) == {MOTEUR}


def test_une_ecriture_en_masse_ne_contourne_pas_le_journal():
    assert fichiers_ou(ecrit_en_masse) == set(ECRITURES_EN_MASSE)


# --- Modèles ----------------------------------------------------------------------------------------------------

SIGLES = ("ETP", "SIREN", "SIRET", "Caisse", "Caf", "ID", "EPCI", "RNA")


def commence_par_une_minuscule(libelle: str) -> bool:
    return libelle[:1].islower() or libelle.startswith(SIGLES)


@pytest.mark.parametrize("modele", NOS_MODELES, ids=lambda modele: modele.__name__)
def test_les_libelles_commencent_par_une_minuscule(modele):
    champs = [str(champ.verbose_name) for champ in modele._meta.concrete_fields]
    libelles = [str(modele._meta.verbose_name), str(modele._meta.verbose_name_plural), *champs]
    assert [libelle for libelle in libelles if not commence_par_une_minuscule(libelle)] == []


@pytest.mark.parametrize("modele", NOS_MODELES, ids=lambda modele: modele.__name__)
def test_un_pluriel_est_francais(modele):
    pluriel, singulier = str(modele._meta.verbose_name_plural), str(modele._meta.verbose_name)
    assert pluriel != f"{singulier}s" or not singulier.endswith(("s", "x", "z", "al", "eau"))


def test_une_migration_a_un_nom():
    noms = [f.name for dossier in MAISON for f in (RACINE / dossier).rglob("migrations/0*.py")]
    assert noms
    assert [nom for nom in noms if re.match(r"\d{4}_(auto|alter|remove|rename|add)_", nom)] == []


def test_les_migrations_sont_a_jour():
    fait = subprocess.run(
        [".venv/bin/python", "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=RACINE,
        capture_output=True,
        text=True,
    )
    assert fait.returncode == 0, fait.stdout


# --- Glossaire --------------------------------------------------------------------------------------------------


def glossaire() -> dict[str, list[str]]:
    """{identifiant: [terme, définition, source]} de chaque ligne des tableaux de docs/glossaire.md."""
    texte = (RACINE / "docs/glossaire.md").read_text()
    rangees = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", texte, re.MULTILINE)
    return {
        identifiant: [terme, definition, source]
        for terme, definition, source, identifiants in rangees
        for identifiant in re.findall(r"`([^`]+)`", identifiants)
    }


def etats() -> Iterator[str]:
    """« modele.etat » de chaque état d'un modèle qui a un circuit."""
    for modele in NOS_MODELES:
        if hasattr(modele, "circuit"):
            yield from (f"{modele.__name__}.{valeur}" for valeur in modele.circuit.etats.values)


@pytest.mark.parametrize("nom", sorted({modele.__name__ for modele in NOS_MODELES} | set(etats())))
def test_chaque_modele_et_chaque_etat_est_au_glossaire(nom):
    terme, definition, source = glossaire()[nom]
    assert terme
    assert source
    assert len(definition.split()) >= 4


def test_le_glossaire_ne_definit_rien_qui_n_existe_plus():
    connus = {modele.__name__ for modele in NOS_MODELES} | set(etats())
    orphelins = {nom for nom in glossaire() if nom[:1].isupper()} - connus
    assert orphelins == set()


def test_un_terme_n_a_qu_une_definition():
    termes = re.findall(r"^\| (.+?) \|", (RACINE / "docs/glossaire.md").read_text(), re.MULTILINE)
    utiles = [terme for terme in termes if terme not in {"Terme", "---"}]
    assert sorted(utiles) == sorted(set(utiles))


@pytest.mark.parametrize("modele", [m for m in NOS_MODELES if isinstance(m._meta.pk, models.AutoField)])
def test_un_objet_se_dit_en_texte(modele):
    assert "__str__" in modele.__dict__ or any("__str__" in base.__dict__ for base in modele.__mro__[1:-2])
