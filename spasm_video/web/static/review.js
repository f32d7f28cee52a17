// The review page: look at each movement, say what it is; every change is kept at once.

import { Refused, ask, number, say } from "./server.js";
import { Traces, clock, drawLanes, drawOverview, isWithin, ready } from "./traces.js";

const LOOP_S = 2;
const WINDOW_S = 12;
const SHORTEST_WINDOW_S = 1;
const COUNT_AFTER_MS = 700;
const SMALL_DRAG_PX = 4;
const READABLE_MS = 6000;
const TRIM_STEP_S = 0.1;
const TRIM_LEAP_S = 5;
const SHORTEST_LEFT_S = 0.5;
const KEEP_AFTER_MS = 500; // after the last key on a handle
const HALF_WIDE_MM = 92;
const ABOVE_MM = 55;

const place = document.getElementById("review");
const api = `/api${place.dataset.base}`;
const get = (id) => document.getElementById(id);
const video = get("video");
const lanes = get("traces");
const overview = get("overview");

let state = null;
let traces = null;
let selected = null;
let marked = null;
let from = 0;
let to = WINDOW_S;
let loop = null;
let cursor = 0; // the moment in question where there is no video
let isStale = false; // lanes and overview wait to be drawn, once a frame of the screen
let isAsked = false;
let shownTime = null;
const trimming = { begin: null, end: null }; // where a handle is held, s
const undone = [];

if (lanes) start().catch(complain);

async function start() {
  const [told, answer] = await Promise.all([ask("GET", `${api}/review`), fetch(`${api}/signals`)]);
  state = told;
  if (!answer.ok) throw new Refused(answer.status, await answer.json());
  traces = new Traces(await answer.arrayBuffer(), state.regions);
  get("reading").hidden = true;
  from = cursor = traces.begin;
  to = from + Math.min(WINDOW_S, Math.max(traces.end - from, SHORTEST_WINDOW_S));
  list();
  tellVersions();
  draw();
  showHalves();
  place.dataset.ready = "yes";
  if (state.events.length) select(state.events[0], { isQuiet: true });
}

// ---- drawing

function view() {
  return {
    from, to, selected, marked, number,
    events: state.events,
    excluded: shownSpans(),
    limits: state.limits_mm,
    names: Object.fromEntries(state.regions.map((r) => [r, say(`word.region_${r}`)])),
  };
}

function redraw() {
  isStale = true;
  soon();
}

/** Draw before the screen shows its next frame, however much happens until then. */
function soon() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    if (!traces) return;
    if (isStale) draw();
    moveLine();
    if (video && !video.paused) soon();
  });
}

function draw() {
  isStale = false;
  shownTime = null;
  drawLanes(lanes, traces, view());
  drawOverview(overview, traces, view());
  get("window").textContent = say("js.window", { seconds: number(to - from, 0) });
  placeHandles();
  moveLine();
}

if (lanes) {
  new ResizeObserver(() => {
    redraw();
    showHalves();
  }).observe(lanes);
}

function now() {
  return video ? video.currentTime : cursor;
}

/** The line is an element of its own: nothing is drawn anew while it moves. */
function moveLine() {
  const time = now();
  if (loop && video && !video.paused && get("loop").checked && time >= loop[1]) {
    video.currentTime = loop[0];
  }
  if (time === shownTime) return;
  shownTime = time;
  if (video) get("clock").textContent = clock(time);
  at("line", (time - from) / (to - from), lanes);
  at("line-whole", share(time), overview);
}

function at(id, part, canvas) {
  get(id).style.transform = `translateX(${Math.round(part * canvas.clientWidth) - 1}px)`;
  get(id).hidden = part < 0 || part > 1;
}

function share(time) {
  return (time - traces.begin) / Math.max(traces.end - traces.begin, 0.1);
}

