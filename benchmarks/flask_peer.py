"""Flask-Admin over the native table: `python -m benchmarks.flask_peer PORT DATABASE_URL`."""

import sys
from typing import Any, Final

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, make_url

from benchmarks.native import CLAIMS
from benchmarks.serving import serve
from benchmarks.tool import CHOICES

LIST_PAGE: Final = "/admin/claim/?flt0_status_equals=won&sort=6"
RECORD_PAGE: Final = "/admin/claim/edit/?id={}"
# As durable as Opswright keeps it.
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "mmap_size=268435456")


class ClaimView(ModelView):
    """The list as the tool's view has it."""

    column_list = (
        *("reference", "merchant", "amount", "network", "reason", "status"),
        *("due_by", "opened_on", "owner", "priority", "likelihood", "region"),
    )
    column_filters = ("status",)
    column_searchable_list = ("reference", "merchant")
    column_default_sort = "due_by"
    column_choices = CHOICES
    form_choices = CHOICES
    named_filter_urls = True
    page_size = 50
    form_excluded_columns = ("version", "created_at", "created_by", "updated_at", "updated_by")


def make_app(database_url: str) -> Flask:
    """The application over the database."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    app = Flask("flask_peer")
    app.config.update(
        SECRET_KEY="measured", SQLALCHEMY_DATABASE_URI=url.render_as_string(hide_password=False)
    )
    # Flask-Admin translates its words wherever it finds Flask-Babel, which Opswright installs.
    Babel(app)
    db = SQLAlchemy(app)

    claim = type("Claim", (db.Model,), {"__table__": CLAIMS})
    with app.app_context():
        if url.get_backend_name() == "sqlite":
            event.listen(db.engine, "connect", _prepare)
    Admin(app).add_view(ClaimView(claim, db, endpoint="claim"))
    return app


def _prepare(connection: Any, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    serve(make_app(sys.argv[2]), int(sys.argv[1]))
