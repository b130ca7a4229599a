"""Who changed what: every change of the API and of the command line, read over both."""

import json
import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

from harness import pictures
from harness.errors import assert_error
from harness.site import ALLOW_LOOPBACK, Site
from harness.waiting import wait_until


def audit(org, **query) -> list[dict]:
    answer = org.get(f"/organizations/{org.organization}/audit", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def told(org, kind: str) -> list[tuple[str, str]]:
    """Oldest first."""
    return [(entry["action"], entry["name"]) for entry in reversed(audit(org, kind=kind))]


def own(org) -> dict:
    return org.get("/user").json()


def test_an_upload_is_told_of_with_who_when_from_where_and_its_request(new_org):
    answer = new_org.request("POST", f"/sourceimages/{new_org.organization}", headers={"X-Request-Id": "my-upload.1"},
                             files=[("filedata", ("a.jpg", pictures.photo(30, 20), "image/jpeg"))])
    assert answer.status_code == 201, answer.text
    [entry] = audit(new_org, kind="image")
    user = own(new_org)
    key = new_org.get("/user/apikeys/current").json()["id"]
    assert entry["name"] == answer.json()["items"][0]["hash"]
    assert entry["action"] == "add"
    assert entry["by"] == {"user_id": user["user_id"], "email": user["email"], "key_id": key}
    assert (entry["via"], entry["address"], entry["request_id"]) == ("api", "127.0.0.1", "my-upload.1")
    assert (entry["before"], entry["after"]) == (None, "a.jpg")
    at = datetime.fromisoformat(entry["created"])
    assert abs(datetime.now(timezone.utc) - at) < timedelta(minutes=5)


def test_an_upload_by_url_is_its_caller_s(start_server):
    site = Site()
    try:
        site.answers["/a.jpg"] = (200, {}, pictures.photo(16, 12))
        org = start_server(ALLOW_LOOPBACK).organization()
        answer = org.upload(fields={"url[0]": site.url + "/a.jpg"})
        assert answer.status_code == 201, answer.text
    finally:
        site.close()
    [entry] = audit(org, kind="image")
    assert entry["by"]["email"] == own(org)["email"]
    assert entry["request_id"] == answer.headers["X-Request-Id"]


def test_an_image_that_a_render_fetched_is_the_server_s_doing(start_server):
    site = Site()
    try:
        site.answers["/a.jpg"] = (200, {}, pictures.photo(16, 12))
        server = start_server(ALLOW_LOOPBACK)
        org = server.organization()
        option = org.request("PUT", f"/organizations/{org.organization}/options/remote_fullurl_allow", data="true")
        assert option.status_code in (200, 204), option.text
        stack = org.stack("plain", {"name": "resize", "options": {"width": 8}})
        answer = org.render(f"/{stack}/-{site.url}/a.jpg-.jpg")
        assert answer.status_code == 200, answer.text
    finally:
        site.close()
    [entry] = audit(org, kind="image")
    assert entry["via"] == "server"
    assert entry["by"] == {"user_id": None, "email": None, "key_id": None}


def test_every_change_is_told_of(new_org):
    org, name = new_org, new_org.organization
    first, second = (org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.BLUE))

    def call(method, path, **options):
        answer = org.request(method, path, **options)
        assert answer.status_code < 300, answer.text
        return answer

    image = f"/sourceimages/{name}/{first}"
    call("PUT", f"{image}/options/locked", data="true")
    call("PUT", f"{image}/options/locked", data="false")
    call("PATCH", f"{image}/meta/user", json={"title": "Red"})
    call("DELETE", image)
    call("POST", f"{image}/restore")
    assert told(org, "image") == [("add", first), ("add", second), ("lock", first), ("unlock", first),
                                  ("user_metadata", first), ("delete", first), ("restore", first)]
    said = audit(org, kind="image")[2]
    assert (said["before"], said["after"]) == ({}, {"title": "Red"})

    org.point("logo", first)
    org.point("logo", second)
    org.point("logo", second)  # no move
    assert org.delete_alias("logo").status_code == 204
    assert told(org, "alias") == [("put", "logo"), ("put", "logo"), ("delete", "logo")]
    assert [(entry["version"], entry["hash"]) for entry in audit(org, kind="alias")] == [(2, second), (2, second), (1, first)]

    org.stack("thumb", {"name": "resize", "options": {"width": 32}})
    org.stack("thumb", {"name": "resize", "options": {"width": 33}})
    call("DELETE", f"/stacks/{name}/thumb")
    assert told(org, "stack") == [("put", "thumb"), ("put", "thumb"), ("delete", "thumb")]
    change = audit(org, kind="stack")[1]
    assert change["before"]["stack_operations"][0]["options"]["width"] == 32
    assert change["after"]["stack_operations"][0]["options"]["width"] == 33

    call("PUT", f"/organizations/{name}/options/protect_dynamic_stack", data="true")
    assert told(org, "organization")[-1] == ("options", name)
    assert audit(org, kind="organization")[0]["after"] == {"protect_dynamic_stack": True}

    user = call("POST", f"/organizations/{name}/memberships", json={"roles": ["read"]}).json()["user_id"]
    call("PUT", f"/organizations/{name}/memberships/{user}", json={"roles": ["write"]})
    call("DELETE", f"/organizations/{name}/memberships/{user}")
    assert sorted(action for action, whose in told(org, "membership") if whose == user) == [
        "add", "add_role", "add_role", "delete", "delete_role", "delete_role"]

    key = call("POST", "/user/apikeys", json={"comment": "laptop"}).json()
    call("PATCH", f"/user/apikeys/{key['id']}", json={"trusted": True})
    call("DELETE", f"/user/apikeys/{key['id']}")
    assert [entry for entry in told(org, "key") if entry[1] == key["id"]] == [
        ("add", key["id"]), ("trusted", key["id"]), ("delete", key["id"])]
    assert [entry["after"] for entry in audit(org, kind="key", name=key["id"])] == [None, True, own(org)["user_id"]]
    assert key["api_key"] not in json.dumps(audit(org, limit=1000))

    org.purge_alias("logo")
    assert told(org, "purge") == [("request", "logo")]
    assert audit(org, kind="purge")[0]["after"] == "alias"

    everything = audit(org, limit=1000)
    assert {entry["via"] for entry in everything} == {"api", "cli"}, "the organization came by the command line"
    assert all(entry["request_id"] for entry in everything if entry["via"] == "api")
    assert [entry["id"] for entry in everything] == sorted((entry["id"] for entry in everything), reverse=True)


