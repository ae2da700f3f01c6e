#!/bin/sh
# Tout ce qui se vérifie sans lancer l'application. Toutes les étapes tournent ; la sortie est la pire des leurs.
set -eu
cd "$(dirname "$0")/.."
. outils/commun.sh

sh outils/preparer.sh dev

# Des réglages de production, avec une clé neuve et un dossier de données vide.
DONNEES=$(mktemp -d)
trap 'rm -rf "$DONNEES"' EXIT
trap 'exit 130' INT TERM
mkdir "$DONNEES/statiques"
# Le contrôle de production attend trois clés de signature, dont il ne regarde que la présence et les droits.
(umask 077 && mkdir "$DONNEES/signature" && cd "$DONNEES/signature" && touch cachet.p12 emetteur.p12 horodatage.p12)
SECRET_KEY=$(od -An -N40 -tx1 /dev/urandom | tr -d ' \n')
DEBUG=0
export DONNEES SECRET_KEY DEBUG
unset DATABASE_URL

PYTHON=.venv/bin/python
pire=0
bilan=''

# etape NOM COMMANDE… : lance une étape et retient son résultat.
etape() {
    nom=$1
    shift
    printf '\n── %s\n' "$nom"
    etat=0
    "$@" || etat=$?
    resultat=réussi
    if [ "$etat" != 0 ]; then resultat="ÉCHEC ($etat)"; fi
    if [ "$etat" -gt "$pire" ]; then pire=$etat; fi
    bilan="$bilan$nom : $resultat
"
}

etape "Fautes et imports (ruff)" $PYTHON -m ruff check
etape "Mise en forme (ruff)" $PYTHON -m ruff format --check --output-format concise
etape "Types (mypy)" $PYTHON -m mypy
etape "Gabarits (djlint)" $PYTHON -m djlint --lint templates
etape "Étages (import-linter)" $PYTHON .venv/bin/lint-imports --no-logo
etape "Migrations à jour" $PYTHON manage.py makemigrations --check --dry-run
etape "Réglages de production (check --deploy)" $PYTHON manage.py check --deploy --fail-level WARNING

printf '\n══ Bilan de la qualité ══\n%s' "$bilan"
exit "$pire"
