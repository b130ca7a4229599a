"""Aliases: every row of the tables in the specification."""

import json
import re

import pytest

from harness import pictures, pixels, raw_http
from harness.errors import assert_error

YEAR = "public, max-age=31536000"


@pytest.fixture(scope="module")
def images(org):
    """Hashes of three pictures of one colour each."""
    org.stack("thumb", {"name": "resize", "options": {"width": 32}})
    return [org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.GREEN, pictures.BLUE)]


COLOURS = (pictures.RED, pictures.GREEN, pictures.BLUE)


@pytest.fixture
def name(request):
    """A name of the test's own."""
    return re.sub(r"\W", "_", request.node.name)[:200]


def shown(org, name, path="/thumb/-_{}_-.png"):
    answer = org.render(path.format(name))
    assert answer.status_code == 200, answer.text
    colour = pixels.colour_at(answer.content, 0.5, 0.5)
    return next(index for index, wanted in enumerate(COLOURS) if pixels.is_near(colour, wanted))


# Create


def test_create(org, images, name):
    answer = org.put_alias(name, images[0])
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"
    alias = answer.json()
    assert set(alias) == {"organization", "alias", "hash", "created", "updated", "version"}
    assert (alias["organization"], alias["alias"], alias["hash"], alias["version"]) == (
        org.organization, name, images[0], 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)", alias["created"])
    assert alias["updated"] == alias["created"]
    assert org.alias(name).json() == alias


def test_an_existing_alias_is_a_conflict(org, images, name):
    org.put_alias(name, images[0])
    for hash_ in (images[1], images[0]):  # also when it already points there
        for overwrite in (None, False):
            answer = org.put_alias(name, hash_, overwrite=overwrite)
            assert answer.status_code == 409
            assert "overwrite" in answer.json()["message"]
    assert org.alias(name).json()["hash"] == images[0]
    assert org.alias(name).json()["version"] == 1


@pytest.mark.parametrize("flag,status", [("true", 200), ("1", 200), ("false", 409), ("0", 409), ("maybe", 400)])
def test_overwrite_is_a_flag(org, images, flag, status):
    name = f"flag_{flag}"
    org.point(name, images[0])
    answer = org.request("PUT", org.alias_path(name) + f"?overwrite={flag}", json={"hash": images[1]})
    assert answer.status_code == status


def test_overwrite_moves(org, images, name):
    first = org.put_alias(name, images[0]).json()
    answer = org.put_alias(name, images[1], overwrite=True)
    assert answer.status_code == 200
    moved = answer.json()
    assert (moved["hash"], moved["version"], moved["created"]) == (images[1], 2, first["created"])
    assert moved["updated"] >= first["updated"]
    assert org.put_alias(name, images[2], overwrite=True).json()["version"] == 3


def test_overwrite_creates_what_is_not_there(org, images, name):
    assert org.put_alias(name, images[0], overwrite=True).status_code == 201


def test_overwriting_with_the_same_image_is_no_move(org, images, name):
    first = org.put_alias(name, images[0]).json()
    answer = org.put_alias(name, images[0], overwrite=True)
    assert (answer.status_code, answer.json()) == (200, first)


@pytest.mark.parametrize("body", [
    "", "nonsense", "{", '{"hash": }', "[]", "null", '"text"', "{}", '{"hash": null}', '{"hash": 7}', '{"hash": ""}',
    '{"hash": "xyz"}', '{"hash": "12345"}', '{"hash": "' + "a" * 41 + '"}', '{"hash": "' + "g" * 40 + '"}',
    '{"hash": "' + "A" * 40 + '"}', '{"has": "' + "a" * 40 + '"}', '{"hash": "aaaaaa", "hash": "bbbbbb"}',
    '{"hash": "aaaaaa"} x', '{"hash": NaN}', '// c\n{"hash": "aaaaaa"}', '{"hash": ["aaaaaaa"]}', "\xff\xfe",
])
def test_a_body_that_is_not_right_is_refused(org, images, body):
    for query in ("", "?overwrite=true"):
        answer = org.request("PUT", org.alias_path("bad_body") + query, data=body.encode("latin-1"))
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == 400
    assert org.alias("bad_body").status_code == 404


def test_the_references_own_example_works_with_its_trailing_comma(org, images, name):
    body = '\n    {\n        "hash": "%s",\n    }\n' % images[0]
    assert org.request("PUT", org.alias_path(name), data=body).status_code == 201


@pytest.mark.parametrize("label", ["application/json", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded",
                                   None])
