"""Tokens, and the API keys of the user who asks: what rokka's clients call below /user."""

import base64
import json
import time

import pytest

from harness import pictures
from harness.errors import assert_error
from harness.raw_http import Connection
from harness.server import Rucola
from harness.waiting import wait_until

BEHIND_A_PROXY = '[server]\ntrusted_proxies = ["127.0.0.0/8"]\n'
KEYS = "/user/apikeys"
TOKEN = "/user/apikeys/token"


@pytest.fixture(scope="module")
def proxied():
    """Lets a test choose the address that a request comes from."""
    with Rucola(BEHIND_A_PROXY) as running:
        yield running


def from_(address: str) -> dict:
    return {"X-Forwarded-For": address}


def bearer(token: str, address: str | None = None) -> dict:
    return {"Authorization": f"Bearer {token}", **(from_(address) if address else {})}


def get_token(client, method="GET", headers=None, **query) -> dict:
    answer = client.request(method, TOKEN, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def may_list(client, token, address=None) -> int:
    """The status of a call with the token alone."""
    return client.with_key(None).get(f"/sourceimages/{client.organization}", headers=bearer(token, address)).status_code


# Tokens


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_is_good_for_what_its_key_is_good_for(org, method):
    body = get_token(org, method)
    head, payload, _ = body["token"].split(".")
    assert json.loads(base64.urlsafe_b64decode(payload + "==")) == body["payload"]
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"typ": "JWT", "alg": "HS256"}
    assert body["payload"]["ips"] == ["127.0.0.1"] and body["payload"]["rn"] is True
    assert body["payload"]["expt"] == 86400
    assert abs(body["payload"]["exp"] - 86400 - time.time()) < 60
    assert may_list(org, body["token"]) == 200
    added = org.with_key(None).request("POST", f"/sourceimages/{org.organization}", headers=bearer(body["token"]),
                                       files=[("filedata", ("a.png", pictures.photo(9, 9), "image/png"))])
    assert added.status_code in (200, 201)


def test_a_token_of_a_reader_only_reads(server):
    reader = server.organization(role="read")
    token = get_token(reader)["token"]
    assert may_list(reader, token) == 200
    denied = reader.with_key(None).request("PUT", f"/stacks/{reader.organization}/x", headers=bearer(token),
                                           json={"operations": []})
    assert_error(denied, 403)


def test_a_token_of_one_organization_opens_no_other(server, org):
    other = server.organization()
    token = get_token(other)["token"]
    assert_error(org.with_key(None).get(f"/sourceimages/{org.organization}", headers=bearer(token)), 403)


def test_a_token_ends_with_its_key(server):
    owner = server.organization()
    key = owner.request("POST", KEYS, json={"comment": "short-lived"}).json()
    token = get_token(owner.with_key(key["api_key"]))["token"]
    assert may_list(owner, token) == 200
    assert owner.request("DELETE", f"{KEYS}/{key['id']}").status_code == 204
    gone = owner.with_key(None).get(f"/sourceimages/{owner.organization}", headers=bearer(token))
    assert_error(gone, 401, invalid_authentication=True)


def test_a_token_ends_at_its_end(org):
    body = get_token(org, expires_in=2)
    assert body["payload"]["expt"] == 2
    assert may_list(org, body["token"]) == 200
    wait_until(lambda: time.time() >= body["payload"]["exp"], "the token's end")
    over = org.with_key(None).get(f"/sourceimages/{org.organization}", headers=bearer(body["token"]))
    assert_error(over, 401, invalid_authentication=True)
    assert "expired" in over.json()["message"]


def test_a_token_is_good_from_where_it_was_made_and_nowhere_else(proxied):
    org = proxied.organization()
    token = get_token(org, headers=from_("203.0.113.7"))
    assert token["payload"]["ips"] == ["203.0.113.7"]
    assert may_list(org, token["token"], "203.0.113.7") == 200
    assert may_list(org, token["token"], "203.0.113.8") == 401

    named = get_token(org, headers=from_("203.0.113.7"), ips="request_ip,212.40.50.1/24")
    assert named["payload"]["ips"] == ["203.0.113.7", "212.40.50.1/24"]
    assert may_list(org, named["token"], "212.40.50.99") == 200
    assert may_list(org, named["token"], "212.40.51.99") == 401

    free = get_token(org, headers=from_("203.0.113.7"), no_ip_protection="true")
    assert "ips" not in free["payload"] and free["payload"]["rn"] is False
    assert may_list(org, free["token"], "198.51.100.1") == 200


