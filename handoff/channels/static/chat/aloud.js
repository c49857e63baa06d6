// Reading an answer aloud, with a voice that lives on the device: some voices of a browser send the words to its
// maker, and those are not used.

import { say } from "./texts.js";

let speaking = null;

function voiceOf(language) {
  const voices = speechSynthesis.getVoices().filter((each) => each.localService);
  return voices.find((each) => each.lang.toLowerCase().startsWith(language));
}

// Voices may come a moment after they are first asked for.
async function voice(language) {
  if (!speechSynthesis.getVoices().length)
    await new Promise((done) => {
      speechSynthesis.addEventListener("voiceschanged", done, { once: true });
      setTimeout(done, 1000);
    });
  return voiceOf(language);
}

function silent() {
  if (!speaking) return;
  say(speaking, "listen");
  speaking.removeAttribute("aria-pressed");
  speaking = null;
}

// The whole of an answer: its words, what is folded under them, each help line with its number.
function wordsOf(frame) {
  const lines = frame.resources.map((line) => [line.name, line.phone, line.hours].filter(Boolean).join(", "));
  return [frame.text, frame.more, ...lines].filter(Boolean).join("\n");
}

export async function toggle(button, frame, note) {
  const again = button === speaking;
  speechSynthesis.cancel();
  silent();
  if (again) return;
  const found = await voice(frame.language || document.documentElement.lang);
  if (!found) {
    note("no_voice");
    return;
  }
  const words = new SpeechSynthesisUtterance(wordsOf(frame));
  words.voice = found;
  words.lang = found.lang;
  words.onend = silent;
  words.onerror = silent;
  speaking = button;
  say(button, "listen_stop");
  button.setAttribute("aria-pressed", "true");
  speechSynthesis.speak(words);
}

addEventListener("pagehide", () => window.speechSynthesis?.cancel());
