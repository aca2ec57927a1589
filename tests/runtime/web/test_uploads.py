"""Files: judged before they are kept, shown by name only, served as downloads that run nothing."""

import re
from io import BytesIO

import pytest

from opswright.application import create_app
from runtime.storage import attachments
from runtime.web.uploads import clean_name
from tests.runtime.browsing import FRAGMENT, Browser, forms_of, texts_of
from tests.runtime.web.conftest import FORM, history, stored

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.fixture
def olga(app):
    return Browser(app, "olga")


def attach(browser, path, name, content=b"hello", **more):
    return browser.post(f"{path}/files", {"file": (BytesIO(content), name)}, **more)


def files_of(services, path):
    record = stored(services, path)
    with services.db.read() as conn:
        return attachments.listed(conn, record.form_id, record.id)


def links(browser, path):
    """The addresses of the files on a record's page."""
    return re.findall(rf'href="({path}/files/[0-9a-z]+)"', browser.get(path).text)


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("note.txt", b"hello", "text/plain; charset=utf-8"),
        ("data.csv", b"=1+1,2", "text/csv; charset=utf-8"),
        ("picture.png", PNG, "image/png"),
        ("page.txt", HTML, "text/plain; charset=utf-8"),
        ("report.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("empty.txt", b"", "text/plain; charset=utf-8"),
        ("towns.csv", b"MZ,Maputo", "text/csv; charset=utf-8"),
    ],
)
def test_a_file_comes_back_as_a_download_that_runs_nothing(
    services, olga, make_refund, name, content, mime
):
    path = make_refund()
    assert attach(olga, path, name, content).status_code == 303
    (url,) = links(olga, path)
    answer = olga.get(url)
    assert answer.data == content
    assert answer.headers["Content-Type"] == mime
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", HTML),
        ("drawing.svg", SVG),
        ("run.exe", b"MZ"),
        ("script.js", b"alert(1)"),
        ("noending", b"hello"),
        ("picture.png", SVG),
        ("photo.png", HTML),
        ("picture.jpg", b"no picture"),
        ("picture.png.html", PNG),
        ("sheet.xlsx", HTML),
        ("letter.pdf", b"MZ\x90\0" + b"\0" * 60),
        ("archive.zip", b"\x7fELF\x02\x01"),
        ("note.txt", b"MZ\x90\0" + b"\0" * 60),
        (".htaccess", b"x"),
    ],
    ids=lambda value: value if isinstance(value, str) else "of",
)
def test_a_file_of_a_wrong_kind_is_refused_with_words(services, olga, make_refund, name, content):
    path = make_refund()
    answer = attach(olga, path, name, content)
    assert answer.status_code == 422
    assert name.strip(".") in answer.text
    answer = attach(olga, path, name, content, headers=FRAGMENT)
    assert (answer.status_code, answer.json["title"]) == (422, "Not attached")
    assert files_of(services, path) == []


