// A file is sent twice: to see what it would change, then to make the drafts.

const form = document.getElementById("import");
const result = document.getElementById("result");
const apply = document.getElementById("apply");

function say(words) {
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = words;
  result.replaceChildren(line);
}

async function send(applying) {
  const file = form.elements.file.files[0];
  if (!file) return;
  say(form.dataset.reading);
  const query = new URLSearchParams({ apply: applying ? "1" : "", why: form.elements.why.value });
  try {
    const answer = await fetch(`/studio/exchange/import?${query}`, {
      method: "POST", body: file, headers: { "X-Requested-With": "repere-console" },
    });
    // Our own server's template, every word escaped there.
    result.innerHTML = await answer.text();
    apply.disabled = applying || !answer.ok || !result.querySelector("details");
  } catch {
    say(form.dataset.failed);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(false);
});
form.elements.file.addEventListener("change", () => { apply.disabled = true; });
apply.addEventListener("click", async () => {
  if (form.elements.why.value.trim().length < 3) {
    form.elements.why.required = true;
    form.elements.why.reportValidity();
    return;
  }
  await send(true);
});
