// Nobody in danger is missed: a sound, a notification of the desktop and the title, until somebody takes it.

import { announce, app, byId } from "./app.js";
import { label } from "./texts.js";

const IMMINENT = 3;
const RING_EVERY_MS = 10000;

let sound = null;
let known = new Set();
let mine = null;
let taken = new Set(); // conversations that I took myself: no need to tell me
const called = new Set(); // conversations that rang, for as long as they call

// Browsers only let a page make sound after a first gesture in it. Until then the button says so.
for (const gesture of ["click", "keydown"])
  addEventListener(
    gesture,
    () => {
      sound ??= new AudioContext();
      showButton();
    },
    { once: true },
  );

function showButton() {
  const asked = globalThis.Notification?.permission;
  byId("alerts").hidden = asked !== "default" && sound !== null;
}

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

// Counsellors on duty at once; whoever supervises once it has lasted, on duty or not.
// And what somebody in danger wrote to whoever holds it and nobody reads, as long: whoever holds it and supervisors.
function calling() {
  const onDuty = app.list.duty?.state === "on";
  const waits = there().filter((item) => item.level >= IMMINENT && (onDuty || (app.supervises && item.escalated)));
  const held = new Map([...app.list.mine, ...(app.list.overview?.held ?? [])].map((item) => [item.conversation, item]));
  return [...waits, ...[...held.values()].filter(isLeftUnread)];
}

const isLeftUnread = (item) => item.level >= IMMINENT && item.unread > 0 && item.escalated;

// Who closed their page and stayed away stands on the list, but nobody could answer them now: nothing rings.
// When they come back they are as new.
const there = () => app.list.waiting.filter((item) => !item.gone_since);

function notify(tag, title, body) {
  if (globalThis.Notification?.permission !== "granted") return;
  const shown = new Notification(title, { body, tag, requireInteraction: true, icon: "/static/icon.svg" });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

export const tookMyself = (conversation) => taken.add(conversation);

export function showAlerts() {
  const arrived = there().filter((item) => !known.has(item.conversation));
  known = new Set(there().map((item) => item.conversation));
  if (arrived.length) announce(label("arrived", { level: Math.max(...arrived.map((item) => item.level)) }));
  const urgent = calling();
  // Who calls no more and calls again later rings anew.
  const callers = new Set(urgent.map((item) => item.conversation));
  for (const id of called) if (!callers.has(id)) called.delete(id);
  for (const item of urgent) {
    if (called.has(item.conversation)) continue;
    called.add(item.conversation);
    ring();
    notify(item.conversation, titleOf(item), label(isLeftUnread(item) ? "alert_unread_text" : "alert_text"));
  }
  tellWhatWasGiven();
  const unread = app.list.mine.reduce((sum, item) => sum + item.unread, 0);
  const count = known.size + unread;
  document.body.dataset.alarm = urgent.length ? "yes" : "no";
  document.title = `${urgent.length ? `⚠ ${titleOf(urgent[0])} · ` : count ? `(${count}) ` : ""}${label("title")}`;
  showButton();
}

const titleOf = (item) => label(isLeftUnread(item) ? "alert_unread_title" : "alert_title");

function tellWhatWasGiven() {
  const now = new Set(app.list.mine.map((item) => item.conversation));
  const given = [...now].filter((id) => mine && !mine.has(id) && !taken.has(id));
  if (given.length) {
    announce(label("assigned"));
    ring();
    notify(`given-${given[0]}`, label("title"), label("assigned"));
  }
  taken = new Set([...taken].filter((id) => now.has(id) || !mine?.has(id)));
  mine = now;
}

byId("alerts").addEventListener("click", async () => {
  await Notification.requestPermission();
  showButton();
});
setInterval(() => calling().length && ring(), RING_EVERY_MS);
