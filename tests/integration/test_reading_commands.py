"""Commands that only look: they leave no trace in a data folder, whether its server runs, has stopped or has died, and
whoever's it is."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess

import pytest

from harness import pictures
from harness.processes import hold_still
from harness.server import run_command

EMAIL = "anna@example.com"
READS = [("user", "list"), ("key", "list", "--email", EMAIL), ("alias", "list", "--organization", "acme"),
         ("alias", "get", "--organization", "acme", "logo"), ("audit", "acme"), ("audit",), ("doctor",), ("doctor", "--deep")]


@pytest.fixture
def served(start_server):
    """A server with something of everything, of which some is in the write-ahead log alone."""
    server = start_server()
    user = server.create_user("acme", email=EMAIL)
    org = server.anonymous("acme").with_key(user["api_key"])
    server.image = org.add(pictures.photo(30, 20))["hash"]
    server.stop()
    server.start()
    org.point("logo", server.image)
    yield server
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGCONT)


def stop(server):
    assert server.stop() == 0


def kill(server):
    server.kill()
    assert (server.data / "catalog.sqlite-wal").stat().st_size > 0


def kill_and_copy(server):
    """Who copies a folder may leave out what is shared memory only."""
    kill(server)
    (server.data / "catalog.sqlite-shm").unlink()


def go_on(server):
    """Held still: it looks at its catalog in the background, and what changes then would be its own doing."""
    hold_still(server.process.pid)


def traces(folder):
    """All that anybody could see of the files but when they were read. Not the inode's own time: as root, SQLite
    gives the log to the database's owner each time that it opens it, whose it is already."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.stat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (status.st_mtime_ns, status.st_size, status.st_mode, status.st_uid,
                                                content)
    return found


def assert_it_reads(command, done, image):
    assert done.returncode == 0, done.stdout + done.stderr
    if command[0] == "alias":
        assert json.loads(done.stdout)["hash"] == image
    if command[0] == "user":
        assert json.loads(done.stdout)["email"] == EMAIL
    if command[0] == "audit":
        kinds = {json.loads(line)["kind"] for line in done.stdout.splitlines()}
        assert {"image", "alias", "key"} <= kinds if len(command) > 1 else kinds == {"user", "key"}
    if command[0] == "key":
        assert json.loads(done.stdout)["id"]
    if command[0] == "doctor":
        assert "1 blobs checked, 0 missing, 0 damaged, 0 leftovers" in done.stdout


@pytest.mark.parametrize("end", [go_on, stop, kill, kill_and_copy])
@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_a_look_leaves_no_trace(served, command, end):
    """It opened the catalog to write: it folded the log, made files, migrated, as root in somebody else's folder too."""
    end(served)
    before = traces(served.data)
    done = served.command(*command)
    assert traces(served.data) == before
    assert_it_reads(command, done, served.image)


@contextlib.contextmanager
def read_only(folder, at):
    at.mkdir()
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for step in (["mount", "--bind", folder, at], ["mount", "-o", "remount,bind,ro", at]):
        done = subprocess.run([*as_root, *step], capture_output=True, text=True)
        assert done.returncode == 0, f"this test mounts a folder read-only, which takes root: {done.stderr}"
    try:
        yield at
    finally:
        subprocess.run([*as_root, "umount", "--lazy", at], check=True)


@pytest.mark.parametrize("end", [go_on, stop, kill, kill_and_copy])
def test_a_folder_that_is_read_only_can_be_read(served, tmp_path, end):
    """A snapshot, or a backup's medium: it said that the catalog can't be opened."""
    end(served)
    with read_only(served.data, tmp_path / "mounted") as mounted:
        with pytest.raises(OSError):
            (mounted / "x").write_text("x")
        for command in READS:
            assert_it_reads(command, run_command(*command, "--data", mounted), served.image)


def test_a_look_holds_up_no_server(served):
    """Neither its changes, nor its end."""
    org = served.anonymous("acme").with_key(served.create_user("acme")["api_key"])
    for number in range(5):
        for command in READS:
            assert served.command(*command).returncode == 0
        assert org.put_alias(f"a{number}", served.image).status_code == 201
    assert served.stop() == 0
    assert not (served.data / "catalog.sqlite-wal").exists(), "the log was folded into the catalog as ever"


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_a_catalog_of_another_version_is_refused_in_plain_words(served, command):
    """A newer one's refusal ended in "datatype mismatch (SQLite 20)"; an older one was migrated by a look."""
    served.stop()
    catalog = served.data / "catalog.sqlite"
    for version, what_to_do in ((3, "A start of the server brings it up to date"), (1000, "Use the newer program")):
        with contextlib.closing(sqlite3.connect(catalog)) as database:
            database.execute(f"PRAGMA user_version = {version}")
        before = traces(served.data)
        done = served.command(*command)
        assert done.returncode != 0
        assert f"schema version {version}" in done.stderr and what_to_do in done.stderr
        assert "SQLite" not in done.stderr and "mismatch" not in done.stderr
        assert traces(served.data) == before


def test_a_backup_is_examined_without_the_rest(served, tmp_path):
    served.stop()
    shutil.copy(served.data / "catalog.sqlite", tmp_path / "catalog.sqlite")
    done = run_command("doctor", "--data", tmp_path)
    assert done.returncode != 0 and "1 missing" in done.stdout
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["catalog.sqlite"]
