// Giving a counsellor a way to reach me, on purpose. It never stands in the conversation or in this tab's memory.
// The box stays open, with its words, until the service says that it has them.

import { newId } from "./connection.js";
import { say } from "./texts.js";

const KEPT_WITHIN_MS = 8000;

const byId = (id) => document.getElementById(id);

// Returns what to call with each status of the conversation, with each frame that says no (true when it is about
// this), and when the line is lost.
export function sharing(connection) {
  const dialog = byId("share-dialog");
  const detail = byId("share-detail");
  const note = byId("share-note");
  let given = null; // the id of what is on its way
  let patience = 0;

  const tell = (key, text) => {
    clearTimeout(patience);
    delete note.dataset.text;
    note.textContent = text ?? "";
    if (key) say(note, key);
  };

  const close = () => {
    given = null;
    detail.value = "";
    tell();
    dialog.close();
  };

  const notYet = () => {
    if (given) tell("share_not_yet");
  };

  byId("share").addEventListener("click", () => dialog.showModal());
  byId("share-cancel").addEventListener("click", close);
  dialog.addEventListener("cancel", close);
  byId("take-back").addEventListener("click", () => connection.write({ type: "take_back" }));
  byId("share-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!detail.value.trim()) {
      close();
      return;
    }
    given = newId();
    tell("sending");
    patience = setTimeout(notYet, KEPT_WITHIN_MS);
    if (connection.ready) connection.write({ type: "share", id: given, text: detail.value });
    else notYet();
  });

  return {
    status(frame) {
      byId("share").hidden = frame.reader !== "counsellor" || frame.detail_kept;
      byId("ask-person").hidden = frame.reader === "counsellor";
      byId("kept").hidden = !frame.detail_kept;
      if (dialog.open && (frame.reader !== "counsellor" || frame.detail_kept)) close();
    },
    refused(frame) {
      if (!given || frame.id !== given) return false;
      if (frame.type === "refused") tell("", frame.text);
      else notYet();
      return true;
    },
    offline: notYet,
  };
}
