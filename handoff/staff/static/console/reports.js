// The page of the directory: a report is taken off the list once somebody has seen to it.

const HEADERS = { "X-Requested-With": "repere-console" };

for (const button of document.querySelectorAll("[data-report]")) {
  button.hidden = false;
  button.onclick = async () => {
    button.disabled = true;
    const path = `/api/resources/reports/${button.dataset.report}/close`;
    const answer = await fetch(path, { method: "POST", headers: HEADERS }).catch(() => null);
    // 404: a colleague was quicker.
    if (answer?.ok || answer?.status === 404) button.closest("tr").remove();
    else button.disabled = false;
  };
}
