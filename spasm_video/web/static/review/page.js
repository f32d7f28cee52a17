// The elements of the review page, and where its scripts ask.

export const get = (id) => document.getElementById(id);
export const place = get("review");
export const api = `/api${place.dataset.base}`;
export const mayEdit = place.dataset.edit === "yes";
export const video = get("video"); // null where there is none
export const lanes = get("traces"); // null where there is no track to draw
export const overview = get("overview");
