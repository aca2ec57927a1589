"""The frame of every page: side bar, theme, messages, who is signed in."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g, get_flashed_messages, request, url_for
from flask_wtf.csrf import generate_csrf

from runtime.compiled import CompiledTool
from runtime.web.context import current_services, here
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
        path=request.full_path.rstrip("?"),
        urls=_urls(),
        user=Person(g.person.name, g.person.title) if signed_in else None,
        nav=_nav(counts or {}) if signed_in else (),
        phone_nav=_phone_nav() if signed_in else (),
        theme=_THEMES.get(request.cookies.get(THEME_COOKIE, ""), "system"),
        flashes=_flashes(),
        shortcuts=shortcuts,
        demo=bool(current_app.config.get("DEMO")),
    )


def _urls() -> ShellUrls:
    # The palette and the counts know which tool is open, and which of its views.
    tool = (request.view_args or {}).get("tool", "")
    return ShellUrls(
        home=url_for("web.home"),
        account=url_for("web.account"),
        sign_out=url_for("web.sign_out"),
        theme=url_for("web.theme"),
        palette=url_for("web.palette", at=request.path),
        counts=url_for("web.counts", tool=tool, view=_view()) if tool else "",
    )


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
    home = NavItem("Home", url_for("web.home"), "house", active=request.endpoint == "web.home")
    items = [_tool_item(tool, counts) for tool in here().tools]
    sections = [NavSection("", [home]), NavSection("Tools", items)]
    if g.person.is_admin:
        active = request.endpoint == "web.deliveries"
        link = NavItem("Automations", url_for("web.deliveries"), "zap", active=active)
        sections.append(NavSection("Administration", [link]))
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
        if is_open
        else (),
    )


def _phone_nav() -> list[Link]:
    links = [Link("Home", url_for("web.home"), "house", request.endpoint == "web.home")]
    key = (request.view_args or {}).get("tool")
    tool = next((t for t in here().tools if t.key == key), None) or next(iter(here().tools), None)
    if tool is not None:
        url = url_for("web.tool", tool=tool.key)
        links.append(Link(tool.spec.title, url, "table-2", tool.key == key))
    links.append(
        Link("Search", url_for("web.palette"), "search", request.endpoint == "web.palette")
    )
    return links
