// Signing out: the conversations that are mine go back on the list first, and whoever waits in them is told.

import { app, byId } from "./app.js";
import { act } from "./line.js";
import { label } from "./texts.js";

const dialog = byId("sign-out-dialog");
let problem = null;

export async function signOut(tellProblem) {
  problem = tellProblem;
  if (!app.list.mine.length) return leave();
  byId("sign-out-question").textContent = label("sign_out_question", { count: app.list.mine.length });
  dialog.showModal();
}

async function leave() {
  dialog.close();
  const mine = app.list.mine.map((item) => item.conversation);
  await Promise.all(mine.map((conversation) => act(`/api/conversations/${conversation}/release`)));
  const { refusal } = await act("/api/sign-out", null, "");
  if (refusal) return problem(refusal);
  sessionStorage.clear(); // nothing of what was being written is left for whoever signs in next
  location.reload();
}

byId("sign-out-confirm").addEventListener("click", leave);
byId("sign-out-cancel").addEventListener("click", () => dialog.close());
