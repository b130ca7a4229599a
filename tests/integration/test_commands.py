"""The program's commands, while a server runs and without one."""

import contextlib
import json
import os
import pty
import re
import shutil
import subprocess
import subprocess
import time

import pytest

from harness import pictures, pixels
from harness.errors import assert_error
from harness.server import PROGRAM, PROJECT, clean_environment, run_command


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def run(*arguments, data=None):
    return run_command(*arguments, *(["--data", data] if data else []))


def objects(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def create(data, organization="acme", *more):
    done = run("user", "create", "--email", "a@example.com", "--organization", organization, *more, data=data)
    return objects(done)[0]


def test_version_and_help():
    assert re.match(r"rucola \d+\.\d+", run("--version").stdout)
    text = run("--help").stdout
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`(?:rucola )?([a-z]+)[^`]*`", re.search(r"^Commands: (.*?)--help", readme, re.MULTILINE | re.DOTALL)[1])
    listed = re.findall(r"^  ([a-z]+) ", text.partition("Subcommands:")[2], re.MULTILINE)
    assert set(named) == set(listed) and len(listed) == 11
    for command in listed:
        assert run(command, "--help").returncode == 0


def test_without_a_command_or_with_an_unknown_one():
    for arguments in ((), ("bake",), ("serve", "--nonsense"), ("user",), ("alias", "move")):
        done = run(*arguments)
        assert done.returncode != 0
        assert done.stdout == ""
        assert done.stderr != ""


@pytest.mark.parametrize("arguments, told", [
    (("usr",), ['There is no command "usr"; did you mean "user"?', "serve, user, key,"]),
    (("usr", "create", "--email", "a@example.com"), ['"usr"', '"user"?']),
    (("bake",), ['There is no command "bake". The commands are: serve, ']),
    ((), ["A command is missing. The commands are: serve, "]),
    (("user",), ['A command of "user" is missing. The commands are: create, list, rm.']),
    (("user", "creat", "--email", "a@example.com"), ['"creat" of "user"; did you mean "create"?', "create, list, rm."]),
    (("--data", "x"), ['A command has to stand in front of "--data"', "serve, user, "]),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_a_mistyped_command_is_named(arguments, told):
    """It was answered `A subcommand is required`."""
    done = run(*arguments)
    assert done.returncode != 0
    for words in (*told, "--help"):
        assert words in done.stderr
    assert "subcommand is required" not in done.stderr


def test_user_create_prints_one_object(data):
    create(data, "other")
    done = run("user", "create", "--email", "a@example.com", "--organization", "acme", data=data)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    user = json.loads(done.stdout)
    assert set(user) == {"user_id", "email", "api_key", "organization"}
    assert re.fullmatch("[A-Za-z0-9]{64}", user["api_key"])
    assert (user["email"], user["organization"]) == ("a@example.com", "acme")


@pytest.mark.parametrize("arguments", [
    ("user", "create", "--email", "a@example.com", "--organization", "acme"),
    ("org", "create", "acme", "--billing-email", "a@example.com"), ("key", "add", "--email", "a@example.com"),
    ("alias", "rm", "--organization", "acme", "logo")], ids=" ".join)
def test_who_makes_a_catalog_is_told_so(tmp_path, arguments):
    """Typed in another folder than the server's, `user create` printed a key as good as any, which the server did not know."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first = run_command(*arguments, cwd=elsewhere)
    assert f"no catalog in {elsewhere}/data" in first.stderr and "--data" in first.stderr
    assert (elsewhere / "data" / "catalog.sqlite").exists()
    assert "no catalog" not in run_command(*arguments, cwd=elsewhere).stderr


def test_the_key_is_stored_as_a_hash_only(data):
    key = create(data)["api_key"]
    for path in data.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes()


def test_user_create_works_while_the_server_runs(own_server):
    key = own_server.create_user("acme")["api_key"]
    client = own_server.anonymous("acme").with_key(key)
    assert client.images().status_code == 200
    another = own_server.create_user("other")["api_key"]
    assert client.of("other").with_key(another).images().status_code == 200


@pytest.mark.parametrize("arguments", [
    ["--email", "a@example.com"], ["--organization", "acme"],
    ["--email", "a@example.com", "--organization", "Acme"], ["--email", "a@example.com", "--organization", "a"],
    ["--email", "a@example.com", "--organization", "a.b"], ["--email", "a@example.com", "--organization", "../x"],
    ["--email", "a@example.com", "--organization", "acme", "--role", "king"],
])
def test_user_create_refuses(data, arguments):
    done = run("user", "create", *arguments, data=data)
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr) > 10


def test_user_create_makes_no_key_that_would_be_refused(own_server):
    """For an inactive membership it printed a key, which got a 403."""
    admin = own_server.organization("acme")
    made = own_server.create_user("acme", "write", email="idle@example.com")
    set_ = admin.request("PUT", f"/organizations/acme/memberships/{made['user_id']}", json={"roles": ["write"], "active": False})
    assert set_.status_code == 200, set_.text
    done = own_server.command("user", "create", "--email", "idle@example.com", "--organization", "acme")
    assert done.returncode != 0 and done.stdout == ""
    assert "inactive" in done.stderr and "member set" in done.stderr
    assert len(own_server.command("key", "list", "--email", "idle@example.com").stdout.splitlines()) == 1
    member = ("--email", "idle@example.com", "--organization", "acme")
    assert own_server.command("member", "set", *member, "--role", "write").returncode == 0
    key = json.loads(own_server.command("user", "create", *member).stdout)["api_key"]
    assert admin.with_key(key).images().status_code == 200


def test_users_are_listed_and_removed(own_server):
    acme = own_server.organization("acme")
    owner = acme.get("/user").json()
    bob = own_server.create_user("acme", "write", email="bob@example.com")
    own_server.command("member", "set", "--email", "bob@example.com", "--organization", "acme", "--role", "write",
                       "--role", "read")
    listed = objects(own_server.command("user", "list"))
    assert [user["email"] for user in listed] == [owner["email"], "bob@example.com"]
    assert [user["keys"] for user in listed] == [1, 1]
    [membership] = listed[1]["memberships"]
    assert (membership["organization"], sorted(membership["roles"]), membership["active"]) == ("acme", ["read", "write"], True)
    assert bob["api_key"] not in str(listed)

    removed = objects(own_server.command("user", "rm", "--email", "Bob@example.com"))
    assert removed == listed[1:]
    assert_error(acme.with_key(bob["api_key"]).images(), 403, invalid_authentication=True)
    assert acme.get("/organizations/acme/memberships").json()["total"] == 1
    assert own_server.command("user", "rm", "--email", "bob@example.com").returncode != 0
    again = own_server.create_user("acme", "read", email="bob@example.com")
    assert again["user_id"] != bob["user_id"], "somebody new"


def test_the_last_admin_is_not_removed_by_mistake(own_server):
    acme = own_server.organization("acme")
    email = acme.get("/user").json()["email"]
    own_server.create_user("shared", email=email)
    own_server.create_user("shared")
    done = own_server.command("user", "rm", "--email", email)
    assert done.returncode != 0 and "acme" in done.stderr and "shared" not in done.stderr and "--force" in done.stderr
    assert acme.images().status_code == 200
    forced = own_server.command("user", "rm", "--email", acme.get("/user").json()["user_id"], "--force")
    assert forced.returncode == 0, forced.stderr
    assert_error(acme.images(), 403, invalid_authentication=True)


@pytest.mark.parametrize("email", ["", "nobody", "@", "a@", "@b", "a b@example.com", "a@b@c", "a@example.com\n",
                                   "x" * 250 + "@b.ch"])
def test_what_is_no_address_makes_no_user(data, email):
    done = run("user", "create", "--email", email, "--organization", "acme", data=data)
    assert done.returncode != 0
    assert not (data / "catalog.sqlite").exists()


def test_org_create(data):
    made = objects(run("org", "create", "acme", "--display-name", "Acme Inc.", data=data))[0]
    assert (made["name"], made["display_name"]) == ("acme", "Acme Inc.")
    again = run("org", "create", "acme", data=data)
    assert again.returncode != 0 and "acme" in again.stderr
    assert run("org", "create", "Not-Good!", data=data).returncode != 0


def test_upload_and_alias_commands(data, tmp_path):
    create(data)
    files = []
    for number, colour in enumerate((pictures.RED, pictures.BLUE)):
        path = tmp_path / f"{number}.png"
        path.write_bytes(pictures.solid(colour))
        files.append(path)
    uploaded = objects(run("upload", *files, "--organization", "acme", data=data))
    assert [one["name"] for one in uploaded] == ["0.png", "1.png"]
    red, blue = (one["hash"] for one in uploaded)

    put = objects(run("alias", "set", "--organization", "acme", "logo", red, data=data))[0]
    assert (put["alias"], put["hash"], put["version"]) == ("logo", red, 1)
    moved = objects(run("alias", "set", "--organization", "acme", "logo", blue[:10], data=data))[0]
    assert (moved["hash"], moved["version"]) == (blue, 2)
    assert objects(run("alias", "get", "--organization", "acme", "logo", data=data))[0] == moved
    run("alias", "set", "--organization", "acme", "another", red, data=data)
    listed = objects(run("alias", "list", "--organization", "acme", data=data))
    assert [one["alias"] for one in listed] == ["another", "logo"]
    assert run("alias", "rm", "--organization", "acme", "logo", data=data).returncode == 0
    assert run("alias", "get", "--organization", "acme", "logo", data=data).returncode != 0
    assert run("alias", "rm", "--organization", "acme", "logo", data=data).returncode != 0


def test_an_upload_shows_its_progress_on_a_terminal_and_nowhere_else(data, tmp_path):
    create(data)
    path = tmp_path / "large.tiff"
    path.write_bytes(pictures.encode(pictures.scene(2000, 1500), "TIFF"))
    arguments = [str(PROGRAM), "upload", str(path), "--organization", "acme", "--data", str(data)]
    assert run("upload", path, "--organization", "acme", data=data).stderr == ""
    ours, theirs = pty.openpty()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=theirs, env=clean_environment()) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # that is how a terminal ends
            while piece := os.read(ours, 4096):
                shown += piece
        printed = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    assert b"large.tiff [" in shown and b"#] 100%" in shown
    assert json.loads(printed)["format"] == "tiff"


@pytest.mark.parametrize("name,hash_", [("a-b", "a" * 40), ("", "a" * 40), ("x" * 256, "a" * 40), ("logo", "a" * 40),
                                        ("logo", "xyz"), ("logo", "A" * 40)])
def test_alias_set_refuses(data, name, hash_):
    create(data)
    done = run("alias", "set", "--organization", "acme", name, hash_, data=data)
    assert done.returncode != 0 and done.stderr != ""


def test_upload_refuses_what_is_no_image(data, tmp_path):
    create(data)
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(pictures.solid(pictures.RED))
    bad.write_bytes(b"\0no picture")
    done = run("upload", bad, "--organization", "acme", data=data)
    assert done.returncode != 0 and "bad.png" in done.stderr
    missing = run("upload", tmp_path / "missing.png", "--organization", "acme", data=data)
    assert missing.returncode != 0 and "missing.png" in missing.stderr
    assert run("upload", good, "--organization", "nobody", data=data).returncode != 0
    assert run("upload", good, "--organization", "acme", data=data).returncode == 0


def test_an_upload_by_command_is_seen_by_the_running_server(own_server, tmp_path):
    org = own_server.organization("acme")
    path = tmp_path / "a.png"
    path.write_bytes(pictures.solid(pictures.GREEN))
    hash_ = objects(own_server.command("upload", path, "--organization", "acme"))[0]["hash"]
    assert pixels.is_near(pixels.colour_at(org.render(f"/dynamic/noop/{hash_}.png").content, 0.5, 0.5), pictures.GREEN)
    assert org.add(pictures.solid(pictures.GREEN))["hash"] == hash_


READS = [("user", "list"), ("key", "list", "--email", "a@example.com"), ("alias", "list", "--organization", "acme"),
         ("alias", "get", "--organization", "acme", "logo"), ("doctor",)]


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_who_only_reads_makes_no_data_folder(data, command):
    """`rucola key list --data typo` made a whole installation there, and found no key in it."""
    done = run(*command, data=data)
    assert done.returncode != 0 and "There is no catalog" in done.stderr
    assert not data.exists()


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_who_only_reads_makes_no_folders_in_a_backup(data, tmp_path, command):
    """A doctor made spool/ and blobs/ there."""
    create(data)
    backup = tmp_path / "backup"
    backup.mkdir()
    shutil.copy(data / "catalog.sqlite", backup)
    run(*command, data=backup)
    assert [file.name for file in backup.iterdir() if file.is_dir()] == []


def test_who_only_reads_tidies_nothing_up(stored):
    """A list removed what a crash had left in the spool, which doctor was still to tell of."""
    leftover = stored / "spool" / "locked-left"
    leftover.write_bytes(b"left over")
    for command in READS:
        run(*command, data=stored)
    assert leftover.exists()


# doctor


@pytest.fixture
def stored(data, tmp_path):
    create(data)
    path = tmp_path / "a.png"
    path.write_bytes(pictures.solid(pictures.RED))
    objects(run("upload", path, "--organization", "acme", data=data))
    return data


def blob_of(data):
    wanted = pictures.solid(pictures.RED)
    return next(path for path in data.rglob("*") if path.is_file() and path.read_bytes() == wanted)


def test_doctor_finds_a_healthy_installation_healthy(stored):
    done = run("doctor", data=stored)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 blobs checked, 0 missing, 0 damaged, 0 leftovers" in done.stdout


def test_doctor_tells_a_missing_blob(stored):
    blob_of(stored).unlink()
    done = run("doctor", data=stored)
    assert done.returncode != 0
    assert "1 missing" in done.stdout


def test_doctor_tells_a_damaged_blob(stored):
    path = blob_of(stored)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    done = run("doctor", "--deep", data=stored)
    assert done.returncode != 0
    assert "1 damaged" in done.stdout


def test_doctor_tells_a_truncated_blob_without_reading_it(stored):
    path = blob_of(stored)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    done = run("doctor", data=stored)
    assert done.returncode != 0
    assert "1 damaged" in done.stdout and "bytes instead of" in done.stdout


def leave_over(data, letter):
    """A blob without a row that lies there for two hours."""
    path = data / "blobs" / (2 * letter) / (64 * letter)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left over")
    long_ago = time.time() - 7200
    os.utime(path, (long_ago, long_ago))
    return path


def test_doctor_removes_what_a_crash_left_over_when_told_to_and_nothing_younger(stored):
    old, young = leave_over(stored, "e"), leave_over(stored, "f")
    os.utime(young)
    only_said = run("doctor", data=stored)
    assert only_said.returncode == 0
    assert "1 leftovers found" in only_said.stdout, only_said.stdout
    assert old.exists()
    done = run("doctor", "--remove", data=stored)
    assert done.returncode == 0
    assert "1 leftovers removed" in done.stdout
    assert not old.exists()
    assert (stored / "removed" / "blobs" / old.name).read_bytes() == b"left over", "moved aside, not destroyed"
    assert young.exists(), "it may belong to an upload that is under way"
    assert blob_of(stored).exists()
    assert run("doctor", data=stored).returncode == 0


def test_doctor_moves_no_original_aside_whose_image_came_while_it_looked(own_server):
    """It had read the rows, then looked at the originals for hours, and took what was uploaded meanwhile for left over.
    Here two pipes in the place of originals hold it: when one is open at both ends, the rows are read."""
    org = own_server.organization()
    for number in range(3):
        org.add(pictures.solid((number, 1, 2), 4, 4))
    paths = sorted((own_server.data / "blobs").glob("??/*"), key=lambda path: path.name)
    for path in paths[:2]:
        path.unlink()
        os.mkfifo(path)
    left_over = leave_over(own_server.data, "e")
    doctor = subprocess.Popen([PROGRAM, "doctor", "--remove", "--data", own_server.data], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env=clean_environment())
    paths[0].open("wb").close()
    data = pictures.solid(pictures.GREEN)
    hash_ = org.add(data)["hash"]
    new, = set((own_server.data / "blobs").glob("??/*")) - {*paths, left_over}
    os.utime(new, (time.time() - 7200,) * 2)
    paths[1].open("wb").close()
    said, _ = doctor.communicate()
    assert "1 leftovers removed" in said and new.name not in said, said
    assert not left_over.exists()
    assert org.image(hash_, "/download").content == data


@pytest.mark.parametrize("arguments", [[], ["--remove"]], ids=["plain", "remove"])
def test_doctor_says_so_where_most_blobs_have_no_row(stored, arguments):
    """A catalog from a backup that is older than the blobs: all originals since then were deleted; later that was
    refused, but recommended by the plain look, which found nothing wrong."""
    paths = [leave_over(stored, letter) for letter in "ef"]
    done = run("doctor", *arguments, data=stored)
    assert done.returncode != 0
    assert "2 of 3" in done.stderr and "older one" in done.stderr and "docs/backup.md" in done.stderr
    assert "--remove" not in done.stdout + done.stderr
    assert "leftover" not in done.stdout
    assert all(path.exists() for path in paths)


def test_doctor_tells_what_it_can_not_read_from_what_is_missing(stored):
    """It said missing, and to restore it from a backup."""
    path = blob_of(stored)
    path.unlink()
    path.symlink_to(path.name)  # leads nowhere else: nobody can open it, root neither
    done = run("doctor", data=stored)
    assert done.returncode != 0
    assert "unreadable: the blob" in done.stdout and "0 missing, 0 damaged, 1 unreadable" in done.stdout
    assert "can't be read" in done.stderr


def test_doctor_recommends_no_removal_by_a_catalog_that_lost_something(stored):
    leave_over(stored, "e")
    (stored / "catalog.sqlite-lost").write_text("2026-01-01T00:00:00+00:00 Changes are missing.\n")
    done = run("doctor", data=stored)
    assert done.returncode != 0 and "catalog.sqlite-lost" in done.stderr and "--remove" not in done.stdout
    assert run("doctor", "--remove", data=stored).returncode != 0
    assert (stored / "blobs" / "ee" / (64 * "e")).exists()


def test_doctor_without_a_catalog_makes_none_and_touches_nothing(stored):
    blob = blob_of(stored)
    long_ago = time.time() - 7200
    os.utime(blob, (long_ago, long_ago))
    for lose in (lambda path: path.write_bytes(b""), lambda path: path.unlink()):
        lose(stored / "catalog.sqlite")
        done = run("doctor", "--remove", data=stored)
        assert done.returncode != 0 and "no catalog" in done.stderr
        assert blob.exists()
    assert not (stored / "catalog.sqlite").exists()


def test_doctor_finds_a_corrupt_catalog(stored):
    path = stored / "catalog.sqlite"
    content = bytearray(path.read_bytes())
    assert len(content) > 3 * 4096
    for page in range(2, len(content) // 4096):  # the schema stays readable
        content[page * 4096 + 8:page * 4096 + 200] = bytes(192)
    path.write_bytes(content)
    done = run("doctor", data=stored)
    assert done.returncode != 0
    assert "corrupt: the catalog" in done.stdout or "malformed" in done.stderr, done.stdout + done.stderr
