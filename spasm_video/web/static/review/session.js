// What the page knows of the session: events, excluded spans and traces; what is chosen of it.

export let state = null; // as the server told it, with every change since
export let traces = null; // null until they are there
export let selected = null; // one of the events
export let marked = null; // a span without an event yet, [from, to] in s

/** What the server tells now. */
export function learn(told) {
  state = told;
}

export function receive(found) {
  traces = found;
}

export function choose(event) {
  selected = event;
}

export function mark(span) {
  marked = span;
}

/** The event is not there any more. */
export function drop(event) {
  state.events = state.events.filter((one) => one !== event);
}
