// Fields that repeat and fields of several kinds: the buttons that work by a post without a script.
import { all, announce, messageIn, on, one } from "./dom.js";
import { showToast } from "./toasts.js";
import { _ } from "./texts.js";

const rowsOf = (box) => [...one("[data-rows-list]", box).children];
const boxOf = (element) => element.closest("[data-rows]");
const rowOf = (element) => element.closest("[data-row]");

/** Numbers, counts and buttons as the rows stand now; then the form knows that it changed. */
function settleRows(box) {
  const rows = rowsOf(box);
  rows.forEach((row, at) => {
    const number = one(":scope > th [data-row-number]", row);
    if (number) number.textContent = String(at + 1);
    for (const button of all(":scope > .row-acts [data-row-act]", row)) {
      const verb = button.dataset.rowAct;
      button.disabled = (verb === "up" && at === 0) || (verb === "down" && at === rows.length - 1);
    }
  });
  const count = one(":scope > .rows-foot [data-row-count]", box);
  count.textContent = `${rows.length} ${rows.length === 1 ? count.dataset.one : count.dataset.many}`;
  one(":scope > [data-rows-empty]", box).hidden = rows.length > 0;
  box.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
  // What follows from the rows, or asks about them, is another now.
  box.closest("[data-asks]")?.dispatchEvent(new CustomEvent("refresh"));
}

const firstInput = (row) => one("input:not([type=hidden]), select, textarea", row) ?? row;

/** The server draws the new row, so that it is like all others; the rest of the page stays. */
async function add(button) {
  const box = boxOf(button), form = button.closest("form");
  const body = new FormData(form);
  body.set("_rows", button.value);
  button.classList.add("busy");
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  button.classList.remove("busy");
  const text = await answer?.text() ?? "";
  const page = new DOMParser().parseFromString(text, "text/html");
  const drawn = all("[data-rows]", page).find((each) => each.dataset.rows === box.dataset.rows);
  const row = drawn && rowsOf(drawn).at(-1);
  const known = new Set(rowsOf(box).map((each) => each.dataset.row));
  if (!answer?.ok || !row || known.has(row.dataset.row)) {
    const said = answer ? messageIn(text).text : "";
    showToast({ text: said || _("No row could be added."), tone: "error" });
    return;
  }
  one("[data-rows-list]", box).append(document.adoptNode(row));
  window.htmx?.process?.(row);
  settleRows(box);
  announce(_("Row %(number)s added", { number: rowsOf(box).length }));
  firstInput(row).focus();
}

function remove(row) {
  const box = boxOf(row), after = row.nextElementSibling, rows = rowsOf(box), at = rows.indexOf(row);
  row.remove();
  settleRows(box);
  announce(_("Row %(number)s removed", { number: at + 1 }));
  showToast({
    text: _("Row %(number)s removed. It is gone when you save.", { number: at + 1 }),
    tone: "info",
    action: {
      title: _("Undo"),
      run: () => {
        if (after?.isConnected) after.before(row);
        else one("[data-rows-list]", box).append(row);
        settleRows(box);
        announce(_("Row %(number)s is back", { number: at + 1 }));
        firstInput(row).focus();
      },
    },
  });
  const next = rowsOf(box)[Math.min(at, rows.length - 2)];
  (next ? firstInput(next) : one(":scope > .rows-foot [data-row-act=add]", box)).focus();
}

function move(row, verb) {
  const other = verb === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return false;
  if (verb === "up") other.before(row);
  else other.after(row);
  const box = boxOf(row);
  settleRows(box);
  announce(_("Moved to row %(number)s of %(total)s", { number: rowsOf(box).indexOf(row) + 1, total: rowsOf(box).length }));
  return true;
}

on("click", "[data-row-act]", (event, button) => {
  event.preventDefault();
  event.stopPropagation();
  const verb = button.dataset.rowAct;
  if (verb === "add") add(button);
  else if (verb === "remove") remove(rowOf(button));
  else if (move(rowOf(button), verb)) {
    const twin = one("[data-row-act]:not([disabled])", button.parentElement);
    (button.disabled ? twin : button)?.focus();
  }
}, { capture: true });

on("keydown", "[data-row]", (event, row) => {
  const verb = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!event.altKey || !verb || !one(":scope > .row-acts [data-row-act=up]", row)) return;
  event.preventDefault();
  const focused = document.activeElement;
  if (move(row, verb)) focused.focus();
});

// -- kinds: the chosen one bears the plain name, the others keep what was typed beside it ----

const beside = (name, mark) => `:${mark}:${name}`;

function renamed(part, from, to) {
  for (const element of all("[name]", part)) {
    const marks = element.name.match(/^(:[^:]+:)*?(?=[^:]|:\d+:)/)?.[0] ?? "";
    const rest = element.name.slice(marks.length);
    if (rest === from || rest.startsWith(`${from}/`)) element.name = marks + to + rest.slice(from.length);
  }
  for (const box of all("[data-rows], [data-variant]", part)) {
    const key = box.hasAttribute("data-rows") ? "rows" : "variant";
    const name = box.dataset[key];
    if (name === from || name.startsWith(`${from}/`)) box.dataset[key] = to + name.slice(from.length);
  }
  for (const button of all("button[name=_rows]", part)) {
    const [verb, slot, ...rest] = button.value.split(" ");
    const name = rest.join(" ");
    if (name.startsWith(`${from}/`)) button.value = `${verb} ${slot} ${to}${name.slice(from.length)}`;
  }
}

on("change", "[data-variant-choice]", (_event, select) => {
  const box = select.closest("[data-variant]"), name = box.dataset.variant;
  const drawn = one(`:scope > input[type=hidden]`, box);
  const parts = all(":scope > [data-alternative]", box);
  if (drawn.value !== "") renamed(parts[Number(drawn.value)], name, beside(name, drawn.value));
  if (select.value !== "") renamed(parts[Number(select.value)], beside(name, select.value), name);
  drawn.value = select.value;
  parts.forEach((part, at) => { part.hidden = String(at) !== select.value; });
  announce(select.value === "" ? _("No kind chosen") : _("%(kind)s: its fields are shown", { kind: select.selectedOptions[0].textContent.trim() }));
});
