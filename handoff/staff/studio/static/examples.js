// While examples are typed: each new line is compared, by meaning, with all there are.

const PAUSE_MS = 500;

const form = document.getElementById("examples");
const text = form.elements.examples;
const near = document.getElementById("near");
const before = new Set(lines());
let timer;
let asking;

function lines() {
  return text.value.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean);
}

function show(items) {
  near.replaceChildren(...items.map(([kind, words]) => {
    const item = document.createElement("li");
    item.className = kind;
    item.textContent = words;
    return item;
  }));
}

async function check() {
  const added = lines().filter((line) => !before.has(line));
  asking?.abort();
  if (!added.length) return show([]);
  asking = new AbortController();
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST",
      body: new URLSearchParams({ lines: added.join("\n") }),
      signal: asking.signal,
      headers: { "X-Requested-With": "repere-console" },
    });
    if (!answer.ok) return;
    const found = await answer.json();
    if (found.unavailable) return show([["advice", found.unavailable]]);
    show(found.lines.map((each) => [each.kind === "fine" ? "fine" : "advice", `${each.line} : ${each.text}`]));
  } catch (error) {
    if (error.name !== "AbortError") show([]);
  }
}

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE_MS);
});
