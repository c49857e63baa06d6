// One conversation as a counsellor reads it, notes of the team between the messages. Words are always set as text.

import { app, element } from "./app.js";
import { label } from "./texts.js";
import { categoryOf, chip } from "./words.js";

const MASKED = /(\[[^\]\n]{1,60}\])/;
const LOCALE = app.lang === "en" ? "en-GB" : "fr-FR";

const timeOf = (at) => new Date(at).toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });

function words(text) {
  const made = element("p", "words");
  for (const part of text.split(MASKED))
    made.append(MASKED.test(part) ? element("span", "masked", part) : document.createTextNode(part));
  return made;
}

function head(name, at) {
  const made = element("p", "author", name);
  made.append(" ", element("time", "", timeOf(at)));
  return made;
}

function messageElement(frame) {
  const made = element("article", `message ${frame.author}`);
  made.dataset.testid = "staff-message";
  made.dataset.author = frame.author;
  made.dataset.position = frame.position;
  made.dataset.at = frame.at;
  const author = head(label(`author_${frame.author}`), frame.at);
  if (frame.edited) author.append(` · ${label("edited")}`);
  made.append(author, words(frame.text));
  if (frame.more) made.append(element("p", "shown", frame.more));
  if (frame.level > 0) {
    const verdict = element("p", "verdict");
    verdict.append(chip(frame.level), ` ${[categoryOf(frame.category), ...(frame.reasons ?? [])].join(" · ")}`);
    made.append(verdict);
  }
  const lines = frame.resources.map((each) => each.name).join(" · ");
  const buttons = frame.buttons.map((each) => `[ ${each.label} ]`).join(" ");
  if (lines) made.append(element("p", "shown", lines));
  if (buttons) made.append(element("p", "shown", buttons));
  return made;
}

function noteElement(note) {
  const made = element("article", `message note ${note.kind}`);
  made.dataset.testid = "staff-note";
  made.dataset.kind = note.kind;
  made.dataset.at = note.at;
  made.append(head(`${label(`note_${note.kind}`)} · ${note.by}`, note.at), words(note.text));
  return made;
}

// In the order of time, each once; returns whether something was added.
function place(box, made) {
  const later = [...box.querySelectorAll(".message")].find((each) => each.dataset.at > made.dataset.at);
  box.insertBefore(made, later ?? null);
}

export function fillTranscript(box, state) {
  const have = new Set([...box.querySelectorAll("[data-position]")].map((each) => each.dataset.position));
  let added = false;
  for (const [position, frame] of state.messages)
    if (!have.has(position)) {
      place(box, messageElement(frame));
      added = true;
    }
  const shown = box.querySelectorAll(".note").length;
  if (shown !== state.notes.length) {
    for (const each of box.querySelectorAll(".note")) each.remove();
    for (const note of state.notes) place(box, noteElement(note));
    added = true;
  }
  return added;
}

const POSITION = /^(\d+)-(\d+)$/;

function upTo(position, limit) {
  const [, a, b] = POSITION.exec(position) ?? [];
  const [, c, d] = POSITION.exec(limit) ?? [];
  return a !== undefined && c !== undefined && (BigInt(a) < BigInt(c) || (a === c && BigInt(b) <= BigInt(d)));
}

// "Vu" under the last of our messages that the young person's page has shown.
export function markSeen(box, limit) {
  const seen = [...box.querySelectorAll('[data-author="counsellor"]')].filter((each) =>
    upTo(each.dataset.position, limit ?? ""),
  );
  const last = seen.at(-1);
  const before = box.querySelector(".seen");
  if (before?.parentElement === last) return;
  before?.remove();
  if (!last) return;
  const made = element("p", "seen", label("seen_by_young"));
  made.dataset.testid = "seen";
  last.append(made);
}
