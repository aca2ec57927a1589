// Moving by pointer: a drag ends in the very move that the keyboard and the buttons make.
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements, monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { autoScrollWindowForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { all, one } from "../dom.js";
import { cardAt, selected } from "./canvas.js";
import { cardsIn, kindOf, moveTo, showPlace, standsAlone } from "./places.js";

let cleanup = () => {};

/** What a part of the palette becomes on the canvas. */
const kindOfItem = (item) =>
  item.name === "type" || item.value === "note" ? "field" : ["tab", "step"].includes(item.value) ? "group" : "section";

/** What is dragged may be dropped into a list. */
function fits(source, list) {
  const holds = list.dataset.holds;
  if (standsAlone(source.kind)) return list === source.list;
  if (source.kind === "field") return holds === "fields" || (["inside", "kinds"].includes(holds) && (source.item?.name === "type" || (holds === "inside" && source.card?.dataset.at.startsWith("/fields/"))));
  return holds === "top" || (source.kind === "section" && holds === "sections");
}

const edgesOf = (card) => (card.matches(".card-field") && card.parentElement.matches(".grid") ? ["left", "right"] : ["top", "bottom"]);

/** The place that a drop would mean. */
function placeAt(target) {
  const { list, card } = target.data;
  if (!card) return { list, before: null };
  const cards = cardsIn(list);
  const behind = ["right", "bottom"].includes(extractClosestEdge(target.data));
  return { list, before: behind ? cards[cards.indexOf(card) + 1] ?? null : card };
}

const place = (location) => (location.current.dropTargets.length ? placeAt(location.current.dropTargets[0]) : null);

function ofCard(card) {
  const list = card.parentElement.closest("[data-list]");
  const pick = one("[data-pick]", card);
  pick.draggable = false;
  const dragging = draggable({
    element: card,
    getInitialData: () => ({ card, kind: kindOf(card), list }),
    onDragStart: () => card.classList.add("held"),
    onDrop: () => card.classList.remove("held"),
  });
  if (!list) return dragging;
  return combine(dragging, dropTargetForElements({
    element: card,
    canDrop: ({ source }) => fits(source.data, list) && source.data.card !== card && !source.data.card?.contains(card),
    getData: ({ input, element }) => attachClosestEdge({ list, card }, { input, element, allowedEdges: edgesOf(card) }),
  }));
}

const ofList = (list) => dropTargetForElements({
  element: list,
  canDrop: ({ source }) => fits(source.data, list) && !source.data.card?.contains(list),
  getData: () => ({ list, card: null }),
});

const ofItem = (item) => draggable({ element: item, getInitialData: () => ({ item, kind: kindOfItem(item) }) });

function add(item, { list, before }) {
  const form = item.form;
  const inputs = [[one("[data-into]", form), list.dataset.list], [one("[data-before]", form), before?.dataset.at ?? ""]];
  for (const [input, value] of inputs) input.value = value;
  form.requestSubmit(item);
  for (const [input] of inputs) input.value = "";
}

function dropped({ source: { data }, location }) {
  const found = place(location);
  showPlace(null);
  if (!found) return;
  if (data.item) {
    add(data.item, found);
    return;
  }
  const chosen = selected().map(cardAt).filter((card) => card && kindOf(card) === data.kind);
  const cards = chosen.includes(data.card) ? chosen : [data.card];
  const next = data.card.nextElementSibling;
  const stays = cards.length === 1 && found.list === data.list && (found.before === data.card || found.before === (next?.matches("[data-at]") ? next : null));
  if (!stays) moveTo(cards, found);
}

function connect() {
  cleanup();
  cleanup = combine(
    ...all("#form-canvas .card-field[data-at], #form-canvas .canvas-part[data-at]").map(ofCard),
    ...all("#form-canvas [data-list]").map(ofList),
    ...all("[data-palette-item]").map(ofItem),
    autoScrollWindowForElements(),
    monitorForElements({ onDrag: ({ location }) => showPlace(place(location)), onDrop: dropped }),
  );
}

document.addEventListener("bench:changed", connect);
connect();
