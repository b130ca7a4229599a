"""Renaming source images."""

import gzip
import json

import pytest

from harness import pictures
from harness.errors import assert_error


def rename(org, hash_, name, **options):
    return org.image(hash_, "/name", "PUT", data=json.dumps(name), **options)


def names_found(org, **query):
    return [item["name"] for item in org.images(**query).json()["items"]]


def test_an_image_gets_another_name_and_keeps_all_else(new_org):
    before = new_org.add(pictures.photo(32, 24, seed=900), "first.jpg")
    answer = rename(new_org, before["short_hash"], "Über den See.jpg")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {**before, "name": "Über den See.jpg"}
    assert new_org.image(before["hash"]).json() == answer.json()
    download = new_org.image(before["hash"], "/download").headers["Content-Disposition"]
    assert download == "attachment; filename*=UTF-8''%C3%9Cber%20den%20See.jpg; filename=\"__ber den See.jpg\""
    assert rename(new_org, before["hash"], "Über den See.jpg").json() == answer.json(), "it has that name already"


def test_it_is_found_by_its_new_name_at_once(new_org):
    item = new_org.add(pictures.photo(32, 24, seed=901), "first.jpg")
    rename(new_org, item["hash"], "Sunset lake.jpg")
    for query in ({"name": "Sunset lake.jpg"}, {"name": "Sun*"}, {"name_text": "lake"}):
        assert names_found(new_org, **query) == ["Sunset lake.jpg"], query
    for query in ({"name": "first.jpg"}, {"name_text": "first"}):
        assert names_found(new_org, **query) == [], query


def test_as_the_reference_prints_it(new_org):
    item = new_org.add(pictures.photo(32, 24, seed=902))
    answer = new_org.image(item["hash"], "/name", "PUT", data='"somenewname.jpg"',
                           headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["name"]) == (200, "somenewname.jpg")


@pytest.mark.parametrize("sent, name", [("C:\\pictures\\a.jpg", "a.jpg"), ("../../a.jpg", "a.jpg"), ("a/b/", "b"),
                                        ("x" * 251 + ".jpg", "x" * 251 + ".jpg"), ("a\"b.jpg", "a\"b.jpg")])
def test_names_are_as_those_of_uploads(new_org, sent, name):
    item = new_org.add(pictures.photo(32, 24, seed=903))
    assert rename(new_org, item["hash"], sent).json()["name"] == name


@pytest.mark.parametrize("body", ["", "a.jpg", '""', '"/"', "null", "1", "{}", '["a.jpg"]', json.dumps("x" * 256), '"a"b'])
def test_what_is_no_name_changes_nothing(new_org, body):
    item = new_org.add(pictures.photo(32, 24, seed=904), "stays.jpg")
    assert_error(new_org.image(item["hash"], "/name", "PUT", data=body), 400)
    assert new_org.image(item["hash"]).json()["name"] == "stays.jpg"


def test_a_locked_image_may_be_renamed(new_org):
    """A lock is about deletion and user metadata."""
    item = new_org.add(pictures.photo(32, 24, seed=905))
    assert new_org.image(item["hash"], "/options/locked", "PUT", data="true").status_code == 200
    assert rename(new_org, item["hash"], "new.jpg").json() == {**item, "name": "new.jpg", "locked": True}


def test_what_is_not_there_has_no_name(new_org):
    item = new_org.add(pictures.photo(32, 24, seed=906))
    assert_error(rename(new_org, "0" * 40, "a.jpg"), 404)
    new_org.image(item["hash"], method="DELETE")
    assert_error(rename(new_org, item["hash"], "a.jpg"), 404)


def test_a_render_to_be_saved_is_named_after_what_is_sent(new_org):
    hash_ = new_org.add(pictures.photo(40, 30), "at the sea.jpeg")["hash"]
    new_org.stack("saved", {"name": "resize", "options": {"width": 20}}, content_disposition="attachment")
    new_org.stack("best", {"name": "resize", "options": {"width": 20}}, content_disposition="attachment", autoformat=True)

    def name_of(path, **headers):
        answer = new_org.render(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.headers["Content-Disposition"]

    assert name_of(f"/saved/{hash_}.png") == 'attachment; filename="at the sea.png"'
    assert name_of(f"/saved/{hash_}/summer-2024.webp") == 'attachment; filename="summer-2024.webp"'
    assert name_of(f"/best/{hash_}.jpg", Accept="image/webp") == 'attachment; filename="at the sea.webp"'
    assert name_of(f"/best/{hash_}/v3.jpg", Accept="image/avif,image/webp") == 'attachment; filename="v3.avif"'
    assert name_of(f"/best/{hash_}.jpg") == 'attachment; filename="at the sea.jpg"'


def test_a_packed_drawing_says_that_it_is_packed(new_org):
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='5' height='5'/></svg>"
    new_org.put_stack("file", {"operations": [], "options": {"source_file": True, "content_disposition": "attachment"}})
    for sent, encoding in ((gzip.compress(drawing), "gzip"), (drawing, None)):
        hash_ = new_org.add(sent, "a.svgz")["hash"]
        answer = new_org.render(f"/file/{hash_}.svg")
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.content == drawing  # as the client unpacks it
        assert answer.headers["Content-Disposition"] == 'attachment; filename="a.svg"'


@pytest.mark.parametrize("name, saved", [("at the sea.jpeg", "at the sea.jpeg"), ("at the sea.JPG", "at the sea.jpg"),
                                         ("at the sea.png", "at the sea.jpg")])
def test_an_original_to_be_saved_keeps_an_extension_of_its_format(new_org, name, saved):
    hash_ = new_org.add(pictures.photo(40, 30), name)["hash"]
    new_org.put_stack("file", {"operations": [], "options": {"source_file": True, "content_disposition": "attachment"}})
    answer = new_org.render(f"/file/{hash_}.jpg")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{saved}"'
