// Changes reach the server in the order they were made; each can be taken back.

import { ask } from "../server.js";
import { fill, remove, select } from "./choosing.js";
import { redraw } from "./drawing.js";
import { list } from "./list.js";
import { api, get } from "./page.js";
import { learn, selected, state, traces } from "./session.js";
import { complain, isElsewhere, settle } from "./trouble.js";
import { tellVersions } from "./versions.js";

const COUNT_AFTER_MS = 700;

let line = Promise.resolve();
let counting = 0;
const undone = [];

/** Do some work on the server once all before it is done, and show what is then; of an event. */
export function keep(work, event = null) {
  line = line.then(async () => {
    try {
      await work();
      settle();
    } catch (error) {
      if (isElsewhere(error)) await refresh().catch(() => {});
      if (isElsewhere(error) && state.events.includes(event)) select(event, { isQuiet: true });
      complain(error);
    }
    showAll();
    count();
  });
  return line;
}

function showAll() {
  list();
  if (selected) fill();
  redraw();
}

/** The review as it is on the server now; events that are known keep their place and undo. */
async function refresh() {
  const fresh = await ask("GET", `${api}/review`);
  const key = (one) => (one.measured ? `m${one.measured}` : `n${one.number}`);
  const known = new Map(state.events.map((one) => [key(one), one]));
  const events = fresh.events.map((one) => Object.assign(known.get(key(one)) || {}, one));
  if (selected && !events.includes(selected)) remove(selected);
  learn({ ...fresh, events });
}

/** The numbers after the review, a moment after the last change. */
function count() {
  clearTimeout(counting);
  state.reviewed = null;
  tellVersions(true);
  counting = setTimeout(() => {
    line = line.then(async () => {
      try {
        state.reviewed = await ask("POST", `${api}/summary`);
      } catch (error) {
        complain(error);
      }
      tellVersions();
    });
  }, COUNT_AFTER_MS);
}

/** How the last change is taken back. */
export function remember(back) {
  undone.push(back);
  get("undo").disabled = false;
}

export async function undo() {
  const back = undone.pop();
  get("undo").disabled = undone.length === 0;
  if (back) await back();
}

/** Edits of another window are seen once this one is looked at again. */
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !traces) return;
  line = line.then(async () => {
    await refresh();
    showAll();
    tellVersions();
  }).catch(complain);
});
