// Dialogs and menus. A dialog's content is a block of a page that also stands by itself.
import htmx from "htmx.org";
import { all, on, one } from "./dom.js";

const openers = new WeakMap();

/** A text as it is searched: without capitals and accents. */
const plain = (text) => text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

export function openDialog(dialog) {
  if (dialog.open) return;
  openers.set(dialog, document.activeElement);
  dialog.showModal();
}

on("click", "a[data-dialog]", async (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  event.preventDefault();
  const dialog = one("#dialog");
  await htmx.ajax("GET", link.href, { source: link, target: dialog, swap: "innerHTML" });
  if (!dialog.childElementCount) return;
  const heading = one("h2", dialog);
  if (heading) dialog.setAttribute("aria-label", heading.textContent);
  closeMenus();
  openDialog(dialog);
  (one("[autofocus], [aria-invalid]", dialog) ?? one("input:not([type=hidden]), select, textarea, [type=submit]", dialog))?.focus();
});

on("click", "[data-open]", (_event, button) => {
  closeMenus();
  openDialog(one(button.dataset.open));
});

on("click", "[data-close]", (event, element) => {
  const dialog = element.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});

document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

document.addEventListener("close", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  const opener = openers.get(event.target);
  if (opener?.isConnected) opener.focus();
  if (event.target.id === "dialog") event.target.replaceChildren();
}, { capture: true });

// The answer to a dialog's form lands outside it: then it has done its work.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const dialog = one("#dialog");
  if (!dialog.open || (ctx.response?.status ?? 200) >= 400) return;
  if (ctx.request?.method !== "GET" && !dialog.contains(ctx.target)) dialog.close();
});

export function closeMenus(except = null) {
  let closed = false;
  for (const menu of all("details[data-menu][open]")) {
    if (menu === except || menu.contains(except)) continue;
    menu.open = false;
    closed = true;
  }
  return closed;
}

document.addEventListener("pointerdown", (event) => {
  closeMenus(event.target instanceof Element ? event.target.closest("details[data-menu]") : null);
});

// A long menu is searched: what does not hold the words is hidden, Enter takes the first that does.
on("input", "[data-menu-find]", (_event, input) => {
  const words = plain(input.value);
  const menu = input.parentElement;
  for (const item of all(".menu-item", menu)) item.hidden = !plain(item.textContent).includes(words);
  for (const rule of all("hr", menu)) rule.hidden = words !== "";
});
on("keydown", "[data-menu-find]", (event, input) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  one(".menu-item:not([hidden])", input.parentElement)?.click();
});

on("keydown", "details[data-menu][open]", (event, menu) => {
  const items = all(".menu-item", menu).filter((item) => item.offsetParent);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    menu.open = false;
    one("summary", menu).focus();
    event.stopPropagation();
  } else if (step && items.length) {
    const at = items.indexOf(document.activeElement);
    items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length].focus();
    event.preventDefault();
  }
});
