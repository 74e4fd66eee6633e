// Sends forms without leaving the page and shows what is said later; without it the page works all the same.
"use strict";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;
const LATER = 30000;
const BROKEN = "Đang mất kết nối. Anh/chị cứ giữ trang này: những gì đã gõ vẫn còn, có mạng em nối lại ngay.";
const NOT_SENT = "Mạng đang chập chờn, tin chưa gửi được. Anh/chị bấm gửi lại giúp em.";
const SENDING = "Đang gửi tệp, anh/chị chờ một chút.";

const log = document.getElementById("log");
const answers = document.getElementById("answers");
const line = document.getElementById("line");
const note = document.getElementById("note");
const attach = document.getElementById("attach");
const file = attach.querySelector("form");
const say = document.getElementById("say");
const box = document.getElementById("text");
const home = new URL(say.action).pathname;
let stream = null;
let again = 0;
let wait = FIRST_WAIT;
let unsure = "";

const lastSeq = () => Math.max(0, ...[...log.querySelectorAll("[data-seq]")].map((one) => Number(one.dataset.seq)));
const parse = (html) => document.createRange().createContextualFragment(html);
const controls = (part) => [...part.querySelectorAll("button, input:not([type=hidden])")].map((one) => one.outerHTML).join();

function tell(place, words) {
  const paragraph = document.createElement("p");
  paragraph.className = "note";
  paragraph.textContent = words;
  if (place.textContent !== words) place.replaceChildren(...(words ? [paragraph] : []));
}

// Shows the newest answer from its beginning: what the visitor said last stands at the top.
function toEnd() {
  const mine = [...log.querySelectorAll(".mine")].at(-1) ?? log.firstElementChild;
  const top = mine ? mine.getBoundingClientRect().top + window.scrollY - 8 : 0;
  window.scrollTo({ top });
}

// Adds what is not shown yet; unless the visitor answered, what is ticked or chosen stays while the same is asked.
function take(fragment, answered) {
  const lines = fragment.querySelector("[data-lines]");
  const after = "anew" in lines.dataset ? 0 : lastSeq();
  if (after === 0) log.replaceChildren();
  const fresh = [...lines.children].filter((one) => Number(one.dataset.seq) > after);
  log.append(...fresh);
  const next = fragment.querySelector("[data-answers]");
  if (answered || controls(next) !== controls(answers)) answers.replaceChildren(...next.childNodes);
  if (unsure && fresh.some((one) => one.matches(".mine") && one.textContent.includes(unsure))) sent();
  if (fresh.length) toEnd();
}

// What could not be known to be sent was: its echo has come.
function sent() {
  if (box.value.trim() === unsure) box.value = "";
  unsure = "";
  tell(note, "");
}

// The same form sent again is the same message, until it is known to have come.
function renew(id) {
  say.elements.id.value = id;
  file.elements.id.value = `${id}-f`;
}

async function post(form, submitter) {
  const data = new FormData(form);
  const hasFile = form.enctype.startsWith("multipart");
  const buttons = document.querySelectorAll("main button");
  if (submitter?.name) data.append(submitter.name, submitter.value);
  data.set("after", lastSeq());
  buttons.forEach((button) => { button.disabled = true; });
  tell(note, hasFile ? SENDING : "");
  try {
    const body = hasFile ? data : new URLSearchParams(data);
    const signal = hasFile ? undefined : AbortSignal.timeout?.(LONGEST_WAIT);
    const answer = await fetch(home, { method: "POST", body, signal, headers: { Accept: "text/fragment" } });
    const fragment = parse(await answer.text());
    if (answer.ok) {
      unsure = "";
      tell(note, "");
      take(fragment, true);
      renew(fragment.querySelector("[data-id]").dataset.id);
      if (form === say) box.value = "";
      else form.reset();
      attach.open = false;
      listen();
    } else if (answer.headers.get("content-type")?.startsWith("text/html")) {
      note.replaceChildren(fragment);
    } else {
      throw new Error(answer.status);
    }
  } catch {
    if (form === say) unsure = box.value.trim();
    tell(note, NOT_SENT);
  }
  buttons.forEach((button) => { button.disabled = false; });
  if (form === say) box.focus();
}

// One stream while the page is looked at: the browser reopens what breaks off, after the last message it was told;
// where the server said no, as it may while it starts again, the page asks later.
function listen() {
  if (stream || document.hidden || lastSeq() === 0) return;
  clearTimeout(again);
  stream = new EventSource(`${home}/stream?after=${lastSeq()}`);
  stream.onopen = () => { wait = FIRST_WAIT; tell(line, ""); };
  stream.onmessage = (event) => take(parse(event.data));
  stream.addEventListener("later", () => listenIn(LATER));
  stream.onerror = () => {
    setTimeout(tellOfLine, FIRST_WAIT);
    if (stream.readyState !== EventSource.CLOSED) return;
    listenIn(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
}

function listenIn(milliseconds) {
  hush();
  again = setTimeout(listen, milliseconds);
}

function hush() {
  clearTimeout(again);
  stream?.close();
  stream = null;
}

// Says in words whether anything gets through.
async function tellOfLine() {
  const through = stream?.readyState === EventSource.OPEN || await fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  tell(line, through ? "" : BROKEN);
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

// In a frame of the centre's site the box around us closes on Escape.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && window.parent !== window) window.parent.postMessage("kcbot:close", "*");
});

document.addEventListener("visibilitychange", () => { hush(); listen(); });
window.addEventListener("pagehide", hush);
window.addEventListener("pageshow", listen);
window.addEventListener("offline", tellOfLine);
window.addEventListener("online", () => { hush(); listen(); tellOfLine(); });
toEnd();
