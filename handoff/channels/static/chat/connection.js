// The line to the service: comes back by itself, sends what was not sent yet, resumes by position.

import { memory } from "./memory.js";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15000;
const PING_MS = 25000;
const UNAVAILABLE_RETRY_MS = 3000;
const CLOSED_ERASED = 4000;
const CLOSED_UNKNOWN = 4401;

export class Connection {
  constructor(on) {
    this.on = on; // {frame, offline, expired}
    this.socket = null;
    this.position = null;
    this.outbox = memory.outbox;
    this.retryMs = FIRST_RETRY_MS;
    this.ready = false;
    this.opening = false;
    this.stopped = false;
    setInterval(() => this.ready && this.write({ type: "ping" }), PING_MS);
    addEventListener("online", () => this.open());
    document.addEventListener("visibilitychange", () => document.hidden || this.open());
  }

  // A mere visit opens nothing: the conversation begins with the first thing sent.
  async open() {
    if (this.socket || this.opening || this.stopped || !(memory.token || this.outbox.length)) return;
    this.opening = true;
    try {
      if (!memory.token) await this.begin();
      if (memory.token) this.connect();
    } catch {
      this.later();
    } finally {
      this.opening = false;
    }
  }

  async begin() {
    const answer = await fetch("/api/conversations", { method: "POST" });
    const body = await answer.json();
    if (answer.status === 201) memory.token = body.token;
    else {
      this.on.frame({ type: "unavailable", id: this.outbox[0]?.id ?? null, ...body });
      this.later(UNAVAILABLE_RETRY_MS);
    }
  }

  connect() {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/chat`);
    this.socket = socket;
    socket.onopen = () => this.write({ type: "hello", token: memory.token, after: this.position });
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = (event) => this.closed(event.code);
  }

  receive(frame) {
    if (frame.type === "welcome") {
      this.ready = true;
      this.retryMs = FIRST_RETRY_MS;
      for (const waiting of this.outbox) this.write(waiting);
    }
    if (frame.type === "received") this.forget(frame.id);
    if (frame.type === "message" && frame.position) this.position = frame.position;
    if (frame.type === "refused" && frame.id) this.forget(frame.id);
    if (frame.type === "slow_down") this.again(frame.id, frame.retry_in_ms);
    if (frame.type === "unavailable" && frame.id) this.again(frame.id, UNAVAILABLE_RETRY_MS);
    this.on.frame(frame);
  }

  closed(code) {
    this.socket = null;
    this.ready = false;
    if (code === CLOSED_ERASED) return;
    if (code === CLOSED_UNKNOWN) {
      const unsent = this.outbox;
      memory.clear();
      this.position = null;
      memory.outbox = unsent;
      this.on.expired();
      this.open();
      return;
    }
    this.on.offline();
    this.later();
  }

  later(ms = this.retryMs) {
    setTimeout(() => this.open(), ms * (0.7 + Math.random() * 0.6));
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  // Kept until the service says that it is stored; the same id is stored once, however often it is sent.
  send(frame) {
    this.outbox.push(frame);
    memory.outbox = this.outbox;
    if (this.ready) this.write(frame);
    else this.open();
  }

  again(id, ms) {
    setTimeout(() => {
      const frame = this.outbox.find((each) => each.id === id);
      if (frame && this.ready) this.write(frame);
    }, ms);
  }

  forget(id) {
    this.outbox = this.outbox.filter((each) => each.id !== id);
    memory.outbox = this.outbox;
  }

  write(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  erase() {
    this.outbox = [];
    if (this.ready) this.write({ type: "erase" });
    else return false;
    return true;
  }

  stop() {
    this.stopped = true;
    this.socket?.close();
  }

  restart() {
    memory.clear();
    this.position = null;
    this.outbox = [];
  }
}
