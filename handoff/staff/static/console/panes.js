// Several conversations side by side, as many as the screen holds.

import { app, byId } from "./app.js";
import { drafts } from "./drafts.js";
import { Pane } from "./pane.js";
import { label } from "./texts.js";

const NARROWEST_PANE_PX = 420;
const SHOWN = `repere.shown${app.root}`; // what to open again if the page reloads, in this tab

export class Panes {
  constructor(line, sending, changed) {
    Object.assign(this, { line, sending, changed });
    this.panes = [];
    this.focused = null;
    document.addEventListener("visibilitychange", () => this.tellWhatIsShown());
  }

  get shown() {
    return this.panes.map((pane) => pane.conversation);
  }

  paneOf = (conversation) => this.panes.find((pane) => pane.conversation === conversation);

  isAlong = (conversation) => !app.list.mine.some((item) => item.conversation === conversation);

  // What was mine and is not on my lists any more.
  get lost() {
    const mine = this.panes.filter((pane) => !pane.along).map((pane) => pane.conversation);
    return mine.filter((conversation) => this.isAlong(conversation));
  }

  // In the place of the conversation in use, or beside it.
  open(conversation, beside = false) {
    const there = this.paneOf(conversation);
    if (there) return there.focus();
    const pane = new Pane(conversation, {
      line: this.line,
      sending: this.sending,
      along: this.isAlong(conversation),
      on: { focus: (each) => (this.focused = each), shut: (each) => this.shut(each) },
    });
    const most = Math.max(1, Math.floor(byId("main").clientWidth / NARROWEST_PANE_PX));
    const replaced = beside && this.panes.length < most ? null : (this.focused ?? this.panes.at(-1));
    if (replaced) {
      replaced.root.replaceWith(pane.root);
      this.panes[this.panes.indexOf(replaced)] = pane;
    } else {
      byId("panes").append(pane.root);
      this.panes.push(pane);
    }
    this.focused = pane;
    this.arrange();
    pane.show();
    pane.focus();
  }

  shut(pane) {
    if (!this.panes.includes(pane)) return;
    this.panes.splice(this.panes.indexOf(pane), 1);
    pane.root.remove();
    if (this.focused === pane) this.focused = this.panes.at(-1) ?? null;
    byId("nothing").textContent = label("choose");
    this.arrange();
    this.focused?.focus();
  }

  arrange() {
    byId("panes").hidden = !this.panes.length;
    byId("nothing").hidden = Boolean(this.panes.length);
    byId("panes").dataset.count = String(this.panes.length);
    sessionStorage.setItem(SHOWN, JSON.stringify(this.shown));
    this.tellWhatIsShown();
    this.changed();
  }

  // After a reload, what was open and is still mine.
  openAgain() {
    const shown = JSON.parse(sessionStorage.getItem(SHOWN) ?? "[]");
    for (const id of shown) if (!this.isAlong(id)) this.open(id, true);
  }

  // Only what is on a screen that somebody looks at counts as read.
  tellWhatIsShown() {
    this.line.send({ type: "viewing", conversations: document.hidden ? [] : this.shown });
  }

  show() {
    for (const pane of [...this.panes])
      if (pane.along !== this.isAlong(pane.conversation)) {
        // It became mine, or somebody took it over while I go on looking.
        this.focused = pane;
        this.panes.splice(this.panes.indexOf(pane), 1);
        pane.root.remove();
        this.focused = null;
        this.open(pane.conversation, true);
      } else pane.show();
  }

  gone(conversation, why) {
    drafts.set(conversation, "");
    const pane = this.paneOf(conversation);
    if (!pane) return;
    this.shut(pane);
    byId("nothing").textContent = label(`gone_${why}`);
  }

  // Words that could not be sent go back where they were written.
  giveBack(conversation, text, why) {
    const pane = this.paneOf(conversation);
    if (!pane) return drafts.set(conversation, [text, drafts.get(conversation)].filter(Boolean).join("\n"));
    pane.put([text, pane.input.value].filter(Boolean).join("\n"));
    pane.problem(why ? `${label("not_sent")} : ${why}` : "");
  }

  step(by) {
    const mine = app.list.mine.map((item) => item.conversation);
    if (!mine.length) return;
    const at = mine.indexOf(this.focused?.conversation);
    this.open(mine[(at + by + mine.length) % mine.length]);
  }

  nextUnread() {
    const item = app.list.mine.find((each) => each.unread && !this.paneOf(each.conversation));
    if (item) this.open(item.conversation);
  }

  beside() {
    const item = app.list.mine.find((each) => !this.paneOf(each.conversation));
    if (item) this.open(item.conversation, true);
  }
}
