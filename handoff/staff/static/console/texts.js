// The page's labels, put there by the server (data/texts/ui.*.yml).

const labels = new Map(
  [...document.getElementById("texts").content.querySelectorAll("[data-key]")].map((each) => [
    each.dataset.key,
    each.textContent,
  ]),
);

export const known = (key) => labels.get(key) ?? null;

export function label(key, values = {}) {
  let text = labels.get(key) ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  return text;
}
