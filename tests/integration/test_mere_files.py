"""Files that are no pictures: taken by what is in them, delivered as they are, drawn as a sheet with their kind on it."""

import pytest

from harness import fonts, office, pictures, pixels
from harness.errors import assert_error
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, Site

KINDS = office.every_kind()
LETTER = office.packed(("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<r/>"), ("word/letter.xml", b"<l/>"),
                       ("word/styles.xml", b"<s/>"))


@pytest.fixture(scope="module")
def org(server):
    org = server.organization()
    org.put_stack("original", {"operations": [], "options": {"source_file": True}})
    org.put_stack("save", {"operations": [], "options": {"source_file": True, "content_disposition": "attachment"}})
    org.put_stack("thumb", {"operations": [{"name": "resize", "options": {"width": 100}}]})
    return org


@pytest.fixture(scope="module")
def letter(org):
    return org.add(LETTER, "Brief an Zürich.docx")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_told_by_its_content(org, kind):
    data, mimetype = KINDS[kind]
    item = org.add(data, "picture.jpg")
    assert (item["format"], item["mimetype"], item["size"]) == (kind, mimetype, len(data))
    assert (item["width"], item["height"], item["static_metadata"]) == (0, 0, {})
    assert (item["animated"], item["opaque"]) == (False, False)
    assert [found["hash"] for found in org.images(format=kind).json()["items"]] == [item["hash"]]
    answer = org.render(f"/original/{item['hash']}.{kind}")
    assert answer.status_code == 200 and answer.content == data and answer.headers["Content-Type"] == mimetype


@pytest.mark.parametrize("name, data", [
    ("html", b"<!doctype html><html><body><script>alert(1)</script></body></html>"),
    ("html in UTF-16", "<html><script>alert(1)</script></html>".encode("utf-16")),
    ("a drawing that is none, with a script", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>"),
    ("XML", b"<?xml version='1.0'?><?xml-stylesheet href='x'?><nothing/>"),
    ("JavaScript", b"function a(){var b=1;} module.exports=1; const x = require('y');"),
    ("PHP", b"<?php system($_GET[0]); ?>"),
    ("a shell script", b"#!/bin/sh\necho 1\n"),
    ("WebAssembly", b"\0asm\1\0\0\0"),
])
def test_what_browsers_or_servers_execute_is_refused_whatever_its_name(new_org, name, data):
    for filename in ("letter.txt", "letter.docx", "picture.svg"):
        assert_error(new_org.upload((filename, data)), 422)
    assert new_org.images().json()["total"] == 0


def test_no_browser_executes_what_looks_like_text(org):
    """To libmagic this is text; to a browser that guesses it would be a page."""
    sneaky = org.add(b"x" * 70_000 + b"<html><script>alert(1)</script>", "a.html")
    assert sneaky["format"] == "txt"
    for answer in (org.render(f"/original/{sneaky['hash']}.html"), org.image(sneaky["hash"], "/download")):
        assert answer.headers["Content-Type"] == "text/plain"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_stack_delivers_it_inline_or_to_be_saved(org, letter):
    inline = org.render(f"/original/{letter['hash']}.docx")
    assert "Content-Disposition" not in inline.headers
    saved = org.render(f"/save/{letter['hash']}.docx")
    assert saved.content == inline.content and saved.headers["Content-Disposition"].startswith("attachment; ")
    assert "Brief%20an%20Z%C3%BCrich.docx" in saved.headers["Content-Disposition"]
    by_url = org.render(f"/original/o-content_disposition-attachment/{letter['hash']}.docx")
    assert by_url.headers["Content-Disposition"] == saved.headers["Content-Disposition"]
    assert org.image(letter["hash"], "/download").content == LETTER


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "avif", "gif"])
def test_a_render_shows_a_sheet(org, letter, suffix):
    answer = org.render(f"/thumb/{letter['hash']}.{suffix}")
    assert answer.status_code == 200 and pixels.size_of(answer.content) == (100, 100)


