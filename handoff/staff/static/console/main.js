// The console: lists on the left, one conversation on the right, several at once without mixing them up.

import { askBeforeSending } from "./check.js";
import { saveCase } from "./close_form.js";
import { showDetail } from "./detail.js";
import { correctLevel } from "./level.js";
import { Line, act } from "./line.js";
import { mineItem, nameOf, tick, waitingItem } from "./lists.js";
import { resourcePicker } from "./resource_picker.js";
import { label } from "./texts.js";
import { messageElement } from "./transcript.js";

const byId = (id) => document.getElementById(id);
const TYPING_EVERY_MS = 3000;
const IMMINENT = 3;

const conversations = new Map(); // id → {messages: Map(position → frame), draft, unsent}
let current = null;
let known = new Set();
let list = { waiting: [], mine: [], on_duty: 0 };
let sound = null;
let claimed = null;
const sent = new Map(); // id → {conversation, text} of what is on its way

const line = new Line({ frame: receive, connected });

function connected(yes) {
  const shown = byId("line");
  shown.dataset.connected = yes ? "yes" : "no";
  shown.textContent = label(yes ? "connected" : "disconnected");
  // Whatever was missed while away comes again, by position.
  if (yes && current) reopen(current);
}

function stateOf(id) {
  if (!conversations.has(id)) conversations.set(id, { messages: new Map(), draft: "" });
  return conversations.get(id);
}

function receive(frame) {
  switch (frame.type) {
    case "list":
      list = frame;
      showLists();
      announce();
      break;
    case "message":
      stateOf(frame.conversation).messages.set(frame.position, frame);
      if (frame.conversation === current) showTranscript();
      break;
    case "typing":
      if (frame.conversation === current) showTyping();
      break;
    case "gone":
      gone(frame);
      break;
    case "received":
      sent.delete(frame.id);
      problem("");
      break;
    case "check":
      warn(frame);
      break;
    case "refused":
      problem(`${label("not_sent")} : ${frame.text}`);
  }
}

function showLists() {
  byId("on-duty").textContent = label("on_duty", { count: list.on_duty });
  byId("waiting-count").textContent = list.waiting.length || "";
  byId("waiting").replaceChildren(
    ...(list.waiting.length ? list.waiting.map((item) => waitingItem(item, claim)) : [hint("nobody_waiting")]),
  );
  byId("mine").replaceChildren(
    ...(list.mine.length ? list.mine.map((item) => mineItem(item, item.conversation === current, open)) : [hint("no_mine")]),
  );
  const shown = list.mine.find((item) => item.conversation === current);
  if (shown && document.activeElement !== byId("level")) byId("level").value = String(shown.level);
  byId("detail").hidden = !list.mine.some((item) => item.conversation === current && item.detail_kept);
  document.title = list.waiting.length ? `(${list.waiting.length}) ${label("title")}` : label("title");
  if (claimed && list.mine.some((item) => item.conversation === claimed)) {
    const id = claimed;
    claimed = null;
    open(id);
  }
}

function hint(key) {
  const made = document.createElement("li");
  made.className = "hint";
  made.textContent = label(key);
  return made;
}

function announce() {
  const arrived = list.waiting.filter((item) => !known.has(item.conversation));
  known = new Set(list.waiting.map((item) => item.conversation));
  if (!arrived.length) return;
  const level = Math.max(...arrived.map((item) => item.level));
  byId("announcement").textContent = label("arrived", { level });
  if (level >= IMMINENT) ring();
}

// Browsers only let a page make sound after a first click in it.
addEventListener("click", () => (sound ??= new AudioContext()), { once: true });

function ring() {
  if (!sound) return;
  for (const [start, pitch] of [[0, 660], [0.25, 880]]) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.15, sound.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + 0.22);
    tone.connect(volume).connect(sound.destination);
    tone.start(sound.currentTime + start);
    tone.stop(sound.currentTime + start + 0.25);
  }
}

async function claim(id) {
  claimed = id;
  const { refusal } = await act(`/api/conversations/${id}/claim`);
  if (!refusal) return;
  claimed = null;
  byId("announcement").textContent = refusal;
  showLists();
}

