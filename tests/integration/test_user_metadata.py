"""User metadata: fields with a type and a name, read and changed one by one or all together."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import pictures, pixels
from harness.catalog import by_hand
from harness.errors import assert_error
from harness.waiting import wait_for_a_date


@pytest.fixture
def image(new_org):
    """A hash, and how to ask for its user metadata."""
    return Image(new_org)


class Image:
    def __init__(self, org, fields=None):
        self.org = org
        sent = {} if fields is None else {"meta_user[0]": json.dumps(fields)}
        answer = org.upload(pictures.solid(pictures.RED), fields=sent)
        assert answer.status_code in (200, 201), answer.text
        self.hash = answer.json()["items"][0]["hash"]

    def ask(self, method, field="", **options):
        return self.org.image(self.hash, "/meta/user" + (f"/{field}" if field else ""), method, **options)

    def patch(self, fields):
        return self.ask("PATCH", json=fields)

    def fields(self):
        answer = self.ask("GET")
        assert answer.status_code == 200, answer.text
        assert answer.json() == self.org.image(self.hash).json()["user_metadata"]
        return answer.json()


ALL = {"city": "Zürich", "text:caption": "By the lake\n", "int:stars": 4, "double:price": 9.5,
       "date:taken": "2017-01-29T12:34:56Z", "latlon:place": "47.38,8.52", "array:labels": ["lake", "snow", "lake"],
       "array_text:notes": [], "__proto__": "x", "constructor": "y", "0": "z", "int:big": 2**63 - 1}


def test_every_type_comes_back_as_it_was_put(image):
    assert image.fields() == {}
    answer = image.ask("PUT", json=ALL)
    assert (answer.status_code, answer.content) == (204, b"")
    assert image.fields() == ALL
    assert image.org.images().json()["items"][0]["user_metadata"] == ALL
    assert image.ask("PUT", json=image.fields()).status_code == 204
    assert image.fields() == ALL


def test_a_change_leaves_the_other_fields_alone(image):
    """The reference's own example, then another."""
    image.patch({"delete_this": "x", "kept": "y"})
    answer = image.patch({"some_field": "some value", "str:some_string_field": "some value again", "int:some_umber": 0,
                          "date:some_date": "2017-01-29T12:34:56Z", "array:some_array": ["Foo", "Bar", "Baz"],
                          "delete_this": None})
    assert answer.status_code == 204, answer.text
    stored = {"kept": "y", "some_field": "some value", "some_string_field": "some value again", "int:some_umber": 0,
              "date:some_date": "2017-01-29T12:34:56Z", "array:some_array": ["Foo", "Bar", "Baz"]}
    assert image.fields() == stored
    assert image.patch({"kept": None, "str:some_field": "new", "not_there": None}).status_code == 204
    del stored["kept"]
    assert image.fields() == {**stored, "some_field": "new"}


def test_a_put_of_all_deletes_the_others(image):
    image.patch({"a": "1", "int:b": 2})
    assert image.ask("PUT", json={"c": "3", "d": None}).status_code == 204
    assert image.fields() == {"c": "3"}
    assert image.ask("DELETE").status_code == 204
    assert image.fields() == {}
    assert image.ask("DELETE").status_code == 204, "there is nothing left to do"


def test_one_field(image):
    for field, value in (("city", "Zürich"), ("int:stars", 4), ("array:labels", ["a"]), ("__proto__", "x")):
        assert image.ask("PUT", field, data=json.dumps(value)).status_code == 204
        answer = image.ask("GET", field)
        assert (answer.status_code, answer.json()) == (200, value)
    assert image.ask("GET", "str:city").json() == "Zürich"
    assert image.ask("PUT", "str:city", data='"Bern"').status_code == 204
    assert image.ask("GET", "city").json() == "Bern"
    assert image.ask("DELETE", "city").status_code == 204
    assert image.ask("PUT", "int%3Astars", data="null").status_code == 204
    assert image.fields() == {"array:labels": ["a"], "__proto__": "x"}


