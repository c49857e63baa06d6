// The case record when a conversation is closed: choices from closed lists, no text. Leaving it empty is fine.
// In the dialog of closing: a module calls saveCase(conversation, problem) before it closes.

import { act } from "./line.js";

const dialog = document.getElementById("close-dialog");
const box = document.createElement("fieldset");
const note = document.createElement("p");
let form = null; // {lists, help, incomplete}, asked for once

async function fill() {
  if (!form) {
    const answer = await fetch("/api/case-form").catch(() => null);
    if (!answer?.ok) return; // closing works without it
    form = await answer.json();
    draw();
  }
  for (const select of box.querySelectorAll("select")) select.value = "";
  note.textContent = "";
}

function draw() {
  box.className = "case";
  const legend = document.createElement("legend");
  legend.textContent = form.help;
  box.append(legend);
  for (const { name, label, choices } of form.lists) {
    const select = document.createElement("select");
    select.name = name;
    select.dataset.testid = `case-${name}`;
    select.append(new Option("—", ""), ...choices.map((each) => new Option(each.label, each.value)));
    const named = document.createElement("label");
    named.append(label, select);
    box.append(named);
  }
  note.setAttribute("role", "alert");
  box.append(note);
  dialog.querySelector("p").after(box);
}

// Resolves to whether closing may go on. What cannot be kept never keeps a conversation open.
export async function saveCase(conversation) {
  const chosen = Object.fromEntries(
    [...box.querySelectorAll("select")].map((each) => [each.name, each.value]).filter(([, value]) => value),
  );
  if (!Object.keys(chosen).length) return true;
  if (!chosen.theme || !chosen.outcome) {
    note.textContent = form.incomplete;
    return false;
  }
  await act(`/api/conversations/${conversation}/case`, chosen);
  return true;
}

document.getElementById("close").addEventListener("click", fill);
