// Small helps on a record: copy its number, print it, decide a whole conflict at once.
import { all, on } from "./dom.js";
import { closeMenus } from "./dialogs.js";
import { showToast } from "./toasts.js";
import { _ } from "./texts.js";

on("click", "[data-copy]", async (_event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  closeMenus();
  showToast({ text: _("%(what)s copied", { what: button.dataset.copy }) });
});

on("click", "[data-print]", () => {
  closeMenus();
  window.print();
});

on("click", "[data-take]", (_event, button) => {
  for (const choice of all(`input[value=${button.dataset.take}]`, button.form)) choice.checked = true;
});

on("click", "[data-segment]", (_event, link) => {
  for (const each of all("[data-segment]", link.parentElement)) each.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
});
