"""Keys, roles and organizations."""

import json
import re

import pytest

from harness import pictures, raw_http
from harness.errors import assert_error

ANY_HASH = "a" * 40
ANY_USER = "271cce77-45c7-4f6d-a0f6-a4edc29964e6"
ANY_OPTION = "protect_dynamic_stack"
# Every route about an organization that wants a key, and what it takes to call it.
ROUTES = [
    ("GET", "/sourceimages/{org}", "read"),
    ("POST", "/sourceimages/{org}", "upload"),
    ("DELETE", "/sourceimages/{org}?binaryHash=" + ANY_HASH, "write"),
    ("GET", "/sourceimages/{org}/" + ANY_HASH, "read"),
    ("DELETE", "/sourceimages/{org}/" + ANY_HASH, "write"),
    ("COPY", "/sourceimages/{org}/" + ANY_HASH, "read"),
    ("POST", "/sourceimages/{org}/copy", "read"),
    ("GET", "/sourceimages/{org}/download", "read"),
    ("GET", "/sourceimages/{org}/" + ANY_HASH + "/download", "read"),
    ("POST", "/sourceimages/{org}/" + ANY_HASH + "/restore", "write"),
    ("DELETE", "/sourceimages/{org}/" + ANY_HASH + "/cache", "write"),
    ("PUT", "/sourceimages/{org}/alias/logo", "write"),
    ("GET", "/sourceimages/{org}/alias/logo", "read"),
    ("DELETE", "/sourceimages/{org}/alias/logo", "write"),
    ("DELETE", "/sourceimages/{org}/alias/logo/cache", "write"),
    ("GET", "/stacks/{org}", "read"),
    ("PUT", "/stacks/{org}/thumb", "write"),
    ("GET", "/stacks/{org}/thumb", "read"),
    ("DELETE", "/stacks/{org}/thumb", "write"),
    ("DELETE", "/stacks/{org}/thumb/cache", "write"),
    ("PUT", "/sourceimages/{org}/" + ANY_HASH + "/options/protected", "write"),
    ("PUT", "/sourceimages/{org}/" + ANY_HASH + "/name", "write"),
    ("GET", "/sourceimages/{org}/" + ANY_HASH + "/meta/user", "read"),
    ("PATCH", "/sourceimages/{org}/" + ANY_HASH + "/meta/user", "write"),
    ("PUT", "/sourceimages/{org}/" + ANY_HASH + "/meta/user", "write"),
    ("DELETE", "/sourceimages/{org}/" + ANY_HASH + "/meta/user", "write"),
    ("GET", "/sourceimages/{org}/" + ANY_HASH + "/meta/user/city", "read"),
    ("PUT", "/sourceimages/{org}/" + ANY_HASH + "/meta/user/city", "write"),
    ("DELETE", "/sourceimages/{org}/" + ANY_HASH + "/meta/user/city", "write"),
    ("PUT", "/sourceimages/{org}/" + ANY_HASH + "/meta/dynamic/subject_area", "write"),
    ("DELETE", "/sourceimages/{org}/" + ANY_HASH + "/meta/dynamic/subject_area", "write"),
    ("PUT", "/sourceimages/{org}/" + ANY_HASH + "/options/locked", "lock"),
    ("POST", "/utils/{org}/sign_url", "write"),
    ("GET", "/organizations/{org}", "read"),
    ("GET", "/organizations/{org}/memberships", "oversee"),
    ("GET", "/organizations/{org}/audit", "oversee"),
    ("POST", "/organizations/{org}/memberships", "admin"),
    ("GET", "/organizations/{org}/memberships/" + ANY_USER, "oversee"),
    ("PUT", "/organizations/{org}/memberships/" + ANY_USER, "admin"),
    ("DELETE", "/organizations/{org}/memberships/" + ANY_USER, "admin"),
    ("PUT", "/organizations/{org}/options", "admin"),
    ("PUT", "/organizations/{org}/options/" + ANY_OPTION, "admin"),
    ("GET", "/organizations/{org}/options/" + ANY_OPTION, "oversee"),
    ("DELETE", "/organizations/{org}/options/" + ANY_OPTION, "admin"),
    ("POST", "/sourceimages/{org}/" + ANY_HASH + "/autodescription", "write"),
    ("POST", "/sourceimages/{org}/" + ANY_HASH + "/autolabel", "write"),
    ("GET", "/stats/{org}", "read"),
    ("GET", "/savings/{org}", "read"),
    ("GET", "/billing/{org}", "billing"),
]
# Those that any key may call, or any that is not public; test_tokens_and_keys.py and test_new_tenants.py have what they
# do.
OF_ONESELF = [("GET", "/user"), ("GET", "/user/apikeys"), ("POST", "/user/apikeys"), ("GET", "/user/apikeys/current"),
              ("PATCH", "/user/apikeys/{id}"), ("DELETE", "/user/apikeys/{id}"), ("GET", "/user/apikeys/token"),
              ("POST", "/user/apikeys/token"), ("GET", "/user/memberships"), ("GET", "/user/admin/apikeys"),
              ("PUT", "/organizations/{org}")]
