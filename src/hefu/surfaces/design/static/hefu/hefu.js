/* Hefu: small comforts. Every page works without them; all listeners hang on the document,
   so parts swapped in later need no set-up. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.dataset.js = "";
  const closest = (event, selector) =>
    event.target instanceof Element ? event.target.closest(selector) : null;

  /* Colours: kept in a cookie, so the server draws the next page right at once. */
  const showTheme = () => {
    const now = root.dataset.theme || "";
    for (const button of document.querySelectorAll("[data-theme-choice]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
  };
  const chooseTheme = (choice) => {
    if (choice) root.dataset.theme = choice;
    else delete root.dataset.theme;
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `theme=${choice};path=/;max-age=${choice ? 31536000 : 0};samesite=lax${secure}`;
    showTheme();
  };

  const say = (text) => {
    const place = document.getElementById("toasts");
    if (!place) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    place.append(toast);
    setTimeout(() => toast.remove(), 4000);
  };

  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.classList.add("copied");
    say(button.dataset.copied);
    setTimeout(() => button.classList.remove("copied"), 2000);
  };

  const openDrawer = () => document.querySelector("#side a[href]")?.focus();
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (menu !== except) menu.open = false;
  };

  document.addEventListener("click", (event) => {
    const theme = closest(event, "[data-theme-choice]");
    if (theme) chooseTheme(theme.dataset.themeChoice);
    const copier = closest(event, "[data-copy]");
    if (copier) copy(copier);
    const opener = closest(event, "[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (closest(event, "[data-close]") || event.target instanceof HTMLDialogElement)
      closest(event, "dialog")?.close();
    closest(event, "[data-dismiss]")?.closest("[data-message]")?.remove();
    if (closest(event, "[data-print]")) window.print();
    closeMenus(closest(event, "details.menu"));
  });

  /* The drawer is a :target, so the back button closes it; here only focus and Escape. */
  addEventListener("hashchange", (event) => {
    /* A frame later: what is still hidden cannot take the focus. */
    if (location.hash === "#side") setTimeout(openDrawer, 50);
    else if (event.oldURL.endsWith("#side")) document.querySelector("[data-drawer-open]")?.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = closest(event, "details.menu[open]");
    closeMenus();
    menu?.querySelector("summary")?.focus();
    if (location.hash === "#side") history.back();
  });

  document.addEventListener("change", (event) => {
    const form = closest(event, "form[data-autosubmit]");
    if (form && event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
  });

  /* What is wrong is read first; an address ending in #content, as the skip link leaves it, would
     take the focus away again, so it is asked twice. */
  const lead = () => {
    const still = [document.body, document.getElementById("content")];
    if (still.includes(document.activeElement)) document.querySelector("[data-focus]")?.focus();
  };
  addEventListener("DOMContentLoaded", () => {
    showTheme();
    lead();
  });
  addEventListener("load", () => setTimeout(lead));
})();
