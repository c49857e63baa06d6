// The line to the service: comes back by itself, sends what was not sent yet, resumes by position.
// One message at a time: the next leaves when the service has the one before, so their order is the order of writing.

import { memory } from "./memory.js";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15000;
const PING_MS = 20000;
const PONG_WITHIN_MS = 4000;
const WELCOME_WITHIN_MS = 8000;
const ANSWER_WITHIN_MS = 8000;
const UNAVAILABLE_RETRY_MS = 3000;
const CLOSED_ERASED = 4000;
const CLOSED_UNKNOWN = 4401;

// randomUUID only exists on https and localhost; a phone on the local network has neither.
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
}

// Asks the service. A network that takes everything and answers nothing is no network: it throws.
export async function ask(path, body) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS);
  try {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify(body), signal: patience.signal });
    return { status: answer.status, body: await answer.json() };
  } finally {
    clearTimeout(timer);
  }
}

export class Connection {
  // `about`: what a new conversation is told of this page. `on`: {frame, offline, online, expired, resumed}.
  // A button pressed keeps its `words` in the outbox: they are for this page, which may be loaded again meanwhile.
  constructor(about, on) {
    this.about = about;
    this.on = on;
    this.socket = null;
    this.position = null;
    this.outbox = memory.outbox;
    this.retryMs = FIRST_RETRY_MS;
    this.ready = false;
    this.live = false;
    this.opening = false;
    this.stopped = false;
    this.deadline = null;
    this.onItsWay = null; // the id of what was sent and is not stored yet
    setInterval(() => this.ready && this.check(), PING_MS);
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.socket && this.check());
    // Back from a sleeping phone: the line may look open and be dead for an hour.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      if (this.ready) this.check();
      else this.open();
    });
  }

  // A mere visit opens nothing: the conversation begins with the first thing sent.
  async open() {
    if (this.socket || this.opening || this.stopped || !(memory.token || this.outbox.length)) return;
    this.opening = true;
    try {
      if (!memory.token) await this.begin();
      if (memory.token && !this.stopped) this.connect();
    } catch {
      // No network, or a page of somebody else's (a hotel's Wi-Fi) where ours should be.
      this.on.offline();
      this.later();
    } finally {
      this.opening = false;
    }
  }

  async begin() {
    const { status, body } = await ask("/api/conversations", this.about());
    // Meanwhile the page was left, or a code gave a conversation: this one is nobody's.
    if (memory.token || this.stopped) return;
    if (status === 201 && body.token) memory.token = body.token;
    else if ((status === 503 || status === 429) && body.text) {
      this.on.frame({ type: "unavailable", id: this.outbox[0]?.id ?? null, ...body });
      this.later(body.retry_in_ms ?? UNAVAILABLE_RETRY_MS);
    } else throw new Error("not our service");
  }

  connect() {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/chat`);
    this.socket = socket;
    this.live = false;
    this.expect(WELCOME_WITHIN_MS);
    socket.onopen = () => this.write({ type: "hello", token: memory.token, after: this.position });
    socket.onmessage = (event) => this.socket === socket && this.receive(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  // Something must come back within this time, or the line is dead whatever the browser thinks.
  expect(ms) {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.hangUp(), ms);
  }

  check() {
    this.write({ type: "ping" });
    this.expect(PONG_WITHIN_MS);
  }

  hangUp() {
    this.socket?.close();
    this.closed(0);
  }

  receive(frame) {
    clearTimeout(this.deadline);
    if (frame.type === "welcome") {
      this.ready = true;
      this.retryMs = FIRST_RETRY_MS;
      this.on.online();
      if (memory.erasing) this.write({ type: "erase" });
    }
    if (frame.type === "received") this.forget(frame.id);
    if (frame.type === "message" && frame.position) this.position = frame.position;
    if (frame.type === "refused" && frame.id) this.forget(frame.id);
    if (frame.type === "slow_down") this.againIn(frame.retry_in_ms);
    if (frame.type === "unavailable" && memory.erasing) this.againIn(UNAVAILABLE_RETRY_MS);
    else if (frame.type === "unavailable" && frame.id) {
      // The service is there and cannot take this one: it does not keep the others waiting.
      if (frame.alone) this.putLast(frame.id);
      this.againIn(UNAVAILABLE_RETRY_MS);
    }
    this.on.frame(frame, this.live);
    // The first status follows what was said before: from here on everything is new.
    if (frame.type === "status" && !this.live) {
      this.live = true;
      this.sendNext(true);
    }
  }

  closed(code) {
    clearTimeout(this.deadline);
    this.socket = null;
    this.ready = false;
    if (code === CLOSED_ERASED || this.stopped) return;
    if (code === CLOSED_UNKNOWN) {
      memory.token = null;
      memory.erasing = null;
      this.position = null;
      this.on.expired();
      this.open();
      return;
    }
    this.on.offline();
    this.later();
  }

  later(ms = this.retryMs) {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), ms * (0.7 + Math.random() * 0.6));
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  // Kept until the service says that it is stored; the same id is stored once, however often it is sent.
  send(frame) {
    this.keep([...this.outbox, frame]);
    if (this.ready) this.sendNext();
    else this.open();
  }

  keep(frames) {
    this.outbox = frames;
    memory.outbox = frames;
  }

  sendNext(anew = false) {
    const [first] = this.outbox;
    // What is written while the old conversation goes is for the next one.
    if (!first || !this.ready || !this.live || memory.erasing || (!anew && this.onItsWay === first.id)) return;
    this.onItsWay = first.id;
    const { words, ...frame } = first;
    this.write(frame);
  }

  againIn(ms) {
    clearTimeout(this.again);
    this.again = setTimeout(() => (memory.erasing ? this.write({ type: "erase" }) : this.sendNext(true)), ms);
  }

  putLast(id) {
    const held = this.outbox.filter((each) => each.id === id);
    this.keep([...this.outbox.filter((each) => each.id !== id), ...held]);
  }

  forget(id) {
    this.keep(this.outbox.filter((each) => each.id !== id));
    this.sendNext();
  }

  write(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  erase() {
    if (!this.ready) return false;
    this.keep([]);
    memory.erasing = "yes";
    this.write({ type: "erase" });
    return true;
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.retry);
    this.socket?.close();
  }

  // The conversation is erased. What was written since begins another one.
  restart() {
    memory.forget();
    this.position = null;
    this.socket = null;
    this.ready = false;
    this.open();
  }

  // Another conversation takes the place of this one (a return code). What was not sent yet is said in it.
  resume(token) {
    memory.token = token;
    memory.erasing = null;
    this.position = null;
    const old = this.socket;
    this.socket = null;
    this.ready = false;
    old?.close();
    this.on.resumed();
    this.open();
  }
}
