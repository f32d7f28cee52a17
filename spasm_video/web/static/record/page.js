// The elements of the recording page, and where it says what goes wrong.

export const get = (id) => document.getElementById(id);

export function tell(text) {
  get("trouble").textContent = text;
  get("trouble").hidden = !text;
}
