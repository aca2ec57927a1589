// The canvas of a form: what is selected stands in the address, the inspector follows it.
import { all, announce, on, one } from "../dom.js";
import { _ } from "../texts.js";
import { FRAGMENT, takeIn } from "./bench.js";
import { isSending } from "./queue.js";

const WAIT_MS = 120;
const RETRY_MS = 2000;
const INSPECTOR = "form-inspector";
let timer;
let retry;
/** What has the focus once the answer to an edit is in. */
let after = null;
/** What was typed while a new field was on its way. */
let early = "";

export const editor = () => one("[data-editor]");
export const canvas = () => one("[data-canvas]");
export const selected = () => new URLSearchParams(location.search).getAll("at");
export const cardAt = (at) => all("[data-at]", canvas() ?? document).find((card) => card.dataset.at === at && card.matches(".card-field, .canvas-part"));
export const pickOf = (card) => card?.querySelector("[data-pick]");
/** All cards and parts, in the order in which they are read. */
export const picks = () => all("#form-canvas .canvas-paper [data-pick], #form-canvas .canvas-tray [data-pick]");
const cardOf = (pick) => pick?.closest("[data-at]");

/** Whether each card that is picked is selected beside the others, as by `Ctrl` and a click. */
let several = false;

/** The focus goes there after the next answer. */
export const focusAfter = (at) => { after = at; };

function addressOf(chosen) {
  const query = new URLSearchParams(location.search);
  query.delete("at");
  for (const at of chosen) query.append("at", at);
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : "");
}

/** Shows which cards are selected, and which of them Tab leads to. */
export function mark() {
  if (!canvas()) return;
  const chosen = new Set(selected());
  const all_ = picks();
  let reached = null;
  for (const pick of all_) {
    const card = cardOf(pick);
    const is = chosen.has(card.dataset.at);
    card.classList.toggle("chosen", is);
    if (is) pick.setAttribute("aria-current", "true");
    else pick.removeAttribute("aria-current");
    if (is) reached ??= pick;
    pick.tabIndex = -1;
  }
  const focused = all_.includes(document.activeElement) ? document.activeElement : null;
  const one_ = focused ?? reached ?? all_[0];
  if (one_) one_.tabIndex = 0;
  for (const input of all("[data-near]")) input.value = chosen.size === 1 ? [...chosen][0] : "";
  showSeveral();
}

const counted = () => _("%(number)s selected", { number: selected().length });

function showSeveral() {
  editor().toggleAttribute("data-several", several);
  one("[data-several-start]").setAttribute("aria-pressed", String(several));
  one("[data-several-bar]").hidden = !several;
  one("[data-several-count]").textContent = counted();
}

/** Selects what stands at some addresses; the inspector comes after them. */
export function choose(chosen) {
  history.replaceState(history.state, "", addressOf(chosen));
  mark();
  clearTimeout(timer);
  clearTimeout(retry);
  timer = setTimeout(inspect, WAIT_MS);
}

/** Without a network it shows what was selected before: nobody is to change that by mistake. */
function waitForInspector() {
  const inspector = one(`#${INSPECTOR}`);
  const isLate = inspector.dataset.at !== wanted();
  for (const part of inspector.children) part.inert = isLate && !part.matches(".inspector-close");
}

async function inspect() {
  waitForInspector();
  // An input that was just left is sent first: its answer comes with what was selected then.
  if (isSending()) return;
  const url = location.pathname + location.search;
  const answer = await fetch(url, { cache: "no-store", headers: { ...FRAGMENT, "X-Bench-Part": INSPECTOR } }).catch(() => null);
  if (!answer) retry = setTimeout(inspect, RETRY_MS);
  if (answer?.ok && url === location.pathname + location.search && !isSending()) await takeIn(await answer.text(), "*");
  // On a phone the inspector lies over the lower half of the canvas, but for while several are selected.
  if (!several) cardAt(wanted())?.scrollIntoView({ block: "nearest" });
}

const wanted = () => (selected().length === 1 ? selected()[0] : "");

/** After an answer: what was made is selected, its title typed first; the focus goes back to what was moved. */
function settle() {
  if (!editor()) return;
  settleMade();
  waitForInspector();
  early = "";
}

function settleMade() {
  const inspector = one(`#${INSPECTOR}`);
  const made = inspector.dataset.made;
  if (made) {
    inspector.removeAttribute("data-made");
    history.replaceState(history.state, "", addressOf([inspector.dataset.at]));
    mark();
    if (made === "new") typeTitle(inspector);
    return;
  }
  const gone = selected().filter((at) => !cardAt(at));
  if (gone.length && selected().length) history.replaceState(history.state, "", addressOf(selected().filter((at) => cardAt(at))));
  mark();
  if (inspector.dataset.at !== wanted() && !isSending()) inspect();
  focusAgain();
}

const TITLES = ["#set-title-value", "#part-section-value", "#part-tab-value", "#part-step-value", "#part-note-value"].join();

function typeTitle(inspector) {
  const card = cardAt(inspector.dataset.at);
  card?.scrollIntoView({ block: "nearest" });
  announce(_("Added: %(what)s", { what: card?.dataset.title ?? "" }));
  const title = one(TITLES, inspector);
  title?.focus();
  title?.select();
  // As if typed, so that leaving the input sends it.
  if (early) document.execCommand("insertText", false, early);
}

