// The counsellor's picker of help: filter, look, give it as a card. Words are always set as text.

import { app, element } from "./app.js";
import { act, look } from "./line.js";
import { label } from "./texts.js";

let picker = null; // made when it is first asked for

function field(name, control) {
  const made = element("label", "", label(`picker_${name}`));
  control.name = name;
  control.dataset.testid = `picker-${name}`;
  made.append(control);
  return made;
}

function input() {
  const made = document.createElement("input");
  made.maxLength = 80;
  made.autocomplete = "off";
  return made;
}

function fill(select, options) {
  if (select.options.length > 1) return;
  for (const [id, text] of Object.entries(options)) select.add(new Option(text, id));
}

function choice() {
  const made = document.createElement("select");
  made.add(new Option(label("picker_any"), ""));
  return made;
}

function facts(each) {
  const open = { true: label("picker_open_now"), false: label("picker_closed_now") }[String(each.open_now)];
  const checked = each.checked ? label("picker_checked", { date: each.checked }) : label("picker_unchecked");
  const far = each.distance_km === null ? null : `${String(each.distance_km).replace(".", ",")} km`;
  const receives = [each.ages, each.languages, each.accessibility];
  return [each.kind, far, open, each.hours, ...receives, checked].filter(Boolean).join(" · ");
}

// Looks for help to give in a conversation; problem: shows why it was not given, "" when it was.
export function openResources(conversation, problem) {
  picker ??= makePicker();
  picker.open(conversation, problem);
}

function makePicker() {
  let giving = null;
  const dialog = element("dialog");
  dialog.id = "resource-dialog";
  dialog.setAttribute("aria-labelledby", "resource-title");
  const title = element("h2", "", label("picker_title"));
  title.id = "resource-title";
  const form = element("form");
  const filters = element("div", "picker-filters");
  const need = choice();
  const kind = choice();
  const age = input();
  age.inputMode = "numeric";
  age.maxLength = 2;
  filters.append(field("need", need), field("place", input()), field("age", age));
  filters.append(field("kind", kind), field("words", input()));
  const search = element("button", "send", label("picker_search"));
  search.dataset.testid = "picker-search";
  const said = element("p", "hint");
  said.setAttribute("role", "status");
  const results = element("ul", "picker-results");
  const directory = element("a", "", label("picker_directory"));
  directory.href = `${app.root}/resources`;
  directory.target = "_blank";
  const close = element("button", "", label("picker_close"));
  close.type = "button";
  close.onclick = () => dialog.close();
  form.append(filters, search);
  dialog.append(title, form, said, results, directory, " ", close);
  document.body.append(dialog);

  function item(each) {
    const made = element("li");
    made.dataset.testid = "picker-result";
    made.append(element("strong", "", each.name), element("small", "", facts(each)));
    const reach = [each.phone, each.sms && `SMS ${each.sms}`, each.address, each.url].filter(Boolean).join(" · ");
    if (reach) made.append(element("span", "", reach));
    if (each.expect) made.append(element("span", "", each.expect));
    const row = element("span");
    const give = element("button", "send", label("picker_send"));
    give.type = "button";
    give.dataset.testid = "picker-give";
    give.onclick = () => giveIt(each.id);
    row.append(give);
    for (const what of ["wrong", "closed"]) {
      const report = element("button", "", label(`report_${what}`));
      report.type = "button";
      report.onclick = () => reportIt(each.id, what);
      row.append(" ", report);
    }
    made.append(row);
    return made;
  }

  async function giveIt(resource) {
    const { conversation, problem } = giving;
    const { refusal } = await act(`/api/conversations/${conversation}/resource`, { resource });
    dialog.close();
    problem(refusal ?? "");
  }

  async function reportIt(resource, what) {
    const { refusal } = await act("/api/resources/reports", { resource, what });
    said.textContent = refusal ?? label("picker_reported");
  }

  async function find() {
    const query = new URLSearchParams(new FormData(form));
    const { refusal, body: found } = await look(`/api/resources?${query}`);
    if (refusal) {
      said.textContent = label("disconnected");
      return;
    }
    fill(need, found.needs);
    fill(kind, found.kinds);
    results.replaceChildren(...found.resources.map(item));
    const where = found.choices.length ? `${label("picker_which")} ${found.choices.join(", ")}` : (found.place ?? "");
    const unknown = found.place_unknown ? label("picker_place_unknown") : "";
    said.textContent = unknown || (found.resources.length ? where : label("picker_none"));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });

  const open = (conversation, problem) => {
    giving = { conversation, problem };
    dialog.showModal();
    find();
  };
  return { open };
}
