// Spans that are left out, and taken in again.

import { ask } from "../server.js";
import { keep, remember } from "./keeping.js";
import { api, get } from "./page.js";
import { mark, marked, state } from "./session.js";

/** Leave the marked span out. */
export async function exclude({ isUndo = false } = {}) {
  if (!marked) return;
  const [start_s, end_s] = marked;
  await keep(async () => {
    const { number: row } = await ask("POST", `${api}/excluded`, { start_s, end_s });
    const span = { number: row, start_s, end_s };
    state.excluded.push(span);
    mark(null);
    if (!isUndo) remember(() => include(span));
  });
}

async function include(span) {
  await keep(async () => {
    await ask("DELETE", `${api}/excluded/${span.number}`);
    state.excluded = state.excluded.filter((one) => one !== span);
  });
}

export async function takeIn(span) {
  if (!state.excluded.includes(span)) return;
  await include(span);
  if (!state.excluded.includes(span)) remindOf(span);
}

/** Undo of taking a span in: it is left out again. */
function remindOf(span) {
  remember(async () => {
    mark([span.start_s, span.end_s]);
    await exclude({ isUndo: true });
  });
}

get("left-out")?.addEventListener("click", (event) => {
  const button = event.target.closest("button:enabled");
  if (button) takeIn(button.span);
});
