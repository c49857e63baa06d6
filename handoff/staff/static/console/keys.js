// Everything by keyboard. "?" outside a text, or F1 anywhere, shows the sheet.

import { byId, element } from "./app.js";
import { label } from "./texts.js";

const WRITTEN = new Set(["INPUT", "TEXTAREA", "SELECT"]);

// [keys as shown, label, code of the key pressed with Alt, what it does]
export function setUpKeys(does) {
  const keys = [
    ["? / F1", "key_help", null, null],
    ["Alt + N", "key_first", "KeyN", does.claimFirst],
    ["Alt + 1…9", "key_nth", null, null],
    ["Alt + ↓ / ↑", "key_next", "ArrowDown", () => does.step(1)],
    ["Alt + U", "key_unread", "KeyU", does.nextUnread],
    ["Alt + B", "key_beside", "KeyB", does.beside],
    ["Alt + W", "key_shut", "KeyW", () => does.inPane("shut")],
    ["Entrée / Enter", "key_send", null, null],
    ["Alt + M", "key_write", "KeyM", does.write],
    ["Alt + R", "key_canned", "KeyR", () => does.inPane("canned")],
    ["Alt + C", "key_cards", "KeyC", () => does.inPane("cards")],
    ["Alt + K", "key_resources", "KeyK", () => does.inPane("resources")],
    ["Alt + P", "key_note", "KeyP", () => does.inPane("note")],
    ["Alt + J", "key_away", "KeyJ", () => does.inPane("away")],
    ["Alt + H", "key_ask_help", "KeyH", () => does.inPane("help")],
    ["Alt + T", "key_transfer", "KeyT", () => does.inPane("transfer")],
    ["Alt + D", "key_danger", "KeyD", () => does.inPane("danger")],
    ["Alt + F", "key_end", "KeyF", () => does.inPane("close")],
    ["Alt + L", "key_level", "KeyL", does.level],
    ["Alt + A", "key_list", "KeyA", does.toList],
    ["Alt + S", "key_duty", "KeyS", does.turnDuty],
    ["Alt + O", "key_floor", "KeyO", does.turnFloor],
  ];
  const byCode = new Map(keys.filter(([, , code]) => code).map(([, , code, action]) => [code, action]));
  byCode.set("ArrowUp", () => does.step(-1));
  byId("keys-list").append(
    ...keys.flatMap(([shown, name]) => [element("dt", "", shown), element("dd", "", label(name))]),
  );
  const help = () => byId("keys-dialog").open || byId("keys-dialog").showModal();
  byId("help-button").addEventListener("click", help);
  byId("keys-close").addEventListener("click", () => byId("keys-dialog").close());
  addEventListener("keydown", (event) => {
    const writes = WRITTEN.has(event.target.tagName);
    if (event.key === "F1" || (event.key === "?" && !writes)) {
      event.preventDefault();
      help();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const digit = /^Digit([1-9])$/.exec(event.code);
    const action = digit ? () => does.nth(Number(digit[1])) : byCode.get(event.code);
    if (!action) return;
    event.preventDefault();
    action();
  });
}
