"""An answer in memory is served while nothing that it depends on has changed, and not once after. Each test makes an
answer hot, changes one thing that it depends on, often one that did not exist, and looks at the very next answer."""

import hashlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests

from harness import pictures, pixels, videos
from harness.catalog import by_hand
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, Site
from harness.waiting import wait_for_a_date, wait_until

RED, GREEN, BLUE = pictures.RED, pictures.GREEN, pictures.BLUE
SMALL = {"name": "resize", "options": {"width": 20}}


@pytest.fixture(scope="module")
def server():
    with Rucola(ALLOW_LOOPBACK) as running:
        yield running


@pytest.fixture
def acme(server):
    return server.organization()


@pytest.fixture
def images(acme):
    return {colour: acme.add(pictures.solid(colour))["hash"] for colour in (RED, GREEN, BLUE)}


def copy_catalog(source, target):
    """As `.backup` and `.restore` of sqlite3 do it: page by page, under SQLite's locks."""
    with closing(sqlite3.connect(source, timeout=60)) as read, closing(sqlite3.connect(target, timeout=60)) as written:
        read.backup(written)


def newest_change(server):
    return by_hand(server, "SELECT max(number) FROM changes")[0][0]


def is_hot(answer):
    return "detail=hot" in answer.headers.get("Cache-Status", "")


def heat(org, path):
    """The answer, once it comes from memory without a look-up."""
    def hot():
        answer = org.render(path)
        assert answer.status_code == 200, answer.text
        return answer if is_hot(answer) else None

    return wait_until(hot, f"{path} to be hot")


def colour(answer):
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content).convert("RGB").getpixel((5, 5))


def near(one, other):
    return all(abs(a - b) < 40 for a, b in zip(one, other))


def set_option(org, name, value):
    answer = org.request("PUT", f"/organizations/{org.organization}/options/{name}", data=json.dumps(value))
    assert answer.status_code == 200, answer.text


# What stays


def test_changes_of_others_and_of_other_names_leave_an_answer_hot(server, acme, images):
    acme.stack("thumb", SMALL)
    acme.point("logo", images[RED])
    wait_for_a_date(acme, "/thumb/-_logo_-.png")  # then the answer that has none yet is replaced no more
    heat(acme, "/thumb/-_logo_-.png")
    other = server.organization()
    theirs = other.add(pictures.solid(BLUE))["hash"]
    for i in range(20):
        other.point(f"logo{i % 3}", theirs)
        other.stack("thumb", {"name": "resize", "options": {"width": 10 + i}})
        acme.point("banner", images[BLUE if i % 2 else GREEN])
        acme.purge_alias("banner")
        assert is_hot(acme.render("/thumb/-_logo_-.png")), i


# Names that are there


def test_an_alias_moves(acme, images):
    acme.point("logo", images[RED])
    heat(acme, "/dynamic/resize-width-20/-_logo_-.png")
    for wanted in (GREEN, BLUE, RED, GREEN):
        acme.point("logo", images[wanted])
        assert near(colour(acme.render("/dynamic/resize-width-20/-_logo_-.png")), wanted)
        heat(acme, "/dynamic/resize-width-20/-_logo_-.png")
    assert acme.delete_alias("logo").status_code == 204
    assert acme.render("/dynamic/resize-width-20/-_logo_-.png").status_code == 404


def test_a_stack_changes_and_goes(acme, images):
    acme.stack("thumb", SMALL)
    heat(acme, f"/thumb/{images[RED]}.png")
    acme.stack("thumb", {"name": "resize", "options": {"width": 30}})
    assert pixels.size_of(acme.render(f"/thumb/{images[RED]}.png").content)[0] == 30
    heat(acme, f"/thumb/{images[RED]}.png")
    assert acme.delete(f"/stacks/{acme.organization}/thumb").status_code == 204
    assert acme.render(f"/thumb/{images[RED]}.png").status_code == 404


