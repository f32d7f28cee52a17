// What went wrong stands where one looks.

import { Refused, say } from "../server.js";
import { get } from "./page.js";

const READABLE_MS = 6000;

let readableUntil = 0;

/** Whether somebody changed the same review in another window. */
export function isElsewhere(error) {
  return error instanceof Refused && (error.status === 409 || error.status === 404);
}

export function warn(text) {
  get("trouble").hidden = false;
  get("trouble").textContent = text;
}

export function complain(error) {
  if (!get("trouble")) return;
  if (isElsewhere(error)) {
    readableUntil = performance.now() + READABLE_MS;
    warn(say("js.elsewhere"));
  } else warn(error instanceof Refused ? error.message : say("js.lost"));
}

/** All is well again: the last trouble goes once it could be read. */
export function settle() {
  if (performance.now() > readableUntil) get("trouble").hidden = true;
}
