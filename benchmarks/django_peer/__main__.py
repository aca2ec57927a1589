"""Django admin over the native table: `python -m benchmarks.django_peer PORT DATABASE_URL`."""

import sys
from importlib import import_module
from typing import Any, Final

import django
from django.conf import settings
from sqlalchemy import make_url

from benchmarks.django_peer import PERSON
from benchmarks.serving import serve

_SQLITE: Final = {
    "transaction_mode": "IMMEDIATE",
    # As durable as Opswright keeps it.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=268435456",
}


def configure(database_url: str) -> None:
    """Settings as a new project has them, without debugging."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": _database(database_url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "benchmarks.django_peer",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF="benchmarks.django_peer.urls",
        SECRET_KEY="measured",
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
    )
    django.setup()


def _database(database_url: str) -> dict[str, Any]:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.database,
            "CONN_MAX_AGE": None,
            "OPTIONS": _SQLITE,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.query["host"],
        "CONN_MAX_AGE": None,
    }


def main() -> None:
    """Makes Django's own tables and its administrator, then serves."""
    port, database_url = sys.argv[1:]
    configure(database_url)
    # Only now: both ask for the settings when they are imported.
    users = import_module("django.contrib.auth.models").User.objects
    import_module("django.core.management").call_command("migrate", verbosity=0)
    if not users.filter(username=PERSON[0]).exists():
        users.create_superuser(PERSON[0], "admin@mail.example", PERSON[1])
    serve(import_module("django.core.wsgi").get_wsgi_application(), int(port))


if __name__ == "__main__":
    main()