def test_the_body_counts_and_not_its_label(org, images, label):
    headers = {"Content-Type": label} if label else {}
    name = "label_" + re.sub(r"\W", "_", str(label))
    answer = org.request("PUT", org.alias_path(name), data=json.dumps({"hash": images[0]}).encode(), headers=headers)
    assert answer.status_code == 201, answer.text


def test_a_field_that_the_server_does_not_know_is_refused_and_nothing_is_pointed(org, images, name):
    answer = org.request("PUT", org.alias_path(name), json={"hash": images[0], "comment": "x"})
    assert_error(answer, 400)
    assert "comment" in answer.json()["message"] and "hash" in answer.json()["message"]
    assert org.alias(name).status_code == 404


def test_an_unknown_image_is_not_found(server, org, images, name):
    other = server.organization()
    foreign = other.add(pictures.solid((1, 2, 3)))["hash"]
    for hash_ in ("0" * 40, "fffffff", foreign):
        assert org.put_alias(name, hash_).status_code == 404
    assert org.alias(name).status_code == 404


def test_a_deleted_image_is_not_found(org, name):
    hash_ = org.add(pictures.solid((9, 9, 9)))["hash"]
    org.image(hash_, method="DELETE")
    assert org.put_alias(name, hash_).status_code == 404


def test_a_short_hash_stores_the_full_one(org, images, name):
    short = org.image(images[0]).json()["short_hash"]
    assert org.put_alias(name, short).json()["hash"] == images[0]
    assert org.put_alias(name, images[1][:12], overwrite=True).json()["hash"] == images[1]


BAD_NAMES = ["a-b", "-", "a.b", ".", "a%20b", "a%00b", "%00", "a%2Fb", "a%C3%BCb", "a+b", "a:b", "a@b", "x" * 256]


@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: name[:10])
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_names_with_any_other_character_are_not_found(org, server, images, name, method):
    """Sent by hand: client libraries tidy such paths up."""
    body = json.dumps({"hash": images[0]}).encode()
    for path in (org.alias_path(name), org.alias_path(name) + "/cache"):
        if method != "DELETE" and path.endswith("/cache"):
            continue
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nApi-Key: {org.key}\r\n"
        length = f"Content-Length: {len(body)}\r\n" if method == "PUT" else ""
        answer = raw_http.exchange(server.port, f"{head}{length}\r\n".encode() + (body if length else b""))
        wanted = (400, 404) if "%00" in name else (404,)
        assert answer.status in wanted, answer


def test_a_slash_makes_another_path(org, images):
    answer = org.request("PUT", org.alias_path("a/b"), json={"hash": images[0]})
    assert answer.status_code in (404, 405)


@pytest.mark.parametrize("name", ["a", "_", "0", "A_b_9", "x" * 255, "alias", "cache", "true"])
def test_names_of_letters_digits_and_underscores(org, images, name):
    assert org.put_alias(name, images[0], overwrite=True).status_code in (200, 201)
    assert org.alias(name).json()["alias"] == name
    assert shown(org, name) == 0
    assert org.delete_alias(name).status_code == 204


def test_names_differ_in_case(org, images):
    org.point("Case", images[0])
    org.point("case", images[1])
    assert (shown(org, "Case"), shown(org, "case")) == (0, 1)


def test_organizations_have_names_of_their_own(server, org, images, name):
    other = server.organization()
    other.stack("thumb")
    org.point(name, images[0])
    assert other.alias(name).status_code == 404
    other.point(name, other.add(pictures.solid(pictures.BLUE))["hash"])
    assert (shown(org, name), shown(other, name)) == (0, 2)


# Get and delete


def test_get_what_is_not_there(org):
    assert org.alias("nothing_here").status_code == 404


def test_head(org, images, name):
    org.point(name, images[0])
    answer = org.request("HEAD", org.alias_path(name))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"] == org.alias(name).headers["ETag"]
    assert org.request("HEAD", org.alias_path("nothing_here")).status_code == 404


def test_delete(org, images, name):
    org.point(name, images[0])
    assert shown(org, name) == 0
    answer = org.delete_alias(name)
    assert (answer.status_code, answer.content) == (204, b"")
    assert org.alias(name).status_code == 404
    assert org.render(f"/thumb/-_{name}_-.png").status_code == 404
    assert org.delete_alias(name).status_code == 404


def test_a_name_can_be_used_again_after_a_delete(org, images, name):
    org.point(name, images[0])
    old = org.alias(name).headers["ETag"]
    org.delete_alias(name)
    answer = org.put_alias(name, images[1])
    assert answer.status_code == 201
    assert shown(org, name) == 1
    # A writer from before the delete must not win.
    assert org.put_alias(name, images[2], overwrite=True, headers={"If-Match": old}).status_code == 412
    assert shown(org, name) == 1