IDS = [f"{method} {path.replace(ANY_HASH, 'HASH')}" for method, path, _ in ROUTES]

# The roles of the reference, each with its exact powers: on routes below /sourceimages/, and on the others.
POWERS = {
    "read": ({"read"}, {"read"}),
    "upload": ({"upload"}, set()),
    "write": ({"read", "upload", "write"}, {"read", "write", "billing"}),
    "admin": ({"read", "upload", "write", "lock"}, {"read", "write", "oversee", "admin", "billing"}),
    "admin:read": ({"read"}, {"read", "oversee", "billing"}),
    "sourceimages:read": ({"read"}, set()),
    "sourceimages:write": ({"read", "upload", "write"}, set()),
    "sourceimages:download:protected": (set(), set()),
    "sourceimages:unlock": ({"lock"}, set()),
    "billing:read": (set(), {"billing"}),
}


def may(role, path, needed):
    about_images, elsewhere = POWERS[role]
    return needed in (about_images if path.startswith("/sourceimages/") else elsewhere)


def call(client, method, path):
    options = {}
    if method == "PUT" and "/options/" in path and path.startswith("/sourceimages/"):
        options["data"] = "true"
    elif method == "PUT":
        options["json"] = {"roles": ["read"]} if "memberships" in path else {"hash": ANY_HASH, "operations": []}
    if method == "PATCH":
        options["json"] = {"a": "1"}
    if method == "COPY" or path.endswith("/copy"):  # what it takes there: test_image_copies.py
        options["headers"] = {"Destination": "nobody-there"}
    if method == "POST" and "memberships" in path:
        options["json"] = {"roles": ["read"]}
    elif path.endswith("/copy"):
        options["json"] = [ANY_HASH]
    elif method == "POST" and "autodescription" in path:
        options["json"] = {"languages": ["en"]}
    elif method == "POST" and "restore" not in path and "autolabel" not in path:
        options["files"] = [("filedata", ("a.jpg", pictures.photo(16, 12), "image/jpeg"))]
    return client.request(method, path.format(org=client.organization), **options)


def test_every_route_that_wants_a_key_is_tested_here(server):
    described = set()
    for path, methods in server.anonymous().get("/doc").json()["paths"].items():
        described |= {(method.removeprefix("x-").upper(), path) for method, operation in methods.items() if operation.get("security")}
    pieces = {ANY_HASH: "{hash}", ANY_USER: "{user}", ANY_OPTION: "{name}", "/alias/logo": "/alias/{name}", "/thumb": "/{name}",
              "/user/city": "/user/{field}", "/dynamic/subject_area": "/dynamic/{name}"}
    tested = set()
    for method, path, _ in ROUTES:
        path = path.split("?")[0]
        for piece, pattern in pieces.items():
            path = path.replace(piece, pattern)
        tested.add((method, path))
    assert tested | set(OF_ONESELF) == described


@pytest.mark.parametrize("method,path,role", ROUTES, ids=IDS)
def test_without_a_key(org, method, path, role):
    assert_error(call(org.with_key(None), method, path), 403, invalid_authentication=True)


