/* Hefu: reading a chart with finger, mouse or arrow keys. The values stand in the markup
   (data-label, data-text of each .point); the table below the chart holds them too. */
(() => {
  "use strict";
  const shown = (plot) =>
    [...plot.querySelectorAll(".point")].filter((point) => point.getClientRects().length > 0);

  const clear = (figure) => {
    for (const point of figure.querySelectorAll(".point.active")) point.classList.remove("active");
    figure.querySelector(".chart-tip").hidden = true;
  };

  const show = (figure, point) => {
    clear(figure);
    point.classList.add("active");
    const tip = figure.querySelector(".chart-tip");
    tip.textContent = `${point.dataset.label}\n${point.dataset.text}`;
    tip.hidden = false;
    const frame = figure.getBoundingClientRect();
    const box = point.getBoundingClientRect();
    const middle = box.left + box.width / 2 - frame.left - tip.offsetWidth / 2;
    const left = Math.max(0, Math.min(middle, frame.width - tip.offsetWidth));
    const above = box.top - frame.top - tip.offsetHeight - 6;
    /* A column as high as the chart has no "above": then the tip stands beside it. */
    const beside = box.right - frame.left + 8;
    const tall = box.height > frame.height / 3;
    const fits = beside + tip.offsetWidth <= frame.width;
    const x = !tall ? left : fits ? beside : Math.max(0, box.left - frame.left - tip.offsetWidth - 8);
    const y = !tall ? Math.max(0, above) : box.top - frame.top + 8;
    tip.style.insetInlineStart = "auto";
    tip.style.left = `${x}px`;
    tip.style.top = `${y}px`;
  };

  const figureOf = (event) =>
    event.target instanceof Element ? event.target.closest("[data-chart]") : null;

  document.addEventListener("pointerover", (event) => {
    const point = event.target instanceof Element ? event.target.closest(".point") : null;
    const figure = figureOf(event);
    if (point && figure) show(figure, point);
  });
  document.addEventListener("pointerout", (event) => {
    const figure = figureOf(event);
    if (figure && !(event.relatedTarget instanceof Element && event.relatedTarget.closest(".point"))) clear(figure);
  });
  document.addEventListener("focusout", (event) => {
    const figure = figureOf(event);
    if (figure) clear(figure);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || !event.target.matches(".chart-plot")) return;
    const figure = figureOf(event);
    const points = shown(event.target);
    const now = points.findIndex((point) => point.classList.contains("active"));
    const last = points.length - 1;
    const steps = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now < 0 ? last : now - 1, ArrowUp: now < 0 ? last : now - 1, Home: 0, End: last };
    if (event.key === "Escape") clear(figure);
    if (!(event.key in steps) || last < 0) return;
    event.preventDefault();
    show(figure, points[Math.max(0, Math.min(last, steps[event.key]))]);
  });
})();
