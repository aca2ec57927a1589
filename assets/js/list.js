// The list: a cursor that is the focus itself, a selection, the search that runs as one types.
import htmx from "htmx.org";
import { all, announce, on, one, onContent } from "./dom.js";
import { showToast } from "./toasts.js";

const rows = () => all(".list tbody tr");
const link = (row) => one(".lead a", row);
let last = null;

const current = () => document.activeElement?.closest?.(".list tbody tr") ?? null;

/** Moves the cursor by rows; `extend` selects on the way. */
export function moveCursor(step, extend = false) {
  const list = rows();
  if (!list.length) return;
  const here = current() ?? (last && document.getElementById(last));
  const from = list.indexOf(here);
  const row = list[Math.min(Math.max(from + step, 0), list.length - 1)] ?? list[0];
  if (extend) for (const each of [here, row]) if (each) tick(each, true);
  link(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

export function toggleRow() {
  const row = current() ?? (last && document.getElementById(last));
  if (row) tick(row, !one(".tick", row).checked);
}

function tick(row, checked) {
  one(".tick", row).checked = checked;
  showSelection();
}

export function clearSelection() {
  const ticked = all(".list tbody .tick:checked");
  for (const box of ticked) box.checked = false;
  showSelection();
  return ticked.length > 0;
}

function showSelection() {
  const bar = one("[data-bulk]");
  if (!bar) return;
  const boxes = all(".list tbody .tick");
  const chosen = boxes.filter((box) => box.checked).length;
  bar.hidden = chosen === 0;
  one("[data-bulk-count]", bar).textContent = `${chosen} selected`;
  const head = one("[data-tick-all]");
  if (head) {
    head.checked = chosen > 0 && chosen === boxes.length;
    head.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

on("focusin", ".list tbody tr", (_, row) => {
  last = row.id;
  for (const each of all(".list tr.cursor")) if (each !== row) each.classList.remove("cursor");
  row.classList.add("cursor");
});

let anchor = null;
on("click", ".list tbody .tick", (event, box) => {
  const boxes = all(".list tbody .tick");
  if (event.shiftKey && anchor?.isConnected) {
    const [from, to] = [boxes.indexOf(anchor), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
  }
  anchor = box;
  showSelection();
});
on("change", "[data-tick-all]", (_, head) => {
  for (const box of all(".list tbody .tick")) box.checked = head.checked;
  showSelection();
  announce(head.checked ? `${rows().length} selected` : "Nothing selected");
});

on("click", ".list tbody tr", (event, row) => {
  if (event.defaultPrevented || event.target.closest("a, button, input, label, td:first-child")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(link(row).href, "_blank", "noopener");
  else link(row).click();
});

const ticked = () => rows().filter((row) => one(".tick", row).checked);
on("click", "[data-bulk-clear]", () => clearSelection());
on("click", "[data-bulk-open]", () => {
  for (const row of ticked().slice(0, 10)) window.open(link(row).href, "_blank", "noopener");
});
on("click", "[data-bulk-copy]", async () => {
  const names = ticked().map((row) => link(row).textContent.trim());
  await navigator.clipboard.writeText(names.join("\n"));
  showToast({ text: `${names.length} copied` });
});

onContent(() => {
  showSelection();
  for (const editor of all("[data-filter-editor]")) fit(editor);
});

/** Shows the inputs that the chosen operator needs. */
function fit(editor) {
  const op = one("[name=op]", editor).value;
  for (const part of all("[data-only]", editor)) part.hidden = part.dataset.only !== op;
  for (const part of all("[data-unless]", editor)) part.hidden = part.dataset.unless.split(" ").includes(op);
}
on("change", "[data-filter-editor] [name=op]", (_, select) => fit(select.form));

let waiting;
on("input", "[data-search]", (_, input) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (input.form.isConnected) htmx.trigger(input.form, "submit"); }, 250);
});

// A filter menu that was opened by the address closes the same way: its fields are links.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "view" && ctx.sourceElement?.closest?.("#view") === null) return;
  const editor = one("[data-filter-editor]");
  if (editor) (one(".input:not([hidden]), .check input", editor) ?? one("select", editor)).focus();
});
