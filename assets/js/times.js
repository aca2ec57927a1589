// Times tick in the page, never by asking. The exact time stays readable on hover.
import { all, onContent } from "./dom.js";
import { _ } from "./texts.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SOON = 24 * HOUR;
const FAR = 60 * DAY;

function ago(age) {
  if (age < MINUTE) return _("now");
  if (age < HOUR) return _("%(number)s min", { number: Math.floor(age / MINUTE) });
  if (age < DAY) return _("%(number)s h", { number: Math.floor(age / HOUR) });
  if (age < 30 * DAY) return _("%(number)s d", { number: Math.floor(age / DAY) });
  return null;
}

function left(span) {
  const rest = Math.abs(span);
  const minutes = Math.floor((rest % HOUR) / MINUTE);
  const hours = Math.floor((rest % DAY) / HOUR);
  const days = Math.floor(rest / DAY);
  const words = days ? _("%(days)s d %(hours)s h", { days, hours })
    : hours ? _("%(hours)s h %(minutes)s m", { hours, minutes: String(minutes).padStart(2, "0") })
      : _("%(minutes)s m", { minutes });
  return span < 0 ? `\u2212${words}` : words;
}

function show(element) {
  const span = Date.parse(element.dateTime) - Date.now();
  if (Number.isNaN(span)) return;
  element.dataset.exact ??= element.textContent.trim();
  if (element.hasAttribute("data-due") && element.closest("[data-ended]")) {
    element.classList.add("over");
    return;
  }
  if (element.hasAttribute("data-due")) {
    // A date alone lasts until its end.
    const rest = element.dateTime.length === 10 ? span + DAY : span;
    element.textContent = Math.abs(rest) < FAR ? left(rest) : element.dataset.exact;
    element.classList.toggle("late", rest < 0);
    element.classList.toggle("soon", rest >= 0 && rest < SOON);
    element.classList.toggle("far", rest >= SOON);
  } else {
    element.textContent = (span > MINUTE ? _("in %(time)s", { time: left(span) }) : ago(-span)) ?? element.dataset.exact;
  }
  element.title ||= element.dataset.exact;
}

const showAll = (root) => { for (const element of all("time[data-relative], time[data-due]", root)) show(element); };

onContent((root) => showAll(root));
setInterval(() => { if (document.visibilityState === "visible") showAll(document); }, 30_000);
