"""GET /organizations/{org} and the organization's options."""

import hashlib
import json
import re

import pytest

from harness import pictures, pixels
from harness.errors import assert_error
from harness.waiting import wait_for_a_date

MEMBERS = {"id", "display_name", "name", "billing_email", "created", "options", "master_organization"}


def path(org, rest=""):
    return f"/organizations/{org.organization}{rest}"


def put(org, name, body, **options):
    return org.request("PUT", path(org, f"/options/{name}"), data=body, **options)


def put_all(org, options):
    return org.request("PUT", path(org, "/options"), data=json.dumps(options))


def options_of(org):
    return org.get(path(org)).json()["options"]


def test_an_organization_as_its_admin_sees_it(new_org):
    answer = new_org.get(path(new_org))
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == MEMBERS | {"signing_keys"}
    assert body["name"] == body["master_organization"] == new_org.organization
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", body["id"])
    assert body["created"].endswith("+00:00")
    assert body["options"] == {}
    [key] = body["signing_keys"]
    assert re.fullmatch(r"[A-Za-z0-9]{32}", key["key"])
    assert key["created"].endswith("+00:00")
    assert answer.headers["Cache-Control"] == "no-store"


def test_signing_keys_are_shown_to_admins_only(server, new_org):
    for role, status in (("read", 200), ("write", 200), ("admin:read", 200), ("upload", 403)):
        other = new_org.with_key(server.create_user(new_org.organization, role)["api_key"])
        answer = other.get(path(new_org))
        assert answer.status_code == status
        assert "signing_keys" not in answer.text
        if role == "admin:read":
            assert set(answer.json()) == MEMBERS
    assert_error(new_org.with_key(None).get(path(new_org)), 403, invalid_authentication=True)
    stranger = server.organization().of(new_org.organization)
    assert_error(stranger.get(path(new_org)), 403)
    assert_error(new_org.of("no-such-organization").get("/organizations/no-such-organization"), 404)


@pytest.mark.parametrize("role, sees", [("read", False), ("write", False), ("admin:read", True), ("admin", True)])
def test_options_and_whom_bills_go_to_are_not_for_published_keys(server, new_org, role, sees):
    """A read key, which stands in web pages, saw an e-mail address and where images are fetched from."""
    put(new_org, "remote_basepath", "https://images.example/secret/")
    member = new_org.with_key(server.create_user(new_org.organization, role)["api_key"])
    body = member.get(path(new_org)).json()
    assert ("options" in body) == sees
    assert (body["billing_email"] is not None) == sees
    assert ("secret" in str(body)) == sees
    assert member.get(path(new_org, "/options/remote_basepath")).status_code == (200 if sees else 403)


def test_every_organization_has_keys_of_its_own(server):
    organizations = [server.organization() for _ in range(3)]
    keys = {org.get(path(org)).json()["signing_keys"][0]["key"] for org in organizations}
    assert len(keys) == 3


def test_options_are_set_read_and_removed(new_org):
    answer = put(new_org, "protect_dynamic_stack", "true")
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == MEMBERS | {"signing_keys"}
    assert answer.json()["options"] == {"protect_dynamic_stack": True}
    one = new_org.get(path(new_org, "/options/protect_dynamic_stack"))
    assert one.status_code == 200 and one.json() is True
    assert new_org.delete(path(new_org, "/options/protect_dynamic_stack")).status_code == 204
    assert_error(new_org.get(path(new_org, "/options/protect_dynamic_stack")), 404)
    assert new_org.delete(path(new_org, "/options/protect_dynamic_stack")).status_code == 204
    assert options_of(new_org) == {}


