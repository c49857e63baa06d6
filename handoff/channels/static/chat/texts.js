// The page's labels (data/texts/ui.*.yml): put there by the server, replaced when the language changes.

let labels = new Map(
  [...document.getElementById("texts").content.querySelectorAll("[data-key]")].map((each) => [
    each.dataset.key,
    each.textContent,
  ]),
);

const ATTRIBUTES = ["aria-label", "title", "placeholder"];

export function label(key, values = {}) {
  let text = labels.get(key) ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  return text;
}

// Sets an element's words, and remembers which they are for a change of language.
export function say(element, key, values) {
  element.dataset.text = key;
  if (values) element.dataset.values = JSON.stringify(values);
  else delete element.dataset.values;
  element.textContent = label(key, values);
  return element;
}

export function relabel(fresh) {
  labels = new Map(Object.entries(fresh));
  for (const each of document.querySelectorAll("[data-text]"))
    each.textContent = label(each.dataset.text, JSON.parse(each.dataset.values ?? "{}"));
  for (const name of ATTRIBUTES)
    for (const each of document.querySelectorAll(`[data-text-${name}]`))
      each.setAttribute(name, label(each.getAttribute(`data-text-${name}`)));
}