def test_a_base_stack_changes(acme, images):
    acme.stack("below", SMALL)
    acme.stack("above", {"name": "rotate", "options": {"angle": 90}}, basestack="below")
    width = pixels.size_of(heat(acme, f"/above/{images[RED]}.png").content)[1]
    acme.stack("below", {"name": "resize", "options": {"width": width + 10}})
    assert pixels.size_of(acme.render(f"/above/{images[RED]}.png").content)[1] == width + 10


def test_an_image_goes_and_comes_back(acme, images):
    path = f"/dynamic/resize-width-20/{images[RED]}.png"
    heat(acme, path)
    assert acme.image(images[RED], method="DELETE").status_code == 204
    assert acme.render(path).status_code == 404
    assert acme.image(images[RED], "/restore", method="POST").status_code == 200
    assert acme.render(path).status_code == 200


def test_an_alias_whose_image_goes(acme, images):
    acme.point("logo", images[RED])
    heat(acme, "/dynamic/resize-width-20/-_logo_-.png")
    assert acme.image(images[RED], method="DELETE").status_code == 204
    assert acme.render("/dynamic/resize-width-20/-_logo_-.png").status_code == 404


def test_an_alias_inside_a_composition_moves(acme, images):
    acme.point("badge", images[RED])
    path = f"/dynamic/composition-secondary_image-badge-width-100-height-100/{images[GREEN]}.png"
    assert near(colour(heat(acme, path)), RED)
    acme.point("badge", images[BLUE])
    assert near(colour(acme.render(path)), BLUE)


# Names that were looked for and not found


def test_an_alias_comes_that_hides_the_fallbacks(server, acme, images):
    fallback = server.organization()
    server.create_user(fallback.organization, "admin", "both@example.com")
    key = server.create_user(acme.organization, "admin", "both@example.com")["api_key"]
    fallback.point("logo", fallback.add(pictures.solid(BLUE))["hash"])
    set_option(acme.with_key(key), "render_org_fallback", fallback.organization)
    path = "/dynamic/resize-width-20/-_logo_-.png"
    assert near(colour(heat(acme, path)), BLUE)
    acme.point("logo", images[RED])
    assert near(colour(acme.render(path)), RED)
    heat(acme, path)
    assert acme.delete_alias("logo").status_code == 204
    assert near(colour(acme.render(path)), BLUE)


def test_a_fallback_is_renamed_by_hand(server, acme):
    """Its pictures went on being rendered by its old name."""
    fallback = server.organization()
    email = f"of-{fallback.organization}@example.com"
    server.create_user(fallback.organization, "admin", email)
    key = server.create_user(acme.organization, "admin", email)["api_key"]
    fallback.point("logo", fallback.add(pictures.solid(BLUE))["hash"])
    set_option(acme.with_key(key), "render_org_fallback", fallback.organization)
    path = "/dynamic/resize-width-20/-_logo_-.png"
    assert near(colour(heat(acme, path)), BLUE)
    by_hand(server, "UPDATE organizations SET name = name || '-gone' WHERE name = ?", fallback.organization)
    assert acme.render(path).status_code == 404
    by_hand(server, "UPDATE organizations SET name = ? WHERE name = ?", fallback.organization,
            f"{fallback.organization}-gone")
    assert near(colour(acme.render(path)), BLUE)


def test_an_image_comes_that_hides_the_fallbacks(server, acme):
    fallback = server.organization()
    server.create_user(fallback.organization, "admin", "two@example.com")
    key = server.create_user(acme.organization, "admin", "two@example.com")["api_key"]
    hash_ = fallback.add(pictures.solid(BLUE))["hash"]
    set_option(acme.with_key(key), "render_org_fallback", fallback.organization)
    path = f"/dynamic/resize-width-20/{hash_}.png"
    theirs = heat(acme, path).headers["xkey"]
    assert acme.add(pictures.solid(BLUE))["hash"] == hash_
    assert acme.render(path).headers["xkey"] != theirs, "it is their own image now"


