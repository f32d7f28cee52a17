// The hand that draws lanes and overview: colours, and what both of them show alike.

import { isWithin } from "./traces.js";

export const SIDE_COLOUR = { left: "#0b63a5", right: "#c2540a" };
export const SIDE_TINT = { left: "#cfe3f4", right: "#fbdcc4" };
export const INK = "#16212c";
export const SOFT = "#55626f";
const FADED = 0.25; // of what does not count

/** Fit a canvas to its place on the screen; its context in CSS pixels, cleared. */
export function ready(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** How opaque an event is: faded where it does not count. */
export function weight(event, excluded) {
  return event.verdict !== "rejected" && !isWithin(event, excluded) ? 1 : FADED;
}

/** Grey where a recording cannot be used. */
export function shadeUnusable(context, traces, from, to, x, height) {
  context.fillStyle = "#e8ecf0";
  const last = traces.at(to);
  let began = null;
  for (let i = traces.at(from); i <= last; i += 1) {
    const isOut = i < last && traces.usable[i] < 0.5;
    if (isOut && began === null) began = traces.time[i];
    if (!isOut && began !== null) {
      const until = i < traces.time.length ? traces.time[i] : traces.end;
      context.fillRect(x(began), 0, Math.max(x(until) - x(began), 1), height);
      began = null;
    }
  }
}

/** Hatched where a span is left out. */
export function hatch(context, left, right, height) {
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  context.fillStyle = "#f3f5f7";
  context.fillRect(left, 0, right - left, height);
  context.strokeStyle = "#b3bcc5";
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = left - height; at < right; at += 8) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.stroke();
  context.restore();
}
