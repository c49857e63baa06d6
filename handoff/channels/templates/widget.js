{# The words come from data/texts/ui.*.yml, "widget". -#}
// One line on another site: <script src="https://…/widget.js" data-departement="59" data-color="#1d6b52" defer></script>
// A button opens the chat in a frame of its own origin: this site can neither read it nor be told what is said.

(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const { departement, color, lang, label } = script.dataset;
  const address = new URL("/widget", home);
  if (departement) address.searchParams.set("departement", departement);
  if (color) address.searchParams.set("couleur", color);
  if (lang) address.searchParams.set("langue", lang);

  const labels = {{ labels | tojson }};
  const [spoken] = [lang, document.documentElement.lang.slice(0, 2).toLowerCase(), {{ first | tojson }}].filter((code) => labels[code]);

  // As in chat/embedded.js: one of black and white always reaches a contrast of 4.5 (WCAG 2.2).
  function onColour(hex) {
    const [red, green, blue] = [0, 2, 4]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
  }

  // A shadow root: neither site's styles touch the other's.
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; }
    button { font: 600 1rem/1.2 system-ui, sans-serif; min-height: 3rem; padding: .6rem 1.1rem; border: 2px solid #fff;
      border-radius: 1.5rem; background: #2f5d7c; color: #fff; cursor: pointer; }
    button:focus-visible { outline: 3px solid #000; outline-offset: 2px; }
    iframe { display: block; width: min(24rem, calc(100vw - 2rem)); height: min(38rem, calc(100dvh - 6rem)); margin-bottom: .5rem;
      border: 1px solid #51606f; border-radius: 1rem; background: #fff; }
    iframe[hidden] { display: none; }
  `);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label || labels[spoken];
  if (!label) button.lang = spoken;
  const [, hex] = /^#?([0-9a-f]{6})$/i.exec(color ?? "") ?? [];
  if (hex) Object.assign(button.style, { backgroundColor: `#${hex}`, color: onColour(hex) });
  button.setAttribute("aria-expanded", "false");
  root.append(button);

  let frame = null;
  button.addEventListener("click", () => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.src = address.href;
      frame.title = button.textContent;
      frame.referrerPolicy = "no-referrer";
      frame.hidden = true;
      root.prepend(frame);
    }
    frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
    if (!frame.hidden) frame.focus();
  });

  // As in chat/exit.js: Escape three times, wherever the keys go. The frame forgets, then answers with "leave".
  let escapes = [];
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.repeat || !frame) return;
      escapes = [...escapes, event.timeStamp].filter((at) => event.timeStamp - at < 5000);
      if (escapes.length >= 3) frame.contentWindow.postMessage({ repere: "leave" }, home);
    },
    { capture: true },
  );

  addEventListener("message", (event) => {
    if (event.origin !== home || !frame || event.source !== frame.contentWindow) return;
    if (event.data?.repere === "leave") {
      document.documentElement.replaceChildren();
      location.replace(event.data.address);
    }
  });
  document.body.append(host);
})();
