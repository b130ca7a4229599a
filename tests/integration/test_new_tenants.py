"""How users and organizations come to be: POST /users, PUT /organizations/{org}; and who oversees whom."""

import pytest

from harness import pictures
from harness.errors import assert_error
from harness.server import Rucola

KEYS = "/user/apikeys"


@pytest.fixture(scope="module")
def open_server():
    """Where people sign up."""
    with Rucola(config="[api]\nsign_up = true\n") as server:
        yield server


def sign_up(server, **body):
    return server.anonymous().request("POST", "/users", json=body)


def found(client, name, **body):
    return client.request("PUT", f"/organizations/{name}", json={"billing_email": "bills@example.com", **body})


def add_member(admin, *roles, **more):
    made = admin.request("POST", f"/organizations/{admin.organization}/memberships", json={"roles": roles, **more})
    assert made.status_code == 201, made.text
    return admin.with_key(made.json()["api_key"])


# Users


def test_nobody_signs_up_unless_the_operator_says_so(server):
    refused = sign_up(server, email="new@example.com", organization="never-made")
    assert_error(refused, 403)
    assert "rucola user create" in refused.json()["message"]
    assert "invalid_authentication" not in refused.json()
    assert_error(server.organization().of("never-made").images(), 404)


def test_who_signs_up_is_the_admin_of_an_organization(open_server):
    made = sign_up(open_server, email="first@example.com", organization="firsts")
    assert made.status_code == 200, made.text
    body = made.json()
    assert set(body) == {"id", "email", "api_key"} and body["email"] == "first@example.com"
    client = open_server.anonymous("firsts").with_key(body["api_key"])
    assert client.add(pictures.photo(16, 12, seed=1801))["organization"] == "firsts"
    organization = client.get("/organizations/firsts").json()
    assert (organization["billing_email"], organization["display_name"]) == ("first@example.com", "firsts")
    assert len(organization["signing_keys"]) == 1
    assert client.get("/user").json()["user_id"] == body["id"]


def test_a_user_may_come_without_an_organization_and_make_its_first(open_server):
    """As the PHP library has it. The npm package says null."""
    made = sign_up(open_server, email="alone@example.com", organization=None)
    assert made.status_code == 200, made.text
    client = open_server.anonymous("alone").with_key(made.json()["api_key"])
    assert list(client.get("/user").json()) == ["user_id"], "it may nothing yet"
    assert found(client, "alone").status_code == 200
    assert client.images().status_code == 200
    assert client.get("/user").json()["email"] == "alone@example.com"


@pytest.mark.parametrize("body", [
    {}, {"email": ""}, {"email": "nobody"}, {"email": 5}, {"email": "a b@example.com"}, {"email": "x" * 300 + "@example.com"},
    {"email": "turned\u202e@example.com"}, {"email": "hidden\u200b@example.com"}, {"email": "control\u0085@example.com"},
    {"email": "271cce77-45c7-4f6d-a0f6-a4edc29964e6@users.invalid"}, {"email": "a@Users.Invalid"},
    {"email": "good@example.com", "organization": "No Name"}, {"email": "good@example.com", "organization": "api"},
    {"email": "good@example.com", "organisation": "misspelt"}, {"email": "good@example.com", "organization": ""}, []])
def test_a_sign_up_that_can_not_be(open_server, body):
    assert_error(open_server.anonymous().request("POST", "/users", json=body), 400)


def test_what_is_taken_is_taken_and_nothing_is_left_of_a_failure(open_server):
    sign_up(open_server, email="taken@example.com", organization="taken")
    assert_error(sign_up(open_server, email="Taken@example.com", organization="another"), 409)
    assert_error(sign_up(open_server, email="other@example.com", organization="taken"), 409)
    again = sign_up(open_server, email="other@example.com", organization="another")
    assert again.status_code == 200, again.text


# Organizations


def test_an_admin_makes_further_organizations(server):
    admin = server.organization()
    name = f"{admin.organization}-more"
    made = found(admin, name, display_name="More of it")
    assert made.status_code == 200, made.text
    body = made.json()
    assert (body["name"], body["display_name"], body["billing_email"]) == (name, "More of it", "bills@example.com")
    assert body["master_organization"] == name and len(body["signing_keys"]) == 1
    assert admin.get(f"/organizations/{name}").json() == body
    assert admin.of(name).add(pictures.photo(16, 12, seed=1802))["organization"] == name
    assert_error(found(admin, name), 409)
    assert_error(found(admin, admin.organization), 409)
    assert admin.get(KEYS).status_code == 200, "with its key it may still do all that it may"


