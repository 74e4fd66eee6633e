// Fetches the conversations again as soon as something changed, and counts in the title who waits.
"use strict";

const shown = document.querySelector("[data-live]");
const title = document.title;
const toEnd = () => { if (shown.getAttribute("role") === "log") shown.scrollTop = shown.scrollHeight; };
const fetchAgain = async () => {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh) return;
  shown.replaceChildren(...fresh.childNodes);
  shown.dataset.stamp = fresh.dataset.stamp;
  toEnd();
};
if (shown) {
  toEnd();
  const stream = new EventSource(shown.dataset.live);
  stream.onmessage = (event) => {
    const told = JSON.parse(event.data);
    document.title = told.waiting ? `(${told.waiting}) ${title}` : title;
    if (told.stamp !== shown.dataset.stamp) fetchAgain();
  };
  window.addEventListener("pagehide", () => stream.close());
}
