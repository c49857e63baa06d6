// Leaving at once: the page is emptied, the tab forgets, a neutral site takes its place. In "back" too.

import { memory } from "./memory.js";

const ESCAPES = 3;
const ESCAPES_WITHIN_MS = 5000;
const address = document.documentElement.dataset.exit;
const before = [];

// What must stop when the page is left.
export function onLeave(action) {
  before.push(action);
}

// Our pages in other tabs of this browser: a way out that leaves one of them open is none.
const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("repere") : null;
otherTabs?.addEventListener("message", () => leave({ alone: true }));

export function leave({ alone } = {}) {
  if (!alone) otherTabs?.postMessage("leave");
  memory.wipe();
  document.documentElement.replaceChildren();
  for (const action of before) action();
  if (window.parent === window) {
    location.replace(address);
    return;
  }
  // In a frame it is the site around that must go. Its script does it where the browser does not let us.
  window.parent.postMessage({ repere: "leave", address }, "*");
  try {
    window.top.location.replace(address);
  } catch {
    location.replace("about:blank");
  }
}

// In the header, and in every dialog: what lies under a dialog cannot be tapped.
for (const way of document.querySelectorAll(".exit"))
  way.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

let escapes = [];
addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    escapes = [...escapes, event.timeStamp].filter((at) => event.timeStamp - at < ESCAPES_WITHIN_MS);
    if (escapes.length >= ESCAPES) leave();
  },
  { capture: true },
);

// Somebody presses "back" in a tab that was left: there is nothing of ours to see.
function stayAway() {
  if (!memory.isOpen) leave();
}
if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") stayAway();
memory.open();
addEventListener("pageshow", (event) => event.persisted && stayAway());
