// A message that was not sent because it seems to hold personal data: the counsellor corrects it or sends it.

import { byId, element } from "./app.js";
import { known, label } from "./texts.js";
import { nameOf } from "./words.js";

const dialog = byId("check-dialog");
const undecided = []; // one question at a time: another message may come back before the first is decided

export function askBeforeSending({ id, conversation, found }, { edit, send }) {
  if (undecided.some((each) => each.id === id)) return;
  undecided.push({ id, conversation, found, edit, send });
  if (undecided.length === 1) ask();
}

function ask() {
  const [{ conversation, found }] = undecided;
  byId("check-title").textContent = `${nameOf(conversation)} · ${label("check_title")}`;
  byId("check-found").replaceChildren(
    ...found.map((each) => element("li", "", `${each.text} (${known(`kind_${each.kind}`) ?? label(each.kind)})`)),
  );
  dialog.returnValue = "";
  dialog.showModal();
}

// Shut by Escape is "correct it".
dialog.addEventListener("close", () => {
  const { edit, send } = undecided.shift();
  (dialog.returnValue === "send" ? send : edit)();
  if (undecided.length) ask();
});
byId("check-edit").addEventListener("click", () => dialog.close());
byId("check-send").addEventListener("click", () => dialog.close("send"));