def test_an_organization_may_be_a_part_of_another(server):
    admin, stranger = server.organization(), server.organization()
    name = f"{admin.organization}-part"
    assert_error(found(stranger, name, master_organization=admin.organization), 403)
    assert_error(found(admin, name, master_organization="nobody-here"), 403)
    assert_error(found(add_member(admin, "write"), name, master_organization=admin.organization), 403)
    assert_error(admin.get(f"/organizations/{name}"), 404)
    made = found(admin, name, master_organization=admin.organization)
    assert (made.status_code, made.json()["master_organization"]) == (200, admin.organization)
    assert admin.get(f"/organizations/{name}").json()["master_organization"] == admin.organization
    itself = found(admin, f"{name}-2", master_organization=f"{name}-2")
    assert itself.json()["master_organization"] == f"{name}-2"


@pytest.mark.parametrize("role", ["read", "upload", "write", "admin:read", "sourceimages:write", "sourceimages:unlock"])
def test_who_is_no_admin_makes_no_organization(server, role):
    admin = server.organization()
    assert_error(found(add_member(admin, role), f"{admin.organization}-x"), 403)


def test_where_people_sign_up_published_keys_still_make_no_organization(open_server):
    admin = open_server.organization()
    assert_error(found(add_member(admin, "read"), "by-a-reader"), 403)
    assert found(add_member(admin, "write"), "by-a-writer").status_code == 200
    assert found(add_member(admin, "read", api_key={"trusted": True}), "by-a-trusted-reader").status_code == 200


def id_of(client) -> str:
    return client.get("/user").json()["user_id"]


def let_in(admin, user, *roles, **more):
    put = admin.request("PUT", f"/organizations/{admin.organization}/memberships/{user}", json={"roles": roles, **more})
    assert put.status_code in (200, 201), put.text


def further_key(admin, user_key, **terms):
    made = admin.with_key(user_key).request("POST", KEYS, json=terms)
    assert made.status_code == 201, made.text
    return admin.with_key(made.json()["api_key"])


def assert_manages_nothing(published):
    assert list(published.get("/user").json()) == ["user_id"]
    for method in ("GET", "POST"):
        assert_error(published.request(method, KEYS, json={} if method == "POST" else None), 403)


@pytest.mark.parametrize("is_let_in_elsewhere", [False, True])
def test_a_published_key_makes_no_organization_once_its_user_was_taken_out(open_server, is_let_in_elsewhere):
    """It was taken for one who has just signed up; or a stranger's organization said who it is, since no other did."""
    home, evil = open_server.organization(), open_server.organization()
    published = add_member(home, "upload")
    user = id_of(published)
    if is_let_in_elsewhere:
        let_in(evil, user, "admin")
    assert home.delete(f"/organizations/{home.organization}/memberships/{user}").status_code == 204
    assert_error(found(published, f"{home.organization}-trojan"), 403)
    assert_manages_nothing(published)


@pytest.mark.parametrize("where", ["server", "open_server"])
@pytest.mark.parametrize("role", ["read", "upload", "sourceimages:read"])
def test_a_published_key_makes_no_organization_as_the_admin_of_a_strangers(request, where, role):
    """Who saw a published key made its user an admin of an organization of his own, and so the key could make one of which
    its user was an admin by itself; then it managed all keys of that user."""
    server = request.getfixturevalue(where)
    home, evil = server.organization(), server.organization()
    published = add_member(home, role)
    let_in(evil, id_of(published), "admin")
    assert published.of(evil.organization).images().status_code == 200
    assert_error(found(published, f"{evil.organization}-trojan"), 403)
    assert_error(found(published, f"{evil.organization}-trojan", master_organization=evil.organization), 403)
    assert_error(evil.get(f"/organizations/{evil.organization}-trojan"), 404)
    assert_manages_nothing(published)


def test_a_published_key_whose_membership_is_inactive_makes_no_organization(open_server):
    """It was taken for one of a user who has no organization yet."""
    home = open_server.organization()
    published = add_member(home, "upload")
    let_in(home, id_of(published), "upload", active=False)
    assert_error(found(published, f"{home.organization}-trojan"), 403)
    assert_manages_nothing(published)


def test_what_a_trusted_key_makes_is_closed_to_the_published_one(open_server):
    """The published key was an admin there."""
    home = open_server.organization()
    trusted = add_member(home, "upload", api_key={"trusted": True})
    published = further_key(home, trusted.key)
    name = f"{home.organization}-own"
    assert found(trusted, name).status_code == 200
    assert trusted.get(f"/organizations/{name}").json()["signing_keys"]
    assert len(trusted.get(KEYS).json()) == 2, "it still manages the keys"
    assert_error(published.get(f"/organizations/{name}"), 403)
    assert_error(published.of(name).images(), 403)
    assert_error(found(published.of(name), f"{name}-2", master_organization=name), 403)
    evil = open_server.organization()
    let_in(evil, id_of(published), "admin")
    assert_error(found(published, f"{evil.organization}-trojan"), 403)
    assert_manages_nothing(published)


