// How far a measurement is; once it is over the page is loaded anew and shows what came of it.

import { ask, say } from "./server.js";

const EVERY_MS = 700;
const place = document.getElementById("job");
const bar = document.getElementById("bar");
const told = document.getElementById("told");

async function look() {
  try {
    const job = await ask("GET", `/api/jobs/${place.dataset.job}`);
    if (job.state !== "queued" && job.state !== "running") {
      window.location.reload();
      return;
    }
    if (job.share !== null) bar.value = job.share;
    const parts = [job.step ? say(`js.${job.step}`) : say("js.waiting")];
    if (job.share !== null) parts.push(`${Math.round(100 * job.share)} %`);
    if (job.left_s !== null) parts.push(left(job.left_s));
    told.textContent = parts.join(" · ");
  } catch {
    told.textContent = say("js.lost");
  }
  setTimeout(look, EVERY_MS);
}

function left(seconds) {
  if (seconds > 90) return say("js.minutes_left", { minutes: Math.round(seconds / 60) });
  return say("js.seconds_left", { seconds: Math.max(Math.round(seconds / 5) * 5, 5) });
}

look();
