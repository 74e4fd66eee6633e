// Narrows the table as one types; without it there is the button.
"use strict";

const filters = document.querySelector('form[role="search"]');
const table = document.querySelector("[data-table]");
let waiting = 0;
let asked = 0;

async function narrow() {
  const mine = ++asked;
  const words = new URLSearchParams([...new FormData(filters)].filter(([, value]) => value));
  const address = `${filters.getAttribute("action")}?${words}`;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["[data-table]", ".head", "form.closing"]) {
    const shown = document.querySelector(part);
    const fresh = page.querySelector(part);
    if (shown && fresh) shown.replaceChildren(...fresh.childNodes);
  }
  history.replaceState(null, "", address);
}

if (filters && table) {
  filters.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(narrow, 250);
  });
}