def test_several_options_are_set_all_or_none(new_org):
    options = {"remote_fullurl_allow": True, "remote_fullurl_whitelist": [r"\.rokka\.io$"],
               "remote_basepath": "https://blog.example/uploads/", "alias_browser_max_age": 60}
    answer = put_all(new_org, options)
    assert answer.status_code == 200, answer.text
    assert answer.json()["options"] == options
    assert_error(put_all(new_org, {"alias_browser_max_age": 90, "remote_fullurl_whitelist": ["("]}), 400)
    assert options_of(new_org) == options, "nothing of it was taken"
    assert put_all(new_org, {"remote_basepath": None}).status_code == 200
    del options["remote_basepath"]
    assert options_of(new_org) == options
    assert put_all(new_org, {}).status_code == 200
    assert options_of(new_org) == options


@pytest.mark.parametrize("name,body,allowed", [
    ("protect_dynamic_stack", "1", "true or false"), ("protect_dynamic_stack", '"true"', "true or false"),
    ("protect_dynamic_stack", "tru", "true or false"), ("remote_basepath", "ftp://a.example/", "http or https URL"),
    ("remote_basepath", '"https://"', "http or https URL"),
    ("remote_basepath", "https://ann:secret@images.example/", "without a user name or password"),
    ("remote_fullurl_allow", "[]", "true or false"),
    ("remote_fullurl_whitelist", '"x"', "list"), ("remote_fullurl_whitelist", '["(?<=a)b"]', "RE2"),
    ("alias_browser_max_age", "-1", "seconds"), ("render_org_fallback", "UPPER", "another organization"),
    ("no_such_option", "true", "protect_dynamic_stack")])
def test_wrong_values_are_refused_with_what_is_allowed(org, name, body, allowed):
    answer = put(org, name, body)
    assert_error(answer, 400)
    assert allowed in answer.json()["message"]


def test_unknown_options_and_bodies(org):
    assert_error(org.get(path(org, "/options/no_such_option")), 404)
    assert_error(org.delete(path(org, "/options/no_such_option")), 404)
    assert_error(org.request("PUT", path(org, "/options"), data="[]"), 400)
    assert_error(put_all(org, {"no_such_option": True}), 400)


def test_a_text_may_come_without_quotes(new_org):
    """The npm client sends texts so."""
    for body in ("https://images.example/a/", '"https://images.example/a/"'):
        assert put(new_org, "remote_basepath", body).status_code == 200
        assert options_of(new_org) == {"remote_basepath": "https://images.example/a/"}


def test_who_may_set_options(server, new_org):
    for role in ("read", "upload", "write"):
        other = new_org.with_key(server.create_user(new_org.organization, role)["api_key"])
        for answer in (put(other, "protect_dynamic_stack", "true"), put_all(other, {"protect_dynamic_stack": True}),
                       other.delete(path(new_org, "/options/protect_dynamic_stack")),
                       other.get(path(new_org, "/options/protect_dynamic_stack"))):
            assert_error(answer, 403)
    assert options_of(new_org) == {}


def test_a_fallback_takes_an_admin_of_both(server):
    mine, theirs = server.organization(), server.organization()
    refused = put(mine, "render_org_fallback", f'"{theirs.organization}"')
    assert_error(refused, 403)
    assert theirs.organization in refused.json()["message"]
    assert_error(put(mine, "render_org_fallback", '"no-such-organization"'), 403)
    assert_error(put(mine, "render_org_fallback", f'"{mine.organization}"'), 400)
    for role, status in (("write", 403), ("admin", 200)):
        email = f"{role}-of-both-{mine.organization}@example.com"
        server.create_user(theirs.organization, role, email=email)
        both = mine.with_key(server.create_user(mine.organization, "admin", email=email)["api_key"])
        assert put(both, "render_org_fallback", f'"{theirs.organization}"').status_code == status
    assert options_of(mine) == {"render_org_fallback": theirs.organization}


@pytest.fixture
def with_fallback(server):
    """An organization and its fallback, and the clients of both."""
    mine, theirs = server.organization(), server.organization()
    email = f"admin-of-{mine.organization}@example.com"
    server.create_user(theirs.organization, "admin", email=email)
    both = mine.with_key(server.create_user(mine.organization, "admin", email=email)["api_key"])
    assert put(both, "render_org_fallback", f'"{theirs.organization}"').status_code == 200
    mine.stack("thumb", {"name": "resize", "options": {"width": 20}})
    theirs.stack("theirs")
    return mine, theirs


