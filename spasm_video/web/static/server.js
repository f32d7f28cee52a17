// Calls to this page's own server, and the words of the visitor's language.

const csrf = document.querySelector('meta[name="csrf"]').content;

/** An answer that says no: what is wrong, and what to do. */
export class Refused extends Error {
  constructor(status, body) {
    super([body.problem, body.remedy].filter(Boolean).join(" ") || `${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Ask the server; `body` is sent as JSON unless it is bytes. Throws Refused. */
export async function ask(method, path, body, headers = {}) {
  const isBytes = body instanceof Blob || body instanceof ArrayBuffer;
  const answer = await fetch(path, {
    method,
    headers: {
      "x-csrf-token": csrf,
      ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : isBytes ? body : JSON.stringify(body),
  });
  const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
  const said = isJson ? await answer.json() : answer;
  if (!answer.ok) throw new Refused(answer.status, isJson ? said : {});
  return said;
}

const words = await fetch("/words.json").then((answer) => answer.json());

/** The text of a key with its values filled in. */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A number as the language writes it. */
export function number(value, digits = 1) {
  if (value === null || !Number.isFinite(value)) return "–";
  const text = value.toFixed(digits).replace("-", "−");
  return words.language === "de" ? text.replace(".", ",") : text;
}

/** Hex digits of the SHA-256 of some bytes. */
export async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
