"""The address of a request as pages write it: from the root of the site, wherever the application stands."""

from flask import request


def own_path() -> str:
    """The path of this request."""
    return request.script_root + request.path


def own_address() -> str:
    """The path of this request, with its query."""
    return request.script_root + request.full_path.rstrip("?")
