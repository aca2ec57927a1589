"""What an htmx 4 request asks for, and how to answer it.

flask-htmx was made for htmx 2: it tells that a request comes from htmx, but not that a boosted
one wants a whole page.  So a fragment is sent if and only if the request says `partial`.
"""

import json

from flask import Response, redirect, request
from flask_htmx import HTMX
from flask_htmx import make_response as htmx_response
from werkzeug.wrappers import Response as BaseResponse

htmx = HTMX()


def wants_fragment() -> bool:
    """Whether the answer is swapped into a page, instead of being one."""
    return bool(htmx) and request.headers.get("HX-Request-Type") == "partial"


def source_id() -> str:
    """The id of the element that sent the request, or an empty text (`button#save` → `save`)."""
    return request.headers.get("HX-Source", "").partition("#")[2]


def see_other(url: str) -> BaseResponse:
    """Sends the browser to `url` with GET: by the header that htmx follows, else by 303."""
    if htmx:
        response: Response = htmx_response("", redirect=url)
        return response
    return redirect(url, 303)


def announced(response: BaseResponse, text: str) -> BaseResponse:
    """Lets a screen reader say something when the page takes the answer in."""
    if text:
        response.headers["HX-Trigger"] = json.dumps({"announce": {"text": text}}, ensure_ascii=True)
    return response


def toast(response: BaseResponse, text: str, tone: str = "success") -> BaseResponse:
    """Lets the page say something when it takes the answer in."""
    if text:
        event = {"toast": {"text": text, "tone": tone}}
        # Headers are ASCII: everything else is escaped.
        response.headers["HX-Trigger"] = json.dumps(event, ensure_ascii=True)
    return response


def told_too(response: BaseResponse, text: str) -> BaseResponse:
    """Adds a sentence to what the page says when it takes the answer in."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    said = events.get("toast", {"text": "", "tone": "info"})
    events["toast"] = said | {"text": ". ".join(filter(None, (said["text"], text)))}
    response.headers["HX-Trigger"] = json.dumps(events, ensure_ascii=True)
    return response


def with_event(response: BaseResponse, name: str, detail: dict[str, str]) -> BaseResponse:
    """Lets the page's own scripts know of something."""
    response.headers["HX-Trigger"] = json.dumps({name: detail}, ensure_ascii=True)
    return response
