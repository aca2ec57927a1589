// A formula in a real editor: completion of names and functions, mistakes underlined, its result on a record while it is typed.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap, linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { csrfToken, on, one } from "../dom.js";
import { _ } from "../texts.js";

const LINT_MS = 300;
/** What is edited now: an answer to an edit draws the section anew, and the editor with it. */
let host, area, form, words, view;

/** The editor brings styles of its own, which stand above those of the pages: what differs is said to it. */
const look = EditorView.theme({
  "&": { minHeight: "5rem", fontSize: "0.8125rem", color: "var(--text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--text)" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--brand-soft)" },
  ".cm-lintRange-error": { background: "none", textDecoration: "underline wavy var(--red-dot)", textUnderlineOffset: "3px" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "8px", color: "var(--text)", backgroundColor: "var(--raised)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.1875rem 0.625rem" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--text)", backgroundColor: "var(--brand-soft)" },
  ".cm-completionDetail": { marginInlineStart: "0.75rem", color: "var(--text-2)", fontStyle: "normal" },
});

/** Offset in units of UTF-16 of a place that counts characters. */
const units = (text, place) => [...text].slice(0, place).join("").length;

/** Asks the server about what is written: its mistakes come back, its result is shown. */
async function tried(text) {
  const body = new URLSearchParams({ text, record: one("[name=record]", form)?.value ?? "", _page: location.pathname + location.search });
  const answer = await fetch(host.dataset.try, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (!answer?.ok) return [];
  const { problems, html } = await answer.json();
  if (area.value === text) one("[data-formula-trial]").innerHTML = html;
  return problems.map(({ from, to, message }) => ({ from: units(text, from), to: units(text, to), message, severity: "error" }));
}

/** In a text, names are offered inside of braces only. */
const isInFormula = (before) => !("braces" in host.dataset) || before.lastIndexOf("{{") > before.lastIndexOf("}}");

function offered(context) {
  const before = context.state.sliceDoc(0, context.pos);
  const word = context.matchBefore(/[\w`.]+/);
  if (!isInFormula(before) || (!word && !context.explicit)) return null;
  return { from: word?.from ?? context.pos, options: words, validFor: /^[\w`.]*$/ };
}

/** Puts the editor in the place of the plain input, with the cursor where it was. */
function mount({ selection, hasFocus } = {}) {
  host = one("[data-formula-editor]");
  area = one("textarea", host);
  form = host.closest("form");
  words = JSON.parse(host.dataset.words).map((word) =>
    word.type === "function" ? { ...word, apply: word.detail.startsWith("()") ? `${word.label}()` : `${word.label}(` } : word);
  const isTyping = document.activeElement === area;
  const at = isTyping ? { anchor: area.selectionStart, head: area.selectionEnd } : selection;
  view = new EditorView({
    state: EditorState.create({
      doc: area.value,
      extensions: [
        EditorView.cspNonce.of(host.dataset.nonce),
        look, history(), drawSelection(), bracketMatching(), closeBrackets(), EditorView.lineWrapping,
        autocompletion({ override: [offered], interactionDelay: 0 }),
        linter((editor) => tried(editor.state.doc.toString()), { delay: LINT_MS }),
        keymap.of([{ key: "Mod-s", run: () => { form.requestSubmit(); return true; } }, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ "aria-label": "braces" in host.dataset ? _("Text with formulas") : _("Formula"), "aria-describedby": "formula-trial", spellcheck: "false", autocapitalize: "none" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
      ],
    }),
    parent: host,
  });
  // Who already types in the plain input goes on in the editor.
  if (at && Math.max(at.anchor, at.head) <= view.state.doc.length) view.dispatch({ selection: at });
  if (isTyping || hasFocus) view.focus();
  area.hidden = true;
  host.classList.add("live");
}

on("change", ".formula-form [name=record]", () => tried(area.value));

/** How the editor stood before an answer came in. */
let before = {};
document.addEventListener("htmx:before:swap", () => {
  const { anchor, head } = view.state.selection.main;
  before = { selection: { anchor, head }, hasFocus: view.hasFocus };
});
document.addEventListener("bench:changed", () => {
  if (!one("[data-formula-editor]") || view.dom.isConnected) return;
  view.destroy();
  mount(before);
});
mount();
