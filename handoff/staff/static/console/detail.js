// What a young person gave this counsellor on purpose: fetched once, shown once, kept nowhere.

import { act } from "./line.js";

const byId = (id) => document.getElementById(id);

export async function showDetail(conversation, problem) {
  const { refusal, body } = await act(`/api/conversations/${conversation}/shared-detail`);
  if (refusal) {
    problem(refusal);
    return;
  }
  byId("detail-text").textContent = body.detail;
  byId("detail-dialog").showModal();
}

const forget = () => (byId("detail-text").textContent = "");
byId("detail-dialog").addEventListener("close", forget); // the Escape key
byId("detail-done").addEventListener("click", () => {
  forget();
  byId("detail-dialog").close();
});
