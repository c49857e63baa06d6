// One conversation on the screen. Whatever is written in it is bound to it, whatever is opened beside.

import { app, byId, element, itemOf, stateOf } from "./app.js";
import { filledIn, gapIn, openCanned } from "./canned.js";
import { openCards } from "./cards.js";
import { showDetail } from "./detail.js";
import { drafts } from "./drafts.js";
import { takeOver } from "./floor.js";
import { fillHandover } from "./handover.js";
import { openEnding, openPassing } from "./leaving.js";
import { correctLevel } from "./level.js";
import { act } from "./line.js";
import { openResources } from "./resource_picker.js";
import { Suggestions } from "./suggestions.js";
import { label } from "./texts.js";
import { fillTranscript, markSeen } from "./transcript.js";
import { nameOf } from "./words.js";

const TYPING_EVERY_MS = 3000;
const TYPING_SHOWN_MS = 4000;
const NEAR_THE_END_PX = 120;

export class Pane {
  // on: {focus, shut}; along: somebody else's conversation, read without being seen.
  constructor(conversation, { line, sending, along, on }) {
    Object.assign(this, { conversation, line, sending, along });
    this.root = byId("pane-template").content.firstElementChild.cloneNode(true);
    this.root.dataset.conversation = conversation;
    this.root.classList.toggle("looking-along", along);
    this.root.setAttribute("aria-label", nameOf(conversation));
    this.root.addEventListener("focusin", () => on.focus(this));
    this.input = this.part("input");
    this.actions = {
      detail: () => showDetail(conversation, this.problem),
      "hand-back": () => this.act("hand-back"),
      close: () => openEnding(conversation),
      away: () => this.act("away"),
      help: () => this.act("help", { wanted: !itemOf(conversation)?.help_since }),
      transfer: () => openPassing(conversation, "transfer"),
      release: () => this.act("release"),
      "take-over": async () => this.problem((await takeOver(conversation)).refusal ?? ""),
      "look-away": () => line.send({ type: "look_away", conversation }),
      canned: () => openCanned((reply) => this.insert(reply.text)),
      cards: () => openCards(conversation, this.problem),
      resources: () => openResources(conversation, this.problem),
      note: () => this.turnNote(),
      danger: () => this.part("danger").click(),
      shut: () => on.shut(this),
    };
    this.setUp();
  }

  part = (name) => this.root.querySelector(`[data-part="${name}"]`);
  find = (selector) => this.root.querySelector(selector);

  setUp() {
    this.find(".pane-title").textContent = nameOf(this.conversation);
    this.part("danger").href = `${app.root}/danger?conversation=${this.conversation}`;
    for (const each of this.root.querySelectorAll("[data-do]"))
      each.addEventListener("click", () => {
        each.closest("details.menu")?.removeAttribute("open");
        this.actions[each.dataset.do]();
      });
    this.part("level").addEventListener("change", (event) => {
      const messages = [...stateOf(this.conversation).messages.values()];
      correctLevel(this.conversation, Number(event.target.value), messages, this.problem);
      this.input.focus();
    });
    this.setUpFollowing();
    this.setUpWriting();
    this.setUpNotes();
  }

  // The transcript stays at its end, whatever changes around it, until somebody scrolls away from it.
  setUpFollowing() {
    const box = this.find(".transcript");
    this.follows = true;
    let height = 0;
    box.addEventListener("scroll", () => {
      if (box.clientHeight === height) this.follows = this.isAtEnd(box);
    });
    new ResizeObserver(() => {
      height = box.clientHeight;
      this.follow();
    }).observe(box);
  }

  isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_THE_END_PX;

  follow() {
    const box = this.find(".transcript");
    if (this.follows) box.scrollTop = box.scrollHeight;
  }

