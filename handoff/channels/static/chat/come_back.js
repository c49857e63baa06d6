// Coming back later: the code that was asked for, and the box where it is typed on another device.

import { ask } from "./connection.js";
import { label, say } from "./texts.js";

const byId = (id) => document.getElementById(id);
const codeDialog = byId("code-dialog");
const returnDialog = byId("return-dialog");
const note = byId("return-note");
let connected = null;

byId("code-close").addEventListener("click", () => codeDialog.close());
byId("return-cancel").addEventListener("click", () => returnDialog.close());
codeDialog.addEventListener("close", () => (byId("code-shown").textContent = ""));
returnDialog.addEventListener("close", () => (byId("return-code").value = ""));

byId("return-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  delete note.dataset.text;
  note.textContent = "";
  const request = { code: byId("return-code").value, language: document.documentElement.lang };
  try {
    const { status, body } = await ask("/api/return", request);
    if (status === 200 && body.token) {
      returnDialog.close();
      connected.resume(body.token);
    } else note.textContent = body.text ?? label("no_page");
  } catch {
    say(note, "no_page");
  }
});

export function dialogs(connection) {
  connected = connection;
  return {
    showCode(code) {
      byId("code-shown").textContent = code;
      codeDialog.showModal();
    },
    askCode() {
      returnDialog.showModal();
    },
  };
}