def test_a_short_hash_becomes_ambiguous(server, acme, images):
    prefix = images[RED][:6]
    path = f"/dynamic/resize-width-20/{prefix}.png"
    heat(acme, path)
    twin = prefix + ("0" if images[RED][6] != "0" else "1") * 34
    by_hand(server, """INSERT INTO images (organization, hash, binary_hash, blob, name, format, mimetype, bytes, width,
        height, frames, opaque, protected, locked, created, user_metadata, dynamic_metadata, static_metadata)
        SELECT organization, ?, binary_hash, blob, name, format, mimetype, bytes, width, height, frames, opaque,
        protected, locked, created, user_metadata, dynamic_metadata, static_metadata FROM images WHERE hash = ?
        AND organization = (SELECT id FROM organizations WHERE name = ?)""", twin, images[RED], acme.organization)
    assert acme.render(path).status_code == 400


def test_an_image_comes_whose_hash_is_an_aliass_name(server, acme, images):
    name = "facade" if not images[RED].startswith("facade") else "decade"
    acme.point(name, images[RED])
    path = f"/dynamic/composition-secondary_image-{name}-width-100-height-100/{images[GREEN]}.png"
    assert near(colour(heat(acme, path)), RED)
    by_hand(server, """UPDATE images SET hash = ? WHERE hash = ?
        AND organization = (SELECT id FROM organizations WHERE name = ?)""", name.ljust(40, "0"), images[BLUE],
            acme.organization)
    assert near(colour(acme.render(path)), BLUE)


def test_a_stack_an_alias_and_an_organization_come(server):
    """Nothing of a 404 is kept by us, whatever it is about."""
    name = "comes-late"
    anonymous = server.anonymous(name)
    path = "/thumb/-_logo_-.png"
    assert anonymous.render(path).status_code == 404
    org = server.organization(name)
    assert anonymous.render(path).status_code == 404
    org.stack("thumb", SMALL)
    assert anonymous.render(path).status_code == 404
    org.point("logo", org.add(pictures.solid(RED))["hash"])
    assert near(colour(anonymous.render(path)), RED)


def test_a_remote_image_that_was_taken_down(acme):
    site = Site()
    site.answers["/a.png"] = (200, {}, pictures.solid(RED))
    try:
        set_option(acme, "remote_fullurl_allow", True)
        path = f"/dynamic/resize-width-20/-{site.url}/a.png-.png"
        heat(acme, path)
        item = acme.images(limit=1).json()["items"][0]
        assert acme.image(item["hash"], method="DELETE").status_code == 204
        assert acme.render(path).status_code == 404
        assert acme.image(item["hash"], "/restore", method="POST").status_code == 200
        heat(acme, path)
        set_option(acme, "remote_fullurl_allow", False)
        assert acme.render(path).status_code in (400, 403)
    finally:
        site.close()


def test_a_picture_of_a_video_elsewhere_that_was_taken_down(acme):
    """What it was made of has a URL of its own."""
    site = Site()
    site.answers["/a.mp4"] = (200, {}, videos.film(pictures=30))
    try:
        set_option(acme, "remote_fullurl_allow", True)
        assert acme.render(f"/dynamic/resize-width-20/-{site.url}/a.mp4-.png").status_code == 200
        path = f"/dynamic/resize-width-20/-{site.url}/a.mp4@1-.png"
        heat(acme, path)
        item = acme.images(limit=1).json()["items"][0]
        assert acme.image(item["hash"], method="DELETE").status_code == 204
        assert acme.render(path).status_code == 404
        assert acme.image(item["hash"], "/restore", method="POST").status_code == 200
        heat(acme, path)
        # Where a file of it comes in, that is what is shown, and what may be deleted.
        acme.stack("files", source_file=True)
        assert acme.render(f"/files/-{site.url}/a.mp4@1-.png").status_code == 200
        still = next(one["hash"] for one in acme.images().json()["items"] if one["name"] == "a.png")
        heat(acme, path)
        assert acme.image(still, method="DELETE").status_code == 204
        assert acme.render(path).status_code == 404
    finally:
        site.close()


# Options, keys, metadata


