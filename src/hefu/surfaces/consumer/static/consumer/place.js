/* A rough place, only when its button is pressed: rounded to one decimal (about 11 km) before it
   leaves the browser; the server rounds again. */
(() => {
  "use strict";
  const box = document.querySelector("[data-place]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const fill = (latitude, longitude) => {
    part("latitude").value = latitude;
    part("longitude").value = longitude;
    part("place-drop").hidden = latitude === "";
    part("place-ask").hidden = latitude !== "";
  };
  part("place-ask").hidden = false; // not before pressing it does something
  part("place-ask").addEventListener("click", () => {
    if (!navigator.geolocation) {
      part("place-said").textContent = box.dataset.fail;
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill(coords.latitude.toFixed(1), coords.longitude.toFixed(1));
        part("place-said").textContent =
          `${box.dataset.done} ${coords.latitude.toFixed(1)}, ${coords.longitude.toFixed(1)}`;
      },
      () => { part("place-said").textContent = box.dataset.fail; },
      { enableHighAccuracy: false, maximumAge: 600000, timeout: 10000 },
    );
  });
  part("place-drop").addEventListener("click", () => {
    fill("", "");
    part("place-said").textContent = "";
  });
})();