@pytest.mark.parametrize("ips", ["request_ip,", ",", "", " , request_ip,,", "request_ip,127.0.0.1"])
def test_the_dashboard_names_an_address_and_nothing_after_the_comma(org, ips):
    """Without an older address to add it sends "request_ip,", and could not log in. Nothing named is never everywhere."""
    token = get_token(org, ips=ips, expires_in="259200", renewable="true")
    assert token["payload"]["ips"] == ["127.0.0.1"]
    assert may_list(org, token["token"]) == 200


def test_a_changed_token_is_none(org):
    token = get_token(org)["token"]
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["exp"] += 1
    longer = base64.urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"none"}').decode().rstrip("=")
    for changed in (f"{head}.{longer}.{signature}", f"{none}.{payload}.", f"{head}.{payload}.", token[:-1], token + "A"):
        answer = org.with_key(None).get(f"/sourceimages/{org.organization}", headers=bearer(changed))
        assert_error(answer, 401, invalid_authentication=True)


@pytest.mark.parametrize("query", [
    {"ips": "nowhere"}, {"ips": "10.0.0.0/8"}, {"ips": "1.1.1.1", "no_ip_protection": "true"}, {"expires_in": "0"},
    {"expires_in": "-1"}, {"expires_in": "soon"}, {"renewable": "maybe"}, {"expire_in": "60"},
    {"ips": ",".join(f"192.0.2.{last}" for last in range(11))}])
def test_a_token_that_can_not_be_had(org, query):
    assert_error(org.get(TOKEN, params=query), 400)


def test_a_second_factor_is_not_passed_over(org):
    """Whoever sends one believes that the key needs it."""
    assert_error(org.request("POST", TOKEN, json={"totp": "123456"}), 501)


# Renewal


def test_a_token_is_renewed_with_itself(org):
    old = get_token(org, expires_in=3600)
    new = get_token(org.with_key(None), headers=bearer(old["token"]))
    assert new["payload"]["expt"] == 3600 and new["payload"]["rn"] is True
    assert new["payload"]["id"] == old["payload"]["id"]
    assert may_list(org, new["token"]) == 200
    shorter = get_token(org.with_key(None), headers=bearer(old["token"]), expires_in=60, renewable="false")
    assert shorter["payload"]["expt"] == 60 and shorter["payload"]["rn"] is False


@pytest.mark.parametrize("made,asked", [
    ({"expires_in": 3600}, {"expires_in": 3601}),
    ({"renewable": "false"}, {}),
    ({"no_ip_protection": "true"}, {}),
    ({}, {"no_ip_protection": "true"}),
    ({}, {"ips": "198.51.100.1"}),
    ({"ips": "request_ip,10.1.0.0/24"}, {"ips": "10.1.0.0/23"}),
])
def test_a_renewal_gives_no_more_than_there_was(org, made, asked):
    old = get_token(org, **made)
    answer = org.with_key(None).get(TOKEN, headers=bearer(old["token"]), params=asked)
    assert_error(answer, 403)


# Which credentials count


def test_a_key_may_come_as_a_bearer(org):
    answer = org.with_key(None).get(f"/sourceimages/{org.organization}", headers=bearer(org.key))
    assert answer.status_code == 200


@pytest.mark.parametrize("authorization", ["Basic dXNlcjpwYXNz", "Bearer x.y.z", "Digest a=b", "nonsense"])
def test_an_authorization_of_a_proxy_beside_a_key_is_no_error(org, authorization):
    answer = org.get(f"/sourceimages/{org.organization}", headers={"Authorization": authorization})
    assert answer.status_code == 200


