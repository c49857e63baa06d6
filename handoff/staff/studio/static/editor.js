// While a card is typed: what is wrong with it, how hard it is to read, how a phone shows it.

const PAUSE_MS = 400;

const form = document.getElementById("card");
const faultList = document.getElementById("fault-list");
const preview = document.getElementById("preview");
const checked = document.getElementById("checked");

let variant = form.querySelector(".variant")?.dataset.variant ?? "fr.jeune";
let timer;
let asking;
let changed = false;

function fault(each, named) {
  const item = document.createElement("li");
  item.className = each.blocks ? "blocks" : "advice";
  if (named && each.where) {
    const link = document.createElement("a");
    link.href = `#f-${each.field}`;
    link.textContent = each.where;
    item.append(link, " : ");
  }
  item.append(each.text);
  return item;
}

function showFaults(faults) {
  for (const list of form.querySelectorAll(".faults")) list.replaceChildren();
  for (const each of faults) {
    // The narrowest place of the page that the fault is about: "sources.2.verified" → "sources.2".
    let path = each.field;
    while (path && !document.getElementById(`e-${path}`)) path = path.split(".").slice(0, -1).join(".");
    document.getElementById(`e-${path}`)?.append(fault(each, false));
  }
  const list = document.createElement("ul");
  list.className = "faults";
  list.dataset.testid = "faults";
  list.append(...faults.map((each) => fault(each, true)));
  if (!faults.length) {
    const fine = document.createElement("li");
    fine.className = "fine";
    fine.textContent = form.dataset.fine;
    list.append(fine);
  }
  faultList.replaceChildren(list);
  const blocking = faults.filter((each) => each.blocks).length;
  checked.textContent = blocking ? `${blocking} ✖` : "✔";
}

function showMeasures(measures) {
  for (const [path, measure] of Object.entries(measures)) {
    const place = document.getElementById(`m-${path}`)?.querySelector(".ease");
    if (!place) continue;
    place.textContent = measure.ease ?? "–";
    place.classList.toggle("over", measure.ease !== null && measure.ease < measure.least);
  }
}

function showLength(field) {
  const measure = document.getElementById(`m-${field.name}`);
  if (!measure) return;
  const length = [...field.value].length;
  measure.querySelector(".length").textContent = length;
  measure.classList.toggle("over", length > Number(field.dataset.most));
}

async function check() {
  asking?.abort();
  asking = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("variant", variant);
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST", body, signal: asking.signal, headers: { "X-Requested-With": "repere-console" },
    });
    if (!answer.ok) return;
    const found = await answer.json();
    showFaults(found.faults);
    showMeasures(found.measures);
    // Our own server's template, every word escaped there.
    preview.innerHTML = found.preview;
  } catch (error) {
    if (error.name !== "AbortError") checked.textContent = "…";
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE_MS);
}

form.addEventListener("input", (event) => {
  changed = true;
  if (event.target.dataset.most) showLength(event.target);
  soon();
});
form.addEventListener("focusin", (event) => {
  const shown = event.target.closest(".variant")?.dataset.variant;
  if (shown && shown !== variant) {
    variant = shown;
    soon();
  }
});
form.addEventListener("submit", () => { changed = false; });
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
check();
