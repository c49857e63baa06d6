// A counsellor corrects the level in one click; keeping the text as an example is asked for apart.

import { act } from "./line.js";

const byId = (id) => document.getElementById(id);
let offered = null; // {conversation, position} of the message shown in the dialog

export async function correctLevel(conversation, level, messages, problem) {
  const { refusal } = await act(`/api/conversations/${conversation}/level`, { level });
  problem(refusal ?? "");
  if (refusal) return;
  const theirs = messages.filter((frame) => frame.author === "young_person");
  const highest = Math.max(...theirs.map((frame) => frame.level ?? 0));
  const message = theirs.findLast((frame) => (frame.level ?? 0) === highest);
  if (!message) return;
  offered = { conversation, position: message.position, level, problem };
  byId("example-text").textContent = message.text;
  byId("example-agreed").checked = false;
  byId("example-keep").disabled = true;
  byId("example-dialog").showModal();
}

byId("example-agreed").addEventListener("change", (event) => {
  byId("example-keep").disabled = !event.target.checked;
});
byId("example-no").addEventListener("click", () => byId("example-dialog").close());
byId("example-keep").addEventListener("click", async () => {
  byId("example-dialog").close();
  const { conversation, position, level, problem } = offered;
  const agreed = byId("example-agreed").checked;
  const { refusal } = await act(`/api/conversations/${conversation}/training-example`, { position, level, agreed });
  if (refusal) problem(refusal);
});
byId("example-dialog").addEventListener("close", () => (byId("example-text").textContent = ""));