def test_the_key_counts_where_both_come(server, org):
    token = get_token(server.organization())["token"]
    answer = org.get(f"/sourceimages/{org.organization}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["mHXscTNT0rk9ZoMLO4dlFbpGxGe06hXt",
                                 "81468485c73a4201b5f86478434eb0431Lj0Sv7jrPioKLSBuNswRWQRP6OJbjLG"])
def test_a_key_of_rokka_can_be_brought_along_in_either_length(server, tmp_path, key):
    (tmp_path / "key").write_text(key + "\n")
    made = server.command("user", "create", "--email", f"{len(key)}@example.com", "--organization", f"moved{len(key)}",
                          "--api-key-file", str(tmp_path / "key"))
    assert made.returncode == 0, made.stderr
    assert server.anonymous(f"moved{len(key)}").with_key(key).images().status_code == 200
    piped = server.command("key", "add", "--email", f"{len(key)}@example.com", "--api-key-file", "-", input=key[::-1])
    assert piped.returncode == 0, piped.stderr
    assert server.anonymous(f"moved{len(key)}").with_key(key[::-1]).images().status_code == 200


@pytest.mark.parametrize("text", ["", "short", "ä" * 32, "a" * 33])
def test_what_is_no_key_is_not_taken_over(server, tmp_path, text):
    (tmp_path / "key").write_text(text)
    for file in (tmp_path / "key", tmp_path / "missing"):
        assert server.command("user", "create", "--email", "no@example.com", "--organization", "no-key",
                              "--api-key-file", str(file)).returncode != 0


# GET /user


def test_who_one_is(server):
    made = server.create_user("whoami", "write", email="who@example.com")
    client = server.anonymous("whoami").with_key(made["api_key"])
    user = client.get("/user").json()
    assert user["user_id"] == made["user_id"] and user["email"] == "who@example.com"
    assert [key["id"] for key in user["api_keys"]] == [client.get(f"{KEYS}/current").json()["id"]]


@pytest.mark.parametrize("role", ["read", "upload", "sourceimages:read"])
def test_a_public_key_tells_only_whose_it_is(server, role):
    client = server.organization(role=role)
    assert list(client.get("/user").json()) == ["user_id"]
    current = client.get(f"{KEYS}/current").json()
    for method, path, body in (("GET", KEYS, None), ("POST", KEYS, {"comment": None}),
                               ("DELETE", f"{KEYS}/{current['id']}", None),
                               ("PATCH", f"{KEYS}/{current['id']}", {"trusted": True})):
        assert_error(client.request(method, path, json=body), 403)


def test_no_other_organization_takes_somebodys_keys_from_him(server):
    """A role that another one's admin gave made a user public, who then could not see its own keys."""
    client, other = server.organization(), server.organization()
    user = client.get("/user").json()["user_id"]
    put = other.request("PUT", f"/organizations/{other.organization}/memberships/{user}", json={"roles": ["upload"]})
    assert put.status_code == 201
    assert client.get(KEYS).status_code == 200


def test_no_other_organization_makes_a_published_key_one_that_manages_keys(server):
    """Who saw a published key learnt by it whose it was, let that user into an organization of his own as an admin, and the
    key replaced all others of the user, and told the user's address."""
    home, mine = server.organization(), server.organization()
    made = home.request("POST", f"/organizations/{home.organization}/memberships", json={"roles": ["read"]}).json()
    published = home.with_key(made["api_key"])
    user = published.get("/user").json()["user_id"]
    put = mine.request("PUT", f"/organizations/{mine.organization}/memberships/{user}", json={"roles": ["admin"]})
    assert put.status_code == 201
    assert published.of(mine.organization).images().status_code == 200
    assert list(published.get("/user").json()) == ["user_id"]
    for method, path, body in (("GET", KEYS, None), ("POST", KEYS, {}), ("GET", "/user/memberships", None)):
        assert_error(published.request(method, path, json=body), 403)


