import { all, announce, on, one } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { _ } from "./texts.js";

const hits = () => all(".hit", one("#palette-results"));
const input = () => one("#palette-query");

export function openPalette(start = "") {
  const palette = one("#palette");
  if (!palette) return;
  openDialog(palette);
  input().value = start;
  input().focus();
  input().dispatchEvent(new CustomEvent("palette-open"));
}

function choose(index) {
  const list = hits();
  if (!list.length) return;
  const at = (index + list.length) % list.length;
  list.forEach((hit, each) => {
    hit.classList.toggle("on", each === at);
    hit.setAttribute("aria-selected", String(each === at));
  });
  list[at].scrollIntoView({ block: "nearest" });
  input().setAttribute("aria-activedescendant", list[at].id);
}

on("click", "[data-palette]", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPalette();
});

on("keydown", "#palette-query", (event) => {
  const list = hits();
  const at = list.findIndex((hit) => hit.classList.contains("on"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(at + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    (list[at] ?? list[0])?.click();
  }
});

on("submit", "[data-palette-form]", (event) => event.preventDefault());

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "palette-results") return;
  input().setAttribute("aria-expanded", String(hits().length > 0));
  input().removeAttribute("aria-activedescendant");
  choose(0);
  announce(hits().length === 1 ? _("One result") : _("%(number)s results", { number: hits().length }));
});

on("click", "#palette .hit", (event, hit) => {
  if (hit.getAttribute("aria-disabled") !== "true") one("#palette").close();
});
