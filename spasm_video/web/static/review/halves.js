// The two halves of a face beside each other: this one, and the other one mirrored onto it.

import { ready } from "./ink.js";
import { get, video } from "./page.js";
import { selected, traces } from "./session.js";

const HALF_WIDE_MM = 92;
const ABOVE_MM = 55;

/** This half of the face, and the other one mirrored onto it. */
export function showHalves() {
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

/** The halves are drawn when the video has another picture to show, and only then. */
export function watchPictures() {
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