@pytest.mark.parametrize("field, body, stored", [
    ("city", "Zürich", "Zürich"), ("city", "0041.50", "0041.50"), ("city", "true", "true"), ("city", '"4"', "4"),
    ("int:stars", "4", 4), ("int:stars", "5.0", 5), ("int:stars", "1e2", 100), ("city", "5.0", "5.0"),
    ("text:a", "5.0", "5.0"), ("double:d", "1.5", 1.5), ("double:d", "1e1", 10), ("date:d", "2017-01-29T12:34:56Z", "2017-01-29T12:34:56Z"),
    ("latlon:l", "47.38,8.52", "47.38,8.52"), ("array:a", '["a"]', ["a"])])
def test_a_value_may_be_a_bare_text(image, field, body, stored):
    """The npm package sends texts so."""
    assert image.ask("PUT", field, data=body.encode()).status_code == 204
    assert image.ask("GET", field).json() == stored


@pytest.mark.parametrize("body", [b"", b" ", b'"abc', b"{", b"[1,", b"K\xe4se", b'"\xff"', b"[[[[", b"a\0b"])
def test_a_value_that_is_neither_json_nor_a_text(image, body):
    assert_error(image.ask("PUT", "city", data=body), 400)
    assert image.fields() == {}


def test_a_field_that_is_not_there(image):
    image.patch({"int:stars": 4})
    for method in ("GET", "DELETE"):
        answer = image.ask(method, "stars")
        assert_error(answer, 404)
        assert '"int:stars"' in answer.json()["message"], "what may have been meant"
        assert_error(image.ask(method, "moons"), 404)
        for name in ("Stars", "integer:stars", "a-b", "x" * 55):
            assert_error(image.ask(method, name), 400)
    assert image.fields() == {"int:stars": 4}
    assert_error(image.ask("DELETE", "stars%00"), 400)


def test_an_image_that_is_not_there(new_org):
    for method, options in (("GET", {}), ("PATCH", {"json": {}}), ("PUT", {"json": {}}), ("DELETE", {})):
        assert_error(new_org.image("0" * 40, "/meta/user", method, **options), 404)
    for method, options in (("GET", {}), ("PUT", {"json": "x"}), ("DELETE", {})):
        assert_error(new_org.image("0" * 40, "/meta/user/a", method, **options), 404)


def test_a_deleted_image_keeps_what_it_had(image):
    image.patch({"a": "1"})
    assert image.org.image(image.hash, method="DELETE").status_code == 204
    for method, options in (("GET", {}), ("PATCH", {"json": {"a": "2"}}), ("DELETE", {})):
        assert_error(image.ask(method, **options), 404)
    assert image.org.image(image.hash, "/restore", "POST").json()["user_metadata"] == {"a": "1"}


@pytest.mark.parametrize("field, value, allowed", [
    ("int:stars", "many", "an integer of 64 bits"), ("int:stars", 1.5, '"int:stars": 4'),
    ("int:stars", 2**63, "an integer of 64 bits"), ("double:price", "dear", "a number"),
    ("date:taken", "2017-01-29", "YYYY-MM-DDThh:mm:ssZ"), ("date:taken", "2017-02-30T00:00:00Z", "YYYY-MM-DD"),
    ("latlon:place", "91,8.52", "from -90 to 90"), ("latlon:place", [47.38, 8.52], '"47.38,8.52"'),
    ("array:labels", "lake", "an array"), ("array:labels", [["lake"]], "an array"), ("labels", ["lake"], '"array:"'),
    ("city", {"de": "Zürich"}, "a text"), ("city", "a\0b", "a text"), ("city", "x" * 8193, "8192 bytes"),
    ("text:caption", "x" * 65537, "65536 bytes"), ("array:labels", ["x"] * 1001, "1000 texts"),
    ("City", "Zürich", "a-z, 0-9 and _"), ("x" * 55, "1", "1 to 54"), ("", "1", "1 to 54"), ("a.b", "1", "a-z"),
    ("integer:stars", 4, "str, text, int, double, date, latlon, array, array_text"), ("int:int:a", 4, "a-z"),
], ids=str)
def test_what_is_no_field_is_refused_and_nothing_changes(image, field, value, allowed):
    image.patch({"kept": "y"})
    body = {"other": "z", field: value}
    refused = [image.patch(body), image.ask("PUT", json=body),
               image.org.upload(pictures.solid(pictures.RED), fields={"meta_user[0]": json.dumps(body)})]
    if field and "/" not in field:
        refused.append(image.ask("PUT", field, data=json.dumps(value)))
    for answer in refused:
        assert_error(answer, 400)
        assert allowed in answer.json()["message"], answer.text
    assert image.fields() == {"kept": "y"}


