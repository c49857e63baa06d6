// What is on its way: kept until the service says that it is stored, sent again after a lost line, given back if refused.

import { app } from "./app.js";
import { askBeforeSending } from "./check.js";

const onTheWay = new Map(); // id → {conversation, text, checked}

// give: puts words back where they were written, with why; sends: the line.
export class Sending {
  constructor(line, give) {
    this.line = line;
    this.give = give;
  }

  send(conversation, text, checked = false, id = crypto.randomUUID?.() ?? String(Math.random())) {
    onTheWay.set(id, { conversation, text, checked });
    return this.line.send({ type: "message", conversation, id, text, checked });
  }

  // The same id is stored once, however often it is sent.
  again() {
    for (const [id, { conversation, text, checked }] of onTheWay)
      if (app.list.mine.some((item) => item.conversation === conversation)) this.send(conversation, text, checked, id);
      else onTheWay.delete(id);
  }

  received(id) {
    const message = onTheWay.get(id);
    onTheWay.delete(id);
    return message?.conversation;
  }

  refused(id, why) {
    const message = onTheWay.get(id);
    onTheWay.delete(id);
    if (message) this.give(message.conversation, message.text, why);
  }

  check(frame) {
    const message = onTheWay.get(frame.id);
    onTheWay.delete(frame.id);
    if (!message) return;
    askBeforeSending(frame, {
      edit: () => this.give(message.conversation, message.text, ""),
      send: () => this.send(message.conversation, message.text, true),
    });
  }
}
