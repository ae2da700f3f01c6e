// Le confort des séances : total des votes et compte des présents tenus à jour pendant la saisie,
// flèches gauche et droite pour changer de point. Chaque page fonctionne sans ce fichier.
"use strict";

(() => {
  const dire = (lieu, texte, juste) => {
    if (lieu.textContent !== texte) lieu.textContent = texte;
    lieu.classList.toggle("ton-succes", juste);
    lieu.classList.toggle("ton-attention", !juste);
    lieu.hidden = false;
  };

  const compterLesVotes = (cadre) => {
    const presents = Number(cadre.dataset.presents);
    const total = [...cadre.querySelectorAll("input[type=number]")].reduce((somme, champ) => somme + Number(champ.value), 0);
    const ecart = presents - total;
    const suite = ecart > 0 ? `il manque ${ecart}` : `${-ecart} de trop`;
    dire(cadre.querySelector("[data-total]"), `Total : ${total} sur ${presents} présents${ecart ? `, ${suite}.` : ", le compte est juste."}`, !ecart);
  };

  const compterLesPresents = (cadre) => {
    const requis = Number(cadre.dataset.requis);
    const presents = cadre.querySelectorAll("input[name=presents]:checked").length;
    const atteint = presents >= requis;
    dire(cadre.querySelector("[data-compte]"), `${presents} présents : quorum ${atteint ? "atteint" : `non atteint, il en faut ${requis}`}.`, atteint);
  };

  const tenir = (selecteur, compter) => {
    for (const cadre of document.querySelectorAll(selecteur)) {
      cadre.addEventListener("input", () => compter(cadre));
      compter(cadre);
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    tenir("[data-votes]", compterLesVotes);
    tenir("[data-presences]", compterLesPresents);
  });

  document.addEventListener("keydown", (evenement) => {
    const sens = { ArrowLeft: "prev", ArrowRight: "next" }[evenement.key];
    const lien = sens && window.raccourciPermis(evenement) && document.querySelector(`.voisins a[rel=${sens}]`);
    if (lien) lien.click();
  });
})();
