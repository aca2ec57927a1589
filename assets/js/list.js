// The list: a cursor that is the focus itself, the search that runs as one types.
import htmx from "htmx.org";
import { all, on, one, onContent } from "./dom.js";

const rows = () => all(".list tbody tr");
const link = (row) => one(".lead a", row);
let last = null;

const current = () => document.activeElement?.closest?.(".list tbody tr") ?? null;

/** Moves the cursor by rows. */
export function moveCursor(step) {
  const list = rows();
  if (!list.length) return;
  const here = current() ?? (last && document.getElementById(last));
  const from = list.indexOf(here);
  const row = list[Math.min(Math.max(from + step, 0), list.length - 1)] ?? list[0];
  link(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

on("focusin", ".list tbody tr", (_event, row) => {
  last = row.id;
  for (const each of all(".list tr.cursor")) if (each !== row) each.classList.remove("cursor");
  row.classList.add("cursor");
});

on("click", ".list tbody tr", (event, row) => {
  if (event.defaultPrevented || event.target.closest("a, button, input, label")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(link(row).href, "_blank", "noopener");
  else link(row).click();
});

// Of many views the open one is in sight, also on a phone.
one(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

onContent(() => {
  for (const editor of all("[data-filter-editor]")) fit(editor);
});

/** Shows the inputs that the chosen operator needs. */
function fit(editor) {
  const op = one("[name=op]", editor).value;
  for (const part of all("[data-only]", editor)) part.hidden = !part.dataset.only.split(" ").includes(op);
  for (const part of all("[data-unless]", editor)) part.hidden = part.dataset.unless.split(" ").includes(op);
}
on("change", "[data-filter-editor] [name=op]", (_event, select) => fit(select.form));

let waiting;
on("input", "[data-search]", (_event, input) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (input.form.isConnected) htmx.trigger(input.form, "submit"); }, 250);
});

// A filter menu that was opened by the address closes the same way: its fields are links.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "view" && ctx.sourceElement?.closest?.("#view") === null) return;
  const editor = one("[data-filter-editor]");
  if (editor) (one(".input:not([hidden]), .check input", editor) ?? one("select", editor)).focus();
  else if (one("#filter-menu[open]")) one("#filter-menu [data-menu-find]").focus();
  else if (document.activeElement === document.body) one("#filter-menu > summary")?.focus();
});
