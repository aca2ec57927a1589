// Links to other records: a preview while one looks at them, and making what is not there yet.
import htmx from "htmx.org";
import { chooseIn } from "./combobox.js";
import { openDialog } from "./dialogs.js";
import { announce, make, on, one } from "./dom.js";
import { _ } from "./texts.js";

const PAUSE_MS = 250;
const kept = new Map();
let card = null;
let of = null;
let timer = 0;

function close() {
  card?.remove();
  of?.removeAttribute("aria-describedby");
  card = of = null;
}

function hide() {
  clearTimeout(timer);
  close();
}

async function preview(link) {
  const url = link.dataset.preview;
  if (!kept.has(url)) {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
    const answer = await fetch(url, { headers }).catch(() => null);
    if (!answer?.ok) return;
    if (kept.size > 50) kept.clear();
    kept.set(url, await answer.text());
  }
  if (!link.matches(":hover, :focus-visible")) return;
  hide();
  of = link;
  const body = new DOMParser().parseFromString(kept.get(url), "text/html").body;
  card = make("div", { class: "preview-card", role: "tooltip", id: "preview" }, ...body.childNodes);
  for (const inner of card.querySelectorAll("a")) inner.tabIndex = -1;
  document.body.append(card);
  const at = link.getBoundingClientRect();
  const above = at.bottom + card.offsetHeight + 12 > innerHeight && at.top > card.offsetHeight + 12;
  const left = Math.max(8, Math.min(at.left, innerWidth - card.offsetWidth - 8));
  const top = above ? at.top - card.offsetHeight - 6 : at.bottom + 6;
  card.style.setProperty("left", `${left + scrollX}px`);
  card.style.setProperty("top", `${top + scrollY}px`);
  link.setAttribute("aria-describedby", "preview");
}

const soon = (_event, link) => {
  clearTimeout(timer);
  timer = setTimeout(() => preview(link), PAUSE_MS);
};
on("pointerover", "a[data-preview]", (event, link) => { if (event.pointerType !== "touch") soon(event, link); });
on("focusin", "a[data-preview]", soon);
on("pointerout", "a[data-preview]", hide);
on("focusout", "a[data-preview]", hide);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
// What moves or is swapped elsewhere, such as counts, is no reason to forget what one looks at.
document.addEventListener("htmx:after:swap", () => { if (of && !of.isConnected) hide(); });
addEventListener("scroll", close, { passive: true, capture: true });

on("click", "button[data-make]", async (event, button) => {
  event.preventDefault();
  const url = new URL(button.dataset.make, location.href);
  url.searchParams.set("_for", button.dataset.for);
  const dialog = one("#dialog");
  await htmx.ajax("GET", url.pathname + url.search, { source: button, target: dialog, swap: "innerHTML" });
  if (!dialog.childElementCount) return;
  dialog.setAttribute("aria-label", one("h2", dialog)?.textContent ?? "");
  openDialog(dialog);
  one("input:not([type=hidden]), select, textarea", dialog)?.focus();
});

document.addEventListener("app:made", ({ detail }) => {
  const dialog = one("#dialog");
  const focus = chooseIn(detail.for, detail);
  // A dialog that closes gives the focus back to its opener first.
  dialog?.addEventListener("close", focus, { once: true });
  if (dialog?.open) dialog.close();
  announce(_("%(what)s is chosen", { what: detail.title }));
});