def test_a_key_that_may_less_than_its_user_makes_none_that_may_more(server):
    """A write key whose user had become an admin made itself an admin key, and deleted the admin's."""
    first = server.create_user("limited-keys", "write", email="limited@example.com")
    second = server.create_user("limited-keys", "admin", email="limited@example.com")
    write = server.anonymous("limited-keys").with_key(first["api_key"])
    admin = write.with_key(second["api_key"])
    target = admin.get(f"{KEYS}/current").json()["id"]
    for method, path, body in (("GET", KEYS, None), ("POST", KEYS, {}), ("DELETE", f"{KEYS}/{target}", None),
                               ("PATCH", f"{KEYS}/{target}", {"allowed_ips": ["192.0.2.1"]})):
        assert_error(write.request(method, path, json=body), 403)
    assert len(admin.get(KEYS).json()) == 2


def test_a_key_whose_user_lost_its_membership_manages_nothing(server):
    """The published key of a user who was taken out became one that manages keys."""
    admin = server.organization()
    made = admin.request("POST", f"/organizations/{admin.organization}/memberships", json={"roles": ["read"]}).json()
    published = admin.with_key(made["api_key"])
    taken = admin.request("DELETE", f"/organizations/{admin.organization}/memberships/{made['user_id']}")
    assert taken.status_code == 204
    assert list(published.get("/user").json()) == ["user_id"]
    assert_error(published.request("POST", KEYS, json={"trusted": True}), 403)


def test_a_token_that_is_lent_changes_no_keys(server):
    """One of a minute, from one address, made itself a key without an end, from everywhere."""
    client = server.organization()
    own = client.get(f"{KEYS}/current").json()["id"]
    other = client.request("POST", KEYS, json={}).json()["id"]
    lent = bearer(get_token(client, expires_in=60, renewable="false")["token"])
    nobody = client.with_key(None)
    assert nobody.get(KEYS, headers=lent).status_code == 200
    assert_error(nobody.request("POST", KEYS, json={}, headers=lent), 403)
    assert_error(nobody.request("PATCH", f"{KEYS}/{own}", json={"expires": None}, headers=lent), 403)
    assert_error(nobody.request("DELETE", f"{KEYS}/{other}", headers=lent), 403)
    renewable = bearer(get_token(client)["token"])
    assert nobody.request("DELETE", f"{KEYS}/{other}", headers=renewable).status_code == 204


def test_a_token_that_is_lent_lets_nobody_in(server):
    """One of a minute made itself another user, with a key without an end."""
    admin = server.organization()
    path = f"/organizations/{admin.organization}/memberships"
    guest = server.organization().get("/user").json()["user_id"]
    lent = bearer(get_token(admin, expires_in=60, renewable="false")["token"])
    nobody = admin.with_key(None)
    assert nobody.get(path, headers=lent).status_code == 200
    assert_error(nobody.request("POST", path, json={"roles": ["admin"]}, headers=lent), 403)
    assert_error(nobody.request("PUT", f"{path}/{guest}", json={"roles": ["admin"]}, headers=lent), 403)
    assert admin.get(path).json()["total"] == 1
    renewable = bearer(get_token(admin)["token"])
    assert nobody.request("POST", path, json={"roles": ["read"]}, headers=renewable).status_code == 201


def test_who_was_taken_out_while_his_body_came_is_out(server):
    """The key was looked at before the body, which may come for a minute, and never again."""
    admin = server.organization()
    made = admin.request("POST", f"/organizations/{admin.organization}/memberships", json={"roles": ["admin"]}).json()
    mine = f"/organizations/{admin.organization}/memberships/{made['user_id']}"
    body = b'{"roles":["admin"]}'
    with Connection(server.port) as connection:
        connection.send((f"PUT {mine} HTTP/1.1\r\nHost: x\r\nApi-Key: {made['api_key']}\r\n"
                         f"Content-Length: {len(body)}\r\n\r\n").encode() + body[:1])
        began = time.monotonic()
        assert admin.request("DELETE", mine).status_code == 204
        wait_until(lambda: time.monotonic() - began > 1.5, "what is asked again after a second")
        connection.send(body[1:])
        assert connection.answer().status == 403
    assert_error(admin.request("GET", mine), 404)


