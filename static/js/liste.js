// Le clavier dans les listes : j et k passent d'une ligne à l'autre, Entrée ouvre la ligne choisie.
"use strict";

(() => {
  const PAS = { j: 1, k: -1 };

  document.addEventListener("keydown", (evenement) => {
    const pas = PAS[evenement.key];
    if (!pas || !window.raccourciPermis(evenement)) return;
    const liens = [...document.querySelectorAll("#resultats a.etendu")];
    if (!liens.length) return;
    const ici = liens.indexOf(document.activeElement);
    const depart = ici === -1 && pas === -1 ? liens.length : ici;
    const lien = liens[Math.min(Math.max(depart + pas, 0), liens.length - 1)];
    evenement.preventDefault();
    lien.focus();
    lien.scrollIntoView({ block: "nearest" });
  });
})();
