// Which event is looked at: in the video, the lanes, the list and the form.

import { say } from "../server.js";
import { redraw } from "./drawing.js";
import { showHalves } from "./halves.js";
import { pointOut } from "./list.js";
import { loop, repeat } from "./moment.js";
import { get, video } from "./page.js";
import { play } from "./player.js";
import { choose, drop, mark, marked, selected, state } from "./session.js";
import { clock } from "./traces.js";
import { from_s, show, to_s } from "./window.js";

const LOOP_S = 2;

export function select(event, { isQuiet = false } = {}) {
  choose(event);
  mark(null);
  const middle = (event.onset_s + event.offset_s) / 2;
  repeat([Math.max(middle - LOOP_S / 2, 0), Math.max(middle + LOOP_S / 2, event.offset_s + 0.2)]);
  if (event.onset_s < from_s || event.offset_s > to_s) show(middle);
  if (video) {
    video.currentTime = loop[0];
    if (!isQuiet) play();
  }
  const side = say(`word.side_${event.side}`);
  get("selected").textContent = say("js.event", { time: clock(event.onset_s), side });
  get("edit").hidden = false;
  fill();
  showHalves();
  pointOut();
  redraw();
}

/** To the next event or the one before. */
export function step(by) {
  if (!state.events.length) return;
  const at = state.events.indexOf(selected);
  const next = Math.min(Math.max(at + by, 0), state.events.length - 1);
  if (next !== at) select(state.events[next]);
}

/** The form as the selected event is. */
export function fill() {
  const on = (name, value) => {
    for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = Array.isArray(value) ? value.includes(input.value) : input.value === value;
    }
  };
  on("side", selected.side);
  on("kind", selected.kind);
  on("region", selected.regions);
  get("accept").setAttribute("aria-pressed", selected.verdict === "accepted");
  get("reject").setAttribute("aria-pressed", selected.verdict === "rejected");
  if (video) get("half").textContent = say(`js.half_${selected.side}`);
  offer();
}

/** A marked span can be added or left out. */
export function offer() {
  get("add").disabled = get("exclude").disabled = marked === null;
}

/** The event is gone, from the form as well. */
export function remove(event) {
  drop(event);
  if (selected === event) {
    choose(null);
    get("edit").hidden = true;
  }
}

document.querySelector("#events tbody")?.addEventListener("click", (event) => {
  const row = event.target.closest("tr");
  if (row) select(row.event);
});
