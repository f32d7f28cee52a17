// The recording page: lamps before, tasks during; every second goes to the disk at once.

import { Refused, ask, say } from "./server.js";
import { close, countFrames, noCamera, offer, open, stream } from "./record/camera.js";
import { look, putOut } from "./record/lamps.js";
import { get, tell } from "./record/page.js";
import { start, stop, stored, video } from "./record/recording.js";
import { finish, lead } from "./record/tasks.js";

const tasks = await ask("GET", "/api/protocol");

async function begin() {
  get("begin").disabled = true;
  await start(stream);
  putOut();
  get("before").hidden = true;
  get("during").hidden = false;
  get("live").hidden = false;
  window.addEventListener("beforeunload", warn);
  const lock = await navigator.wakeLock?.request("screen").catch(() => null);
  await lead(tasks);
  lock?.release();
  await end();
}

function warn(event) {
  event.preventDefault();
}

function failed(error) {
  tell(error instanceof Refused ? error.message : say("js.lost"));
}

async function end() {
  get("record").dataset.phase = "after";
  await stop();
  close();
  get("during").hidden = true;
  get("live").hidden = true;
  get("after").hidden = false;
  await stored();
  await finish();
  await ask("POST", `/api/videos/${video.id}/whole`);
  window.removeEventListener("beforeunload", warn);
  get("saving").textContent = say("js.ready");
  get("measure").href = `/videos/${video.id}/measure`;
  get("measure").hidden = false;
  get("measure").focus();
}

get("begin").addEventListener("click", () => begin().catch(failed));

try {
  await open();
  await offer();
  countFrames();
  look();
} catch {
  noCamera();
}
