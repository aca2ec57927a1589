// Files go up one by one with their progress; what is too big is refused before it is sent.
import htmx from "htmx.org";
import { all, announce, csrfToken, icon, make, messageIn, on, one } from "./dom.js";
import { showToast } from "./toasts.js";
import { _ } from "./texts.js";

const UNITS = ["B", "KB", "MB"];

/** A size as the server writes it, so that one limit is not called by two numbers. */
export function sizeText(bytes) {
  const unit = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  const size = bytes / 1024 ** unit;
  const digits = unit < 2 ? 0 : 1;
  return `${Number(size.toFixed(digits)).toLocaleString(document.documentElement.lang)} ${UNITS[unit]}`;
}

/** The list of files above a place to drop them. */
export const listFor = (drop) => {
  const before = drop.previousElementSibling;
  if (before?.matches(".file-list")) return before;
  const list = make("ul", { class: "file-list" });
  drop.before(list);
  return list;
};

function line(drop, file) {
  const bar = make("progress", { max: "100", value: "0", "aria-label": _("Uploading %(name)s", { name: file.name }) });
  const facts = make("span", { class: "facts" }, sizeText(file.size));
  const item = make("li", { class: "file" }, icon("file-up"), make("span", { class: "clip" }, file.name), facts, bar);
  listFor(drop).append(item);
  return { item, bar, facts };
}

function refuse({ item, bar, facts }, message) {
  bar.remove();
  item.classList.add("failed");
  facts.textContent = message;
  const close = make("button", { type: "button", class: "btn ghost square", "aria-label": _("Dismiss") }, icon("x"));
  close.addEventListener("click", () => item.remove());
  item.append(close);
  announce(message);
}

/** Sends one file; resolves to the request, whatever its status, or null where nothing came back. */
function send(drop, file, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", drop.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", drop.dataset.fieldName ? "application/json" : "text/html");
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Request-Type", "partial");
    request.setRequestHeader("HX-Target", "section#files");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress((event.loaded / event.total) * 100);
    });
    request.addEventListener("load", () => resolve(request));
    for (const type of ["error", "abort", "timeout"]) request.addEventListener(type, () => resolve(null));
    const body = new FormData();
    body.append("file", file, file.name);
    request.send(body);
  });
}

const wordsOf = (request) => {
  if (!request) return _("The connection broke; try again.");
  if (request.status === 401) return _("Your session ended; sign in again in another tab.");
  const { text, detail } = messageIn(request.responseText);
  if (request.status >= 500) return (request.status === 507 && text) || _("The server could not store it; try again.");
  return detail || text || (request.status === 413 ? _("Too big for this place.") : _("Refused."));
};

/** What the server wants to be told beside its answer, as htmx would. */
function passOn(request) {
  const header = request.getResponseHeader("HX-Trigger") ?? "";
  if (!header.startsWith("{")) return;
  for (const [name, detail] of Object.entries(JSON.parse(header))) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** A file of a field: a ticked line that goes with the form. */
function attach(drop, { item, bar, facts }, stored) {
  const tick = make("input", {
    class: "tick", type: "checkbox", name: drop.dataset.fieldName, value: stored.id, checked: true, "aria-label": _("Keep %(name)s", { name: stored.name }),
  });
  if ("single" in drop.dataset) {
    for (const other of all(".file", item.parentElement)) if (other !== item) other.remove();
  }
  item.replaceChildren(tick, make("a", { href: stored.url, download: true }, stored.name), facts);
  bar.remove();
  item.dispatchEvent(new Event("input", { bubbles: true }));
}

async function upload(drop, file) {
  const shown = line(drop, file);
  const limit = Number(drop.dataset.maxBytes);
  if (limit && file.size > limit) {
    refuse(shown, _("%(size)s; at most %(limit)s fit here", { size: sizeText(file.size), limit: sizeText(limit) }));
    return;
  }
  const request = await send(drop, file, (percent) => { shown.bar.value = percent; });
  if (!request || request.status >= 300) {
    refuse(shown, wordsOf(request));
  } else if (drop.dataset.fieldName) {
    attach(drop, shown, JSON.parse(request.responseText));
  } else {
    shown.bar.remove();
    passOn(request);
    drop.dispatchEvent(new CustomEvent("stored", { detail: request.responseText }));
  }
}

/** All files, one after the other; then the list as the server has it, and what it says happened. */
async function uploadAll(drop, files) {
  let answer = null;
  drop.addEventListener("stored", (event) => { answer = event.detail; });
  for (const file of files) await upload(drop, file);
  if (answer === null) return;
  const failed = all(".file.failed", drop.parentElement);
  const holder = document.createElement("template");
  holder.innerHTML = answer;
  const fresh = holder.content.querySelector("#files");
  const old = one("#files");
  if (fresh && old) {
    old.replaceWith(fresh);
    one(".file-list", fresh)?.append(...failed);
    htmx.process(fresh);
  }
  announce(files.length === 1 ? _("%(name)s uploaded", { name: files[0].name }) : _("%(number)s files uploaded", { number: files.length }));
  if (one("#timeline")) {
    htmx.ajax("GET", location.href, { source: one("#timeline"), target: "#timeline", select: "#timeline", swap: "outerMorph" });
  }
}

const take = (drop, files) => {
  if (files.length) uploadAll(drop, [...files]).catch(() => showToast({ text: _("The upload stopped."), tone: "error" }));
};

on("change", "[data-drop] input[type=file]", (_event, input) => {
  take(input.closest("[data-drop]"), input.files);
  input.value = "";
});
on("dragover", ".drop", (event, drop) => {
  event.preventDefault();
  drop.classList.add("over");
});
for (const type of ["dragleave", "drop"]) on(type, ".drop", (_event, drop) => drop.classList.remove("over"));
on("drop", "[data-drop]", (event, drop) => {
  event.preventDefault();
  take(drop, event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  const files = event.clipboardData?.files;
  const drop = one("#files [data-drop]");
  if (files?.length && drop) {
    event.preventDefault();
    take(drop, files);
  }
});

/** What is wrong with the files of an input that its form sends whole; empty: nothing. */
function tooLarge(input) {
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const most = Number(input.dataset.largest);
  return size > most ? _("The file is larger than %(most)s MB: split it", { most: Math.floor(most / 1024 ** 2) }) : "";
}

on("change", "input[type=file][data-largest]", (_event, input) => input.setCustomValidity(""));

on("submit", "form", (event, form) => {
  const wrong = all("input[type=file][data-largest]", form).find(tooLarge);
  if (!wrong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wrong.setCustomValidity(tooLarge(wrong));
  wrong.reportValidity();
}, { capture: true });
