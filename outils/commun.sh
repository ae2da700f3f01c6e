# shellcheck shell=sh
# Fonctions communes aux scripts de ce dossier, qui les lisent par « . outils/commun.sh » depuis la racine du projet.

dire() {
    printf '%s\n' "$*" >&2
}

# echouer CODE MESSAGE : dit pourquoi, puis arrête le script.
echouer() {
    dire "$2"
    exit "$1"
}

# demander RAISON COMMANDE : s'arrête (code 3) avec la seule ligne que la personne ait à taper.
demander() {
    dire "$1. Tapez cette ligne, puis recommencez :"
    echouer 3 "    $2"
}

# Vrai si des paquets peuvent être installés sans rien demander ; SUDO est alors ce qu'il faut écrire devant la commande.
peut_installer() {
    command -v apt-get >/dev/null 2>&1 || return 1
    SUDO=''
    [ "$(id -u)" = 0 ] || { SUDO='sudo -n' && sudo -n true 2>/dev/null; }
}

# Met à jour la liste des paquets, une seule fois par script.
APT_A_JOUR=non
actualiser_apt() {
    if [ "$APT_A_JOUR" = non ]; then
        $SUDO apt-get -qq -o DPkg::Lock::Timeout=300 update || dire "La liste des paquets n'a pas pu être mise à jour."
        APT_A_JOUR=oui
    fi
}

# installer RAISON PAQUET… : installe par apt, ou s'arrête avec la ligne à taper.
installer() {
    raison=$1
    shift
    if peut_installer; then
        dire "$raison. Installation de $*…"
        actualiser_apt
        $SUDO env DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >/dev/null && return
    fi
    demander "$raison" "sudo apt-get install $*"
}

# Vrai si apt connaît ce paquet.
apt_propose() {
    apt-cache show "$1" >/dev/null 2>&1
}
