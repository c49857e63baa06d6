// The chat page: what the young person does, and what the service says.

import { onLeave } from "./exit.js";
import { dialogs } from "./come_back.js";
import { Connection, newId } from "./connection.js";
import { presets } from "./embedded.js";
import { languages } from "./languages.js";
import { cleaned } from "./masked.js";
import { memory } from "./memory.js";
import { Rhythm } from "./rhythm.js";
import { sharing } from "./sharing.js";
import { chime } from "./sound.js";
import { label } from "./texts.js";
import * as view from "./view.js";

const TYPING_EVERY_MS = 3000;
const COUNSELLOR_TYPING_MS = 4000;
const ROBOT_TYPING_MS = 8000;
const SAME_TAP_MS = 1000;

const byId = (id) => document.getElementById(id);
const input = byId("input");
const eraseButton = byId("erase");
const longest = Number(document.body.dataset.max);
const preset = presets();

const connection = new Connection(
  () => ({ language: document.documentElement.lang, audience: document.body.dataset.audience, ...preset }),
  {
    frame: receive,
    online: () => {
      view.offline(false);
      saw();
      if (toSpeak) speak(toSpeak);
    },
    offline: () => {
      view.notTyping();
      view.offline(true);
      view.status({ key: "status_offline", reader: "offline" });
      offerSharing.offline();
    },
    expired: () => {
      over();
      view.note("expired");
    },
    resumed: () => {
      anew();
      view.note("");
      eraseButton.hidden = false;
    },
  },
);

const rhythm = new Rhythm({
  show: (frame) => {
    view.message(frame, press);
    if (frame.author === "counsellor") toSee = frame.position;
    saw();
    if (frame.author !== "young_person" && withSound && document.hidden) chime();
  },
  writing: () => view.typing("assistant", ROBOT_TYPING_MS),
});

const offerSharing = sharing(connection);
const comeBack = dialogs(connection);
let helpShown = false;
let reader = "assistant";
let toSpeak = null; // the language that was chosen while there was no line
let toSee = null;
let withSound = false;

// Another conversation on this page: what was said in the old one goes, what was not sent yet stays.
function anew() {
  rhythm.drop();
  toSee = null;
  helpShown = false;
  view.empty();
  showUnsent();
}

// This conversation is no more. The page is as it was before the first word.
function over() {
  anew();
  reader = "assistant";
  view.offline(false);
  view.status({ key: "status_before", reader });
  offerSharing.status({ reader, detail_kept: false });
  eraseButton.hidden = !connection.outbox.length;
}

function speak(language) {
  toSpeak = connection.ready ? null : language;
  connection.write({ type: "language", language });
}

function showUnsent() {
  for (const frame of connection.outbox) view.mine(frame.id, wordsOf(frame), "not_sent");
}

function receive(frame, live) {
  switch (frame.type) {
    case "message":
      rhythm.add(frame, live);
      break;
    case "received":
      view.kept(frame);
      view.note("");
      helpShown = false;
      if (reader !== "counsellor") view.typing("assistant", ROBOT_TYPING_MS);
      break;
    case "status":
      reader = frame.reader;
      view.status(frame);
      offerSharing.status(frame);
      break;
    case "seen":
      view.seen(frame.position);
      break;
    case "typing":
      view.typing("counsellor", COUNSELLOR_TYPING_MS);
      break;
    case "refused":
      if (offerSharing.refused(frame)) break;
      if (frame.id) view.own(frame.id, "refused");
      view.note("", frame.text);
      break;
    case "code":
      comeBack.showCode(frame.code);
      break;
    case "slow_down":
      if (!frame.resources) {
        view.note("", frame.text);
        break;
      }
    // Far too much at once: as when the service is away, with the help lines.
    case "unavailable":
      if (offerSharing.refused(frame)) break;
      if (memory.erasing) {
        view.note("erasing");
        break;
      }
      if (frame.id) view.own(frame.id, "not_sent");
      // The help lines once, not at each new try.
      if (!helpShown)
        view.message({ author: "service", text: frame.text, resources: frame.resources, buttons: [], urgent: true });
      helpShown = true;
      break;
    case "erased":
      over();
      connection.restart();
      view.note("erased");
      // The button that was pressed is gone.
      if (document.activeElement === document.body) input.focus();
  }
}