def test_a_trusted_key_manages_the_keys_of_a_public_user(server):
    public = server.organization(role="read")
    email = f"{public.organization}@example.com"
    server.create_user(public.organization, "read", email=email)
    added = server.command("key", "add", "--email", email, "--trusted", "--comment", "rotates")
    trusted = public.with_key(json.loads(added.stdout)["api_key"])
    assert [key["trusted"] for key in trusted.get(KEYS).json()] == [False, True]
    published = trusted.request("POST", KEYS, json={"comment": "public frontend key"}).json()
    assert public.with_key(published["api_key"]).images().status_code == 200
    assert_error(public.with_key(published["api_key"]).get(KEYS), 403)
    token = get_token(trusted)["token"]
    assert trusted.with_key(None).get(KEYS, headers=bearer(token)).status_code == 200
    own = trusted.get(f"{KEYS}/current").json()["id"]
    assert_error(trusted.request("PATCH", f"{KEYS}/{own}", json={"trusted": False}), 400)
    assert trusted.request("PATCH", f"{KEYS}/{own}?force=true", json={"trusted": False}).status_code == 200
    assert_error(trusted.with_key(None).get(KEYS, headers=bearer(token)), 403)


# /user/apikeys


def test_keys_are_added_listed_and_deleted(server):
    client = server.organization()
    first = client.get(f"{KEYS}/current").json()
    # The reference's own example has its comment in a list.
    added = client.request("POST", KEYS, data='{ \n    "comment": [ "some comment" ]\n    }')
    assert added.status_code == 201, added.text
    key = added.json()
    assert key["comment"] == "some comment" and len(key["api_key"]) == 64
    second = client.with_key(key["api_key"])
    assert second.images().status_code == 200
    assert second.get(f"{KEYS}/current").json()["id"] == key["id"]
    listed = client.get(KEYS).json()
    assert [one["id"] for one in listed] == [first["id"], key["id"]]
    assert all("api_key" not in one for one in listed)
    assert_error(second.request("DELETE", f"{KEYS}/{key['id']}"), 409)
    assert client.request("DELETE", f"{KEYS}/{key['id']}").status_code == 204
    assert_error(second.images(), 403, invalid_authentication=True)
    assert_error(client.request("DELETE", f"{KEYS}/{key['id']}"), 404)


def test_somebody_elses_key_is_not_there(server, org):
    theirs = server.organization().get(f"{KEYS}/current").json()["id"]
    assert_error(org.request("DELETE", f"{KEYS}/{theirs}"), 404)
    assert_error(org.request("PATCH", f"{KEYS}/{theirs}", json={"trusted": True}), 404)
    for none in ("0" * 16, "x", "%25", "current", "token"):
        assert org.request("DELETE", f"{KEYS}/{none}").status_code in (404, 405)


def test_a_user_has_five_keys_at_most(server):
    client = server.organization()
    for _ in range(4):
        assert client.request("POST", KEYS, json={}).status_code == 201
    assert_error(client.request("POST", KEYS, json={}), 409)
    email = client.get("/user").json()["email"]
    assert "as many as one may have" in server.command("key", "add", "--email", email).stderr
    assert client.request("DELETE", f"{KEYS}/{client.get(KEYS).json()[-1]['id']}").status_code == 204
    assert client.request("POST", KEYS, json={}).status_code == 201


@pytest.mark.parametrize("body", [
    {"coment": "x"}, {"comment": 1}, {"comment": ["a", "b"]}, {"comment": "x" * 256}, {"trusted": "maybe"},
    {"allowed_ips": "192.0.2.1"}, {"allowed_ips": ["request_ip"]}, {"allowed_ips": ["10.0.0.0/8"]},
    {"allowed_ips": [1]}, {"expires": "2001-01-01"}, {"expires": "soon"}, {"expires": 5}, {"expires": "@999999999999"},
    {"expires": "9999-12-31T23:59:59-01:00"}, {"expires": "0999-01-01"}, []])
def test_a_key_that_can_not_be_made(org, body):
    assert_error(org.request("POST", KEYS, json=body), 400)
    assert len(org.get(KEYS).json()) == 1


