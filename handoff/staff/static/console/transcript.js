// One conversation as the counsellor reads it. Words are always set as text.

import { chip, element } from "./lists.js";
import { label } from "./texts.js";

const MASKED = /(\[[^\]\n]{1,60}\])/;

function words(text) {
  const made = element("p", "words");
  for (const part of text.split(MASKED))
    made.append(MASKED.test(part) ? element("span", "masked", part) : document.createTextNode(part));
  return made;
}

export function messageElement(frame) {
  const made = element("article", `message ${frame.author}`);
  made.dataset.testid = "staff-message";
  made.dataset.author = frame.author;
  made.dataset.position = frame.position;
  const head = element("p", "author", label(`author_${frame.author}`));
  const at = element("time", "", new Date(frame.at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }));
  head.append(" ", at);
  if (frame.edited) head.append(` · ${label("edited")}`);
  made.append(head, words(frame.text));
  if (frame.level > 0) {
    const verdict = element("p", "verdict");
    verdict.append(chip(frame.level), ` ${[frame.category, ...(frame.reasons ?? [])].join(" · ")}`);
    made.append(verdict);
  }
  const shown = [...frame.resources.map((each) => each.name), ...frame.buttons.map((each) => `[ ${each.label} ]`)];
  if (shown.length) made.append(element("p", "shown", shown.join("   ")));
  return made;
}
