// The training room: choosing a script. Everything else is the real console.

import { announce, byId } from "./app.js";
import { act } from "./line.js";

export function setUpTraining() {
  byId("training-bar")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { refusal } = await act("/api/training", { scenario: byId("scenario").value });
    if (refusal) announce(refusal);
  });
}