def test_the_dynamic_stack_becomes_protected(acme, images):
    path = f"/dynamic/resize-width-20/{images[RED]}.png"
    heat(acme, path)
    set_option(acme, "protect_dynamic_stack", True)
    assert acme.render(path).status_code == 403
    set_option(acme, "protect_dynamic_stack", False)
    assert acme.render(path).status_code == 200


def test_the_browsers_share_changes(acme, images):
    acme.point("logo", images[RED])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    heat(acme, path)
    set_option(acme, "alias_browser_max_age", 77)
    assert "max-age=77" in acme.render(path).headers["Cache-Control"]


def test_a_signing_key_is_taken_away(server, acme):
    key = acme.get(f"/organizations/{acme.organization}").json()["signing_keys"][0]["key"]
    upload = acme.upload(pictures.solid(RED), fields={"options[0]": json.dumps({"protected": True})})
    path = f"/dynamic/resize-width-20/{upload.json()['items'][0]['hash']}.png"
    signed = f"{path}?sig={hashlib.sha256(f'{path}:{key}'.encode()).hexdigest()[:16]}"
    heat(acme, signed)
    by_hand(server, "DELETE FROM signing_keys WHERE key = ?", key)
    assert acme.render(signed).status_code == 403


def test_an_image_is_renamed(acme, images):
    """Its name stands in the Content-Disposition of renders that are to be downloaded."""
    acme.stack("saved", SMALL, content_disposition="attachment")
    path = f"/saved/{images[RED]}.png"
    for name in ("first.png", "second.png"):
        assert acme.image(images[RED], "/name", "PUT", data=json.dumps(name)).status_code == 200
        assert acme.render(path).headers["Content-Disposition"] == f'attachment; filename="{name}"'
        etag = heat(acme, path).headers["ETag"]
    acme.image(images[RED], "/name", "PUT", data=json.dumps("third.png"))
    unchanged = acme.render(path, headers={"If-None-Match": etag})
    assert unchanged.status_code == 304, "the bytes are the same"
    assert unchanged.headers["Content-Disposition"] == 'attachment; filename="third.png"'


def test_metadata_changes_by_hand(server, acme):
    upload = acme.upload(pictures.solid(RED), fields={"meta_user[0]": json.dumps({"w": 20})})
    hash_ = upload.json()["items"][0]["hash"]
    acme.stack("as-wide-as-said", {"name": "resize", "expressions": {"width": "image.meta_user.w"}})
    path = f"/as-wide-as-said/{hash_}.png"
    assert pixels.size_of(heat(acme, path).content)[0] == 20
    by_hand(server, "UPDATE images SET user_metadata = ? WHERE hash = ?", '{"w":30}', hash_)
    assert pixels.size_of(acme.render(path).content)[0] == 30


def test_metadata_is_closed_to_expressions_of_urls(acme):
    upload = acme.upload(pictures.solid(RED), fields={"meta_user[0]": json.dumps({"w": 21})})
    path = f"/dynamic/resize-width-[image.meta_user.w]/{upload.json()['items'][0]['hash']}.png"
    set_option(acme, "url_expressions_read_private", True)
    assert pixels.size_of(heat(acme, path).content)[0] == 21
    set_option(acme, "url_expressions_read_private", False)
    assert acme.render(path).status_code == 400


# Who has the picture already: of a URL that is only ever revalidated an answer without a body is hot


ASKED = "/dynamic/resize-width-20/-_logo_-.png"


