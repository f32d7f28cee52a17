// Both versions of the numbers, measured and reviewed, and how many events were judged.

import { say } from "../server.js";
import { get } from "./page.js";
import { state } from "./session.js";

export function tellVersions(isCounting = false) {
  const told = (version) => {
    if (!version) return isCounting ? say("js.counting") : "–";
    return `${version.headline}, ${say("js.a_minute", { rate: version.rate })}`;
  };
  get("measured").textContent = told(state.measured);
  get("reviewed").textContent = told(state.reviewed);
  const judged = state.events.filter((one) => one.verdict !== "open").length;
  get("judged").textContent = say("js.judged", { judged, all: state.events.length });
}
