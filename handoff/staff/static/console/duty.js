// My duty: on, pause, off; how many at once; the pause offered after a hard conversation.

import { announce, app, byId } from "./app.js";
import { act } from "./line.js";

const radios = [...document.querySelectorAll('input[name="duty"]')];

async function say(state) {
  const { refusal } = await act("/api/duty", { state, capacity: Number(byId("capacity").value) });
  if (refusal) announce(refusal);
}

export function showDuty() {
  const duty = app.list.duty;
  if (!duty) return;
  for (const radio of radios) radio.checked = radio.value === duty.state;
  if (document.activeElement !== byId("capacity")) byId("capacity").value = String(duty.capacity);
  byId("pause-offer").hidden = !duty.offer_pause || duty.state !== "on";
}

export const turnDuty = () => say(app.list.duty?.state === "on" ? "pause" : "on");

for (const radio of radios) radio.addEventListener("change", () => say(radio.value));
byId("capacity").addEventListener("change", () => say(app.list.duty?.state ?? "on"));
byId("pause-yes").addEventListener("click", () => say("pause"));
byId("pause-no").addEventListener("click", () => act("/api/duty/no-pause"));