def test_a_fallback_ends_with_the_admin_who_let_it_be(server, with_fallback):
    """Who had left showed the images of the organization, the protected ones too, in one of his own."""
    mine, theirs = with_fallback
    image = theirs.add(pictures.solid(pictures.RED))
    path_ = f"/thumb/{image['hash']}.png"
    assert mine.render(path_).status_code == 200
    email = f"admin-of-{mine.organization}@example.com"
    members = theirs.get(f"/organizations/{theirs.organization}/memberships").json()["items"]
    member, = [one for one in members if one["email"] == email]
    gone = theirs.delete(f"/organizations/{theirs.organization}/memberships/{member['user_id']}")
    assert gone.status_code == 204, gone.text
    assert_error(mine.render(path_), 404)
    assert options_of(mine) == {}
    assert theirs.render(f"/dynamic/noop/{image['hash']}.png").status_code == 200


def is_of(answer, colour):
    assert answer.status_code == 200, answer.text
    return pixels.is_near(pixels.colour_at(answer.content, 0.5, 0.5), colour)


def test_images_are_rendered_from_the_fallback(with_fallback):
    mine, theirs = with_fallback
    hash_ = theirs.add(pictures.solid(pictures.RED))["hash"]
    theirs.point("logo", hash_)
    for path in (f"/thumb/{hash_}.png", f"/thumb/{hash_[:10]}.png", "/thumb/-_logo_-.png",
                 f"/dynamic/resize-width-9/{hash_}.png"):
        assert is_of(mine.render(path), pictures.RED), path
    assert mine.image(hash_).status_code == 404, "the API does not know it"
    assert mine.alias("logo").status_code == 404
    assert mine.render(f"/theirs/{hash_}.png").status_code == 404, "stacks have no fallback"
    assert theirs.render(f"/thumb/{hash_}.png").status_code == 404, "it goes one way"


def test_ones_own_images_come_first(with_fallback):
    mine, theirs = with_fallback
    theirs.point("logo", theirs.add(pictures.solid(pictures.RED))["hash"])
    assert is_of(mine.render("/thumb/-_logo_-.png"), pictures.RED)
    mine.point("logo", mine.add(pictures.solid(pictures.GREEN))["hash"])
    assert is_of(mine.render("/thumb/-_logo_-.png"), pictures.GREEN)
    mine.delete_alias("logo")
    assert is_of(mine.render("/thumb/-_logo_-.png"), pictures.RED)
    theirs.point("logo", theirs.add(pictures.solid(pictures.BLUE))["hash"])
    assert is_of(mine.render("/thumb/-_logo_-.png"), pictures.BLUE)


def test_no_date_of_a_fallback_matches_another_one(server, with_fallback):
    """The alias of the other one had moved before the date that was held: 304."""
    mine, theirs = with_fallback
    older = server.organization()
    email = f"of-{older.organization}@example.com"
    server.create_user(older.organization, "admin", email=email)
    both = mine.with_key(server.create_user(mine.organization, "admin", email=email)["api_key"])
    older.point("logo", older.add(pictures.solid(pictures.GREEN))["hash"])
    theirs.point("logo", theirs.add(pictures.solid(pictures.RED))["hash"])
    shown = mine.render("/thumb/-_logo_-.png")
    assert is_of(shown, pictures.RED) and "Last-Modified" not in shown.headers
    unchanged = mine.render("/thumb/-_logo_-.png", headers={"If-None-Match": shown.headers["ETag"]})
    assert unchanged.status_code == 304 and "Last-Modified" not in unchanged.headers
    assert put(both, "render_org_fallback", f'"{older.organization}"').status_code == 200
    after = mine.render("/thumb/-_logo_-.png", headers={"If-Modified-Since": shown.headers["Date"]})
    assert is_of(after, pictures.GREEN) and "Last-Modified" not in after.headers
    assert mine.render("/thumb/-_logo_-.png", headers={"If-None-Match": shown.headers["ETag"]}).status_code == 200