HOSTILE_NAMES = {
    "../../etc/passwd.txt": "passwd.txt",
    "..\\..\\boot.txt": "boot.txt",
    "/abs/olute.txt": "olute.txt",
    "C:\\dir\\file.txt": "file.txt",
    "<img src=x onerror=alert(1)>.txt": "<img src=x onerror=alert(1)>.txt",
    "a\r\nSet-Cookie: x=y.txt": "aSet-Cookie: x=y.txt",
    'quo"te.txt': 'quo"te.txt',
    "nul\x00l.txt": "null.txt",
    "\u202etxt.exe.txt": "txt.exe.txt",
    "naïve 🪑 文.txt": "naïve 🪑 文.txt",
    "..txt": "txt",
    "x" * 300 + ".txt": "x" * 150 + ".txt",
    "con.txt": "con.txt",
    "%2e%2e%2fup.txt": "%2e%2e%2fup.txt",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_a_name_is_cleaned(name):
    assert clean_name(name) == HOSTILE_NAMES[name]


IN_A_FORM = [name for name in HOSTILE_NAMES if not set(name) & set('\\"\r')]
"""Names that the client of these tests can write into a form as they are."""


def kept_files(services):
    """Every file below the folder of data."""
    return {item for item in services.settings.files_folder.rglob("*") if item.is_file()}


@pytest.mark.parametrize("name", IN_A_FORM, ids=ascii)
def test_a_name_is_data_and_never_a_path(services, olga, make_refund, name):
    path = make_refund()
    before = kept_files(services)
    assert attach(olga, path, name).status_code == 303
    (file,) = files_of(services, path)
    assert file.name == HOSTILE_NAMES[name]
    assert {item.name for item in kept_files(services) - before} <= {file.sha256}
    html = olga.get(path).text
    assert "<img src=x" not in html
    answer = olga.get(links(olga, path)[0])
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "\r" not in disposition
    assert answer.headers.get("Set-Cookie", "") == ""


def test_no_file_at_all_is_told(services, olga, make_refund):
    path = make_refund()
    for query in ("", "?field=papers"):
        answer = olga.post(f"{path}/files{query}", {})
        assert answer.status_code == 422
        assert "Choose a file" in answer.text
    assert len(history(services, path)) == 1


def test_a_file_for_a_field_is_told_to_the_script(services, olga, make_refund):
    path = make_refund()
    answer = olga.post(
        f"{path}/files?field=papers", {"file": (BytesIO(b"a"), "a.txt")}, headers=FRAGMENT
    )
    assert answer.status_code == 201
    assert answer.json.keys() == {"id", "name", "url"}
    assert olga.get(answer.json["url"]).data == b"a"
    (paper,) = stored(services, path).document["papers"]
    assert paper["id"] == answer.json["id"]


@pytest.mark.parametrize("field", ["secret", "margin", "nothing", "card"])
def test_a_file_for_a_field_that_is_none_of_theirs_is_404(olga, make_refund, field):
    answer = olga.post(f"{make_refund()}/files?field={field}", {"file": (BytesIO(b"a"), "a.txt")})
    assert answer.status_code == 404


def test_who_may_not_attach_leaves_no_bytes_behind(app, services, make_refund):
    path = make_refund()
    content = b"only a viewer has this"
    for query in ("", "?field=papers"):
        answer = Browser(app, "vera").post(
            f"{path}/files{query}", {"file": (BytesIO(content), "a.txt")}
        )
        assert answer.status_code == 403
    assert not any(
        content == item.read_bytes()
        for item in services.settings.files_folder.rglob("*")
        if item.is_file()
    )


def test_files_of_a_form_come_with_it_and_can_be_dropped(services, olga):
    new = f"{FORM}/new"
    form = olga.form(new)
    form["merchant"] = "With papers"
    form.setlist("papers/-", [(BytesIO(b"a"), "a.txt"), (BytesIO(b"b"), "b.txt")])
    path = olga.post(new, form, token=False).location
    assert [p["name"] for p in stored(services, path).document["papers"]] == ["a.txt", "b.txt"]
    form = olga.form(path)
    kept = form.getlist("papers")
    assert len(kept) == 3
    form.setlist("papers", kept[:2])
    assert olga.post(path, form, token=False).status_code == 303
    assert [p["name"] for p in stored(services, path).document["papers"]] == ["a.txt"]
    assert [file.name for file in files_of(services, path)] == ["a.txt"]
    # The page shows what is left, and saving it again is no trouble.
    assert olga.post(path, olga.form(path), token=False).status_code == 303


def test_a_wrong_file_in_a_form_loses_nothing_else(olga):
    new = f"{FORM}/new"
    form = olga.form(new)
    form["merchant"] = "Typed before"
    form.setlist("papers/-", [(BytesIO(HTML), "page.html")])
    answer = olga.post(new, form, token=False)
    assert answer.status_code == 422
    assert forms_of(answer.text)[new]["merchant"] == "Typed before"
    assert "page.html: files of this kind cannot be attached" in texts_of(answer.text)


def test_a_form_that_is_refused_says_that_its_files_are_to_be_chosen_again(olga):
    new = f"{FORM}/new"
    form = olga.form(new)
    form.setlist("papers/-", [(BytesIO(b"a"), "a.txt")])
    answer = olga.post(new, form, token=False)
    assert answer.status_code == 422
    assert "Choose the files again" in texts_of(answer.text)


def test_a_file_whose_bytes_are_gone_is_no_breakdown(services, olga, make_refund):
    path = make_refund()
    attach(olga, path, "lost.txt", b"about to be lost")
    (file,) = files_of(services, path)
    services.files.path(file.sha256).unlink()
    answer = olga.get(links(olga, path)[0])
    assert answer.status_code == 404


def test_a_file_of_another_record_is_not_served(app, services, olga, make_refund):
    mine, theirs = make_refund(), make_refund(region="hq")
    attach(Browser(app, "lena"), theirs, "theirs.txt")
    (url,) = links(Browser(app, "lena"), theirs)
    for path in (url, url.replace(theirs, mine)):
        assert olga.get(path).status_code == 404
        assert olga.post(f"{path}/remove").status_code == 404
    assert len(files_of(services, theirs)) == 1


# -- too large ------------------------------------------------------------------------------


@pytest.fixture
def small(make_services):
    app = create_app(make_services(max_upload_mb=1))
    app.testing = True
    return Browser(app, "ada")


def attach_raw(browser, path, content):
    """A post whose body no client of tests keeps in a file of its own."""
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + browser.token.encode(),
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n'
        + content,
        b"--b--\r\n",
    )
    kind = "multipart/form-data; boundary=b"
    return browser.client.post(f"{path}/files", data=b"\r\n".join(parts), content_type=kind)


def test_a_file_that_is_too_large_is_refused_with_words(small):
    made = small.post(f"{FORM}/new", {"merchant": "Shop"})
    path = made.location
    answer = attach_raw(small, path, b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 422
    assert "large.txt is larger than 1 MB" in answer.text
    small.app.config["MAX_CONTENT_LENGTH"] = 100_000
    answer = attach(small, path, "huge.txt", b"x" * 200_000)
    assert answer.status_code == 413
    assert "up to 1 MB" in answer.text


def test_a_post_with_too_much_text_is_refused_with_words(small):
    small.app.config |= {"MAX_FORM_MEMORY_SIZE": 100_000, "MAX_FORM_PARTS": 2_000}
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for browser in (small, Browser(small.app)):
            for typed in ({"merchant": "x" * 200_000}, {f"f{n}": "" for n in range(2_100)}):
                answer = browser.post(f"{FORM}/new", typed, content_type=kind)
                assert answer.status_code == 413
                assert "That is too large" in answer.text
