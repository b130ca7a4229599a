"""What the folder of the data goes through: several processes that make it, rows that are damaged, and what is
written down in it."""

import json
import os
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from harness import pictures, pixels, raw_http
from harness.busy import under_way
from harness.catalog import take_back_to
from harness.errors import assert_error
from harness.server import PROGRAM, Rucola, clean_environment, run_command
from harness.waiting import wait_until

CACHE = '[[cdn]]\nkind = "webhook"\nname = "edge"\nurl = "http://127.0.0.1:9/"\nsecret = "s"\ntimeout_seconds = 1\n'


def sql(data, statement, *values):
    with closing(sqlite3.connect(data / "catalog.sqlite", timeout=60)) as database, database:
        return database.execute(statement, values).fetchall()


@pytest.mark.parametrize("round_", range(8))
def test_several_servers_and_commands_make_one_folder_at_once(tmp_path, round_):
    data = tmp_path / "new" / "data"
    servers = [Rucola(data=data) for _ in range(3)]
    commands = []
    try:
        for number, server in enumerate(servers):
            server.spawn()
            commands.append(subprocess.Popen(
                [PROGRAM, "org", "create", f"org{number}", "--data", data], env=clean_environment(),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        for command in commands:
            _, said = command.communicate(timeout=120)
            assert command.returncode == 0, said
        for server in servers:
            server.wait_until_ready()
            assert server.create_user("acme")["organization"] == "acme"
    finally:
        for server in servers:
            server.close()
    assert sorted(sql(data, "SELECT name FROM organizations")) == [("acme",), ("org0",), ("org1",), ("org2",)]


def test_a_damaged_row_of_the_outbox_does_not_keep_the_server_from_starting(start_server):
    server = start_server(CACHE)
    org = server.organization("acme")
    org.point("logo", org.add(pictures.photo(30, 20))["hash"])
    assert org.purge_alias("logo").status_code == 200
    assert server.stop() == 0
    sql(server.data, "UPDATE purge_deliveries SET tags = 'no JSON' WHERE round = 1")
    server.start()
    wait_until(lambda: 'rucola_damaged_rows_total{table="purge_deliveries"} 1' in org.get("/metrics").text,
               "the damaged row to be counted")
    assert org.alias("logo").status_code == 200
    assert server.stop() == 0  # and the log is written to its end
    assert [line["table"] for line in server.log_lines() if line["event"] == "damaged_row"] == ["purge_deliveries"]


def test_a_damaged_stack_costs_itself_and_not_the_list(start_server):
    server = start_server()
    org = server.organization("acme")
    org.stack("sound")
    org.stack("broken")
    sql(server.data, "UPDATE stacks SET definition = '{' WHERE name = 'broken'")
    assert [item["name"] for item in org.get("/stacks/acme").json()["items"]] == ["sound"]
    assert org.get("/stacks/acme/broken").status_code == 500
    assert org.put_stack("broken", {"operations": []}, overwrite=True).status_code == 200
    assert org.get("/stacks/acme/broken").status_code == 200


def damaged_rows(server) -> list[tuple]:
    return [(line["table"], line["row"]) for line in server.log_lines() if line["event"] == "damaged_row"]


def test_renders_of_a_damaged_stack_fail_as_our_fault_and_no_others(start_server):
    """They were answered with 400, in the words of the parser of bodies, and caches in front kept that."""
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    resize = {"name": "resize", "options": {"width": 10}}
    org.stack("sound", resize)
    org.stack("broken", resize)
    org.stack("uses", basestack="broken")
    paths = [f"/broken/{image}.jpg", f"/uses/{image}.jpg"]
    assert [org.render(path).status_code for path in paths] == [200, 200]
    sql(server.data, "UPDATE stacks SET definition = '{\"operations\":' WHERE name = 'broken'")
    for path in paths * 2:
        answer = org.render(path)
        assert_error(answer, 500)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "JSON" not in answer.text
    assert org.render(f"/sound/{image}.jpg").status_code == 200
    assert server.metrics().total("rucola_damaged_rows_total", table="stacks") == 1
    wait_until(lambda: damaged_rows(server) == [("stacks", "acme/broken")], "the damaged row to be logged once")
    # Put anew, protected even: nobody could see it any more, and caches in front are purged of what it showed.
    assert org.put_stack("broken", {"operations": [resize], "options": {"protected": True}}, overwrite=True).ok
    assert org.render(paths[0]).status_code == 403
    assert org.put_stack("broken", {"operations": [resize]}, overwrite=True).ok
    assert org.render(paths[0]).status_code == 200


def test_metadata_that_was_taken_before_it_was_checked_spoils_no_render(start_server):
    """Once it could hold anything; folders live on."""
    server = start_server()
    org = server.organization()
    for number, areas in enumerate([{"subject_area": "here"}, {"subject_area": {"x": "a"}}, {"multi_areas": 3},
                                    {"subject_area": {"x": 1e300, "y": 0, "width": 5, "height": 5}}]):
        hash_ = org.add(pictures.png(40, 30, seed=900 + number))["hash"]
        sql(server.data, "UPDATE images SET dynamic_metadata = ? WHERE hash = ?", json.dumps(areas), hash_)
        answer = org.render(f"/dynamic/crop-width-10-height-10-area-x/{hash_}.png")
        assert answer.status_code == 200, answer.text
        assert pixels.size_of(answer.content) == (10, 10)
        assert org.image(hash_).json()["dynamic_metadata"] == areas


def test_renders_of_a_damaged_alias_fail_as_our_fault_and_no_others(start_server):
    """They were 400. And the log had the bytes of the row as they were, which made the line no JSON."""
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    for name in ("sound", "broken", "bytes"):
        org.point(name, image)
    sql(server.data, "UPDATE aliases SET hash = '' WHERE name = 'broken'")
    sql(server.data, "UPDATE aliases SET hash = CAST(x'ff41fe' AS TEXT) WHERE name = 'bytes'")
    for name in ("broken", "bytes"):
        answer = org.render(f"/dynamic/resize-width-10/-_{name}_-.jpg")
        assert_error(answer, 500)
        assert answer.headers["Cache-Control"] == "no-store" and name in answer.json()["message"]
    assert org.render("/dynamic/resize-width-10/-_sound_-.jpg").status_code == 200
    wait_until(lambda: damaged_rows(server) == [("aliases", "acme/broken"), ("aliases", "acme/bytes")],
               "the damaged rows to be logged")
    told = [line["what_is_wrong"] for line in server.log_lines() if line["event"] == "damaged_row"]
    assert told[1] == 'Its hash, "\ufffdA\ufffd", is none.'
    assert org.put_alias("broken", image, overwrite=True).status_code == 200
    assert org.render("/dynamic/resize-width-10/-_broken_-.jpg").status_code == 200


def test_damaged_metadata_costs_the_metadata_and_not_the_image(start_server):
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    sql(server.data, "UPDATE images SET user_metadata = '{', dynamic_metadata = 'no JSON', static_metadata = '[]'")
    shown = org.image(image).json()
    assert (shown["user_metadata"], shown["dynamic_metadata"], shown["static_metadata"]) == ({}, {}, {})
    assert [item["hash"] for item in org.images().json()["items"]] == [image]
    assert org.render(f"/dynamic/crop-width-10-height-10-anchor-auto/{image}.jpg").status_code == 200
    wait_until(lambda: damaged_rows(server) == [("images", f"acme/{image}")], "the damaged row to be logged once")


def test_an_image_of_a_format_that_nobody_knows_is_taken_for_no_other(start_server):
    """It was rendered as a JPEG, and its file given out as one that may run scripts if it was a drawing."""
    server = start_server()
    org = server.organization("acme")
    drawing = org.add(b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', "drawing.svg")["hash"]
    sound = org.add(pictures.photo(30, 20))["hash"]
    sql(server.data, f"UPDATE images SET format = 'svgg' WHERE hash = '{drawing}'")
    for _ in range(2):
        answer = org.render(f"/dynamic/resize-width-10/{drawing}.png")
        assert_error(answer, 500)
        assert answer.headers["Cache-Control"] == "no-store"
    layered = f"/dynamic/composition-secondary_image-{drawing}-mode-foreground/{sound}.jpg"
    assert_error(org.render(layered), 500)
    file = org.get(f"/sourceimages/acme/{drawing}/download")
    assert (file.status_code, "sandbox" in file.headers["Content-Security-Policy"]) == (200, True)
    assert sorted(item["format"] for item in org.images().json()["items"]) == ["jpg", "svgg"]
    assert org.render(f"/dynamic/resize-width-10/{sound}.jpg").status_code == 200
    wait_until(lambda: damaged_rows(server) == [("images", f"acme/{drawing}")], "the damaged row to be logged once")
    sql(server.data, "UPDATE images SET format = 'svg' WHERE format = 'svgg'")
    assert org.render(f"/dynamic/resize-width-10/{drawing}.png").status_code == 200


def test_a_damaged_key_is_named_by_its_id_and_not_its_digest(start_server):
    """The line had the whole SHA-256: enough to find the key's row, and to try keys against, for ever."""
    server = start_server()
    user = server.create_user("acme")
    org = server.anonymous("acme").with_key(user["api_key"])
    sql(server.data, "UPDATE api_keys SET allowed_ips = 'no JSON'")
    assert org.images().status_code in (401, 403)
    digest = sql(server.data, "SELECT sha256 FROM api_keys")[0][0]
    wait_until(lambda: damaged_rows(server) == [("api_keys", digest[:16])], "the damaged row to be logged once")
    assert digest not in server.log() and user["api_key"] not in server.log()


def test_damaged_options_are_not_said_to_be_unset(start_server):
    server = start_server()
    org = server.organization("acme")
    sql(server.data, "UPDATE organizations SET options = 'no JSON' WHERE name = 'acme'")
    assert org.get("/organizations/acme").json()["options"] == {}
    assert_error(org.get("/organizations/acme/options/protect_dynamic_stack"), 500)
    assert server.metrics().total("rucola_damaged_rows_total", table="organizations") == 1


def test_a_catalog_that_stays_locked_is_busy_not_broken(start_server):
    """It was 500: a client that retries on 503 gave up on a backup that took a while."""
    server = start_server()
    org = server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    with closing(sqlite3.connect(server.data / "catalog.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        answer = org.put_alias("logo", image)
        assert_error(answer, 503)
        assert int(answer.headers["Retry-After"]) >= 1
        assert org.image(image).status_code == 200, "who reads does not wait for who writes"
        # Nobody waits for a thread, or behind another one, and then for the lock as if he had just come.
        begin = time.monotonic()
        with under_way([lambda n=n: org.put_alias(f"logo{n}", image) for n in range(60)]) as unanswered:
            wait_until(lambda: unanswered() == 0, "all to be told")
        assert time.monotonic() - begin < 17, "they waited for 10 s, one batch after the other"
        database.execute("ROLLBACK")
    assert [org.alias(name).status_code for name in ("logo", "logo0", "logo59")] == [404] * 3
    logged = [line for line in server.log_lines() if line["event"] == "request_failed"]
    assert "locked" in logged[-1]["detail"]
    assert org.put_alias("logo", image).status_code == 201


def test_every_way_of_changing_an_alias_writes_its_history(start_server):
    server = start_server()
    user = server.create_user("acme", email="anna@example.com")
    org = server.anonymous("acme").with_key(user["api_key"])
    first = org.add(pictures.photo(30, 20, seed=1))["hash"]
    second = org.add(pictures.photo(30, 20, seed=2))["hash"]
    org.point("logo", first)
    assert server.command("alias", "set", "--organization", "acme", "logo", second).returncode == 0
    assert org.put_alias("logo", second, overwrite=True).status_code == 200  # no move, no entry
    assert org.put_alias("logo", first).status_code == 409
    assert org.delete_alias("logo").status_code == 204
    assert server.command("alias", "set", "--organization", "acme", "logo", first).returncode == 0
    assert server.command("alias", "rm", "--organization", "acme", "logo").returncode == 0
    entries = sql(server.data, "SELECT version, action, hash, by_email, via, by_user <> '', by_key <> '' FROM history "
                               "WHERE kind = 'alias' AND name = 'logo' ORDER BY id")
    assert entries == [
        (1, "put", first, "anna@example.com", "api", 1, 1),
        (2, "put", second, "system", "cli", 0, 0),
        (2, "delete", second, "anna@example.com", "api", 1, 1),
        (3, "put", first, "system", "cli", 0, 0),
        (3, "delete", first, "system", "cli", 0, 0),
    ]


# A catalog that is damaged


def pages_of(catalog):
    with closing(sqlite3.connect(catalog)) as database:
        database.execute("VACUUM")
    return catalog.stat().st_size // 4096


@pytest.mark.parametrize("page", [1, 2, 3, 4, 10])
def test_a_server_with_a_garbled_catalog_is_never_ready(start_server, page):
    """With its first pages garbled it started, and said that it was ready."""
    server = start_server()
    org = server.organization("acme")
    org.point("logo", org.add(pictures.photo(30, 20))["hash"])
    assert server.stop() == 0
    catalog = server.data / "catalog.sqlite"
    assert pages_of(catalog) > 10
    with catalog.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\x5a" * 4096)
    server.spawn()
    wait_until(lambda: server.process.poll() is not None or "ready on http://" in server.banner(), "start or end")
    if server.process.poll() is not None:
        assert server.process.returncode != 0
        assert "damaged" in server.log() or "malformed" in server.log()
        return
    server._announced()
    for _ in range(3):
        answer = server.anonymous().get("/readyz")
        assert_error(answer, 503)
        assert "damaged" in answer.json()["message"]
    assert server.anonymous().get("/healthz").status_code == 200
    assert server.stop() == 0
    assert "catalog_damaged" in {line["event"] for line in server.log_lines()}


def test_a_server_with_an_index_that_is_wrong_does_not_stay_ready(start_server):
    """Each page makes sense by itself, and a look at all of them found nothing; who asked for what was there got 404."""
    server = start_server()
    org = server.organization("acme")
    for seed in range(8):
        org.add(pictures.photo(30, 20, seed=seed))
    assert server.stop() == 0
    catalog = server.data / "catalog.sqlite"
    pages_of(catalog)
    root, = sql(server.data, "SELECT rootpage FROM sqlite_schema WHERE name = 'images_by_binary_hash'")[0]
    with catalog.open("r+b") as file:
        file.seek((root - 1) * 4096)
        page = bytearray(file.read(4096))
        assert page[0] == 0x0A, "a leaf of an index"
        page[8:10], page[14:16] = page[14:16], page[8:10]  # where its first entry is, and its fourth
        file.seek((root - 1) * 4096)
        file.write(page)
    assert sql(server.data, "PRAGMA quick_check") == [("ok",)]
    server.spawn()
    wait_until(lambda: "ready on http://" in server.banner(), "the start")
    server._announced()  # it may know of the damage already
    wait_until(lambda: server.anonymous().get("/readyz").status_code == 503, "the damage to be found")
    assert "damaged" in server.anonymous().get("/readyz").json()["message"]
    assert server.stop() == 0
    damaged = [line for line in server.log_lines() if line["event"] == "catalog_damaged"]
    assert "images_by_binary_hash" in damaged[0]["what"]


# A catalog of another version, put back while the server runs


def restore(backup, data):
    with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(data / "catalog.sqlite")) as target:
        source.backup(target)


@pytest.fixture
def with_a_backup(start_server, tmp_path):
    server = start_server()
    org = server.organization("acme")
    first, second = (org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.GREEN))
    org.point("logo", first)
    backup = tmp_path / "backup.sqlite"
    with closing(sqlite3.connect(server.data / "catalog.sqlite")) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    org.point("logo", second)
    assert org.render("/dynamic/noop/-_logo_-.png").status_code == 200
    return server, org, backup, (first, second)


def test_an_older_backup_restored_under_the_server_is_brought_up_to_date(with_a_backup):
    """Every answer was 500 until the server was started again."""
    server, org, backup, (first, second) = with_a_backup
    with closing(sqlite3.connect(backup)) as database:
        take_back_to(7, database)
    restore(backup, server.data)
    answer = org.render("/dynamic/noop/-_logo_-.png")
    assert answer.status_code == 200
    assert pixels.open_picture(answer.content).convert("RGB").getpixel((5, 5)) == pictures.RED
    assert org.alias("logo").json()["hash"] == first
    assert org.get("/readyz").status_code == 200
    assert org.put_alias("logo", second, overwrite=True).status_code == 200
    assert server.command("doctor").returncode == 0
    assert server.metrics().total("rucola_http_requests_total", status="5xx") == 0
    assert server.stop() == 0
    events = {line["event"]: line for line in server.log_lines()}
    assert "catalog_brought_up_to_date" in events
    assert "catalog_is_migrated" in events, "whoever waits learns that it has begun"
    assert (events["catalog_images_indexed"]["images"], events["catalog_images_indexed"]["of"]) == (2, 2), "and how far it is"


def test_a_newer_backup_restored_under_the_server_is_said(with_a_backup):
    server, org, backup, (first, second) = with_a_backup
    kept = backup.with_suffix(".kept")
    kept.write_bytes(backup.read_bytes())
    with closing(sqlite3.connect(backup)) as database:
        database.execute("PRAGMA user_version = 1000")
    restore(backup, server.data)
    for answer in (org.render("/dynamic/noop/-_logo_-.png"), org.alias("logo"), org.get("/readyz"),
                   org.put_alias("logo", first, overwrite=True)):
        assert_error(answer, 503)
        assert "replaced by one that this server can't use" in answer.json()["message"]
    assert "schema version 1000" in server.log()
    restore(kept, server.data)
    assert org.alias("logo").json()["hash"] == first
    assert org.get("/readyz").status_code == 200


# A catalog that is lost


def start_fails(server):
    server.spawn()
    assert server.wait(60) != 0
    return server.log()


@pytest.fixture
def with_an_original(start_server):
    """A server that has stopped, with one original; its organization."""
    server = start_server()
    org = server.organization("acme")
    org.add(pictures.photo(30, 20))
    assert server.stop() == 0
    return server, org


@pytest.mark.parametrize("what, lose", [
    ("is missing", lambda path: path.unlink()), ("is empty", lambda path: path.write_bytes(b"")),
], ids=["missing", "empty"])
def test_a_lost_catalog_beside_originals_stops_the_start(with_an_original, what, lose):
    """It started on a new one, and nothing was ever uploaded."""
    server, _ = with_an_original
    kept = (server.data / "catalog.sqlite").read_bytes()
    lose(server.data / "catalog.sqlite")
    said = start_fails(server)
    assert what in said and "1 original lies" in said
    assert server.command("org", "create", "other").returncode != 0, "no command makes a new one either"
    (server.data / "catalog.sqlite").write_bytes(kept)
    server.start()


def test_another_installation_s_catalog_stops_the_start(with_an_original, tmp_path):
    server, _ = with_an_original
    assert run_command("org", "create", "acme", "--data", tmp_path / "other").returncode == 0
    (tmp_path / "other" / "catalog.sqlite").replace(server.data / "catalog.sqlite")
    assert "knows no image" in start_fails(server)


def test_another_program_s_tables_under_our_numbers_stop_the_start(with_an_original):
    """It started, and answered everything with 500."""
    server, _ = with_an_original
    version, = sql(server.data, "PRAGMA user_version")[0]
    (server.data / "catalog.sqlite").unlink()
    with closing(sqlite3.connect(server.data / "catalog.sqlite")) as database:
        database.executescript(f"CREATE TABLE images (hash); PRAGMA application_id = {0x7275636F};"
                               f"PRAGMA user_version = {version}")
    said = start_fails(server)
    assert "says that it is a catalog of rucola" in said and "lacks" in said


def assert_out_of_place(answer):
    """It was 500, and no client came again."""
    assert_error(answer, 503)
    assert "removed or replaced" in answer.json()["message"]
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("lost", ["catalog.sqlite", "catalog.sqlite-wal"])
@pytest.mark.parametrize("replaced", [False, True], ids=["unlinked", "replaced"])
def test_no_change_is_acknowledged_into_a_file_without_a_name(start_server, lost, replaced):
    """The catalog was removed under the running server: moves went on being acknowledged, and were lost."""
    server = start_server()
    org = server.organization("acme")
    hash_ = org.add(pictures.photo(30, 20))["hash"]
    org.point("logo", hash_)
    path = server.data / lost
    kept = path.with_suffix(".kept")
    if replaced:
        kept.write_bytes(path.read_bytes())
        kept.replace(path)
    else:
        path.rename(kept)
    assert_out_of_place(org.put_alias("other", hash_))
    assert_out_of_place(org.get("/readyz"))
    assert org.get("/healthz").status_code == 200
    if not replaced:
        kept.rename(path)
        assert org.put_alias("other", hash_).status_code == 201, "put back in time, nothing was lost"


@pytest.mark.parametrize("replaced", [False, True], ids=["unlinked", "replaced"])
def test_memory_answers_nothing_once_the_catalog_is_another_file(start_server, replaced):
    """Nobody rings a bell for a file that is moved: what was hot was served on, and looked up in the old file."""
    server = start_server()
    org = server.organization("acme")
    red, green = (org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.GREEN))
    org.point("logo", red)
    path = "/dynamic/resize-width-20/-_logo_-.png"
    wait_until(lambda: "detail=hot" in org.render(path).headers.get("Cache-Status", ""), "the answer to be hot")
    catalog = server.data / "catalog.sqlite"
    kept, other = catalog.with_suffix(".kept"), catalog.with_suffix(".other")
    with closing(sqlite3.connect(catalog)) as source, closing(sqlite3.connect(other)) as target:
        source.backup(target)
        with target:
            target.execute("UPDATE aliases SET hash = ?", (green,))
    os.link(catalog, kept)
    if replaced:
        other.replace(catalog)
    else:
        catalog.unlink()
    wait_until(lambda: org.render(path).status_code != 200, "memory to be silent")
    for answer in (org.render(path), org.render("/dynamic/noop/-_logo_-.png"), org.put_alias("other", red),
                   org.alias("logo")):
        assert_out_of_place(answer)
    kept.replace(catalog)
    assert org.put_alias("logo", green, overwrite=True).status_code == 200, "put back in time"
    answer = org.render(path)
    assert (answer.status_code, pixels.open_picture(answer.content).convert("RGB").getpixel((5, 5))) == (
        200, pictures.GREEN)


# Whose eyes it is for


def modes(data):
    """What others may do, by path."""
    return {str(path.relative_to(data)): path.stat().st_mode & 0o077 for path in [data, *data.rglob("*")]}


def test_nobody_else_may_look_into_the_data_folder(tmp_path):
    """Signing keys lie in the catalog in plain text; it was 0644 in a folder of 0755."""
    before = os.umask(0o022)
    try:
        with Rucola(data=tmp_path / "new" / "data") as server:
            org = server.organization("acme")
            org.render(f"/dynamic/noop/{org.add(pictures.photo(30, 20))['hash']}.jpg")
            assert set(modes(server.data).values()) == {0}, modes(server.data)
            assert run_command("org", "create", "other", "--data", tmp_path / "other").returncode == 0
            assert set(modes(tmp_path / "other").values()) == {0}
    finally:
        os.umask(before)


def test_an_open_data_folder_is_closed_at_the_start(with_an_original):
    server, _ = with_an_original
    for path in [server.data, *server.data.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    server.start()
    assert set(modes(server.data).values()) == {0}, modes(server.data)


def test_a_folder_with_other_things_in_it_keeps_its_mode(with_an_original):
    server, _ = with_an_original
    (server.data / "somebody's.txt").write_text("x")
    for path in (server.data, server.data / "somebody's.txt", server.data / "catalog.sqlite"):
        path.chmod(0o755)
    server.start()
    found = modes(server.data)
    assert (found["."], found["somebody's.txt"]) == (0o055, 0o055)
    assert found["catalog.sqlite"] == found["blobs"] == 0
    assert "data_folder_open_to_others" in server.log()


def test_why_a_catalog_can_not_be_opened_is_said_once(with_an_original):
    server, _ = with_an_original
    sql(server.data, "PRAGMA user_version = 1000")
    assert start_fails(server).count("schema version 1000") == 1


# What a crash leaves in the spool


def begun_upload(server, org):
    """Half of a picture has been sent, and lies in the spool."""
    data = pictures.encode(pictures.scene(700, 500), "TIFF")
    body = raw_http.multipart("b", ("filedata", "a.tiff", data))
    head = (f"POST /sourceimages/{org.organization} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n")
    connection = raw_http.Connection(server.port)
    before = {file.name for file in (server.data / "spool").iterdir()}
    connection.send(head.encode() + body[:700_000])
    wait_until(lambda: [file for file in (server.data / "spool").iterdir()
                        if file.name not in before and file.stat().st_size > 100_000], "the upload to reach the disk")
    return connection, body[700_000:]


def test_what_a_crash_leaves_in_the_spool_goes_at_the_next_start(start_server):
    """It stayed for a day."""
    server = start_server()
    org = server.organization()
    connection, _ = begun_upload(server, org)
    server.kill()
    connection.socket.close()
    assert list((server.data / "spool").iterdir())
    assert "leftover: the unfinished upload" in server.command("doctor").stdout
    assert list((server.data / "spool").iterdir()), "the doctor only reports"
    server.start()
    assert list((server.data / "spool").iterdir()) == []


def test_a_server_keeps_its_uploads_while_another_starts_on_the_folder(start_server):
    server = start_server()
    org = server.organization()
    connection, rest = begun_upload(server, org)
    other = Rucola(data=server.data)
    try:
        other.start()
        assert server.command("doctor").returncode == 0
    finally:
        other.close()
    connection.send(rest)
    assert connection.answer().status == 201
    connection.socket.close()
    assert org.images().json()["total"] == 1
