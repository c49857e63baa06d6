// The chat page: what the young person does, and what the service says.

import { Connection } from "./connection.js";
import { cleaned } from "./masked.js";
import { memory } from "./memory.js";
import { sharing } from "./sharing.js";
import { label } from "./texts.js";
import * as view from "./view.js";

const NEUTRAL_PAGE = "https://www.wikipedia.org/";
const TYPING_EVERY_MS = 3000;

const byId = (id) => document.getElementById(id);
const input = byId("input");
const eraseButton = byId("erase");

const connection = new Connection({
  frame: receive,
  offline: () => view.status({ line: label("status_offline"), reader: "offline" }),
  expired: () => {
    view.empty();
    view.note(label("expired"));
  },
});

const offerSharing = sharing(connection);
let helpShown = false;

function receive(frame) {
  switch (frame.type) {
    case "message":
      document.getElementById("typing")?.remove();
      view.message(frame, press);
      if (frame.author === "counsellor") sawCounsellor(frame.position);
      break;
    case "received":
      view.kept(frame);
      view.note("");
      helpShown = false;
      break;
    case "status":
      view.status(frame);
      offerSharing(frame);
      break;
    case "seen":
      view.seen(frame.position);
      break;
    case "typing":
      view.typing();
      break;
    case "slow_down":
      view.note(frame.text);
      break;
    case "refused":
      if (frame.id) view.own(frame.id, "refused");
      view.note(frame.text);
      break;
    case "unavailable":
      if (frame.id) view.own(frame.id, "not_sent");
      // The help lines once, not at each new try.
      if (!helpShown)
        view.message({ author: "service", text: frame.text, resources: frame.resources, buttons: [], urgent: true });
      helpShown = true;
      break;
    case "erased":
      connection.restart();
      view.empty();
      view.note(label("erased"));
      view.status({ line: label("status_before"), reader: "assistant" });
      offerSharing({ reader: "assistant", detail_kept: false });
      eraseButton.hidden = true;
  }
}

let toSee = null;

// A counsellor knows that their words are on a screen somebody looks at.
function sawCounsellor(position = toSee) {
  toSee = position;
  if (document.hidden || !position) return;
  toSee = null;
  connection.write({ type: "seen", position });
}

document.addEventListener("visibilitychange", () => sawCounsellor());

// randomUUID only exists on https and localhost; a phone on the local network has neither.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
}

function send(frame, text) {
  eraseButton.hidden = false;
  view.note("");
  view.mine(frame.id, text, "sending");
  connection.send(frame);
}

function press(choice) {
  if (choice.payload === "#person") askPerson();
  else send({ type: "press", id: newId(), payload: choice.payload }, choice.label);
}

function askPerson() {
  send({ type: "ask_person", id: newId() }, label("ask_person"));
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = cleaned(input.value);
  if (!text) return;
  send({ type: "message", id: newId(), text }, text);
  input.value = "";
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

let typedAt = 0;
input.addEventListener("input", () => {
  fit();
  if (Date.now() - typedAt < TYPING_EVERY_MS) return;
  typedAt = Date.now();
  connection.write({ type: "typing" });
});

byId("ask-person").addEventListener("click", askPerson);

byId("quick-exit").addEventListener("click", () => {
  connection.stop();
  memory.clear();
  document.body.replaceChildren();
  location.replace(NEUTRAL_PAGE);
});

const dialog = byId("erase-dialog");
eraseButton.addEventListener("click", () => dialog.showModal());
byId("erase-cancel").addEventListener("click", () => dialog.close());
byId("erase-confirm").addEventListener("click", () => {
  dialog.close();
  if (!connection.erase()) view.note(label("status_offline"));
});

if (memory.token) eraseButton.hidden = false;
for (const frame of connection.outbox) view.mine(frame.id, frame.text ?? label("ask_person"), "not_sent");
connection.open();
