// A message as the team sees it: what was removed is marked. Whoever typed it, and they alone, can look under a
// mark: the words under it are in this page's memory and come back from nowhere.

import { label } from "./texts.js";

const MASKED = /(\[[^\]\n]{1,60}\])/;

// What the service does to a text before it reads it (handoff/channels/incoming_text.py), so that places agree.
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

export function cleaned(text) {
  return text.replaceAll("\r\n", "\n").replace(UNWANTED, "").normalize("NFC").trim();
}

function masked(text) {
  const made = document.createElement("span");
  made.className = "masked";
  made.textContent = text;
  return made;
}

function lid(shown, under) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "masked";
  made.dataset.testid = "masked";
  const turn = (open) => {
    made.textContent = open ? under : shown;
    made.setAttribute("aria-expanded", String(open));
    made.title = label(open ? "hide_again" : "see_under", { what: shown });
  };
  made.onclick = () => turn(made.getAttribute("aria-expanded") !== "true");
  turn(false);
  return made;
}

// As stored: all that a page knows of a message it did not type itself.
export function stored(text) {
  return text.split(MASKED).map((part) => (MASKED.test(part) ? masked(part) : document.createTextNode(part)));
}

// From what was typed and the places (in code points) that were replaced; null when the two do not fit.
export function openable(typed, frame) {
  const letters = [...typed];
  if (letters.length !== frame.characters) return null;
  const parts = [];
  let at = 0;
  for (const mark of frame.marks) {
    parts.push(document.createTextNode(letters.slice(at, mark.start).join("")));
    parts.push(lid(mark.replacement, letters.slice(mark.start, mark.end).join("")));
    at = mark.end;
  }
  return [...parts, document.createTextNode(letters.slice(at).join(""))];
}
