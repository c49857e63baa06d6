// "/" in the message: the canned replies whose shortcut begins with what follows, chosen with the keyboard.

import { element } from "./app.js";
import { matching } from "./canned.js";

const TYPED = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;
const MOST_SHOWN = 8;

export class Suggestions {
  // choose: what to do with a reply; it takes the place of what was typed.
  constructor(input, list, choose) {
    this.input = input;
    this.list = list;
    this.choose = choose;
    this.found = [];
    this.at = 0;
    list.id = `suggestions-${crypto.randomUUID?.() ?? Math.random()}`;
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("input", () => this.look());
    input.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
  }

  look() {
    const typed = TYPED.exec(this.input.value.slice(0, this.input.selectionStart));
    this.found = typed ? matching(typed[1]).slice(0, MOST_SHOWN) : [];
    this.at = 0;
    this.show();
  }

  show() {
    this.list.hidden = !this.found.length;
    this.list.replaceChildren(
      ...this.found.map((reply, index) => {
        const made = element("li", index === this.at ? "chosen" : "");
        made.id = `${this.list.id}-${index}`;
        made.setAttribute("role", "option");
        made.setAttribute("aria-selected", String(index === this.at));
        made.append(element("strong", "", `/${reply.shortcut}`), ` ${reply.text}`);
        made.onmousedown = (event) => {
          event.preventDefault();
          this.take(index);
        };
        return made;
      }),
    );
    if (this.found.length) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.found = [];
    this.show();
  }

  take(index) {
    const reply = this.found[index];
    const before = this.input.value.slice(0, this.input.selectionStart).replace(TYPED, (all) => all.replace(/\/.*$/u, ""));
    const after = this.input.value.slice(this.input.selectionStart);
    this.hide();
    this.choose(reply, before, after);
  }

  // Whether the key was for the list.
  key(event) {
    if (!this.found.length) return false;
    if (event.key === "Escape") this.hide();
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.at);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.show();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
