// Counts of the views: asked for once the page stands, then while somebody looks at it.
import { all, make, one } from "./dom.js";

const POLL_MS = 15_000;

const ask = () => {
  if (document.visibilityState === "visible") one("#nav")?.dispatchEvent(new CustomEvent("poll-counts"));
};

/** A tab shows the count that the side bar has for the same view. */
function showInTabs() {
  const counted = new Map(all("#nav .nav-view").map((link) => [link.pathname, one(".count", link)]));
  for (const tab of all(".tabs a")) {
    const count = counted.get(tab.pathname);
    if (!count) continue;
    const shown = one(".count", tab) ?? tab.appendChild(make("span", { class: "count" }));
    shown.className = count.className;
    shown.textContent = count.textContent;
  }
}

if (one("#nav[hx-get]")) {
  addEventListener("load", () => setTimeout(ask, 300));
  setInterval(ask, POLL_MS);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (["nav", "view"].includes(ctx.target?.id)) showInTabs();
  });
}