def test_what_is_refused_is_not_told_of(new_org):
    hash_ = new_org.add(pictures.solid(pictures.RED))["hash"]
    new_org.point("logo", hash_)
    before = audit(new_org)
    assert new_org.put_alias("logo", hash_).status_code == 409
    assert new_org.put_alias("other", "f" * 40).status_code == 404
    assert new_org.delete(f"/stacks/{new_org.organization}/nothing").status_code == 404
    assert audit(new_org) == before


def test_the_command_line_is_told_of_and_tells(server):
    org = server.organization()
    hash_ = org.add(pictures.photo(30, 20))["hash"]
    moved = server.command("alias", "set", "--organization", org.organization, "logo", hash_)
    assert moved.returncode == 0, moved.stderr
    [entry] = audit(org, kind="alias")
    assert (entry["via"], entry["by"]["email"], entry["address"]) == ("cli", "system", None)
    shown = server.command("audit", org.organization)
    assert shown.returncode == 0, shown.stderr
    assert [json.loads(line) for line in shown.stdout.splitlines()] == audit(org, limit=1000)
    one = server.command("audit", org.organization, "--kind", "alias", "--name", "logo", "--limit", "1")
    assert json.loads(one.stdout) == entry
    users = server.command("audit", "--kind", "user", "--name", own(org)["user_id"])
    assert json.loads(users.stdout)["after"] == own(org)["email"], "no organization's"


