// Videos go to the server in pieces; one that fails is sent again from where the server is.

import { Refused, ask, say, sha256 } from "./server.js";

const TRIES = 6;
const WAIT_MS = 1000;
const list = document.getElementById("arriving");
const drop = document.getElementById("drop");
const choose = document.getElementById("choose");

choose.addEventListener("change", () => {
  take(choose.files);
  choose.value = "";
});
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files);
  });
}
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => event.preventDefault());

let line = Promise.resolve(); // one after the other: the disk is the same
if (choose.files.length) take(choose.files); // chosen before this script was there

function take(files) {
  for (const file of files) {
    const row = show(file);
    line = line.then(() => send(file, row));
  }
}

function show(file) {
  const row = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = file.name;
  const stop = document.createElement("button");
  stop.className = "button quiet";
  stop.textContent = say("js.stop");
  const bar = document.createElement("progress");
  bar.max = file.size;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const told = document.createElement("span");
  told.className = "soft";
  row.append(name, stop, bar, told);
  list.append(row);
  const state = { row, bar, told, stop, isStopped: false };
  stop.addEventListener("click", () => {
    state.isStopped = true;
    stop.disabled = true;
    told.textContent = say("js.stopped");
  });
  return state;
}

async function send(file, state) {
  if (state.isStopped) return;
  try {
    const begun = await ask("POST", "/api/videos", { name: file.name, size_bytes: file.size });
    let at = begun.received;
    while (at < file.size && !state.isStopped) {
      at = await piece(begun.id, file, at, begun.piece);
      state.bar.value = at;
      state.told.textContent = say("js.sending", { done: mb(at), total: mb(file.size) });
    }
    if (state.isStopped) return;
    state.told.textContent = say("js.checking");
    const whole = await ask("POST", `/api/videos/${begun.id}/whole`);
    state.told.textContent = say("js.ready");
    const next = document.createElement("a");
    next.className = "button";
    next.href = `/videos/${whole.id}/measure`;
    next.textContent = say("js.next");
    state.stop.replaceWith(next);
  } catch (error) {
    state.told.textContent = error instanceof Refused ? error.message : say("js.lost");
    state.told.className = "notice";
    state.stop.remove();
  }
}

/** Send one piece, again and again while the line is bad; where the server is afterwards. */
async function piece(id, file, at, size) {
  const bytes = await file.slice(at, at + size).arrayBuffer();
  const digest = await sha256(bytes);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const path = `/api/videos/${id}?offset=${at}`;
      return (await ask("PUT", path, bytes, { "x-sha256": digest })).received;
    } catch (error) {
      if (error instanceof Refused && error.status === 409) return error.body.received;
      const isFinal = error instanceof Refused && error.status !== 422;
      if (isFinal || attempt >= TRIES) throw error;
      await new Promise((wake) => setTimeout(wake, WAIT_MS * attempt));
    }
  }
}

function mb(bytes) {
  return (bytes / 1e6).toFixed(0);
}