  setUpWriting() {
    const name = label("writing_to", { name: nameOf(this.conversation) });
    this.input.setAttribute("aria-label", name);
    this.find(".transcript").setAttribute("aria-label", nameOf(this.conversation));
    this.input.value = drafts.get(this.conversation);
    this.suggestions = new Suggestions(this.input, this.find(".suggestions"), (reply, before, after) =>
      this.put(before + filledIn(reply.text, this.conversation) + after),
    );
    let typedAt = 0;
    this.input.addEventListener("input", () => {
      drafts.set(this.conversation, this.input.value);
      if (Date.now() - typedAt < TYPING_EVERY_MS) return;
      typedAt = Date.now();
      this.line.send({ type: "typing", conversation: this.conversation });
    });
    this.input.addEventListener("keydown", (event) => {
      if (this.suggestions.key(event)) return;
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.find(".message-form").requestSubmit();
      }
    });
    this.find(".message-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.write();
    });
  }

  write() {
    const text = this.input.value;
    if (!text.trim()) return;
    const gap = gapIn(text);
    if (gap) {
      this.problem(label("canned_unfilled", { what: gap[0] }));
      this.input.setSelectionRange(gap.index, gap.index + gap[0].length);
      this.input.focus();
      return;
    }
    this.problem("");
    const gone = this.sending.send(this.conversation, text);
    this.put("");
    if (!gone) this.problem(`${label("not_sent")} : ${label("disconnected")}`);
  }

  // Puts a text in the message and the cursor in its first gap, or at its end. Without ``focus`` the keyboard
  // stays where it is: somebody may be writing in another conversation.
  put(text, focus = true) {
    this.input.value = text;
    drafts.set(this.conversation, text);
    const gap = gapIn(text);
    if (focus) this.input.focus();
    this.input.setSelectionRange(gap?.index ?? text.length, gap ? gap.index + gap[0].length : text.length);
  }

  // Adds to what is being written: canned replies, a resource. For whoever brings words from elsewhere.
  insert(text) {
    const before = this.input.value && !this.input.value.endsWith("\n") ? `${this.input.value} ` : this.input.value;
    this.put(before + filledIn(text, this.conversation));
  }

  setUpNotes() {
    const kind = this.along ? "whisper" : "note";
    const note = this.part("note");
    const form = this.find(".note-form");
    note.placeholder = label(`${kind}_write`);
    note.setAttribute("aria-label", label(`${kind}_write`));
    form.querySelector("button").textContent = label(`${kind}_send`);
    form.hidden = !this.along;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = note.value;
      if (!text.trim()) return;
      const refusal = await this.act("notes", { text });
      if (refusal) return;
      // What was typed meanwhile is another note: it must not go on in the message.
      if (note.value.startsWith(text)) note.value = note.value.slice(text.length);
      if (!note.value && !this.along) this.turnNote(false, document.activeElement === note);
    });
    note.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
  }

  turnNote(open = this.find(".note-form").hidden, focus = true) {
    if (this.along) return this.part("note").focus();
    this.find(".note-form").hidden = !open;
    this.find('[data-do="note"]').setAttribute("aria-pressed", String(open));
    if (focus) (open ? this.part("note") : this.input).focus();
  }

  // A note begun before this pane was made anew.
  keepNoting(text) {
    this.part("note").value = text;
    if (text && !this.along) this.turnNote(true, false);
  }

  async act(action, sent = null) {
    const { refusal } = await act(`/api/conversations/${this.conversation}/${action}`, sent);
    this.problem(refusal ?? "");
    return refusal;
  }

  problem = (text) => {
    this.find(".problem").hidden = !text;
    this.find(".problem").textContent = text;
  };

  focus() {
    (this.along ? this.part("note") : this.input).focus();
  }

  // -- what is shown ----------------------------------------------------------------------

  show() {
    const item = itemOf(this.conversation);
    const state = stateOf(this.conversation);
    const messages = [...state.messages.values()];
    const box = this.find(".transcript");
    this.find(".typing")?.remove();
    fillTranscript(box, state);
    if (item) {
      markSeen(box, item.young_read);
      this.find('[data-do="detail"]').hidden = !item.detail_kept || this.along;
      const level = this.part("level");
      if (document.activeElement !== level) level.value = String(item.level);
      this.find('[data-do="help"]').setAttribute("aria-pressed", String(Boolean(item.help_since)));
      fillHandover(this.find(".handover dl"), item, messages);
    }
    // Read once: after the first answer the card makes room, a click away.
    if (!this.answered && messages.some((frame) => frame.author === "counsellor")) {
      this.answered = true;
      this.find(".handover").open = false;
    }
    this.follow();
  }

  showTyping(author) {
    clearTimeout(this.typingTimer);
    this.find(".typing")?.remove();
    const made = element("p", "typing", `${label(`author_${author}`)} ${label("typing")}`);
    made.dataset.testid = "staff-typing";
    this.find(".transcript").append(made);
    this.follow();
    this.typingTimer = setTimeout(() => made.remove(), TYPING_SHOWN_MS);
  }
}
