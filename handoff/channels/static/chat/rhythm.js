// The robot's answers come one after the other, with a moment of "writing" before each: a wall of text is not read.
// Danger does not wait: help lines, people and everything that was said before are shown at once.

const SHORTEST_MS = 350;
const LONGEST_MS = 1400;
const MS_A_CHARACTER = 5;

export class Rhythm {
  constructor({ show, writing }) {
    this.show = show;
    this.writing = writing;
    this.queue = [];
    this.timer = null;
  }

  // `live`: said now, not read again from the log.
  add(frame, live) {
    const waits = live && frame.author === "assistant" && !frame.urgent;
    this.queue.push({ frame, waits });
    if (!waits) this.flush();
    else if (this.timer === null) this.next();
  }

  next() {
    const [first] = this.queue;
    this.timer = null;
    if (!first) return;
    this.writing();
    const ms = Math.min(LONGEST_MS, SHORTEST_MS + first.frame.text.length * MS_A_CHARACTER);
    this.timer = setTimeout(() => {
      this.show(this.queue.shift().frame);
      this.next();
    }, ms);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    for (const { frame } of this.queue.splice(0)) this.show(frame);
  }

  drop() {
    this.queue = [];
    this.flush();
  }
}
