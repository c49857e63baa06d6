// What is being written, kept in this tab in case the page reloads; gone with the tab or the conversation.

import { app } from "./app.js";

const key = (conversation) => `repere.draft${app.root}.${conversation}`;

export const drafts = {
  get: (conversation) => sessionStorage.getItem(key(conversation)) ?? "",
  set(conversation, text) {
    if (text) sessionStorage.setItem(key(conversation), text);
    else sessionStorage.removeItem(key(conversation));
  },
};
