/* A flash sale's page, more comfortable: a clock that runs by the server's, a request that waits
   without leaving the page. Without this the same form is sent and the page says how things stand. */
(() => {
  "use strict";
  const box = document.querySelector("[data-flash]");
  if (!box) return;
  const form = box.querySelector("[data-flash-form]");
  const clock = box.querySelector("[data-flash-clock]");
  const said = box.querySelector("[data-flash-said]");
  const opened = performance.now();
  const left = () => Number(box.dataset.to) - Number(box.dataset.server) - (performance.now() - opened);
  const units = box.dataset.units.split(" ");
  const shut = (closed) => {
    for (const button of form?.querySelectorAll("button") ?? []) button.disabled = closed;
  };

  const shown = (ms) => {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    const parts = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24,
      Math.floor(seconds / 60) % 60, seconds % 60];
    const first = Math.min(2, parts.findIndex((part) => part > 0) === -1 ? 2 : parts.findIndex((part) => part > 0));
    return parts.slice(first).map((part, at) => `${String(part).padStart(2, "0")} ${units[first + at]}`).join(" ");
  };

  let begun = box.dataset.state !== "before";
  const tick = () => {
    const ms = left();
    if (clock) clock.textContent = shown(ms);
    if (ms > 0) return void setTimeout(tick, Math.min(1000, ms % 1000 || 1000));
    if (!begun) {
      begun = true;
      shut(false);
      return;
    }
    /* not all at once */
    setTimeout(() => location.replace(location.pathname), 500 + Math.random() * 2500);
  };
  shut(!begun);
  tick();

  form?.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    shut(true);
    said.textContent = box.dataset.asking;
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
        redirect: "error",
      });
      if (answer.ok) return location.replace(location.pathname);
      said.textContent = (await answer.json()).said;
    } catch {
      said.textContent = box.dataset.lost;
    }
    setTimeout(() => shut(false), 1200);
  });
})();
