// A message that was not sent because it seems to hold personal data: the counsellor corrects it or sends it.

import { byId, element } from "./app.js";
import { known, label } from "./texts.js";

export function askBeforeSending(frame, { edit, send }) {
  const dialog = byId("check-dialog");
  byId("check-found").replaceChildren(
    ...frame.found.map((each) => element("li", "", `${each.text} (${known(`kind_${each.kind}`) ?? label(each.kind)})`)),
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
