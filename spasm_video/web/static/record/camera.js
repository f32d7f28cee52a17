// The camera: which one, what it shows, and how many pictures it really gives.

import { say } from "../server.js";
import { get, tell } from "./page.js";

const COUNTED_MS = 1500;

export const preview = get("preview");
export let stream = null;
export let fps = null; // as counted

export async function open(id) {
  close();
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

export function close() {
  for (const track of stream ? stream.getTracks() : []) track.stop();
}

/** Every camera of the machine, to choose from. */
export async function offer() {
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

export function noCamera() {
  tell(say("js.no_camera"));
}

/** Count what the camera really gives, by the times of its own pictures. */
export function countFrames() {
  let count = 0;
  let began = null;
  const seen = (now) => {
    if (began === null) began = now;
    count += 1;
    if (now - began >= COUNTED_MS) {
      fps = ((count - 1) * 1000) / (now - began);
      count = 1;
      began = now;
    }
    preview.requestVideoFrameCallback(seen);
  };
  if (preview.requestVideoFrameCallback) preview.requestVideoFrameCallback(seen);
  else fps = stream.getVideoTracks()[0].getSettings().frameRate || null;
}

get("camera").addEventListener("change", () => open(get("camera").value).catch(noCamera));