# Conditional changes


def test_the_etag_is_the_version(org, images, name):
    put = org.put_alias(name, images[0])
    assert put.headers["ETag"] == '"1"' == org.alias(name).headers["ETag"]
    assert org.put_alias(name, images[1], overwrite=True).headers["ETag"] == '"2"'


def test_get_is_conditional(org, images, name):
    tag = org.put_alias(name, images[0]).headers["ETag"]
    assert org.alias(name, headers={"If-None-Match": tag}).status_code == 304
    org.put_alias(name, images[1], overwrite=True)
    assert org.alias(name, headers={"If-None-Match": tag}).status_code == 200


def test_put_with_if_match(org, images, name):
    first = org.put_alias(name, images[0]).headers["ETag"]
    moved = org.put_alias(name, images[1], overwrite=True, headers={"If-Match": first})
    assert moved.status_code == 200
    lost = org.put_alias(name, images[2], overwrite=True, headers={"If-Match": first})
    assert lost.status_code == 412
    assert lost.json()["code"] == 412
    assert org.alias(name).json()["hash"] == images[1]
    assert org.put_alias(name, images[2], overwrite=True, headers={"If-Match": f'"77", {moved.headers["ETag"]}'}
                         ).status_code == 200


@pytest.mark.parametrize("value", ['"{2}"', '"x"', "{1}", 'W/"{1}"', '""', '"{1}', "nonsense", '"0{1}"', '"-0"', '"+{1}"',
                                   '" {1}"', '"{1}" nonsense', '*, "{1}"', "", ","])
def test_if_match_that_does_not_match_changes_nothing(org, images, value):
    """"01" was taken for "1": tags are compared as they are written."""
    name = "unmatched"
    org.delete_alias(name)
    version = org.put_alias(name, images[0], overwrite=True).json()["version"]
    value = value.replace("{1}", str(version)).replace("{2}", str(version + 1))
    for answer in (org.put_alias(name, images[1], overwrite=True, headers={"If-Match": value}),
                   org.delete_alias(name, headers={"If-Match": value})):
        assert answer.status_code in (400, 412)
    assert org.alias(name).json()["hash"] == images[0]


def test_if_match_star_means_that_it_exists(org, images, name):
    assert org.put_alias(name, images[0], overwrite=True, headers={"If-Match": "*"}).status_code == 412
    assert org.alias(name).status_code == 404
    org.point(name, images[0])
    assert org.put_alias(name, images[1], overwrite=True, headers={"If-Match": "*"}).status_code == 200


def test_if_none_match_star_means_that_it_does_not(org, images, name):
    headers = {"If-None-Match": "*"}
    assert org.put_alias(name, images[0], overwrite=True, headers=headers).status_code == 201
    assert org.put_alias(name, images[1], overwrite=True, headers=headers).status_code == 412
    assert org.alias(name).json()["hash"] == images[0]


def test_if_none_match_names_versions_that_are_not_wanted(org, images, name):
    """Such a change was made without a look at it."""
    first = org.put_alias(name, images[0], headers={"If-None-Match": '"1", "2"'})
    assert first.status_code == 201, "none is there yet"
    for tag in ('"1"', 'W/"1"', '"x, y", "1"'):
        assert org.put_alias(name, images[1], overwrite=True, headers={"If-None-Match": tag}).status_code == 412
        assert org.delete_alias(name, headers={"If-None-Match": tag}).status_code == 412
    assert org.delete_alias(name, headers={"If-None-Match": "*"}).status_code == 412
    for malformed in ("1", '"1', "nonsense", "", ",", ", ,"):
        assert_error(org.put_alias(name, images[1], overwrite=True, headers={"If-None-Match": malformed}), 400)
    assert org.alias(name).json()["hash"] == images[0]
    assert org.put_alias(name, images[1], overwrite=True, headers={"If-None-Match": '"2", "01"'}).status_code == 200


