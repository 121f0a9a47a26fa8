/* Drop a file where it is chosen. Without this the file field works as ever. */
(() => {
  "use strict";
  const zone = (event) => (event.target instanceof Element ? event.target.closest("[data-dropzone]") : null);
  for (const name of ["dragover", "dragenter"])
    document.addEventListener(name, (event) => {
      const over = zone(event);
      if (!over) return;
      event.preventDefault();
      over.dataset.over = "";
    });
  document.addEventListener("dragleave", (event) => {
    const left = zone(event);
    if (left && !left.contains(event.relatedTarget)) delete left.dataset.over;
  });
  document.addEventListener("drop", (event) => {
    const over = zone(event);
    if (!over) return;
    event.preventDefault();
    delete over.dataset.over;
    const field = over.querySelector("input[type=file]");
    if (field && event.dataTransfer?.files.length) field.files = event.dataTransfer.files;
  });
})();
