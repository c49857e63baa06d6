// The console: lists on the left, conversations on the right, several at once without mixing them up.

import { announce, app, byId, stateOf } from "./app.js";
import { showAlerts, tookMyself } from "./alerts.js";
import { loadCanned, openCanned } from "./canned.js";
import { setClock } from "./clock.js";
import { showDuty, turnDuty } from "./duty.js";
import { showFloor, turnFloor } from "./floor.js";
import { setUpKeys } from "./keys.js";
import { openPassing } from "./leaving.js";
import { Line, act } from "./line.js";
import { showLists } from "./lists.js";
import { Panes } from "./panes.js";
import { Sending } from "./sending.js";
import { signOut } from "./sign_out.js";
import { label } from "./texts.js";
import { setUpTraining } from "./training.js";

let wanted = null; // taken, and opened as soon as it is on my list
let writesElsewhere = false; // since it was asked for: then it waits on the list, and the keyboard stays where it is
let reconnected = false;
let firstList = true;

const line = new Line({ frame: receive, connected });
const sending = new Sending(line, (conversation, text, why) => panes.giveBack(conversation, text, why));
const panes = new Panes(line, sending, () => showLists(inLists, panes.shown));
const inLists = {
  claim,
  assign: (conversation) => openPassing(conversation, "assign"),
  open: (conversation) => panes.open(conversation),
  beside: (conversation) => panes.open(conversation, true),
  lookAlong,
};
const onFloor = { lookAlong, transfer: (conversation) => openPassing(conversation, "transfer") };

function connected(yes) {
  const shown = byId("line");
  shown.dataset.connected = yes ? "yes" : "no";
  shown.textContent = label(yes ? "connected" : "disconnected");
  reconnected = yes;
}

function receive(frame) {
  switch (frame.type) {
    case "me":
      app.me = frame;
      break;
    case "list":
      takeList(frame);
      break;
    case "message":
      stateOf(frame.conversation).messages.set(frame.position, frame);
      panes.paneOf(frame.conversation)?.show();
      break;
    case "notes":
      stateOf(frame.conversation).notes = frame.notes;
      panes.paneOf(frame.conversation)?.show();
      break;
    case "typing":
      panes.paneOf(frame.conversation)?.showTyping(frame.author);
      break;
    case "gone":
      gone(frame);
      break;
    case "received":
      panes.paneOf(sending.received(frame.id))?.problem("");
      break;
    case "check":
      sending.check(frame);
      break;
    case "refused":
      sending.refused(frame.id, frame.text);
  }
}

function takeList(frame) {
  setClock(frame.now);
  app.list = { overview: null, ...frame };
  showLists(inLists, panes.shown);
  showDuty();
  showAlerts();
  showFloor(onFloor);
  // Taken back while the line was cut: nobody was there to be told.
  if (reconnected) for (const id of panes.lost) gone({ conversation: id, why: "released" });
  panes.show();
  if (firstList) {
    firstList = false;
    panes.openAgain();
  }
  if (reconnected) {
    // Whatever was missed while away has come again, by position; what was on its way goes again.
    reconnected = false;
    for (const pane of panes.panes) if (pane.along) line.send({ type: "look_along", conversation: pane.conversation });
    panes.tellWhatIsShown();
    sending.again();
  }
  const here = [...app.list.mine, ...app.list.along].some((item) => item.conversation === wanted);
  if (here) {
    if (!writesElsewhere) panes.open(wanted);
    wanted = null;
  }
}

function gone(frame) {
  app.conversations.delete(frame.conversation);
  announce(label(`gone_${frame.why}`));
  panes.gone(frame.conversation, frame.why);
}

async function claim(conversation, pressed = null) {
  if (pressed) pressed.disabled = true;
  want(conversation);
  tookMyself(conversation);
  const { refusal } = await act(`/api/conversations/${conversation}/claim`);
  if (!refusal) return;
  wanted = null;
  tellRefusal(refusal);
  showLists(inLists, panes.shown);
}

function tellRefusal(refusal) {
  announce(refusal);
  if (panes.focused) panes.focused.problem(refusal);
  else byId("nothing").textContent = refusal;
}

function want(conversation) {
  wanted = conversation;
  writesElsewhere = false;
}

for (const sign of ["input", "focusin"])
  addEventListener(sign, (event) => (writesElsewhere ||= event.target.matches("textarea, input")));

function lookAlong(conversation) {
  want(conversation);
  line.send({ type: "look_along", conversation });
}

setUpKeys({
  claimFirst: () => app.list.waiting.length && claim(app.list.waiting[0].conversation),
  nth: (number) => app.list.mine[number - 1] && panes.open(app.list.mine[number - 1].conversation),
  step: (by) => panes.step(by),
  nextUnread: () => panes.nextUnread(),
  beside: () => panes.beside(),
  inPane: (action) => panes.focused?.actions[action](),
  write: () => panes.focused?.focus(),
  level: () => panes.focused?.part("level").focus(),
  toList: () => byId("waiting").querySelector("button")?.focus(),
  turnDuty,
  turnFloor: () => turnFloor(onFloor),
});
setUpTraining();
loadCanned();
byId("floor-button")?.addEventListener("click", () => turnFloor(onFloor));
byId("canned-manage").addEventListener("click", () => {
  byId("me-menu").removeAttribute("open");
  openCanned(null);
});
byId("sign-out").addEventListener("click", () => signOut(tellRefusal));
