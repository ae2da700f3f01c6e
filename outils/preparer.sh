#!/bin/sh
# Usage : outils/preparer.sh [production|dev]
#
# Prépare `.venv` avec les dépendances verrouillées de requirements/<choix>.txt, et ce que Python prend au système.
# Une empreinte gardée dans `.venv` évite tout travail quand rien n'a changé.
set -eu
cd "$(dirname "$0")/.."
. outils/commun.sh

choix=${1:-production}
case $choix in
    production) verrous='requirements/production.txt' ;;
    dev) verrous='requirements/production.txt requirements/dev.txt' ;;
    *) echouer 2 "Usage : outils/preparer.sh [production|dev]" ;;
esac

# empreinte FICHIER… : ce qui est verrouillé, et le Python qui l'a installé.
empreinte() {
    cat "$@" | sha256sum
    readlink -f .venv/bin/python
}

# est_pret CHOIX FICHIER… : vrai si `.venv` correspond encore aux verrous.
est_pret() {
    pret=.venv/pret-$1
    shift
    [ -x .venv/bin/python ] && [ -f "$pret" ] && [ "$(cat "$pret")" = "$(empreinte "$@")" ]
}

# dev contient production : un environnement dev à jour suffit toujours.
est_pret dev requirements/production.txt requirements/dev.txt && exit 0
# shellcheck disable=SC2086
est_pret "$choix" $verrous && exit 0

# Le premier Python d'au moins 3.11 qui sait créer un environnement virtuel.
trouver_python() {
    for PYTHON in python3.13 python3.12 python3.11 python3; do
        "$PYTHON" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    return 1
}

# python3-venv si le Python de la distribution convient, sinon le plus récent qu'elle propose à côté.
paquet_python() {
    candidat=$(LC_ALL=C apt-cache policy python3-venv 2>/dev/null | awk '$1 == "Candidate:" && /[0-9]/ { print $2 }')
    if [ -z "$candidat" ] || dpkg --compare-versions "$candidat" ge 3.11; then
        echo python3-venv
        return
    fi
    for version in 3.13 3.12 3.11; do
        if apt_propose "python$version-venv"; then
            echo "python$version-venv"
            return
        fi
    done
    echouer 3 "Il faut Python 3.11 ou plus récent, et cette distribution ne le propose pas. Installez-le, puis recommencez."
}

# Ce que Python prend au système : Pango pour les PDF, et les fuseaux horaires.
systeme_complet() {
    "$PYTHON" -c '
import ctypes, zoneinfo
ctypes.CDLL("libpangoft2-1.0.so.0")
zoneinfo.ZoneInfo("Europe/Paris")' 2>/dev/null
}

if .venv/bin/python -m pip --version >/dev/null 2>&1; then
    PYTHON=.venv/bin/python
else
    trouver_python || PYTHON=''
fi

if [ -z "$PYTHON" ] || ! systeme_complet; then
    if peut_installer; then actualiser_apt; fi
    manque='tzdata libpangoft2-1.0-0'
    if apt_propose libharfbuzz-subset0; then manque="$manque libharfbuzz-subset0"; fi # des polices plus légères
    if [ -z "$PYTHON" ]; then
        paquet=$(paquet_python)
        manque="$paquet $manque"
    fi
    # shellcheck disable=SC2086
    installer "Il faut Python 3.11 ou plus récent avec venv, les fuseaux horaires, et Pango pour les PDF" $manque
    [ -n "$PYTHON" ] || trouver_python || echouer 3 "Aucun Python 3.11 ou plus récent n'a été trouvé."
    systeme_complet || echouer 3 "Pango ou les fuseaux horaires restent introuvables après l'installation."
fi

if [ "$PYTHON" != .venv/bin/python ]; then "$PYTHON" -m venv --clear .venv; fi

dire "Installation des dépendances Python ($choix)… Une à trois minutes la première fois."
rm -f .venv/pret-*
# Les verrous nomment chaque paquet : il n'y a rien à résoudre.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
    -r "requirements/$choix.txt"
# shellcheck disable=SC2086
empreinte $verrous >".venv/pret-$choix"
