"""Deleted images can be restored for a while, and are really gone then: their rows, what was said of them, and their
originals, once no image of any organization is of the same file."""

import sqlite3
import threading
from contextlib import closing

import pytest

from harness import pictures, pixels
from harness.catalog import by_hand
from harness.errors import assert_error
from harness.expiry import DAY, days_pass, look_for_what_expires
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, Site
from harness.waiting import wait_until

RED = pictures.solid(pictures.RED)


@pytest.fixture
def server(start_server):
    return start_server()


@pytest.fixture
def org(server):
    return server.organization("acme")


def originals(server) -> list[bytes]:
    return [path.read_bytes() for path in (server.data / "blobs").glob("??/*")]


def delete(org, hash_):
    answer = org.image(hash_, method="DELETE")
    assert answer.status_code == 204, answer.text


def add_and_delete(org, data=RED, name="picture.jpg") -> str:
    hash_ = org.add(data, name)["hash"]
    delete(org, hash_)
    return hash_


def restore(org, hash_):
    return org.image(hash_, "/restore", method="POST")


def test_an_image_can_be_restored_for_thirty_days(server, org):
    hash_ = add_and_delete(org)
    days_pass(server, 30)
    assert org.image(hash_, params={"deleted": "true"}).status_code == 200
    assert org.images(deleted="true").json()["total"] == 1
    assert restore(org, hash_).status_code == 200
    assert org.image(hash_, "/download").content == RED
    days_pass(server, 100)
    assert org.image(hash_).status_code == 200


