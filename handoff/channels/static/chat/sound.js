// A short soft note when somebody answers and the page is not looked at. Off unless it was asked for.

let context = null;

export function chime() {
  // Made at the first tap that asks for it: browsers keep one made earlier silent.
  context ??= new AudioContext();
  const now = context.currentTime;
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = 520;
  loudness.gain.setValueAtTime(0.08, now);
  loudness.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
  tone.connect(loudness).connect(context.destination);
  tone.start(now);
  tone.stop(now + 0.4);
}
