// Counts an audience as it is chosen or typed; without it the button counts.
"use strict";

const count = document.getElementById("count");
const builder = document.querySelector("form[data-builder]");
const field = document.getElementById("audience");
let waiting = 0;
let asked = 0;

async function ask(words) {
  const mine = ++asked;
  const answer = await fetch("/console/audiences/count?" + words, { headers: { Accept: "text/html" } });
  if (!answer.ok || mine !== asked) return;
  count.innerHTML = await answer.text();
  price(count.querySelector("[data-outside]"));
  return count.querySelector("[data-query]").dataset.query;
}

function price(counted) {
  const choice = document.querySelector("[data-templates]");
  if (!choice || !counted) return;
  const people = Number(counted.dataset.outside);
  const inWords = (number) => number.toLocaleString("vi-VN");
  for (const place of choice.querySelectorAll("[data-people]")) place.textContent = inWords(people);
  for (const sum of choice.querySelectorAll("[data-price]")) {
    const each = Number(sum.dataset.price);
    sum.textContent = `${inWords(people)} × ${inWords(each)} = ${inWords(people * each)}`;
  }
  choice.hidden = !people && !choice.querySelector("input:checked").value;
}

function soon(words, then) {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const query = await ask(words);
    if (query !== undefined) then(query);
  }, 300);
}

function show(query) {
  if (field) field.value = query;
  for (const hidden of document.querySelectorAll("[data-query-field]")) hidden.value = query;
  const shown = document.getElementById("query-shown");
  if (shown) shown.textContent = query || "(mọi người đã đồng ý nhận)";
}

builder?.addEventListener("input", () => soon(new URLSearchParams(new FormData(builder)), show));
builder?.addEventListener("submit", (event) => {
  if (!field) return;
  event.preventDefault();
  soon(new URLSearchParams(new FormData(builder)), show);
});
field?.addEventListener("input", () => soon(new URLSearchParams({ query: field.value }), () => {}));
for (const use of document.querySelectorAll("button[data-use]")) {
  use.hidden = false;
  use.addEventListener("click", () => { show(use.dataset.use); soon(new URLSearchParams({ query: use.dataset.use }), () => {}); });
}
if (count?.dataset.later) ask(new URLSearchParams(new FormData(builder)));
if (field) ask(new URLSearchParams({ query: field.value }));
