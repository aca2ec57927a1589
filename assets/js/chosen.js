// Files that go with their form, as there is no record yet that could keep them: named, dropped, taken back.
import { all, announce, icon, make, on, onContent } from "./dom.js";
import { listFor, sizeText } from "./uploads.js";
import { _ } from "./texts.js";

const INPUTS = ".drop:not([data-drop]) input[type=file]:not([data-largest])";
const chosen = new WeakMap();

const isSame = (file) => (other) => other.name === file.name && other.size === file.size;

/** Makes these the files of an input, and its list. */
function choose(input, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  input.files = held.files;
  chosen.set(input, files);
  show(input);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Beside what was chosen already, where there may be several; what is too big is named and left out. */
function take(input, files) {
  const most = Number(input.closest(".drop").dataset.maxBytes);
  const fit = [...files].filter((file) => !most || file.size <= most);
  const before = input.multiple ? (chosen.get(input) ?? []) : [];
  const more = fit.filter((file) => !before.some(isSame(file)));
  const left = input.multiple ? [...before, ...more] : more.slice(-1);
  choose(input, left.length ? left : (chosen.get(input) ?? []));
  for (const file of files) if (!fit.includes(file)) refuse(input, file, most);
}

function line(file, facts) {
  const words = make("span", { class: "facts" }, facts);
  return make("li", { class: "file", "data-chosen": true }, icon("file-up"), make("span", { class: "clip" }, file.name), words);
}

function button(label, press) {
  const made = make("button", { type: "button", class: "btn ghost square", "aria-label": label }, icon("x"));
  made.addEventListener("click", press);
  return made;
}

function refuse(input, file, most) {
  const told = _("%(size)s; at most %(limit)s fit here", { size: sizeText(file.size), limit: sizeText(most) });
  const item = line(file, told);
  item.classList.add("failed");
  item.append(button(_("Dismiss"), () => item.remove()));
  listFor(input.closest(".drop")).append(item);
  announce(`${file.name}: ${told}`);
}

function show(input) {
  const list = listFor(input.closest(".drop"));
  for (const item of all("[data-chosen]", list)) item.remove();
  for (const file of chosen.get(input) ?? []) {
    const item = line(file, sizeText(file.size));
    item.append(button(_("Remove %(what)s", { what: file.name }), () => {
      choose(input, chosen.get(input).filter((other) => other !== file));
      input.focus();
    }));
    list.append(item);
  }
}

// A form that was refused is drawn anew around the inputs, which still hold their files.
onContent(() => { for (const input of all(INPUTS)) if (chosen.get(input)?.length) show(input); });

document.addEventListener("reset", ({ target }) => {
  for (const input of all(INPUTS, target)) {
    chosen.delete(input);
    show(input);
  }
});
on("change", INPUTS, (_event, input) => take(input, [...input.files]));
on("drop", ".drop:not([data-drop])", (event, drop) => {
  const input = drop.querySelector(INPUTS);
  event.preventDefault();
  if (input) take(input, [...event.dataTransfer.files]);
});
