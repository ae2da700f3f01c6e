#!/bin/sh
# Lance le paquet `bench`, qui mesure l'application. ARGS : ses arguments.
set -eu
cd "$(dirname "$0")/.."
. outils/commun.sh

[ -f bench/__main__.py ] || echouer 2 "Rien à mesurer : bench/__main__.py n'existe pas."
sh outils/preparer.sh dev
# shellcheck disable=SC2086
exec .venv/bin/python -m bench ${ARGS:-}
