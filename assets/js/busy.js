// A form whose answer takes a while says meanwhile what is being done, and for how long.
import { all, make, on } from "./dom.js";
import { sizeText } from "./uploads.js";

const SOON_MS = 300;
const timers = new WeakMap();

const fileWords = (form) =>
  all("input[type=file]", form).flatMap((input) => [...input.files]).map((file) => `${file.name} (${sizeText(file.size)})`).join(", ");

/** The words with the seconds, which nobody has read aloud each time. */
function note(form, words) {
  const files = fileWords(form);
  const seconds = make("span", { "aria-hidden": "true" });
  const said = make("span", { role: "status" });
  const line = make("p", { class: "busy-note" }, make("progress", { "aria-hidden": "true" }), said, seconds);
  (all("[type=submit]", form).at(-1)?.parentElement ?? form).after(line);
  said.textContent = files ? `${files}. ${words}` : words;
  const began = Date.now();
  return { line, tick: setInterval(() => { seconds.textContent = `${Math.round((Date.now() - began) / 1000)} s`; }, 1000) };
}

function begin(form, words) {
  end(form);
  const waiting = { timer: setTimeout(() => Object.assign(waiting, note(form, words)), SOON_MS) };
  timers.set(form, waiting);
}

function end(form) {
  const waiting = timers.get(form);
  clearTimeout(waiting?.timer);
  clearInterval(waiting?.tick);
  waiting?.line?.remove();
  timers.delete(form);
}

on("submit", "form[data-busy]", (event, form) => {
  if (!event.defaultPrevented) begin(form, event.submitter?.dataset.busy ?? form.dataset.busy);
});
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement?.closest?.("form[data-busy]");
  if (form) begin(form, form.dataset.busy);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement?.closest?.("form[data-busy]");
  if (form) end(form);
});
window.addEventListener("pageshow", () => { for (const form of all("form[data-busy]")) end(form); });
