// The line to the service, and the actions on a conversation.

import { app } from "./app.js";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10000;
const PING_MS = 20000;
const UNAUTHORISED = 4401;

export class Line {
  constructor(on) {
    this.on = on; // {frame, connected}
    this.retryMs = FIRST_RETRY_MS;
    this.open();
    setInterval(() => this.send({ type: "ping" }), PING_MS);
  }

  open() {
    this.socket = new WebSocket(`${location.origin.replace("http", "ws")}${app.root}/ws/console`);
    this.socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === "me") {
        this.retryMs = FIRST_RETRY_MS;
        this.on.connected(true);
      }
      this.on.frame(frame);
    };
    this.socket.onclose = (event) => {
      if (event.code === UNAUTHORISED) {
        location.reload();
        return;
      }
      this.on.connected(false);
      setTimeout(() => this.open(), this.retryMs * (0.7 + Math.random() * 0.6));
      this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    };
  }

  send(frame) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}

async function ask(method, path, sent, root = app.root) {
  const headers = { "X-Requested-With": "repere-console" };
  if (sent) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(root + path, { method, headers, body: sent && JSON.stringify(sent) });
    const body = await answer.json().catch(() => ({}));
    const detail = typeof body.detail === "string" ? body.detail : String(answer.status);
    return { refusal: answer.ok ? null : detail, body };
  } catch (error) {
    return { refusal: String(error), body: {} };
  }
}

// Both resolve to {refusal, body}: why it was not done (null when it was), and what came back. ``root``: "" for what the
// training room has no door of its own for.
export const act = (path, sent = null, root = app.root) => ask("POST", path, sent, root);
export const look = (path) => ask("GET", path, null);