@pytest.mark.parametrize("key", [None, "0" * 64, "x"])
@pytest.mark.parametrize("method,path", OF_ONESELF)
def test_nobody_is_nobody(org, method, path, key):
    answer = org.with_key(key).request(method, path.replace("{id}", "0" * 16).replace("{org}", "nobodys"))
    assert_error(answer, 403, invalid_authentication=True)


@pytest.mark.parametrize("key", ["x", "0" * 64, "ä" * 10, "A" * 63, "k" * 5000, "' OR 1=1 --"])
@pytest.mark.parametrize("method,path,role", ROUTES[:2] + ROUTES[11:12], ids=IDS[:2] + IDS[11:12])
def test_a_wrong_or_malformed_key(org, method, path, role, key):
    answer = call(org.with_key(key.encode("latin-1").decode("latin-1").encode()), method, path)
    assert_error(answer, 403, invalid_authentication=True)


@pytest.mark.parametrize("token", ["Bearer x.y.z", "Bearer", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_a_bad_token_is_401(org, token):
    answer = org.with_key(None).get(f"/sourceimages/{org.organization}", headers={"Authorization": token})
    assert_error(answer, 401, invalid_authentication=True)


def test_an_authorization_that_is_not_ours_is_a_missing_key(org):
    answer = org.with_key(None).get("/user", headers={"Authorization": "Basic dXNlcjpwYXNz"})
    assert_error(answer, 403, invalid_authentication=True)


@pytest.mark.parametrize("method,path,role", ROUTES, ids=IDS)
def test_another_organizations_key(server, org, method, path, role):
    stranger = server.organization().of(org.organization)
    before = org.images().json()["total"]
    assert_error(call(stranger, method, path), 403)
    assert org.images().json()["total"] == before


@pytest.mark.parametrize("method,path,role", ROUTES, ids=IDS)
def test_an_organization_that_is_not_there(org, method, path, role):
    for name in ("nobody-here", "Not%20A%20Name"):
        client = org.of(name)
        assert_error(call(client, method, path), 404)


@pytest.fixture(scope="module")
def by_role(server):
    """A key of each role, in an organization of its own."""
    return {role: server.organization(role=role) for role in POWERS}


def test_the_roles_are_those_that_there_are(org):
    refused = org.request("POST", f"/organizations/{org.organization}/memberships", json={"roles": ["king"]})
    known = refused.json()["message"].split(", of ")[1].rstrip(".").split(", ")
    assert sorted(known) == sorted(POWERS)


@pytest.mark.parametrize("role", POWERS)
@pytest.mark.parametrize("method,path,needed", ROUTES, ids=IDS)
def test_each_role_may_what_it_should(by_role, method, path, needed, role):
    answer = call(by_role[role], method, path)
    if may(role, path, needed):
        assert answer.status_code not in (401, 403), answer.text
        return
    assert_error(answer, 403)
    said = re.search(r"it takes the role (.*)\.", answer.json()["message"]).group(1)
    assert re.split(", | or ", said) == [one for one in POWERS if may(one, path, needed)], "what it says is enough is"


# Who has these, and no more, may be everybody: his keys stand in web pages.
PUBLIC = {"read", "upload", "sourceimages:read"}
WHATEVER_THE_ROLE = {("GET", "/user"), ("GET", "/user/apikeys/current"), ("GET", "/user/apikeys/token"),
                     ("POST", "/user/apikeys/token")}


@pytest.mark.parametrize("role", POWERS)
@pytest.mark.parametrize("method,path", OF_ONESELF)
def test_each_role_may_what_it_should_of_its_own(by_role, method, path, role):
    client = by_role[role]
    body = {"PATCH": {"trusted": False}, "PUT": {"billing_email": "bills@example.com"}, "POST": {}}.get(method)
    target = path.replace("{id}", "0" * 16).replace("{org}", f"{client.organization}-more")
    answer = client.request(method, target, json=body)
    allowed = role == "admin" if method == "PUT" else (method, path) in WHATEVER_THE_ROLE or role not in PUBLIC
    if allowed:
        assert answer.status_code in (200, 201, 404), answer.text
    else:
        assert_error(answer, 403)


def test_the_original_of_a_protected_image_takes_a_role_of_its_own(server, org):
    fields = {"options[0]": json.dumps({"protected": True})}
    data = pictures.photo(16, 12, seed=803)
    hash_ = org.upload(data, fields=fields).json()["items"][0]["hash"]
    plain = org.add(data)["hash"]
    for roles, status in ((["read"], 200), (["write"], 200), (["admin"], 200), (["upload"], 403),
                          (["sourceimages:read"], 403), (["sourceimages:write"], 403),
                          (["sourceimages:download:protected"], 403),
                          (["sourceimages:read", "sourceimages:download:protected"], 200)):
        email = f"{'-'.join(roles).replace(':', '.')}@example.com"
        for role in roles:
            key = server.create_user(org.organization, role, email=email)["api_key"]
        member = org.with_key(key)
        answer = member.image(hash_, "/download")
        assert answer.status_code == status, f"{roles}: {answer.text}"
        assert status == 403 or answer.content == data
        if "sourceimages:read" in roles:
            assert member.image(plain, "/download").content == data
            assert member.image(hash_).status_code == 200, "what is known of it may be read"


@pytest.mark.parametrize("roles,status", [
    (["sourceimages:write"], 403), (["sourceimages:write", "sourceimages:download:protected"], 200), (["write"], 200)])
def test_who_may_not_download_a_protected_image_cannot_open_it(server, org, roles, status):
    data = pictures.photo(16, 12, seed=850 + len(roles))
    hash_ = org.upload(data, fields={"options[0]": json.dumps({"protected": True})}).json()["items"][0]["hash"]
    email = f"opens-{'-'.join(roles).replace(':', '.')}@example.com"
    for role in roles:
        key = server.create_user(org.organization, role, email=email)["api_key"]
    member = org.with_key(key)
    assert member.image(hash_, "/options/protected", "PUT", data="false").status_code == status
    assert member.image(hash_, "/options/protected", "PUT", data="true").status_code == 200, "nothing to change"


def test_a_role_that_may_only_read_loses_nothing_for_anybody(server, org):
    reader = org.with_key(server.create_user(org.organization, "read")["api_key"])
    item = org.add(pictures.photo(16, 12, seed=800))
    assert reader.image(item["hash"], "/download").status_code == 200
    assert reader.image(item["hash"], method="DELETE").status_code == 403
    assert reader.upload(pictures.photo(16, 12, seed=801)).status_code == 403
    assert reader.put_stack("x", {"operations": []}).status_code == 403
    assert org.image(item["hash"]).status_code == 200


def test_a_user_may_work_in_two_organizations(server):
    first = server.create_user("shared-one", email="both@example.com")
    second = server.create_user("shared-two", "read", email="both@example.com")
    assert first["user_id"] == second["user_id"]
    client = server.anonymous("shared-one").with_key(second["api_key"])
    assert client.images().status_code == 200
    assert client.of("shared-two").images().status_code == 200
    assert client.of("shared-two").put_stack("x", {"operations": []}).status_code == 403


def test_a_further_key_gives_nothing_to_the_keys_that_there_are(server):
    """`user create` for a known address, whose default is admin, made admins of all its old keys."""
    name = "roles-stay"
    old = server.anonymous(name).with_key(server.create_user(name, "read", email="ann@example.com")["api_key"])
    new = old.with_key(server.create_user(name, email="ann@example.com")["api_key"])
    elsewhere = old.with_key(server.create_user("roles-elsewhere", email="ann@example.com")["api_key"])
    assert old.images().status_code == 200
    assert old.put_stack("x", {"operations": []}).status_code == 403
    assert old.of("roles-elsewhere").images().status_code == 403
    for key in (new, elsewhere):
        assert key.put_stack("x", {"operations": []}, overwrite=True).status_code in (200, 201)
    assert elsewhere.of("roles-elsewhere").images().status_code == 200


def test_keys_are_listed_added_and_revoked(server):
    """Nothing revoked a key."""
    first = server.create_user("keys-come", "write", email="keys@example.com")["api_key"]
    added = server.command("key", "add", "--email", "keys@example.com")
    assert added.returncode == 0, added.stderr
    second = json.loads(added.stdout)
    client = server.anonymous("keys-come")
    assert client.with_key(second["api_key"]).put_stack("x", {"operations": []}).status_code in (200, 201)
    listed = [json.loads(line) for line in server.command("key", "list", "--email", "keys@example.com").stdout.splitlines()]
    assert len(listed) == 2 and second["id"] in [one["id"] for one in listed]
    assert all(one["roles"] == {"keys-come": ["write"]} for one in listed)
    assert first not in str(listed) and second["api_key"] not in str(listed)

    assert server.command("key", "revoke", second["id"]).returncode == 0
    assert_error(client.with_key(second["api_key"]).images(), 403, invalid_authentication=True)
    assert client.with_key(first).images().status_code == 200
    assert server.command("key", "revoke", first).returncode == 0
    assert_error(client.with_key(first).images(), 403, invalid_authentication=True)
    for gone in (second["id"], first, "0", "%"):
        assert server.command("key", "revoke", gone).returncode != 0


def test_a_membership_is_set_and_taken_away(server):
    client = server.anonymous("members").with_key(server.create_user("members", "read", email="mia@example.com")["api_key"])

    def member(action, *more):
        return server.command("member", action, "--email", "mia@example.com", "--organization", "members", *more)

    assert member("set", "--role", "write").returncode == 0
    assert client.put_stack("x", {"operations": []}).status_code in (200, 201)
    assert member("set", "--role", "upload").returncode == 0
    assert client.put_stack("y", {"operations": []}).status_code == 403
    assert client.images().status_code == 403
    assert member("set", "--role", "king").returncode != 0
    assert member("set").returncode != 0
    assert member("rm").returncode == 0
    assert client.upload(pictures.photo(16, 12)).status_code == 403
    assert member("rm").returncode != 0


def test_other_organizations_images_stacks_and_aliases_are_nobody_elses(server, org):
    other = server.organization()
    item = other.add(pictures.photo(16, 12, seed=802))
    other.stack("theirs")
    other.point("theirs", item["hash"])
    # Under one's own name they don't exist …
    assert org.image(item["hash"]).status_code == 404
    assert org.get(f"/stacks/{org.organization}/theirs").status_code == 404
    assert org.alias("theirs").status_code == 404
    assert org.put_alias("mine", item["hash"]).status_code == 404
    # … and under theirs they are closed.
    assert org.of(other.organization).image(item["hash"]).status_code == 403
    assert org.of(other.organization).delete_alias("theirs").status_code == 403
    assert other.alias("theirs").status_code == 200


def test_the_header_that_rokkas_clients_send_is_ignored(org):
    assert org.images().status_code == 200
    answer = org.get(f"/sourceimages/{org.organization}", headers={"Api-Version": "whatever"})
    assert answer.status_code == 200


@pytest.mark.parametrize("headers, status", [
    (["Api-Key: {wrong}", "Api-Key: {key}"], 400), (["Api-Key: {key}", "api-key: {key}"], 400),
    (["Api-Key:", "Api-Key: {key}"], 400), (["Authorization: Bearer {key}", "Authorization: Bearer {wrong}"], 400),
    (["Api-Key: {key}", "Authorization: Bearer {wrong}", "Authorization: Bearer {wrong}"], 200),
    (["Authorization: Basic eDp5", "Authorization: Bearer {key}"], 200), (["Api-Key: {key}"], 200)])
def test_two_keys_in_one_request_are_not_guessed_between(server, org, headers, status):
    """The first of them counted, without a word."""
    lines = "\r\n".join(headers).format(key=org.key, wrong="0" * 64)
    request = f"GET /sourceimages/{org.organization} HTTP/1.1\r\nHost: x\r\n{lines}\r\n\r\n"
    assert raw_http.exchange(server.port, request.encode()).status == status


def test_keys_are_not_kept_in_the_clear(own_server):
    org = own_server.organization()
    assert org.images().status_code == 200
    assert own_server.stop() == 0
    for path in own_server.data.rglob("*"):
        if path.is_file():
            assert org.key.encode() not in path.read_bytes(), path
    assert org.key not in own_server.log()


def test_public_pages_need_no_key(server):
    anonymous = server.anonymous()
    for path in ("/", "/healthz", "/readyz", "/metrics", "/operations", "/stackoptions"):
        assert anonymous.get(path).status_code == 200, path