/** The halves are drawn when the video has another picture to show, and only then. */
function watchPictures() {
  if (video.requestVideoFrameCallback) {
    const next = () => {
      showHalves();
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  } else {
    for (const kind of ["loadeddata", "seeked", "timeupdate"]) video.addEventListener(kind, showHalves);
  }
}

/** This half of the face, and the other one mirrored onto it. */
function showHalves() {
  if (!traces || !video) return;
  const canvas = get("mirrored");
  const { context, width, height } = ready(canvas);
  if (!video.videoWidth || !traces.time.length) return;
  const time = selected ? selected.peak_s : video.currentTime;
  const i = Math.min(traces.at(time), traces.time.length - 1);
  const { x, y, mm } = traces.face;
  if (Number.isNaN(x[i])) return;
  const perMm = mm[i] * video.videoWidth; // px of the video
  const midX = x[i] * video.videoWidth;
  const high = HALF_WIDE_MM * perMm * (height / (width / 2));
  const top = y[i] * video.videoHeight - ABOVE_MM * perMm;
  const wide = HALF_WIDE_MM * perMm;
  const isLeft = !selected || selected.side === "left";
  // The person's left is on the right of an unmirrored picture.
  const own = isLeft ? midX : midX - wide;
  const other = isLeft ? midX - wide : midX;
  context.drawImage(video, own, top, wide, high, 0, 0, width / 2 - 1, height);
  context.save();
  context.translate(width, 0);
  context.scale(-1, 1);
  context.drawImage(video, other, top, wide, high, 0, 0, width / 2 - 1, height);
  context.restore();
}

// ---- choosing

function select(event, { isQuiet = false } = {}) {
  selected = event;
  marked = null;
  const middle = (event.onset_s + event.offset_s) / 2;
  loop = [Math.max(middle - LOOP_S / 2, 0), Math.max(middle + LOOP_S / 2, event.offset_s + 0.2)];
  if (event.onset_s < from || event.offset_s > to) show(middle);
  if (video) {
    video.currentTime = loop[0];
    if (!isQuiet) play();
  }
  const said = say(`word.side_${event.side}`);
  get("selected").textContent = say("js.event", { time: clock(event.onset_s), side: said });
  get("edit").hidden = false;
  fill();
  showHalves();
  for (const row of document.querySelectorAll("#events tbody tr")) {
    const isOn = row.event === event;
    row.setAttribute("aria-selected", isOn);
    if (isOn) reveal(row);
  }
  redraw();
}

/** Scroll the list, never the page. */
function reveal(row) {
  const box = row.closest(".event-list");
  const top = row.offsetTop - 40;
  if (top < box.scrollTop) box.scrollTop = top;
  const bottom = row.offsetTop + row.offsetHeight + 8;
  if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}

function fill() {
  const on = (name, value) => {
    for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = Array.isArray(value) ? value.includes(input.value) : input.value === value;
    }
  };
  on("side", selected.side);
  on("kind", selected.kind);
  on("region", selected.regions);
  get("accept").setAttribute("aria-pressed", selected.verdict === "accepted");
  get("reject").setAttribute("aria-pressed", selected.verdict === "rejected");
  if (video) get("half").textContent = say(`js.half_${selected.side}`);
  get("add").disabled = get("exclude").disabled = marked === null;
}

function step(by) {
  if (!state.events.length) return;
  const at = state.events.indexOf(selected);
  const next = Math.min(Math.max(at + by, 0), state.events.length - 1);
  if (next !== at) select(state.events[next]);
}

function show(middle) {
  const wide = to - from;
  from = Math.max(Math.min(middle - wide / 2, traces.end - wide), traces.begin);
  to = from + wide;
}

function zoom(by) {
  const middle = selected ? (selected.onset_s + selected.offset_s) / 2 : (from + to) / 2;
  const most = Math.max(traces.end - traces.begin, SHORTEST_WINDOW_S);
  to = from + Math.min(Math.max((to - from) * by, SHORTEST_WINDOW_S), most);
  show(middle);
  redraw();
}

// ---- editing

async function edit(event, changes, { isUndo = false } = {}) {
  await keep(async () => {
    const before = { ...event }; // as it is when its turn comes, not when the key was pressed
    const wanted = { ...before, ...changes };
    const { event: kept } = await ask("PUT", `${api}/events`, {
      measured: wanted.measured, number: wanted.number, verdict: wanted.verdict,
      onset_s: wanted.onset_s, offset_s: wanted.offset_s,
      side: wanted.side, kind: wanted.kind, regions: wanted.regions, seen: event.mark || "",
    });
    Object.assign(event, kept);
    if (!isUndo) remember(() => takeBack(event, before));
  }, event);
}

/** To what an event was before: open and untouched means that its row goes. */
async function takeBack(event, before) {
  if (before.number) {
    await edit(event, before, { isUndo: true });
    return;
  }
  await keep(async () => {
    const seen = encodeURIComponent(event.mark);
    await ask("DELETE", `${api}/events/${event.number}?seen=${seen}`);
    if (before.measured) Object.assign(event, before);
    else remove(event);
  }, event);
}