def test_a_key_that_should_need_a_second_factor_is_not_made_without(org):
    assert_error(org.request("POST", KEYS, json={"requires_mfa": True}), 501)
    assert len(org.get(KEYS).json()) == 1
    own = org.get(f"{KEYS}/current").json()["id"]
    assert_error(org.request("PATCH", f"{KEYS}/{own}", json={"requires_mfa": True}), 501)


def test_a_key_and_its_tokens_are_good_from_its_addresses_alone(proxied):
    org = proxied.organization()
    key = org.request("POST", KEYS, json={"allowed_ips": ["203.0.113.0/24"]}).json()
    assert key["allowed_ips"] == ["203.0.113.0/24"]
    bound = org.with_key(key["api_key"])
    assert bound.get(f"/sourceimages/{org.organization}", headers=from_("203.0.113.9")).status_code == 200
    assert_error(bound.get(f"/sourceimages/{org.organization}", headers=from_("198.51.100.1")), 401,
                 invalid_authentication=True)
    token = get_token(bound, headers=from_("203.0.113.9"), no_ip_protection="true")["token"]
    assert may_list(org, token, "203.0.113.10") == 200
    assert may_list(org, token, "198.51.100.1") == 401
    # Also what changes later holds for the tokens that there are.
    assert org.request("PATCH", f"{KEYS}/{key['id']}", json={"allowed_ips": ["198.51.100.1"]}).status_code == 200
    assert may_list(org, token, "203.0.113.10") == 401
    assert org.request("PATCH", f"{KEYS}/{key['id']}", json={"allowed_ips": None}).json()["allowed_ips"] == []
    assert may_list(org, token, "203.0.113.10") == 200


def test_a_key_and_its_tokens_end_when_the_key_does(org):
    ends = time.time() + 3
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ends))
    key = org.request("POST", KEYS, json={"expires": text}).json()
    short = org.with_key(key["api_key"])
    token = get_token(short)
    assert token["payload"]["exp"] <= ends
    wait_until(lambda: time.time() >= ends, "the key's end")
    assert_error(short.images(), 401, invalid_authentication=True)
    assert may_list(org, token["token"]) == 401
    # An end that comes later brings the key back; the token kept its own.
    assert org.request("PATCH", f"{KEYS}/{key['id']}", json={"expires": None}).json()["expires"] is None
    assert short.images().status_code == 200
    assert may_list(org, token["token"]) == 401


@pytest.mark.parametrize("change", [{"expires": "2001-01-01T00:00:00Z"}, {"allowed_ips": ["198.51.100.1"]}])
def test_nobody_locks_out_the_key_that_he_uses_by_mistake(server, change):
    client = server.organization()
    other = client.with_key(client.request("POST", KEYS, json={}).json()["api_key"])
    own = client.get(f"{KEYS}/current").json()["id"]
    assert_error(client.request("PATCH", f"{KEYS}/{own}", json=change), 400)
    assert client.images().status_code == 200
    assert client.request("PATCH", f"{KEYS}/{own}?force=true", json=change).status_code == 200
    assert_error(client.images(), 401, invalid_authentication=True)
    lifted = {"expires": None, "allowed_ips": []}
    assert other.request("PATCH", f"{KEYS}/{own}", json=lifted).status_code == 200
    assert client.images().status_code == 200


@pytest.mark.parametrize("change", [{}, {"comment": "x"}, {"unknown": 1}, {"trusted": None}, {"expires": "@253402300800"}, []])
def test_a_change_that_is_none(org, change):
    own = org.get(f"{KEYS}/current").json()["id"]
    assert_error(org.request("PATCH", f"{KEYS}/{own}", json=change), 400)


def test_when_a_key_was_used_is_known_to_the_day(server):
    client = server.organization()
    fresh = client.request("POST", KEYS, json={}).json()
    assert "accessed" not in fresh
    assert client.with_key(fresh["api_key"]).images().status_code == 200
    seen = wait_until(lambda: client.get(KEYS).json()[-1].get("accessed"), "the note of access")
    assert client.with_key(fresh["api_key"]).images().status_code == 200
    assert client.get(KEYS).json()[-1]["accessed"] == seen
