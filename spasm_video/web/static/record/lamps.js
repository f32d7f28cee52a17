// The lamps: whether face, distance, light, head, neck and rate are fine, before it begins.

import { Refused, ask, number, say } from "../server.js";
import { fps, preview } from "./camera.js";
import { get, tell } from "./page.js";

const LOOK_EVERY_MS = 700;
const SMALL_PX = 320; // of the picture that the lamps look at
const GOOD_FPS = 28;
const POOR_FPS = 15;

const small = document.createElement("canvas");
let isOut = false;

export function putOut() {
  isOut = true;
}

/** Look again and again until they are put out. */
export async function look() {
  if (isOut) return;
  try {
    if (preview.videoWidth) {
      const lights = await ask("POST", "/api/lamps", picture(), {
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

/** The pixels of what the camera shows, made small. */
function picture() {
  const zoom = SMALL_PX / Math.max(preview.videoWidth, preview.videoHeight);
  small.width = Math.round(preview.videoWidth * zoom);
  small.height = Math.round(preview.videoHeight * zoom);
  const context = small.getContext("2d", { willReadFrequently: true });
  context.drawImage(preview, 0, 0, small.width, small.height);
  return context.getImageData(0, 0, small.width, small.height).data.buffer;
}

function show(name, state, key) {
  const row = get(`lamp-${name}`);
  row.dataset.state = state;
  const text = key ? say(key, { fps: number(fps, 0) }) : "";
  const said = row.querySelector("span");
  if (said.textContent !== text) said.textContent = text;
}
