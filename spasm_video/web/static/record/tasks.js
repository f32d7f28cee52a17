// The tasks of a guided recording, one after the other, and when each was done.

import { ask, say } from "../server.js";
import { get } from "./page.js";
import { seconds, video } from "./recording.js";

const READY_S = 3; // to get ready before a task
const TICK_MS = 100;

const spans = [];
let underWay = null; // the task under way, as it will be if all goes on
let wish = null; // what a button asked for: repeat, skip, stop
let isPaused = false;

/** Lead through all tasks, or until it is stopped. */
export async function lead(tasks) {
  for (let index = 0; index < tasks.length; index += 1) {
    const task = tasks[index];
    announce(task, index, tasks.length);
    wish = null;
    await wait(READY_S, (left) => {
      get("left").textContent = say("js.get_ready");
      get("count").textContent = Math.ceil(left);
    });
    get("count").textContent = "";
    const done = await wait(task.length_s, (left) => {
      get("left").textContent = `${Math.ceil(left)} s`;
      get("bar").value = 1 - left / task.length_s;
    }, (from, to) => keepSpan(task, from, to, false));
    if (wish === "repeat") {
      index -= 1;
      continue;
    }
    if (wish !== "skip") for (const [from, to] of done) keepSpan(task, from, to, true);
    else tellSpans().catch(() => {});
    if (wish === "stop") return;
  }
}

function announce(task, index, all) {
  const code = task.code.replace(/\d$/, "");
  get("place").textContent = say("js.place", { number: index + 1, all });
  get("task").textContent = say(`js.task_${task.code}`);
  get("say").textContent = say(`js.say_${task.code}`);
  get("picture").src = `/static/task_${code}.svg`;
  get("bar").value = 0;
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
      } else setTimeout(step, TICK_MS);
    };
    step();
  });
}

function keepSpan(task, start_s, end_s, isDone) {
  const span = { code: task.code, start_s, end_s };
  if (isDone) {
    spans.push(span);
    underWay = null;
  } else underWay = span;
  tellSpans().catch(() => {});
}

function tellSpans() {
  const all = underWay ? [...spans, underWay] : spans;
  return ask("PUT", `/api/videos/${video.id}/tasks`, all);
}

/** What was done is kept; nothing is under way any more. Throws Refused. */
export function finish() {
  underWay = null;
  return tellSpans();
}

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
