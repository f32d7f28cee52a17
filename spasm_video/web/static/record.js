// The recording page: lamps before, tasks during; every second goes to the disk at once.

import { Refused, ask, number, say, sha256 } from "./server.js";

const LOOK_EVERY_MS = 700;
const SMALL_PX = 320; // of the picture that the lamps look at
const PIECE_MS = 1000;
const BITS_PER_S = 8_000_000;
const BEHIND_BYTES = 60_000_000;
const READY_S = 3; // to get ready before a task
const GOOD_FPS = 28;
const POOR_FPS = 15;
const TRY_AGAIN_MS = 500;

const get = (id) => document.getElementById(id);
const preview = get("preview");
let stream = null;
let phase = "before";

const tasks = await ask("GET", "/api/protocol");

// ---- the camera

async function open(id) {
  for (const track of stream ? stream.getTracks() : []) track.stop();
  stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 60 },
      ...(id ? { deviceId: { exact: id } } : { facingMode: "user" }),
    },
  });
  preview.srcObject = stream;
  await preview.play();
}

async function cameras() {
  const current = stream.getVideoTracks()[0].getSettings().deviceId;
  const found = (await navigator.mediaDevices.enumerateDevices()).filter(
    (one) => one.kind === "videoinput",
  );
  get("camera").replaceChildren(
    ...found.map((one, index) => {
      const option = document.createElement("option");
      option.value = one.deviceId;
      option.textContent = one.label || `${say("js.camera")} ${index + 1}`;
      option.selected = one.deviceId === current;
      return option;
    }),
  );
}

get("camera").addEventListener("change", () => open(get("camera").value).catch(noCamera));

function noCamera() {
  tell(say("js.no_camera"));
}

function tell(text) {
  get("trouble").textContent = text;
  get("trouble").hidden = !text;
}

// ---- the lamps

let fps = null;

/** Count what the camera really gives, by the times of its own pictures. */
function countFrames() {
  let count = 0;
  let began = null;
  const seen = (now) => {
    if (began === null) began = now;
    count += 1;
    if (now - began >= 1500) {
      fps = ((count - 1) * 1000) / (now - began);
      count = 1;
      began = now;
    }
    preview.requestVideoFrameCallback(seen);
  };
  if (preview.requestVideoFrameCallback) preview.requestVideoFrameCallback(seen);
  else fps = stream.getVideoTracks()[0].getSettings().frameRate || null;
}

const small = document.createElement("canvas");

async function look() {
  if (phase !== "before") return;
  try {
    if (preview.videoWidth) {
      const zoom = SMALL_PX / Math.max(preview.videoWidth, preview.videoHeight);
      small.width = Math.round(preview.videoWidth * zoom);
      small.height = Math.round(preview.videoHeight * zoom);
      const context = small.getContext("2d", { willReadFrequently: true });
      context.drawImage(preview, 0, 0, small.width, small.height);
      const pixels = context.getImageData(0, 0, small.width, small.height).data.buffer;
      const lights = await ask("POST", "/api/lamps", pixels, {
        "x-size": `${small.width}x${small.height}`,
        "x-camera-width": `${preview.videoWidth}`,
      });
      for (const name of ["face", "distance", "light", "head", "neck"]) {
        const light = lights.find((one) => one.lamp === name);
        show(name, light ? (light.is_fine ? "fine" : "poor") : "off", light && `js.${light.said}`);
      }
      const rate = fps === null ? null : fps >= GOOD_FPS ? "fine" : fps >= POOR_FPS ? "slow" : "poor";
      if (rate) show("rate", rate === "fine" ? "fine" : "poor", `js.rate_${rate}`);
      get("begin").disabled = false;
    }
  } catch (error) {
    if (error instanceof Refused) tell(error.message);
  }
  setTimeout(look, LOOK_EVERY_MS);
}

function show(name, state, key) {
  const row = get(`lamp-${name}`);
  row.dataset.state = state;
  const text = key ? say(key, { fps: number(fps, 0) }) : "";
  const said = row.querySelector("span");
  if (said.textContent !== text) said.textContent = text;
}

// ---- the recording

let recorder = null;
let video = null; // {id, at} on the server
let startedAt = 0;
let pending = 0;
let storing = Promise.resolve();

const seconds = () => (performance.now() - startedAt) / 1000;

function kind() {
  const wanted = ["video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm", "video/mp4"];
  return wanted.find((one) => MediaRecorder.isTypeSupported(one));
}

async function begin() {
  get("begin").disabled = true;
  const mimeType = kind();
  const suffix = mimeType.startsWith("video/mp4") ? "mp4" : "webm";
  const name = `recording ${new Date().toLocaleString("sv")}.${suffix}`;
  video = { ...(await ask("POST", "/api/videos", { name, is_recording: true })), at: 0 };
  recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_S });
  recorder.addEventListener("dataavailable", (event) => {
    if (!event.data.size) return;
    pending += event.data.size;
    if (pending > BEHIND_BYTES) tell(say("js.behind"));
    storing = storing.then(() => store(event.data));
  });
  const isOn = new Promise((wake) => recorder.addEventListener("start", wake, { once: true }));
  recorder.start(PIECE_MS);
  await isOn;
  startedAt = performance.now();
  phase = "during";
  get("before").hidden = true;
  get("during").hidden = false;
  get("live").hidden = false;
  window.addEventListener("beforeunload", warn);
  const lock = await navigator.wakeLock?.request("screen").catch(() => null);
  await lead();
  lock?.release();
  await end();
}

