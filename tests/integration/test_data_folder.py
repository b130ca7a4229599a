"""What the folder of the data goes through: several processes that make it, rows that are damaged, and what is
written down in it."""

import sqlite3
import subprocess
from contextlib import closing

import pytest

from harness import pictures
from harness.server import PROGRAM, Rucola, clean_environment
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
