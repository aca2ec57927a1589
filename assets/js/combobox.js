// A select with much to choose from becomes a field to search by. The select stays: it holds the
// value, is what the form posts, and is all there is without a script.
import { all, announce, icon, make, on, one, onContent } from "./dom.js";
import { _ } from "./texts.js";

const PAUSE_MS = 200;
const SHOWN = 50;
let made = 0;

/** What an option is called: one that has a namesake says more in a select. */
const titleOf = (option) => option.dataset.title ?? option.text;

class Combobox {
  constructor(root) {
    this.root = root;
    this.select = one("select", root);
    this.several = this.select.multiple;
    this.free = root.hasAttribute("data-free");
    this.complete = root.hasAttribute("data-complete");
    this.options = [];
    this.at = -1;
    this.build();
    this.sync();
  }

  build() {
    const id = `combo-${made += 1}`;
    const label = document.getElementById(`${this.select.id}-label`);
    this.input = make("input", {
      class: "input",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
      placeholder: this.several ? _("Search to add") : this.select.options[0]?.text || _("Search"),
      "aria-labelledby": label ? label.id : false,
      "aria-describedby": this.select.getAttribute("aria-describedby") ?? false,
      "aria-invalid": this.select.getAttribute("aria-invalid") ?? false,
      "aria-required": this.select.required ? "true" : false,
    });
    this.list = make("ul", { class: "combo-list", role: "listbox", id, hidden: true });
    if (label) this.list.setAttribute("aria-labelledby", label.id);
    this.tokens = make("ul", { class: "combo-tokens" });
    this.box = make("div", { class: "combo" });
    if (this.several) this.box.append(this.tokens);
    this.box.append(this.input, icon("chevron-down"), this.list);
    this.select.before(this.box);
    this.select.classList.add("combo-held");
    this.select.tabIndex = -1;
    this.select.setAttribute("aria-hidden", "true");
    this.select.removeAttribute("required");
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("click", () => this.open(true));
    this.input.addEventListener("blur", () => this.left());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]:not([aria-disabled])");
      if (option) this.choose(this.options[Number(option.dataset.at)]);
    });
    this.tokens.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.remove(button.value);
    });
  }

  get chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  /** Draws what the select holds. */
  sync() {
    this.drawOpens();
    if (this.several) {
      this.tokens.replaceChildren(...this.chosen.map((option) => make(
        "li", { class: "tag" }, make("span", {}, titleOf(option)),
        make("button", { type: "button", value: option.value, "aria-label": _("Remove %(what)s", { what: titleOf(option) }) }, icon("x")),
      )));
      this.tokens.hidden = !this.chosen.length;
      this.input.value = "";
    } else {
      this.input.value = this.chosen[0] ? titleOf(this.chosen[0]) : "";
    }
  }

  /** Where what is chosen can be looked at. */
  drawOpens() {
    const opens = one("[data-opens]", this.root);
    if (!opens) return;
    const found = this.chosen.filter((option) => option.dataset.url);
    opens.hidden = !found.length;
    opens.replaceChildren(...found.map((option) => {
      const what = titleOf(option);
      const { url, preview } = option.dataset;
      return make("li", {},
        make("a", { class: "text-link", href: url, "data-preview": preview || false }, _("Open %(what)s", { what })),
        make("a", {
          class: "btn ghost square", href: url, target: "_blank", rel: "noopener",
          "aria-label": _("Open %(what)s in a new tab", { what }),
        }, icon("external-link")));
    }));
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(false), this.complete ? 0 : PAUSE_MS);
  }

  /** Opens the list: with everything, or with what fits what is typed. */
  async open(whole) {
    const query = whole && !this.several ? "" : this.input.value.trim();
    const found = this.complete ? this.here(query) : await this.there(query);
    if (!found || document.activeElement !== this.input) return;
    this.show(found, query);
  }

  here(query) {
    const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const items = [...this.select.options]
      .filter((option) => option.value && words.every((word) => option.text.toLocaleLowerCase().includes(word)))
      .map((option) => ({ key: option.value, title: titleOf(option), ...option.dataset }));
    return { items: items.slice(0, SHOWN), complete: items.length <= SHOWN, problem: "" };
  }

  async there(query) {
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.root.dataset.url, location.href);
    url.searchParams.set("q", query);
    for (const text of this.depends()) url.searchParams.append("depends", text);
    try {
      const answer = await fetch(url, { signal: this.asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.json();
    } catch (error) {
      if (error.name === "AbortError") return null;
      return { items: [], complete: true, problem: _("The choices cannot be fetched now. Try again") };
    }
  }

  depends() {
    const { depends } = this.root.dataset;
    if (!depends) return [];
    const form = new FormData(this.select.form);
    const texts = form.getAll(depends).filter((text) => typeof text === "string" && text);
    return texts.length ? texts : [this.root.dataset.dependsText ?? ""].filter(Boolean);
  }

  show({ items, complete, problem }, query) {
    const taken = new Set(this.several ? this.chosen.map((option) => option.value) : []);
    this.options = items.filter((item) => !taken.has(item.key));
    if (this.free && query && !items.some((item) => item.title === query)) {
      this.options.push({ key: query, title: query, note: "as typed" });
    }
    const current = this.several ? "" : this.chosen[0]?.value;
    this.list.replaceChildren(...this.options.map((item, at) => {
      const option = make("li", {
        role: "option", id: `${this.list.id}-${at}`, "data-at": String(at),
        "aria-selected": String(item.key === current),
      });
      if (item.color && item.color !== "gray") option.append(make("span", { class: `dot ${item.color}` }));
      option.append(make("span", { class: "clip" }, item.title));
      if (item.note) option.append(make("span", { class: "note-text" }, item.note));
      return option;
    }));
    const said = problem || (this.options.length ? "" : _("Nothing found"));
    const more = said || (complete ? "" : _("Type to find more"));
    // A list of nothing still needs an option, which cannot be chosen.
    const role = this.options.length ? { role: "presentation" } : { role: "option", "aria-disabled": "true" };
    if (more) this.list.append(make("li", { class: "more", ...role }, more));
    this.place();
    this.input.setAttribute("aria-expanded", "true");
    this.move(query && this.options.length ? 0 : this.options.findIndex((item) => item.key === current));
    announce(said || (complete ? _("%(number)s to choose from", { number: this.options.length })
      : _("%(number)s or more to choose from", { number: this.options.length })));
  }

  /** Below the input, or above it where only there is room. */
  place() {
    this.list.classList.remove("up");
    this.list.hidden = false;
    const { top } = this.input.getBoundingClientRect(), { bottom, height } = this.list.getBoundingClientRect();
    const end = (one(".bottom-nav")?.getBoundingClientRect().top || innerHeight);
    this.list.classList.toggle("up", bottom > end && top > height);
  }

  move(at) {
    this.at = at;
    const rows = all("[role=option]:not([aria-disabled])", this.list);
    for (const [n, row] of rows.entries()) row.classList.toggle("on", n === at);
    rows[at]?.scrollIntoView({ block: "nearest" });
    if (rows[at]) this.input.setAttribute("aria-activedescendant", rows[at].id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.at = -1;
  }

  pressed(event) {
    const open = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!open) this.open(true);
      else if (this.options.length) this.move((this.at + step + this.options.length) % this.options.length);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (this.options[this.at]) this.choose(this.options[this.at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      if (!this.several) this.input.value = this.chosen[0] ? titleOf(this.chosen[0]) : "";
    } else if (event.key === "Backspace" && this.several && !this.input.value && this.chosen.length) {
      this.remove(this.chosen.at(-1).value);
    }
  }

  choose(item) {
    this.take(item.key, item.title, item);
    this.close();
    this.input.focus();
  }

  /** Makes a key the value, or one more of the values. */
  take(key, title, { url, preview } = {}) {
    if (!this.several) for (const option of this.select.options) option.selected = false;
    let option = [...this.select.options].find((each) => each.value === key);
    if (!option) {
      option = new Option(title, key);
      this.select.append(option);
    }
    if (url) Object.assign(option.dataset, { url, preview });
    // What is posted stands in the order in which it was chosen.
    if (this.several) this.chosen.at(-1)?.after(option);
    option.selected = true;
    this.changed();
  }

  remove(key) {
    for (const option of this.select.options) if (option.value === key) option.selected = false;
    this.changed();
    this.input.focus();
  }

  changed() {
    this.sync();
    this.select.dispatchEvent(new Event("input", { bubbles: true }));
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What was typed and not chosen is no value, but where any text may be one. */
  left() {
    this.close();
    const typed = this.input.value.trim();
    if (this.several) {
      if (typed && this.free) this.take(typed, typed);
      else this.input.value = "";
    } else if (!typed && this.chosen.length) {
      this.take("", "");
    } else if (typed !== (this.chosen[0] ? titleOf(this.chosen[0]) : "")) {
      if (this.free) this.take(typed, typed);
      else this.sync();
    }
  }
}

const known = new WeakMap();

function enhance(root) {
  if (known.has(root) && known.get(root).box.isConnected) return;
  known.set(root, new Combobox(root));
}

onContent((root) => {
  const found = root.matches?.("[data-combobox]") ? [root] : all("[data-combobox]", root);
  for (const each of found) enhance(each);
});

// Labels, and links from errors, lead to the select: the field that stands for it takes the focus.
on("focusin", "[data-combobox] select", (_event, select) => {
  known.get(select.closest("[data-combobox]"))?.input.focus();
});
on("click", "label[for]", (event, label) => {
  const found = known.get(document.getElementById(label.htmlFor)?.closest("[data-combobox]"));
  if (found) {
    event.preventDefault();
    found.input.focus();
  }
});
document.addEventListener("reset", ({ target }) => {
  setTimeout(() => { for (const root of all("[data-combobox]", target)) known.get(root)?.sync(); });
});

/** Chooses a record that was just made, in the field that waits for it; gives what puts the focus there. */
export function chooseIn(id, { key, title, ...where }) {
  const select = document.getElementById(id);
  if (!select) return () => {};
  const found = known.get(select.closest("[data-combobox]"));
  if (found) found.take(key, title, where);
  else {
    const option = new Option(title, key);
    select.append(option);
    option.selected = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return () => (found?.input ?? select).focus();
}
