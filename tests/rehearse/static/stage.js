// Shows what comes while the page is open, and keeps the newest in sight; without it a reload does.
"use strict";

const place = document.querySelector("[data-lines]");
const count = () => place.querySelectorAll("[data-line]").length;
const toEnd = () => { place.scrollTop = place.scrollHeight; };
const look = async () => {
  const answer = await fetch(place.dataset.lines).catch(() => null);
  if (answer && answer.ok) {
    const words = await answer.text();
    if (words !== place.dataset.shown && !place.contains(document.activeElement)) {
      const before = count();
      place.dataset.shown = words;
      place.replaceChildren(...new DOMParser().parseFromString(words, "text/html").body.childNodes);
      if (count() !== before) toEnd();
    }
  }
  setTimeout(look, 700);
};
toEnd();
look();
