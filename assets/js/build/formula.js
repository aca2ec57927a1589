// A formula in a real editor: completion of names and functions, mistakes underlined, its result on a record while it is typed.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap, linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { csrfToken, one } from "../dom.js";
import { _ } from "../texts.js";

const LINT_MS = 300;
const host = one("[data-formula-editor]");
const area = one("textarea", host);
const form = host.closest("form");
const words = JSON.parse(host.dataset.words).map((word) =>
  word.type === "function" ? { ...word, apply: word.detail.startsWith("()") ? `${word.label}()` : `${word.label}(` } : word);

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

const view = new EditorView({
  state: EditorState.create({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(host.dataset.nonce),
      history(), drawSelection(), bracketMatching(), closeBrackets(), EditorView.lineWrapping,
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
if (document.activeElement === area) {
  view.dispatch({ selection: { anchor: area.selectionStart, head: area.selectionEnd } });
  view.focus();
}
area.hidden = true;
host.classList.add("live");
one("[name=record]", form)?.addEventListener("change", () => tried(area.value));
