// Ending a conversation, and passing it on.

import { app, button, byId, element } from "./app.js";
import { askCase, saveCase } from "./close_form.js";
import { act, look } from "./line.js";
import { label } from "./texts.js";

export function openEnding(conversation, problem) {
  const dialog = byId("close-dialog");
  byId("end-message").value = "";
  byId("end-ask").checked = true;
  const end = (action) => async () => {
    if (!(await saveCase(conversation))) return;
    dialog.close();
    const sent = { message: byId("end-message").value, ask: byId("end-ask").checked };
    const { refusal } = await act(`/api/conversations/${conversation}/${action}`, sent);
    if (refusal) problem(refusal);
  };
  byId("close-confirm").onclick = end("close");
  byId("end-hand-back").onclick = end("hand-back");
  dialog.showModal();
  askCase();
}

// Danger now is never refused for a cap (decision 0035).
const IMMINENT = 3;

function levelOf(conversation) {
  const everything = [app.list.waiting, app.list.mine, app.list.along, app.list.overview?.held ?? []].flat();
  return everything.find((item) => item.conversation === conversation)?.level ?? 0;
}

function personRow(person, level, choose) {
  const made = element("li");
  const room = person.state === "on" && (level >= IMMINENT || person.held < person.capacity);
  const text = `${person.name} · ${label(`duty_${person.state}`)} · ${person.held}/${person.capacity}`;
  const choice = button(text, "", () => choose(person.id), "pass-person");
  choice.disabled = !room;
  made.append(choice);
  return made;
}

// action: "transfer" (mine, or anybody's for a supervisor) or "assign" (from the waiting list).
export async function openPassing(conversation, action, problem) {
  const dialog = byId("pass-dialog");
  byId("pass-title").textContent = label(action === "assign" ? "assign_title" : "pass_title");
  byId("pass-note").value = "";
  byId("pass-list").hidden = action === "assign";
  byId("pass-people").replaceChildren();
  byId("pass-list").onclick = null;
  dialog.showModal();
  const { body } = await look("/api/colleagues");
  const people = Array.isArray(body) ? body : [];
  const pass = async (path, sent) => {
    dialog.close();
    const { refusal } = await act(`/api/conversations/${conversation}/${path}`, sent);
    if (refusal) problem(refusal);
  };
  const give = (to) => pass(action, { to, note: byId("pass-note").value });
  const rows = people.map((each) => personRow(each, levelOf(conversation), give));
  byId("pass-people").replaceChildren(...(rows.length ? rows : [element("li", "hint", label("pass_nobody"))]));
  byId("pass-list").onclick = () => pass("release", { note: byId("pass-note").value });
}

byId("close-cancel").addEventListener("click", () => byId("close-dialog").close());
byId("pass-cancel").addEventListener("click", () => byId("pass-dialog").close());
