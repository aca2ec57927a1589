"""The frame of every page: side bar, theme, messages, who is signed in."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g, get_flashed_messages, request, url_for
from flask_wtf.csrf import generate_csrf

from form_specs.language import _
from runtime.compiling.tool import CompiledTool
from runtime.gate.listing import may_edit
from runtime.web.contexts import (
    Flash,
    Link,
    NavItem,
    NavSection,
    NavView,
    PageShell,
    Person,
    ShellUrls,
    Shortcut,
    Theme,
)
from runtime.web.site.addresses import own_address
from runtime.web.site.context import current_services, here
from runtime.web.site.language import language, script_texts

_THEMES: dict[str, Theme] = {"light": "light", "dark": "dark", "system": "system"}
THEME_COOKIE = "theme"


def page_shell(
    title: str, *, shortcuts: Sequence[Shortcut] = (), counts: dict[str, str] | None = None
) -> PageShell:
    """The frame around a page called `title`."""
    services = current_services()
    signed_in = bool(g.get("signed_in"))
    return PageShell(
        title=title,
        product=services.settings.organisation,
        csrf_token=generate_csrf(),
        nonce=g.nonce,
        path=own_address(),
        urls=_urls(),
        user=Person(g.person.name, g.person.title) if signed_in else None,
        nav=_nav(counts or {}) if signed_in else (),
        phone_nav=_phone_nav() if signed_in else (),
        theme=_THEMES.get(request.cookies.get(THEME_COOKIE, ""), "system"),
        language=language(),
        texts=script_texts(),
        flashes=_flashes(),
        shortcuts=[Shortcut(s.keys, _(s.title), _(s.group)) for s in shortcuts],
        trial=g.get("trial"),
        pilot=_pilot() if signed_in else "",
        looks_as=g.viewing.title if g.get("viewing") else "",
        demo=bool(current_app.config.get("DEMO")),
    )


def _pilot() -> str:
    """That the page goes by a version on trial, in words."""
    key = (request.view_args or {}).get("tool")
    standing = next((each for each in here().in_force if each.key == key), None)
    if standing is None or not standing.pilot or not _is_at_work():
        return ""
    if standing.version_for(g.person.name) == standing.pilot:
        return _("You work by version %(number)s, which is on trial", number=standing.pilot)
    if g.get("beside"):
        return _("This record goes by version %(number)s, which is on trial", number=standing.pilot)
    return ""


def _urls() -> ShellUrls:
    # The palette and the counts know which tool is open, and which of its views.
    tool = (request.view_args or {}).get("tool", "")
    return ShellUrls(
        home=url_for("web.home"),
        account=url_for("web.account"),
        sign_out=url_for("web.sign_out"),
        theme=url_for("web.theme"),
        language=url_for("web.language"),
        palette=url_for("web.palette", at=request.path),
        # Not where a tool is built: it may not be there to be counted yet.
        counts=url_for("web.counts", tool=tool, view=_view()) if tool and _is_at_work() else "",
    )


def _is_at_work() -> bool:
    """Whether the page is one of those that operators work on."""
    return request.blueprint == "web"


def _view() -> str | None:
    """The view that is open, or that the open record was opened from."""
    found: str | None = (request.view_args or {}).get("view") or request.args.get("view")
    return found


def _flashes() -> list[Flash]:
    messages: Any = get_flashed_messages(with_categories=True)
    return [
        Flash(text, category if category in ("info", "warning", "error") else "success")
        for category, text in messages
    ]


def _nav(counts: dict[str, str]) -> list[NavSection]:
    home = NavItem(_("Home"), url_for("web.home"), "house", active=request.endpoint == "web.home")
    items = [_tool_item(tool, counts) for tool in here().tools]
    sections = [NavSection("", [home]), *([NavSection(_("Tools"), items)] if items else [])]
    if g.person.is_admin:
        active = request.endpoint == "web.deliveries"
        link = NavItem(_("Automations"), url_for("web.deliveries"), "zap", active=active)
        sections.append(NavSection(_("Administration"), [link]))
    added = (section() for section in current_app.extensions.get("navigation", ()))
    return [*sections, *(section for section in added if section.items)]


def _tool_item(tool: CompiledTool, counts: dict[str, str]) -> NavItem:
    args = request.view_args or {}
    is_open = args.get("tool") == tool.key
    views = [view for access in here().access.forms(tool) for view in access.views()]
    return NavItem(
        title=tool.spec.title,
        url=url_for("web.tool", tool=tool.key),
        icon=tool.spec.icon,
        open=is_open,
        views=[
            NavView(
                view.title,
                url_for("web.view", tool=tool.key, view=view.key),
                active=is_open and _view() == view.key,
                count=counts.get(view.key, ""),
            )
            for view in views
        ]
        + _lists(tool)
        if is_open
        else (),
    )


def _lists(tool: CompiledTool) -> list[NavView]:
    """The lists of choices that the person may change."""
    name = (request.view_args or {}).get("name") if request.endpoint == "web.edit_list" else ""
    return [
        NavView(
            spec.title,
            url_for("web.edit_list", tool=tool.key, name=spec.key),
            active=spec.key == name,
        )
        for spec in tool.spec.lists.values()
        if may_edit(here().person, tool, spec)
    ]


def _phone_nav() -> list[Link]:
    links = [Link(_("Home"), url_for("web.home"), "house", request.endpoint == "web.home")]
    key = (request.view_args or {}).get("tool")
    tool = next((t for t in here().tools if t.key == key), None) or next(iter(here().tools), None)
    if tool is not None:
        url = url_for("web.tool", tool=tool.key)
        links.append(Link(tool.spec.title, url, "table-2", tool.key == key))
    links.append(
        Link(_("Search"), url_for("web.palette"), "search", request.endpoint == "web.palette")
    )
    return links
