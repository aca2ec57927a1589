// One registry of keys: what the page's buttons declare with `data-key`, and what is the same
// everywhere. It feeds the handler and the `?` sheet, so that no key is written twice.
import { all, make, on, one } from "./dom.js";
import { moveCursor } from "./list.js";
import { closeMenus, openDialog } from "./dialogs.js";
import { openPalette } from "./palette.js";
import { _ } from "./texts.js";

const SEQUENCE_MS = 1000;
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const SYMBOLS = { mod: isMac ? "⌘" : "Ctrl", enter: "↵", escape: "Esc", shift: "⇧" };

const inList = () => one(".list tbody tr") !== null;
const nothing = () => false;

function focusSearch() {
  const search = one("[data-search], [data-palette-search]");
  if (search) search.select();
  else openPalette();
}

function editFirst() {
  const field = one("form[data-form] .field :is(.input, .select, .textarea):not([type=hidden])");
  if (!field) return false;
  field.focus();
  field.scrollIntoView({ block: "center" });
  return true;
}

/** As its main button would: what a form does may stand in that. */
const send = (form) => form.requestSubmit(one(".btn.primary[type=submit]", form));

function primary() {
  const dialog = one("dialog[open]");
  const form = dialog ? one("form", dialog) : document.activeElement?.closest?.("form[data-form], form[data-clears]");
  if (form) return send(form);
  one(".topbar .btn.primary, .action-bar .btn.primary, .form-foot .btn.primary")?.click();
}

function save() {
  const form = one("dialog[open] form") ?? one("form[data-form]");
  if (form) send(form);
}

const goTab = (number) => () => all(".tabs a")[number - 1]?.click();

/** keys, what it does in words (empty: not in the sheet), handler, where it counts. */
const COMMON = [
  ["mod+k", _("Search or jump to"), () => openPalette(), null],
  ["?", _("This sheet"), () => openDialog(one("#key-sheet")), null],
  ["/", _("Search here"), focusSearch, null],
  ["g h", _("Home"), () => one(".workspace")?.click(), null],
  ["g 1", _("First view; 2, 3… the others"), goTab(1), () => one(".tabs") !== null],
  ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => [`g ${number}`, "", goTab(number), () => one(".tabs") !== null]),
  ["j", _("Next row"), () => moveCursor(1), inList],
  ["k", _("Previous row"), () => moveCursor(-1), inList],
  ["enter", _("Open the row"), nothing, inList],
  ["e", _("Edit"), editFirst, () => one("form[data-form]") !== null],
  ["mod+s", _("Save"), save, () => one("form[data-form]") !== null],
  ["mod+enter", _("Main action"), primary, null],
  ["escape", _("Close; leave what is typed in"), nothing, null],
];

/** What an input that somebody types in does itself. */
const TYPED = ["mod+z", "mod+shift+z"];

const active = () => COMMON.filter(([, , , where]) => where === null || where());
const declared = () => all("[data-key]:not(kbd)").filter((element) => element.offsetParent !== null);

const isTyping = (target) =>
  target instanceof Element &&
  target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  const mod = event.metaKey || event.ctrlKey ? "mod+" : "";
  const shift = event.shiftKey && /^([a-z]|enter)$/.test(key) ? "shift+" : "";
  return mod + shift + key;
}

let first = "";
let firstAt = 0;

function run(name) {
  const element = declared().find((each) => each.dataset.key === name);
  if (element) {
    element.click();
    const menu = element.matches("summary") && element.parentElement;
    if (menu?.open) one(".menu-item, input:not([type=hidden]), select", menu)?.focus();
    return true;
  }
  const entry = active().find(([keys]) => keys === name);
  return entry ? entry[2]() !== false : false;
}

function escape() {
  if (closeMenus()) return true;
  const typing = isTyping(document.activeElement);
  if (typing) document.activeElement.blur();
  return typing;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  const modified = name.startsWith("mod+");
  const inDialog = one("dialog[open]") !== null;
  if (name === "escape") {
    if (!inDialog && escape()) event.preventDefault();
    return;
  }
  if (!modified && (isTyping(event.target) || inDialog || event.key === "Enter")) return;
  if (TYPED.includes(name) && isTyping(event.target) && !event.target.matches("select")) return;
  const sequence = first && event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${name}` : "";
  first = "";
  if (inDialog && !["mod+enter", "mod+s"].includes(name)) return;
  if ((sequence && run(sequence)) || run(name)) {
    event.preventDefault();
  } else if (name === "g") {
    first = name;
    firstAt = event.timeStamp;
  }
});

// -- the sheet, and the signs of this machine ----------------------------------------------

const sign = (key) => key.split("+").map((part) => SYMBOLS[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(isMac ? "" : " ");
const signs = (keys) => make("span", { class: "keys" }, ...keys.split(" ").map((key) => make("kbd", {}, sign(key))));
const label = (element) => element.getAttribute("aria-label") ?? [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent).join("").trim();

function groups() {
  const page = declared().map((element) => [element.dataset.key, label(element)]);
  const server = all("#shortcuts li").map((item) => [item.dataset.keys, item.textContent]);
  const common = active().filter(([, title]) => title).map(([keys, title]) => [keys, title]);
  return [[_("This page"), [...server, ...page]], [_("Everywhere"), common]].filter(([, entries]) => entries.length);
}

document.addEventListener("toggle", (event) => {
  if (event.target.id !== "key-sheet" || !event.target.open) return;
  const seen = new Set();
  one("[data-key-list]").replaceChildren(...groups().map(([title, entries]) =>
    make("section", {}, make("h3", {}, title), make("ul", {}, ...entries
      .filter(([keys]) => !seen.has(keys) && seen.add(keys))
      .map(([keys, text]) => make("li", {}, make("span", {}, text), signs(keys)))))));
}, { capture: true });

for (const hint of all("kbd[data-k]")) hint.textContent = sign(hint.dataset.k);
document.addEventListener("htmx:after:process", (event) => {
  for (const hint of all("kbd[data-k]", event.target)) hint.textContent = sign(hint.dataset.k);
});

// On a phone the menu covers the page; the same button closes it.
on("click", "[data-side-toggle]", (event, link) => {
  if (location.hash !== "#side") return;
  event.preventDefault();
  history.back();
  link.blur();
});
