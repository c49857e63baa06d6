// The waiting list and my conversations.

import { label } from "./texts.js";

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A short name to tell conversations apart; never a person's.
export function nameOf(conversation) {
  return `#${conversation.slice(0, 4)}`;
}

export function chip(level) {
  const made = element("span", `chip level-${level}`, label(`level_${level}`));
  return made;
}

export function since(iso) {
  if (!iso) return "";
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(iso)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60}`;
}

function facts(item) {
  const found = [item.category === "aucun" ? null : item.category, item.departement];
  if (item.asked) found.push(label("asked"));
  if (item.quiet_since) found.push(label("gone_quiet"));
  return found.filter(Boolean).join(" · ");
}

export function waitingItem(item, claim) {
  const made = element("li", "waiting-item");
  made.dataset.testid = "waiting-item";
  made.dataset.conversation = item.conversation;
  made.dataset.level = item.level;
  const wait = element("time", "wait", since(item.waiting_since));
  wait.dataset.since = item.waiting_since ?? "";
  const top = element("p", "top");
  top.append(chip(item.level), wait);
  made.append(top, element("p", "facts", facts(item)));
  if (item.reason) made.append(element("p", "reason", item.reason));
  const button = element("button", "claim", label("claim"));
  button.type = "button";
  button.dataset.testid = "claim";
  button.onclick = () => {
    button.disabled = true;
    claim(item.conversation);
  };
  made.append(button);
  return made;
}

export function mineItem(item, isOpen, open) {
  const made = element("li", `mine-item${isOpen ? " current" : ""}`);
  made.dataset.testid = "mine-item";
  made.dataset.conversation = item.conversation;
  const button = element("button", "open");
  button.type = "button";
  const top = element("span", "top");
  top.append(element("strong", "", nameOf(item.conversation)), chip(item.level));
  if (item.unread && !isOpen) top.append(element("span", "unread", String(item.unread)));
  button.append(top, element("span", "facts", [facts(item), label(item.young_person_online ? "online" : "offline")].filter(Boolean).join(" · ")));
  button.onclick = () => open(item.conversation);
  made.append(button);
  return made;
}

export function tick() {
  for (const each of document.querySelectorAll("time.wait")) each.textContent = since(each.dataset.since);
}