def test_two_spellings_are_one_field(image):
    for method in ("PATCH", "PUT"):
        answer = image.ask(method, json={"a": "1", "str:a": "2"})
        assert_error(answer, 400)
        assert "twice" in answer.json()["message"]
        assert_error(image.ask(method, data='{"a": "1", "a": "2"}'), 400)
    assert image.fields() == {}


@pytest.mark.parametrize("sent, stored", [
    ({"int:n": "5"}, {"int:n": 5}),  # the dashboard, whose values are texts
    ({"int:n": 3.0}, {"int:n": 3}),
    ({"double:d": "1.5"}, {"double:d": 1.5}),
    ({"date:d": "2017-01-29T12:34:56.000Z"}, {"date:d": "2017-01-29T12:34:56Z"}),  # PHP
    ({"stars": 4, "good": True}, {"stars": "4", "good": "true"}),
    ({"array:a": [1, "b"]}, {"array:a": ["1", "b"]}),
    ({"latlon:l": "47.38, 8.52"}, {"latlon:l": "47.38,8.52"}),
], ids=str)
def test_values_as_clients_write_them(image, sent, stored):
    assert image.patch(sent).status_code == 204
    assert image.fields() == stored


def test_a_form_has_only_texts(new_org):
    fields = {"meta_user[0][phone]": "0041.50", "meta_user[0][int:n]": "3", "meta_user[0][answer]": "null",
              "meta_user[0][array:labels]": '["a", "b"]', "meta_user[0][year]": "2017"}
    item = new_org.upload(pictures.solid(pictures.RED), fields=fields).json()["items"][0]
    assert item["user_metadata"] == {"phone": "0041.50", "int:n": 3, "answer": "null", "array:labels": ["a", "b"],
                                     "year": "2017"}


def test_an_upload_of_what_is_there_adds_fields(new_org):
    Image(new_org, {"str:a": "1", "b": "2"})
    assert Image(new_org, {"a": "3", "int:c": 4}).fields() == {"a": "3", "b": "2", "int:c": 4}


@pytest.mark.parametrize("body", ["", "[]", '"x"', "null", "{", '{"a":1}x', '{"a":1e999}', '{"a":"\\ud800"}',
                                  b'{"a":"\xff"}', b'{"\xff":"a"}', '{"a":' + "[" * 40 + "]" * 40 + "}",
                                  "[" * 100_000], ids=lambda body: str(body)[:20])
def test_a_body_that_is_no_object_of_fields(image, body):
    image.patch({"kept": "y"})
    for method in ("PATCH", "PUT"):
        assert_error(image.ask(method, data=body), 400)
    assert image.fields() == {"kept": "y"}


def test_an_image_has_a_bounded_lot_of_it(image):
    """A megabyte of it would be read at every look-up of a render."""
    answer = image.patch({f"f{number}": "x" for number in range(257)})
    assert_error(answer, 400)
    assert "at most 256 fields" in answer.json()["message"]
    large = {f"text:{name}": "x" * 65536 for name in "abcd"}
    answer = image.patch(large)
    assert_error(answer, 400)
    assert "262144 bytes" in answer.json()["message"]
    for name in list(large)[:3]:
        assert image.patch({name: large[name]}).status_code == 204
    assert_error(image.patch({"text:d": large["text:d"]}), 400)
    assert_error(image.org.upload(pictures.solid(pictures.RED), fields={
        "meta_user[0]": json.dumps({"text:d": large["text:d"]})}), 400)
    assert_error(image.ask("PUT", json={"text:e": "x" * 1_100_000}), 413)
    assert image.patch({"text:b": None}).status_code == 204
    assert set(image.fields()) == {"text:a", "text:c"}


def test_many_at_once_lose_nothing(image):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: image.patch({f"int:f{number}": number}), range(120)))
    assert {answer.status_code for answer in answers} == {204}
    assert image.fields() == {f"int:f{number}": number for number in range(120)}
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: image.ask("DELETE", f"int:f{number}"), [*range(120), *range(120)]))
    assert sorted(answer.status_code for answer in answers) == [204] * 120 + [404] * 120, "each went once"
    assert image.fields() == {}


