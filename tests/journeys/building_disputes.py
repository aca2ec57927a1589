"""Makes a draft say what a spec says, through the pages of the bench alone.

The draft was made of a spreadsheet; the spec is the shipped one, read part by part.  A part whose
page lacks a control for something cannot be made, and the journey ends there.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from playwright.sync_api import Page

from tests.journeys.building_hand import Hand

Raw = Mapping[str, Any]
WHOLE_VIEWS: Final = ("all_open", "over_5000")
"""The views whose columns and quick filters are made too: the others have the same controls."""
WHOLE_FIELDS: Final = ("charge", "accept_reason", "priority", "cardholder_email")
"""The fields of which everything is said; of the others, what records are judged and shown by."""
_LOOKS: Final = ("/title", "/description", "/x-ops/placeholder", "/x-ops/widget", "/x-ops/index")
_GUESSED: Final = ("type", "index", "placeholder", "widget", "options")
"""What the spreadsheet says already, or is looks."""
_SETTINGS: Final = """forms => forms.map(form => {
  const control = form.elements.namedItem("value"), box = control.type === "checkbox";
  return [form.id, form.elements.namedItem("name").value, box ? (control.checked ? "1" : "") : control.value];
})"""


def heading(key: str) -> str:
    """How the spreadsheet calls the column of a field, so that its key comes of it."""
    return key.replace("_", " ").capitalize()


class Maker:
    """Builds the tool with one form and one workflow that a spec describes."""

    def __init__(self, page: Page, tool: str, spec: Raw) -> None:
        self.page = page
        self.hand = Hand(page, tool)
        self.spec = spec
        (self.form,) = spec["forms"]
        (self.flow,) = spec["workflows"]
        self.fields: Mapping[str, Raw] = self.form["schema"]["properties"]
        self.at = f"/forms/{self.form['key']}"
        self.canvas = f"forms/{self.form['key']}/"
        self.begun_roles = ("operator", "viewer")
        self.ways = f"workflow/{self.form['key']}/"

    def make(self) -> None:
        """Everything, in an order in which nothing is named before it is there."""
        self.about()
        self.sections()
        for key, wanted in self.fields.items():
            if key in WHOLE_FIELDS or _says_more(wanted):
                self.field(key)
        self.into_sections()
        self.about_form()
        self.create_layout()
        self.role_names()
        self.rules()
        self.states()
        self.transitions()
        self.views()
        self.actions()
        self.rights()

    def about(self) -> None:
        """What the tool is called and is for."""
        self.hand.open("")
        self.hand.write("#tool-description-description", self.spec["description"])
        self.hand.choose("#tool-icon-icon", self.spec["icon"])
        self.hand.choose("#tool-locale-locale", self.spec["locale"])

    # -- fields --------------------------------------------------------------------------------

    def field(self, key: str) -> None:
        """All that the inspector says of one field, its conditions and its place."""
        hand, wanted = self.hand, self.fields[key]
        hand.open(self.canvas, at=f"/fields/{key}")
        if not self.page.locator("#set-title-value").count():
            self._add(key)
        retyped = self.page.locator(f"#field-type-value option[value={wanted['x-ops']['type']}]")
        if retyped.count():
            hand.unfold("#form-inspector")
            self.page.locator("#field-type-value").select_option(wanted["x-ops"]["type"])
            hand.press("#field-type button")
        if key in WHOLE_FIELDS:
            self._keyed(key)
        hand.tick("#field-require-value", key in self.form["schema"]["required"])
        if "default" in wanted:
            hand.choose("#field-default-value", wanted["default"])
        self._settings(wanted, () if key in WHOLE_FIELDS else _LOOKS)
        if choices := wanted["x-ops"].get("choices"):
            self._choices(choices, colours=key in WHOLE_FIELDS)
        self._logic(key)

    def _add(self, key: str) -> None:
        """A field that no column was for."""
        self.hand.open(self.canvas)
        self.hand.press(f"#add-form button[name=type][value={self.fields[key]['x-ops']['type']}]")
        self.hand.write("#set-title-value", heading(key))
        self.hand.open(self.canvas, at=f"/fields/{key}")

    def _keyed(self, key: str) -> None:
        """The title; its key stays the one that the column gave it."""
        self.hand.write("#set-title-value", self.fields[key]["title"])
        own = self.page.locator("#field-key-value")
        if own.count() and own.input_value() != key:
            self.hand.write("#field-key-value", key)

    def _settings(self, wanted: Raw, left: Sequence[str]) -> None:
        """Each input of the inspector says what the spec has at its place."""
        said = -1
        while (
            said != self.hand.edits
        ):  # a pattern, once there, asks what is said where it does not fit
            said = self.hand.edits
            found = self.page.locator("#form-inspector form[id^=set-]").evaluate_all(_SETTINGS)
            for form, pointer, shown in found:
                text = _text(_below(wanted, pointer), pointer)
                if text != shown and pointer not in left:
                    self._set(f"#{form}-value", text)

    def _set(self, selector: str, text: str) -> None:
        self.hand.unfold("#form-inspector")
        kind = self.page.locator(selector).evaluate("control => control.type")
        if kind == "checkbox":
            self.hand.tick(selector, bool(text))
        elif kind == "select-one":
            self.hand.choose(selector, text)
        else:
            self.hand.write(selector, text)

    def _choices(self, choices: Sequence[Raw], *, colours: bool) -> None:
        """What the choices are called, typed in one go; each keeps the key that the column gave it."""
        self.page.locator("#choice-add-titles").fill("\n".join(c["title"] for c in choices))
        self.page.locator("#choice-add [name=replace]").check()
        self.hand.press("#choice-add button")
        for number, choice in enumerate(choices if colours else (), 1):
            self.hand.choose(f"#choice-{number}-color", choice.get("color", "gray"))

    def _into(self, section: str) -> None:
        """What is selected into a section, unless it stands there."""
        into = f"/parts/{section}"
        if self.page.locator(f'#act-move-to-into option[value="{into}"]').count():
            self.hand.unfold("#form-inspector")
            self.page.locator("#act-move-to-into").select_option(into)
            self.hand.press("#act-move-to button")

    def _logic(self, key: str) -> None:
        ops = self.fields[key]["x-ops"]
        at = f"{self.at}/schema/properties/{key}/x-ops"
        for name in ("showWhen", "requireWhen"):
            if name in ops:
                self.hand.condition(f"{at}/{name}", ops[name])
        if "computed" in ops:
            self.hand.formula(f"{at}/computed/formula", *ops["computed"].values())

    # -- layouts -------------------------------------------------------------------------------

    def sections(self) -> None:
        """The sections of the usual layout, empty but for their notes."""
        for part in self.form["layouts"]["default"]:
            self._section(part, "default")
            near = f"/parts/{part['section']}"
            for note in (item for item in part["fields"] if "note" in item):
                self.hand.open(self.canvas, at=near)
                self.hand.press("#add-form button[value=note]")
                self.hand.write("#part-note-value", note["note"])
                near = self.page.locator("#form-inspector").get_attribute("data-at")
                at = f"{self.at}/layouts/default/{part['section']}/fields/{near.rpartition('/')[2]}"
                self.hand.condition(f"{at}/showWhen", note["showWhen"])

    def _section(self, part: Raw, layout: str) -> None:
        self.hand.open(self.canvas, layout=layout)
        self.hand.press("#add-form button[value=section]")
        self._about_section(part)

    def _about_section(self, part: Raw) -> None:
        self.hand.write("#part-section-value", part["section"])
        self.hand.write("#part-description-value", part.get("description", ""))
        self.hand.choose("#part-columns-value", str(part["columns"]))

    def into_sections(self) -> None:
        """The fields of each section into it at once; away with what the spreadsheet began with."""
        layout = self.form["layouts"]["default"]
        for part in layout:
            self.hand.open(self.canvas, at=[f"/fields/{key}" for key in _keys(part)])
            self._into(part["section"])
        self.hand.open(self.canvas)
        for title in self._section_titles():
            if title not in {part["section"] for part in layout}:
                self._remove_section(title, "default")
        self.hand.open(self.canvas, at="/fields/rebuttal")
        self.hand.unfold("#form-inspector")
        self.hand.choose("#part-span-value", "2")

    def _section_titles(self) -> list[str]:
        found = self.page.locator("#form-canvas .canvas-part")
        titles: list[str] = found.evaluate_all("parts => parts.map(part => part.dataset.title)")
        return titles

    def _remove_section(self, title: str, layout: str) -> None:
        self.hand.open(self.canvas, at=f"/parts/{title}", layout=layout)
        self.hand.press("#act-remove button")

    def create_layout(self) -> None:
        """The layout for making a record: a copy without what is not asked then."""
        self.hand.open(self.canvas)
        self.page.locator("#layout-new-use").select_option("create")
        self.hand.press("#layout-new button")
        wanted = self.form["layouts"]["create"]
        first = self.form["layouts"]["default"][0]["section"]
        for part in self.form["layouts"]["default"][1:]:
            if part["section"] not in [each["section"] for each in wanted]:
                self._remove_section(part["section"], "create")
        self.hand.open(self.canvas, at=f"/parts/{first}", layout="create")
        self._about_section(wanted[0])
        self._section(wanted[-1], "create")
        self.hand.open(
            self.canvas, at=[f"/fields/{key}" for key in _keys(wanted[-1])], layout="create"
        )
        self._into(wanted[-1]["section"])

    def about_form(self) -> None:
        """What a record is called by, and what stands below that."""
        self.hand.open(self.canvas)
        self.hand.choose("#form-title-field-field", self.form["titleField"])
        self.hand.tick_all("#form-subtitle [name=field]", self.form["subtitleFields"])

    # -- rules and the workflow ------------------------------------------------------------------

    def rules(self) -> None:
        """What must hold across fields."""
        at = f"{self.at}/rules"
        for number, rule in enumerate(self.form["rules"]):
            self.hand.open("rules/", at=at)
            self.page.locator("#rule-add-message").fill(rule["message"])
            self.hand.press("#rule-add button")
            self.hand.choose(f"#rule-{number}-field", rule["field"])
            self.hand.choose(f"#rule-{number}-severity", rule.get("severity", "error"))
            self.hand.condition(f"{at}/{number}/condition", rule["condition"])

    def states(self) -> None:
        """What each state is called and means."""
        for state in self.flow["states"]:
            self.hand.open(f"{self.ways}states/{state['key']}/")
            self.hand.write("#state-title-title", state["title"])
            self.hand.choose("#state-color-color", state["color"])
            self.hand.choose("#state-category-category", state["category"])
            self.hand.tick("#state-lock [name=readOnly]", state.get("readOnly", False))

    def transitions(self) -> None:
        """The ways from state to state instead of those from each to each."""
        for state in self.flow["states"]:
            self.hand.open(f"{self.ways}transitions/to_{state['key']}/")
            self.hand.leave("#way-remove button")
        for way in self.flow["transitions"]:
            self.hand.open(self.ways)
            self.page.locator("#way-add-title").fill(heading(way["key"]))
            self.page.locator("#way-add-from").select_option(way["from"][0])
            self.page.locator("#way-add-to").select_option(way["to"])
            self.hand.follow("#way-add button", f"{self.ways}transitions/{way['key']}/")
            self._transition(way)

    def _transition(self, way: Raw) -> None:
        hand = self.hand
        hand.write("#way-title-title", way["title"])
        for name in ("from", "roles", "require", "fields"):
            hand.tick_all(f"#way-{name} [name={name}]", way.get(name, ()))
        hand.choose("#way-comment-comment", way.get("comment", "none"))
        hand.choose("#way-style-style", way.get("style", "default"))
        hand.write("#way-shortcut-shortcut", way.get("shortcut", ""))
        hand.tick("#way-hookOnly [name=hookOnly]", way.get("hookOnly", False))
        page = f"{self.ways}transitions/{way['key']}/"
        at = f"/workflows/0/transitions/{way['key']}/guards"
        for number, guard in enumerate(way.get("guards", ())):
            hand.open(page)
            hand.unfold(".flow-panel")
            self.page.locator("#way-guard-message").fill(guard["message"])
            hand.press("#way-guard button")
            hand.condition(f"{at}/{number}/condition", guard["condition"])

    # -- views, actions and roles ----------------------------------------------------------------

    def views(self) -> None:
        """The lists, instead of the two that the spreadsheet began with."""
        self.hand.open("views/")
        for key in ("all", "open"):
            self.hand.press(f"#delete-views-{key} button")
        for view in self.spec["views"]:
            self.hand.open("views/")
            self.page.locator("#add-view-title").fill(heading(view["key"]))
            self.hand.follow("#add-view button", f"views/{view['key']}")
            self._view(view)

    def _view(self, view: Raw) -> None:
        self.hand.write("#view-title-title", view["title"])
        for member in ("columns", "sort", "quickFilters") if view["key"] in WHOLE_VIEWS else ():
            self._items(member, view[member])
        self.hand.tick_all("#part-roles-form [name=roles]", view.get("roles", ()))
        if "filter" in view:
            self.hand.condition(f"/views/{view['key']}/filter", view["filter"])

    def _items(self, member: str, wanted: Sequence[str]) -> None:
        """The names of a list in their order."""
        there = self.page.locator(f"#part-{member} [data-order-item]")
        names = there.evaluate_all("items => items.map(item => item.dataset.orderItem)")
        plain = [name.lstrip("-") for name in wanted]
        if names != plain:
            self._replace_items(member, names, plain)
        for name in wanted:
            self._turned(f'[id="item-{member}-{name.lstrip("-")}-turn"]', name.startswith("-"))

    def _replace_items(self, member: str, names: Sequence[str], plain: Sequence[str]) -> None:
        """Others instead; columns are never none, so the first is there before the rest goes."""
        if plain[0] not in names:
            self._add_item(member, plain[0])
        for name in names:
            if name != plain[0]:
                self.hand.press(f'[id="item-{member}-{name}-out"]')
        for name in plain[1:]:
            self._add_item(member, name)

    def _turned(self, button: str, down: bool) -> None:
        turn = self.page.locator(button)
        if turn.count() and down != (turn.get_attribute("title") == "Greatest first"):
            self.hand.press(button)

    def _add_item(self, member: str, name: str) -> None:
        self.page.locator(f"#add-{member}-item").select_option(name)
        self.hand.press(f"#add-{member}-button")

    def actions(self) -> None:
        """The buttons that set values or run a hook."""
        for action in self.spec["actions"]:
            self.hand.open("actions/")
            self.page.locator("#add-action-title").fill(heading(action["key"]))
            self.page.locator("#add-action-type").select_option(action["type"])
            self.hand.follow("#add-action button", f"actions/{action['key']}")
            self.hand.write("#action-title-title", action["title"])
            self.hand.write("#action-shortcut-shortcut", action["shortcut"])
            self.hand.tick_all("#part-roles-form [name=roles]", action["roles"])
            if "hook" in action["options"]:
                self.hand.write("#action-hook-name", action["options"]["hook"])
            for field, value in action["options"].get("values", {}).items():
                self._given(field, value)
            self.hand.condition(f"/actions/{action['key']}/when", action["when"])

    def _given(self, field: str, value: Any) -> None:
        self.page.locator("#add-value-field").select_option(field)
        self.hand.press("#add-value button")
        if value == {"user": "id"}:
            self.hand.choose(f"#given-{field}-how", "user")
        else:
            self.hand.choose(f"#given-{field}-how", "value")
            self.hand.choose(f"#given-{field}-value", value)

    def role_names(self) -> None:
        """The roles, so that what follows can name them; those of the spreadsheet go."""
        for role in self.begun_roles:
            self.hand.open(f"roles/{role}/")
            self.hand.leave("#role-remove button")
        there = ["lead"]
        for role in self.spec["roles"]:
            if role["key"] not in there:
                self.hand.open("roles/")
                self.page.locator("#role-add-title").fill(heading(role["key"]))
                self.hand.follow("#role-add button", f"roles/{role['key']}/")
                there.append(role["key"])
            else:
                self.hand.open(f"roles/{role['key']}/")
            self.hand.write("#role-title-title", role["title"])
            if role is self.spec["roles"][0]:
                self.hand.write("#role-description-description", role["description"])
        self.hand.open(f"roles/{self.spec['roles'][0]['key']}/")
        self.hand.press("#role-move button[value=up]")

    def rights(self) -> None:
        """The matrix: what each role may do, and see of each field."""
        self.hand.open("roles/")
        for role in self.spec["roles"]:
            (grant,) = role["grants"]
            for box in self.page.locator(
                f"#rights input[name^='can:'][name$=':{role['key']}']"
            ).all():
                right = (box.get_attribute("name") or "").split(":")[1]
                self.hand.tick(f"#rights [name='can:{right}:{role['key']}']", right in grant["can"])
            for field, right in grant.get("fields", {}).items():
                self.hand.choose(f"#rights [name='field:{field}:{role['key']}']", right)
        for role in self.spec["roles"]:
            if "rows" in role["grants"][0]:
                self.hand.condition(
                    f"/roles/{role['key']}/grants/0/rows", role["grants"][0]["rows"]
                )


# -- reading the spec ----------------------------------------------------------------------------


def _says_more(property_: Raw) -> bool:
    """Whether a field is more than its column: judged, shown or filled in by something."""
    made = property_["x-ops"]["type"] in ("sequence", "user", "files", "computed")
    kept = ("title", "description", "type", "format", "enum", "x-ops")
    own = {*property_} - {*kept}
    return made or bool(own | ({*property_["x-ops"]} - {*_GUESSED}))


def _keys(part: Raw) -> Iterator[str]:
    yield from (key for item in part["fields"] if (key := _key(item)))


def _key(item: Any) -> str:
    return item if isinstance(item, str) else item.get("field", "")


def _below(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _text(value: Any, pointer: str) -> str:
    """What an input shows for a value."""
    if pointer.endswith("/amount/pattern"):
        return "1" if value.startswith("^-?") else ""
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return json.dumps(value, separators=(",", ":")) if isinstance(value, Mapping) else str(value)


# -- the spreadsheet -----------------------------------------------------------------------------


def from_sheet(page: Page, path: Any, key: str, spec: Raw) -> None:
    """Uploads the spreadsheet, says what its columns are, and keeps a draft of the tool."""
    page.goto("/build/from-file")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_url("**/sheet/*")
    page.locator("#tool-title").fill(spec["title"])
    page.locator("#tool-key").fill(key)
    (form,) = spec["forms"]
    page.locator("#row-record").fill(form["title"])
    page.locator("#row-records").fill(form["plural"])
    fields, states = form["schema"]["properties"], spec["workflows"][0]["states"]
    for column in page.locator(".sheet-columns > li").all():
        name, title = column.get_attribute("id"), column.get_by_role("textbox").first.input_value()
        ops = fields.get(title.lower().replace(" ", "_"), {}).get("x-ops", {})
        if title == "State":
            ops = {"choices": states}
        offered = page.locator(f"#{name}-type option[value={ops.get('type')}]:not([selected])")
        if offered.count():
            _reread(page, lambda n=name, o=ops: page.locator(f"#{n}-type").select_option(o["type"]))
        required = page.locator(f"#{name}-required")
        if title != "State" and required.is_checked() != (
            title.lower().replace(" ", "_") in form["schema"]["required"]
        ):
            _reread(page, required.click)
        if choices := ops.get("choices"):
            page.locator(f"#{name}-options summary").click()
            lines, box = "\n".join(c["key"] for c in choices), page.locator(f"#{name}-choices")
            if box.input_value() != lines:
                box.fill(lines)
                _reread(page, box.blur)
    page.get_by_role("button", name="Only a draft, without rows").click()
    page.wait_for_url(f"**/build/{key}/**")


def _reread(page: Page, act: Callable[[], Any]) -> None:
    """Waits until the page has read the file as it was told."""
    with page.expect_response("**/from-file/sheet/*"):
        act()
