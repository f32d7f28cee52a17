// The player: the video, its speed, its loop, frame by frame.

import { say } from "../server.js";
import { redraw, soon } from "./drawing.js";
import { watchPictures } from "./halves.js";
import { loop, point, repeat } from "./moment.js";
import { get, video } from "./page.js";
import { traces } from "./session.js";
import { warn } from "./trouble.js";

let wanted = null; // where the video shall go once it has shown where it went

export function play() {
  if (!video) return;
  video.playbackRate = Number(get("speed").value);
  if (loop && get("loop").checked && (video.currentTime < loop[0] || video.currentTime >= loop[1])) {
    video.currentTime = loop[0];
  }
  video.play();
}

export function playOrPause() {
  if (!video) return;
  if (video.paused) play();
  else video.pause();
}

export function frame(by) {
  if (!video) return;
  video.pause();
  const at = traces.at(video.currentTime - 1e-4);
  const next = Math.min(Math.max(at + by, 0), traces.time.length - 1);
  video.currentTime = traces.time[next] + 0.001;
}

/** Look at a moment; the loop is that of a movement, and ends. */
export function goTo(time) {
  point(time);
  repeat(null);
  if (video) {
    if (video.seeking) wanted = time;
    else video.currentTime = time;
  }
  redraw();
}

if (video) {
  video.addEventListener("error", () => warn(say("js.no_h264")));
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
  get("play").addEventListener("click", playOrPause);
  get("back").addEventListener("click", () => frame(-1));
  get("on").addEventListener("click", () => frame(1));
  get("speed").addEventListener("change", () => {
    video.playbackRate = Number(get("speed").value);
  });
}
