import { all, icon, make, one } from "./dom.js";
import { _ } from "./texts.js";

const SYMBOLS = { success: "circle-check", error: "circle-alert", warning: "triangle-alert", info: "info" };
const SHOWN_MS = 5000;

/** Leaves after five seconds, not while somebody points at it or stands in it; errors stay. */
function expire(toast) {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS); };
  const stop = () => clearTimeout(timer);
  for (const type of ["pointerenter", "focusin"]) toast.addEventListener(type, stop);
  for (const type of ["pointerleave", "focusout"]) toast.addEventListener(type, start);
  start();
}

function withClose(toast) {
  const close = make("button", { type: "button", class: "close", "aria-label": _("Dismiss") }, icon("x"));
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
}

/** Shows a message; `action` is `{title, run}`. */
export function showToast({ text, detail = "", tone = "success", action = null }) {
  const words = make("div", { class: "grow" }, make("p", {}, text));
  if (detail) words.append(make("p", {}, detail));
  const toast = make("div", { class: `toast ${tone}` }, icon(SYMBOLS[tone] ?? "info"), words);
  if (action) {
    const button = make("button", { type: "button" }, action.title);
    button.addEventListener("click", () => { toast.remove(); action.run(); });
    toast.append(button);
  }
  withClose(toast);
  if (tone === "error") {
    one("#alerts").replaceChildren(toast);
  } else {
    const region = one("#toasts");
    const before = region.lastElementChild;
    if (before && one("p", before)?.textContent === text) before.remove();
    while (region.children.length > 2) region.firstElementChild.remove();
    region.append(toast);
    expire(toast);
  }
}

document.addEventListener("toast", (event) => {
  const { text = event.detail.value, ...rest } = event.detail;
  showToast({ text, ...rest });
});

for (const toast of all("[data-toast]")) {
  withClose(toast);
  if (!toast.classList.contains("error")) expire(toast);
}
