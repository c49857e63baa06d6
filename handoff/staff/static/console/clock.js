// Waits are counted with the service's clock: this computer's may be wrong, or jump.

let ahead = 0; // how far the service's clock is ahead of this computer's, in milliseconds

export function setClock(now) {
  ahead = Date.parse(now) - Date.now();
}

export const now = () => Date.now() + ahead;

export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60}`;
}

export const since = (iso) => (iso ? duration(now() - Date.parse(iso)) : "");

// A moment that goes on counting.
export function ticking(iso, className) {
  const made = document.createElement("time");
  made.className = className;
  made.dataset.since = iso ?? "";
  made.textContent = since(iso);
  return made;
}

setInterval(() => {
  for (const each of document.querySelectorAll("time[data-since]")) {
    const text = since(each.dataset.since);
    if (each.textContent !== text) each.textContent = text;
  }
}, 1000);
