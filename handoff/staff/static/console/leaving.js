// Ending a conversation, and passing it on.

import { app, button, byId, element } from "./app.js";
import { gapIn } from "./canned.js";
import { askBeforeSending } from "./check.js";
import { askCase, saveCase } from "./close_form.js";
import { act, look } from "./line.js";
import { label } from "./texts.js";

// Said in the dialog, which stays open with what was written in it until it is done.
function tell(note, refusal) {
  byId(note).hidden = !refusal;
  byId(note).textContent = refusal ?? "";
}

// One request at a time, however often a button is pressed. A dialog that was shut and opened for another conversation
// meanwhile is left as it is.
async function once(dialog, work) {
  if (dialog.dataset.busy) return;
  dialog.dataset.busy = "yes";
  await work();
  delete dialog.dataset.busy;
}

export function openEnding(conversation) {
  const dialog = byId("close-dialog");
  const words = byId("end-message");
  dialog.dataset.conversation = conversation;
  words.value = "";
  byId("end-ask").checked = true;
  tell("end-problem", null);
  const end = async (action, checked) => {
    const gap = gapIn(words.value);
    if (gap) {
      tell("end-problem", label("canned_unfilled", { what: gap[0] }));
      words.focus();
      return words.setSelectionRange(gap.index, gap.index + gap[0].length);
    }
    if (!(await saveCase(conversation))) return;
    const sent = { message: words.value, ask: byId("end-ask").checked, checked };
    const { refusal, body } = await act(`/api/conversations/${conversation}/${action}`, sent);
    if (dialog.dataset.conversation !== conversation) return;
    tell("end-problem", refusal);
    if (!refusal) return dialog.close();
    // The last words are looked at like all others before they leave.
    if (body.found)
      askBeforeSending(
        { id: action, conversation, found: body.found },
        { edit: () => words.focus(), send: () => once(dialog, () => end(action, true)) },
      );
  };
  byId("close-confirm").onclick = () => once(dialog, () => end("close", false));
  byId("end-hand-back").onclick = () => once(dialog, () => end("hand-back", false));
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
export async function openPassing(conversation, action) {
  const dialog = byId("pass-dialog");
  byId("pass-title").textContent = label(action === "assign" ? "assign_title" : "pass_title");
  dialog.dataset.conversation = conversation;
  byId("pass-note").value = "";
  byId("pass-list").hidden = action === "assign";
  byId("pass-people").replaceChildren();
  byId("pass-list").onclick = null;
  tell("pass-problem", null);
  dialog.showModal();
  const { body } = await look("/api/colleagues");
  const people = Array.isArray(body) ? body : [];
  const pass = (path, sent) =>
    once(dialog, async () => {
      const { refusal } = await act(`/api/conversations/${conversation}/${path}`, sent);
      if (dialog.dataset.conversation !== conversation) return;
      tell("pass-problem", refusal);
      if (!refusal) dialog.close();
    });
  const give = (to) => pass(action, { to, note: byId("pass-note").value });
  const rows = people.map((each) => personRow(each, levelOf(conversation), give));
  byId("pass-people").replaceChildren(...(rows.length ? rows : [element("li", "hint", label("pass_nobody"))]));
  byId("pass-list").onclick = () => pass("release", { note: byId("pass-note").value });
}

byId("close-cancel").addEventListener("click", () => byId("close-dialog").close());
byId("pass-cancel").addEventListener("click", () => byId("pass-dialog").close());