@pytest.mark.parametrize("arguments, says", [
    (("nobody-has-this",), "no organization"), (("--kind", "dream"), "alias, image"), (("--since", "soon"), "--since"),
    (("--until", "never"), "--until"), (("--limit", "-1"), "--limit")])
def test_the_command_says_what_is_wrong(server, org, arguments, says):
    done = server.command("audit", *arguments)
    assert done.returncode != 0
    assert says.lower() in done.stderr.lower()


def test_a_hand_with_sql_is_told_of(start_server):
    server = start_server()
    org = server.organization()
    org.add(pictures.photo(30, 20))
    with closing(sqlite3.connect(server.data / "catalog.sqlite")) as database, database:
        database.execute("UPDATE images SET locked = 1")
    entry = audit(org, kind="image")[0]
    assert (entry["action"], entry["via"], entry["by"]["email"]) == ("lock", "sql", None)


def test_behind_a_trusted_proxy_it_is_the_client_s_address(start_server):
    org = start_server('[server]\ntrusted_proxies = ["127.0.0.0/8"]\n').organization()
    hash_ = org.add(pictures.photo(30, 20))["hash"]
    assert org.put_alias("logo", hash_, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 201
    assert audit(org, kind="alias")[0]["address"] == "203.0.113.9"


def test_another_organization_sees_nothing(server):
    acme, other = server.organization(), server.organization()
    acme.add(pictures.photo(30, 20))
    assert_error(other.of(acme.organization).get(f"/organizations/{acme.organization}/audit"), 403)
    assert audit(other, kind="image") == []
    ours = {entry["id"] for entry in audit(acme, limit=1000)}
    assert not ours & {entry["id"] for entry in audit(other, limit=1000)}


def test_a_key_is_told_of_that_comes_with_a_membership(new_org):
    org = new_org
    path = f"/organizations/{org.organization}/memberships"
    made = org.request("POST", path, json={"roles": ["read"]})
    assert made.status_code == 201, made.text
    assert [entry["action"] for entry in audit(org, kind="key")][0] == "add"


def test_who_ends_a_fallback_is_not_told_to_the_organization_that_had_it(server):
    """The admin of one organization stood in the record of another, address and all."""
    acme, mine = server.organization(), server.organization()
    me = own(mine)["user_id"]
    member = f"/organizations/{acme.organization}/memberships/{me}"
    assert acme.request("PUT", member, json={"roles": ["admin"]}).status_code == 201
    option = f"/organizations/{mine.organization}/options/render_org_fallback"
    assert mine.request("PUT", option, json=acme.organization).status_code == 200
    assert acme.delete(member).status_code == 204
    ended = audit(mine, kind="organization")[0]
    assert (ended["action"], ended["via"], ended["address"]) == ("options", "server", None)
    assert set(ended["by"].values()) == {None}


def test_pages_lead_on_and_the_last_is_followed_by_empty_ones(new_org):
    for shade in range(7):
        new_org.add(pictures.solid((shade, 0, 0)))
    everything = [entry["id"] for entry in audit(new_org, limit=1000)]
    seen, cursor = [], None
    path = f"/organizations/{new_org.organization}/audit"
    while True:
        page = new_org.get(path, params={"limit": 3, **({"cursor": cursor} if cursor is not None else {})}).json()
        if not page["items"]:
            break
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["cursor"]
        new_org.add(pictures.solid((0, len(seen), 0)))  # what comes meanwhile stands before them
    assert seen == everything
    again = new_org.get(path, params={"cursor": page["cursor"]}).json()
    assert again == {"items": [], "cursor": page["cursor"]}
    nothing = new_org.get(path, params={"kind": "purge"}).json()
    assert nothing == {"items": [], "cursor": ""}
    assert new_org.get(path, params={"kind": "purge", "cursor": ""}).json() == nothing


def test_it_is_found_by_time_and_person(new_org):
    new_org.add(pictures.photo(30, 20))
    user = own(new_org)
    hour = timedelta(hours=1)
    now = datetime.now(timezone.utc)
    assert len(audit(new_org, kind="image", by=user["email"].upper())) == 1
    assert len(audit(new_org, kind="image", by=user["user_id"])) == 1
    assert audit(new_org, kind="image", by="nobody@example.com") == []
    assert len(audit(new_org, kind="image", since=(now - hour).isoformat(), until=(now + hour).isoformat())) == 1
    assert audit(new_org, kind="image", since=(now + hour).isoformat()) == []
    assert audit(new_org, kind="image", until=(now - hour).isoformat()) == []


@pytest.mark.parametrize("query, names", [
    ({"kind": "dream"}, "signing_key"), ({"since": "soon"}, "since"), ({"until": "never"}, "until"),
    ({"limit": "0"}, "limit"), ({"limit": "1001"}, "limit"), ({"cursor": "x"}, "cursor"), ({"user": "me"}, "user")])
def test_what_makes_no_sense_is_refused(org, query, names):
    answer = org.get(f"/organizations/{org.organization}/audit", params=query)
    assert_error(answer, 400)
    assert names in answer.json()["message"]


def make_older(server, days: int) -> None:
    with closing(sqlite3.connect(server.data / "catalog.sqlite")) as database, database:
        database.execute("UPDATE history SET at = at - ? * 86400000", (days,))


def reload(server, config: str) -> None:
    """The history is looked through at once then."""
    (server.directory / "rucola.toml").write_text(config)
    server.process.send_signal(signal.SIGHUP)


def test_old_entries_go_but_those_of_aliases(start_server):
    server = start_server("[audit]\ndays = 0\n")
    org = server.organization()
    org.point("logo", org.add(pictures.photo(30, 20))["hash"])
    make_older(server, 31)
    org.stack("thumb", {"name": "resize", "options": {"width": 32}})
    reload(server, "[audit]\ndays = 30\n")
    wait_until(lambda: audit(org, kind="image") == [], "the old entries to go")
    assert told(org, "alias") == [("put", "logo")]
    assert told(org, "stack") == [("put", "thumb")], "it is new"
    wait_until(lambda: any(line.get("event") == "history_shortened" for line in server.log_lines()), "the log line")


def test_for_ever_is_for_ever(start_server):
    server = start_server("[audit]\ndays = 400\n")
    org = server.organization()
    org.point("logo", org.add(pictures.photo(30, 20))["hash"])
    make_older(server, 18_000)
    reload(server, "[audit]\ndays = 0\nalias_days = 30\n")
    wait_until(lambda: told(org, "alias") == [], "the old entries of aliases to go")
    assert len(audit(org, kind="image")) == 1


def test_the_oldest_entries_of_a_kind_go_beyond_the_bound(start_server):
    """Whoever may upload could change a field back and forth, and the catalog grew for 400 days."""
    server = start_server("[audit]\nentries = 0\n")
    org = server.organization()
    hash_ = org.add(pictures.photo(30, 20))["hash"]
    org.point("logo", hash_)
    for i in range(6):
        assert org.request("PUT", f"/sourceimages/{org.organization}/{hash_}/meta/user/n", json=i).status_code == 204
    members = told(org, "membership")
    assert members, "of the founder"
    reload(server, "[audit]\nentries = 3\n")
    wait_until(lambda: len(audit(org, kind="image")) == 3, "the oldest entries to go")
    assert {entry["action"] for entry in audit(org, kind="image")} == {"user_metadata"}, "the upload was before them"
    assert told(org, "alias") == [("put", "logo")]
    assert told(org, "membership") == members
