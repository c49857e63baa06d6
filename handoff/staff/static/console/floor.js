// The whole floor, for supervisors: who waits, since when, who holds what, who needs help.

import { app, button, byId, element } from "./app.js";
import { ticking } from "./clock.js";
import { act, look } from "./line.js";
import { label } from "./texts.js";
import { categoryOf, chip, nameOf } from "./words.js";

let figures = {};

function figure(value, name) {
  const made = element("div", "figure");
  const shown = element("strong");
  shown.append(value);
  made.append(shown, element("span", "", label(name)));
  return made;
}

function personRow(person) {
  const text = `${person.name} · ${label(`duty_${person.state}`)} · ${person.held}/${person.capacity}`;
  return element("li", person.state, text);
}

function heldRow(item, on) {
  const made = element("li", `held${item.help_since ? " help" : ""}`);
  made.dataset.testid = "held";
  made.dataset.conversation = item.conversation;
  made.append(element("strong", "", nameOf(item.conversation)), chip(item.level));
  if (item.unread) {
    const unread = element("span", "unread", label("floor_unread", { count: item.unread }));
    unread.dataset.testid = "held-unread";
    made.append(unread);
  }
  const words = [categoryOf(item.category), item.counsellor, item.help_since && label("help_now")];
  made.append(element("span", "facts", words.filter(Boolean).join(" · ")), ticking(item.last_at, "last"));
  if (item.counsellor_id !== app.me?.id) {
    made.append(button(label("look_along"), "", () => on.lookAlong(item.conversation), "look-along"));
    made.append(button(label("transfer"), "", () => on.transfer(item.conversation), "floor-transfer"));
  }
  return made;
}

// Who asks for help first, then the highest level, then what nobody reads.
const urgency = (a, b) => Boolean(b.help_since) - Boolean(a.help_since) || b.level - a.level || b.unread - a.unread;

function list(title, rows, emptyKey) {
  const part = element("section");
  const made = element("ul", "plain");
  made.append(...(rows.length ? rows : [element("li", "hint", label(emptyKey))]));
  part.append(element("h2", "", label(title)), made);
  return part;
}

// on: {lookAlong, transfer}
export function showFloor(on) {
  const floor = app.list.overview;
  if (!floor || byId("floor").hidden) return;
  const focused = byId("floor").contains(document.activeElement)
    ? [document.activeElement.closest("[data-conversation]")?.dataset.conversation, document.activeElement.dataset.testid]
    : null;
  const top = element("div", "figures");
  top.append(
    figure(String(floor.waiting), "floor_waiting"),
    figure(floor.oldest_since ? ticking(floor.oldest_since, "wait") : "—", "floor_oldest"),
    figure(String(floor.on_duty), "floor_on_duty"),
  );
  const shown = (count) => (count === null ? label("few") : count ?? 0); // from 1 to 4: hidden
  const exit = ["yes", "somewhat", "no"].map((name) => `${label(`exit_${name}`)} : ${shown(figures[`#exit_${name}`])}`);
  byId("floor").replaceChildren(
    top,
    list("floor_held", [...floor.held].sort(urgency).map((item) => heldRow(item, on)), "none_held"),
    list("floor_people", floor.people.map(personRow), "nobody_there"),
    list("floor_exit", [element("li", "", exit.join(" · "))], "none_held"),
  );
  if (focused) {
    const item = byId("floor").querySelector(`[data-conversation="${focused[0]}"]`);
    item?.querySelector(`[data-testid="${focused[1]}"]`)?.focus();
  }
}

export async function turnFloor(on, open = byId("floor").hidden) {
  if (!app.supervises) return;
  byId("floor").hidden = !open;
  byId("floor-button").setAttribute("aria-expanded", String(open));
  if (!open) return;
  showFloor(on);
  byId("floor").focus();
  const { refusal, body } = await look("/api/exit-answers");
  if (!refusal) figures = body;
  showFloor(on);
}

export const takeOver = (conversation) => act(`/api/conversations/${conversation}/take-over`);
