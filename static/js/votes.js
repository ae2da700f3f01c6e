// Le confort des séances : total des votes et compte des présents tenus à jour pendant la saisie, sorte de décision
// changée sans quitter la page, flèches et « g » au clavier. Chaque page fonctionne sans ce fichier.
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
    dire(cadre.querySelector("[data-total]"), `Total : ${total} sur ${presents} voix${ecart ? `, ${suite}.` : ", le compte est juste."}`, !ecart);
  };

  const compterLesPresents = (cadre) => {
    const requis = Number(cadre.dataset.requis);
    const presents = cadre.querySelectorAll("input[name=presents]:checked").length;
    const absents = [...cadre.querySelectorAll(".membre")].filter((ligne) => !ligne.querySelector("input[name=presents]").checked);
    const pouvoirs = absents.filter((ligne) => ligne.querySelector("select")?.value).length;
    const atteint = presents + ("pouvoirs" in cadre.dataset ? pouvoirs : 0) >= requis;
    const representes = pouvoirs ? `, ${pouvoirs} représenté${pouvoirs > 1 ? "s" : ""}` : "";
    dire(cadre.querySelector("[data-compte]"), `${presents} présent${presents > 1 ? "s" : ""}${representes} : quorum ${atteint ? "atteint" : `non atteint, il en faut ${requis}`}.`, atteint);
  };

  const tenir = (selecteur, compter) => {
    for (const cadre of document.querySelectorAll(selecteur)) {
      cadre.addEventListener("input", () => compter(cadre));
      compter(cadre);
    }
  };

  // Ne montre et n'envoie que les champs de cette sorte de décision ; le reste de la saisie ne bouge pas.
  const choisirLaSorte = (lien) => {
    const cadre = lien.closest("[data-decision]");
    const sorte = lien.dataset.sorte;
    cadre.querySelector("[name=type]").value = sorte;
    cadre.querySelector("[data-nom-de-la-sorte]").textContent = lien.textContent.toLowerCase();
    for (const autre of cadre.querySelectorAll("[data-sorte]")) {
      if (autre === lien) autre.setAttribute("aria-current", "true");
      else autre.removeAttribute("aria-current");
    }
    for (const bloc of cadre.querySelectorAll("[data-sortes]")) {
      bloc.hidden = !bloc.dataset.sortes.split(" ").includes(sorte);
      for (const champ of bloc.querySelectorAll("input, select, textarea")) champ.disabled = bloc.hidden;
    }
    history.replaceState(null, "", lien.href);
  };

  document.addEventListener("click", (evenement) => {
    const lien = evenement.target.closest("[data-sorte]");
    if (!lien || evenement.ctrlKey || evenement.metaKey) return;
    evenement.preventDefault();
    choisirLaSorte(lien);
  });

  document.addEventListener("DOMContentLoaded", () => {
    tenir("[data-votes]", compterLesVotes);
    tenir("[data-presences]", compterLesPresents);
  });

  document.addEventListener("keydown", (evenement) => {
    const cible = { ArrowLeft: ".voisins a[rel=prev]", ArrowRight: ".voisins a[rel=next]", g: "[data-ecran]" }[evenement.key];
    const lien = cible && window.raccourciPermis(evenement) && document.querySelector(cible);
    if (lien) lien.click();
  });
})();