function warn(event) {
  event.preventDefault();
}

/** A second of the recording to the server, again and again until it is there. */
async function store(blob) {
  const bytes = await blob.arrayBuffer();
  for (let at = 0; at < bytes.byteLength; ) {
    const piece = bytes.slice(at, at + video.piece);
    const digest = await sha256(piece);
    try {
      const path = `/api/videos/${video.id}?offset=${video.at}`;
      const answer = await ask("PUT", path, piece, { "x-sha256": digest });
      at += answer.received - video.at;
      video.at = answer.received;
      if (!get("trouble").hidden) tell("");
    } catch (error) {
      if (error instanceof Refused && error.status === 409) {
        at += error.body.received - video.at;
        video.at = error.body.received;
      } else {
        tell(error instanceof Refused ? error.message : say("js.lost"));
        await new Promise((wake) => setTimeout(wake, TRY_AGAIN_MS));
      }
    }
  }
  pending -= blob.size;
}

// ---- the tasks

const spans = [];
let wish = null; // what a button asked for: repeat, skip, stop
let isPaused = false;

async function lead() {
  for (let index = 0; index < tasks.length; index += 1) {
    const task = tasks[index];
    const code = task.code.replace(/\d$/, "");
    get("place").textContent = say("js.place", { number: index + 1, all: tasks.length });
    get("task").textContent = say(`js.task_${task.code}`);
    get("say").textContent = say(`js.say_${task.code}`);
    get("picture").src = `/static/task_${code}.svg`;
    get("bar").value = 0;
    wish = null;
    await wait(READY_S, (left) => {
      get("left").textContent = say("js.get_ready");
      get("count").textContent = Math.ceil(left);
    });
    get("count").textContent = "";
    const ends = await wait(task.length_s, (left) => {
      get("left").textContent = `${Math.ceil(left)} s`;
      get("bar").value = 1 - left / task.length_s;
    }, (from, to) => keepSpan(task, from, to, false));
    if (wish === "repeat") {
      index -= 1;
      continue;
    }
    if (wish !== "skip") for (const [from, to] of ends) keepSpan(task, from, to, true);
    else tellSpans();
    if (wish === "stop") return;
  }
}

/**
 * Wait for some seconds of a task, pauses not counted; the spans that were not paused.
 * A button ends it early.
 */
function wait(length, tick, onSpan) {
  return new Promise((resolve) => {
    const found = [];
    let left = length;
    let from = seconds();
    let before = from;
    if (onSpan) onSpan(from, from + left);
    const step = () => {
      const now = seconds();
      if (isPaused) {
        if (from !== null) {
          found.push([from, now]);
          from = null;
        }
      } else {
        if (from === null) {
          from = now;
          left = length; // the task begins anew after a pause
          found.length = 0;
          if (onSpan) onSpan(from, from + left);
        } else left -= now - before;
        tick(Math.max(left, 0));
      }
      before = now;
      if (wish || left <= 0) {
        if (from !== null) found.push([from, now]);
        resolve(found);
      } else setTimeout(step, 100);
    };
    step();
  });
}

let open_ = null; // the task under way, as it will be if all goes on

function keepSpan(task, start_s, end_s, isDone) {
  const span = { code: task.code, start_s, end_s };
  if (isDone) {
    spans.push(span);
    open_ = null;
  } else open_ = span;
  tellSpans();
}

function tellSpans() {
  const all = open_ ? [...spans, open_] : spans;
  ask("PUT", `/api/videos/${video.id}/tasks`, all).catch(() => {});
}

get("begin").addEventListener("click", () => begin().catch(failed));
get("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  get("pause").textContent = say(isPaused ? "js.resume" : "js.pause");
  if (isPaused) get("left").textContent = say("js.paused");
});
for (const name of ["repeat", "skip", "stop"]) {
  get(name).addEventListener("click", () => {
    wish = name;
    if (isPaused) get("pause").click();
  });
}

function failed(error) {
  tell(error instanceof Refused ? error.message : say("js.lost"));
}

async function end() {
  phase = "after";
  get("record").dataset.phase = phase;
  const isOver = new Promise((wake) => recorder.addEventListener("stop", wake, { once: true }));
  recorder.stop();
  await isOver;
  for (const track of stream.getTracks()) track.stop();
  get("during").hidden = true;
  get("live").hidden = true;
  get("after").hidden = false;
  await storing;
  open_ = null;
  await ask("PUT", `/api/videos/${video.id}/tasks`, spans);
  await ask("POST", `/api/videos/${video.id}/whole`);
  window.removeEventListener("beforeunload", warn);
  get("saving").textContent = say("js.ready");
  get("measure").href = `/videos/${video.id}/measure`;
  get("measure").hidden = false;
  get("measure").focus();
}

try {
  await open();
  await cameras();
  countFrames();
  look();
} catch {
  noCamera();
}