def test_then_it_is_gone_for_good(server, org):
    hash_ = add_and_delete(org, name="of-somebody.png")
    days_pass(server, 30.1)
    for answer in (restore(org, hash_), org.image(hash_), org.image(hash_, params={"deleted": "true"}),
                   org.image(hash_, "/download"), org.image(hash_[:8]), org.image(hash_, method="DELETE"),
                   org.render(f"/dynamic/noop/{hash_}.png")):
        assert_error(answer, 404)
    listed = org.images(deleted="true").json()
    assert (listed["total"], listed["items"]) == (0, [])
    assert org.images(deleted="true", name="of*").json()["total"] == 0
    for table in ("images", "image_values", "deletions"):
        assert by_hand(server, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert server.metrics().total("rucola_expired_images_total") == 1


def test_its_original_goes_a_day_later(server, org):
    add_and_delete(org)
    days_pass(server, 30.1)
    assert originals(server) == [RED]
    done = server.command("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 to be removed by a server, 0 leftovers found" in done.stdout
    days_pass(server, 1.1)
    assert originals(server) == []
    assert server.metrics().total("rucola_expired_files_total") == 1
    assert server.metrics().total("rucola_expired_file_bytes_total") == len(RED)
    assert "0 leftovers found" in server.command("doctor").stdout
    assert not (server.data / "removed").exists()


def test_an_original_stays_while_anybody_has_an_image_of_it(server, org):
    other = server.organization("other")
    theirs = other.add(RED)["hash"]
    kept = org.upload(RED, fields={"options[0]": '{"protected": true}'}).json()["items"][0]["hash"]
    hash_ = add_and_delete(org)
    delete(org, kept)
    days_pass(server, 32)
    days_pass(server, 2)
    assert_error(restore(org, hash_), 404)
    assert other.image(theirs, "/download").content == RED
    delete(other, theirs)
    days_pass(server, 20)
    days_pass(server, 2)
    assert restore(other, theirs).status_code == 200
    assert other.image(theirs, "/download").content == RED


def test_the_same_file_again_before_its_original_goes(server, org):
    hash_ = add_and_delete(org)
    days_pass(server, 30.1)
    again = org.upload(RED)
    assert again.status_code == 201
    assert again.json()["items"][0]["hash"] == hash_
    days_pass(server, 10)
    assert org.image(hash_, "/download").content == RED
    assert "0 leftovers found" in server.command("doctor").stdout


def test_the_same_file_again_after_all_is_gone_brings_its_aliases_back(server, org):
    hash_ = org.add(RED)["hash"]
    org.point("logo", hash_)
    delete(org, hash_)
    days_pass(server, 30.1)
    days_pass(server, 1.1)
    assert originals(server) == []
    alias = org.alias("logo")
    assert alias.status_code == 200 and alias.json()["hash"] == hash_
    assert_error(org.render("/dynamic/noop/-_logo_-.png"), 404)
    assert_error(org.put_alias("other", hash_), 404)
    assert org.purge_alias("logo").status_code == 200
    assert org.image(hash_, "/cache", method="DELETE").status_code == 200, "caches in front may have it"
    assert org.upload(RED).status_code == 201
    answer = org.render("/dynamic/noop/-_logo_-.png")
    assert answer.status_code == 200
    assert pixels.open_picture(answer.content).convert("RGB").getpixel((3, 3)) == pictures.RED
    assert org.alias("logo").json()["version"] == 1


def test_an_alias_of_what_is_gone_moves_and_goes_like_any_other(server, org):
    hash_ = org.add(RED)["hash"]
    for name in ("moves", "goes"):
        org.point(name, hash_)
    delete(org, hash_)
    days_pass(server, 40)
    green = org.add(pictures.solid(pictures.GREEN))["hash"]
    assert org.put_alias("moves", green).status_code == 409
    assert org.point("moves", green)["version"] == 2
    assert org.delete_alias("goes").status_code == 204
    assert_error(org.alias("goes"), 404)


def test_what_delete_previous_leaves_goes_too(server, org):
    first = org.add(RED)["hash"]
    answer = org.request("PUT", f"/sourceimages/acme/{first}/meta/dynamic/subject_area",
                         params={"deletePrevious": "true"}, json={"x": 1, "y": 2})
    assert answer.status_code == 201, answer.text
    days_pass(server, 31)
    days_pass(server, 2)
    assert_error(restore(org, first), 404)
    assert org.image(answer.json()["hash"], "/download").content == RED


def test_the_operator_says_for_how_long(start_server):
    server = start_server("[expiry]\ndeleted_images_days = 3\n")
    org = server.organization()
    hash_ = add_and_delete(org)
    days_pass(server, 2.9)
    assert org.image(hash_, params={"deleted": "true"}).status_code == 200
    days_pass(server, 0.2)
    assert_error(restore(org, hash_), 404)


def test_zero_days_are_for_ever_until_that_is_changed(start_server):
    server = start_server("[expiry]\ndeleted_images_days = 0\n")
    org = server.organization()
    hash_ = add_and_delete(org)
    days_pass(server, 5000)
    assert org.image(hash_, params={"deleted": "true"}).status_code == 200
    (server.directory / "rucola.toml").write_text("[expiry]\ndeleted_images_days = 6000\n")
    look_for_what_expires(server)
    assert org.image(hash_, params={"deleted": "true"}).status_code == 200
    (server.directory / "rucola.toml").write_text("[expiry]\ndeleted_images_days = 4000\n")
    look_for_what_expires(server)
    assert_error(restore(org, hash_), 404)


def test_a_clock_that_is_set_ahead_destroys_nothing(server, org):
    """The server looks at its clock, and finds that 40 days have passed since it did last."""
    hash_ = add_and_delete(org)
    for _ in range(3):
        by_hand(server, "UPDATE seen_clock SET looked = looked - ?", 40 * 24 * 3600 * 1000)
        look_for_what_expires(server)
    assert restore(org, hash_).status_code == 200
    (seen,), = by_hand(server, "SELECT seen FROM seen_clock")
    assert seen < 4 * 3600 * 1000


def test_a_clock_that_is_set_back_makes_nothing_stay_for_ever(server, org):
    hash_ = add_and_delete(org)
    by_hand(server, "UPDATE seen_clock SET looked = looked + ?", 400 * 24 * 3600 * 1000)
    by_hand(server, "UPDATE images SET deleted = deleted + ?", 400 * 24 * 3600 * 1000)
    look_for_what_expires(server)
    assert org.image(hash_, params={"deleted": "true"}).status_code == 200
    days_pass(server, 31)
    assert_error(restore(org, hash_), 404)


def test_time_goes_on_over_restarts(server, org):
    hash_ = add_and_delete(org)
    days_pass(server, 20)
    server.restart()
    days_pass(server, 9)
    assert org.image(hash_, params={"deleted": "true"}).status_code == 200
    server.restart()
    days_pass(server, 1.1)
    assert_error(restore(org, hash_), 404)
    server.restart()
    days_pass(server, 1.1)
    assert originals(server) == []


def test_many_go_in_small_steps(server, org):
    hashes = [add_and_delete(org, pictures.solid((n, 0, 9), 4, 4)) for n in range(50)]
    living = org.add(RED)["hash"]
    days_pass(server, 31)
    assert [restore(org, hash_).status_code for hash_ in hashes] == [404] * len(hashes)
    days_pass(server, 2)
    assert originals(server) == [RED]
    assert org.images().json()["total"] == 1
    assert org.image(living).status_code == 200


def test_what_was_taken_down_is_not_fetched_back():
    with closing(Site()) as site, Rucola(ALLOW_LOOPBACK) as server:
        site.answers["/a.png"] = site.answers["/b.png"] = (200, {}, RED)
        org = server.organization()
        org.request("PUT", f"/organizations/{org.organization}/options", json={"remote_fullurl_allow": True})
        assert org.render(f"/dynamic/noop/-{site.url}/a.png-.png").status_code == 200
        delete(org, org.images().json()["items"][0]["hash"])
        days_pass(server, 31)
        days_pass(server, 2)
        assert originals(server) == []
        site.asked.clear()
        for path in ("/a.png", "/b.png", "/b.png"):
            assert_error(org.render(f"/dynamic/noop/-{site.url}{path}-.png"), 404)
        assert site.asked == ["/b.png"], "once, and what is known is asked for no more"
        assert org.images().json()["total"] == 0
        assert org.upload(RED).status_code == 201
        assert org.render(f"/dynamic/noop/-{site.url}/b.png-.png").status_code == 200


def test_who_may_only_upload_does_not_bring_it_back(server, org):
    add_and_delete(org)
    days_pass(server, 31)
    uploader = server.organization("acme", "upload")
    assert_error(uploader.upload(RED), 403)
    assert_error(uploader.upload(RED, fields={"meta_dynamic[0][version]": '{"text": "2"}'}), 403)
    assert org.upload(RED).status_code == 201
    assert uploader.upload(RED).status_code == 200


def test_the_bytes_of_what_was_taken_down_do_not_stay_when_they_come_again():
    """They were refused, stored before that, and lay in the data folder for good."""
    with closing(Site()) as site, Rucola(ALLOW_LOOPBACK) as server:
        site.answers["/a.png"] = (200, {}, RED)
        org = server.organization("acme")
        org.request("PUT", "/organizations/acme/options", json={"remote_fullurl_allow": True})
        add_and_delete(org)
        days_pass(server, 31)
        days_pass(server, 2)
        assert originals(server) == []
        for comes_again in (lambda: server.organization("acme", "upload").upload(RED),
                            lambda: org.render(f"/dynamic/noop/-{site.url}/a.png-.png")):
            assert comes_again().status_code in (403, 404)
            assert "1 to be removed by a server, 0 leftovers found" in server.command("doctor").stdout
            days_pass(server, 1.2)
            assert originals(server) == []


def test_an_original_that_can_not_be_removed_keeps_no_other(server, org):
    for number in range(45):
        add_and_delete(org, pictures.solid((number, 2, 3), 4, 4))
    days_pass(server, 31)
    first = min((server.data / "blobs").glob("??/*"), key=lambda path: path.name)
    first.unlink()
    first.mkdir()
    by_hand(server, "UPDATE seen_clock SET seen = seen + ?", int(1.2 * DAY))
    look_for_what_expires(server, outcome="failed")
    assert list((server.data / "blobs").glob("??/*")) == [first]
    assert first.name in next(line for line in server.log_lines() if line.get("event") == "nothing_expires")["detail"]
    first.rmdir()
    look_for_what_expires(server)
    assert by_hand(server, "SELECT count(*) FROM waiting_files") == [(0,)]


def test_by_a_catalog_that_has_lost_changes_nothing_is_removed(server, org):
    hash_ = add_and_delete(org)
    server.stop()
    (server.data / "catalog.sqlite-lost").write_text("some changes\n")
    server.start()
    by_hand(server, "UPDATE seen_clock SET seen = seen + ?", 100 * 24 * 3600 * 1000)
    look_for_what_expires(server, outcome="refused")
    assert restore(org, hash_).status_code == 200
    assert sum(line.get("event") == "nothing_expires" for line in server.log_lines()) == 1, "once for each reason"


def test_a_server_whose_images_are_all_gone_starts_again(server, org):
    """Its originals lie there for a day more, and were taken for those of another catalog."""
    for number in range(70):
        add_and_delete(org, pictures.solid((number, 1, 2), 4, 4))
    days_pass(server, 31)
    assert len(originals(server)) == 70
    assert "70 to be removed by a server" in server.command("doctor").stdout
    server.restart()
    days_pass(server, 1.1)
    assert originals(server) == []


class Remover(threading.Thread):
    """Deletes the image of that hash whenever it lives, lets a month pass and its original go, again and again."""

    def __init__(self, server, org, hash_, rounds):
        super().__init__()
        self.server, self.org, self.hash, self.rounds = server, org, hash_, rounds

    def run(self):
        for _ in range(self.rounds):
            self.org.image(self.hash, method="DELETE")
            days_pass(self.server, 31)
            days_pass(self.server, 2)


@pytest.mark.time_limit(600)
def test_an_upload_of_a_file_that_is_being_removed_has_its_original(server, org):
    """The upload finds the file, and the removal finds no row, each in its own moment."""
    hash_ = add_and_delete(org)
    remover = Remover(server, org, hash_, 12)
    remover.start()
    uploads = 0
    while remover.is_alive():
        answer = org.upload(RED)
        assert answer.status_code in (200, 201), answer.text
        uploads += 1
        got = org.image(hash_, "/download")
        assert got.status_code == 404 or got.content == RED, got.text
    remover.join()
    assert org.upload(RED).status_code in (200, 201)
    assert org.image(hash_, "/download").content == RED
    assert uploads > 12
    assert "0 missing" in server.command("doctor", "--deep").stdout


def test_an_upload_that_is_half_done_keeps_its_original(server, org):
    """Stored, and its row is not committed, since another program has the catalog: it is not taken for one that
    nobody wants."""
    hash_ = add_and_delete(org)
    days_pass(server, 30.1)
    with closing(sqlite3.connect(server.data / "catalog.sqlite", timeout=60, isolation_level=None)) as other:
        other.execute("UPDATE seen_clock SET seen = seen + ?", (2 * 24 * 3600 * 1000,))
        path = next((server.data / "blobs").glob("??/*"))
        before = path.stat().st_mtime_ns
        other.execute("BEGIN IMMEDIATE")
        answers = []
        upload = threading.Thread(target=lambda: answers.append(org.upload(RED)))
        upload.start()
        wait_until(lambda: path.stat().st_mtime_ns != before, "the upload to find the original")
        other.execute("COMMIT")
        look_for_what_expires(server)
        upload.join()
    assert answers[0].status_code == 201
    assert org.image(hash_, "/download").content == RED


# Previews


RESIZE = {"name": "resize", "options": {"width": 5}}


def test_previews_are_deleted_a_week_after_they_were_put_last(server, org):
    image = org.add(RED)["hash"]
    for name in ("_preview", "_preview-2", "lasts"):
        org.stack(name, RESIZE)
    days_pass(server, 6.9)
    assert org.render(f"/_preview/{image}.png").status_code == 200
    org.stack("_preview-2", {"name": "grayscale"})
    days_pass(server, 0.2)
    assert_error(org.get(f"/stacks/acme/_preview"), 404)
    assert_error(org.render(f"/_preview/{image}.png"), 404)
    assert [item["name"] for item in org.get("/stacks/acme").json()["items"]] == ["_preview-2", "lasts"]
    assert server.metrics().total("rucola_expired_previews_total") == 1
    assert org.put_stack("_preview", {"operations": [RESIZE]}).status_code == 201, "its name is free"
    days_pass(server, 6.9)
    assert [item["name"] for item in org.get("/stacks/acme").json()["items"]] == ["_preview", "lasts"]


def test_a_preview_that_is_put_as_it_is_lasts_another_week(server, org):
    org.stack("_preview", RESIZE)
    days_pass(server, 6)
    org.stack("_preview", RESIZE)
    days_pass(server, 6)
    assert org.get("/stacks/acme/_preview").status_code == 200
    days_pass(server, 1.2)
    assert_error(org.get("/stacks/acme/_preview"), 404)


def test_the_operator_says_how_long_previews_last(start_server):
    server = start_server("[expiry]\npreviews_days = 0\n")
    org = server.organization()
    org.stack("_preview", RESIZE)
    days_pass(server, 5000)
    assert org.get(f"/stacks/{org.organization}/_preview").status_code == 200


@pytest.mark.parametrize("name", ["_", "_x", "_Preview", "_previe", "__preview"])
def test_other_names_with_an_underscore_in_front_stay_reserved(org, name):
    assert_error(org.put_stack(name, {"operations": [RESIZE]}), 400)


def test_the_server_keeps_no_render_of_a_preview(server, org):
    image = org.add(pictures.photo(60, 40))["hash"]
    org.stack("_preview", RESIZE)
    for renders in (1, 2):
        answer = org.render(f"/_preview/{image}.png")
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
        assert server.metrics().renders() == renders
    assert list((server.data / "renders").rglob("??/*")) == []
    org.stack("real", RESIZE)
    assert org.render(f"/real/{image}.png").status_code == 200
    assert server.metrics().renders() == 3
    assert org.render(f"/_preview/{image}.png").status_code == 200
    assert server.metrics().renders() == 3, "what is kept of the real one is the same"
