// The handles at both ends of the overview.

import { ask } from "../server.js";
import { redraw } from "./drawing.js";
import { NEAR_S, edgeAt, held, isHome, within } from "./ends.js";
import { keep, remember } from "./keeping.js";
import { api, get, lanes, mayEdit } from "./page.js";
import { state, traces } from "./session.js";
import { wholeTimeAt } from "./window.js";

const STEP_S = 0.1;
const LEAP_S = 5;
const KEEP_AFTER_MS = 500; // after the last key on a handle
const STEPS_S = {
  ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S,
  PageDown: -LEAP_S, PageUp: LEAP_S, Home: -Infinity, End: Infinity,
};

/** A handle is held somewhere: shown, but not yet kept. */
function hold(edge, time) {
  held[edge] = within(edge, time);
  redraw();
}

/** Keep an end where its handle is held; at home nothing is left out there. */
async function keepTrim(edge, { isUndo = false } = {}) {
  const time = held[edge];
  if (time === null) return;
  await keep(async () => {
    held[edge] = null;
    const before = edgeAt(edge);
    if (Math.abs(before - time) < NEAR_S) return;
    const at_s = isHome(edge, time) ? null : time;
    const { excluded } = await ask("PUT", `${api}/trim`, { edge, at_s });
    state.excluded = excluded;
    if (!isUndo) {
      remember(() => {
        held[edge] = before;
        return keepTrim(edge, { isUndo: true });
      });
    }
  });
}

export function trimTo(edge, time) {
  hold(edge, time);
  return keepTrim(edge);
}

function listen(edge) {
  const handle = get(`trim-${edge}`);
  let isHeld = false;
  let waiting = 0;
  handle.addEventListener("pointerdown", (event) => {
    if (!traces) return;
    isHeld = true;
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (isHeld) hold(edge, wholeTimeAt(event));
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    handle.addEventListener(kind, () => {
      isHeld = false;
      keepTrim(edge);
    });
  }
  handle.addEventListener("keydown", (event) => {
    if (!traces || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = STEPS_S[event.key];
    if (by === undefined) return;
    hold(edge, edgeAt(edge) + by);
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(() => keepTrim(edge), KEEP_AFTER_MS);
  });
  handle.addEventListener("blur", () => {
    clearTimeout(waiting);
    if (!isHeld) keepTrim(edge);
  });
}

if (lanes && mayEdit) for (const edge of ["begin", "end"]) listen(edge);
