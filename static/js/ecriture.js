// L'écriture d'un brouillon : chaque champ s'enregistre seul, et aucun mot ne se perd. Ce qui n'est pas encore
// accepté par le serveur est gardé dans ce navigateur : réseau coupé, session finie ou page fermée, il repart.
// Sans ce fichier, chaque page s'enregistre de son bouton.
"use strict";

(() => {
  const PAUSE = 800; // millisecondes sans frappe avant d'enregistrer
  const REPRISE = 5000; // avant de réessayer quand le réseau manque
  const GARDE_EN_VOL = 60000; // octets : au-delà, le navigateur n'envoie pas en quittant la page
  const etat = document.querySelector("[data-etat]");
  if (!etat) return;

  const panne = document.querySelector("[data-panne]");
  const dialogue = document.querySelector("[data-connexion]");
  const prefixe = `ecriture:${etat.dataset.qui}:`;
  const champs = new Map(); // clé → { formulaire, nom, minuteur, enVol }
  let horsLigne = null; // minuteur de reprise
  let arret = false; // la session est finie, ou la page ne s'écrit plus

  // --- La mémoire du navigateur -------------------------------------------------------------

  const memoire = {
    lire: (cle) => {
      try {
        return JSON.parse(localStorage.getItem(cle));
      } catch {
        return null;
      }
    },
    ecrire: (cle, valeur) => {
      try {
        localStorage.setItem(cle, JSON.stringify(valeur));
      } catch {
        // Mémoire refusée ou pleine : le texte reste à l'écran, et la page prévient avant de se fermer.
      }
    },
    oublier: (cle) => {
      try {
        localStorage.removeItem(cle);
      } catch {
        // rien à oublier
      }
    },
  };

  // --- Un champ -----------------------------------------------------------------------------

  const chemin = (formulaire) => new URL(formulaire.action).pathname;
  const cleDe = (formulaire, nom) => `${prefixe}${chemin(formulaire)}:${nom}`;
  const temoinDe = (formulaire, nom) => formulaire.elements[`vu-${nom}`];
  const saisiesDe = (formulaire, nom) => [...formulaire.querySelectorAll(`[name="${CSS.escape(nom)}"]`)];

  const lire = (formulaire, nom) =>
    saisiesDe(formulaire, nom)
      .filter((saisie) => !["checkbox", "radio"].includes(saisie.type) || saisie.checked)
      .map((saisie) => saisie.value);

  const poser = (formulaire, nom, valeurs) => {
    for (const saisie of saisiesDe(formulaire, nom)) {
      if (["checkbox", "radio"].includes(saisie.type)) saisie.checked = valeurs.includes(saisie.value);
      else saisie.value = valeurs[0] ?? "";
    }
  };

  const corps = (formulaire, nom, valeurs, vu) => {
    const donnees = new URLSearchParams(valeurs.map((valeur) => [nom, valeur]));
    donnees.set(`vu-${nom}`, vu);
    return donnees;
  };

  const egales = (unes, autres) => JSON.stringify(unes) === JSON.stringify(autres);
  const enAttente = () => [...champs.values()].filter((champ) => champ.minuteur || champ.enVol || champ.retenu);

  // --- Ce que la page dit -------------------------------------------------------------------

  const dire = (quoi, heure = "") => {
    for (const morceau of etat.querySelectorAll("[data-etat-de]")) morceau.hidden = morceau.dataset.etatDe !== quoi;
    if (heure) etat.querySelector("[data-heure]").textContent = heure;
  };

  const alerter = (titre, texte, geste = false) => {
    panne.hidden = false;
    panne.querySelector("[data-panne-titre]").textContent = titre;
    panne.querySelector("[data-panne-texte]").textContent = texte;
    panne.querySelector("[data-panne-geste]").hidden = !geste;
    dire("echec");
  };

  const seTaire = () => {
    panne.hidden = true;
  };

  const erreursDe = (formulaire, nom) => {
    const saisie = saisiesDe(formulaire, nom)[0];
    const bloc = saisie.closest(".mb-3") ?? saisie.parentElement;
    for (const ancien of bloc.querySelectorAll("[data-erreur], [data-conflit]")) ancien.remove();
    saisie.removeAttribute("aria-invalid");
    saisie.classList.remove("is-invalid");
    return { saisie, bloc };
  };

  const montrerLesErreurs = (formulaire, nom, erreurs) => {
    const { saisie, bloc } = erreursDe(formulaire, nom);
    const message = document.createElement("p");
    message.className = "invalid-feedback d-block";
    message.dataset.erreur = "";
    message.setAttribute("role", "alert");
    message.textContent = `${erreurs.join(" ")} Votre saisie reste à l'écran ; elle n'est pas encore enregistrée.`;
    saisie.setAttribute("aria-invalid", "true");
    saisie.classList.add("is-invalid");
    bloc.append(message);
  };

  const montrerLeConflit = (champ, conflit) => {
    const { formulaire, nom } = champ;
    const { bloc } = erreursDe(formulaire, nom);
    const cadre = document.getElementById("conflit").content.cloneNode(true).firstElementChild;
    const auteur = conflit.auteur || "Une autre personne";
    cadre.querySelector("[data-conflit-auteur]").textContent = auteur;
    cadre.querySelector("[data-conflit-leur]").textContent = conflit.leur || "(vide)";
    cadre.querySelector("[data-conflit-mien]").textContent = lisible(formulaire, nom) || "(vide)";
    cadre.addEventListener("click", (evenement) => {
      const choix = evenement.target.closest("[data-garder]")?.dataset.garder;
      if (!choix) return;
      cadre.remove();
      champ.retenu = false;
      temoinDe(formulaire, nom).value = conflit.temoin;
      if (choix === "mien") envoyer(champ);
      else prendreLeLeur(champ, conflit);
    });
    bloc.append(cadre);
    champ.retenu = true;
  };

  const lisible = (formulaire, nom) =>
    saisiesDe(formulaire, nom)
      .filter((saisie) => !["checkbox", "radio"].includes(saisie.type) || saisie.checked)
      .map((saisie) => (saisie.labels?.length && saisie.type === "checkbox" ? saisie.labels[0].textContent.trim() : saisie.selectedOptions?.[0]?.textContent ?? saisie.value))
      .join("\n");

  const prendreLeLeur = (champ, conflit) => {
    memoire.oublier(cleDe(champ.formulaire, champ.nom));
    const saisie = saisiesDe(champ.formulaire, champ.nom)[0];
    if (["text", "textarea"].includes(saisie.type)) {
      saisie.value = conflit.leur;
      saisie.focus();
      dire("pret");
    } else location.reload();
  };

  // --- Envoyer ------------------------------------------------------------------------------

  const jeton = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  const poserLeJeton = (neuf) => {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": neuf }));
    for (const cache of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) cache.value = neuf;
  };

  const poster = (champ, valeurs, options = {}) =>
    fetch(champ.formulaire.action, {
      method: "POST",
      body: corps(champ.formulaire, champ.nom, valeurs, temoinDe(champ.formulaire, champ.nom).value),
      headers: { Accept: "application/json", "X-CSRFToken": jeton() },
      redirect: "manual",
      ...options,
    });

  const noter = (formulaire, nom) => {
    const cle = cleDe(formulaire, nom);
    const champ = champs.get(cle) ?? { formulaire, nom, minuteur: null, enVol: false, retenu: false };
    champ.formulaire = formulaire;
    champs.set(cle, champ);
    memoire.ecrire(cle, { valeurs: lire(formulaire, nom), vu: temoinDe(formulaire, nom).value });
    clearTimeout(champ.minuteur);
    champ.minuteur = setTimeout(() => envoyer(champ), PAUSE);
    return champ;
  };

  const envoyer = async (champ) => {
    clearTimeout(champ.minuteur);
    champ.minuteur = null;
    if (champ.enVol || champ.retenu || arret) return;
    champ.enVol = true;
    const valeurs = lire(champ.formulaire, champ.nom);
    if (!horsLigne) dire("en_cours");
    try {
      const reponse = await poster(champ, valeurs);
      champ.enVol = false;
      await recevoir(champ, valeurs, reponse);
    } catch {
      champ.enVol = false;
      attendreLeReseau();
    }
  };

  const recevoir = async (champ, valeurs, reponse) => {
    if (reponse.type === "opaqueredirect" || reponse.status === 401) return sessionFinie();
    if (reponse.status === 403 || reponse.status === 404) return refus(champ, reponse.status);
    if (![200, 409, 422].includes(reponse.status)) return attendreLeReseau();
    const dit = await reponse.json();
    clearTimeout(horsLigne);
    horsLigne = null;
    seTaire();
    accepter(champ, valeurs, dit);
  };

  const accepter = (champ, valeurs, dit) => {
    const { formulaire, nom } = champ;
    if (nom in dit.conflits) {
      montrerLeConflit(champ, dit.conflits[nom]);
      return dire("echec");
    }
    if (nom in dit.erreurs) {
      montrerLesErreurs(formulaire, nom, dit.erreurs[nom]);
      return dire("echec");
    }
    erreursDe(formulaire, nom);
    temoinDe(formulaire, nom).value = dit.temoins[nom];
    champ.essaiDeJeton = false;
    if (!egales(valeurs, lire(formulaire, nom))) return envoyer(champ);
    memoire.oublier(cleDe(formulaire, nom));
    dire("enregistre", dit.heure);
    document.body.dispatchEvent(new CustomEvent("ecrit", { bubbles: true }));
  };

  const toutReprendre = () => {
    arret = false;
    horsLigne = null;
    for (const champ of champs.values()) if (memoire.lire(cleDe(champ.formulaire, champ.nom))) envoyer(champ);
  };

  const attendreLeReseau = () => {
    alerter("La connexion est coupée.", "Votre texte est gardé dans ce navigateur. Continuez d'écrire : il partira dès le retour du réseau. Ne fermez pas cette page.");
    clearTimeout(horsLigne);
    horsLigne = setTimeout(toutReprendre, REPRISE);
  };

  // --- La session ---------------------------------------------------------------------------

  const sessionFinie = () => {
    arret = true;
    alerter("Vous avez été déconnecté.", "Rien n'est perdu : votre texte est gardé dans ce navigateur. Reconnectez-vous pour l'enregistrer.", true);
    if (!dialogue.open) dialogue.showModal();
  };

  // Un jeton d'une autre session : la page le relit une fois. Sinon, elle ne s'écrit plus et le dit.
  const refus = async (champ, statut) => {
    if (statut === 403 && !champ.essaiDeJeton) {
      champ.essaiDeJeton = true;
      if (await relireLaPage()) return envoyer(champ);
      return undefined;
    }
    arret = true;
    return alerter(
      statut === 404 ? "Cet élément n'existe plus." : "Cette page ne s'écrit plus.",
      "Une autre personne l'a supprimé, ou le projet vient d'être transmis. Votre texte est gardé dans ce navigateur : copiez-le avant de recharger la page.",
    );
  };

  const relireLaPage = async () => {
    const reponse = await fetch(location.href, { redirect: "manual" });
    if (reponse.type === "opaqueredirect") return sessionFinie();
    const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
    const qui = page.querySelector("[data-etat]")?.dataset.qui;
    if (qui !== etat.dataset.qui) {
      arret = true;
      alerter("Vous êtes connecté sous un autre nom.", "Ce texte a été écrit par une autre personne : il reste gardé dans ce navigateur, et partira quand elle se reconnectera.", true);
      return false;
    }
    poserLeJeton(JSON.parse(page.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    return true;
  };

  const seReconnecter = async (formulaire) => {
    const erreur = dialogue.querySelector("[data-connexion-erreur]");
    erreur.textContent = "";
    const porte = await fetch(dialogue.dataset.adresse);
    const page = new DOMParser().parseFromString(await porte.text(), "text/html");
    const donnees = new FormData(formulaire);
    const cache = page.querySelector("main form input[name=csrfmiddlewaretoken], form input[name=csrfmiddlewaretoken]");
    if (cache) {
      donnees.set("csrfmiddlewaretoken", cache.value);
      const reponse = await fetch(dialogue.dataset.adresse, {
        method: "POST",
        body: donnees,
        headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
      });
      if (!reponse.ok) {
        erreur.textContent = reponse.status === 429 ? "Trop d'essais : attendez un quart d'heure." : "Le courriel ou le mot de passe n'est pas juste.";
        return;
      }
    }
    if (await relireLaPage()) {
      formulaire.reset();
      dialogue.close();
      toutReprendre();
    } else erreur.textContent = panne.querySelector("[data-panne-texte]").textContent;
  };

  dialogue.addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    seReconnecter(evenement.target).catch(() => {
      dialogue.querySelector("[data-connexion-erreur]").textContent = "La connexion est coupée : réessayez dans un instant.";
    });
  });
  dialogue.querySelector("[data-connexion-plus-tard]").addEventListener("click", () => dialogue.close());
  panne.querySelector("[data-panne-geste]").addEventListener("click", () => dialogue.showModal());

  // --- Reprendre ce qui n'était pas parti -----------------------------------------------------

  const reprendre = () => {
    for (const formulaire of document.querySelectorAll("form[data-ecriture]")) {
      for (const temoin of formulaire.querySelectorAll("input[name^='vu-']")) {
        const nom = temoin.name.slice(3);
        const garde = memoire.lire(cleDe(formulaire, nom));
        if (!garde || !saisiesDe(formulaire, nom).length || champs.has(cleDe(formulaire, nom))) continue;
        poser(formulaire, nom, garde.valeurs);
        temoin.value = garde.vu;
        envoyer(noter(formulaire, nom));
      }
    }
  };

  const surSaisie = (evenement) => {
    const formulaire = evenement.target.form;
    const nom = evenement.target.name;
    if (!formulaire?.matches("[data-ecriture]") || !nom || !temoinDe(formulaire, nom)) return;
    const champ = noter(formulaire, nom);
    if (evenement.type === "change") envoyer(champ);
  };
  document.addEventListener("input", surSaisie);
  document.addEventListener("change", surSaisie);

  // Enregistrer d'un bouton envoie toute la page : rien n'attend plus à côté.
  document.addEventListener("submit", (evenement) => {
    if (!evenement.target.matches("form[data-ecriture]")) return;
    for (const [cle, champ] of champs) {
      if (champ.formulaire !== evenement.target) continue;
      clearTimeout(champ.minuteur);
      champs.delete(cle);
      memoire.oublier(cle);
    }
  });

  window.addEventListener("online", toutReprendre);
  window.addEventListener("pagehide", () => {
    for (const champ of champs.values()) {
      const valeurs = lire(champ.formulaire, champ.nom);
      const leger = valeurs.join("").length < GARDE_EN_VOL;
      if (champ.minuteur && !champ.retenu && !arret && leger) poster(champ, valeurs, { keepalive: true }).catch(() => {});
    }
  });
  window.addEventListener("beforeunload", (evenement) => {
    if (arret || horsLigne || enAttente().some((champ) => champ.retenu)) evenement.preventDefault();
  });

  // --- L'arbre ------------------------------------------------------------------------------

  // Un geste sur l'arbre attend que les intitulés soient enregistrés : le morceau remplacé les rendra tels quels.
  document.addEventListener("htmx:confirm", (evenement) => {
    if (!evenement.target.closest("#arbre") || !enAttente().length) return;
    evenement.preventDefault();
    const attendre = async () => {
      for (const champ of enAttente()) if (!champ.retenu) await envoyer(champ);
      evenement.detail.issueRequest();
    };
    attendre();
  });
  document.addEventListener("htmx:afterSettle", reprendre);

  document.addEventListener("keydown", (evenement) => {
    if (!evenement.altKey || !["ArrowUp", "ArrowDown"].includes(evenement.key)) return;
    const branche = evenement.target.closest("[data-branche]");
    if (!branche) return;
    evenement.preventDefault();
    const ancre = evenement.target.id;
    branche.querySelector(evenement.key === "ArrowUp" ? "[data-monter]" : "[data-descendre]").click();
    document.addEventListener("htmx:afterSettle", () => document.getElementById(ancre)?.focus(), { once: true });
  });

  document.addEventListener("DOMContentLoaded", reprendre);
})();
