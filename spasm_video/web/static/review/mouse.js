// The mouse on the lanes and the overview: choose, mark, move, zoom.

import { offer, select } from "./choosing.js";
import { redraw } from "./drawing.js";
import { lanes, mayEdit, overview } from "./page.js";
import { goTo } from "./player.js";
import { mark, selected, state, traces } from "./session.js";
import { takeIn } from "./spans.js";
import { from_s, show, timeAt, to_s, wholeTimeAt, widen } from "./window.js";

const SMALL_DRAG_PX = 4;

export function zoom(by) {
  widen(by, selected ? (selected.onset_s + selected.offset_s) / 2 : (from_s + to_s) / 2);
  redraw();
}

/** Choose what is at a time: an event, or what is left out; nothing: look there. */
function hit(time) {
  const span = state.excluded.find((one) => time >= one.start_s && time < one.end_s);
  const event = state.events.find((one) => time >= one.onset_s - 0.1 && time <= one.offset_s + 0.1);
  if (event) select(event);
  else if (span && mayEdit) takeIn(span);
  else {
    mark(null);
    offer();
    goTo(time);
  }
}

function listenToLanes() {
  let down = null;
  lanes.addEventListener("pointerdown", (event) => {
    if (!traces) return;
    down = { x: event.clientX, time: timeAt(event) };
    lanes.setPointerCapture(event.pointerId);
  });
  lanes.addEventListener("pointermove", (event) => {
    if (!down || Math.abs(event.clientX - down.x) < SMALL_DRAG_PX) return;
    mark([down.time, timeAt(event)].sort((one, two) => one - two));
    offer();
    redraw();
  });
  lanes.addEventListener("pointerup", (event) => {
    if (!down) return;
    const time = down.time;
    const isClick = Math.abs(event.clientX - down.x) < SMALL_DRAG_PX;
    down = null;
    if (isClick) hit(time);
  });
  lanes.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      show((from_s + to_s) / 2 + ((event.deltaX || event.deltaY) / 400) * (to_s - from_s));
      redraw();
    } else zoom(event.deltaY > 0 ? 1.25 : 0.8);
  }, { passive: false });
}

function listenToOverview() {
  const go = (event) => {
    if (!traces) return;
    const time = wholeTimeAt(event);
    show(time);
    goTo(time);
  };
  overview.addEventListener("pointerdown", (event) => {
    overview.setPointerCapture(event.pointerId);
    go(event);
  });
  overview.addEventListener("pointermove", (event) => {
    if (event.buttons) go(event);
  });
}

if (lanes) {
  listenToLanes();
  listenToOverview();
}
