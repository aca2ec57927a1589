// Rows of conditions: one edit of a form at a time, and the cursor stays with the row that moved.
import { all, csrfToken, on, one } from "../dom.js";

const PAUSE_MS = 300;

const signature = (row) =>
  all("select, input:not([type=hidden]), textarea", row).map((control) => (control.type === "checkbox" ? control.checked : control.value)).join("\u0001");
const rowsIn = (form) => all("[data-row]", form);

/** What was pressed: where the cursor goes once the answer is there. */
let pressed = null;

on("click", "[data-logic] [data-act]", (_event, button) => {
  const form = button.form;
  const row = button.closest("[data-row]");
  const does = button.dataset.act;
  const place = does === "add" || does === "group" || does === "rows" ? button.closest(".logic-group").id : row?.dataset.row;
  pressed = { form: form.id, does, place, row: row && signature(row), count: rowsIn(form).length };
});

/** In which row the cursor stands, at which of its controls: an answer may put another control there. */
let standing = null;
const controlsIn = (row) => all("select, input:not([type=hidden]), textarea, button", row);

on("focusin", "[data-logic] [data-row]", ({ target: control }, row) => {
  standing = { form: control.form?.id, row: row.dataset.row, index: controlsIn(row).indexOf(control) };
});

function standAgain() {
  if (!standing || document.activeElement !== document.body) return;
  const row = one(`#${standing.form} [data-row="${standing.row}"]`);
  const control = row && controlsIn(row)[standing.index];
  control?.focus();
  if (control instanceof HTMLInputElement) control.select();
}

document.addEventListener("bench:changed", ({ detail: { sent } }) => {
  if (!pressed || pressed.form !== sent) {
    standAgain();
    return;
  }
  const form = document.getElementById(pressed.form);
  const goal = form && target(form, pressed);
  pressed = null;
  goal?.focus();
});

function target(form, { does, place, row, count }) {
  const rows = rowsIn(form);
  if (does === "add" || does === "group" || does === "rows") {
    const parts = all(":scope > .logic-parts > [data-row]", document.getElementById(place) ?? form);
    return rows.length > count ? one("select", parts.at(-1) ?? form) : null;
  }
  if (does === "remove") return one(`[data-row="${place}"] [data-act=remove]`, form) ?? rows.at(-1)?.querySelector("[data-act=remove]") ?? one("[data-act=add]", form);
  const alike = rows.filter((each) => signature(each) === row);
  const found = does === "copy" ? alike.at(-1) : alike.find((each) => each.dataset.row !== place) ?? alike[0];
  return found && one(`[data-act=${does}]`, found);
}

// -- what the records say while somebody types ---------------------------------------------

let typing;
/** Grows with each question and each edit: an answer to an older one is not shown any more. */
let asked = 0;

/** Shows what a condition says as it is typed; the inputs stay as they are. */
async function ask(form) {
  const place = one("[data-asked]"), mine = ++asked;
  if (!place || !form.isConnected) return;
  const body = new URLSearchParams(new FormData(form));
  body.set("_page", location.pathname + location.search);
  const answer = await fetch(place.dataset.asked, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (answer?.status !== 200) return;
  const { html, words } = await answer.json();
  if (mine !== asked || place.contains(document.activeElement)) return;
  place.innerHTML = html;
  const said = one(".logic-words:not(.muted)");
  if (said && words) said.textContent = words;
}

on("input", "[data-logic] input:not([type=checkbox], [type=radio])", (_event, input) => {
  clearTimeout(typing);
  typing = setTimeout(ask, PAUSE_MS, input.form);
});

document.addEventListener("bench:changed", () => {
  clearTimeout(typing);
  asked++;
});
