// What somebody typed is kept on the server two seconds later, and when they look away.
import { all, clock, csrfToken, one, sentForm } from "./dom.js";
import { isDirty, snapshot } from "./forms.js";
import { _ } from "./texts.js";

const PAUSE_MS = 2000;
/** A browser lets a page that goes away send no more than 64 KB. */
const KEEPALIVE_BYTES = 60_000;
const REFUSED = { 401: "your session ended", 404: "it is gone", 413: "it is too long" };
const kept = new WeakMap();
const failed = new WeakSet();
const timers = new WeakMap();
const sending = new WeakMap();
let leaving = false;

const drafted = () => all("form[data-draft-url]");

/** What stands in a form; files are not kept. */
function bodyOf(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") body.append(name, value);
  }
  return body;
}

const isSmall = (body) => String(body).length < KEEPALIVE_BYTES;

const post = (form, body, signal) =>
  fetch(form.dataset.draftUrl, {
    method: "POST", body, signal, keepalive: isSmall(body), headers: { "X-CSRFToken": csrfToken() },
  });

async function keep(form) {
  clearTimeout(timers.get(form));
  const now = snapshot(form);
  if (kept.get(form) === now) return;
  const abort = new AbortController();
  sending.set(form, abort);
  const answer = await post(form, bodyOf(form), abort.signal).catch(() => null);
  if (abort.signal.aborted) return;
  if (answer?.ok) {
    kept.set(form, now);
    failed.delete(form);
  } else {
    failed.add(form);
  }
  const why = answer ? REFUSED[answer.status] ?? "the server could not" : "the server did not answer";
  const note = one("[data-draft-note]", form);
  if (note) note.textContent = answer?.ok ? _("Draft kept %(time)s", { time: clock() }) : _("Not kept: %(why)s", { why });
}

function keepSoon(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), PAUSE_MS));
}

const forget = (form) => {
  clearTimeout(timers.get(form));
  timers.delete(form);
};
const pending = (form) => form.isConnected && timers.has(form) && kept.get(form) !== snapshot(form);
const keepPending = () => { for (const form of drafted()) if (pending(form)) keep(form); };

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft-url]");
  if (form) keepSoon(form);
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && !leaving) keepPending();
});

document.addEventListener("app:discard", ({ detail: form }) => {
  forget(form);
  if (form.dataset.draftUrl) post(form, new URLSearchParams({ discard: "1" })).catch(() => null);
});

// What is sent needs no draft, and one that came later would bring it back; what was refused does.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = sentForm(ctx);
  if (!form) return;
  forget(form);
  sending.get(form)?.abort();
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = sentForm(ctx);
  if (form?.isConnected && form.dataset.draftUrl && (ctx.response?.status ?? 500) >= 400) keepSoon(form);
});

// A form that goes as a page takes the page with it: what stands in the others is kept first.
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || target.matches("[data-downloads]")) return;
  forget(target);
  if (!target.matches("[data-discards]")) keepPending();
  leaving = true;
});
document.addEventListener("app:leaving", () => { leaving = true; });

// Asked only where text would really be lost: nothing keeps it, it could not be kept, or it is too much to send.
const isLost = (form) =>
  form.dataset.draftUrl ? pending(form) && (failed.has(form) || !isSmall(bodyOf(form))) : isDirty(form);
window.addEventListener("beforeunload", (event) => {
  if (!leaving && all("form[data-form], form[data-draft-url]").some(isLost)) event.preventDefault();
});
