// What a person says of an event: verdict, side, kind, regions; and events of their own.

import { ask } from "../server.js";
import { fill, remove, select, step } from "./choosing.js";
import { keep, remember } from "./keeping.js";
import { list } from "./list.js";
import { api } from "./page.js";
import { marked, selected, state, traces } from "./session.js";

export async function edit(event, changes, { isUndo = false } = {}) {
  await keep(async () => {
    const before = { ...event }; // as it is when its turn comes, not when the key was pressed
    const wanted = { ...before, ...changes };
    const { event: kept } = await ask("PUT", `${api}/events`, {
      measured: wanted.measured, number: wanted.number, verdict: wanted.verdict,
      onset_s: wanted.onset_s, offset_s: wanted.offset_s,
      side: wanted.side, kind: wanted.kind, regions: wanted.regions, seen: event.mark || "",
    });
    Object.assign(event, kept);
    if (!isUndo) remember(() => takeBack(event, before));
  }, event);
}

/** To what an event was before: open and untouched means that its row goes. */
async function takeBack(event, before) {
  if (before.number) {
    await edit(event, before, { isUndo: true });
    return;
  }
  await keep(async () => {
    const seen = encodeURIComponent(event.mark);
    await ask("DELETE", `${api}/events/${event.number}?seen=${seen}`);
    if (before.measured) Object.assign(event, before);
    else remove(event);
  }, event);
}

export async function judge(verdict) {
  if (!selected) return;
  const kept = edit(selected, { verdict });
  step(1); // at once: the next key is for the next one
  await kept;
}

export async function acceptAll() {
  for (const event of state.events.filter((one) => one.verdict === "open")) {
    if (event.verdict === "open") await edit(event, { verdict: "accepted" });
  }
}

/** A region takes part, or does not any more; one must. */
export function toggle(region) {
  const has = selected.regions.includes(region);
  const regions = has
    ? selected.regions.filter((one) => one !== region)
    : [...selected.regions, region];
  if (regions.length) edit(selected, { regions });
  else fill();
}

/** The marked span is a movement too. */
export async function add() {
  if (!marked) return;
  const side = selected ? selected.side : state.events[0]?.side || "left";
  const [onset_s, offset_s] = marked;
  const event = {
    measured: 0, number: 0, verdict: "accepted", onset_s, offset_s, peak_s: onset_s, side,
    kind: offset_s - onset_s >= 1 ? "tonic" : "clonic", regions: strongest(onset_s, offset_s, side),
  };
  const untouched = { ...event };
  state.events.push(event);
  await edit(event, {}, { isUndo: true });
  if (!event.number) {
    remove(event);
    return;
  }
  remember(() => takeBack(event, untouched));
  state.events.sort((one, two) => one.onset_s - two.onset_s);
  list();
  select(event);
}

/** The regions that move beyond their limit within a span; the strongest one at least. */
function strongest(start, end, side) {
  const other = side === "left" ? "right" : "left";
  const sizes = state.regions.map((region) => {
    let most = 0;
    for (let i = traces.at(start); i < traces.at(end); i += 1) {
      const apart = traces.of[region][side][i] - traces.of[region][other][i];
      if (apart > most) most = apart;
    }
    return { region, over: most / (state.limits_mm[region] || Infinity) };
  });
  const beyond = sizes.filter((one) => one.over >= 1).map((one) => one.region);
  sizes.sort((one, two) => two.over - one.over);
  return beyond.length ? beyond : [sizes[0].region];
}

for (const name of ["side", "kind", "region"]) {
  for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
    input.addEventListener("change", () => {
      if (!selected) return;
      if (name === "region") toggle(input.value);
      else edit(selected, { [name]: input.value });
    });
  }
}
