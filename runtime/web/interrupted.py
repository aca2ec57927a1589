"""A post that came after its session had ended: carried over the sign-in, then kept as a draft."""

from flask import Flask, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from runtime.web.contexts import Hidden
from runtime.web.draft_keeping import keep_draft
from runtime.web.identity import current_session

_NAME = "_carried"
_HOURS = 24
_LONGEST = 300_000


def carried() -> list[Hidden]:
    """This request's post as one signed value that the sign-in form carries along."""
    if request.form.get(_NAME):
        return [Hidden(_NAME, request.form[_NAME])]
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    if not fields or sum(len(text) for _, text in fields) > _LONGEST:
        return []
    packed = {
        "path": request.path,
        "query": request.query_string.decode("ascii", "ignore"),
        "fields": fields,
        "by": current_session().ended_account,
    }
    return [Hidden(_NAME, _signer().dumps(packed))]


def keep_carried(account: str) -> str | None:
    """After signing in: keeps what was carried as a draft; the address of its form, or none.

    What somebody else typed on this machine is not for `account` to see: it is dropped.
    """
    try:
        packed = _signer().loads(request.form.get(_NAME, ""), max_age=_HOURS * 3600)
    except BadSignature:
        return None
    if packed["by"] not in (None, account):
        return None
    scope, path = _place(packed["path"])
    if scope is None:
        return None
    fields: MultiDict[str, str] = MultiDict([tuple(pair) for pair in packed["fields"]])
    address = f"{path}?{packed['query']}" if packed["query"] else path
    return address if keep_draft(scope, fields, account) else None


def _place(path: str) -> tuple[str | None, str]:
    """The draft scope and the page of the form that a path posts to."""
    try:
        endpoint, args = current_app.create_url_adapter(request).match(path, method="POST")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return None, path
    if "form" not in args:
        return None, path
    base = f"{args['tool']}/{args['form']}/{args.get('record', 'new')}"
    page = f"/t/{args['tool']}/f/{args['form']}/{args.get('record', 'new')}"
    if endpoint == "web.transition":
        return f"{base}/transitions/{args['name']}", path
    if endpoint == "web.comment":
        return f"{base}/comment", page
    return (base, page) if endpoint in ("web.record", "web.save", "web.create") else (None, page)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="interrupted")


def install_interrupted(app: Flask, answer: object) -> None:
    """Names the view that answers an interrupted post: the sign-in page that carries it."""
    app.extensions["interrupted"] = answer
