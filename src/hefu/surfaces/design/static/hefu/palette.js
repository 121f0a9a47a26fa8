/* Hefu: the command palette, the keys of the desk, and hand scanners that type like keyboards.
   The server finds (an htmx part of options); here only what is chosen, and when it opens. */
(() => {
  "use strict";
  const SCANNED = 50; /* ms: no hand types twice as fast as this */
  const LEAST = 6; /* characters of a scan */
  const dialog = () => document.getElementById("palette");
  const input = () => document.getElementById("palette-q");
  const options = () => [...document.querySelectorAll("#palette-list [role=option]")];
  const singleKeys = () => localStorage.getItem("single-keys") !== "off";

  const open = () => {
    if (!dialog() || dialog().open) return input()?.focus();
    if (document.querySelector("dialog[open]")) return;
    dialog().showModal();
    input().select();
    window.htmx?.trigger(input(), "palette-open");
  };

  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    input().setAttribute("aria-expanded", String(options().length > 0));
    if (option) input().setAttribute("aria-activedescendant", option.id);
    else input().removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => document.querySelector("#palette-list [aria-selected=true]");
  const move = (step) => {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  };

  /* Enter opens what is chosen, if the list is about what stands in the field; a scanner is
     quicker than any list, so its words go to the server, which knows a code when it sees one. */
  const enter = (event) => {
    const about = document.querySelector("[data-found-for]")?.dataset.foundFor;
    const option = chosen();
    if (!option || about !== input().value.trim()) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) window.open(option.href, "_blank", "noopener");
    else option.click();
  };

  const inPalette = (event) => {
    if (event.isComposing) return; /* Enter of a Chinese input method */
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") enter(event);
  };

  let typed = "";
  let last = 0;
  const scanning = (event) => {
    const quick = event.timeStamp - last < SCANNED;
    last = event.timeStamp;
    if (event.key === "Enter") {
      const scan = quick && typed.length >= LEAST ? typed : "";
      typed = "";
      return scan;
    }
    if (event.key === "Shift") return ""; /* capitals of a scan */
    typed = event.key.length > 1 ? "" : quick ? typed + event.key : event.key;
    return "";
  };

  document.addEventListener("keydown", (event) => {
    /* Just after Escape the focus may still be in the field of the closed palette. */
    if (event.target === input() && dialog().open) return inPalette(event);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && dialog()) {
      event.preventDefault();
      return open();
    }
    const typing = event.target instanceof Element
      && event.target.matches("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const scan = scanning(event);
    if (scan && dialog()) {
      event.preventDefault();
      input().value = scan;
      return input().form.submit();
    }
    if (document.querySelector("dialog[open]") || !singleKeys()) return;
    if ((event.key !== "/" && event.key !== "?") || typed.length > 1) return;
    event.preventDefault();
    if (event.key === "/") open();
    else document.getElementById("shortcuts")?.showModal();
  });

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-palette]")) open();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.matches("[data-single-keys]"))
      localStorage.setItem("single-keys", event.target.checked ? "on" : "off");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "palette-found") return;
    document.getElementById("palette-said").textContent =
      document.querySelector("[data-found-for]")?.dataset.said ?? "";
    choose(options()[0]);
  });
  addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-single-keys]");
    if (box) box.checked = singleKeys();
  });
})();
