// Tabs of a form: without a script they are links to their parts; here they become tabs with keys.
import { all, on, one, onContent } from "./dom.js";

const chosen = new Map();
const tabsOf = (strip) => all("[data-tab]", strip);
const isOff = (tab) => one(".part-state[data-off]", tab.parentElement) !== null;
const shownIn = (strip) => tabsOf(strip).filter((tab) => !isOff(tab));
const panelOf = (tab) => document.getElementById(tab.hash.slice(1));

function show(strip, tab) {
  for (const each of tabsOf(strip)) {
    const here = each === tab;
    each.setAttribute("aria-selected", String(here));
    each.tabIndex = here ? 0 : -1;
    panelOf(each).hidden = !here;
  }
  chosen.set(strip.id, tab.id);
}

function enhance(strip) {
  const tabs = tabsOf(strip);
  strip.classList.add("scripted");
  one("[data-tab-list]", strip).setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.parentElement.setAttribute("role", "presentation");
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", tab.hash.slice(1));
    panelOf(tab).setAttribute("role", "tabpanel");
  }
  const wrong = tabs.find((tab) => tab.matches(".wrong.front"));
  const before = tabs.find((tab) => tab.id === chosen.get(strip.id));
  const meant = tabs.find((tab) => panelOf(tab).matches(":target, :has(:target)"));
  show(strip, wrong ?? before ?? meant ?? tabs.find((tab) => tab.matches(".front")) ?? tabs[0]);
}

// What the server has drawn anew has lost its class, so it is made tabs again.
onContent(() => { for (const strip of all("[data-tabs]:not(.scripted)")) enhance(strip); });

// A tab that goes while it stands in front leaves its place to the first one.
document.addEventListener("htmx:after:swap", () => {
  for (const strip of all("[data-tabs].scripted")) {
    const [first] = shownIn(strip);
    const front = tabsOf(strip).find((tab) => tab.getAttribute("aria-selected") === "true");
    if (first && front && isOff(front)) show(strip, first);
  }
});

/** Brings whatever hides an element out into the open. */
export function reveal(element) {
  const panel = element.closest("[role='tabpanel']");
  if (panel?.hidden) show(panel.closest("[data-tabs]"), document.getElementById(`${panel.id}-tab`));
  for (let fold = element.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
}

// Before others act on the link: they put the cursor where it leads.
on("click", "a[href^='#']", (event, link) => {
  if (link.matches("[data-tab]")) {
    event.preventDefault();
    event.stopPropagation();
    show(link.closest("[data-tabs]"), link);
    return;
  }
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (target) reveal(target);
}, { capture: true });

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

on("keydown", "[role='tab'][data-tab]", (event, tab) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const strip = tab.closest("[data-tabs]");
  const tabs = shownIn(strip);
  const at = tabs.indexOf(tab);
  const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1
    : event.key in STEPS ? (at + STEPS[event.key] * (document.dir === "rtl" ? -1 : 1) + tabs.length) % tabs.length : null;
  if (to === null) return;
  event.preventDefault();
  event.stopPropagation();
  show(strip, tabs[to]);
  tabs[to].focus();
});

// The next step begins at its title.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if ((ctx.response?.status ?? 200) >= 400 || !ctx.request?.form?.matches("#record-form")) return;
  const title = one(".progress [data-focus]");
  title?.focus();
  title?.closest(".progress").scrollIntoView({ block: "nearest" });
});
