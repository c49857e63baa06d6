// Small words about a conversation that several parts show. Never a person's name.

import { element } from "./app.js";
import { label, known } from "./texts.js";

export const nameOf = (conversation) => `#${conversation.slice(0, 4)}`;

export const chip = (level) => element("span", `chip level-${level}`, label(`level_${level}`));

export const categoryOf = (category) => (category === "aucun" ? "" : known(`category_${category}`) ?? category);

export function facts(item) {
  const found = [categoryOf(item.category), item.departement];
  if (item.audience && item.audience !== "jeune") found.push(label(`audience_${item.audience}`));
  if (item.language && item.language !== "fr") found.push(known(`language_${item.language}`) ?? item.language);
  if (item.channel) found.push(known(`channel_${item.channel}`) ?? item.channel);
  if (item.asked) found.push(label("asked"));
  if (item.returned) found.push(label("returned"));
  if (item.quiet_since) found.push(label("gone_quiet"));
  if (item.help_since) found.push(label("help_now"));
  if (item.away_since) found.push(label("away_now"));
  return found.filter(Boolean).join(" · ");
}
