// The traces of a recording and how they are drawn: five lanes, left and right in each.

const SIDE_COLOUR = { left: "#0b63a5", right: "#c2540a" };
const SIDE_TINT = { left: "#cfe3f4", right: "#fbdcc4" };
const INK = "#16212c";
const SOFT = "#55626f";
const LANE_GAP_PX = 8;
const FADED = 0.25; // of what does not count
const BELOW = 0.25; // of a lane, for movement the other way

/** The rows of the server's binary answer by name; times in s, displacements in mm. */
export class Traces {
  constructor(buffer, regions) {
    const rows = 1 + 2 * regions.length + 4;
    const all = new Float32Array(buffer);
    const count = all.length / rows;
    const row = (index) => all.subarray(index * count, (index + 1) * count);
    this.regions = regions;
    this.time = row(0);
    this.of = {};
    regions.forEach((region, index) => {
      this.of[region] = { left: row(1 + 2 * index), right: row(2 + 2 * index) };
    });
    this.usable = row(rows - 4);
    this.face = { x: row(rows - 3), y: row(rows - 2), mm: row(rows - 1) };
    this.top = Object.fromEntries(regions.map((region) => [region, this.#highest(region)]));
  }

  /** Of the first frame: a task of a longer recording begins within it. */
  get begin() {
    return this.time.length ? this.time[0] : 0;
  }

  /** Once the last frame has been shown. */
  get end() {
    const last = this.time.length - 1;
    if (last < 0) return 0;
    return this.time[last] + (last ? (this.time[last] - this.time[0]) / last : 0);
  }

  /** The index of the first frame at or after a time. */
  at(time) {
    let low = 0;
    let high = this.time.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Nearly the largest value of a region, so that one wild frame does not flatten the rest. */
  #highest(region) {
    const values = [];
    const step = Math.max(1, Math.floor(this.time.length / 4000));
    for (const side of ["left", "right"]) {
      const all = this.of[region][side];
      for (let i = 0; i < all.length; i += step) if (!Number.isNaN(all[i])) values.push(all[i]);
    }
    values.sort((one, two) => one - two);
    return values.length ? values[Math.floor(0.998 * (values.length - 1))] : 0;
  }
}

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

/** Whether an event peaks in one of some half-open spans. */
export function isWithin(event, spans) {
  return spans.some((span) => event.peak_s >= span.start_s && event.peak_s < span.end_s);
}

function counts(event, excluded) {
  return event.verdict !== "rejected" && !isWithin(event, excluded);
}

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
      context.globalAlpha = counts(event, excluded) ? 1 : FADED;
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

/** Draw the whole recording: every event as a tick of its side, the window as a frame. */
export function drawOverview(canvas, traces, view) {
  const { context, width, height } = ready(canvas);
  const end = Math.max(traces.end, traces.begin + 0.1);
  const x = (time) => ((time - traces.begin) / (end - traces.begin)) * width;
  shadeUnusable(context, traces, traces.begin, end, x, height);
  for (const span of view.excluded) hatch(context, x(span.start_s), x(span.end_s), height);
  for (const event of view.events) {
    const isLeft = event.side === "left";
    context.globalAlpha = counts(event, view.excluded) ? 1 : FADED;
    context.fillStyle = SIDE_COLOUR[event.side];
    const wide = Math.max(x(event.offset_s) - x(event.onset_s), 2);
    context.fillRect(x(event.onset_s), isLeft ? 6 : height / 2 + 2, wide, height / 2 - 8);
  }
  context.globalAlpha = 1;
  context.strokeStyle = INK;
  context.lineWidth = 2;
  context.strokeRect(x(view.from) + 1, 1, Math.max(x(view.to) - x(view.from) - 2, 3), height - 2);
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

function shadeUnusable(context, traces, from, to, x, height) {
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

function hatch(context, left, right, height) {
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

/** A time as a player shows it. */
export function clock(seconds, digits = 2) {
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = (seconds - 60 * minutes).toFixed(digits);
  return `${minutes}:${rest.padStart(digits ? digits + 3 : 2, "0")}`;
}
