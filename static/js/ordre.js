// L'ordre du jour à la souris (par la poignée) et au clavier (Alt + flèches sur un point). L'ordre entier part au serveur
// à chaque geste, qui le refuse si quelqu'un l'a changé entre-temps. Sans ce fichier, les flèches de chaque point suffisent.
"use strict";

(() => {
  const liste = document.querySelector("[data-ordre]");
  if (!liste) return;
  const formulaire = document.getElementById(liste.dataset.ordre);
  const annonce = document.querySelector("[data-annonce]");
  const points = () => [...liste.children];
  const ordre = () => points().map((point) => point.id).join();

  const enregistrer = (point) => {
    annonce.textContent = `${point.dataset.nom} : point ${points().indexOf(point) + 1} sur ${points().length}.`;
    formulaire.requestSubmit();
  };

  document.addEventListener("keydown", (evenement) => {
    const haut = evenement.key === "ArrowUp";
    if (!evenement.altKey || !(haut || evenement.key === "ArrowDown")) return;
    const point = evenement.target.closest("[data-ordre] > li");
    const voisin = point && (haut ? point.previousElementSibling : point.nextElementSibling);
    if (!point) return;
    evenement.preventDefault();
    if (!voisin) return;
    // C'est le voisin qui bouge : le point garde le curseur et ce qui s'y écrit.
    if (haut) point.after(voisin);
    else point.before(voisin);
    enregistrer(point);
  });

  liste.addEventListener("pointerdown", (evenement) => {
    const prise = evenement.target.closest("[data-prise]");
    if (!prise || evenement.button) return;
    const point = prise.closest("li");
    const avant = ordre();
    prise.setPointerCapture(evenement.pointerId);
    point.classList.add("porte");
    const suivre = ({ clientY }) => {
      const dessous = points().find((autre) => {
        const cadre = autre.getBoundingClientRect();
        return autre !== point && clientY > cadre.top && clientY < cadre.bottom;
      });
      if (!dessous) return;
      const descend = point.compareDocumentPosition(dessous) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (descend) dessous.after(point);
      else dessous.before(point);
      prise.setPointerCapture(evenement.pointerId);
    };
    const lacher = () => {
      prise.removeEventListener("pointermove", suivre);
      point.classList.remove("porte");
      prise.focus();
      if (ordre() !== avant) enregistrer(point);
    };
    prise.addEventListener("pointermove", suivre);
    prise.addEventListener("pointerup", lacher, { once: true });
    prise.addEventListener("pointercancel", lacher, { once: true });
  });
})();
