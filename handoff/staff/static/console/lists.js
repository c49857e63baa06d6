// The lists on the left: who waits, my conversations, those I look along, who asks for help.

import { app, button, byId, element } from "./app.js";
import { ticking } from "./clock.js";
import { label } from "./texts.js";
import { chip, facts, nameOf } from "./words.js";

// on: {claim, assign, open, beside, lookAlong}; shown: ids of the open panes.
export function showLists(on, shown) {
  byId("on-duty").textContent = label("on_duty", { count: app.list.on_duty });
  byId("waiting-count").textContent = app.list.waiting.filter((item) => !item.gone_since).length || "";
  fill("waiting", app.list.waiting.map((item) => waitingItem(item, on)), "nobody_waiting");
  showHead();
  fill("mine", app.list.mine.map((item, index) => heldItem(item, shown, on, index)), "no_mine");
  fill("along", app.list.along.map((item) => heldItem(item, shown, on, null)));
  fill("help-wanted", app.list.help_wanted.map((item) => helpItem(item, on)));
  byId("along-part").hidden = !app.list.along.length;
  byId("help-part").hidden = !app.list.help_wanted.length;
}

function fill(id, items, emptyKey) {
  const list = byId(id);
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  list.replaceChildren(...(items.length || !emptyKey ? items : [element("li", "hint", label(emptyKey))]));
  // A list that is written again must not take the keyboard away.
  if (focused) list.querySelector(`[data-focus="${focused}"]`)?.focus();
}

// Somebody new at the head is seen, wherever the list was scrolled to.
let head = null;
function showHead() {
  const now = app.list.waiting[0]?.conversation ?? null;
  if (now !== head) byId("waiting").parentElement.scrollTop = 0;
  head = now;
}

function waitingItem(item, on) {
  const made = element("li", "waiting-item");
  made.dataset.testid = "waiting-item";
  made.dataset.conversation = item.conversation;
  made.dataset.level = item.level;
  const top = element("p", "top");
  top.append(chip(item.level), ticking(item.waiting_since, "wait"));
  made.append(top, element("p", "facts", facts(item)));
  if (item.gone_since) {
    const gone = element("p", "facts", label("left_page"));
    gone.dataset.testid = "left-page";
    gone.append(" ", ticking(item.gone_since, "gone"));
    made.append(gone);
  }
  if (item.reason) made.append(element("p", "reason", item.reason));
  const row = element("p", "row");
  const claim = button(label("claim"), "claim", () => on.claim(item.conversation, claim), "claim");
  claim.dataset.focus = `claim-${item.conversation}`;
  row.append(claim);
  if (app.supervises) row.append(button(label("assign"), "", () => on.assign(item.conversation), "assign"));
  made.append(row);
  return made;
}

function heldItem(item, shown, on, index) {
  const made = element("li", `mine-item${shown.includes(item.conversation) ? " current" : ""}`);
  made.dataset.testid = index === null ? "along-item" : "mine-item";
  made.dataset.conversation = item.conversation;
  const open = button("", "open", (event) => (event.ctrlKey || event.metaKey ? on.beside : on.open)(item.conversation));
  open.dataset.focus = `open-${item.conversation}`;
  if (shown.includes(item.conversation)) open.setAttribute("aria-current", "true");
  const top = element("span", "top");
  top.append(element("strong", "", nameOf(item.conversation)), chip(item.level));
  if (item.unread && index !== null) {
    const unread = element("span", "unread", String(item.unread));
    unread.dataset.testid = "unread";
    top.append(unread);
  }
  const presence = label(item.young_person_online ? "online" : "offline");
  open.append(top, element("span", "facts", [facts(item), presence].filter(Boolean).join(" · ")));
  const beside = button("", "beside", () => on.beside(item.conversation), "beside");
  beside.setAttribute("aria-label", `${label("beside")} ${nameOf(item.conversation)}`);
  beside.title = label("beside");
  made.append(open, beside);
  return made;
}

function helpItem(item, on) {
  const made = element("li", "waiting-item");
  made.dataset.level = item.level;
  const top = element("p", "top");
  top.append(chip(item.level), element("strong", "", item.counsellor), ticking(item.help_since, "wait"));
  made.append(top, button(label("look_along"), "claim", () => on.lookAlong(item.conversation), "look-along"));
  return made;
}
