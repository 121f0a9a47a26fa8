/* The editor of product pages: language tabs, moving blocks by keyboard, the live preview.
   Without it the languages stand below each other and a button shows the preview. */
(() => {
  "use strict";
  const writing = () => document.querySelector("[data-writing]");
  const frame = () => document.querySelector("iframe.phone");
  let timer = 0;
  let asked = 0;

  const openLanguage = (radio) => {
    for (const one of document.querySelectorAll("[data-panel]"))
      document.getElementById(one.dataset.panel)?.toggleAttribute("data-closed", one !== radio);
  };

  /* Written into the frame, so that the way back does not lead through every letter typed. */
  const draw = async () => {
    const form = writing();
    const button = document.querySelector("[data-preview]");
    const target = frame();
    if (!form || !button || !target) return;
    const ask = ++asked;
    const values = new FormData(form);
    for (const [name, value] of [...values]) if (value instanceof File) values.delete(name);
    const said = document.querySelector("[data-preview-said]");
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: values, headers: { "X-Requested-With": "fetch" } });
      const text = await answer.text();
      if (ask !== asked) return;
      said.textContent = answer.status === 422 ? text : "";
      if (!answer.ok) return;
      const at = target.contentWindow.scrollY;
      const page = target.contentDocument;
      page.open();
      page.write(text);
      page.close();
      requestAnimationFrame(() => target.contentWindow.scrollTo(0, at));
    } catch {
      /* no network: the next letter tries again */
    }
  };
  const drawSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 600);
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-panel]")) openLanguage(event.target);
    if (event.target.closest?.("[data-writing]")) drawSoon();
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("[data-writing]")) drawSoon();
  });

  /* Where the hand goes: to the part that was added, the button that moved, Undo; who moves blocks
     by keys stays in the words. */
  let byKeys = false;
  const follow = () => {
    const hand = writing()?.dataset.hand;
    if (!hand) return;
    const named = CSS.escape(hand);
    const part = writing().querySelector(`[name="${named}"], button[value="${named}"]`);
    const words = byKeys ? part?.closest("[data-block]")?.querySelector("textarea, input:not([type=hidden])") : null;
    (words || part)?.focus();
    byKeys = false;
  };
  document.addEventListener("htmx:afterSettle", () => {
    if (!writing()) return;
    follow();
    drawSoon();
  });
  addEventListener("DOMContentLoaded", follow);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-preview]")) return;
    event.preventDefault();
    draw();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const block = event.target.closest?.("[data-block]");
    const button = block?.querySelector(`[data-key=${event.key === "ArrowUp" ? "up" : "down"}]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    byKeys = true;
    button.click();
  });
})();
