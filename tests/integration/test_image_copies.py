"""Copying source images to another organization."""

import json

import pytest

from harness import pictures
from harness.errors import assert_error


def copy(org, hash_, destination, **headers):
    return org.image(hash_, method="COPY", headers={"Destination": destination, **headers})


def copy_many(org, hashes, destination, **headers):
    return org.request("POST", f"/sourceimages/{org.organization}/copy", json=hashes,
                       headers={"Destination": destination, **headers})


def a_user(server, *roles_in):
    """A client of the first organization whose user has these roles: (organization, role) …"""
    email = f"copier-{server.organization().organization}@example.com"
    for org, role in roles_in:
        key = server.create_user(org.organization, role, email=email)["api_key"]
    return server.anonymous(roles_in[0][0].organization).with_key(key)


@pytest.fixture
def prod(server):
    return server.organization()


@pytest.fixture
def stage(server):
    return server.organization()


@pytest.fixture
def both(server, prod, stage):
    """Reads in the one, writes in the other."""
    return a_user(server, (prod, "read"), (stage, "write"))


def test_a_copy_is_the_image_as_it_is(prod, stage, both):
    data = pictures.photo(48, 32, seed=1000)
    fields = {"meta_user[0]": '{"city": "Bern"}', "options[0]": '{"protected": true}',
              "meta_dynamic[0]": '{"subject_area": {"x": 1, "y": 2, "width": 3, "height": 4}}'}
    item = prod.upload(("lake.jpg", data), fields=fields).json()["items"][0]
    assert prod.image(item["hash"], "/options/locked", "PUT", data="true").status_code == 200
    answer = copy(both, item["short_hash"], stage.organization)
    assert answer.status_code == 201, answer.text
    link = f"/sourceimages/{stage.organization}/{item['hash']}"
    assert answer.headers["Location"] == link
    assert answer.json() == {**item, "organization": stage.organization, "link": link, "created": answer.json()["created"]}
    assert stage.image(item["hash"]).json() == answer.json()
    assert stage.image(item["hash"], "/download").content == data
    assert prod.image(item["hash"]).json() == {**item, "locked": True}


def test_a_copy_is_overwritten_or_not(prod, stage, both):
    data = pictures.photo(48, 32, seed=1001)
    item = prod.upload(("new.jpg", data), fields={"meta_user[0]": '{"city": "Bern"}'}).json()["items"][0]
    stage.upload(("old.jpg", data), fields={"meta_user[0]": '{"river": "Aare"}'})
    kept = copy(both, item["hash"], stage.organization, Overwrite="F")
    assert_error(kept, 412)
    assert stage.image(item["hash"]).json()["name"] == "old.jpg"
    for headers in ({}, {"Overwrite": "T"}):
        answer = copy(both, item["hash"], stage.organization, **headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["Location"] == f"/sourceimages/{stage.organization}/{item['hash']}"
        copied = stage.image(item["hash"]).json()
        assert (copied["name"], copied["user_metadata"]) == ("new.jpg", {"city": "Bern"})


def test_a_deleted_one_comes_back(prod, stage, both):
    item = prod.add(pictures.photo(48, 32, seed=1002))
    copy(both, item["hash"], stage.organization)
    stage.image(item["hash"], method="DELETE")
    assert copy(both, item["hash"], stage.organization, Overwrite="F").status_code == 201
    assert stage.image(item["hash"]).status_code == 200


def test_what_is_locked_there_keeps_its_metadata(prod, stage, both):
    data = pictures.photo(48, 32, seed=1003)
    item = prod.upload(("a.jpg", data), fields={"meta_user[0]": '{"city": "Bern"}'}).json()["items"][0]
    stage.add(data)
    stage.image(item["hash"], "/options/locked", "PUT", data="true")
    for refused in (copy(both, item["hash"], stage.organization), copy_many(both, [item["hash"]], stage.organization)):
        assert_error(refused, 403)
        assert item["hash"] in refused.json()["message"] and "locked" in refused.json()["message"]
    assert stage.image(item["hash"]).json()["user_metadata"] == {}


def test_what_is_not_there(prod, stage, both):
    item = prod.add(pictures.photo(48, 32, seed=1004))
    assert_error(copy(both, "0" * 40, stage.organization), 404)
    prod.image(item["hash"], method="DELETE")
    assert_error(copy(both, item["hash"], stage.organization), 404)
    assert_error(copy(both, item["hash"], "nobody-there"), 400)
    assert copy_many(both, [item["hash"]], stage.organization).json() == {
        "created": [], "existing": [], "notfound": [item["hash"]]}


def test_many_at_once_say_what_became_of_each(prod, stage, both):
    there, new = (prod.add(pictures.photo(48, 32, seed=seed))["hash"] for seed in (1005, 1006))
    copy(both, there, stage.organization)
    answer = copy_many(both, [there, new, "0" * 40], stage.organization)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"created": [new], "existing": [there], "notfound": ["0" * 40]}
    again = copy_many(both, [there[:10], new], stage.organization, Overwrite="F")
    assert again.json() == {"created": [], "existing": [there[:10], new], "notfound": []}, "as they were asked for"
    assert copy_many(both, [], stage.organization).json() == {"created": [], "existing": [], "notfound": []}
    assert stage.images().json()["total"] == 2


