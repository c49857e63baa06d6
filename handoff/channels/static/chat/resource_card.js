// A place of help as a card: what it is, what happens there, how to reach it. Words are always set as text,
// and nothing is fetched from elsewhere: the map is a link, opened only when it is tapped.

import { label, say } from "./texts.js";

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function openness(line) {
  if (line.open_now === true) return label("open_now");
  return line.open_now === false ? label("closed_now") : null;
}

// What a plain help line does not have, put around what view.js made of it.
export function completeCard(box, line) {
  if (!line.id) return;
  box.dataset.resource = line.id;
  const facts = box.querySelector(".facts") ?? element("span", "facts");
  facts.textContent = [line.kind, openness(line), facts.textContent].filter(Boolean).join(" · ");
  const ways = box.querySelector(".ways");
  if (facts.textContent) ways.before(facts);
  const words = line.expect ?? line.use_when;
  if (words) ways.before(element("span", "expect", words));
  if (line.address) ways.before(element("span", "address", line.address));
  if (line.map_url) {
    const map = say(element("a", "contact"), "map");
    map.href = line.map_url;
    map.target = "_blank";
    map.rel = "noopener noreferrer";
    ways.append(map);
  }
  box.append(report(line.id));
}

// A link of ours among the buttons: "Toute l'aide sur une page".
export function linkButton(choice) {
  const made = element("a", "choice", choice.label);
  made.href = `${choice.payload.slice("href:".length)}?langue=${document.documentElement.lang}`;
  made.target = "_blank";
  made.rel = "noopener";
  made.dataset.testid = "link";
  return made;
}

function report(resource) {
  const box = element("details", "report");
  box.append(say(element("summary"), "report"));
  for (const what of ["wrong", "closed"]) {
    const button = say(element("button", "quiet"), `report_${what}`);
    button.type = "button";
    button.dataset.testid = `report-${what}`;
    button.onclick = () => send(box, resource, what);
    box.append(button);
  }
  return box;
}

// Goes apart from the conversation, without its token: nothing ties it to who reports.
async function send(box, resource, what) {
  const body = new URLSearchParams({ resource, what });
  const answer = await fetch("/api/resources/report", { method: "POST", body, headers: { Accept: "*/*" } }).catch(() => null);
  const said = say(element("p", "state"), answer?.ok ? "report_thanks" : "report_failed");
  said.setAttribute("role", "status");
  box.replaceChildren(say(element("summary"), "report"), said);
}
