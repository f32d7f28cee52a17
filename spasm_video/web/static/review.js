// The review page: look at each movement, say what it is; every change is kept at once.

import { Refused, ask } from "./server.js";
import { select } from "./review/choosing.js";
import { draw } from "./review/drawing.js";
import { showHalves } from "./review/halves.js";
import "./review/keys.js";
import { list } from "./review/list.js";
import { point } from "./review/moment.js";
import { api, get, lanes, place } from "./review/page.js";
import { learn, receive, state, traces } from "./review/session.js";
import { Traces } from "./review/traces.js";
import { complain } from "./review/trouble.js";
import { tellVersions } from "./review/versions.js";
import { showFirst } from "./review/window.js";

async function start() {
  const [told, answer] = await Promise.all([ask("GET", `${api}/review`), fetch(`${api}/signals`)]);
  learn(told);
  if (!answer.ok) throw new Refused(answer.status, await answer.json());
  receive(new Traces(await answer.arrayBuffer(), state.regions));
  get("reading").hidden = true;
  showFirst();
  point(traces.begin);
  list();
  tellVersions();
  draw();
  showHalves();
  place.dataset.ready = "yes";
  if (state.events.length) select(state.events[0], { isQuiet: true });
}

if (lanes) start().catch(complain);
