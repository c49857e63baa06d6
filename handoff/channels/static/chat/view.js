// What is on the screen. Words are always set as text, never as HTML.

import { toggle } from "./aloud.js";
import { openable, stored } from "./masked.js";
import { completeCard, linkButton } from "./resource_card.js";
import { label, say } from "./texts.js";

const log = document.getElementById("log");
const intro = document.getElementById("intro");
const shown = new Map(); // position or client id → element
const typed = new Map(); // client id → my words as typed, until this page goes

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// French typography: a sign never goes to the next line without its word.
function typeset(text) {
  return text.replace(/ ([:;?!»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
}

const author = { young_person: "me", assistant: "assistant", counsellor: "counsellor", service: "service" };

function head(frame) {
  return say(element("p", "author"), `author_${author[frame.author]}`);
}

function more(text) {
  const details = element("details", "more");
  details.dataset.testid = "more";
  details.append(say(element("summary"), "more"), element("p", "words", typeset(text)));
  return details;
}

function link(href, key, values) {
  const made = say(element("a", "contact"), key, values);
  made.href = href;
  if (href.startsWith("http")) {
    made.target = "_blank";
    made.rel = "noopener noreferrer";
  }
  return made;
}

function waysOf(line) {
  const ways = element("span", "ways");
  if (line.phone) ways.append(link(`tel:${line.phone.replace(/\s/g, "")}`, "call", { number: line.phone }));
  if (line.sms) ways.append(link(`sms:${line.sms.replace(/\s/g, "")}`, "text", { number: line.sms }));
  return ways;
}

// In danger nobody scrolls: the numbers come before the words.
function quickWays(lines) {
  const row = element("p", "quick");
  row.append(...lines.slice(0, 3).flatMap((line) => [...waysOf(line).children]));
  return row;
}

export function resource(line) {
  const box = element("li", "resource");
  box.dataset.testid = "resource";
  box.append(element("strong", "", line.name));
  const facts = [line.hours, line.cost];
  if (line.anonymous === "yes") facts.push(label("anonymous"));
  if (line.on_bill === "no") facts.push(label("not_on_bill"));
  const known = facts.filter(Boolean).join(" · ");
  if (known) box.append(element("span", "facts", known));
  const ways = waysOf(line);
  if (line.chat_url) ways.append(link(line.chat_url, "chat"));
  else if (line.url) ways.append(link(line.url, "site"));
  box.append(ways);
  completeCard(box, line);
  return box;
}

function resources(lines) {
  const list = element("ul", "resources");
  list.append(...lines.map(resource));
  return list;
}

function buttons(choices, press) {
  const row = element("div", "buttons");
  for (const choice of choices) {
    if (choice.payload.startsWith("href:")) {
      row.append(linkButton(choice));
      continue;
    }
    const button = element("button", "choice", choice.label);
    button.type = "button";
    button.dataset.testid = "button";
    button.dataset.payload = choice.payload;
    button.onclick = () => press(choice);
    row.append(button);
  }
  return row;
}

// After sending, the screen follows: my last message stays in sight and what answers it unfolds below.
// Whoever scrolls by hand is left alone until they send again.
let anchor = null;

for (const gesture of ["wheel", "touchmove"]) log.addEventListener(gesture, () => (anchor = null), { passive: true });

function follow() {
  if (!anchor) return;
  const end = log.scrollHeight - log.clientHeight;
  if (end > 0) log.scrollTop = Math.min(end, anchor.offsetTop - log.offsetTop - 8);
  // On a very small screen the whole page scrolls, not the log.
  else anchor.scrollIntoView({ block: "nearest" });
}

// What is stored stands before what is still on its way, as it will in the log.
function place(made, stored) {
  notTyping();
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  log.insertBefore(made, stored ? log.querySelector('[data-state="sending"], [data-state="not_sent"]') : null);
  if (anchor) follow();
  else if (wasAtEnd) made.scrollIntoView({ block: "nearest" });
}

function box(frame) {
  const made = element("article", `message ${author[frame.author]}${frame.urgent ? " urgent" : ""}`);
  made.dataset.testid = "message";
  made.dataset.author = frame.author;
  if (frame.language) made.lang = frame.language;
  return made;
}

// My own words at once, before the service has them; replaced by the stripped words it stored.
export function mine(id, text, state) {
  let made = shown.get(id);
  if (!made) {
    made = box({ author: "young_person" });
    typed.set(id, text);
    made.append(head({ author: "young_person" }), element("p", "words", text), element("p", "state"));
    made.lastChild.dataset.testid = "own-state";
    // Read out with the message: each change of it ("reçu", "lu") would be one more voice.
    made.lastChild.setAttribute("aria-live", "off");
    shown.set(id, made);
    anchor = made;
    place(made, state === "received");
  }
  own(id, state);
}

export function own(id, state) {
  const made = shown.get(id);
  if (made) {
    say(made.querySelector(".state"), state);
    made.dataset.state = state;
  }
}

// Stored: from now on my message stands here as the team sees it.
export function kept(frame) {
  own(frame.id, "received");
  const made = shown.get(frame.id);
  const parts = frame.marks.length && made ? openable(typed.get(frame.id) ?? "", frame) : null;
  if (!parts) return;
  made.querySelector(".words").replaceChildren(...parts);
  made.dataset.openable = "yes";
  tellRemoved(made);
}

function tellRemoved(made) {
  if (!made.querySelector(".removed"))
    made.querySelector(".state").before(say(element("p", "removed"), "removed"));
}

const canRead = "speechSynthesis" in window;

function listen(frame) {
  const button = say(element("button", "listen"), "listen");
  button.type = "button";
  button.dataset.testid = "listen";
  button.onclick = () => toggle(button, frame, note);
  return button;
}

export function message(frame, press) {
  if (shown.has(frame.position)) return;
  if (frame.author === "young_person") {
    mine(frame.id ?? frame.position, frame.text, "received");
    const made = shown.get(frame.id ?? frame.position);
    made.dataset.position = frame.position;
    if (!made.dataset.openable) {
      const parts = frame.removed.length ? stored(frame.text) : [document.createTextNode(frame.text)];
      made.querySelector(".words").replaceChildren(...parts);
    }
    if (frame.removed.length) tellRemoved(made);
    shown.set(frame.position, made);
    return;
  }
  const made = box(frame);
  made.dataset.position = frame.position ?? "";
  made.append(head(frame));
  if (frame.urgent) made.append(quickWays(frame.resources));
  made.append(element("p", "words", typeset(frame.text)));
  if (frame.more) made.append(more(frame.more));
  if (frame.resources.length) made.append(resources(frame.resources));
  if (frame.buttons.length) made.append(buttons(frame.buttons, press));
  if (canRead) made.append(listen(frame));
  if (frame.position) shown.set(frame.position, made);
  place(made, Boolean(frame.position));
}

const POSITION = /^(\d+)-(\d+)$/;

function upTo(position, limit) {
  const [, a, b] = POSITION.exec(position) ?? [];
  const [, c, d] = POSITION.exec(limit) ?? [];
  return a !== undefined && c !== undefined && (BigInt(a) < BigInt(c) || (a === c && BigInt(b) <= BigInt(d)));
}

export function seen(limit) {
  for (const made of log.querySelectorAll('[data-author="young_person"][data-position]'))
    if (upTo(made.dataset.position, limit)) {
      say(made.querySelector(".state"), "seen");
      made.dataset.state = "seen";
    }
}

// A line of the service comes as it is; one of this page's own is a key.
export function status(frame) {
  const line = document.getElementById("status");
  if (frame.key) say(line, frame.key);
  else if (line.textContent !== frame.line) {
    delete line.dataset.text;
    line.textContent = frame.line;
  }
  line.dataset.reader = frame.reader;
}

// A word to whoever writes: a label's key, or what the service said.
export function note(key, text) {
  const line = document.getElementById("note");
  line.hidden = !key && !text;
  if (key) say(line, key);
  else {
    delete line.dataset.text;
    line.textContent = text ?? "";
  }
}

// The numbers, from this page itself: shown whenever the service cannot be reached.
export function offline(shown) {
  document.getElementById("offline").hidden = !shown;
  follow();
}

let typingTimer = 0;

export function typing(who, ms) {
  clearTimeout(typingTimer);
  let made = document.getElementById("typing");
  if (!made) {
    made = element("p", "typing");
    made.id = "typing";
    made.dataset.testid = "typing";
  }
  // The robot writes before each answer: read out each time, it would cover the answers. A person is worth a word.
  made.setAttribute("aria-live", who === "counsellor" ? "polite" : "off");
  if (made.dataset.text !== `typing_${who}`) say(made, `typing_${who}`);
  if (log.lastChild !== made) log.append(made);
  follow();
  typingTimer = setTimeout(notTyping, ms);
}

export function notTyping() {
  document.getElementById("typing")?.remove();
}

export function empty() {
  log.replaceChildren(intro);
  shown.clear();
  typed.clear();
}
