// What every part of the console knows: where it lives, who I am, what is open, the service's clock.

const root = document.getElementById("app").dataset;

export const app = {
  root: root.root, // "" or "/training"
  lang: root.lang,
  supervises: root.supervises === "yes",
  sharesWords: root.sharesWords === "yes",
  me: null,
  list: { waiting: [], mine: [], along: [], help_wanted: [], on_duty: 0, duty: null, overview: null },
  conversations: new Map(), // id → {messages: Map(position → frame), notes: []}
};

export const byId = (id) => document.getElementById(id);

export function stateOf(id) {
  if (!app.conversations.has(id)) app.conversations.set(id, { messages: new Map(), notes: [] });
  return app.conversations.get(id);
}

export const itemOf = (id) => [...app.list.mine, ...app.list.along].find((item) => item.conversation === id);

export function announce(text) {
  byId("announcement").textContent = text;
}

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(text, className, action, testid) {
  const made = element("button", className, text);
  made.type = "button";
  made.onclick = action;
  if (testid) made.dataset.testid = testid;
  return made;
}
