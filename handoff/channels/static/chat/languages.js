// Another language without loading the page anew: nothing that was typed or said is lost.

import { memory } from "./memory.js";
import { label, relabel } from "./texts.js";

const page = document.documentElement;
const links = [...document.querySelectorAll("[data-language]")];

async function fetched(language) {
  const answer = await fetch(`/texts/${language}/${document.body.dataset.audience}.json`);
  return answer.json();
}

// Our other pages speak it too.
const ours = [...document.querySelectorAll('a[href^="/"]')];

async function speak(language) {
  const { language: code, direction, labels } = await fetched(language);
  relabel(labels);
  page.lang = code;
  page.dir = direction;
  memory.language = code;
  for (const link of ours) link.search = `?langue=${code}`;
  for (const link of links)
    if (link.dataset.language === code) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
}

// `changed` is called with the code; `failed` with words for the page.
export function languages({ changed, failed }) {
  for (const link of links)
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await speak(link.dataset.language);
        changed(page.lang);
      } catch {
        failed(label("no_page"));
      }
    });
  // A page opened again in this tab keeps the language that was chosen.
  if (memory.language && memory.language !== page.lang) speak(memory.language).catch(() => {});
}
