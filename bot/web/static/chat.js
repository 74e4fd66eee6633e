// Sends forms without leaving the page and shows what is said later; without it the page works all the same.
"use strict";

const log = document.getElementById("log");
const answers = document.getElementById("answers");
const note = document.getElementById("note");
const say = document.getElementById("say");
const box = document.getElementById("text");
let stream = null;

const lastSeq = () => Math.max(0, ...[...log.querySelectorAll("[data-seq]")].map((line) => Number(line.dataset.seq)));

// Shows the newest answer from its beginning: what the visitor said last stands at the top.
function toEnd() {
  const mine = [...log.querySelectorAll(".mine")].at(-1) ?? log.firstElementChild;
  const top = mine ? mine.getBoundingClientRect().top + window.scrollY - 8 : 0;
  window.scrollTo({ top });
}

function take(html) {
  const fragment = document.createRange().createContextualFragment(html);
  const lines = fragment.querySelector("[data-lines]");
  if (!lines) return;
  const after = lastSeq();
  if (after === 0) log.replaceChildren();
  log.append(...[...lines.children].filter((line) => Number(line.dataset.seq) > after));
  answers.replaceChildren(...fragment.querySelector("[data-answers]").childNodes);
  say.elements.id.value = fragment.querySelector("[data-id]").dataset.id;
  toEnd();
}

async function post(form, submitter) {
  const data = new FormData(form, submitter);
  const buttons = document.querySelectorAll("main button");
  data.set("after", lastSeq());
  buttons.forEach((button) => { button.disabled = true; });
  note.replaceChildren();
  try {
    const answer = await fetch("/chat", { method: "POST", body: form.enctype.startsWith("multipart") ? data : new URLSearchParams(data), headers: { Accept: "text/fragment" } });
    const html = await answer.text();
    if (answer.ok) {
      take(html);
      if (form === say) box.value = "";
      listen();
    } else if (answer.headers.get("content-type")?.startsWith("text/html")) {
      note.replaceChildren(document.createRange().createContextualFragment(html));
    } else {
      throw new Error(answer.status);
    }
  } catch {
    note.innerHTML = '<p class="note">Mạng đang chập chờn, tin chưa gửi được. Anh/chị bấm gửi lại giúp em.</p>';
  }
  buttons.forEach((button) => { button.disabled = false; });
  if (form === say) box.focus();
}

function listen() {
  if (stream || lastSeq() === 0) return;
  stream = new EventSource("/chat/stream?after=" + lastSeq());
  stream.onmessage = (event) => take(event.data);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form !== say && !form.classList.contains("choices")) return;
  event.preventDefault();
  post(form, event.submitter);
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (box.value.trim()) say.requestSubmit();
  }
});

window.addEventListener("pagehide", () => { stream?.close(); stream = null; });
listen();
toEnd();
