// The case record when a conversation is ended: choices from closed lists, no text. Leaving it empty is fine.

import { byId, element } from "./app.js";
import { act, look } from "./line.js";

const box = byId("case");
const note = byId("case-problem");
let form = null; // {lists, help, incomplete}, asked for once

export async function askCase() {
  if (!form) {
    const { refusal, body } = await look("/api/case-form");
    if (refusal) return; // ending works without it
    form = body;
    draw();
  }
  for (const select of box.querySelectorAll("select")) select.value = "";
  box.open = false;
  note.hidden = true;
}

function draw() {
  box.hidden = false;
  byId("case-help").textContent = form.help;
  for (const { name, label, choices } of form.lists) {
    const select = element("select");
    select.name = name;
    select.dataset.testid = `case-${name}`;
    select.append(new Option("—", ""), ...choices.map((each) => new Option(each.label, each.value)));
    const named = element("label", "", label);
    named.append(select);
    byId("case-choices").append(named);
  }
}

// Resolves to whether ending may go on. What cannot be kept never keeps a conversation open.
export async function saveCase(conversation) {
  const chosen = Object.fromEntries(
    [...box.querySelectorAll("select")].map((each) => [each.name, each.value]).filter(([, value]) => value),
  );
  if (!Object.keys(chosen).length) return true;
  if (!chosen.theme || !chosen.outcome) {
    note.textContent = form.incomplete;
    note.hidden = false;
    return false;
  }
  await act(`/api/conversations/${conversation}/case`, chosen);
  return true;
}
