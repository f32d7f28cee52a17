// Where the recording begins and ends: what lies before or after is left out.

import { state, traces } from "./session.js";

export const NEAR_S = 1e-3;
const SHORTEST_LEFT_S = 0.5;

export const held = { begin: null, end: null }; // where a handle is held, s

function isAtEdge(span, edge) {
  const isEarly = span.start_s <= traces.begin + NEAR_S;
  return edge === "begin" ? isEarly : !isEarly && span.end_s >= traces.end - NEAR_S;
}

/** Where the recording begins or ends now; where it does by itself without a trim. */
export function edgeAt(edge) {
  if (held[edge] !== null) return held[edge];
  const spans = state.excluded.filter((span) => isAtEdge(span, edge));
  return edge === "begin"
    ? Math.max(traces.begin, ...spans.map((span) => span.end_s))
    : Math.min(traces.end, ...spans.map((span) => span.start_s));
}

/** Whether a time is where the recording begins or ends by itself. */
export function isHome(edge, time) {
  return Math.abs(time - (edge === "begin" ? traces.begin : traces.end)) < NEAR_S;
}

/** The nearest time at which an end may be held: something is left between the two. */
export function within(edge, time) {
  const most = edgeAt("end") - SHORTEST_LEFT_S;
  const least = edgeAt("begin") + SHORTEST_LEFT_S;
  return edge === "begin"
    ? Math.max(Math.min(time, most), traces.begin)
    : Math.min(Math.max(time, least), traces.end);
}

/** What is left out, with an end as it is held just now. */
export function shownSpans() {
  const edges = ["begin", "end"].filter((edge) => held[edge] !== null);
  return [
    ...state.excluded.filter((span) => !edges.some((edge) => isAtEdge(span, edge))),
    ...edges.map((edge) => edge === "begin"
      ? { start_s: traces.begin, end_s: held.begin }
      : { start_s: held.end, end_s: traces.end }),
  ];
}
