/* While a question is typed: what others asked alike. Without it the same is shown before sending. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-similar]");
  const text = form?.querySelector("textarea");
  const here = form?.querySelector("[data-similar-here]");
  if (!text || !here) return;
  let timer = 0;
  let asked = "";
  const look = async () => {
    const typed = text.value.trim();
    if (typed === asked) return;
    asked = typed;
    if (typed.length < 2) {
      here.replaceChildren();
      return;
    }
    try {
      const answer = await fetch(`${form.dataset.similar}?${new URLSearchParams({ text: typed })}`);
      if (!answer.ok || asked !== typed) return;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      here.replaceChildren(...part.body.childNodes);
      if (!here.textContent.trim()) here.replaceChildren();
    } catch {
      /* no network: the question can be sent later, as it stands */
    }
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 500);
  });
  if (text.value.trim()) look(); // typed before this script was there
})();
