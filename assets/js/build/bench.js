// The bench: which state of the draft its parts were drawn from, and how answers come into it.
import htmx from "htmx.org";
import { all, one } from "../dom.js";
import { hasTurn } from "./turns.js";

export const FRAGMENT = { "HX-Request": "true", "HX-Request-Type": "partial" };

const head = () => one("#bench-head");
let seen = Number(head()?.dataset.sequence ?? 0);
/** Something changed that could not be shown: somebody was typing there. */
let behind = false;

/** The entry of the draft's log that the section on screen shows. */
export const sectionSequence = () => seen;
/** What is asked for the next state: empty where something is still to be shown. */
export const state = () => (behind ? "" : head()?.dataset.state ?? "");

/** Where no option is marked as chosen, a select of one shows its first. */
const isChosenAnew = (select) => {
  const options = [...select.options];
  const unmarked = !select.multiple && !options.some((option) => option.defaultSelected);
  return unmarked ? select.selectedIndex > 0 : options.some((option) => option.selected !== option.defaultSelected);
};

const isTouched = (control) =>
  control.type === "hidden" || control.disabled ? false
  : control.type === "checkbox" || control.type === "radio" ? control.checked !== control.defaultChecked
  : control.options ? isChosenAnew(control)
  : control.value !== (control.defaultValue ?? control.value);

/** Whether what a form sent is still to be put right: nothing that merely comes in takes it away. */
const isRefused = (form, sent) => sent === "" && one("[aria-invalid=true], [data-unfinished]", form) !== null;

/** Whether somebody is in the middle of something in the section, in another form than `sent`. */
const isBusy = (sent) =>
  all("#bench-section form[data-edit]").some((form) =>
    form.id !== sent && !form.hasAttribute("data-own-sequence") && ([...form.elements].some(isTouched) || isRefused(form, sent))) ||
  one("#bench dialog[open]:not([data-live])") !== null;

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!ctx.bench) return;
  const parts = tasks.filter((task) => task.target?.closest?.("#bench-section"));
  if (ctx.bench.sent !== "*" && isBusy(ctx.bench.sent)) {
    behind = true;
    for (const task of parts) tasks.splice(tasks.indexOf(task), 1);
  } else {
    ctx.bench.whole = true;
  }
});

/** Inputs show what the answer says, but for the one that somebody went on typing in. */
function settleInputs(typing, typed) {
  for (const control of all("#bench-section form[data-edit]:not([data-own-sequence]) :is(input, textarea, select)")) {
    if (!isTouched(control) || hasTurn(control.form?.id) || (control === typing && control.value !== typed)) continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = control.defaultChecked;
    else if (control.options) for (const option of control.options) option.selected = option.defaultSelected;
    else control.value = control.defaultValue;
  }
}

/** Takes the parts of an answer in; what somebody is typing in stays as it is, but where `sent` is `*`. */
export async function takeIn(text, sent = "", body = null) {
  const bench = { sent, whole: false };
  const typing = document.activeElement;
  // What was sent by another form says nothing of the input that has the focus by now.
  const typed = (typing?.form?.id === sent ? body?.get(typing.name) : null) ?? typing?.value;
  await htmx.swap({ text, swap: "none", target: document.body, sourceElement: document.body, bench });
  if (bench.whole) {
    behind = false;
    settleInputs(typing, typed);
    seen = Number(head().dataset.sequence);
  }
  document.dispatchEvent(new CustomEvent("bench:changed", { detail: { sent } }));
  if (bench.whole && sent) setTimeout(() => keepPlace(typing));
}

/** What had the focus went with the edit: the heading of the section has it then, not the whole page. */
function keepPlace(had) {
  if (had?.isConnected || had === document.body || document.activeElement !== document.body) return;
  one("#bench-section h1[tabindex]")?.focus({ preventScroll: true });
}
