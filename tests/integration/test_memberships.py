"""Who works in an organization: /organizations/{org}/memberships, and /user/memberships."""

import json

import pytest

from harness.errors import assert_error
from harness.waiting import wait_until

NOBODY = "271cce77-45c7-4f6d-a0f6-a4edc29964e6"


def members(client, user: str = "", method: str = "GET", **options):
    rest = f"/{user}" if user else ""
    return client.request(method, f"/organizations/{client.organization}/memberships{rest}", **options)


def my_id(client) -> str:
    return client.get("/user").json()["user_id"]


def test_a_user_is_made_with_a_key_and_a_membership(server):
    admin = server.organization()
    made = members(admin, method="POST", json={"roles": ["write"], "comment": "the shop"})
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["roles"] == ["write"] and body["comment"] == "the shop" and body["active"] is True
    assert body["organization"] == admin.organization
    assert body["organization_id"] == admin.get(f"/organizations/{admin.organization}").json()["id"]
    new = admin.with_key(body["api_key"])
    assert my_id(new) == body["user_id"]
    assert new.put_stack("x", {"operations": []}).status_code == 201
    assert_error(members(new), 403)
    assert "api_key" not in members(admin, body["user_id"]).json()


def test_members_are_listed(server):
    admin = server.organization()
    new = members(admin, method="POST", json={"roles": ["read", "upload"]}).json()
    listed = members(admin).json()
    assert listed["total"] == 2
    assert [item["user_id"] for item in listed["items"]] == [my_id(admin), new["user_id"]]
    assert sorted(listed["items"][1]["roles"]) == ["read", "upload"]
    assert members(admin, new["user_id"]).json() == listed["items"][1]


def test_a_user_is_let_in_changed_and_taken_out(server):
    admin = server.organization()
    guest = server.organization()
    user = my_id(guest)
    there = guest.of(admin.organization)
    assert_error(there.images(), 403)
    assert members(admin, user, "PUT", json={"roles": ["read"], "comment": "a look"}).status_code == 201
    assert there.images().status_code == 200
    assert members(admin, user, "PUT", json={"roles": ["read"]}).status_code == 204
    changed = members(admin, user, "PUT", json={"role": "upload"})
    assert changed.status_code == 200
    assert changed.json()["roles"] == ["upload"] and changed.json()["comment"] == "a look"
    assert_error(there.images(), 403)
    assert members(admin, user, "DELETE").status_code == 204
    assert_error(members(admin, user, "DELETE"), 404)
    assert_error(members(admin, user), 404)
    assert guest.images().status_code == 200, "at home nothing has changed"


def test_who_knows_an_id_learns_no_address_by_it(server):
    """Everybody who has seen a published key can learn the id, and put it into an organization of his own."""
    admin, guest = server.organization(), server.organization()
    user = my_id(guest)
    address = guest.get("/user").json()["email"]
    put = members(admin, user, "PUT", json={"roles": ["read"]})
    assert (put.status_code, put.json()["email"]) == (201, None)
    assert members(admin, user, "PUT", json={"roles": ["write"]}).json()["email"] is None
    guest.of(admin.organization).images()  # whoever has a key of the user can do that too
    for answer in (members(admin, user), members(admin), admin.get("/user/admin/apikeys")):
        assert answer.status_code == 200 and user in answer.text
        assert address not in answer.text
    own = guest.get("/user/memberships").json()["items"]
    assert {item["email"] for item in own} == {address}, "one's own is no secret"
    assert members(guest).json()["items"][0]["email"] == address
    done = server.command("member", "set", "--email", address, "--organization", admin.organization, "--role", "read")
    assert done.returncode == 0, done.stderr
    assert members(admin, user).json()["email"] == address, "the operator has named the user by it"


def test_an_inactive_member_may_nothing_for_now(server):
    admin = server.organization()
    made = members(admin, method="POST", json={"roles": ["write"]}).json()
    new = admin.with_key(made["api_key"])
    assert members(admin, made["user_id"], "PUT", json={"roles": ["write"], "active": False}).json()["active"] is False
    assert_error(new.images(), 403)
    assert members(admin, made["user_id"], "PUT", json={"roles": ["write"], "active": True}).status_code == 200
    assert new.images().status_code == 200


@pytest.mark.parametrize("method, body", [("DELETE", None), ("PUT", {"roles": ["write"]}),
                                          ("PUT", {"roles": ["admin"], "active": False})])
