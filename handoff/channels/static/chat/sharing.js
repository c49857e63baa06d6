// Giving a counsellor a way to reach me, on purpose. It never stands in the conversation or in this tab's memory.

const byId = (id) => document.getElementById(id);

// Returns what to call with each status of the conversation.
export function sharing(connection) {
  const dialog = byId("share-dialog");
  const detail = byId("share-detail");

  const close = () => {
    detail.value = "";
    dialog.close();
  };

  byId("share").addEventListener("click", () => dialog.showModal());
  byId("share-cancel").addEventListener("click", close);
  dialog.addEventListener("cancel", close);
  byId("take-back").addEventListener("click", () => connection.write({ type: "take_back" }));
  byId("share-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (detail.value.trim()) connection.write({ type: "share", text: detail.value });
    close();
  });

  return (status) => {
    byId("share").hidden = status.reader !== "counsellor" || status.detail_kept;
    byId("ask-person").hidden = status.reader === "counsellor";
    byId("kept").hidden = !status.detail_kept;
    if (status.reader !== "counsellor" && dialog.open) close();
  };
}
