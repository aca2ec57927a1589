// What happens around each htmx request: empty parameters, failures, an ended session, focus.
import { announce, isRefresh, make, messageIn, one } from "./dom.js";
import { holdsTyped } from "./forms.js";
import { showToast } from "./toasts.js";
import { _ } from "./texts.js";

const FORM_ANSWERS = [409, 422];
const EXPLAINED = [503, 507];

const isQuiet = (ctx) => ctx.sourceElement?.closest?.("[data-quiet]") != null || ctx.sourceElement?.id === "nav";

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET" || !(ctx.request.body instanceof FormData)) return;
  for (const [name, value] of [...ctx.request.body]) {
    if (value === "") ctx.request.body.delete(name);
  }
});

/** Does the request again as a page, so that the sign-in page keeps what was typed. */
function postAsPage({ action, body }) {
  const form = make("form", { method: "post", action, hidden: true });
  for (const [name, value] of body ?? []) {
    if (typeof value === "string") form.append(make("input", { type: "hidden", name, value }));
  }
  document.body.append(form);
  document.dispatchEvent(new CustomEvent("app:leaving"));
  HTMLFormElement.prototype.submit.call(form);
}

function again(ctx) {
  const source = ctx.sourceElement;
  if (source?.matches?.("form")) source.requestSubmit(ctx.request.submitter ?? undefined);
  else source?.click?.();
}

function fail(ctx, text, detail) {
  if (isQuiet(ctx)) return;
  showToast({ text, detail, tone: "error", action: { title: _("Retry"), run: () => again(ctx) } });
}

/** Leads to the sign-in page, unless something typed would be lost: sending it leads there too. */
function signInAgain(ctx) {
  if (ctx.sourceElement?.id === "nav") return; // nobody asked for it
  if (!holdsTyped()) location.reload();
  else showToast({ text: _("Your session has ended."), detail: _("Save what you typed: it waits while you sign in."), tone: "error" });
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status, headers } = ctx.response;
  if (status === 401) {
    if (ctx.request.method === "GET" || isRefresh(ctx)) signInAgain(ctx);
    else postAsPage(ctx.request);
  } else if (status < 500 && !FORM_ANSWERS.includes(status)) {
    const { text, detail } = messageIn(ctx.text);
    ctx.swap = "none";
    ctx.text = "";
    fail(ctx, text || _("That was refused."), detail);
  } else if (status >= 500) {
    const code = headers.get("X-Request-ID");
    const known = EXPLAINED.includes(status) ? messageIn(ctx.text).text : "";
    fail(ctx, known || _("That did not work. Nothing you typed is lost."), code ? _("Code %(code)s", { code }) : "");
  }
});

document.addEventListener("htmx:error", ({ detail }) => {
  const { ctx, error } = detail;
  if (!ctx || error?.name === "AbortError") return;
  fail(ctx, _("The server did not answer. Nothing you typed is lost."), navigator.onLine ? "" : _("This computer is offline."));
});

/** After an answer with errors the summary has the focus; else what asks for it, once. */
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const status = ctx.response?.status ?? 200;
  if (status < 400 && !isQuiet(ctx)) one("#alerts").replaceChildren();
  if (status >= 400 && !isRefresh(ctx)) {
    const summary = one("dialog[open] [data-focus]") ?? one("[data-focus]");
    summary?.focus();
    summary?.scrollIntoView({ block: "nearest" });
  } else if (ctx.target?.id === "view" || one("#view")?.contains(ctx.sourceElement)) {
    const total = one("#view .total");
    if (total && !isQuiet(ctx)) announce(_("%(number)s found", { number: total.textContent.trim() }));
  }
});

if (one("[data-focus]")) one("[data-focus]").focus();
