// The lanes of a window of time: a region each, left and right in it, with the events.

import { INK, SIDE_COLOUR, SIDE_TINT, SOFT, hatch, ready, shadeUnusable, weight } from "./ink.js";
import { clock } from "./traces.js";

const LANE_GAP_PX = 8;
const BELOW = 0.25; // of a lane, for movement the other way

/** Draw the lanes of a window [from, to] of the recording with the events in it. */
export function drawLanes(canvas, traces, view) {
  const { context, width, height } = ready(canvas);
  const { from, to, events, selected, limits, names, excluded, marked } = view;
  const x = (time) => ((time - from) / (to - from)) * width;
  const axis = 18;
  const lane = (height - axis) / traces.regions.length;
  shadeUnusable(context, traces, from, to, x, height - axis);
  for (const span of excluded) hatch(context, x(span.start_s), x(span.end_s), height - axis);
  for (const event of events) {
    if (event.offset_s < from || event.onset_s > to) continue;
    traces.regions.forEach((region, index) => {
      if (!event.regions.includes(region)) return;
      const left = x(event.onset_s);
      const wide = Math.max(x(event.offset_s) - left, 2);
      context.globalAlpha = weight(event, excluded);
      context.fillStyle = SIDE_TINT[event.side];
      context.fillRect(left, index * lane + 2, wide, lane - LANE_GAP_PX + 2);
      if (event === selected) {
        context.strokeStyle = INK;
        context.lineWidth = 2;
        context.strokeRect(left, index * lane + 2, wide, lane - LANE_GAP_PX + 2);
      }
      context.globalAlpha = 1;
    });
  }
  if (marked) {
    context.fillStyle = "rgba(224, 161, 0, .28)";
    context.fillRect(x(marked[0]), 0, x(marked[1]) - x(marked[0]), height - axis);
  }
  traces.regions.forEach((region, index) => {
    const top = Math.max(traces.top[region], 1.5 * (limits[region] || 0.3), 0.3);
    const base = (index + 1) * lane - LANE_GAP_PX - BELOW * (lane - LANE_GAP_PX);
    const unit = ((1 - BELOW) * (lane - LANE_GAP_PX)) / (1.08 * top);
    const y = (mm) => base - mm * unit;
    line(context, 0, width, base, "#d9dfe5");
    if (limits[region]) {
      context.setLineDash([2, 3]);
      line(context, 0, width, y(limits[region]), "#7b8794");
      context.setLineDash([]);
    }
    context.save();
    context.beginPath();
    context.rect(0, index * lane, width, lane - 2);
    context.clip();
    for (const side of ["left", "right"]) {
      curve(context, traces, traces.of[region][side], from, to, x, y, width, SIDE_COLOUR[side]);
    }
    context.restore();
    context.font = "600 13px sans-serif";
    context.lineWidth = 3;
    context.strokeStyle = "rgba(255,255,255,.85)";
    context.strokeText(names[region], 8, index * lane + 17);
    context.fillStyle = INK;
    context.fillText(names[region], 8, index * lane + 17);
    context.font = "12px sans-serif";
    context.fillStyle = SOFT;
    context.textAlign = "right";
    context.fillText(`${view.number(top)} mm`, width - 6, index * lane + 16);
    context.textAlign = "left";
  });
  ticks(context, from, to, x, height, width);
}

function curve(context, traces, values, from, to, x, y, width, colour) {
  const first = Math.max(traces.at(from) - 1, 0);
  const last = Math.min(traces.at(to) + 1, traces.time.length);
  context.beginPath();
  let isDown = false;
  if (last - first <= 2 * width) {
    for (let i = first; i < last; i += 1) {
      if (Number.isNaN(values[i])) isDown = false;
      else if (isDown) context.lineTo(x(traces.time[i]), y(values[i]));
      else {
        context.moveTo(x(traces.time[i]), y(values[i]));
        isDown = true;
      }
    }
  } else {
    // The lowest and highest value of each column: a twitch of one frame stays in sight.
    let column = -1;
    let low = 0;
    let high = 0;
    for (let i = first; i <= last; i += 1) {
      const at = i < last ? Math.floor(x(traces.time[i])) : -2;
      const value = i < last ? values[i] : NaN;
      if (at !== column) {
        if (column >= 0 && low <= high) {
          if (isDown) context.lineTo(column, y(high));
          else context.moveTo(column, y(high));
          context.lineTo(column, y(low));
          isDown = true;
        } else if (column >= 0) isDown = false;
        column = at;
        low = Infinity;
        high = -Infinity;
      }
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.lineJoin = "round";
  context.stroke();
}

function line(context, left, right, y, colour) {
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
}

function ticks(context, from, to, x, height, width) {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120];
  const step = steps.find((one) => (to - from) / one <= 12) || 300;
  context.font = "12px sans-serif";
  context.fillStyle = SOFT;
  context.textAlign = "center";
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    if (x(time) > 20 && x(time) < width - 20) {
      context.fillText(clock(time, step < 1 ? 1 : 0), x(time), height - 4);
    }
  }
  context.textAlign = "left";
}
