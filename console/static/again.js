// Fetches a part of the page again while what it shows is under way; without it there is a button.
"use strict";

const part = document.querySelector("[data-again]");
const fetchAgain = async () => {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`[aria-label="${part.getAttribute("aria-label")}"]`);
  if (!fresh) return;
  part.replaceChildren(...fresh.childNodes);
  if (fresh.dataset.again) setTimeout(fetchAgain, Number(part.dataset.again));
};
if (part) setTimeout(fetchAgain, Number(part.dataset.again));
