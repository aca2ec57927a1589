// Forms: what was changed, the save bar, double presses, counters, links from errors to fields.
import { all, isRefresh, on, one, onContent, sentForm } from "./dom.js";
import { showToast } from "./toasts.js";
import { _ } from "./texts.js";

const initial = new WeakMap();

const OWN = ["_key", "_version", "csrf_token", "_drawn"];

/** A form's values as one text; what the form itself posts along does not count. */
export function snapshot(form) {
  const values = [];
  for (const [name, value] of new FormData(form)) {
    if (OWN.includes(name) || name.startsWith("_kept.")) continue;
    values.push([name, value instanceof File ? `${value.name}:${value.size}` : value]);
  }
  return JSON.stringify(values);
}

export const isDirty = (form) =>
  form.isConnected && (form.hasAttribute("data-dirty") || (initial.has(form) && initial.get(form) !== snapshot(form)));

/** Whether another choice stands in a select than the page came with: where it named none, the first. */
const isChosen = (select) => {
  const options = [...select.options];
  if (!select.multiple && !options.some((option) => option.defaultSelected)) return select.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
};

const isTouched = (control) =>
  control.type === "checkbox" || control.type === "radio" ? control.checked !== control.defaultChecked
  : control.options ? isChosen(control)
  : control.type !== "hidden" && control.value !== (control.defaultValue ?? control.value);

/** Whether a form, a comment or a dialog of this page holds something that is not sent yet. */
export const holdsTyped = () =>
  all("form[data-form], form[data-draft-url]").some((form) =>
    form.hasAttribute("data-dirty") || [...form.elements].some(isTouched));

const guarded = () => all("form[data-form]");

function showState(form) {
  const dirty = isDirty(form);
  const bar = one("[data-save-bar]", form);
  if (bar) bar.classList.toggle("idle", !dirty);
  const note = one("[data-saved-note]", form);
  if (note) note.hidden = dirty;
}

/** Takes what stands in the form now for what is stored. */
export function settle(form) {
  form.reset();
  initial.set(form, snapshot(form));
  showState(form);
}

onContent((root) => {
  const forms = root.matches?.("form[data-form]") ? [root] : all("form[data-form]", root);
  for (const form of forms) {
    if (!initial.has(form)) initial.set(form, snapshot(form));
    showState(form);
  }
});

const unchanged = new WeakMap();
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  unchanged.set(ctx, guarded().filter((form) => !isDirty(form)));
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const form = sentForm(ctx);
  if ((ctx.response?.status ?? 200) >= 400 || ctx.request?.method === "GET" || isRefresh(ctx)) return;
  if (form?.matches("[data-form]") && form.isConnected) settle(form);
  // A button that changed the record brought new values: they are stored, nobody typed them.
  for (const other of unchanged.get(ctx) ?? []) {
    if (other !== form && ctx.target?.contains?.(other) && ![...other.elements].some(isTouched)) {
      initial.set(other, snapshot(other));
      showState(other);
    }
  }
  if (form?.matches("[data-clears]")) {
    form.reset();
    // The next one is another one: it must not look like this one sent twice.
    const key = one("[name=_key]", form);
    if (key) key.value = key.value.replace(/(\.\d+)?$/, `.${Date.now()}`);
    showState(form);
  }
});

// A page that asks for nothing else begins in its first field; on a phone that would cover it with keys.
if (matchMedia("(hover: hover)").matches && !location.hash) {
  one("form[data-begins] .field :is(.input, .select, .textarea, .check input):not([type=hidden], [disabled], [readonly])")?.focus({ preventScroll: true });
}

// What did not go with another field is chosen anew.
on("change", ".choosing", (_event, choosing) => one("[data-misfit]", choosing)?.remove());

on("input", "form[data-form]", (_event, form) => showState(form));
on("change", "form[data-form]", (_event, form) => showState(form));

on("click", "[data-discard]", (event, button) => {
  const form = button.closest("form");
  document.dispatchEvent(new CustomEvent("app:discard", { detail: form }));
  if (form.hasAttribute("data-dirty")) return; // the link brings the stored values
  event.preventDefault();
  settle(form);
  one("h1")?.focus();
});

// A second press while the first is under way does nothing. htmx forms queue by themselves: drop.
on("submit", "form", (event, form) => {
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // Where a file comes, the page stays and nothing says when it came: pressed again, another one is wanted.
  if (form.method === "get" || event.defaultPrevented || form.matches("[data-downloads]")) return;
  form.dataset.sent = "1";
  for (const button of all("[type=submit]", form)) button.classList.add("busy");
}, { capture: true });

const release = (form) => {
  if (!form) return;
  delete form.dataset.sent;
  for (const button of all("[type=submit]", form)) button.classList.remove("busy");
};
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  release(sentForm(ctx));
});
window.addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) release(form); });

// What changes the record waits until typed text is saved: it would be lost otherwise.
on("click", "[data-needs-saved]", (event, element) => {
  const form = guarded().find(isDirty);
  if (!form || element.getAttribute("aria-disabled") === "true") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  showToast({
    text: _("Save or discard your changes first."),
    tone: "warning",
    action: { title: _("Save"), run: () => form.requestSubmit() },
  });
}, { capture: true });

on("click", "[aria-disabled=true]", (event, button) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const why = button.dataset.refused && document.getElementById(button.dataset.refused)?.closest("[data-why]");
  if (why) {
    why.open = true;
    one("summary", why)?.focus();
  }
}, { capture: true });

const count = (area, counter) => {
  const limit = Number(counter.dataset.limit);
  const length = [...area.value].length;
  counter.hidden = length < limit * 0.5;
  counter.textContent = `${length.toLocaleString("en")} / ${limit.toLocaleString("en")}`;
  counter.classList.toggle("over", length > limit);
};
const counters = (root) => {
  for (const counter of all("[data-count]", root)) {
    const area = document.getElementById(counter.dataset.count);
    if (area) count(area, counter);
  }
};
onContent((root) => counters(root));
on("input", "textarea", (_event, area) => {
  const counter = area.id && one(`[data-count="${CSS.escape(area.id)}"]`);
  if (counter) count(area, counter);
});

// A link to a field puts the cursor into it.
on("click", "a[href^='#']", (event, link) => {
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target || !target.closest("form, .section")) return;
  event.preventDefault();
  const dialog = one("dialog[open]");
  if (!dialog?.contains(target)) dialog?.close();
  target.focus();
  target.scrollIntoView({ block: "center" });
});

// Without a redirect chain the theme changes at once; the server keeps it in a cookie.
on("submit", "[data-theme-form]", async (event, form) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const theme = body.get("theme");
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  release(form);
  if (!answer?.ok) return showToast({ text: _("The theme was not kept."), tone: "error" });
  document.documentElement.dataset.theme = theme;
  for (const button of all("button", form)) {
    button.setAttribute("aria-pressed", String(button.value === theme));
    const check = one(".icon:nth-of-type(2)", button);
    if (check) button.value === theme ? check.toggleAttribute("hidden", false) : check.remove();
  }
});