/** Who types on before the new field is there means its title; a space would press the button again. */
on("keydown", "[data-palette-item]", (event) => {
  if (!isSending() || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  early += event.key;
});

function focusAgain() {
  if (after === null) return;
  const pick = pickOf(cardAt(after)) ?? one("#form-canvas [data-pick][tabindex='0']");
  after = null;
  pick?.focus();
}

// -- selecting ---------------------------------------------------------------------------

function toggled(at) {
  const chosen = selected();
  return chosen.includes(at) ? chosen.filter((each) => each !== at) : [...chosen, at];
}

function toggle(at) {
  choose(toggled(at));
  if (several) announce(counted());
}

on("click", "[data-several-start]", () => {
  several = !several;
  mark();
  if (several) announce(_("Each field that you tap, or press Enter on, is selected or left out. Escape ends that"));
});

/** What is selected stays so; what can be done with it is in the inspector. */
function endSeveral() {
  several = false;
  mark();
}

on("click", "[data-several-end]", async () => {
  endSeveral();
  clearTimeout(timer);
  await inspect();
  const inspector = selected().length ? one(`#${INSPECTOR}`) : null;
  const next = inspector && one(":is(button, summary, select, input:not([type=hidden])):not([data-unpick])", inspector);
  (next ?? one("[data-several-start]")).focus();
});

/** From the first that is selected to one, in the order of the canvas. */
function stretch(at, start = selected()[0]) {
  const order = picks().map((pick) => cardOf(pick)).filter((card) => card.dataset.kind === "field").map((card) => card.dataset.at);
  const from = order.indexOf(start);
  const to = order.indexOf(at);
  if (from < 0 || to < 0) return [at];
  const found = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return from <= to ? found : found.reverse();
}

on("click", "[data-pick]", (event, pick) => {
  if (event.button) return;
  event.preventDefault();
  const at = cardOf(pick)?.dataset.at ?? "";
  if (pick.dataset.at === "") choose([]);
  else if (event.shiftKey) choose(stretch(at));
  else if (event.ctrlKey || event.metaKey || several) toggle(at);
  else choose([at]);
  pick.focus({ preventScroll: true });
});

on("click", "[data-unpick]", () => {
  const pick = pickOf(cardAt(selected()[0]));
  choose([]);
  pick?.focus({ preventScroll: true });
});

function step(pick, way, extend) {
  const order = picks();
  const next = order[order.indexOf(pick) + way];
  if (!next) return;
  const at = cardOf(next).dataset.at;
  if (extend || !several) choose(extend ? stretch(at, selected()[0] ?? cardOf(pick).dataset.at) : [at]);
  next.focus();
  mark();
}

/** Presses a button of the inspector, once it stands there for what is selected. */
async function press(selector) {
  clearTimeout(timer);
  await inspect();
  const button = one(`#${INSPECTOR} ${selector}`);
  if (!button) return false;
  button.closest("details")?.setAttribute("open", "");
  if (button.closest("details")) button.focus();
  else button.form.requestSubmit(button);
  return true;
}

const KEYS = {
  ArrowDown: (pick, event) => step(pick, 1, event.shiftKey),
  ArrowRight: (pick, event) => step(pick, 1, event.shiftKey),
  ArrowUp: (pick, event) => step(pick, -1, event.shiftKey),
  ArrowLeft: (pick, event) => step(pick, -1, event.shiftKey),
  Delete: async (pick) => {
    const order = picks();
    const at = order.indexOf(pick);
    const next = order[at + 1] ?? order[at - 1];
    if (!selected().includes(cardOf(pick).dataset.at)) choose([cardOf(pick).dataset.at]);
    focusAfter(next ? cardOf(next).dataset.at : "");
    await press("#act-remove button");
  },
  Enter: async (pick) => {
    if (several) {
      toggle(cardOf(pick).dataset.at);
      return;
    }
    choose([cardOf(pick).dataset.at]);
    clearTimeout(timer);
    await inspect();
    one(`#${INSPECTOR} :is(input:not([type=hidden]), textarea, select)`)?.focus();
  },
  Escape: () => (several ? endSeveral() : choose([])),
};

on("keydown", "[data-pick]", (event, pick) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !canvas()?.contains(pick)) return;
  const doing = KEYS[event.key];
  if (!doing || !cardOf(pick)) return;
  event.preventDefault();
  doing(pick, event);
});

on("keydown", `#${INSPECTOR}`, (event) => {
  if (event.key !== "Escape") return;
  pickOf(cardAt(one(`#${INSPECTOR}`).dataset.at))?.focus();
});

// -- the palette -------------------------------------------------------------------------

on("input", "[data-palette-search]", (_event, input) => {
  const words = input.value.trim().toLocaleLowerCase();
  for (const group of all("[data-palette-group]")) {
    for (const item of all("[data-palette-item]", group)) item.hidden = !item.dataset.paletteItem.includes(words);
    group.hidden = !one("[data-palette-item]:not([hidden])", group);
  }
  one("[data-palette-none]").hidden = Boolean(one("[data-palette-group]:not([hidden])"));
});

on("keydown", "[data-palette-search]", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const first = one("[data-palette-item]:not([hidden])");
  first?.form.requestSubmit(first);
});

window.addEventListener("online", () => { if (editor()) inspect(); });
document.addEventListener("bench:changed", settle);
mark();
if (one(`#${INSPECTOR} [data-focus]`)) one(`#${INSPECTOR} [data-focus]`).focus();
