// What this tab remembers: the token, what was not sent yet, the draft. Gone when the tab is left by the way out.
// A tab that is only closed forgets too, unless the browser opens it again ("reopen closed tab").
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
let gone = false; // the page was left: whatever is still on its way is not written any more

function write(key, value) {
  if (value && !gone) storage.setItem(key, value);
  else storage.removeItem(key);
}

function text(key) {
  return { get: () => storage.getItem(key), set: (value) => write(key, value) };
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
      write("repere.outbox", frames.length ? JSON.stringify(frames) : "");
    },
    // A page of ours was opened in this tab and the tab was not left since.
    get isOpen() {
      return !gone && (storage.lost || storage.getItem(OPEN) === "yes");
    },
    open() {
      write(OPEN, "yes");
    },
    // The conversation goes. The language stays, and what was written since and waits to be sent.
    forget() {
      for (const key of ["token", "erasing", "draft"]) storage.removeItem(`repere.${key}`);
    },
    wipe() {
      gone = true;
      storage.clear();
    },
  },
  {
    token: text("repere.token"),
    draft: text("repere.draft"),
    erasing: text("repere.erasing"), // asked for, not confirmed yet: asked again after a reload
    language: text("repere.language"),
  },
);