async function add() {
  if (!marked) return;
  const side = selected ? selected.side : state.events[0]?.side || "left";
  const [onset_s, offset_s] = marked;
  const event = {
    measured: 0, number: 0, verdict: "accepted", onset_s, offset_s, peak_s: onset_s, side,
    kind: offset_s - onset_s >= 1 ? "tonic" : "clonic", regions: strongest(onset_s, offset_s, side),
  };
  const untouched = { ...event };
  state.events.push(event);
  await edit(event, {}, { isUndo: true });
  if (!event.number) {
    remove(event);
    return;
  }
  remember(() => takeBack(event, untouched));
  state.events.sort((one, two) => one.onset_s - two.onset_s);
  list();
  select(event);
}

function remove(event) {
  state.events = state.events.filter((one) => one !== event);
  if (selected === event) {
    selected = null;
    get("edit").hidden = true;
  }
}

/** The regions that move beyond their limit within a span; the strongest one at least. */
function strongest(start, end, side) {
  const other = side === "left" ? "right" : "left";
  const sizes = state.regions.map((region) => {
    let most = 0;
    for (let i = traces.at(start); i < traces.at(end); i += 1) {
      const apart = traces.of[region][side][i] - traces.of[region][other][i];
      if (apart > most) most = apart;
    }
    return { region, over: most / (state.limits_mm[region] || Infinity) };
  });
  const beyond = sizes.filter((one) => one.over >= 1).map((one) => one.region);
  sizes.sort((one, two) => two.over - one.over);
  return beyond.length ? beyond : [sizes[0].region];
}

async function exclude({ isUndo = false } = {}) {
  if (!marked) return;
  const [start_s, end_s] = marked;
  await keep(async () => {
    const { number: row } = await ask("POST", `${api}/excluded`, { start_s, end_s });
    const span = { number: row, start_s, end_s };
    state.excluded.push(span);
    marked = null;
    if (!isUndo) remember(() => include(span));
  });
}

/** Undo of taking a span in: it is left out again. */
function remindOf(span) {
  remember(async () => {
    marked = [span.start_s, span.end_s];
    await exclude({ isUndo: true });
  });
}

async function include(span) {
  await keep(async () => {
    await ask("DELETE", `${api}/excluded/${span.number}`);
    state.excluded = state.excluded.filter((one) => one !== span);
  });
}

async function takeIn(span) {
  if (!state.excluded.includes(span)) return;
  await include(span);
  if (!state.excluded.includes(span)) remindOf(span);
}

// ---- trimming: what lies before the beginning or after the end is left out

const NEAR_S = 1e-3;

function isAtEdge(span, edge) {
  const isEarly = span.start_s <= traces.begin + NEAR_S;
  return edge === "begin" ? isEarly : !isEarly && span.end_s >= traces.end - NEAR_S;
}

/** Where the recording begins or ends now; where it does by itself without a trim. */
function edgeAt(edge) {
  if (trimming[edge] !== null) return trimming[edge];
  const spans = state.excluded.filter((span) => isAtEdge(span, edge));
  return edge === "begin"
    ? Math.max(traces.begin, ...spans.map((span) => span.end_s))
    : Math.min(traces.end, ...spans.map((span) => span.start_s));
}

/** What is left out, with an end as it is held just now. */
function shownSpans() {
  const held = ["begin", "end"].filter((edge) => trimming[edge] !== null);
  return [
    ...state.excluded.filter((span) => !held.some((edge) => isAtEdge(span, edge))),
    ...held.map((edge) => edge === "begin"
      ? { start_s: traces.begin, end_s: trimming.begin }
      : { start_s: trimming.end, end_s: traces.end }),
  ];
}

/** A handle is held somewhere: shown, but not yet kept. */
function hold(edge, time) {
  const most = edgeAt("end") - SHORTEST_LEFT_S;
  const least = edgeAt("begin") + SHORTEST_LEFT_S;
  trimming[edge] = edge === "begin"
    ? Math.max(Math.min(time, most), traces.begin)
    : Math.min(Math.max(time, least), traces.end);
  redraw();
}

/** Keep an end where its handle is held; at home nothing is left out there. */
async function keepTrim(edge, { isUndo = false } = {}) {
  const time = trimming[edge];
  if (time === null) return;
  const isHome = (one) => Math.abs(one - (edge === "begin" ? traces.begin : traces.end)) < NEAR_S;
  await keep(async () => {
    trimming[edge] = null;
    const before = edgeAt(edge);
    if (Math.abs(before - time) < NEAR_S) return;
    const { excluded } = await ask("PUT", `${api}/trim`, { edge, at_s: isHome(time) ? null : time });
    state.excluded = excluded;
    if (!isUndo) {
      remember(() => {
        trimming[edge] = before;
        return keepTrim(edge, { isUndo: true });
      });
    }
  });
}

