// The page in a frame of another site: that site's colour, the département it is in, and its Escape key.

import { leave } from "./exit.js";

const COLOUR = /^#?([0-9a-f]{6})$/i;

// WCAG 2.2, relative luminance; one of black and white always reaches a contrast of 4.5 on any colour.
function luminance(hex) {
  const [red, green, blue] = [0, 2, 4]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// What the site around says; nothing when there is none.
export function presets() {
  if (!document.body.classList.contains("embedded")) return {};
  // Escape was pressed three times around the frame: only what is around it heard.
  addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.repere === "leave") leave();
  });
  const wishes = new URLSearchParams(location.search);
  const [, hex] = COLOUR.exec(wishes.get("couleur") ?? "") ?? [];
  if (hex) {
    const style = document.documentElement.style;
    style.setProperty("--accent", `#${hex}`);
    style.setProperty("--on-accent", luminance(hex) > 0.179 ? "#000000" : "#ffffff");
  }
  const departement = wishes.get("departement");
  return departement ? { departement } : {};
}
