// A table of controls that is walked by arrow keys: one stop for Tab, wherever one was last.
import { all, one } from "../dom.js";

const CONTROL = "input, select, button, a[href]";
/** A select that shows its list: the arrows are the list's then. */
let opened = null;
let last = "";

const table = () => one("[data-grid]");
const nameOf = (control) => control.name ? `${control.name}=${control.type === "submit" ? control.value : ""}` : control.href;
const controlIn = (cell, column) => cell && [...cell.querySelectorAll(CONTROL)].at(column < 0 ? -1 : 0);

/** Only the control that one was at last is reached by Tab. */
function rove(to) {
  const grid = table();
  if (!grid) return;
  const controls = all(CONTROL, grid);
  const current = to ?? controls.find((control) => nameOf(control) === last) ?? one("tbody input, tbody select", grid) ?? controls[0];
  for (const control of controls) control.tabIndex = control === current ? 0 : -1;
  if (current) last = nameOf(current);
}

/** The next control in a direction; cells without one are passed over. */
function next(control, down, right) {
  const cell = control.closest("td, th");
  const siblings = [...cell.querySelectorAll(CONTROL)];
  const beside = right && siblings[siblings.indexOf(control) + right];
  if (beside) return beside;
  const rows = [...table().rows];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    row += down;
    column += right;
    const there = rows[row]?.cells[column];
    if (!there || column < 0) return null;
    const found = controlIn(there, right);
    if (found) return found;
  }
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const control = event.target.closest?.(CONTROL);
  if (!control?.closest("[data-grid]") || event.ctrlKey || event.metaKey) return;
  if (control.tagName === "SELECT" && (event.altKey || event.key === " " || event.key === "Enter")) opened = control;
  const step = STEPS[event.key];
  if (!step || event.altKey || opened === control) return;
  event.preventDefault();
  const found = next(control, ...step);
  if (!found) return;
  rove(found);
  found.focus();
  found.scrollIntoView({ block: "nearest", inline: "nearest" });
});

for (const kind of ["change", "focusout"]) document.addEventListener(kind, () => { opened = null; });
document.addEventListener("keyup", (event) => { if (event.key === "Escape") opened = null; });
document.addEventListener("pointerdown", (event) => { opened = event.target.closest?.("[data-grid] select") ?? null; });
document.addEventListener("focusin", (event) => { if (event.target.closest?.("[data-grid]") && event.target.matches(CONTROL)) rove(event.target); });
document.addEventListener("bench:changed", () => rove());
rove();
