// The recording itself: every second goes to the server at once, until it is there.

import { Refused, ask, say, sha256 } from "../server.js";
import { get, tell } from "./page.js";

const PIECE_MS = 1000;
const BITS_PER_S = 8_000_000;
const BEHIND_BYTES = 60_000_000;
const TRY_AGAIN_MS = 500;

export let video = null; // {id, at} on the server
let recorder = null;
let startedAt = 0;
let pending = 0;
let storing = Promise.resolve();

/** Since the recording began. */
export const seconds = () => (performance.now() - startedAt) / 1000;

function kind() {
  const wanted = ["video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm", "video/mp4"];
  return wanted.find((one) => MediaRecorder.isTypeSupported(one));
}

/** Begin to record what a camera gives; done once it is on. */
export async function start(stream) {
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
}

export async function stop() {
  const isOver = new Promise((wake) => recorder.addEventListener("stop", wake, { once: true }));
  recorder.stop();
  await isOver;
}

/** Once all that was recorded is on the server. */
export async function stored() {
  await storing;
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