def test_operations_apply_to_the_sheet(org, letter):
    answer = org.render(f"/dynamic/resize-width-300--crop-width-80-height-40--rotate-angle-90/{letter['hash']}.png")
    assert pixels.size_of(answer.content) == (40, 80)
    whole = org.render(f"/dynamic/noop/{letter['hash']}.png")
    assert pixels.size_of(whole.content) == (600, 600)


def test_the_sheet_as_svg_is_a_drawing(org, letter):
    answer = org.render(f"/dynamic/noop/{letter['hash']}.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml" and b">DOCX</text>" in answer.content
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_each_kind_has_its_own_sheet_and_files_of_one_kind_share_it(org, letter):
    other_letter = org.add(office.packed(("[Content_Types].xml", b"<T/>"), ("_rels/.rels", b""), ("word/d", b""), ("word/e", b"")), "b")
    text = org.add(b"Another text.\n", "c.txt")
    renders = [org.render(f"/thumb/{item['hash']}.png").content for item in (letter, other_letter, text)]
    assert renders[0] == renders[1] != renders[2]


def test_fonts_have_one_too(org):
    font = org.add(fonts.sans(), "sans.ttf")
    answer = org.render(f"/dynamic/noop/{font['hash']}.svg")
    assert answer.status_code == 200 and b">TTF</text>" in answer.content


def test_a_layer_may_be_one(org, letter):
    below = org.add(pictures.solid((10, 20, 200), 120, 120))
    operation = {"name": "composition", "options": {
        "mode": "foreground", "width": 120, "height": 120, "secondary_image": letter["hash"]}}
    answer = org.put_stack("laid", {"operations": [operation]}, overwrite=True)
    assert answer.status_code in (200, 201), answer.text
    answer = org.render(f"/laid/{below['hash']}.png")
    assert answer.status_code == 200, answer.text


def test_iiif_has_no_sheets(org, letter):
    answer = org.render(f"/_iiif/{letter['hash']}/info.json")
    assert answer.status_code == 415 and "docx" in answer.text


def test_it_has_metadata_an_alias_and_another_version(org, letter):
    assert org.image(letter["hash"], "/meta/user/title", method="PUT", data='"A letter"').status_code == 204
    org.point("letter", letter["hash"])
    assert org.render("/original/-_letter_-.docx").content == LETTER
    assert org.render("/thumb/-_letter_-.png").status_code == 200
    other = org.image(letter["hash"], "/meta/dynamic/version", method="PUT", json={"text": "2"})
    assert other.status_code == 201
    assert org.get(other.headers["Location"]).json()["format"] == "docx"


@pytest.mark.parametrize("setting, taken, said", [
    ('["txt", "csv"]', {"txt", "csv"}, "txt, csv"),
    ("[]", set(), "not taken here"),
])
def test_the_operator_says_which(setting, taken, said):
    with Rucola(config=f"[render]\nfile_kinds = {setting}\n") as server:
        org = server.organization()
        for kind in ("txt", "csv", "docx", "zip"):
            answer = org.upload((f"a.{kind}", KINDS[kind][0]))
            if kind in taken:
                assert answer.status_code == 201, answer.text
            else:
                assert_error(answer, 422)
                assert said in answer.json()["message"] and f"a.{kind}" in answer.json()["message"]


def test_a_page_of_another_server_is_no_picture():
    """Whoever asks for a render names the URL; what comes may be the page that says that there is nothing."""
    site = Site()
    site.answers["/notes.txt"] = (200, {}, office.TEXT)
    try:
        with Rucola(ALLOW_LOOPBACK) as server:
            org = server.organization()
            org.request("PUT", f"/organizations/{org.organization}/options", json={"remote_fullurl_allow": True})
            answer = org.render(f"/dynamic/resize-width-40/-{site.url}/notes.txt-.jpg")
            assert answer.status_code == 422 and "not an image" in answer.text, answer.text
            assert org.images().json()["total"] == 0
            uploaded = org.upload(fields={"url[0]": f"{site.url}/notes.txt"})
            assert uploaded.status_code == 201 and uploaded.json()["items"][0]["format"] == "txt"
    finally:
        site.close()
