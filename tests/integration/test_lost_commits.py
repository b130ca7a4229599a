"""A write-ahead log that is lost or damaged: what was acknowledged and is missing is said, and nothing else is."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from harness import pictures
from harness.server import run_command


@pytest.fixture
def killed(start_server):
    """A server that was killed, with everything still in its log; its organization, and an image's hash."""
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    server.stop()  # folds the log into the database: what comes now is in the log alone
    server.start()
    for number in range(30):
        org.point(f"alias{number}", image)
    server.kill()
    return server, org, image


def log_of(server):
    return server.data / "catalog.sqlite-wal"


def losses(server):
    catalog = server.anonymous().get("/healthz").json()["catalog"]
    assert catalog["complete"] == (catalog["lost_changes"] == [])
    return catalog["lost_changes"]


def remove(log):
    log.unlink()


def empty(log):
    log.write_bytes(b"")


def garble_the_head(log):
    with log.open("r+b") as file:
        file.seek(8)
        file.write(os.urandom(16))


def garble_the_end(log):
    with log.open("r+b") as file:
        file.seek(-2000, os.SEEK_END)
        file.write(os.urandom(100))


def cut_off(log):
    os.truncate(log, log.stat().st_size // 2)


@pytest.mark.parametrize("damage", [remove, empty, garble_the_head, garble_the_end, cut_off])
def test_a_log_that_was_lost_or_damaged_is_said(killed, damage):
    """An acknowledged change was missing without a word."""
    server, org, _ = killed
    damage(log_of(server))
    server.start()
    assert org.alias("alias29").status_code == 404
    assert len(losses(server)) == 1 and "acknowledged are missing" in losses(server)[0]
    server.stop()
    assert {"catalog_lost_changes", "catalog_has_lost_changes"} <= {line["event"] for line in server.log_lines()}

    # It is said until somebody has seen to it, and not again for what comes after.
    server.start()
    org.point("another", org.images().json()["items"][0]["hash"])
    assert len(losses(server)) == 1
    doctor = server.command("doctor")
    assert doctor.returncode != 0 and "lost: " in doctor.stdout and "catalog.sqlite-lost" in doctor.stderr
    (server.data / "catalog.sqlite-lost").unlink()
    server.restart()
    assert losses(server) == []
    assert server.command("doctor").returncode == 0


def test_a_doctor_finds_a_loss_before_a_server_has(killed):
    server, _, _ = killed
    remove(log_of(server))
    doctor = server.command("doctor")
    assert doctor.returncode != 0 and "acknowledged are missing" in doctor.stdout
    assert not (server.data / "catalog.sqlite-lost").exists(), "it only looks"
    server.start()
    assert len(losses(server)) == 1


def test_a_loss_that_can_not_be_noted_is_said_all_the_same(killed):
    server, _, _ = killed
    remove(log_of(server))
    (server.data / "catalog.sqlite-lost").mkdir()  # as little to be written as on a full disk
    server.start()
    assert any("acknowledged are missing" in loss for loss in losses(server))
    server.stop()
    server.start()
    assert ["can't be read" in loss for loss in losses(server)] == [True], "until somebody has seen to it"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave what its owner can't open")
def test_what_root_s_commands_make_is_the_owner_s(start_server):
    server = start_server()
    server.stop()
    (server.data / "catalog.sqlite-commits").unlink()
    os.chown(server.data / "catalog.sqlite", 12345, 12345)
    assert run_command("org", "create", "acme", "--data", server.data).returncode == 0
    made = (server.data / "catalog.sqlite-commits").stat()
    assert (made.st_uid, made.st_gid) == (12345, 12345)


def user_create(server, _):
    return server.command("user", "create", "--organization", "acme", "--email", "new@example.com")


def key_add(server, user):
    return server.command("key", "add", "--email", user["email"])


def key_revoke(server, user):
    return server.command("key", "revoke", user["api_key"])


def member_remove(server, user):
    return server.command("member", "rm", "--organization", "acme", "--email", user["email"])


@pytest.mark.parametrize("change", [user_create, key_add, key_revoke, member_remove])
def test_a_log_that_held_only_who_may_do_what_is_said(start_server, change):
    """What made no row with a number was not counted: a key that had been revoked was good again, without a word."""
    server = start_server()
    email = "anna@example.com"
    user = {"email": email, **server.create_user("acme", email=email)}
    server.stop()
    server.start()
    done = change(server, user)
    assert done.returncode == 0, done.stderr
    server.kill()
    remove(log_of(server))
    server.start()
    assert len(losses(server)) == 1 and "acknowledged are missing" in losses(server)[0]


def not_marked(server):
    return server.anonymous().get("/healthz").json()["catalog"]["not_marked"]


def test_a_catalog_without_a_mark_is_said(start_server):
    """It was said to be complete, and nobody could know."""
    server = start_server()
    server.organization("acme")
    assert not_marked(server) == [], "a new one can lack nothing"
    server.restart()
    assert not_marked(server) == []
    mark = server.data / "catalog.sqlite-commits"
    mark.unlink()
    assert len(not_marked(server)) == 1 and "was removed while the server runs" in not_marked(server)[0]
    server.restart()
    assert len(not_marked(server)) == 1 and "could not be compared with a mark of its last commit" in not_marked(server)[0]
    server.restart()
    assert not_marked(server) == []
    server.stop()
    mark.unlink()
    assert "not marked: When the catalog was opened" in server.command("doctor").stdout
    assert not mark.exists(), "who only looks makes none"
    mark.mkdir()
    server.start()
    assert len(not_marked(server)) == 1 and "can't be marked" in not_marked(server)[0]


def test_a_new_catalog_that_was_all_in_its_log(start_server):
    server = start_server()
    server.organization("acme")
    server.kill()
    remove(log_of(server))
    server.start()
    assert len(losses(server)) == 1 and losses(server)[0].split(" ", 1)[1].startswith("All changes")


def test_a_crash_loses_nothing_and_nothing_is_said(killed):
    server, org, image = killed
    for _ in range(3):
        server.start()
        assert losses(server) == []
        assert org.alias("alias29").json()["hash"] == image
        server.kill()
    # Nor where another program has folded the log into the database meanwhile.
    with closing(sqlite3.connect(server.data / "catalog.sqlite")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not log_of(server).exists()
    assert server.command("doctor").returncode == 0
    server.start()
    assert losses(server) == []


def test_commands_beside_the_server_leave_marks_that_hold(start_server):
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    for number in range(5):
        assert server.command("alias", "set", "--organization", "acme", f"cli{number}", image).returncode == 0
        org.point(f"api{number}", image)
    server.kill()
    assert server.command("alias", "set", "--organization", "acme", "last", image).returncode == 0
    server.start()
    assert losses(server) == []


def test_a_backup_that_was_put_back_opens_and_what_it_lacks_is_said(start_server):
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    server.stop()
    backup = (server.data / "catalog.sqlite").read_bytes()
    server.start()
    org.point("logo", image)
    server.stop()
    (server.data / "catalog.sqlite").write_bytes(backup)
    server.start()
    assert org.image(image).status_code == 200
    assert len(losses(server)) == 1 and "an older copy was put in its place" in losses(server)[0]


def test_a_backup_of_the_whole_folder_is_whole(killed, tmp_path, start_server):
    server, org, image = killed
    shutil.copytree(server.data, tmp_path / "copy")
    copy = start_server(data=tmp_path / "copy")
    assert losses(copy) == []
    copy.close()


def test_who_begins_anew_lacks_nothing(start_server, tmp_path):
    server = start_server()
    server.create_user("acme")
    server.stop()
    (server.data / "catalog.sqlite").unlink()
    server.start()
    assert losses(server) == []
    server.stop()
    # Nor who puts another installation's catalog there.
    assert run_command("org", "create", "other", "--data", tmp_path / "other").returncode == 0
    shutil.copy(tmp_path / "other" / "catalog.sqlite", server.data / "catalog.sqlite")
    server.start()
    assert losses(server) == []


def test_the_mark_is_its_owner_s_alone(start_server):
    server = start_server()
    assert (server.data / "catalog.sqlite-commits").stat().st_mode & 0o777 == 0o600