def test_the_references_example(prod, stage, both):
    """With the media type that curl's -d sends."""
    answer = both.request("POST", f"/sourceimages/{prod.organization}/copy", data='["abcdef","fedcba"]',
                          headers={"Destination": stage.organization, "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json()["notfound"] == ["abcdef", "fedcba"]


def test_a_hundred_is_the_most(stage, both):
    hashes = [f"{number:040x}" for number in range(101)]
    assert copy_many(both, hashes[:100], stage.organization).json()["notfound"] == hashes[:100]
    refused = copy_many(both, hashes, stage.organization)
    assert_error(refused, 400)
    assert "up to 100" in refused.json()["message"]


@pytest.mark.parametrize("body", ["", "{}", '"abcdef"', '["abcdef", 1]', '["no hash"]', "[[]]", "null"])
def test_what_is_no_list_of_hashes(prod, stage, both, body):
    assert_error(both.request("POST", f"/sourceimages/{prod.organization}/copy", data=body,
                              headers={"Destination": stage.organization}), 400)


@pytest.mark.parametrize("headers, named", [
    ({}, "Destination"), ({"Destination": ""}, "Destination"), ({"Destination": "No Name"}, "Destination"),
    ({"Destination": "/sourceimages/acme"}, "Destination"), ({"Overwrite": "false"}, "Overwrite"),
    ({"Overwrite": "f"}, "Overwrite")])
def test_headers_that_are_not_understood_copy_nothing(prod, stage, both, headers, named):
    item = prod.add(pictures.photo(48, 32, seed=1007))
    if named == "Overwrite":
        headers = {"Destination": stage.organization, **headers}
    for refused in (both.image(item["hash"], method="COPY", headers=headers),
                    both.request("POST", f"/sourceimages/{prod.organization}/copy", json=[item["hash"]], headers=headers)):
        assert_error(refused, 400)
        assert named in refused.json()["message"]
    assert stage.images().json()["total"] == 0


# Who may


@pytest.mark.parametrize("here, there, status", [
    ("read", "write", 201), ("sourceimages:read", "sourceimages:write", 201), ("write", "admin", 201),
    ("admin:read", "write", 201), ("read", "read", 403), ("read", "upload", 403), ("read", "admin:read", 403),
    ("read", "sourceimages:read", 403), ("read", None, 403), ("upload", "write", 403), ("billing:read", "write", 403)])
def test_it_takes_reading_here_and_writing_there(server, prod, stage, here, there, status):
    item = prod.add(pictures.photo(48, 32, seed=1008))
    member = a_user(server, (prod, here), *([(stage, there)] if there else []))
    many = copy_many(member, [item["hash"]], stage.organization)
    assert many.status_code == (200 if status == 201 else status), many.text
    one = copy(member, item["hash"], stage.organization)
    assert one.status_code == (204 if status == 201 else status), one.text
    assert stage.images().json()["total"] == (1 if status == 201 else 0)


def test_who_is_no_member_learns_nothing_of_what_is_there(server, prod, stage):
    """Whether the image is there, and with which name, would show in 412 and 201."""
    data = pictures.photo(48, 32, seed=1009)
    item = prod.add(data)
    stranger = a_user(server, (prod, "admin"))
    before = copy(stranger, item["hash"], stage.organization, Overwrite="F")
    stage.add(data)
    after = copy(stranger, item["hash"], stage.organization, Overwrite="F")
    for answer in (before, after):
        assert_error(answer, 403)
    assert before.json() == after.json()
    assert_error(copy(stranger.of(stage.organization), item["hash"], prod.organization), 403)
    missing = copy(stranger.of(stage.organization), "0" * 40, prod.organization)
    assert_error(missing, 403)


@pytest.mark.parametrize("roles, status", [
    (["sourceimages:read"], 403), (["sourceimages:write"], 403), (["read"], 201),
    (["sourceimages:read", "sourceimages:download:protected"], 201)])
def test_a_protected_image_takes_what_its_download_takes(server, prod, stage, roles, status):
    """Where it is copied to, its file could be had."""
    secret = prod.upload(pictures.photo(48, 32, seed=1010), fields={"options[0]": '{"protected": true}'}).json()["items"][0]
    plain = prod.add(pictures.photo(48, 32, seed=1011))
    member = a_user(server, *[(prod, role) for role in roles], (stage, "write"))
    assert copy(member, secret["hash"], stage.organization).status_code == status
    many = copy_many(member, [plain["hash"], secret["hash"]], stage.organization)
    assert many.status_code == (200 if status == 201 else 403)
    assert stage.images().json()["total"] == (2 if status == 201 else 0), "each is looked at before any is copied"


def test_a_key_that_was_not_let_in_there_copies_nothing(server, prod, stage):
    """What its user may do, it may not."""
    item = prod.add(pictures.photo(48, 32, seed=1012))
    email = f"limited-{stage.organization}@example.com"
    old = server.create_user(prod.organization, "read", email=email)["api_key"]
    new = server.create_user(stage.organization, "write", email=email)["api_key"]
    assert_error(copy(prod.with_key(old), item["hash"], stage.organization), 403)
    assert copy(prod.with_key(new), item["hash"], stage.organization).status_code == 201


def test_no_bytes_are_copied(start_server):
    server = start_server()
    prod, stage = server.organization(), server.organization()
    item = prod.add(pictures.photo(48, 32, seed=1013))

    def blobs():
        return sum(1 for path in (server.data / "blobs").rglob("*") if path.is_file())

    before = blobs()
    assert before > 0
    assert copy(a_user(server, (prod, "read"), (stage, "write")), item["hash"], stage.organization).status_code == 201
    assert blobs() == before


def test_a_copy_is_rendered_at_once(prod, stage, both):
    """Also where it was asked for before, and was not there."""
    item = prod.add(pictures.photo(48, 32, seed=1014))
    assert stage.render(f"/dynamic/resize-width-20/{item['hash']}.jpg").status_code == 404
    copy(both, item["hash"], stage.organization)
    assert stage.render(f"/dynamic/resize-width-20/{item['hash']}.jpg").status_code == 200


def test_browsers_may_ask(org):
    """The method and its headers are none that a page may send unasked."""
    answer = org.with_key(None).request("OPTIONS", f"/sourceimages/{org.organization}/{'a' * 40}",
                                        headers={"Origin": "https://example.com", "Access-Control-Request-Method": "COPY"})
    assert "COPY" in answer.headers["Access-Control-Allow-Methods"]
    assert {"Destination", "Overwrite"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert "COPY" in answer.headers["Allow"].split(", ")


def test_other_things_are_not_copied(org):
    answer = org.request("COPY", f"/stacks/{org.organization}/thumb", headers={"Destination": "x"})
    assert_error(answer, 405)
    assert "COPY" not in answer.headers["Allow"]


def test_the_description_has_it_where_there_is_a_place_for_it(server, org):
    described = server.anonymous().get("/doc").json()["paths"]["/sourceimages/{org}/{hash}"]["x-copy"]
    assert {one["name"]: one["in"] for one in described["parameters"]} == {
        "org": "path", "hash": "path", "Destination": "header", "Overwrite": "header"}
    assert [one["required"] for one in described["parameters"]] == [True, True, True, False]
    assert {"201", "204", "400", "403", "404", "412"} <= set(described["responses"])
    many = server.anonymous().get("/doc").json()["paths"]["/sourceimages/{org}/copy"]["post"]
    schema = many["requestBody"]["content"]["application/json"]["schema"]
    assert (schema["type"], schema["maxItems"], schema["items"]["type"]) == ("array", 100, "string"), json.dumps(schema)
