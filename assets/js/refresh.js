// Forms that react: the answer to a refresh never takes typed text or the focus away.
import { all, announce, isRefresh, onContent, one, sentForm } from "./dom.js";
import { showToast } from "./toasts.js";
import { _ } from "./texts.js";

const sent = new WeakMap();
const waiting = new Set();
const waitingFiles = new WeakMap();

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!isRefresh(ctx)) return;
  const { body, form } = ctx.request;
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  for (const name of namesOfOthers(form)) body.delete(name);
  sent.set(ctx, new URLSearchParams(body));
});

/** The names of inputs in fields that neither react nor are asked about: they need not be sent. */
const namesOfOthers = (form) =>
  all("[data-reacts] [data-field]", form)
    .filter((part) => !part.closest("[data-asks], [data-changes]"))
    .flatMap((part) => all("[name]", part).map((control) => control.name));

/** Whether something was typed into a part of the form since the question was sent. */
const isNewer = (part, body) =>
  [...new FormData(part.closest("form"))]
    .filter(([name]) => one(`[name="${CSS.escape(name)}"]`, part) && !name.startsWith("_"))
    .some(([name, value]) => typeof value === "string" && !body.getAll(name).includes(value));

/** Asks once more how a form stands; whichever of its fields does is the same. */
const ask = (form) => one("[data-asks]", form)?.dispatchEvent(new CustomEvent("refresh"));

/** A part that cannot be replaced now is asked about again once the person has left it. */
function askLater(form, part) {
  waiting.add(form);
  part.addEventListener("focusout", () => { if (waiting.delete(form)) ask(form); }, { once: true });
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!isRefresh(ctx)) return;
  for (const task of [...tasks]) {
    const part = task.target;
    if (!part?.matches?.("[data-field]")) continue;
    const focused = part.contains(document.activeElement);
    if (!focused && !isNewer(part, sent.get(ctx))) continue;
    tasks.splice(tasks.indexOf(task), 1);
    if (focused) askLater(ctx.request.form, part);
    else setTimeout(() => ask(ctx.request.form));
  }
  for (const { target } of tasks) if (target?.matches?.("[data-field]")) setAside(ctx.request.form, target);
});

/** Files that were chosen and not saved cannot go through an answer: their inputs wait beside the form. */
function setAside(form, part) {
  if (!waitingFiles.has(form)) waitingFiles.set(form, new Map());
  for (const files of all("[data-files]", part)) waitingFiles.get(form).set(files.dataset.files, files);
}

onContent((root) => {
  const waiting = waitingFiles.get(root.closest?.("form"));
  if (!waiting) return;
  for (const drawn of all("[data-files]", root)) {
    const files = waiting.get(drawn.dataset.files);
    if (files && files !== drawn && !files.isConnected) drawn.replaceWith(files);
    waiting.delete(drawn.dataset.files);
  }
});

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (isRefresh(ctx) && ctx.response.status !== 401) told(ctx);
});
document.addEventListener("htmx:error", ({ detail: { ctx, error } }) => {
  if (ctx && isRefresh(ctx) && error?.name !== "AbortError") told(ctx);
});

function told(ctx) {
  const { form } = ctx.request;
  ctx.swap = "none";
  ctx.text = "";
  showToast({
    text: _("The form could not be brought up to date. Nothing you typed is lost."),
    tone: "error",
    action: { title: _("Retry"), run: () => ask(form) },
  });
}

// What is sent for good needs no more questions: a late answer would speak of another form.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = sentForm(ctx);
  if (!form) return;
  for (const source of all("[data-asks]", form)) source.dispatchEvent(new CustomEvent("htmx:abort"));
  waiting.delete(form);
});

document.addEventListener("announce", ({ detail }) => announce(detail.text));
