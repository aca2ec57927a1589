// A line of keywords offers what other records hold: the browser's own list, one word at a time.
import { make, on } from "./dom.js";

const known = new Map();
let made = 0;

/** What stands before the word that is being typed, and that word. */
function parted(text) {
  const at = Math.max(text.lastIndexOf(","), text.lastIndexOf(";")) + 1;
  const gap = text.slice(at).match(/^\s*/)[0];
  return [text.slice(0, at) + gap, text.slice(at).trim().toLocaleLowerCase()];
}

const written = (word) => (/[,;"]|^\s|\s$/.test(word) ? `"${word.replaceAll('"', '""')}"` : word);

function offer(input) {
  const list = document.getElementById(input.getAttribute("list"));
  if (!list) return;
  const [before, begun] = parted(input.value);
  const taken = new Set(before.toLocaleLowerCase().split(/[,;]/).map((word) => word.trim()));
  const words = known.get(input.dataset.words).filter((word) => {
    const small = word.toLocaleLowerCase();
    return !taken.has(small) && small !== begun && small.includes(begun);
  });
  list.replaceChildren(...words.slice(0, 20).map((word) => make("option", { value: before + written(word) }, word)));
}

on("focusin", "input[data-words]", async (_event, input) => {
  const url = input.dataset.words;
  if (!known.has(url)) {
    known.set(url, []);
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) known.set(url, (await answer.json()).words);
  }
  if (!document.getElementById(input.getAttribute("list"))) {
    const id = `words-${made += 1}`;
    input.after(make("datalist", { id }));
    input.setAttribute("list", id);
  }
  offer(input);
});
on("input", "input[data-words]", (_event, input) => offer(input));
