// Edits go out one after the other, in the order in which they were made; without a network they wait.
import { announce, csrfToken, messageIn, on, one } from "../dom.js";
import { showToast } from "../toasts.js";
import { _ } from "../texts.js";
import { FRAGMENT, sectionSequence, takeIn } from "./bench.js";
import { takeTurn, waitTurn } from "./turns.js";

const SLOW_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
/** Answers that are about the edit itself, and say so on the page. */
const SAID = [409, 422];

/** Set while an edit leads to the page of what it made. */
const ARRIVING = "opswright:arriving";

const waiting = [];
/** Entries of the draft's log that this page made. */
const made = [];
let sending = false;
let failures = 0;
let timer;

export const isSending = () => waiting.length > 0;

const unique = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function show(text) {
  const note = one("[data-queue]");
  if (!note) return;
  note.hidden = !text;
  if (note.textContent !== text) note.textContent = text;
}

const notSent = () =>
  waiting.length === 1 ? _("One change is not sent yet") : _("%(number)s changes are not sent yet", { number: waiting.length });

/** Whether an edit has to wait for the answer to one of the same form: it is about what that will show. */
function mustWait(form, submitter) {
  const under = form.closest("[data-in-turn]") && waiting.find((edit) => edit.form === form.id);
  if (!under) return false;
  // Pressed twice: the second press was meant for what the first has changed already.
  if (!(under.pressed && submitter?.name)) waitTurn(form.id, submitter?.id ?? "");
  return true;
}

function enqueue(form, submitter) {
  if (mustWait(form, submitter)) return;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === "string") body.append(name, value);
  const asItIs = form.hasAttribute("data-as-it-is") || form.hasAttribute("data-own-sequence");
  if (!asItIs) body.set("_sequence", String(sectionSequence()));
  body.set("_once", unique());
  body.set("_page", location.pathname + location.search);
  waiting.push({ url: submitter?.formAction && submitter.hasAttribute("formaction") ? submitter.formAction : form.action, body, form: form.id, pressed: Boolean(submitter?.name) });
  if (failures) show(notSent());
  pump();
}

async function pump() {
  if (sending || !waiting.length) return;
  sending = true;
  clearTimeout(timer);
  const slow = setTimeout(() => show(_("Sending…")), SLOW_MS);
  while (waiting.length && await send(waiting[0]));
  clearTimeout(slow);
  sending = false;
  show(waiting.length ? notSent() : "");
}

/** Sends one edit; false where it has to wait. */
async function send(edit) {
  const { url, body } = edit;
  const own = made.filter((number) => number > Number(body.get("_sequence")));
  if (own.length) body.set("_own", own.join(","));
  const answer = await fetch(url, { method: "POST", body, headers: { ...FRAGMENT, "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (!answer || answer.status >= 500) return later();
  if (answer.status === 401) {
    showToast({ text: _("Your session has ended."), detail: _("Sign in in another tab: your changes wait here."), tone: "error" });
    return later();
  }
  failures = 0;
  waiting.shift();
  await taken(edit, answer);
  return true;
}

function later() {
  timer = setTimeout(pump, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
  failures += 1;
  return false;
}

async function taken(edit, answer) {
  const done = Number(answer.headers.get("X-Bench-Done"));
  if (done) made.push(done);
  const redirect = answer.headers.get("HX-Redirect");
  if (redirect) {
    sessionStorage.setItem(ARRIVING, edit.form);
    location.assign(redirect);
    return;
  }
  const text = await answer.text();
  if (!answer.ok && !SAID.includes(answer.status)) {
    showToast({ ...messageIn(text), tone: "error" });
    return;
  }
  await takeIn(text, edit.form, edit.body);
  trigger(answer.headers.get("HX-Trigger"));
  if (!answer.ok) one("#bench [data-focus], #bench [aria-invalid=true], #bench [data-unfinished]")?.focus();
  if (!waiting.some((each) => each.form === edit.form)) takeTurn(edit.form);
}

function trigger(header) {
  for (const [name, detail] of Object.entries(header ? JSON.parse(header) : {})) {
    if (name === "announce") announce(detail.text);
    else document.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

on("submit", "form[data-edit]", (event, form) => {
  event.preventDefault();
  delete form.dataset.sent; // what is queued may be pressed again
  for (const button of form.querySelectorAll(".busy")) button.classList.remove("busy");
  if (event.submitter?.getAttribute("aria-disabled") === "true") return;
  enqueue(form, event.submitter);
});

// What is chosen or left is sent; the form's own button is for who has no script.
on("change", "[data-edit-now]", (_event, control) => control.form?.requestSubmit());

// An input that was only now asked for may be empty until it is left.
on("focusout", "[data-unfinished]", ({ relatedTarget }, control) => {
  if (!control.value.trim() && control.form && !control.form.contains(relatedTarget)) control.form.requestSubmit();
});

window.addEventListener("online", pump);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") pump(); });
document.addEventListener("bench:changed", () => { if (!sending && waiting.length) show(notSent()); });
window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

// Who made something by its form goes on where it is changed, and not at the top of the page.
if (sessionStorage.getItem(ARRIVING)) {
  sessionStorage.removeItem(ARRIVING);
  (one("#bench-section [data-part-head]") ?? one("#bench-section h1[tabindex]"))?.focus({ preventScroll: true });
}
