// Where on the canvas something can stand, in the order in which it is read; and moving it there.
import { all, one } from "../dom.js";
import { focusAfter, selected } from "./canvas.js";

/** What stands in a list of the canvas and can be moved. */
export const cardsIn = (list) => [...list.children].filter((each) => each.matches("[data-at]"));
const listOf = (card) => card.parentElement.closest("[data-list]");

/** What stays in its own list: the kinds of a field, the field that each value of one is. */
const OWN = ["kinds", "value"];
export const standsAlone = (kind) => OWN.includes(kind);

/** What kind of list a card can stand in. */
export function kindOf(card) {
  const holds = listOf(card)?.dataset.holds;
  return standsAlone(holds) ? holds : card.dataset.kind;
}

/** The lists in which a kind of part can stand; of a kind of a field, only its own. */
export function listsFor(kind, own = null) {
  if (kind === "value") return [];
  if (standsAlone(kind)) return own ? [own] : [];
  const holds = { field: ["fields"], section: ["top"], group: ["top"] }[kind] ?? [];
  return all("#form-canvas [data-list]").filter((list) => holds.includes(list.dataset.holds));
}

/** All places for a kind of part, without those beside what is moved itself. */
export function placesFor(kind, moved, own = null) {
  const found = [];
  const below = { section: "sections", field: "inside" }[kind];
  const descend = (card, list) => {
    for (const inner of all("[data-list]", card).filter((each) => listOf(each) === list)) {
      if (inner.dataset.holds === below) walk(inner);
      else if (standsAlone(inner.dataset.holds)) for (const each of cardsIn(inner)) descend(each, inner);
    }
  };
  const walk = (list) => {
    for (const card of cardsIn(list)) {
      if (moved.includes(card)) continue;
      found.push({ list, before: card });
      descend(card, list);
    }
    found.push({ list, before: null });
  };
  listsFor(kind, own).forEach(walk);
  return found;
}

/** Where something stands now, among `places`. */
export function placeOf(card, moved, places) {
  const list = listOf(card);
  let next = card.nextElementSibling;
  while (next && (!next.matches("[data-at]") || moved.includes(next))) next = next.nextElementSibling;
  const index = places.findIndex((place) => place.list === list && place.before === next);
  return Math.max(index, 0);
}

/** Shows the place with a line; none: no place. */
export function showPlace(place) {
  for (const each of all(".drop-before, .drop-end")) each.classList.remove("drop-before", "drop-end");
  if (place?.before) place.before.classList.add("drop-before");
  else place?.list.classList.add("drop-end");
}

const last = (at) => at.slice(at.lastIndexOf("/") + 1);

/** How what is moved is selected once it stands in another list; kinds are called by their number. */
function addressIn(card, { list, before }, moved) {
  if (list.dataset.holds === "kinds") {
    const others = cardsIn(list).filter((each) => !moved.includes(each));
    const number = (before ? others.indexOf(before) : others.length) + moved.indexOf(card);
    return `${list.dataset.list}/|${number}`;
  }
  if (card.dataset.at.startsWith("/fields/")) return `${list.dataset.holds === "inside" ? list.dataset.list : "/fields"}/${last(card.dataset.at)}`;
  const into = list.dataset.list;
  if (into === "/parts") return `/parts/${last(card.dataset.at)}`;
  return `${into}/${card.dataset.kind === "field" ? "fields" : "parts"}/${last(card.dataset.at)}`;
}

/** Posts the move; the focus comes back to what was moved. */
export function moveTo(cards, place) {
  const form = one("#move-form");
  one("[data-into]", form).value = place.list.dataset.list;
  one("[data-before]", form).value = place.before?.dataset.at ?? "";
  one("[data-moved]", form).replaceChildren(...cards.map((card) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "at", value: card.dataset.at });
    return input;
  }));
  const after = cards.map((card) => addressIn(card, place, cards));
  if (cards.some((card) => selected().includes(card.dataset.at))) {
    const query = new URLSearchParams(location.search);
    query.delete("at");
    for (const at of after) query.append("at", at);
    history.replaceState(history.state, "", `${location.pathname}?${query}`);
  }
  focusAfter(after[0]);
  form.requestSubmit();
}
