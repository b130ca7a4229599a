"""Dynamic metadata: objects of an image that renders look at. Another object is another image, unless the hash is kept."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import pictures, pixels
from harness.catalog import by_hand
from harness.errors import assert_error
from harness.waiting import wait_for_a_date

AREA = {"x": 10, "y": 20, "width": 30, "height": 40}
BOX = {"x": 0, "y": 0, "width": 160, "height": 90}


@pytest.fixture
def org(new_org):
    return new_org


@pytest.fixture
def image(org):
    return org.add(pictures.photo(200, 150, seed=71))


def put(org, hash_, name, value, **query):
    return org.image(hash_, f"/meta/dynamic/{name}", "PUT", data=json.dumps(value), params=query)


def remove(org, hash_, name, **query):
    return org.image(hash_, f"/meta/dynamic/{name}", "DELETE", params=query)


def made(org, answer):
    """The image that a 201 is about."""
    assert answer.status_code == 201, answer.text
    image = answer.json()
    assert answer.headers["Location"] == f"/sourceimages/{org.organization}/{image['hash']}"
    assert org.image(image["hash"]).json() == image
    return image


def assert_same(org, answer, hash_):
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Location"] == f"/sourceimages/{org.organization}/{hash_}"


@pytest.mark.parametrize("name, sent, stored", [
    ("subject_area", {"x": 0, "y": 0}, None), ("subject_area", {**AREA, "percentage": False}, None),
    ("subject_area", {"x": 1.0, "y": 2e1, "width": None}, {"x": 1, "y": 20}),
    ("crop_area", AREA, None), ("version", {"text": "someVersionHere"}, None),
    ("multi_areas", {"landscape_16_9": {"crop_area": BOX}, "portrait": [{"subject_area": AREA}]}, None),
    ("multi_areas", [], {}), ("detection_face", AREA, None),
    ("detection_face", {**AREA, "landmarks": {"eyeLeft": {"x": 1.5, "y": 2}}}, None), ("detection_eyemouth", AREA, None),
], ids=str)
def test_every_object_makes_another_image(org, image, name, sent, stored):
    stored = sent if stored is None else stored
    org.image(image["hash"], "/meta/user", "PUT", json={"title": "x"})
    after = made(org, put(org, image["hash"], name, sent))
    assert after["hash"] != image["hash"] and after["dynamic_metadata"] == {name: stored}
    for same in ("binary_hash", "name", "size", "width", "height", "format", "protected"):
        assert after[same] == image[same]
    assert after["user_metadata"] == {"title": "x"}
    assert org.image(image["hash"]).json()["dynamic_metadata"] == {}, "the image as it was is still there"
    assert_same(org, put(org, after["hash"], name, sent), after["hash"])
    uploaded = org.upload(pictures.photo(200, 150, seed=71), fields={"meta_dynamic[0]": json.dumps({name: sent})})
    assert uploaded.json()["items"][0]["hash"] == after["hash"], "an upload with it is the same image"
    back = made(org, remove(org, after["hash"], name))
    assert back["hash"] == image["hash"]
    assert_same(org, remove(org, image["hash"], name), image["hash"])


def test_the_order_in_which_objects_come_is_no_difference(org, image):
    one = made(org, put(org, made(org, put(org, image["hash"], "crop_area", AREA))["hash"], "version", {"text": "2"}))
    backwards = dict(reversed(AREA.items()))
    other = made(org, put(org, made(org, put(org, image["hash"], "version", {"text": "2"}))["hash"], "crop_area",
                          backwards))
    assert one["hash"] == other["hash"]
    assert org.images().json()["total"] == 4


@pytest.mark.parametrize("name, value, mentions", [
    ("subject_area", {"x": 1}, ['lacks "y"', "required"]), ("subject_area", {**AREA, "x": "1.5"}, ["an integer from 0"]),
    ("subject_area", {**AREA, "x": 1.5}, ["an integer from 0"]), ("subject_area", {**AREA, "width": 0}, ["from 1 to"]),
    ("subject_area", {**AREA, "heigth": 1}, ['knows no "heigth"', "height"]), ("subject_area", [1], ["must be an object"]),
    ("subject_area", "x", ["must be an object"]), ("subject_area", None, ["DELETE"]),
    ("subject_area", {"subject_area": AREA}, ['knows no "subject_area"']), ("subject_area", {}, ['lacks "x"']),
    ("crop_area", {"x": 1, "y": 2}, ['lacks "width"']), ("version", {}, ['lacks "text"']),
    ("version", {"text": 1}, ["a text"]), ("version", {"text": "a\0b"}, ["U+0000"]),
    ("detection_face", {"landmarks": {"eyeLeft": {"x": 1, "y": 2, "z": 3}}}, ["x and y alone"]),
    ("multi_areas", {"a\0b": {}}, ["U+0000"]), ("version", {"text": "x" * 65536}, ["65536 bytes"]),
    ("multi_areas", {"wide": {"version": {"text": "1"}}}, ['"wide"', "crop_area"]),
    ("subjectarea", AREA, ["subject_area", "crop_area", "detection_face", "version", "multi_areas"]),
    ("__proto__", AREA, ["subject_area"]), ("linked", {}, ['lacks "hashes"']), ("Subject_Area", AREA, ["subject_area"]),
], ids=lambda value: str(value)[:40])
def test_what_is_no_such_object_is_refused(org, image, name, value, mentions):
    for query in ({}, {"keepHash": "true"}, {"deletePrevious": "true"}):
        answer = put(org, image["hash"], name, value, **query)
        assert_error(answer, 400)
        assert all(mention in answer.json()["message"] for mention in mentions), answer.text
    assert org.images().json()["items"] == [image]


@pytest.mark.parametrize("body", ["", "{", '{"x":1,"y":2}}', '{"x":1,"x":2,"y":3}', b'{"text":"\xff"}',
                                  '{"x":' + "[" * 50 + "]" * 50 + "}", "NaN"], ids=str)
def test_a_body_that_is_no_json(org, image, body):
    assert_error(org.image(image["hash"], "/meta/dynamic/subject_area", "PUT", data=body), 400)
    assert org.images().json()["items"] == [image]


def test_names_and_images_that_are_not_there(org, image):
    answer = remove(org, image["hash"], "subjectarea")
    assert_error(answer, 400)
    assert "subject_area" in answer.json()["message"]
    assert_error(put(org, "0" * 40, "version", {"text": "1"}), 404)
    assert_error(remove(org, "0" * 40, "version"), 404)
    org.image(image["hash"], method="DELETE")
    assert_error(put(org, image["hash"], "version", {"text": "1"}), 404)
    assert org.images().json()["total"] == 0, "nothing comes of a deleted image"


def test_options_of_a_change(org, image):
    for query in ({"deletePrevious": "maybe"}, {"keepHash": "2"}, {"keephash": "true"},
                  {"deletePrevious": "true", "keepHash": "true"}):
        assert_error(put(org, image["hash"], "version", {"text": "1"}, **query), 400)
        assert_error(remove(org, image["hash"], "version", **query), 400)
    assert org.images().json()["items"] == [image]
    made(org, put(org, image["hash"], "version", {"text": "1"}, deletePrevious="false", keepHash="false"))


def test_what_is_there_already_is_used_as_it_is(org, image):
    second = made(org, put(org, image["hash"], "version", {"text": "2"}))
    org.image(second["hash"], "/meta/user", "PUT", json={"title": "second"})
    org.image(image["hash"], "/meta/user", "PUT", json={"title": "first"})
    again = made(org, put(org, image["hash"], "version", {"text": "2"}))
    assert (again["hash"], again["user_metadata"]) == (second["hash"], {"title": "second"})
    org.image(second["hash"], method="DELETE")
    revived = made(org, put(org, image["hash"], "version", {"text": "2"}))
    assert (revived["hash"], revived["deleted"], revived["user_metadata"]) == (second["hash"], False, {"title": "first"})


def test_a_deleted_image_comes_back_with_what_was_asked_for(org, image):
    """It came back with what it had been changed to under its hash."""
    wanted = {"subject_area": {"x": 1, "y": 1}}
    one = made(org, put(org, image["hash"], "subject_area", wanted["subject_area"]))
    made(org, put(org, one["hash"], "subject_area", {"x": 7, "y": 1}, keepHash="true"))
    assert org.image(one["hash"], method="DELETE").status_code == 204
    again = made(org, put(org, image["hash"], "subject_area", wanted["subject_area"], deletePrevious="true"))
    assert (again["hash"], again["dynamic_metadata"]) == (one["hash"], wanted)

    assert org.upload(pictures.photo(200, 150, seed=71)).json()["items"][0]["hash"] == image["hash"]
    made(org, put(org, image["hash"], "subject_area", {"x": 7, "y": 1}, keepHash="true"))
    assert org.image(image["hash"], method="DELETE").status_code == 204
    uploaded = org.upload(pictures.photo(200, 150, seed=71))
    assert uploaded.status_code == 201 and uploaded.json()["items"][0]["dynamic_metadata"] == {}


# deletePrevious


def test_a_deleted_field_does_not_come_back_with_an_image_that_had_it(org, image):
    """The fields of both were merged."""
    org.image(image["hash"], "/meta/user", "PUT", json={"secret": "S3", "keep": "k"})

    def there_and_back(hash_, change, to, back):
        other = change(hash_, to)
        assert org.image(other, "/meta/user", "PUT", json={"secret": "S3", "keep": "k"}).status_code == 204
        assert org.image(change(other, back), "/meta/user/secret", "DELETE").status_code == 204
        return org.image(change(hash_, to)).json()["user_metadata"]

    def area(hash_, x):
        return made(org, put(org, hash_, "subject_area", {"x": x, "y": 1}, deletePrevious="true"))["hash"]

    def protected(hash_, value):
        answer = org.image(hash_, "/options/protected", "PUT", data=value, params={"deletePrevious": "true"})
        assert answer.status_code == 200, answer.text
        return answer.json()["hash"]

    zero = area(image["hash"], 0)
    assert there_and_back(zero, area, 1, 0) == {"keep": "k"}
    one = org.images().json()["items"][0]["hash"]
    assert there_and_back(one, protected, "true", "false") == {"keep": "k"}


def test_the_previous_image_goes_and_its_aliases_follow(org, image):
    """They pointed at the deleted one, and every render of theirs was 404."""
    other = org.add(pictures.photo(200, 150, seed=72))
    for name in ("logo", "icon"):
        assert org.put_alias(name, image["hash"]).status_code == 201
    org.put_alias("other", other["hash"])
    path = "/dynamic/crop-width-1-height-1-mode-box/-_logo_-.png"
    assert pixels.size_of(org.render(path).content) == (1, 1)

    after = made(org, put(org, image["hash"], "subject_area", AREA, deletePrevious="true"))
    assert_error(org.image(image["hash"]), 404)
    assert org.image(image["hash"], params={"deleted": "true"}).json()["deleted"] is True
    assert pixels.size_of(org.render(path).content) == (30, 40), "the very next render shows it"
    for name in ("logo", "icon"):
        alias = org.alias(name)
        assert (alias.json()["hash"], alias.json()["version"]) == (after["hash"], 2)
        assert alias.headers["ETag"] == '"2"'
    assert org.alias("other").json()["version"] == 1

    back = made(org, remove(org, after["hash"], "subject_area", deletePrevious="true"))
    assert back["hash"] == image["hash"] and org.alias("logo").json()["version"] == 3
    assert_error(org.image(after["hash"]), 404)
    assert_same(org, put(org, made(org, put(org, back["hash"], "version", {"text": "1"}))["hash"], "version",
                         {"text": "1"}, deletePrevious="true"),
                org.images().json()["items"][0]["hash"])
    assert org.images().json()["total"] == 3, "what is so already deletes nothing"


def test_the_npm_package_asks_for_it_in_the_body_of_a_delete(org, image):
    def delete(hash_, body):
        return org.image(hash_, "/meta/dynamic/version", "DELETE", data=body)

    version = made(org, put(org, image["hash"], "version", {"text": "1"}))
    for wrong in ('{"deletePrevious":"maybe"}', '{"deleteprevious":true}', "[]", "{"):
        assert_error(delete(version["hash"], wrong), 400)
    assert made(org, delete(version["hash"], '{"deletePrevious":"false"}')) == image
    assert org.image(version["hash"]).status_code == 200
    assert made(org, delete(version["hash"], '{"deletePrevious":"true"}')) == image
    assert_error(org.image(version["hash"]), 404)


def test_the_aliases_of_an_image_follow_it_when_it_is_protected(org, image):
    org.put_alias("logo", image["hash"])
    closed = org.image(image["hash"], "/options/protected", "PUT", data="true", params={"deletePrevious": "true"})
    assert closed.status_code == 200, closed.text
    assert org.alias("logo").json()["hash"] == closed.json()["hash"] != image["hash"]
    assert org.render("/dynamic/resize-width-20/-_logo_-.png").status_code == 403, "it needs a signature now"


def test_a_locked_image_stays(server, org, image):
    by_hand(server, "UPDATE images SET locked = 1 WHERE hash = ?", image["hash"])
    for query in ({"deletePrevious": "true"}, {"keepHash": "true"}):
        answer = put(org, image["hash"], "version", {"text": "1"}, **query)
        assert_error(answer, 403)
        assert "locked" in answer.json()["message"]
    assert [item["hash"] for item in org.images().json()["items"]] == [image["hash"]]
    assert made(org, put(org, image["hash"], "version", {"text": "1"}))["locked"] is False


def test_an_alias_never_leads_to_nothing_while_its_image_is_replaced(org, image):
    org.put_alias("logo", image["hash"])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    hash_ = image["hash"]
    with ThreadPoolExecutor(4) as pool:
        looking = [pool.submit(lambda: [org.render(path).status_code for _ in range(40)]) for _ in range(3)]
        for number in range(20):
            hash_ = made(org, put(org, hash_, "version", {"text": str(number)}, deletePrevious="true"))["hash"]
        assert {status for one in looking for status in one.result()} == {200}
    assert (org.alias("logo").json()["hash"], org.alias("logo").json()["version"]) == (hash_, 21)


def test_one_of_many_replaces_an_image(org, image):
    org.put_alias("logo", image["hash"])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: put(org, image["hash"], "version", {"text": str(number)},
                                                   deletePrevious="true"), range(16)))
    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 15
    assert org.images().json()["total"] == 1
    assert org.alias("logo").json()["version"] == 2


# keepHash


def test_an_image_may_change_under_its_hash(org, image):
    path = f"/dynamic/crop-width-1-height-1-mode-box/{image['hash']}.png"
    assert pixels.size_of(org.render(path).content) == (1, 1)
    for area in (AREA, {**AREA, "width": 50}):
        answer = put(org, image["hash"], "subject_area", area, keepHash="true")
        assert made(org, answer) == {**image, "dynamic_metadata": {"subject_area": area}}
        assert answer.headers["Warning"].startswith("299 ")
        assert pixels.size_of(org.render(path).content) == (area["width"], area["height"]), "the very next render"
        assert_same(org, put(org, image["hash"], "subject_area", area, keepHash="true"), image["hash"])
    assert "Warning" not in put(org, image["hash"], "version", {"text": "1"}).headers
    gone = remove(org, image["hash"], "subject_area", keepHash="true")
    assert made(org, gone) == image and gone.headers["Warning"].startswith("299 ")
    assert pixels.size_of(org.render(path).content) == (1, 1)


def test_an_image_that_was_changed_under_its_hash_gets_back_what_it_had(org, image):
    """Without keepHash either: the hash that it would get is its own, which must not delete it."""
    org.put_alias("logo", image["hash"])
    for query in ({}, {"deletePrevious": "true"}):
        put(org, image["hash"], "version", {"text": "1"}, keepHash="true")
        assert made(org, remove(org, image["hash"], "version", **query)) == image
        assert org.alias("logo").json()["version"] == 1
    put(org, image["hash"], "version", {"text": "1"}, keepHash="true")
    other = made(org, put(org, image["hash"], "crop_area", AREA))
    assert other["dynamic_metadata"] == {"version": {"text": "1"}, "crop_area": AREA}
    again = org.upload(pictures.photo(200, 150, seed=71))
    assert again.status_code == 200 and again.json()["items"][0]["dynamic_metadata"] == {"version": {"text": "1"}}


def test_who_only_uploads_sees_no_area_that_others_drew_under_the_hash(server, org, image):
    """An upload of the same file showed what is stored now, not what it had sent."""
    data = pictures.photo(200, 150, seed=71)
    uploader = org.with_key(server.create_user(org.organization, "upload")["api_key"])
    put(org, image["hash"], "subject_area", AREA, keepHash="true")
    again = uploader.upload(data)
    assert again.status_code == 200
    assert (again.json()["items"][0]["hash"], again.json()["items"][0]["dynamic_metadata"]) == (image["hash"], {})
    assert org.upload(data).json()["items"][0]["dynamic_metadata"] == {"subject_area": AREA}


def test_no_date_of_before_a_change_matches_after_it(org, image):
    path = f"/dynamic/crop-width-1-height-1-mode-box/{image['hash']}.png"
    org.render(path)
    put(org, image["hash"], "subject_area", AREA, keepHash="true")
    held = wait_for_a_date(org, path)
    remove(org, image["hash"], "subject_area", keepHash="true")
    answer = org.render(path, headers={"If-Modified-Since": held})
    assert answer.status_code == 200 and pixels.size_of(answer.content) == (1, 1)


def test_others_change_nothing(server, org, image):
    stranger = server.organization()
    path = f"/sourceimages/{org.organization}/{image['hash']}/meta/dynamic/version"
    assert_error(stranger.request("PUT", path, json={"text": "1"}), 403)
    assert_error(put(stranger, image["hash"], "version", {"text": "1"}), 404)
    for role in ("read", "upload"):
        key = server.create_user(org.organization, role)["api_key"]
        assert_error(put(org.with_key(key), image["hash"], "version", {"text": "1"}), 403)
    assert org.images().json()["items"] == [image]
