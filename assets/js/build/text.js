// The text of a spec in a real editor: folds, search, marks from the server's check, help from the meta-schemas.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, linter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { csrfToken, make, on, one } from "../dom.js";
import { settle } from "../forms.js";
import { _ } from "../texts.js";
import { memberSource, placeAt } from "./pointer.js";

const LINT_MS = 700;
const host = one("[data-spec-editor]");
const area = one("textarea", host);
const form = host.closest("form");
const line = Number(host.dataset.line);
/** The text as it was sent last: what is typed after it is not taken away by its answer. */
let sent = area.value;

// -- what the server says -----------------------------------------------------------------

async function lint(view) {
  const body = new URLSearchParams({ document: view.state.doc.toString() });
  const answer = await fetch(form.dataset.lint, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (!answer?.ok) return [];
  return (await answer.json()).map((problem) => mark(view.state.doc, problem));
}

function mark(doc, { line, column, message, severity }) {
  const row = doc.line(Math.min(line, doc.lines));
  const from = Math.min(row.from + offset(row.text, column), row.to);
  const word = /^("(?:[^"\\]|\\.)*"|[^\s,:{}[\]]+|.)/.exec(row.text.slice(from - row.from))?.[0] ?? "";
  return { from, to: from + word.length, message, severity };
}

/** Columns count characters, the editor counts units of UTF-16. */
const offset = (text, column) => [...text].slice(0, column - 1).join("").length;

const known = new Map();
async function help(pointer, type) {
  const url = `${form.dataset.help}?${new URLSearchParams({ at: pointer, type })}`;
  if (!known.has(url)) {
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) return null;
    known.set(url, await answer.json());
  }
  return known.get(url);
}

const hover = hoverTooltip(async (view, position) => {
  const place = placeAt(view.state, position);
  const found = place && await help(place.pointer, place.type);
  if (!found?.description && !found?.title) return null;
  return {
    pos: place.from, end: place.to, above: true,
    create: () => ({ dom: make("div", { class: "spec-help" }, make("strong", {}, found.title), make("p", {}, found.description)) }),
  };
});

// -- the editor ---------------------------------------------------------------------------

/** The editor's own sheet stands outside of our layers, so its look is said here. */
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "0.8125rem", color: "var(--text)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "2px solid var(--brand)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { color: "var(--text-3)", backgroundColor: "var(--app)", borderColor: "var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--brand-soft)" },
  ".cm-panels, .cm-tooltip": { color: "var(--text)", backgroundColor: "var(--raised)", borderColor: "var(--line)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--brand-text)", backgroundColor: "var(--brand-soft)" },
  ".cm-completionInfo": { fontFamily: "var(--sans)" },
  ".cm-textfield, .cm-button": { color: "inherit", backgroundColor: "var(--surface)", backgroundImage: "none", borderColor: "var(--line-2)" },
  ".cm-searchMatch": { backgroundColor: "var(--amber-soft)" },
  ".cm-foldPlaceholder": { color: "var(--text-2)", backgroundColor: "var(--sunken)", borderColor: "var(--line)" },
  ".tok-propertyName": { color: "var(--brand-text)" },
  ".tok-string": { color: "var(--green-text)" },
  ".tok-number, .tok-bool, .tok-null, .tok-keyword": { color: "var(--violet-text)" },
});

const keep = () => { form.requestSubmit(); return true; };

const view = new EditorView({
  state: EditorState.create({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(host.dataset.nonce), look,
      lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(),
      closeBrackets(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }),
      indentUnit.of("  "), json(), syntaxHighlighting(classHighlighter),
      autocompletion({ override: [memberSource(help)] }),
      linter(lint, { delay: LINT_MS }), hover,
      keymap.of([{ key: "Mod-s", run: keep }, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap]),
      EditorView.contentAttributes.of({ "aria-label": _("Spec"), spellcheck: "false", autocapitalize: "none", tabindex: "0" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) mirror(); }),
    ],
  }),
  parent: host,
});
area.hidden = true;
host.classList.add("live");

function mirror() {
  area.value = view.state.doc.toString();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function go(number, column = 1) {
  const row = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
  const at = Math.min(row.from + offset(row.text, column), row.to);
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
}
if (line) go(line);
on("click", "[data-go-line]", (_event, button) => go(Number(button.dataset.goLine), Number(button.dataset.goColumn)));

// -- what others wrote --------------------------------------------------------------------

/** Puts a text in place of the one there, leaving what is the same, so that the cursor stays. */
function replace(text) {
  const old = view.state.doc.toString();
  let from = 0;
  while (from < old.length && from < text.length && old[from] === text[from]) from += 1;
  let end = 0;
  while (end < old.length - from && end < text.length - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  view.dispatch({ changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) } });
}

form.addEventListener("submit", () => { sent = area.value; });

document.addEventListener("bench:changed", () => {
  const now = one("[data-text-now]");
  const isAsSent = area.value === sent;
  if (!now || !isAsSent) return;
  one("[name=_sequence]", form).value = one("#text-state").dataset.sequence;
  if (now.value !== area.value) replace(now.value);
  area.defaultValue = area.value;
  sent = area.value;
  settle(form);
});