def test_the_last_admin_can_not_go(server, method, body):
    admin = server.organization()
    assert_error(members(admin, my_id(admin), method, json=body), 409)
    second = members(admin, method="POST", json={"roles": ["admin"]}).json()
    assert members(admin, my_id(admin), method, json=body).status_code in (200, 204)
    assert members(admin.with_key(second["api_key"])).status_code == 200


def test_who_reads_the_members_changes_none(server):
    admin = server.organization()
    auditor = admin.with_key(members(admin, method="POST", json={"roles": ["admin:read"]}).json()["api_key"])
    assert members(auditor).json()["total"] == 2
    assert auditor.images().status_code == 200
    assert "signing_keys" not in auditor.get(f"/organizations/{admin.organization}").json()
    assert_error(members(auditor, method="POST", json={"roles": ["read"]}), 403)
    assert_error(members(auditor, my_id(auditor), "PUT", json={"roles": ["admin"]}), 403)
    assert_error(auditor.put_stack("x", {"operations": []}), 403)


@pytest.mark.parametrize("body", [
    {}, {"roles": []}, {"roles": ["king"]}, {"roles": [1]}, {"roles": None}, {"roles": {"read": True}}, {"role": ""},
    {"roles": ["read"], "role": "read"}, {"roles": ["read"], "rolls": []}, {"roles": ["read"], "active": "perhaps"},
    {"roles": ["read"], "comment": "x" * 256}])
def test_a_membership_that_can_not_be(server, org, body):
    user = my_id(server.organization())
    assert_error(members(org, user, "PUT", json=body), 400)
    assert_error(members(org, method="POST", json=body), 400)
    assert members(org).json()["total"] == 1


@pytest.mark.parametrize("key, status", [({"coment": "x"}, 400), ({"expires": "2001-01-01"}, 400),
                                         ({"allowed_ips": ["10.0.0.0/8"]}, 400), ({"requires_mfa": True}, 501)])
def test_a_key_that_can_not_be_is_not_made_with_a_user(org, key, status):
    assert_error(members(org, method="POST", json={"roles": ["read"], "api_key": key}), status)
    assert members(org).json()["total"] == 1


def test_a_reader_with_a_trusted_key_is_made_in_one_call(server):
    """The only way to one: afterwards its keys may not say so of themselves."""
    admin = server.organization()
    made = members(admin, method="POST", json={"roles": ["read"], "api_key": {"trusted": True, "comment": "server side"}})
    reader = admin.with_key(made.json()["api_key"])
    published = reader.request("POST", "/user/apikeys", json={"comment": "public"})
    assert published.status_code == 201, published.text
    assert_error(admin.with_key(published.json()["api_key"]).get("/user/apikeys"), 403)


@pytest.mark.parametrize("user", [NOBODY, "me", "ann@example.com", "%25", "0" * 36])
def test_a_user_that_is_not_there(org, user):
    for method, body in (("GET", None), ("DELETE", None), ("PUT", {"roles": ["read"]})):
        assert_error(members(org, user, method, json=body), 404)


def test_where_one_is_a_member(server):
    client = server.organization()
    other = server.organization()
    assert members(other, my_id(client), "PUT", json={"roles": ["write"]}).status_code == 201
    own = client.get("/user/memberships").json()
    assert own["total"] == 2
    assert {item["organization"]: item["roles"] for item in own["items"]} == {
        client.organization: ["admin"], other.organization: ["write"]}
    assert_error(server.organization(role="read").get("/user/memberships"), 403)


def test_when_a_member_was_there_is_known_to_the_day(server):
    admin = server.organization()
    made = members(admin, method="POST", json={"roles": ["write"]}).json()
    assert "last_access" not in made
    assert admin.with_key(made["api_key"]).images().status_code == 200
    wait_until(lambda: "last_access" in members(admin, made["user_id"]).json(), "the note of access")


def test_the_command_line_and_the_api_speak_of_the_same(server):
    admin = server.organization()
    made = members(admin, method="POST", json={"roles": ["read"], "comment": "kept"}).json()
    done = server.command("member", "set", "--email", made["email"], "--organization", admin.organization, "--role", "write")
    assert done.returncode == 0, done.stderr
    now = members(admin, made["user_id"]).json()
    assert now["roles"] == ["write"] and now["comment"] == "kept"
    keys = server.command("key", "list", "--email", made["user_id"])
    assert len(keys.stdout.splitlines()) == 1 and json.loads(keys.stdout)["roles"] == {admin.organization: ["write"]}
    done = server.command("member", "rm", "--email", made["email"], "--organization", admin.organization)
    assert done.returncode == 0, done.stderr
    assert_error(members(admin, made["user_id"]), 404)
