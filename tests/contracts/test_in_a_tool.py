"""That a folder is all a field type needs: pages, lists, filters and the API serve each of them.

One of the types, `shade`, is this test's own: it stands beside it, and nothing else knows it.
"""

import json
import re
from urllib.parse import urlencode

import psycopg
import pytest
from sqlalchemy import make_url

from form_specs.load import field_spec
from runtime.access import Access, program
from runtime.accounts import Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.filters import filter_words, format_filter, parse_filter
from runtime.services import open_services
from tests.contracts.conftest import REGISTRY
from tests.contracts.test_field_types import conditions
from tests.gallery import (
    GALLERY,
    PIECE,
    RECORDS,
    gallery_properties,
    gallery_tool,
    named_people,
    writable,
)
from tests.house.sources import PACKAGES, ROOT
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.opening import pages_of, serving, token_of

PROPERTIES = gallery_properties(REGISTRY)
by_written_type = pytest.mark.parametrize("written", writable(REGISTRY))


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    people = [
        Joining(name, "correct horse", roles=((GALLERY, role),))
        for name, role in (("kim", "keeper"), ("vic", "visitor"))
    ] + named_people(REGISTRY)
    folder = tmp_path_factory.mktemp("gallery")
    with serving(folder, gallery_tool(REGISTRY), *people, registry=REGISTRY) as found:
        yield found


@pytest.fixture(scope="module")
def app(services):
    return pages_of(services)


@pytest.fixture(scope="module")
def keeper(app):
    return Browser(app, "kim")


@pytest.fixture(scope="module")
def visitor(app):
    return Browser(app, "vic")


@pytest.fixture(scope="module")
def headers(services):
    return token_of(services, "kim")


@pytest.fixture
def piece(app, headers, written):
    """A record with the first example of one type."""
    data = {written: PROPERTIES[written]["examples"][0]}
    answer = app.test_client().post(RECORDS, json={"data": data}, headers=headers)
    assert answer.status_code == 201, answer.json
    return answer.json


@by_written_type
def test_the_api_gives_back_what_it_took(piece, written):
    assert unsigned(piece["data"][written]) == unsigned(PROPERTIES[written]["examples"][0])


def unsigned(value):
    """A value without who did it and when, which the server adds."""
    if isinstance(value, list):
        return [unsigned(item) for item in value]
    if isinstance(value, dict):
        return {key: unsigned(item) for key, item in value.items() if key not in ("by", "at")}
    return value


@by_written_type
def test_the_page_of_a_record_posts_back_what_it_shows(keeper, piece, written):
    address = f"/t/{GALLERY}/f/{PIECE}/{piece['id']}"
    answer = keeper.post(address, keeper.form(address))
    assert answer.status_code == 303, texts_of(answer.text)
    assert f'id="f-{written}"' in keeper.get(address).text


@by_written_type
def test_somebody_who_may_not_read_it_sees_dots(visitor, piece, written):
    address = f"/t/{GALLERY}/f/{PIECE}/{piece['id']}"
    page = texts_of(visitor.get(address).text)
    assert "••••" in page


@by_written_type
def test_every_operator_filters_by_it(app, headers, piece, written):
    field = REGISTRY.field(field_spec(written, PROPERTIES[written], required=False))
    for condition, holds in conditions(field, written, PROPERTIES[written]["examples"][0]):
        query = urlencode({"filter": json.dumps(condition), "limit": 200})
        answer = app.test_client().get(f"{RECORDS}?{query}", headers=headers)
        assert answer.status_code == 200, answer.json
        found = {record["id"] for record in answer.json["records"]}
        assert (piece["id"] in found) is holds, condition


@by_written_type
def test_filters_are_written_short_and_read_back(services, written):
    with services.db.read() as conn:
        tool = services.published.tool(conn, GALLERY)
    access = Access(program("test")).form(tool, PIECE)
    field = access.form.fields[written]
    for condition, _ in conditions(field, written, PROPERTIES[written]["examples"][0]):
        assert parse_filter(access, format_filter(access, condition)) == condition
        assert str(filter_words(access, condition)).startswith(field.spec.title)


@by_written_type
def test_the_filter_menu_has_an_editor_for_it(keeper, written):
    page = keeper.get(f"/t/{GALLERY}/v/all?edit={written}").text
    assert f'name="field" value="{written}"' in page


def test_what_is_typed_may_be_looked_at_before_it_is_saved(keeper, visitor):
    sent = {"markdown": "**bold** <script>"}
    answer = keeper.post(f"/t/{GALLERY}/f/{PIECE}/preview/markdown", sent)
    assert "<strong>bold</strong> &lt;script&gt;" in answer.text
    assert keeper.post(f"/t/{GALLERY}/f/{PIECE}/preview/text", {"text": "a"}).status_code == 404
    assert visitor.post(f"/t/{GALLERY}/f/{PIECE}/preview/markdown", sent).status_code == 404
    refused = keeper.post(f"/t/{GALLERY}/f/{PIECE}/preview/markdown", {"markdown": "a\0"})
    assert refused.status_code == 422
    assert "control character" in refused.text


def test_a_list_draws_all_of_them(keeper):
    assert keeper.get(f"/t/{GALLERY}/v/all").status_code == 200


def test_every_operator_means_the_same_on_postgresql(postgres_url, tmp_path):
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute("CREATE DATABASE gallery")
    url = make_url(postgres_url).set(database="gallery").render_as_string(hide_password=False)
    settings = load_settings({}, {"data": tmp_path, "database_url": url})
    found = open_services(settings, with_hooks=False, registry=REGISTRY)
    found.published.publish(gallery_tool(REGISTRY), by="system")
    for person in named_people(REGISTRY):
        found.accounts.add(person)
    found.accounts.add(Joining("kim", "correct horse", roles=((GALLERY, "keeper"),)))
    client = create_app(found).test_client()
    headers = {"Authorization": f"Bearer {found.accounts.add_token('kim')[1]}"}
    data = {key: PROPERTIES[key]["examples"][0] for key in writable(REGISTRY)}
    assert client.post(RECORDS, json={"data": data}, headers=headers).status_code == 201
    for key, example in data.items():
        field = REGISTRY.field(field_spec(key, PROPERTIES[key], required=False))
        for condition, holds in conditions(field, key, example):
            query = {"filter": json.dumps(condition)}
            answer = client.get(RECORDS, query_string=query, headers=headers)
            assert bool(answer.json["records"]) is holds, condition
    found.close()


def test_nothing_outside_of_its_folder_names_a_type_that_comes_from_elsewhere():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.suffix in (".py", ".html"):
                assert not re.search(r"\bshade\b", path.read_text("utf-8")), path
