// What scripts say, in the reader's language: the page brings the texts where that is not English.

const known = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/** The text in the reader's language, its %(name)s filled in. */
export const _ = (text, values = {}) =>
  (known[text] ?? text).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