def test_a_user_let_in_by_its_id_as_an_uploader_stays_one_for_everybody(open_server):
    """A second organization, which made it an admin by its id, made its published key one that shows its address."""
    home, evil = open_server.organization(), open_server.organization()
    made = sign_up(open_server, email=f"by-id@{home.organization}.example").json()
    published = home.with_key(made["api_key"])
    let_in(home, made["id"], "upload")
    let_in(evil, made["id"], "admin")
    assert published.of(evil.organization).images().status_code == 200
    assert_error(found(published, f"{evil.organization}-trojan"), 403)
    assert_manages_nothing(published)


@pytest.mark.parametrize("where", ["server", "open_server"])
def test_a_token_that_is_lent_makes_no_organization(request, where):
    """One of a minute had an organization for ever."""
    admin = request.getfixturevalue(where).organization()
    for renewable, status in (("false", 403), ("true", 200)):
        token = admin.get(f"{KEYS}/token", params={"renewable": renewable}).json()["token"]
        made = admin.with_key(None).request("PUT", f"/organizations/{admin.organization}-x",
                                            json={"billing_email": "bills@example.com"},
                                            headers={"Authorization": f"Bearer {token}"})
        assert made.status_code == status, made.text
        assert status == 200 or '"rn"' in made.json()["message"]


def test_a_user_makes_twenty_organizations_and_no_more(server):
    admin, other = server.organization(), server.organization()
    let_in(other, id_of(admin), "admin")
    for i in range(19):
        assert found(admin, f"{admin.organization}-{i}").status_code == 200
    refused = found(admin, f"{admin.organization}-19")
    assert_error(refused, 403)
    assert "20 organizations" in refused.json()["message"] and "rucola org create" in refused.json()["message"]
    assert_error(admin.get(f"/organizations/{admin.organization}-19"), 404)


@pytest.mark.parametrize("name, body, status", [
    ("x-good", {"billing_email": "nobody"}, 400), ("x-good", {"billing_email": None}, 400),
    ("x-good", {"display_name": "x" * 256}, 400), ("x-good", {"displayname": "x"}, 400),
    ("x-good", {"master_organization": "No Name"}, 400), ("Bad%20Name", {}, 400), ("-x", {}, 400), ("api", {}, 400),
    ("x" * 64, {}, 400)])
def test_an_organization_that_can_not_be(org, name, body, status):
    assert_error(found(org, name, **body), status)
    assert_error(org.get("/organizations/x-good"), 404)


# Oversight


def test_who_oversees_sees_all_members_and_what_is_said_of_their_keys(server):
    first, second, third = (server.organization() for _ in range(3))
    auditor = add_member(first, "admin:read")
    user = auditor.get("/user").json()["user_id"]
    second.request("PUT", f"/organizations/{second.organization}/memberships/{user}", json={"roles": ["admin:read"]})
    third.request("PUT", f"/organizations/{third.organization}/memberships/{user}", json={"roles": ["write"]})
    add_member(first, "upload", api_key={"comment": "the form", "allowed_ips": ["192.0.2.1"]})
    body = auditor.get("/user/admin/apikeys").json()
    assert (body["total"], body["truncated"]) == (5, False)
    assert {item["organization"] for item in body["items"]} == {first.organization, second.organization}
    [form] = [item for item in body["items"] if item["roles"] == ["upload"]]
    [key] = form["api_keys"]
    assert (key["comment"], key["allowed_ips"]) == ("the form", ["192.0.2.1"])
    assert set(key) <= {"id", "comment", "created", "accessed", "requires_mfa", "trusted", "allowed_ips", "expires"}
    assert "signing_keys" not in str(body) and first.key not in str(body)


def test_what_is_said_of_keys_stays_at_home(server):
    """Whoever let a user in by its id saw from which addresses its keys come."""
    mine, theirs = server.organization(), server.organization()
    theirs.request("POST", KEYS, json={"comment": "our office", "allowed_ips": ["192.0.2.7"]})
    user = theirs.get("/user").json()["user_id"]
    mine.request("PUT", f"/organizations/{mine.organization}/memberships/{user}", json={"roles": ["read"]})
    answer = mine.get("/user/admin/apikeys")
    [guest] = [item for item in answer.json()["items"] if item["user_id"] == user]
    assert len(guest["api_keys"]) == 2
    assert "our office" not in answer.text and "192.0.2.7" not in answer.text


def test_who_oversees_nothing_sees_nothing_and_a_published_key_may_not_ask(server):
    assert server.organization(role="write").get("/user/admin/apikeys").json()["items"] == []
    assert_error(server.organization(role="read").get("/user/admin/apikeys"), 403)
