// What this tab remembers: the token, what was not sent yet, the draft. Gone when the tab is closed or left.
// Where a browser refuses sessionStorage (a frame of another site), it lasts as long as the page.

const OPEN = "repere.open";

function storageOf() {
  try {
    sessionStorage.setItem(OPEN, sessionStorage.getItem(OPEN) ?? "");
    return sessionStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
      clear: () => kept.clear(),
      lost: true,
    };
  }
}

const storage = storageOf();

function text(key) {
  return {
    get: () => storage.getItem(key),
    set: (value) => (value ? storage.setItem(key, value) : storage.removeItem(key)),
  };
}

export const memory = Object.defineProperties(
  {
    get outbox() {
      try {
        return JSON.parse(storage.getItem("repere.outbox") ?? "[]");
      } catch {
        return [];
      }
    },
    set outbox(frames) {
      if (frames.length) storage.setItem("repere.outbox", JSON.stringify(frames));
      else storage.removeItem("repere.outbox");
    },
    // A page of ours was opened in this tab and the tab was not left since.
    get isOpen() {
      return storage.lost || storage.getItem(OPEN) === "yes";
    },
    open() {
      storage.setItem(OPEN, "yes");
    },
    // The conversation goes, the language stays.
    forget() {
      for (const key of ["token", "outbox", "draft"]) storage.removeItem(`repere.${key}`);
    },
    wipe() {
      storage.clear();
    },
  },
  {
    token: text("repere.token"),
    draft: text("repere.draft"),
    language: text("repere.language"),
    sound: text("repere.sound"),
  },
);
