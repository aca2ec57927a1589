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


def toast(response: BaseResponse, text: str, tone: str = "success") -> BaseResponse:
    """Lets the page say something when it takes the answer in."""
    if text:
        event = {"toast": {"text": text, "tone": tone}}
        # Headers are ASCII: everything else is escaped.
        response.headers["HX-Trigger"] = json.dumps(event, ensure_ascii=True)
    return response