function open(id) {
  if (current) stateOf(current).draft = byId("input").value;
  current = id;
  byId("nothing").hidden = true;
  byId("open").hidden = false;
  byId("open-title").textContent = nameOf(id);
  byId("input").value = stateOf(id).draft;
  byId("input").setAttribute("aria-label", label("writing_to", { name: nameOf(id) }));
  problem("");
  reopen(id);
  showLists();
  showTranscript();
  byId("input").focus();
}

function reopen(id) {
  const positions = [...stateOf(id).messages.keys()];
  line.send({ type: "open", conversation: id, after: positions.at(-1) ?? null });
}

function showTranscript() {
  const shown = byId("transcript");
  const have = new Set([...shown.querySelectorAll("[data-position]")].map((each) => each.dataset.position));
  if (shown.dataset.conversation !== current) {
    shown.replaceChildren();
    have.clear();
    shown.dataset.conversation = current;
  }
  document.getElementById("typing")?.remove();
  for (const [position, frame] of stateOf(current).messages)
    if (!have.has(position)) shown.append(messageElement(frame));
  shown.scrollTop = shown.scrollHeight;
}

let typingTimer = 0;

function showTyping() {
  clearTimeout(typingTimer);
  document.getElementById("typing")?.remove();
  const made = document.createElement("p");
  made.id = "typing";
  made.textContent = `${label("author_young_person")} ${label("typing")}`;
  byId("transcript").append(made);
  typingTimer = setTimeout(() => made.remove(), 4000);
}

function gone(frame) {
  conversations.delete(frame.conversation);
  byId("announcement").textContent = label(`gone_${frame.why}`);
  if (frame.conversation !== current) return;
  current = null;
  byId("open").hidden = true;
  byId("nothing").hidden = false;
  byId("nothing").textContent = label(`gone_${frame.why}`);
}

function write(conversation, text, checked) {
  const id = crypto.randomUUID?.() ?? String(Math.random());
  sent.set(id, { conversation, text });
  return line.send({ type: "message", conversation, id, text, checked });
}

function warn(frame) {
  const message = sent.get(frame.id);
  sent.delete(frame.id);
  if (!message) return;
  const edit = () => {
    if (message.conversation !== current) stateOf(message.conversation).draft = message.text;
    else if (!byId("input").value) byId("input").value = message.text;
    else byId("input").value = `${message.text}\n${byId("input").value}`;
    byId("input").focus();
  };
  askBeforeSending(frame, {
    edit,
    send: () => {
      if (write(message.conversation, message.text, true)) return;
      edit();
      problem(`${label("not_sent")} : ${label("disconnected")}`);
    },
  });
}

function problem(text) {
  byId("problem").hidden = !text;
  byId("problem").textContent = text;
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("input").value;
  if (!text.trim() || !current) return;
  // Bound to the conversation it was typed in, whatever is opened next.
  if (write(current, text, false)) {
    byId("input").value = "";
    stateOf(current).draft = "";
  } else problem(`${label("not_sent")} : ${label("disconnected")}`);
});

byId("input").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("form").requestSubmit();
  }
});

let typedAt = 0;
byId("input").addEventListener("input", () => {
  if (!current || Date.now() - typedAt < TYPING_EVERY_MS) return;
  typedAt = Date.now();
  line.send({ type: "typing", conversation: current });
});

async function leave(action) {
  if (!current) return;
  const { refusal } = await act(`/api/conversations/${current}/${action}`);
  if (refusal) problem(refusal);
}

byId("level").addEventListener("change", (event) => {
  correctLevel(current, Number(event.target.value), [...stateOf(current).messages.values()], problem);
  byId("input").focus();
});
byId("detail").addEventListener("click", () => showDetail(current, problem));
byId("hand-back").addEventListener("click", () => leave("hand-back"));
byId("release").addEventListener("click", () => leave("release"));
byId("close").addEventListener("click", () => byId("close-dialog").showModal());
byId("close-cancel").addEventListener("click", () => byId("close-dialog").close());
byId("close-confirm").addEventListener("click", async () => {
  if (!(await saveCase(current))) return;
  byId("close-dialog").close();
  leave("close");
});
byId("sign-out").addEventListener("click", async () => {
  await act("/api/sign-out");
  location.reload();
});
resourcePicker(() => current, problem);
setInterval(tick, 1000);
