#!/bin/sh
# Refait requirements/*.txt d'après pyproject.toml : versions exactes, empreintes, aucune adresse d'index.
# ARGS=--upgrade prend les versions les plus récentes que pyproject.toml admet.
set -eu
cd "$(dirname "$0")/.."
. outils/commun.sh

UV=$(command -v uv) || UV=.outils/uv/bin/uv
if ! [ -x "$UV" ]; then
    sh outils/preparer.sh production
    .venv/bin/python -m venv --clear .outils/uv
    .outils/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
fi

# verrouiller NOM SOURCE… : écrit requirements/NOM.txt.
verrouiller() {
    nom=$1
    shift
    # shellcheck disable=SC2086
    "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        ${ARGS:-} --output-file "requirements/$nom.txt" "$@"
    if grep -n '://' "requirements/$nom.txt"; then echouer 1 "requirements/$nom.txt nomme une adresse."; fi
}

verrouiller production pyproject.toml
verrouiller dev pyproject.toml --group dev --constraint requirements/production.txt
verrouiller verapdf --group verapdf
