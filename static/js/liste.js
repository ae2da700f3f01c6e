// Les listes au clavier (j et k passent d'une ligne à l'autre, Entrée ouvre) et à la souris (toute la ligne
// ouvre son lien, sans empêcher de sélectionner du texte). Sur la page d'un dossier, j et k passent au suivant et au
// précédent de la liste. Le nombre de lignes cochées se lit sur le bandeau. Sans ce fichier, les liens suffisent.
"use strict";

(() => {
  const PAS = { j: 1, k: -1 };

  document.addEventListener("keydown", (evenement) => {
    const pas = PAS[evenement.key];
    if (!pas || !window.raccourciPermis(evenement)) return;
    const voisin = document.querySelector(`[data-parcours="${evenement.key}"]`);
    if (voisin) return void voisin.click();
    const liens = [...document.querySelectorAll("#resultats a.etendu")];
    if (!liens.length) return;
    const ici = liens.indexOf(document.activeElement);
    const depart = ici === -1 && pas === -1 ? liens.length : ici;
    const lien = liens[Math.min(Math.max(depart + pas, 0), liens.length - 1)];
    evenement.preventDefault();
    lien.focus();
    lien.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("change", (evenement) => {
    if (evenement.target.form?.id !== "lot") return;
    const compte = document.getElementById("coches");
    const coches = document.querySelectorAll('input[name="choisis"]:checked').length;
    if (compte) compte.textContent = coches ? `${coches} coché${coches > 1 ? "s" : ""} sur cette page` : "";
  });

  document.addEventListener("click", (evenement) => {
    const lien = evenement.target.closest("#resultats tbody tr")?.querySelector("a.etendu");
    if (!lien || evenement.target.closest("a, button, input, label, select, summary") || String(getSelection())) return;
    if (evenement.ctrlKey || evenement.metaKey) window.open(lien.href, "_blank", "noopener");
    else lien.click();
  });
})();
