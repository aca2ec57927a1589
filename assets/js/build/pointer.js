// Where in a JSON document the cursor stands, and what may be typed there.
import { syntaxTree } from "@codemirror/language";

const escaped = (step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1");
const textOf = (state, node) => {
  try {
    return JSON.parse(state.sliceDoc(node.from, node.to));
  } catch {
    return state.sliceDoc(node.from, node.to).replaceAll('"', "");
  }
};

/** The JSON pointer of a node. */
function pointerOf(state, node) {
  const steps = [];
  for (let each = node; each?.parent; each = each.parent) {
    if (each.name === "Property") steps.unshift(textOf(state, each.getChild("PropertyName") ?? each));
    else if (each.parent.name === "Array") steps.unshift(indexIn(each.parent, each));
  }
  return steps.map((step) => `/${escaped(step)}`).join("");
}

function indexIn(array, node) {
  let index = 0;
  for (let each = array.firstChild; each && each.from < node.from; each = each.nextSibling) {
    if (!["[", "]", ",", "⚠"].includes(each.name)) index += 1;
  }
  return index;
}

/** The `type` of the object nearest around a node that says one. */
function typeAround(state, node) {
  for (let each = node; each; each = each.parent) {
    if (each.name !== "Object") continue;
    for (const property of each.getChildren("Property")) {
      const name = property.getChild("PropertyName");
      const value = property.getChild("String");
      if (name && value && textOf(state, name) === "type") return textOf(state, value);
    }
  }
  return "";
}

/** What stands at a position: its pointer, the type around it, from where to where. */
export function placeAt(state, position) {
  const node = syntaxTree(state).resolveInner(position, 1);
  const named = node.name === "PropertyName" ? node.parent : node;
  if (["JsonText", "Object", "Array"].includes(node.name)) return null;
  return { pointer: pointerOf(state, named), type: typeAround(state, around(named)), from: node.from, to: node.to };
}

/** The options of a type are said by the object that holds them. */
const around = (node) => (node.name === "Property" ? node.parent : node);

function enclosing(node, name) {
  let each = node;
  while (each && each.name !== name) each = each.parent;
  return each;
}

/** Names of members where a name is typed, values where a value is. */
export const memberSource = (help) => async (context) => {
  const { state, pos } = context;
  const node = syntaxTree(state).resolveInner(pos, -1);
  const before = state.sliceDoc(Math.max(0, pos - 200), pos);
  const word = context.matchBefore(/"?[^"\s,:{}[\]]*$/);
  const from = word?.from ?? pos;
  if (!context.explicit && !word?.text) return null;
  const isValue = /:\s*"?[^",{}[\]]*$/.test(before) || node.name === "Array" || node.parent?.name === "Array";
  return isValue ? values(state, node, from, help) : members(state, node, from, help, before);
};

async function members(state, node, from, help) {
  const object = enclosing(node, "Object");
  if (!object) return null;
  const found = await help(pointerOf(state, object), typeAround(state, object));
  const own = new Set(object.getChildren("Property").map((each) => textOf(state, each.getChild("PropertyName") ?? each)));
  const options = (found?.members ?? []).filter(({ name }) => !own.has(name)).map(({ name, title, description, required, value }) => ({
    label: `"${name}"`, apply: `"${name}": ${value}`, detail: title, info: description, type: "property", boost: required ? 1 : 0,
  }));
  return options.length ? { from, options, filter: true } : null;
}

async function values(state, node, from, help) {
  const property = enclosing(node, "Property");
  const array = enclosing(node, "Array");
  const inArray = array && (!property || array.from > property.from);
  const pointer = inArray ? `${pointerOf(state, array)}/0` : property && pointerOf(state, property);
  const found = pointer && await help(pointer, typeAround(state, property?.parent ?? array));
  const options = (found?.values ?? []).map((value) => ({ label: value, type: "enum" }));
  return options.length ? { from, options } : null;
}