function trimTo(edge, time) {
  hold(edge, time);
  return keepTrim(edge);
}

function placeHandles() {
  for (const edge of place.dataset.edit ? ["begin", "end"] : []) {
    const handle = get(`trim-${edge}`);
    const time = edgeAt(edge);
    handle.style.left = `${100 * share(time)}%`;
    handle.setAttribute("aria-valuemin", traces.begin.toFixed(2));
    handle.setAttribute("aria-valuemax", traces.end.toFixed(2));
    handle.setAttribute("aria-valuenow", time.toFixed(2));
    handle.setAttribute("aria-valuetext", clock(time, 1));
    handle.classList.toggle("trimmed", share(time) > 0 && share(time) < 1);
  }
}

/** What is left out, each to be taken in again. */
function listSpans() {
  get("left-out").replaceChildren(
    ...state.excluded.map((span) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const times = `${clock(span.start_s, 1)}–${clock(span.end_s, 1)}`;
      button.className = "button quiet";
      button.textContent = place.dataset.edit ? `${times} ×` : times;
      button.disabled = !place.dataset.edit;
      button.title = say("js.take_in");
      button.setAttribute("aria-label", `${say("js.take_in")}: ${times}`);
      button.addEventListener("click", () => takeIn(span));
      item.append(button);
      return item;
    }),
  );
  get("left-out-row").hidden = !state.excluded.length;
}

for (const edge of lanes && place.dataset.edit ? ["begin", "end"] : []) {
  const handle = get(`trim-${edge}`);
  let isHeld = false;
  let waiting = 0;
  handle.addEventListener("pointerdown", (event) => {
    if (!traces) return;
    isHeld = true;
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (isHeld) hold(edge, wholeTimeAt(event));
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    handle.addEventListener(kind, () => {
      isHeld = false;
      keepTrim(edge);
    });
  }
  handle.addEventListener("keydown", (event) => {
    if (!traces || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = {
      ArrowLeft: -TRIM_STEP_S, ArrowDown: -TRIM_STEP_S, ArrowRight: TRIM_STEP_S,
      ArrowUp: TRIM_STEP_S, PageDown: -TRIM_LEAP_S, PageUp: TRIM_LEAP_S,
      Home: -Infinity, End: Infinity,
    }[event.key];
    if (by === undefined) return;
    hold(edge, edgeAt(edge) + by);
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(() => keepTrim(edge), KEEP_AFTER_MS);
  });
  handle.addEventListener("blur", () => {
    clearTimeout(waiting);
    if (!isHeld) keepTrim(edge);
  });
}

async function acceptAll() {
  for (const event of state.events.filter((one) => one.verdict === "open")) {
    if (event.verdict === "open") await edit(event, { verdict: "accepted" });
  }
}

/** Whether somebody changed the same review in another window. */
function isElsewhere(error) {
  return error instanceof Refused && (error.status === 409 || error.status === 404);
}

/** The review as it is on the server now; events that are known keep their place and undo. */
async function refresh() {
  const fresh = await ask("GET", `${api}/review`);
  const key = (one) => (one.measured ? `m${one.measured}` : `n${one.number}`);
  const known = new Map(state.events.map((one) => [key(one), one]));
  const events = fresh.events.map((one) => Object.assign(known.get(key(one)) || {}, one));
  if (selected && !events.includes(selected)) remove(selected);
  state = { ...fresh, events };
}

/** Edits of another window are seen once this one is looked at again. */
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !traces) return;
  line = line.then(async () => {
    await refresh();
    list();
    if (selected) fill();
    redraw();
    tellVersions();
  }).catch(complain);
});

let line = Promise.resolve(); // edits reach the server in the order they were made

let readableUntil = 0;

function keep(work, event = null) {
  line = line.then(async () => {
    try {
      await work();
      if (performance.now() > readableUntil) get("trouble").hidden = true;
    } catch (error) {
      if (isElsewhere(error)) await refresh().catch(() => {});
      if (isElsewhere(error) && state.events.includes(event)) select(event, { isQuiet: true });
      complain(error);
    }
    list();
    if (selected) fill();
    redraw();
    count();
  });
  return line;
}

