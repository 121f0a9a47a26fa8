/* The question queue by key. A key counts when no other follows at once: a hand scanner types
   letters, too. Whoever switched single keys off (they speak to the computer) has none of them. */
(() => {
  "use strict";
  const WAIT = 80; /* ms */
  const allowed = () => localStorage.getItem("single-keys") !== "off";
  const typing = (target) =>
    target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")];

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))].focus();
  };

  const press = (key) => {
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    const wanted = document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
    if (!wanted) return;
    if (wanted.matches("textarea, select")) {
      wanted.focus();
      wanted.scrollIntoView({ block: "center" });
    } else wanted.click();
  };

  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target instanceof Element && event.target.closest("form[data-answer]");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    clearTimeout(timer);
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!allowed() || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key.length === 1) timer = setTimeout(() => press(event.key), WAIT);
  });

  document.addEventListener("change", (event) => {
    const stored = event.target instanceof Element && event.target.closest("[data-stored]");
    if (!stored || !stored.value) return;
    const text = stored.form.querySelector("textarea");
    text.value = text.value.trim() ? `${text.value.trim()}\n\n${stored.value}` : stored.value;
    stored.value = "";
    text.focus();
  });
})();
