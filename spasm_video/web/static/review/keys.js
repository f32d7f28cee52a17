// Every key and every button of the page.

import { step } from "./choosing.js";
import { acceptAll, add, edit, judge, toggle } from "./editing.js";
import { undo } from "./keeping.js";
import { now } from "./moment.js";
import { zoom } from "./mouse.js";
import { get, mayEdit } from "./page.js";
import { frame, playOrPause } from "./player.js";
import { selected, state, traces } from "./session.js";
import { exclude } from "./spans.js";
import { trimTo } from "./trimming.js";

const clicks = {
  accept: () => judge("accepted"),
  reject: () => judge("rejected"),
  previous: () => step(-1),
  next: () => step(1),
  undo,
  add,
  exclude: () => exclude(),
  "begin-here": () => trimTo("begin", now()),
  "end-here": () => trimTo("end", now()),
  "accept-all": acceptAll,
  in: () => zoom(0.5),
  out: () => zoom(2),
};

const keys = {
  b: () => trimTo("begin", now()),
  e: () => trimTo("end", now()),
  "[": () => trimTo("begin", now()),
  "]": () => trimTo("end", now()),
  a: () => judge("accepted"),
  r: () => judge("rejected"),
  s: () => selected && edit(selected, { side: selected.side === "left" ? "right" : "left" }),
  k: () => selected && edit(selected, { kind: selected.kind === "clonic" ? "tonic" : "clonic" }),
  n: add,
  x: () => exclude(),
  u: undo,
  " ": playOrPause,
  ArrowUp: () => step(-1),
  ArrowDown: () => step(1),
  ArrowLeft: () => frame(-1),
  ArrowRight: () => frame(1),
  "+": () => zoom(0.5),
  "-": () => zoom(2),
};

for (const [id, act] of Object.entries(clicks)) get(id)?.addEventListener("click", act);

document.addEventListener("keydown", (event) => {
  const isModified = event.ctrlKey || event.metaKey || event.altKey;
  if (!traces || (isModified && !event.getModifierState("AltGraph"))) return; // brackets need AltGr
  const isField = event.target.matches("select, input[type=radio]") || event.target.isContentEditable;
  const isButton = event.target.matches("button, summary, a, input") && event.key === " ";
  if ((isField && event.key.startsWith("Arrow")) || isButton) return;
  const isLook = /^(Arrow|\+|-| )/.test(event.key);
  if (!isLook && !mayEdit) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const region = state.regions[Number(key) - 1];
  if (selected && region && key !== " ") toggle(region);
  else if (keys[key]) keys[key]();
  else return;
  event.preventDefault();
});