// A counsellor knows that their words are on a screen somebody looks at.
function saw() {
  if (!toSee || document.hidden || !connection.ready) return;
  connection.write({ type: "seen", position: toSee });
  toSee = null;
}
document.addEventListener("visibilitychange", saw);

function send(frame, text) {
  eraseButton.hidden = false;
  view.note("");
  rhythm.flush(); // what the robot says about the message before stands before this one
  view.mine(frame.id, text, "sending");
  connection.send(frame);
}

// The same button tapped twice by a shaking hand is one tap.
const tapped = new Map();

function tappedTwice(payload) {
  const now = performance.now();
  const twice = now - (tapped.get(payload) ?? -SAME_TAP_MS) < SAME_TAP_MS;
  tapped.set(payload, now);
  return twice;
}

function press({ payload, label: words }) {
  if (tappedTwice(payload)) return;
  if (payload === "#person") send({ type: "ask_person", id: newId() }, label("ask_person"));
  else send({ type: "press", id: newId(), payload, words }, words);
}

function wordsOf(frame) {
  return frame.text ?? frame.words ?? label("ask_person");
}

// A pasted page goes in several messages, cut where words end.
function parts(text) {
  const letters = [...text];
  const cut = [];
  while (letters.length > longest) {
    const head = letters.slice(0, longest);
    const end = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(" "));
    cut.push(letters.splice(0, end > longest / 2 ? end : longest).join("").trim());
  }
  return [...cut, letters.join("").trim()].filter(Boolean);
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const pieces = parts(cleaned(input.value));
  for (const text of pieces) send({ type: "message", id: newId(), text }, text);
  if (pieces.length > 1) view.note("in_parts");
  input.value = "";
  memory.draft = "";
  fit();
  input.focus();
});

input.addEventListener("keydown", (event) => {
  const onPhone = matchMedia("(pointer: coarse)").matches;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !onPhone) {
    event.preventDefault();
    byId("form").requestSubmit();
  }
});

let typedAt = -TYPING_EVERY_MS;
input.addEventListener("input", () => {
  fit();
  memory.draft = input.value;
  if (performance.now() - typedAt < TYPING_EVERY_MS) return;
  typedAt = performance.now();
  connection.write({ type: "typing" });
});

byId("ask-person").addEventListener("click", () => press({ payload: "#person" }));
for (const button of document.querySelectorAll("[data-start]"))
  button.addEventListener("click", () => press({ payload: `/${button.dataset.start}`, label: button.textContent }));

onLeave(() => connection.stop());

const dialog = byId("erase-dialog");
eraseButton.addEventListener("click", () => dialog.showModal());
byId("erase-cancel").addEventListener("click", () => dialog.close());
byId("erase-confirm").addEventListener("click", () => {
  dialog.close();
  view.note(connection.erase() ? "erasing" : "offline_still");
});

byId("code").addEventListener("click", () => {
  byId("menu").open = false;
  if (connection.ready) connection.write({ type: "code" });
  else view.note(memory.token ? "offline_still" : "code_first");
});
byId("return").addEventListener("click", () => {
  byId("menu").open = false;
  comeBack.askCode();
});

byId("sound").addEventListener("click", () => {
  withSound = !withSound;
  byId("sound").setAttribute("aria-pressed", String(withSound));
  if (withSound) chime();
});

// The menu closes like a menu.
document.addEventListener("click", (event) => event.target.closest("#menu") || (byId("menu").open = false));
byId("menu").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  byId("menu").open = false;
  byId("menu").firstElementChild.focus();
});

languages({
  changed: speak,
  failed: () => view.note("no_page"),
});

if (memory.token) eraseButton.hidden = false;
if (memory.erasing) view.note("erasing");
// Whoever began to type before this script was there loses nothing.
if (input.value) memory.draft = input.value;
else input.value = memory.draft ?? "";
fit();
showUnsent();
connection.open();
document.body.dataset.ready = "yes";
