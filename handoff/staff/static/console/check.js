// A message that was not sent because it seems to hold personal data: the counsellor corrects it or sends it.

import { element } from "./lists.js";
import { label } from "./texts.js";

const byId = (id) => document.getElementById(id);

export function askBeforeSending(frame, { edit, send }) {
  const dialog = byId("check-dialog");
  byId("check-found").replaceChildren(
    ...frame.found.map((each) => element("li", "", `${each.text} (${label(`kind_${each.kind}`)})`)),
  );
  const decide = (what) => () => {
    dialog.oncancel = null;
    dialog.close();
    what();
  };
  byId("check-edit").onclick = decide(edit);
  byId("check-send").onclick = decide(send);
  dialog.oncancel = decide(edit);
  if (!dialog.open) dialog.showModal();
}
