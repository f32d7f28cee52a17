// The moment that is looked at, and the loop around a movement.

import { get, video } from "./page.js";

export let loop = null; // [from, to] in s
let cursor = 0; // the moment in question where there is no video

export function now() {
  return video ? video.currentTime : cursor;
}

export function point(time) {
  cursor = time;
}

/** Play a span again and again; null: go on beyond it. */
export function repeat(span) {
  loop = span;
}

/** Begin anew at the end of the loop. */
export function turn(time) {
  if (loop && video && !video.paused && get("loop").checked && time >= loop[1]) {
    video.currentTime = loop[0];
  }
}