function remember(back) {
  undone.push(back);
  get("undo").disabled = false;
}

async function undo() {
  const back = undone.pop();
  get("undo").disabled = undone.length === 0;
  if (back) await back();
}

let counting = 0;

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

function tellVersions(isCounting = false) {
  const told = (version) => {
    if (!version) return isCounting ? say("js.counting") : "–";
    return `${version.headline}, ${say("js.a_minute", { rate: version.rate })}`;
  };
  get("measured").textContent = told(state.measured);
  get("reviewed").textContent = told(state.reviewed);
  const judged = state.events.filter((one) => one.verdict !== "open").length;
  get("judged").textContent = say("js.judged", { judged, all: state.events.length });
}

function complain(error) {
  const trouble = get("trouble");
  if (!trouble) return;
  trouble.hidden = false;
  if (isElsewhere(error)) {
    readableUntil = performance.now() + READABLE_MS;
    trouble.textContent = say("js.elsewhere");
  } else trouble.textContent = error instanceof Refused ? error.message : say("js.lost");
}

// ---- the list

function list() {
  listSpans();
  const body = document.querySelector("#events tbody");
  body.replaceChildren(
    ...state.events.map((event) => {
      const row = document.createElement("tr");
      row.event = event;
      row.className = isWithin(event, state.excluded) ? `${event.verdict} out` : event.verdict;
      row.setAttribute("aria-selected", event === selected);
      const choose = document.createElement("button");
      choose.textContent = clock(event.onset_s);
      const side = cell(say(`word.side_${event.side}`));
      side.className = event.side;
      const isOut = isWithin(event, state.excluded);
      const told = [
        say(`js.${event.verdict}`),
        ...(event.measured ? [] : [say("js.added")]), ...(isOut ? [say("js.out")] : []),
      ].join(", ");
      const first = document.createElement("td");
      first.append(choose);
      const size = cell(number(event.amplitude_mm));
      size.className = "n";
      row.append(
        first, side, cell(say(`word.${event.kind}`)),
        cell(event.regions.map((one) => say(`word.region_${one}`)).join(", ")), size, cell(told),
      );
      row.addEventListener("click", () => select(event));
      return row;
    }),
  );
}

function cell(text) {
  const made = document.createElement("td");
  made.textContent = text;
  return made;
}

// ---- the player

function play() {
  if (!video) return;
  video.playbackRate = Number(get("speed").value);
  if (loop && get("loop").checked && (video.currentTime < loop[0] || video.currentTime >= loop[1])) {
    video.currentTime = loop[0];
  }
  video.play();
}

function frame(by) {
  if (!video) return;
  video.pause();
  const at = traces.at(video.currentTime - 1e-4);
  const next = Math.min(Math.max(at + by, 0), traces.time.length - 1);
  video.currentTime = traces.time[next] + 0.001;
}

if (video) {
  video.addEventListener("error", () => {
    get("trouble").hidden = false;
    get("trouble").textContent = say("js.no_h264");
  });
  video.addEventListener("play", () => {
    get("play").textContent = say("js.pause");
    soon();
  });
  video.addEventListener("seeking", soon);
  video.addEventListener("seeked", () => {
    if (wanted !== null) video.currentTime = wanted;
    wanted = null;
    soon();
  });
  video.addEventListener("timeupdate", soon);
  watchPictures();
  video.addEventListener("pause", () => { get("play").textContent = say("js.play"); });
  get("play").addEventListener("click", () => (video.paused ? play() : video.pause()));
  get("back").addEventListener("click", () => frame(-1));
  get("on").addEventListener("click", () => frame(1));
  get("speed").addEventListener("change", () => {
    video.playbackRate = Number(get("speed").value);
  });
}

const clicks = {
  accept: () => judge("accepted"),
  reject: () => judge("rejected"),
  previous: () => step(-1),
  next: () => step(1),
  undo,
  add,
  exclude: () => exclude(),
  "begin-here": () => trimTo("begin", now()),
  "end-here": () => trimTo("end", now()),
  "accept-all": acceptAll,
  in: () => zoom(0.5),
  out: () => zoom(2),
};
for (const [id, act] of Object.entries(clicks)) get(id)?.addEventListener("click", act);

async function judge(verdict) {
  if (!selected) return;
  const kept = edit(selected, { verdict });
  step(1); // at once: the next key is for the next one
  await kept;
}

for (const name of ["side", "kind", "region"]) {
  for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
    input.addEventListener("change", () => {
      if (!selected) return;
      if (name === "region") toggle(input.value, input);
      else edit(selected, { [name]: input.value });
    });
  }
}

