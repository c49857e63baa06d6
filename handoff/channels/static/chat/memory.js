// What this tab remembers: the token, and messages that were not sent yet. Gone when the tab is closed.

const TOKEN = "repere.token";
const OUTBOX = "repere.outbox";

export const memory = {
  get token() {
    return sessionStorage.getItem(TOKEN);
  },
  set token(value) {
    sessionStorage.setItem(TOKEN, value);
  },
  get outbox() {
    try {
      return JSON.parse(sessionStorage.getItem(OUTBOX) ?? "[]");
    } catch {
      return [];
    }
  },
  set outbox(frames) {
    sessionStorage.setItem(OUTBOX, JSON.stringify(frames));
  },
  clear() {
    sessionStorage.clear();
  },
};
