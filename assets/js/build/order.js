// Lists whose items are moved: by a pointer, and by the keyboard as `space`, arrows, `space`; both
// post what the buttons beside them post. `Escape` puts it back.
import { all, announce, on, one } from "../dom.js";
import { _ } from "../texts.js";

const itemOf = (element) => element.closest("[data-order-item]");
const listOf = (element) => element.closest("[data-order]");
const itemsOf = (list) => [...list.children].filter((each) => each.matches("[data-order-item]"));
const nameOf = (item) => item?.dataset.orderItem ?? "";
const titleOf = (item) => one(".order-title, .strong", item)?.textContent.trim() ?? nameOf(item);

/** What is being moved: its item, and the one that it stood before. */
let moved = null;

function mark(button, taken) {
  button.setAttribute("aria-pressed", String(taken));
  itemOf(button).classList.toggle("taken", taken);
}

/** Posts where it stands now, through the form that its handle is in. */
function settle(handle, before) {
  const form = handle.form;
  for (const [name, value] of [["to", "before"], ["before", before]]) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
    setTimeout(() => input.remove());
  }
  form.requestSubmit();
}

function said(item) {
  const items = itemsOf(listOf(item));
  announce(_("%(what)s: %(number)s of %(total)s", { what: titleOf(item), number: items.indexOf(item) + 1, total: items.length }));
}

function take(handle) {
  const item = itemOf(handle);
  moved = { handle, item, before: item.nextElementSibling };
  mark(handle, true);
  announce(_("%(what)s taken: arrow keys move it, space puts it down, Escape puts it back", { what: titleOf(item) }));
}

function drop() {
  const { handle, item, before } = moved;
  moved = null;
  mark(handle, false);
  if (item.nextElementSibling !== before) settle(handle, nameOf(item.nextElementSibling));
  said(item);
}

function putBack() {
  const { handle, item, before } = moved;
  moved = null;
  mark(handle, false);
  item.parentElement.insertBefore(item, before);
  handle.focus();
  announce(_("Put back"));
}

function step(up) {
  const { item, handle } = moved;
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (up) other.before(item);
  else other.after(item);
  handle.focus();
  said(item);
}

on("keydown", "[data-order-handle]", (event, handle) => {
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (moved) drop();
    else take(handle);
  } else if (moved && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    step(event.key === "ArrowUp");
  } else if (moved && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    putBack();
  } else if (moved && event.key === "Tab") {
    putBack();
  }
});

// -- a pointer ------------------------------------------------------------------------------

let dragged = null;

const unmark = () => all(".before, .after", dragged.list).forEach((each) => each.classList.remove("before", "after"));

/** The item under a height, and whether the place is behind it. */
function placeAt(y) {
  const items = itemsOf(dragged.list);
  const under = items.find((item) => y < item.getBoundingClientRect().bottom) ?? items.at(-1);
  const box = under.getBoundingClientRect();
  return { under, behind: y > box.top + box.height / 2 };
}

on("pointerdown", "[data-order-handle]", (event, handle) => {
  if (event.button !== 0 || moved) return;
  dragged = { handle, item: itemOf(handle), list: listOf(handle), place: null };
  handle.setPointerCapture(event.pointerId);
});

on("pointermove", "[data-order-handle]", (event) => {
  if (!dragged) return;
  dragged.item.classList.add("dragged");
  unmark();
  dragged.place = placeAt(event.clientY);
  dragged.place.under.classList.add(dragged.place.behind ? "after" : "before");
});

function endDrag(keep) {
  if (!dragged) return;
  unmark();
  const { handle, item, place } = dragged;
  item.classList.remove("dragged");
  dragged = null;
  if (!keep || !place) return;
  const target = place.behind ? place.under.nextElementSibling : place.under;
  if (target === item || target === item.nextElementSibling) return;
  item.parentElement.insertBefore(item, target);
  settle(handle, nameOf(target));
  said(item);
}

on("pointerup", "[data-order-handle]", () => endDrag(true));
on("pointercancel", "[data-order-handle]", () => endDrag(false));
