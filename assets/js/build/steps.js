// Steps of tests: the value of another field is asked for as that field is filled in.
import { all, on, one } from "../dom.js";

/** A control of the page, under the name that the row's values have, and called as its last one was. */
function drawn(template, name, label) {
  const control = template.content.cloneNode(true);
  for (const input of all("[name]", control)) input.name = name + input.name;
  one("[aria-label]", control).setAttribute("aria-label", label);
  return control;
}

on("change", "[data-another]", (_event, select) => {
  const place = one("[data-value]", select.parentElement);
  const known = all("template[data-field]").filter((each) => each.dataset.form === select.dataset.form);
  const chosen = known.find((each) => each.dataset.field === select.value);
  const label = one("[aria-label]", place).getAttribute("aria-label");
  place.replaceChildren(drawn(chosen ?? one('template[data-form=""]'), select.dataset.another, label));
});
