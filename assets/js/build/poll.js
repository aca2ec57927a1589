// What others do to the draft is asked for while somebody looks at it, and who else is here.
import { one } from "../dom.js";
import { FRAGMENT, state, takeIn } from "./bench.js";
import { isSending } from "./queue.js";

const POLL_MS = 3000;
let asking = false;

async function ask() {
  const bench = one("[data-bench]");
  if (asking || isSending() || document.visibilityState !== "visible" || !bench) return;
  asking = true;
  try {
    const asked = state();
    const url = `${bench.dataset.stateUrl}?page=${encodeURIComponent(location.pathname + location.search)}`;
    const answer = await fetch(url, { cache: "no-store", headers: { ...FRAGMENT, "If-None-Match": `"${asked}"` } });
    if (answer.status !== 200) return;
    const text = await answer.text();
    // An edit that went out meanwhile has a newer answer.
    if (!isSending() && state() === asked) await takeIn(text);
  } catch {
    // The next one will tell.
  } finally {
    asking = false;
  }
}

if (one("[data-bench]")) {
  setInterval(ask, POLL_MS);
  document.addEventListener("visibilitychange", ask);
}
