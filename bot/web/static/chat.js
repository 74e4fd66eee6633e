// Sends forms without leaving the page and shows what is said later; without it the page works all the same.
"use strict";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;
const PROBE = 5000;
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
let probe = 0;
let wait = FIRST_WAIT;
let unsure = ""; // what was sent from the box, until it is known to have come
let heard = false; // whether what was sent last has come back

const lastSeq = () => Math.max(0, ...[...log.querySelectorAll("[data-seq]")].map((one) => Number(one.dataset.seq)));
const parse = (html) => document.createRange().createContextualFragment(html);
const newId = (fragment) => fragment.querySelector("[data-id]").dataset.id;
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

// Adds what is not shown yet. Unless it answers a form, what is ticked or chosen stays while the same is asked.
function take(fragment, form) {
  const lines = fragment.querySelector("[data-lines]");
  const next = fragment.querySelector("[data-answers]");
  const after = "anew" in lines.dataset ? 0 : lastSeq();
  const fresh = [...lines.children].filter((one) => Number(one.dataset.seq) > after);
  const mine = fresh.filter((one) => one.matches(".mine"));
  if (after === 0) log.replaceChildren();
  log.append(...fresh);
  if (form || controls(next) !== controls(answers)) answers.replaceChildren(...next.childNodes);
  heard ||= mine.length > 0;
  if (form === say || (unsure && mine.some((one) => one.textContent.includes(unsure)))) came(fragment);
  if (form === file) file.elements.id.value = `${newId(fragment)}-f`;
  if (fresh.length) toEnd();
}

// What was typed has come, as its answer says, or its echo where the answer was lost: the next message is another one.
function came(fragment) {
  say.elements.id.value = newId(fragment);
  if (box.value.trim() === unsure) box.value = "";
  unsure = "";
  tell(note, "");
}

async function post(form, submitter) {
  const hasFile = form.enctype.startsWith("multipart");
  const buttons = document.querySelectorAll("main button");
  if (form === say) {
    if (unsure && unsure !== box.value.trim()) say.elements.id.value += "x"; // the same again would be the same message
    unsure = box.value.trim();
  }
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  data.set("after", lastSeq());
  heard = false;
  buttons.forEach((button) => { button.disabled = true; });
  tell(note, hasFile ? SENDING : "");
  try {
    const body = hasFile ? data : new URLSearchParams(data);
    const signal = hasFile ? undefined : AbortSignal.timeout?.(LONGEST_WAIT);
    const answer = await fetch(home, { method: "POST", body, signal, headers: { Accept: "text/fragment" } });
    const fragment = parse(await answer.text());
    if (answer.ok) {
      take(fragment, form);
      tell(note, "");
      if (form !== say) form.reset();
      attach.open = false;
      listen();
    } else if (answer.headers.get("content-type")?.startsWith("text/html")) {
      if (form === say) unsure = "";
      note.replaceChildren(fragment);
    } else {
      throw new Error(answer.status);
    }
  } catch {
    if (form === say ? unsure : !heard) tell(note, NOT_SENT);
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
    setTimeout(() => { if (stream?.readyState !== EventSource.OPEN) tellOfLine(); }, FIRST_WAIT);
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

// Says in words whether anything gets through, and looks again until it does.
async function tellOfLine() {
  clearTimeout(probe);
  const through = await fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  tell(line, through ? "" : BROKEN);
  if (!through) probe = setTimeout(tellOfLine, PROBE);
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