def test_no_date_of_ones_own_image_matches_the_fallbacks(with_fallback):
    """One's own was deleted, and what showed then had been rendered and pointed at before: 304."""
    mine, theirs = with_fallback
    theirs.point("logo", theirs.add(pictures.solid(pictures.RED))["hash"])
    assert is_of(mine.render("/thumb/-_logo_-.png"), pictures.RED)
    own = mine.add(pictures.solid(pictures.GREEN))["hash"]
    mine.point("logo", own)
    held = wait_for_a_date(mine, "/thumb/-_logo_-.png")
    assert mine.image(own, method="DELETE").status_code == 204
    assert is_of(mine.render("/thumb/-_logo_-.png", headers={"If-Modified-Since": held}), pictures.RED)


def test_renders_from_the_fallback_carry_the_tags_of_both(with_fallback):
    mine, theirs = with_fallback
    hash_ = theirs.add(pictures.solid(pictures.RED))["hash"]
    theirs.point("logo", hash_)
    ours = mine.render("/thumb/-_logo_-.png").headers["xkey"].split()
    own = theirs.render("/theirs/-_logo_-.png").headers["xkey"].split()
    assert {tag for tag in own if tag[0] in "oia"} <= set(ours)
    assert len(ours) == len(set(ours))


def test_a_protected_image_of_the_fallback_needs_a_signature_of_the_asked(with_fallback):
    mine, theirs = with_fallback
    upload = theirs.upload(pictures.solid(pictures.RED), fields={"options[0]": '{"protected":true}'})
    path = f"/thumb/{upload.json()['items'][0]['hash']}.png"
    assert_error(mine.render_on_host(path), 403)
    for org, status in ((mine, 200), (theirs, 403)):
        key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
        sig = hashlib.sha256(f"{path}:{key}".encode()).hexdigest()[:16]
        assert mine.render_on_host(f"{path}?sig={sig}").status_code == status


def test_what_neither_has_is_not_found(with_fallback):
    mine, theirs = with_fallback
    assert_error(mine.render(f"/thumb/{'0' * 40}.png"), 404)
    assert_error(mine.render("/thumb/-_logo_-.png"), 404)
    theirs.point("logo", theirs.add(pictures.solid(pictures.RED))["hash"])
    assert mine.render("/thumb/-_logo_-.png").status_code == 200, "and is, once one of them has it"


def test_an_option_counts_for_the_next_answer(new_org):
    """Also where the answer is a finished one: the change reaches it at once."""
    hash_ = new_org.add(pictures.photo(seed=900))["hash"]
    new_org.stack("thumb")
    new_org.point("logo", hash_)
    for seconds in (60, 90, 60):
        assert put(new_org, "alias_browser_max_age", str(seconds)).status_code == 200
        for _ in range(2):
            control = new_org.render("/thumb/-_logo_-.jpg").headers["Cache-Control"]
            assert control == f"public, max-age={seconds}, s-maxage=31536000"


def test_the_same_options_by_command(server, new_org):
    def run(option, value):
        return server.command("org", "set", new_org.organization, option, value)

    assert run("protect_dynamic_stack", "true").returncode == 0
    assert run("remote_basepath", "https://images.example/").returncode == 0
    assert options_of(new_org) == {"protect_dynamic_stack": True, "remote_basepath": "https://images.example/"}
    assert run("protect_dynamic_stack", "null").returncode == 0
    assert options_of(new_org) == {"remote_basepath": "https://images.example/"}
    refused = run("protect_everything", "true")
    assert refused.returncode != 0 and "protect_dynamic_stack" in refused.stderr
