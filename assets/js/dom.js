// The few words that every module speaks.

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Calls `handler(event, element)` for events inside elements that match, now and after any swap. */
export function on(type, selector, handler, options) {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest(selector) : null;
    if (element) handler(event, element);
  }, options);
}

/** Calls `handler(root)` for the page and for each part that a swap brings. */
export function onContent(handler) {
  handler(document);
  document.addEventListener("htmx:after:process", (event) => handler(event.target));
}

/** Whether a request only asks how a form stands: it is no save, and its answer no new content. */
export const isRefresh = (ctx) => ctx.sourceElement?.hasAttribute?.("data-asks") ?? false;

/** The form that a request sends for good; what only asks or shows something on the way sends none. */
export const sentForm = (ctx) =>
  ctx.sourceElement?.matches?.("form, [type=submit]") ? ctx.request?.form : null;

/** An element from a tag, attributes (false leaves one out) and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.body.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

export const csrfToken = () => {
  const headers = document.body.getAttribute("hx-headers:inherited");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
};

/** Says something to a screen reader, without a picture. */
export function announce(text) {
  const region = one("#announce");
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}

/** What an error page, a fragment with an error or a problem document says, in one sentence or two. */
export function messageIn(text) {
  if (text.startsWith("{")) {
    const { title = "", detail = "" } = JSON.parse(text);
    return { text: title || detail, detail: title ? detail : "" };
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const said = (selector) => page.querySelector(selector)?.textContent.trim() ?? "";
  return { text: said("#fault h1") || said("#error-summary li") || said(".error, .note.error"), detail: said("#fault h1 + p") };
}

export const clock = (date = new Date()) =>
  `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
