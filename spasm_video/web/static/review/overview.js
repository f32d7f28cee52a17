// The whole recording at a glance.

import { INK, SIDE_COLOUR, hatch, ready, shadeUnusable, weight } from "./ink.js";

/** Draw the whole recording: every event as a tick of its side, the window as a frame. */
export function drawOverview(canvas, traces, view) {
  const { context, width, height } = ready(canvas);
  const end = Math.max(traces.end, traces.begin + 0.1);
  const x = (time) => ((time - traces.begin) / (end - traces.begin)) * width;
  shadeUnusable(context, traces, traces.begin, end, x, height);
  for (const span of view.excluded) hatch(context, x(span.start_s), x(span.end_s), height);
  for (const event of view.events) {
    const isLeft = event.side === "left";
    context.globalAlpha = weight(event, view.excluded);
    context.fillStyle = SIDE_COLOUR[event.side];
    const wide = Math.max(x(event.offset_s) - x(event.onset_s), 2);
    context.fillRect(x(event.onset_s), isLeft ? 6 : height / 2 + 2, wide, height / 2 - 8);
  }
  context.globalAlpha = 1;
  context.strokeStyle = INK;
  context.lineWidth = 2;
  context.strokeRect(x(view.from) + 1, 1, Math.max(x(view.to) - x(view.from) - 2, 3), height - 2);
}