def test_a_date_is_too_coarse_for_a_condition(org, images, name):
    tag = org.put_alias(name, images[0]).headers["ETag"]
    date = {"If-Unmodified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert_error(org.put_alias(name, images[1], overwrite=True, headers=date), 412)
    assert_error(org.delete_alias(name, headers=date), 412)
    assert org.put_alias(name, images[1], overwrite=True, headers={**date, "If-Match": tag}).status_code == 200


@pytest.mark.parametrize("header", [{"If-Match": '"1"'}, {"If-Match": "*"}, {"If-None-Match": "*"},
                                    {"If-Unmodified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}], ids=str)
def test_what_knows_no_versions_is_not_changed_as_if_nothing_had_been_asked(org, images, name, header):
    """A stack was replaced although it was there, an image deleted whatever it was."""
    org.point(name, images[0])
    org.stack("there", {"name": "noop"})
    changes = [org.put_stack("there", {"operations": []}, overwrite=True, headers=header),
               org.put_stack("not_there", {"operations": []}, headers=header),
               org.image(images[0], method="DELETE", headers=header),
               org.delete(org.alias_path(name) + "/cache", headers=header)]
    for answer in changes:
        assert_error(answer, 412)
        assert next(iter(header)) in answer.json()["message"]
    assert org.get(f"/stacks/{org.organization}/not_there").status_code == 404
    assert org.image(images[0]).status_code == 200


def test_delete_with_if_match(org, images, name):
    first = org.put_alias(name, images[0]).headers["ETag"]
    second = org.put_alias(name, images[1], overwrite=True).headers["ETag"]
    assert org.delete_alias(name, headers={"If-Match": first}).status_code == 412
    assert org.alias(name).status_code == 200
    assert org.delete_alias(name, headers={"If-Match": second}).status_code == 204


def test_if_match_without_overwrite_is_still_a_conflict_or_a_move_of_that_version(org, images, name):
    """Whatever the answer: without overwrite=true an existing alias is not moved."""
    tag = org.put_alias(name, images[0]).headers["ETag"]
    assert org.put_alias(name, images[1], headers={"If-Match": tag}).status_code == 409
    assert org.alias(name).json()["hash"] == images[0]


# Rendering


@pytest.mark.parametrize("path", [
    "/thumb/-_{}_-.png", "/thumb/-_{}_-/slug.png", "/thumb/-_{}_-/slug-v3.png", "/thumb/-_{}_-/v1.png",
    "/thumb/resize-width-20/-_{}_-.png", "/thumb/resize-width-20/-_{}_-/slug.png", "/thumb/o-dpr-2/-_{}_-.png",
    "/thumb/options-dpr-2--resize-width-20/-_{}_-.png", "/dynamic/resize-width-20/-_{}_-.png", "/dynamic/-_{}_-.png",
    "/dynamic/noop/-_{}_-/a.b.c.png",
])
def test_an_alias_is_good_in_every_form_of_url(org, images, path):
    org.point("forms", images[1])
    assert shown(org, "forms", path) == 1
    by_host = org.render_on_host(path.format("forms"))
    assert by_host.status_code == 200
    by_hash = org.render(path.replace("-_{}_-", images[1]))
    assert by_host.content == by_hash.content


@pytest.mark.parametrize("format_", ["jpg", "png", "webp", "avif", "gif"])
def test_an_alias_in_every_format(org, images, format_):
    org.point("formats", images[2])
    assert shown(org, "formats", "/thumb/-_{}_-." + format_) == 2


def test_a_move_is_seen_by_the_very_next_request(org, images):
    """Again and again, on every URL form and after hits that filled every cache of ours."""
    urls = ["/thumb/-_mover_-.png", "/thumb/-_mover_-/slug.png", "/dynamic/resize-width-9/-_mover_-.png"]
    for round_ in range(60):
        index = round_ % 3
        org.point("mover", images[index])
        for url in urls:
            assert shown(org, "", url) == index, f"round {round_}: {url}"
            assert shown(org, "", url) == index


def test_a_move_by_another_process_is_seen_by_the_very_next_request(own_server):
    org = own_server.organization("shared")
    org.stack("thumb", {"name": "resize", "options": {"width": 32}})
    hashes = [org.add(pictures.solid(colour))["hash"] for colour in COLOURS]
    org.point("logo", hashes[0])
    for round_ in range(1, 7):
        assert shown(org, "logo") == (round_ - 1) % 3
        done = own_server.command("alias", "set", "--organization", "shared", "logo", hashes[round_ % 3])
        assert done.returncode == 0, done.stderr
        assert shown(org, "logo") == round_ % 3
        assert org.alias("logo").json()["version"] == round_ + 1
    done = own_server.command("alias", "rm", "--organization", "shared", "logo")
    assert done.returncode == 0, done.stderr
    assert org.render("/thumb/-_logo_-.png").status_code == 404


def test_a_move_changes_the_validator_and_moving_back_revalidates(org, images, name):
    url = f"/thumb/-_{name}_-.png"
    org.point(name, images[0])
    first = org.render(url).headers["ETag"]
    org.point(name, images[1])
    second = org.render(url, headers={"If-None-Match": first})
    assert second.status_code == 200
    assert second.headers["ETag"] != first
    org.point(name, images[0])
    assert org.render(url, headers={"If-None-Match": first}).status_code == 304
    assert org.render(url, headers={"If-None-Match": second.headers["ETag"]}).status_code == 200


def test_a_date_from_before_a_move_never_hides_it(org, images, name):
    """Even within one second: the date of before must not match."""
    url = f"/thumb/-_{name}_-.png"
    for round_ in range(6):
        org.point(name, images[round_ % 3])
        answer = org.render(url)
        org.point(name, images[(round_ + 1) % 3])
        again = org.render(url, headers={"If-Modified-Since": answer.headers["Last-Modified"]})
        assert again.status_code == 200


def test_an_unknown_alias_is_forgotten_soon_and_seen_once_it_is_there(org, images, name):
    url = f"/thumb/-_{name}_-.png"
    answer = org.render(url)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    org.point(name, images[0])
    assert shown(org, name) == 0


def test_a_deleted_image_takes_its_aliases_down_and_a_restored_one_brings_them_back(org, name):
    hash_ = org.add(pictures.solid(pictures.GREEN, 70, 50))["hash"]
    org.point(name, hash_)
    url = f"/thumb/-_{name}_-.png"
    tag = org.render(url).headers["ETag"]
    assert org.image(hash_, method="DELETE").status_code == 204
    gone = org.render(url)
    assert gone.status_code == 404
    assert gone.headers["Cache-Control"] == "public, max-age=10"
    assert org.alias(name).status_code == 200, "the name still exists"
    assert org.image(hash_, "/restore", method="POST").status_code == 200
    assert shown(org, name) == 1
    assert org.render(url, headers={"If-None-Match": tag}).status_code == 304


def test_an_alias_of_a_protected_image_needs_a_signature_like_the_image(new_org):
    new_org.stack("thumb")
    upload = new_org.upload(pictures.solid(pictures.RED), fields={"options[0]": json.dumps({"protected": True})})
    hash_ = upload.json()["items"][0]["hash"]
    new_org.point("secret", hash_)
    for path in (f"/thumb/{hash_}.png", "/thumb/-_secret_-.png"):
        answer = new_org.render(path)
        assert answer.status_code == 403
        assert "max-age=31536000" not in answer.headers.get("Cache-Control", "")


# Who may


def test_a_reader_reads_and_changes_nothing(server, org, images, name):
    org.point(name, images[0])
    reader = org.with_key(server.create_user(org.organization, "read")["api_key"])
    assert reader.alias(name).status_code == 200
    for answer in (reader.put_alias(name, images[1], overwrite=True), reader.put_alias(name + "x", images[1]),
                   reader.delete_alias(name), reader.purge_alias(name)):
        assert answer.status_code == 403
        assert "invalid_authentication" not in answer.json()
    assert org.alias(name).json()["hash"] == images[0]
    assert org.alias(name + "x").status_code == 404


def test_another_organization_sees_and_changes_nothing(server, org, images, name):
    org.point(name, images[0])
    stranger = server.organization().of(org.organization)
    for answer in (stranger.alias(name), stranger.put_alias(name, images[1], overwrite=True),
                   stranger.delete_alias(name), stranger.purge_alias(name)):
        assert answer.status_code in (403, 404)
    assert org.alias(name).json()["hash"] == images[0]


def test_without_a_key_nothing_changes(org, images, name):
    org.point(name, images[0])
    nobody = org.with_key(None)
    for answer in (nobody.alias(name), nobody.put_alias(name, images[1], overwrite=True), nobody.delete_alias(name),
                   nobody.purge_alias(name)):
        assert answer.status_code == 403
        assert answer.json()["invalid_authentication"] is True
    assert org.alias(name).json()["hash"] == images[0]


# Lasting


def test_every_acknowledged_change_survives_a_kill(own_server):
    org = own_server.organization()
    org.stack("thumb", {"name": "resize", "options": {"width": 32}})
    hashes = [org.add(pictures.solid(colour))["hash"] for colour in COLOURS]
    org.point("kept", hashes[0])
    org.point("kept", hashes[2])
    org.point("gone", hashes[0])
    org.delete_alias("gone")
    own_server.restart()
    assert (org.alias("kept").json()["hash"], org.alias("kept").json()["version"]) == (hashes[2], 2)
    assert org.alias("gone").status_code == 404
    assert shown(org, "kept") == 2
