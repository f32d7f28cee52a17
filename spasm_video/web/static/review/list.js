// The list of events, and that of what is left out.

import { number, say } from "../server.js";
import { get, mayEdit } from "./page.js";
import { selected, state } from "./session.js";
import { clock, isWithin } from "./traces.js";

/** Write both lists anew; a row knows its event, a button its span. */
export function list() {
  listSpans();
  document.querySelector("#events tbody").replaceChildren(...state.events.map(rowOf));
}

function rowOf(event) {
  const row = document.createElement("tr");
  row.event = event;
  const isOut = isWithin(event, state.excluded);
  row.className = isOut ? `${event.verdict} out` : event.verdict;
  row.setAttribute("aria-selected", event === selected);
  const choose = document.createElement("button");
  choose.textContent = clock(event.onset_s);
  const first = document.createElement("td");
  first.append(choose);
  const side = cell(say(`word.side_${event.side}`));
  side.className = event.side;
  const size = cell(number(event.amplitude_mm));
  size.className = "n";
  const told = [
    say(`js.${event.verdict}`),
    ...(event.measured ? [] : [say("js.added")]), ...(isOut ? [say("js.out")] : []),
  ].join(", ");
  row.append(
    first, side, cell(say(`word.${event.kind}`)),
    cell(event.regions.map((one) => say(`word.region_${one}`)).join(", ")), size, cell(told),
  );
  return row;
}

function cell(text) {
  const made = document.createElement("td");
  made.textContent = text;
  return made;
}

/** What is left out, each to be taken in again. */
function listSpans() {
  get("left-out").replaceChildren(
    ...state.excluded.map((span) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const times = `${clock(span.start_s, 1)}–${clock(span.end_s, 1)}`;
      button.span = span;
      button.className = "button quiet";
      button.textContent = mayEdit ? `${times} ×` : times;
      button.disabled = !mayEdit;
      button.title = say("js.take_in");
      button.setAttribute("aria-label", `${say("js.take_in")}: ${times}`);
      item.append(button);
      return item;
    }),
  );
  get("left-out-row").hidden = !state.excluded.length;
}

/** Show which row is the selected event's. */
export function pointOut() {
  for (const row of document.querySelectorAll("#events tbody tr")) {
    const isOn = row.event === selected;
    row.setAttribute("aria-selected", isOn);
    if (isOn) reveal(row);
  }
}

/** Scroll the list, never the page. */
function reveal(row) {
  const box = row.closest(".event-list");
  const top = row.offsetTop - 40;
  if (top < box.scrollTop) box.scrollTop = top;
  const bottom = row.offsetTop + row.offsetHeight + 8;
  if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
