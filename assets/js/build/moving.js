// Moving by keyboard: Space picks up, arrows move, also into other sections and tabs, Space drops,
// Escape puts back. Nothing is sent before it is dropped.
import { announce, on, one } from "../dom.js";
import { _ } from "../texts.js";
import { cardAt, editor, selected } from "./canvas.js";
import { cardsIn, kindOf, moveTo, placeOf, placesFor, showPlace, standsAlone } from "./places.js";

/** What is picked up: its cards, the places for them, and which of those is meant now. */
let held = null;

const words = (cards) => (cards.length > 1 ? _("%(number)s parts", { number: cards.length }) : cards[0].dataset.title);

function say() {
  const { list, before } = held.places[held.index];
  const cards = cardsIn(list).filter((card) => !held.cards.includes(card));
  announce(_("%(what)s, position %(number)s of %(total)s, %(where)s", {
    what: words(held.cards),
    number: before ? cards.indexOf(before) + 1 : cards.length + 1,
    total: cards.length + 1,
    where: list.dataset.words ?? "",
  }));
}

function pickUp(card) {
  const kind = kindOf(card);
  const chosen = selected().map(cardAt).filter((each) => each && kindOf(each) === kind);
  const cards = chosen.includes(card) ? chosen : [card];
  const own = standsAlone(kind) ? card.parentElement.closest("[data-list]") : null;
  const places = placesFor(kind, cards, own);
  if (!places.length) return;
  held = { card, cards, places, index: placeOf(card, cards, places) };
  held.start = held.index;
  for (const each of cards) each.classList.add("held");
  announce(_("%(what)s picked up. Arrows move it, Space drops it, Escape puts it back", { what: words(cards) }));
}

function move(way) {
  held.index = Math.min(Math.max(held.index + way, 0), held.places.length - 1);
  const place = held.places[held.index];
  showPlace(place);
  (place.before ?? place.list).scrollIntoView({ block: "nearest" });
  say();
}

function letGo() {
  const { cards } = held;
  for (const card of cards) card.classList.remove("held");
  showPlace(null);
  held = null;
}

function drop() {
  const { cards, places, index, start } = held;
  letGo();
  if (index === start) announce(_("%(what)s stays where it was", { what: words(cards) }));
  else {
    announce(_("%(what)s dropped", { what: words(cards) }));
    moveTo(cards, places[index]);
  }
}

function putBack() {
  const { cards, card } = held;
  letGo();
  announce(_("%(what)s put back", { what: words(cards) }));
  one("[data-pick]", card)?.focus();
}

const HELD = {
  ArrowDown: () => move(1),
  ArrowRight: () => move(1),
  ArrowUp: () => move(-1),
  ArrowLeft: () => move(-1),
  " ": drop,
  Enter: drop,
  Escape: putBack,
};

document.addEventListener("keydown", (event) => {
  if (!held) return;
  if (event.key === "Tab") {
    putBack();
    return;
  }
  const doing = HELD[event.key];
  if (!doing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  doing();
}, { capture: true });

on("keydown", "#form-canvas [data-pick]", (event, pick) => {
  const card = pick.closest("[data-at].card-field, [data-at].canvas-part");
  if (event.key !== " " || held || !card || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  pickUp(card);
});

// An answer may have drawn the canvas anew: what was held is none of it any more.
document.addEventListener("bench:changed", () => {
  if (held && !(editor()?.contains(held.card) && held.places.every(({ list }) => list.isConnected))) letGo();
});
document.addEventListener("pointerdown", () => { if (held) putBack(); });
