// Answer cards: looked for by any word of theirs, sent exactly as they were published.

import { button, byId, element } from "./app.js";
import { act, look } from "./line.js";
import { label } from "./texts.js";

const MOST_SHOWN = 20;
let cards = null; // as they were when the dialog opened: a card may be corrected at any time

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function found(query) {
  if (!cards) return [];
  const words = plain(query).split(/\s+/).filter(Boolean);
  const rank = (card) => (words.every((word) => plain(card.title).includes(word)) ? 0 : 1);
  return cards
    .filter((card) => {
      const all = plain(`${card.title} ${card.theme} ${card.topic} ${card.text}`);
      return words.every((word) => all.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_SHOWN);
}

function show(send) {
  const rows = found(byId("cards-search").value).map((card) => {
    const made = element("li", "found-item");
    made.append(element("strong", "", card.title));
    if (card.expired) made.append(element("p", "hint", label("card_expired")));
    made.append(element("p", "words", card.text));
    made.append(button(label("cards_send"), "send", () => send(card), "card-send"));
    return made;
  });
  byId("cards-found").replaceChildren(...(rows.length ? rows : [element("li", "hint", label("nothing_found"))]));
}

export async function openCards(conversation, problem) {
  const dialog = byId("cards-dialog");
  const send = async ({ topic, text }) => {
    dialog.close();
    const { refusal } = await act(`/api/conversations/${conversation}/answer-card`, { topic, text });
    problem(refusal ?? "");
  };
  // Open before the cards are there: what is typed meanwhile belongs to the search, not to the message.
  byId("cards-search").value = "";
  byId("cards-search").oninput = () => show(send);
  byId("cards-found").replaceChildren();
  cards = null;
  dialog.showModal();
  const { refusal, body } = await look("/api/answers");
  if (refusal) {
    dialog.close();
    return problem(refusal);
  }
  cards = body;
  show(send);
}

byId("cards-cancel").addEventListener("click", () => byId("cards-dialog").close());