function toggle(region) {
  const has = selected.regions.includes(region);
  const regions = has
    ? selected.regions.filter((one) => one !== region)
    : [...selected.regions, region];
  if (regions.length) edit(selected, { regions });
  else fill();
}

const keys = {
  b: () => trimTo("begin", now()),
  e: () => trimTo("end", now()),
  "[": () => trimTo("begin", now()),
  "]": () => trimTo("end", now()),
  a: () => judge("accepted"),
  r: () => judge("rejected"),
  s: () => selected && edit(selected, { side: selected.side === "left" ? "right" : "left" }),
  k: () => selected && edit(selected, { kind: selected.kind === "clonic" ? "tonic" : "clonic" }),
  n: add,
  x: () => exclude(),
  u: undo,
  " ": () => video && (video.paused ? play() : video.pause()),
  ArrowUp: () => step(-1),
  ArrowDown: () => step(1),
  ArrowLeft: () => frame(-1),
  ArrowRight: () => frame(1),
  "+": () => zoom(0.5),
  "-": () => zoom(2),
};

document.addEventListener("keydown", (event) => {
  const isModified = event.ctrlKey || event.metaKey || event.altKey;
  if (!traces || (isModified && !event.getModifierState("AltGraph"))) return; // brackets need AltGr
  const isField = event.target.matches("select, input[type=radio]") || event.target.isContentEditable;
  const isButton = event.target.matches("button, summary, a, input") && event.key === " ";
  if ((isField && event.key.startsWith("Arrow")) || isButton) return;
  const isLook = /^(Arrow|\+|-| )/.test(event.key);
  if (!isLook && !place.dataset.edit) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const region = state.regions[Number(key) - 1];
  if (selected && region && key !== " ") toggle(region);
  else if (keys[key]) keys[key]();
  else return;
  event.preventDefault();
});

// ---- the mouse on the traces

/** The time under the pointer in the overview. */
function wholeTimeAt(event) {
  const box = overview.getBoundingClientRect();
  const part = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  return traces.begin + part * (traces.end - traces.begin);
}

let wanted = null; // where the video shall go once it has shown where it went

/** Look at a moment; the loop is that of a movement, and ends. */
function goTo(time) {
  cursor = time;
  loop = null;
  if (video) {
    if (video.seeking) wanted = time;
    else video.currentTime = time;
  }
  redraw();
}

if (lanes) {
  const timeAt = (event) => {
    const box = lanes.getBoundingClientRect();
    const time = from + ((event.clientX - box.left) / box.width) * (to - from);
    return Math.min(Math.max(time, traces.begin), traces.end);
  };
  let down = null;
  lanes.addEventListener("pointerdown", (event) => {
    if (!traces) return;
    down = { x: event.clientX, time: timeAt(event) };
    lanes.setPointerCapture(event.pointerId);
  });
  lanes.addEventListener("pointermove", (event) => {
    if (!down || Math.abs(event.clientX - down.x) < SMALL_DRAG_PX) return;
    marked = [down.time, timeAt(event)].sort((one, two) => one - two);
    get("add").disabled = get("exclude").disabled = false;
    redraw();
  });
  lanes.addEventListener("pointerup", (event) => {
    if (!down) return;
    const time = down.time;
    const isClick = Math.abs(event.clientX - down.x) < SMALL_DRAG_PX;
    down = null;
    if (!isClick) return;
    const span = state.excluded.find((one) => time >= one.start_s && time < one.end_s);
    const hit = state.events.find((one) => time >= one.onset_s - 0.1 && time <= one.offset_s + 0.1);
    if (hit) select(hit);
    else if (span && place.dataset.edit) takeIn(span);
    else {
      marked = null;
      get("add").disabled = get("exclude").disabled = true;
      goTo(time);
    }
  });
  lanes.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      show((from + to) / 2 + ((event.deltaX || event.deltaY) / 400) * (to - from));
      redraw();
    } else zoom(event.deltaY > 0 ? 1.25 : 0.8);
  }, { passive: false });
  const go = (event) => {
    if (!traces) return;
    const time = wholeTimeAt(event);
    show(time);
    goTo(time);
  };
  overview.addEventListener("pointerdown", (event) => {
    overview.setPointerCapture(event.pointerId);
    go(event);
  });
  overview.addEventListener("pointermove", (event) => {
    if (event.buttons) go(event);
  });
}
