// Le thème choisi par la personne : "light", "dark" ou "auto" (celui de l'appareil).
// Même clé que l'administration Django : un choix vaut pour les deux. Chargé avant le dessin de la page.
"use strict";

(() => {
  const sombre = window.matchMedia("(prefers-color-scheme: dark)");

  const lire = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };

  const appliquer = () => {
    const choix = lire();
    const effectif = choix === "auto" ? (sombre.matches ? "dark" : "light") : choix;
    document.documentElement.dataset.bsTheme = effectif;
    for (const bouton of document.querySelectorAll("[data-theme-choix]")) {
      bouton.setAttribute("aria-pressed", String(bouton.dataset.themeChoix === choix));
    }
  };

  sombre.addEventListener("change", appliquer);
  document.addEventListener("DOMContentLoaded", () => {
    for (const groupe of document.querySelectorAll(".theme-choix")) groupe.hidden = false;
    appliquer();
  });
  document.addEventListener("click", (evenement) => {
    const bouton = evenement.target.closest("[data-theme-choix]");
    if (!bouton) return;
    try {
      localStorage.setItem("theme", bouton.dataset.themeChoix);
    } catch {
      // Sans mémoire locale, le thème de l'appareil reste en place.
    }
    appliquer();
  });
  appliquer();
})();
