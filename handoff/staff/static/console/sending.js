// What is on its way: kept in this tab, also if the page reloads, until the service says that it is stored; sent again
// after a lost line, given back if refused.

import { app } from "./app.js";
import { askBeforeSending } from "./check.js";
import { label } from "./texts.js";

const KEPT = `repere.sending${app.root}`;

// id → {conversation, text, checked}
const onTheWay = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));

const keep = () => sessionStorage.setItem(KEPT, JSON.stringify([...onTheWay]));

// give: puts words back where they were written, with why; sends: the line.
export class Sending {
  constructor(line, give) {
    this.line = line;
    this.give = give;
  }

  send(conversation, text, checked = false, id = crypto.randomUUID?.() ?? String(Math.random())) {
    onTheWay.set(id, { conversation, text, checked });
    keep();
    return this.line.send({ type: "message", conversation, id, text, checked });
  }

  // The same id is stored once, however often it is sent. What is not mine any more is given back.
  again() {
    for (const [id, { conversation, text, checked }] of onTheWay)
      if (app.list.mine.some((item) => item.conversation === conversation)) this.send(conversation, text, checked, id);
      else this.refused(id, label("gone_transferred"));
  }

  received(id) {
    return this.take(id)?.conversation;
  }

  refused(id, why) {
    const message = this.take(id);
    if (message) this.give(message.conversation, message.text, why);
  }

  // Erased or closed: there is nobody left to send it to.
  forget(conversation) {
    for (const [id, message] of onTheWay) if (message.conversation === conversation) this.take(id);
  }

  take(id) {
    const message = onTheWay.get(id);
    onTheWay.delete(id);
    keep();
    return message;
  }

  // Kept until it is decided: a page that reloads asks again.
  check(frame) {
    const message = onTheWay.get(frame.id);
    if (!message) return;
    askBeforeSending(frame, {
      edit: () => this.refused(frame.id, ""),
      send: () => onTheWay.has(frame.id) && this.send(message.conversation, message.text, true, frame.id),
    });
  }
}
