// The hand-over card: what whoever takes over would otherwise have to ask again.

import { element } from "./app.js";
import { duration, ticking } from "./clock.js";
import { known, label } from "./texts.js";
import { categoryOf, chip } from "./words.js";

const SHOWN_CHARACTERS = 90;

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
  const said = theirs.map((frame) =>
    frame.text.length > SHOWN_CHARACTERS ? `${frame.text.slice(0, SHOWN_CHARACTERS)}…` : frame.text,
  );
  return { said: said.slice(0, 4), lines };
}

function row(list, name, ...content) {
  const value = element("dd");
  value.append(...content);
  list.append(element("dt", "", label(name)), value);
}

export function fillHandover(list, item, messages) {
  list.replaceChildren();
  const level = element("span", "top");
  level.append(chip(item.level), ` ${categoryOf(item.category)}`);
  const reasons = item.reason || (item.asked ? label("card_asked") : "");
  const trigger = [...new Set((reasons || messages.flatMap((each) => each.reasons ?? []).join(" ; ")).split(" ; "))];
  row(list, "card_trigger", level, element("span", "", ` ${trigger.filter(Boolean).join(" · ") || label("card_asked")}`));
  const { said, lines } = alreadyShown(messages);
  const shown = element("ul", "plain");
  shown.append(...said.map((text) => element("li", "", text)));
  if (lines.length) shown.append(element("li", "lines", lines.join(" · ")));
  row(list, "card_shown", said.length || lines.length ? shown : label("card_nothing"));
  row(list, "card_waited", duration(item.waited_ms ?? 0));
  const last = element("span");
  last.append(ticking(item.last_at, "last"), ` · ${label(item.young_person_online ? "online" : "offline")}`);
  row(list, "card_last", last);
  const who = [label(`audience_${item.audience}`), known(`language_${item.language}`) ?? item.language];
  row(list, "card_who", [...who, known(`channel_${item.channel}`) ?? item.channel].join(" · "));
  row(list, "card_where", item.departement ?? "—");
  row(list, "card_masked", maskedKinds(messages).join(", ") || label("card_nothing"));
}
