// When the lanes, the overview and what moves on them are drawn: once a frame of the screen.

import { number, say } from "../server.js";
import { edgeAt, shownSpans } from "./ends.js";
import { showHalves } from "./halves.js";
import { drawLanes } from "./lanes.js";
import { now, turn } from "./moment.js";
import { drawOverview } from "./overview.js";
import { get, lanes, mayEdit, overview, video } from "./page.js";
import { marked, selected, state, traces } from "./session.js";
import { clock } from "./traces.js";
import { from_s, share, shareOfWindow, to_s } from "./window.js";

let isStale = false; // lanes and overview wait to be drawn
let isAsked = false;
let shownTime = null;

export function redraw() {
  isStale = true;
  soon();
}

/** Draw before the screen shows its next frame, however much happens until then. */
export function soon() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    if (!traces) return;
    if (isStale) draw();
    moveLine();
    if (video && !video.paused) soon();
  });
}

/** Draw at once. */
export function draw() {
  isStale = false;
  shownTime = null;
  drawLanes(lanes, traces, view());
  drawOverview(overview, traces, view());
  get("window").textContent = say("js.window", { seconds: number(to_s - from_s, 0) });
  placeHandles();
  moveLine();
}

function view() {
  return {
    from: from_s, to: to_s, selected, marked, number,
    events: state.events,
    excluded: shownSpans(),
    limits: state.limits_mm,
    names: Object.fromEntries(state.regions.map((r) => [r, say(`word.region_${r}`)])),
  };
}

/** The line is an element of its own: nothing is drawn anew while it moves. */
function moveLine() {
  const time = now();
  turn(time);
  if (time === shownTime) return;
  shownTime = time;
  if (video) get("clock").textContent = clock(time);
  at("line", shareOfWindow(time), lanes);
  at("line-whole", share(time), overview);
}

function at(id, part, canvas) {
  get(id).style.transform = `translateX(${Math.round(part * canvas.clientWidth) - 1}px)`;
  get(id).hidden = part < 0 || part > 1;
}

function placeHandles() {
  for (const edge of mayEdit ? ["begin", "end"] : []) {
    const handle = get(`trim-${edge}`);
    const time = edgeAt(edge);
    handle.style.left = `${100 * share(time)}%`;
    handle.setAttribute("aria-valuemin", traces.begin.toFixed(2));
    handle.setAttribute("aria-valuemax", traces.end.toFixed(2));
    handle.setAttribute("aria-valuenow", time.toFixed(2));
    handle.setAttribute("aria-valuetext", clock(time, 1));
    handle.classList.toggle("trimmed", share(time) > 0 && share(time) < 1);
  }
}

if (lanes) {
  new ResizeObserver(() => {
    redraw();
    showHalves();
  }).observe(lanes);
}