def test_a_locked_image_keeps_its_own(server, new_org):
    image = Image(new_org, {"a": "1"})
    by_hand(server, "UPDATE images SET locked = 1 WHERE hash = ?", image.hash)
    try:
        for method, field, options in (("PATCH", "", {"json": {"b": "2"}}), ("PUT", "", {"json": {"a": "1", "b": "2"}}),
                                       ("DELETE", "", {}), ("PUT", "a", {"json": "2"}), ("DELETE", "a", {})):
            answer = image.ask(method, field, **options)
            assert_error(answer, 403)
            assert "locked" in answer.json()["message"]
        again = new_org.upload(pictures.solid(pictures.RED), fields={"meta_user[0]": '{"a":"2"}'})
        assert_error(again, 403)
        assert new_org.upload(pictures.solid(pictures.RED)).status_code == 200, "which changes nothing"
        assert image.fields() == {"a": "1"}
    finally:
        by_hand(server, "UPDATE images SET locked = 0 WHERE hash = ?", image.hash)


def test_others_see_and_change_nothing(server, image):
    image.patch({"a": "1"})
    stranger = server.organization()
    for method, options in (("GET", {}), ("PATCH", {"json": {"a": "2"}}), ("PUT", {"json": {}}), ("DELETE", {})):
        path = f"/sourceimages/{image.org.organization}/{image.hash}/meta/user"
        assert_error(stranger.request(method, path, **options), 403)
        own = f"/sourceimages/{stranger.organization}/{image.hash}/meta/user"
        assert_error(stranger.request(method, own, **options), 404)
    assert image.fields() == {"a": "1"}


def test_conditions_that_nobody_looks_at_are_refused(image):
    answer = image.ask("PATCH", json={"a": "1"}, headers={"If-Match": '"1"'})
    assert_error(answer, 412)
    assert image.fields() == {}


def test_what_was_stored_before_the_rules_is_shown_and_kept(server, image):
    old = {"Title": {"de": [1, None]}, "str:a": "1", "stars": 4, "int:n": "x"}
    by_hand(server, "UPDATE images SET user_metadata = ? WHERE hash = ?", json.dumps(old), image.hash)
    assert image.fields() == old
    assert image.ask("GET", "a").json() == "1"
    assert image.ask("GET", "int:n").json() == "x"
    assert image.patch({"b": "2"}).status_code == 204
    assert image.fields() == {**old, "b": "2"}
    assert image.patch({"a": "3"}).status_code == 204
    del old["str:a"]
    assert image.fields() == {**old, "b": "2", "a": "3"}


def test_an_old_field_without_a_name_is_kept(server, image):
    """Whichever field was new deleted it."""
    by_hand(server, "UPDATE images SET user_metadata = ? WHERE hash = ?", '{"": "old"}', image.hash)
    assert image.patch({"b": "2"}).status_code == 204
    assert image.ask("PUT", "int:c", data="3").status_code == 204
    assert image.fields() == {"": "old", "b": "2", "int:c": 3}


def test_what_can_not_be_read_is_replaced(server, image):
    by_hand(server, "UPDATE images SET user_metadata = 'no JSON' WHERE hash = ?", image.hash)
    assert image.fields() == {}
    assert image.patch({"a": "1"}).status_code == 204
    assert image.fields() == {"a": "1"}


def test_renders_show_a_change_at_once(image):
    image.patch({"int:w": 20})
    image.org.stack("wide", {"name": "resize", "expressions": {"width": "image.meta_user.w"}})
    path = f"/wide/{image.hash}.png"
    for width in (20, 30, 20, 31):
        assert image.ask("PUT", "int:w", json=width).status_code == 204
        assert pixels.size_of(image.org.render(path).content)[0] == width


def test_no_date_of_before_a_change_matches_after_it(image):
    """What a render is made of was made before the change that leads back to it: its date alone would match."""
    image.org.stack("wide", {"name": "resize", "expressions": {"width": "image.meta_user.w"}})
    path = f"/wide/{image.hash}.png"
    image.patch({"int:w": 20})
    image.org.render(path)
    image.patch({"int:w": 30})
    held = wait_for_a_date(image.org, path)
    image.patch({"int:w": 20})
    answer = image.org.render(path, headers={"If-Modified-Since": held})
    assert answer.status_code == 200
    assert pixels.size_of(answer.content)[0] == 20
