#!/bin/sh
# Toute la suite, en trois passes : unités sur SQLite, unités sur PostgreSQL, parcours dans un vrai Chromium.
#
# ARGS             arguments donnés à pytest, par exemple ARGS='-k agrement -x'
# PASSES           les passes à faire, par défaut « sqlite postgresql navigateur »
# BASE_NAVIGATEUR  la base des parcours : postgresql (par défaut) ou sqlite
# CHROMIUM         le navigateur à employer, cherché ou installé sinon
# PROCESSUS        le nombre de processus de chaque passe, « auto » par défaut : un par cœur
set -eu
cd "$(dirname "$0")/.."
. outils/commun.sh

PASSES=${PASSES:-sqlite postgresql navigateur}
BASE_NAVIGATEUR=${BASE_NAVIGATEUR:-postgresql}
ARGS=${ARGS:-}

sh outils/preparer.sh dev

# Vrai si le navigateur démarre et n'est pas le relais vers un paquet snap, que Playwright ne sait pas conduire.
chromium_convient() {
    CHROMIUM=$(command -v "$1") || return 1
    case $(readlink -f "$CHROMIUM") in /snap/* | */snap) return 1 ;; esac
    ! grep -q '/snap/bin' "$CHROMIUM" && "$CHROMIUM" --version >/dev/null 2>&1
}

trouver_chromium() {
    for nom in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
        chromium_convient "$nom" && return
    done
    CHROMIUM=$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)' 2>/dev/null) &&
        [ -x "$CHROMIUM" ] && "$CHROMIUM" --version >/dev/null 2>&1
}

# Ubuntu n'a pas de vrai paquet Chromium : Playwright y apporte le sien.
sur_ubuntu() {
    grep -qs '^ID.*ubuntu' /etc/os-release
}

manque=''
if ! { command -v pdftotext && command -v pdftoppm && command -v pdfinfo; } >/dev/null; then manque=poppler-utils; fi
case $PASSES in
    *navigateur*)
        # le moteur que Playwright apporte avec lui
        .venv/bin/python -m playwright --version >/dev/null 2>&1 || manque="$manque libatomic1"
        sur_ubuntu || trouver_chromium || manque="$manque chromium"
        ;;
esac
# shellcheck disable=SC2086
[ -z "$manque" ] || installer "Les tests lisent des PDF et conduisent un navigateur" $manque

case $PASSES in
    *navigateur*)
        if ! trouver_chromium && sur_ubuntu; then
            dire "Les tests conduisent un navigateur. Installation de Chromium par Playwright…"
            avec=''
            if peut_installer; then avec=--with-deps; fi
            .venv/bin/python -m playwright install $avec chromium >&2 ||
                echouer 3 "Installez un Chromium qui ne soit pas un paquet snap, et donnez son chemin dans CHROMIUM."
        fi
        trouver_chromium || demander "Aucun Chromium ne démarre" \
            "sudo $PWD/.venv/bin/python -m playwright install-deps chromium"
        export CHROMIUM
        ;;
esac

BILAN_DES_TESTS=$(mktemp)
export BILAN_DES_TESTS
trap 'rm -f "$BILAN_DES_TESTS"' EXIT
trap 'exit 130' INT TERM

pire=0
une_passe_a_tourne=non

# passer NOM BASE ARGUMENT… : une passe de pytest ; la pire des sorties est retenue.
passer() {
    nom=$1
    BASE_DE_TEST=$2
    export BASE_DE_TEST
    shift 2
    printf '\n══ %s ══\n' "$nom"
    printf '%s : ' "$nom" >>"$BILAN_DES_TESTS"
    etat=0
    # shellcheck disable=SC2086
    eval "set -- \"\$@\" $ARGS" # ARGS peut contenir des guillemets
    .venv/bin/python -m pytest -n "${PROCESSUS:-auto}" --dist worksteal "$@" || etat=$?
    [ "$(tail -c 1 "$BILAN_DES_TESTS")" = '' ] || echo "pytest s'est arrêté avec le code $etat" >>"$BILAN_DES_TESTS"
    # Un choix fait par ARGS peut ne rien retenir dans une passe (code 5), pas dans toutes.
    if [ "$etat" = 5 ] && [ -n "$ARGS" ]; then return; fi
    une_passe_a_tourne=oui
    if [ "$etat" -gt "$pire" ]; then pire=$etat; fi
}

for passe in $PASSES; do
    case $passe in
        sqlite) passer "Unités sur SQLite" sqlite tests --ignore=tests/navigateur ;;
        postgresql) passer "Unités sur PostgreSQL" postgresql tests --ignore=tests/navigateur ;;
        navigateur) passer "Parcours dans Chromium" "$BASE_NAVIGATEUR" tests/navigateur ;;
        *) echouer 2 "Passe inconnue : $passe. Connues : sqlite, postgresql, navigateur." ;;
    esac
done

printf '\n══ Bilan ══\n'
cat "$BILAN_DES_TESTS"
if [ "$une_passe_a_tourne" = non ]; then pire=5; fi
if [ "$pire" = 0 ]; then echo "Toutes les passes ont réussi."; else echo "ÉCHEC : au moins une passe n'a pas réussi."; fi
exit "$pire"
