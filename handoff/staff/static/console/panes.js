// Several conversations side by side, as many as the screen holds.

import { announce, app, byId } from "./app.js";
import { drafts } from "./drafts.js";
import { Pane } from "./pane.js";
import { label } from "./texts.js";
import { nameOf } from "./words.js";

const NARROWEST_PANE_PX = 420;
const OVER = ["erased", "closed"]; // what was being written has nobody to go to any more
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
    const pane = this.make(conversation);
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

  make(conversation) {
    return new Pane(conversation, {
      line: this.line,
      sending: this.sending,
      along: this.isAlong(conversation),
      on: { focus: (each) => (this.focused = each), shut: (each) => this.shut(each) },
    });
  }

  // By whoever reads it: on to the one beside.
  shut(pane) {
    if (!this.panes.includes(pane)) return;
    this.remove(pane);
    byId("nothing").textContent = label("choose");
    this.focused = this.panes.at(-1) ?? null;
    this.focused?.focus();
  }

  remove(pane) {
    this.panes.splice(this.panes.indexOf(pane), 1);
    pane.root.remove();
    if (this.focused === pane) this.focused = null;
    this.arrange();
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
      if (pane.along === this.isAlong(pane.conversation)) pane.show();
      else this.makeAnew(pane);
  }

  // It became mine, or somebody took it over while I go on looking. What was being noted goes on; the keyboard
  // stays with this conversation, in no text that could be sent.
  makeAnew(pane) {
    const made = this.make(pane.conversation);
    const hadKeyboard = pane.root.contains(document.activeElement);
    pane.root.replaceWith(made.root);
    this.panes[this.panes.indexOf(pane)] = made;
    if (this.focused === pane) this.focused = made;
    made.keepNoting(pane.part("note").value);
    this.arrange();
    made.show();
    if (hadKeyboard) made.find(".transcript").focus();
  }

  // Whoever is writing goes on writing where they write: the keyboard never jumps into another conversation.
  gone(conversation, why) {
    if (OVER.includes(why)) {
      drafts.set(conversation, "");
      this.sending.forget(conversation);
    }
    const pane = this.paneOf(conversation);
    if (!pane) return;
    const hadKeyboard = pane.root.contains(document.activeElement);
    this.remove(pane);
    byId("nothing").textContent = label(`gone_${why}`);
    byId("nothing").hidden = false;
    if (hadKeyboard) byId("nothing").focus();
  }

  // Words that could not be sent go back where they were written; without a pane, into the conversation's draft.
  giveBack(conversation, text, why) {
    const pane = this.paneOf(conversation);
    if (pane) {
      pane.put([text, pane.input.value].filter(Boolean).join("\n"), false);
      return pane.problem(why ? `${label("not_sent")} : ${why}` : "");
    }
    drafts.set(conversation, [text, drafts.get(conversation)].filter(Boolean).join("\n"));
    const told = label("not_sent_kept", { name: nameOf(conversation) });
    announce(told);
    byId("nothing").textContent = told;
    byId("nothing").hidden = false;
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
