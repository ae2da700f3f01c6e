// Le confort commun à toutes les pages : refermer un message, aller à la recherche par « / »,
// dire qu'une mise à jour partielle a échoué. Chaque page fonctionne sans ce fichier.
"use strict";

(() => {
  const racine = document.documentElement;

  // Les raccourcis d'une seule touche peuvent être coupés : la voix ou une touche tremblée les déclenche.
  const raccourcisActifs = () => {
    try {
      return localStorage.getItem("raccourcis") !== "non";
    } catch {
      return true;
    }
  };

  window.raccourciPermis = (evenement) =>
    raccourcisActifs() &&
    !(evenement.ctrlKey || evenement.altKey || evenement.metaKey || evenement.isComposing) &&
    !evenement.target.closest("input, textarea, select, [contenteditable]");

  const preparer = () => {
    for (const element of racine.querySelectorAll("[data-avec-script]")) element.hidden = false;
    for (const bouton of racine.querySelectorAll("[data-raccourcis]")) {
      bouton.setAttribute("aria-pressed", String(raccourcisActifs()));
    }
  };

  document.addEventListener("click", (evenement) => {
    const fermer = evenement.target.closest("[data-fermer]");
    if (fermer) fermer.closest(".alerte").remove();
    if (evenement.target.closest("[data-raccourcis]")) {
      localStorage.setItem("raccourcis", raccourcisActifs() ? "non" : "oui");
      preparer();
    }
  });

  document.addEventListener("keydown", (evenement) => {
    const champ = document.querySelector("[data-recherche]");
    if (evenement.key !== "/" || !champ || !window.raccourciPermis(evenement)) return;
    evenement.preventDefault();
    champ.focus();
    champ.select();
  });

  const echec = () => {
    const modele = document.getElementById("message-d-echec");
    const messages = document.getElementById("messages");
    if (!modele || !messages || messages.querySelector("[data-echec]")) return;
    messages.append(modele.content.cloneNode(true));
    preparer();
  };

  document.addEventListener("htmx:responseError", echec);
  document.addEventListener("htmx:sendError", echec);
  document.addEventListener("htmx:afterSettle", preparer);
  document.addEventListener("DOMContentLoaded", () => {
    preparer();
    const erreurs = document.querySelector("[data-erreurs]");
    if (erreurs) erreurs.focus();
    // Sur un écran étroit, l'onglet où l'on est se montre dans sa barre.
    for (const onglet of document.querySelectorAll(".onglets [aria-current]")) {
      const barre = onglet.closest(".onglets");
      barre.scrollLeft += onglet.getBoundingClientRect().left - barre.getBoundingClientRect().left - 24;
    }
  });
})();
