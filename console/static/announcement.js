// Counts the letters of what is written, and follows how far an announcement has got; without it the page shows both.
"use strict";

const words = document.querySelector("textarea[data-count]");
const counter = document.getElementById("letters");
if (words && counter) {
  const show = () => { counter.textContent = words.value.length + "/" + words.maxLength + " ký tự"; };
  words.addEventListener("input", show);
  show();
}

const board = document.querySelector("[data-progress]");
if (board) {
  const stream = new EventSource(board.dataset.progress);
  const state = board.dataset.state;
  stream.onmessage = (event) => {
    const told = JSON.parse(event.data);
    const bar = board.querySelector("progress");
    bar.max = told.total || 1;
    bar.value = told.settled;
    board.querySelector("[data-words]").textContent = told.words;
    for (const [name, count] of Object.entries(told.counts)) {
      const place = board.querySelector(`[data-outcome="${name}"]`);
      if (!place) continue;
      place.querySelector("[data-number]").textContent = count;
      place.hidden = count === "0" && name !== "sent";
    }
    if (told.state !== state) location.reload();
  };
  stream.addEventListener("over", () => stream.close());
  window.addEventListener("pagehide", () => stream.close());
}

const left = document.querySelector("[data-until]");
if (left) {
  const until = new Date(left.dataset.until).getTime();
  const tick = () => {
    const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
    left.textContent = seconds ? `còn ${Math.floor(seconds / 60)} phút ${seconds % 60} giây` : "đang bắt đầu gửi";
  };
  tick();
  setInterval(tick, 1000);
}
