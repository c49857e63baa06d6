// The hand-over card: what whoever takes over would otherwise have to ask again.

import { element } from "./app.js";
import { duration, ticking } from "./clock.js";
import { known, label } from "./texts.js";
import { categoryOf, chip } from "./words.js";

const SHOWN_CHARACTERS = 90;
const WORDS_CHARACTERS = 240;
const MOST_SAID = 3;

function maskedKinds(messages) {
  const counts = new Map();
  for (const frame of messages)
    for (const kind of frame.removed ?? []) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${known(`kind_${kind}`) ?? kind}${count > 1 ? ` × ${count}` : ""}`);
}

// What the assistant and the service said, in short, and the help lines they showed.
function alreadyShown(messages) {
  const theirs = messages.filter((frame) => frame.author === "assistant" || frame.author === "service");
  const lines = [...new Set(theirs.flatMap((frame) => frame.resources.map((each) => each.name)))];
  const said = theirs.map((frame) => short(frame.text, SHOWN_CHARACTERS));
  return { said: said.slice(0, MOST_SAID), lines };
}

// The young person's own words that first reached the highest level: what this is about.
function theWords(messages) {
  const theirs = messages.filter((frame) => frame.author === "young_person" && frame.level > 0);
  const highest = Math.max(0, ...theirs.map((frame) => frame.level));
  return theirs.find((frame) => frame.level === highest);
}

const short = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

function row(list, name, ...content) {
  const pair = element("div");
  const value = element("dd");
  value.append(...content);
  pair.append(element("dt", "", label(name)), value);
  list.append(pair);
  return pair;
}

export function fillHandover(list, item, messages) {
  list.replaceChildren();
  const reasons = item.reason || (item.asked ? label("card_asked") : "");
  const all = (reasons || messages.flatMap((each) => each.reasons ?? []).join(" ; ")).split(" ; ");
  const trigger = [...new Set(all.filter(Boolean))].join(" · ") || label("card_asked");
  const why = element("span", "", ` ${[categoryOf(item.category), trigger].filter(Boolean).join(" · ")}`);
  row(list, "card_trigger", chip(item.level), why).className = "whole";
  const words = theWords(messages);
  if (words) row(list, "card_words", element("q", "", short(words.text, WORDS_CHARACTERS))).className = "whole";
  row(list, "card_waited", duration(item.waited_ms ?? 0));
  row(list, "card_last", ticking(item.last_at, "last"), ` · ${label(item.young_person_online ? "online" : "offline")}`);
  const who = [label(`audience_${item.audience}`), known(`language_${item.language}`) ?? item.language];
  row(list, "card_who", [...who, known(`channel_${item.channel}`) ?? item.channel].join(" · "));
  row(list, "card_where", item.departement ?? "—");
  row(list, "card_masked", maskedKinds(messages).join(", ") || label("card_nothing"));
  const { said, lines } = alreadyShown(messages);
  const shown = element("ul", "plain");
  shown.append(...said.map((text) => element("li", "", text)));
  if (lines.length) shown.append(element("li", "lines", lines.join(" · ")));
  row(list, "card_shown", said.length || lines.length ? shown : label("card_nothing")).className = "whole";
}
