// The window of time that the lanes show, and where a time is in the whole recording.

import { lanes, overview } from "./page.js";
import { traces } from "./session.js";

const WINDOW_S = 12;
const SHORTEST_WINDOW_S = 1;

export let from_s = 0;
export let to_s = WINDOW_S;

/** The first window of a recording. */
export function showFirst() {
  from_s = traces.begin;
  to_s = from_s + Math.min(WINDOW_S, Math.max(traces.end - from_s, SHORTEST_WINDOW_S));
}

/** Move the window so that a time is in its middle, as far as the recording goes. */
export function show(middle) {
  const wide = to_s - from_s;
  from_s = Math.max(Math.min(middle - wide / 2, traces.end - wide), traces.begin);
  to_s = from_s + wide;
}

/** Make the window wider or narrower around a time. */
export function widen(by, middle) {
  const most = Math.max(traces.end - traces.begin, SHORTEST_WINDOW_S);
  to_s = from_s + Math.min(Math.max((to_s - from_s) * by, SHORTEST_WINDOW_S), most);
  show(middle);
}

/** Where a time is in the window, as a part of it. */
export function shareOfWindow(time) {
  return (time - from_s) / (to_s - from_s);
}

/** Where a time is in the whole recording, as a part of it. */
export function share(time) {
  return (time - traces.begin) / Math.max(traces.end - traces.begin, 0.1);
}

/** The time under the pointer in the lanes. */
export function timeAt(event) {
  const box = lanes.getBoundingClientRect();
  const time = from_s + ((event.clientX - box.left) / box.width) * (to_s - from_s);
  return Math.min(Math.max(time, traces.begin), traces.end);
}

/** The time under the pointer in the overview. */
export function wholeTimeAt(event) {
  const box = overview.getBoundingClientRect();
  const part = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  return traces.begin + part * (traces.end - traces.begin);
}
