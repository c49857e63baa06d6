// Passkeys: adding one (account page), and signing in with one (sign-in page).

const byId = (id) => document.getElementById(id);
const HEADERS = { "X-Requested-With": "repere-console", "Content-Type": "application/json" };

function say(text) {
  byId("passkey-problem").textContent = text;
  byId("passkey-problem").hidden = !text;
}

async function ask(path, sent = {}) {
  const answer = await fetch(path, { method: "POST", headers: HEADERS, body: JSON.stringify(sent) });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail ?? String(answer.status));
  return body;
}

async function add() {
  say("");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await ask("/api/passkeys/options"));
  const credential = await navigator.credentials.create({ publicKey });
  await ask("/api/passkeys", { credential: credential.toJSON(), name: byId("key-name").value });
  location.reload();
}

async function signIn() {
  say("");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await ask("/api/signin/passkey/options"));
  const credential = await navigator.credentials.get({ publicKey });
  const { go } = await ask("/api/signin/passkey", { credential: credential.toJSON() });
  location.assign(go);
}

function offer(button, ceremony) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await ceremony();
    } catch (error) {
      // Closing the browser's own window is a choice, not a problem.
      if (error.name !== "NotAllowedError") say(error.message);
    } finally {
      button.disabled = false;
    }
  });
}

// Browsers know passkeys on https and http://localhost only.
const possible = globalThis.isSecureContext && globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON;
if (possible && byId("passkey")) offer(byId("passkey"), signIn);
if (byId("add-passkey")) {
  if (possible) offer(byId("add-passkey"), add);
  else {
    byId("add-passkey").disabled = true;
    say(byId("passkey-problem").dataset.impossible);
  }
}
