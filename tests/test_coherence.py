"""Le code lui-même : ce que la maison s'est promis, vérifié fichier par fichier."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

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

# Ceux que Django et allauth demandent par leur nom.
DEMANDES_PAR_LES_PAQUETS = re.compile(r"^(\d+(_csrf)?\.html|admin/\w+\.html|django_filters/.+|account/.+)$")


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


def test_l_etat_n_est_ecrit_que_par_le_moteur():
    ecritures = set(lignes(r"\.statut\s*=[^=]|\.update\([^)]*\bstatut=", dans=CODE))
    assert {lieu.partition(":")[0] for lieu in ecritures} == {"socle/workflow.py"}


# Le texte qui passe ici est écrit par le code, jamais saisi.
HTML_SANS_ECHAPPEMENT: dict[str, str] = {}


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
        if any("ModelForm" in ast.unparse(base) for base in classe.bases)
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


ECRITURES_SANS_JOURNAL = {
    "socle/tasks.py": "un courriel n'est pas suivi : son propre état dit ce qui lui arrive",
    "centres/operations/territoires.py": "les communes et les quartiers viennent du code officiel",
    "centres/operations/projets.py": "une version copiée est notée une fois, sur le projet, pas nœud par nœud",
    "agrement/dossiers/operations/referentiel.py": "les exigences d'origine naissent avec leur pièce, qui est notée",
}


def test_une_ecriture_en_masse_ne_contourne_pas_le_journal():
    """`update` et `bulk_create` n'appellent pas `save` : rien n'irait au journal."""
    trouvees = lignes(r"objects[^\n]*\.update\(|\.bulk_(create|update)\(|\.update_or_create\(", dans=CODE)
    en_masse = {lieu.partition(":")[0] for lieu in trouvees if "update_or_create" not in lieu}
    assert {lieu for lieu in en_masse if "demonstration" not in lieu} <= set(ECRITURES_SANS_JOURNAL)


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