def revalidated(org, path, tag):
    """What nobody has asked for without a condition, once a 304 comes from memory without a look-up."""
    def hot():
        answer = org.render(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
        return answer if is_hot(answer) else None

    return wait_until(hot, f"{path} to be hot")


@pytest.fixture
def tag_of(acme, images):
    """Of the same picture at another URL."""
    def tag(colour):
        return acme.render(f"/dynamic/resize-width-20/{images[colour]}.png").headers["ETag"]

    return tag


def assert_revalidation_shows(org, path, tag, wanted):
    answer = org.render(path, headers={"If-None-Match": tag})
    assert near(colour(answer), wanted) and answer.headers["ETag"] != tag


def test_an_alias_that_is_only_revalidated_moves(acme, images, tag_of):
    acme.point("logo", images[RED])
    red, green = tag_of(RED), tag_of(GREEN)
    hot = revalidated(acme, ASKED, red)
    for name in ("Cache-Control", "xkey"):
        assert hot.headers[name] == acme.render(ASKED, headers={"If-None-Match": '"other"'}).headers[name]
    acme.point("logo", images[GREEN])
    assert_revalidation_shows(acme, ASKED, red, GREEN)
    acme.point("logo", images[RED])
    revalidated(acme, ASKED, red)
    acme.point("logo", images[GREEN])
    revalidated(acme, ASKED, green)
    acme.point("logo", images[BLUE])
    for tag in (red, green):
        assert_revalidation_shows(acme, ASKED, tag, BLUE)
    assert acme.render(ASKED, headers={"If-None-Match": tag_of(BLUE)}).status_code == 304
    assert acme.delete_alias("logo").status_code == 204
    assert acme.render(ASKED, headers={"If-None-Match": tag_of(BLUE)}).status_code == 404


def test_a_stack_that_is_only_revalidated_changes(acme, images, tag_of):
    acme.stack("thumb", SMALL)
    path = f"/thumb/{images[RED]}.png"
    revalidated(acme, path, tag_of(RED))
    acme.stack("thumb", {"name": "resize", "options": {"width": 30}})
    answer = acme.render(path, headers={"If-None-Match": tag_of(RED)})
    assert answer.status_code == 200 and pixels.size_of(answer.content)[0] == 30
    acme.stack("thumb", SMALL)
    revalidated(acme, path, tag_of(RED))
    assert acme.delete(f"/stacks/{acme.organization}/thumb").status_code == 204
    assert acme.render(path, headers={"If-None-Match": tag_of(RED)}).status_code == 404


def test_an_image_that_is_only_revalidated_goes_and_comes_back(acme, images, tag_of):
    acme.point("logo", images[RED])
    tag = tag_of(RED)
    revalidated(acme, ASKED, tag)
    assert acme.image(images[RED], method="DELETE").status_code == 204
    for condition in (tag, "*"):
        assert acme.render(ASKED, headers={"If-None-Match": condition}).status_code == 404
    assert acme.image(images[RED], "/restore", method="POST").status_code == 200
    revalidated(acme, ASKED, tag)


def test_what_is_only_revalidated_becomes_protected(acme, images, tag_of):
    acme.point("logo", images[RED])
    tag = tag_of(RED)
    revalidated(acme, ASKED, tag)
    set_option(acme, "protect_dynamic_stack", True)
    assert acme.render(ASKED, headers={"If-None-Match": tag}).status_code == 403
    set_option(acme, "protect_dynamic_stack", False)
    revalidated(acme, ASKED, tag)
    protected = acme.image(images[RED], "/options/protected", "PUT", data="true").json()["hash"]
    acme.point("logo", protected)
    assert acme.render(ASKED, headers={"If-None-Match": tag}).status_code == 403


def test_who_has_not_the_picture_gets_it_where_others_only_revalidate(acme, images, tag_of):
    """However they ask; and from then on the answer is hot with its body."""
    acme.point("logo", images[RED])
    tag = tag_of(RED)
    whole = acme.render(f"/dynamic/resize-width-20/{images[RED]}.png").content
    for headers, status, body in (
            ({}, 200, whole),
            ({"If-None-Match": '"other"'}, 200, whole),
            ({"If-None-Match": tag.strip('"')}, 200, whole),
            ({"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200, whole),
            ({"If-Match": tag}, 200, whole),
            ({"If-Match": '"other"'}, 412, None),
            ({"Range": "bytes=0-9"}, 206, whole[:10]),
            ({"Range": "bytes=0-9", "If-Range": tag}, 206, whole[:10]),
            ({"Range": "bytes=999999-"}, 416, None),
            ({"Range": "bytes=0-9", "If-None-Match": '"other"'}, 206, whole[:10]),
    ):
        acme.point("logo", images[BLUE])
        acme.point("logo", images[RED])  # nothing is hot
        revalidated(acme, ASKED, tag)
        answer = acme.render(ASKED, headers=headers)
        assert answer.status_code == status, headers
        assert body is None or answer.content == body, headers
        assert not is_hot(answer), headers
        assert is_hot(acme.render(ASKED)), headers


def test_a_head_is_told_the_length_where_others_only_revalidate(acme, images, tag_of):
    acme.point("logo", images[RED])
    tag = tag_of(RED)
    length = len(acme.render(f"/dynamic/resize-width-20/{images[RED]}.png").content)
    revalidated(acme, ASKED, tag)
    head = acme.render(ASKED, method="HEAD", headers={"If-None-Match": tag})
    assert head.status_code == 304 and is_hot(head)
    head = acme.render(ASKED, method="HEAD")
    assert (head.status_code, int(head.headers["Content-Length"])) == (200, length)
    assert head.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("condition", ["{}", "W/{}", '"other", {}', '"a,b", W/"c" ,{}', "*"])
def test_all_who_have_the_picture_are_answered_alike(acme, images, tag_of, condition):
    acme.point("logo", images[RED])
    tag = tag_of(RED)
    revalidated(acme, ASKED, tag)
    answer = acme.render(ASKED, headers={"If-None-Match": condition.format(tag)})
    assert (answer.status_code, answer.headers["ETag"]) == (304, tag) and is_hot(answer)
    for name in ("Content-Type", "Content-Length"):
        assert name not in answer.headers


def test_of_a_url_that_is_only_revalidated_each_format_has_an_answer(acme, images):
    acme.stack("auto", SMALL, autoformat=True)
    acme.point("logo", images[RED])
    tags = {}
    for accept in ("image/avif,image/webp,*/*", "image/webp", "image/png"):
        tags[accept] = acme.render(f"/auto/{images[RED]}.png", headers={"Accept": accept}).headers["ETag"]
    for accept, tag in tags.items():
        def hot():
            answer = acme.render("/auto/-_logo_-.png", headers={"Accept": accept, "If-None-Match": tag})
            assert answer.status_code == 304 and answer.headers["Vary"] == "Accept"
            return is_hot(answer)

        wait_until(hot, f"the answer for {accept} to be hot")
    others = acme.render("/auto/-_logo_-.png", headers={"Accept": "image/png", "If-None-Match": tags["image/webp"]})
    assert others.status_code == (304 if tags["image/webp"] == tags["image/png"] else 200)


# Who writes


def test_the_command_line_moves_an_alias(server, acme, images):
    acme.point("logo", images[RED])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    for wanted in (GREEN, BLUE):
        heat(acme, path)
        done = server.command("alias", "set", "logo", images[wanted], "--organization", acme.organization)
        assert done.returncode == 0, done.stderr
        assert near(colour(acme.render(path)), wanted)


def test_a_hand_moves_an_alias(server, acme, images):
    acme.point("logo", images[RED])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    heat(acme, path)
    by_hand(server, "UPDATE aliases SET hash = ? WHERE name = 'logo' AND organization = "
                    "(SELECT id FROM organizations WHERE name = ?)", images[BLUE], acme.organization)
    assert near(colour(acme.render(path)), BLUE)


def test_a_feed_that_somebody_emptied_costs_look_ups_and_nothing_else(server, acme, images):
    acme.point("logo", images[RED])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    heat(acme, path)
    by_hand(server, "UPDATE aliases SET hash = ? WHERE name = 'logo' AND organization = "
                    "(SELECT id FROM organizations WHERE name = ?)", images[GREEN], acme.organization)
    by_hand(server, "DELETE FROM changes")
    assert near(colour(acme.render(path)), GREEN)
    heat(acme, path)
    acme.point("logo", images[BLUE])
    assert near(colour(acme.render(path)), BLUE)


def test_a_hand_replaces_an_image_under_another_hash(server, acme, images):
    """OR REPLACE deletes the row of that id without a trigger for deletions: the old hash was served on."""
    path = f"/dynamic/resize-width-20/{images[RED]}.png"
    heat(acme, path)
    columns = ("binary_hash, blob, name, format, mimetype, bytes, width, height, frames, opaque, protected, locked, created, "
               "user_metadata, dynamic_metadata, static_metadata")
    by_hand(server, f"""INSERT OR REPLACE INTO images (id, organization, hash, {columns})
        SELECT id, organization, ?, {columns} FROM images WHERE hash = ?
        AND organization = (SELECT id FROM organizations WHERE name = ?)""", "e" * 40, images[RED], acme.organization)
    assert acme.render(path).status_code == 404
    assert near(colour(acme.render(f"/dynamic/resize-width-20/{'e' * 40}.png")), RED)


def test_a_backup_is_restored_and_the_numbers_catch_up(server, acme, images, tmp_path):
    """The feed's number was the one that had been noted last: the alias was served as it had been moved to after the
    backup, for ever."""
    acme.point("logo", images[RED])
    copy_catalog(server.data / "catalog.sqlite", tmp_path / "backup.sqlite")
    acme.point("logo", images[GREEN])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    assert near(colour(heat(acme, path)), GREEN)
    noted = newest_change(server)
    copy_catalog(tmp_path / "backup.sqlite", server.data / "catalog.sqlite")
    acme.point("banner", images[BLUE])
    assert newest_change(server) == noted
    assert near(colour(acme.render(path)), RED)
    assert near(colour(heat(acme, path)), RED)
    acme.point("logo", images[BLUE])
    assert near(colour(acme.render(path)), BLUE)


def test_a_backup_is_restored_over_a_move_that_nobody_had_noted(server, acme, images, tmp_path):
    """What had been noted is whole and goes on; the answer is of a change that is not in it, with a number that is."""
    acme.point("logo", images[RED])
    heat(acme, "/dynamic/resize-width-19/-_logo_-.png")
    copy_catalog(server.data / "catalog.sqlite", tmp_path / "backup.sqlite")
    acme.point("logo", images[GREEN])
    path = "/dynamic/resize-width-20/-_logo_-.png"
    begun_anew = server.metrics().total("rucola_catalog_feed_begun_anew_total")
    assert near(colour(acme.render(path)), GREEN), "asked for the first time: nobody has to wait for the feed"
    copy_catalog(tmp_path / "backup.sqlite", server.data / "catalog.sqlite")
    acme.point("banner", images[BLUE])
    assert near(colour(acme.render(path)), RED)
    assert server.metrics().total("rucola_catalog_feed_begun_anew_total") == begun_anew, "or it is the test before"


def test_moves_are_seen_by_every_request_that_begins_after_them(server, acme, images):
    """Four clients read as quickly as they can, while one moves and looks at once; others' commits go on as well."""
    acme.point("logo", images[RED])
    path = f"{server.url}/render/{acme.organization}/dynamic/resize-width-20/-_logo_-.png"
    heat(acme, "/dynamic/resize-width-20/-_logo_-.png")
    etags = {}
    for wanted in (RED, GREEN, BLUE):
        acme.point("logo", images[wanted])
        etags[wanted] = requests.get(path).headers["ETag"]
    other = server.organization()
    theirs = [other.add(pictures.solid(c))["hash"] for c in (RED, BLUE)]
    over = False

    def disturb(number):
        moves = 0
        while not over:
            other.point(f"x{number}", theirs[moves % 2])
            moves += 1

    def read():
        with requests.Session() as session:
            while not over:
                assert session.get(path).headers["ETag"] in etags.values()

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(disturb, 0), pool.submit(disturb, 1), *(pool.submit(read) for _ in range(4))]
        try:
            with requests.Session() as session:
                for i in range(300):
                    wanted = (RED, GREEN, BLUE)[i % 3]
                    acme.point("logo", images[wanted])
                    for _ in range(3):
                        assert session.get(path).headers["ETag"] == etags[wanted], i
        finally:
            over = True
        for one in running:
            one.result()
