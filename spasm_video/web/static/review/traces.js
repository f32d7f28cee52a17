// The traces of a recording, five regions and two sides, and the times in it.

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

/** Whether an event peaks in one of some half-open spans. */
export function isWithin(event, spans) {
  return spans.some((span) => event.peak_s >= span.start_s && event.peak_s < span.end_s);
}

/** A time as a player shows it. */
export function clock(seconds, digits = 2) {
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = (seconds - 60 * minutes).toFixed(digits);
  return `${minutes}:${rest.padStart(digits ? digits + 3 : 2, "0")}`;
}
