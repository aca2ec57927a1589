// What somebody typed is kept on the server two seconds later, and when they look away.
import { clock, csrfToken, one } from "./dom.js";
import { guarded, isDirty, snapshot } from "./forms.js";

const PAUSE_MS = 2000;
/** A browser lets a page that goes away send no more than 64 KB. */
const KEEPALIVE_BYTES = 60_000;
const REFUSED = { 401: "your session ended", 404: "it is gone", 413: "it is too long" };
const kept = new WeakMap();
const timers = new WeakMap();
const sending = new WeakMap();
let leaving = false;

const drafted = () => [...document.querySelectorAll("form[data-draft-url]")];

async function keep(form) {
  clearTimeout(timers.get(form));
  const now = snapshot(form);
  if (kept.get(form) === now) return;
  const note = one("[data-draft-note]", form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") body.append(name, value);
  }
  const abort = new AbortController();
  sending.set(form, abort);
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, signal: abort.signal,
      keepalive: String(body).length < KEEPALIVE_BYTES,
    });
    if (answer.ok) kept.set(form, now);
    if (note) note.textContent = answer.ok ? `Draft kept ${clock()}` : `Not kept: ${REFUSED[answer.status] ?? "the server could not"}`;
  } catch {
    if (note && !abort.signal.aborted) note.textContent = "Not kept: the server did not answer";
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft-url]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), PAUSE_MS));
});

const pending = (form) => form.isConnected && timers.has(form) && kept.get(form) !== snapshot(form);

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || leaving) return;
  for (const form of drafted()) if (pending(form)) keep(form);
});

document.addEventListener("app:discard", ({ detail: form }) => {
  clearTimeout(timers.get(form));
  timers.delete(form);
  if (!form.dataset.draftUrl) return;
  const body = new URLSearchParams({ discard: "1" });
  fetch(form.dataset.draftUrl, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": csrfToken() } })
    .catch(() => null);
});

/** What is sent needs no draft: one that came later would bring it back. */
const stop = (form) => {
  clearTimeout(timers.get(form));
  timers.delete(form);
  sending.get(form)?.abort();
};
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (ctx.request?.form) stop(ctx.request.form); });
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) leaving = true; });
document.addEventListener("app:leaving", () => { leaving = true; });

// Asked only where text would really be lost: it is changed and no draft holds it.
window.addEventListener("beforeunload", (event) => {
  if (leaving) return;
  const lost = guarded().some((form) => isDirty(form) && !form.hasAttribute("data-dirty") && kept.get(form) !== snapshot(form));
  if (lost) event.preventDefault();
});
