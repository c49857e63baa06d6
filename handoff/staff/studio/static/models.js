// The progress of a training; when it ends, the page shows how it went.
const LOOK_AGAIN_MS = 2000;

const training = document.getElementById("training");

async function look() {
  let told = null;
  try {
    const answer = await fetch("/studio/models/progress", { headers: { "X-Requested-With": "repere-console" } });
    told = answer.ok ? await answer.json() : null;
  } catch {
    // The next look may find somebody.
  }
  if (told && !told.running) {
    location.assign("/studio/models");
    return;
  }
  if (told) {
    document.getElementById("bar").value = told.percent;
    document.getElementById("stage").textContent = told.stage;
    const log = document.getElementById("log");
    log.textContent = told.log;
    log.scrollTop = log.scrollHeight;
  }
  setTimeout(look, LOOK_AGAIN_MS);
}

if (training) setTimeout(look, LOOK_AGAIN_MS);
