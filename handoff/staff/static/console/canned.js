// Canned replies: typed as /shortcut, filled in, and never sent with a gap in them.

import { app, button, byId, element, itemOf } from "./app.js";
import { duration } from "./clock.js";
import { act, look } from "./line.js";
import { label } from "./texts.js";

const EVENING_HOUR = 18;
const MORNING_HOUR = 5;
const GAP = /\{([^{}\n]{1,40})\}/;

let replies = [];

export async function loadCanned() {
  const { refusal, body } = await look("/api/canned-replies");
  if (!refusal) replies = body;
  return replies;
}

// Shortcuts that begin with what was typed; mine hides the team's of the same name.
export function matching(typed) {
  const found = new Map();
  for (const each of replies)
    if (each.shortcut.startsWith(typed.toLowerCase()) && !found.has(each.shortcut)) found.set(each.shortcut, each);
  return [...found.values()];
}

export function filledIn(text, conversation) {
  const item = itemOf(conversation) ?? {};
  const hour = new Date().getHours();
  const evening = hour >= EVENING_HOUR || hour < MORNING_HOUR;
  const values = {
    salut: label(evening ? "hello_evening" : "hello_day"),
    departement: item.departement,
    attente: item.waited_ms ? duration(item.waited_ms) : null,
  };
  return text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

export const gapIn = (text) => GAP.exec(text);

function row(reply, use) {
  const made = element("li", "found-item");
  const text = element("p", "words", reply.text);
  const head = element("p", "top");
  head.append(element("strong", "", `/${reply.shortcut}`));
  if (reply.shared) head.append(element("span", "chip", label("canned_everybody")));
  const actions = element("span", "choices");
  if (use) actions.append(button(label("canned_use"), "", () => use(reply), "canned-use"));
  if (!app.root && (!reply.shared || app.sharesWords)) {
    const remove = button("✕", "", () => removeReply(reply, use), "canned-remove");
    remove.setAttribute("aria-label", label("canned_remove", { name: reply.shortcut }));
    actions.append(remove);
  }
  made.append(head, text, actions);
  return made;
}

async function removeReply(reply, use) {
  await act(`/api/canned-replies/${reply.id}/remove`);
  await show(use);
}

async function show(use) {
  await loadCanned();
  const rows = replies.map((reply) => row(reply, use));
  byId("canned-list").replaceChildren(...(rows.length ? rows : [element("li", "hint", label("nothing_found"))]));
}

// use: what to do with a reply that is chosen; null when there is no conversation to put it in.
export async function openCanned(use) {
  const dialog = byId("canned-dialog");
  const choose = use && ((reply) => (dialog.close(), use(reply)));
  byId("canned-problem").hidden = true;
  byId("canned-form").onsubmit = async (event) => {
    event.preventDefault();
    const shortcut = byId("canned-shortcut").value.trim().replace(/^\//, "");
    const sent = { shortcut, text: byId("canned-text").value, shared: byId("canned-shared")?.checked ?? false };
    const { refusal } = await act("/api/canned-replies", sent);
    byId("canned-problem").hidden = !refusal;
    byId("canned-problem").textContent = refusal ?? "";
    if (refusal) return;
    byId("canned-form").reset();
    await show(choose);
  };
  dialog.showModal();
  await show(choose);
}

byId("canned-cancel").addEventListener("click", () => byId("canned-dialog").close());
