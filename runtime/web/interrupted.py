"""A post that came after its session had ended: carried over the sign-in, then kept as a draft."""

from flask import Flask, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from runtime.web.contexts import Hidden
from runtime.web.forms.form_keys import was_rendered_for
from runtime.web.records.draft_keeping import keep_draft

_NAME = "_carried"
_HOURS = 24
_LONGEST = 300_000


def carried() -> list[Hidden]:
    """This request's post as one signed value that the sign-in form carries along."""
    if request.form.get(_NAME):
        return [Hidden(_NAME, request.form[_NAME])]
    fields = _typed()
    if fields is None or _place(request.path)[0] is None:
        return []
    return [Hidden(_NAME, _signer().dumps({"address": _address(), "fields": fields}))]


def _address() -> str:
    """Where this request was posted to, with the list that its record was opened from."""
    return request.full_path.rstrip("?")


def _typed() -> list[tuple[str, str]] | None:
    """What this request's form holds; none where it is no form of ours, or too much to carry."""
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    too_much = sum(len(text) for _, text in fields) > _LONGEST
    return None if too_much or "_key" not in request.form else fields


def keep_carried(account: str) -> str | None:
    """After signing in: keeps what was carried as a draft; the address of its form, or none.

    What somebody else typed on this machine is not for `account` to see: it is dropped.
    """
    try:
        packed = _signer().loads(request.form.get(_NAME, ""), max_age=_HOURS * 3600)
    except BadSignature:
        return None
    return _kept(account, packed["address"], [(name, text) for name, text in packed["fields"]])


def keep_outdated(account: str) -> str | None:
    """Keeps a post whose form was rendered before its person signed in anew; its form's address."""
    fields = _typed()
    return None if fields is None else _kept(account, _address(), fields)


def _kept(account: str, address: str, fields: list[tuple[str, str]]) -> str | None:
    path, mark, query = address.partition("?")
    scope, page = _place(path)
    typed: MultiDict[str, str] = MultiDict(fields)
    if scope is None or not was_rendered_for(account, typed.get("_key", "")):
        return None
    return (
        f"{request.script_root}{page}{mark}{query}" if keep_draft(scope, typed, account) else None
    )


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
