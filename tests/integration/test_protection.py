"""Signed URLs: protected images, protected stacks, the protected dynamic stack. Signatures are made here, by hashlib or
by the shell, never by the server."""

import json
import subprocess
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, quote_plus

import pytest
import requests

from harness import pictures, pixels
from harness.errors import assert_error
from harness.raw_http import Connection
from harness.signing import signature, signed
from harness.waiting import wait_until

RESIZE = {"name": "resize", "options": {"width": 20}}


def limited(path, key, until):
    """As the clients do it: the end goes into the query and is signed too."""
    text = until if isinstance(until, str) else until.isoformat()
    return signed(f"{path}?sigopts={quote_plus(json.dumps({'until': text}))}", key)


def in_(**delta):
    return datetime.now(timezone.utc) + timedelta(**delta)


class Protected:
    """An organization with its key, a plain and a protected image, a plain and a protected stack."""

    def __init__(self, org):
        self.org = org
        self.key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
        self.plain = org.add(pictures.solid(pictures.GREEN))["hash"]
        upload = org.upload(pictures.solid(pictures.RED), fields={"options[0]": json.dumps({"protected": True})})
        self.secret = upload.json()["items"][0]["hash"]
        org.stack("open", RESIZE)
        org.stack("closed", RESIZE, protected=True)

    def get(self, path, **options):
        return self.org.render_on_host(path, **options)

    def raw(self, target):
        """The target's very bytes, on the organization's host."""
        with Connection(int(self.org.url.rsplit(":", 1)[1])) as connection:
            connection.send(f"GET {target} HTTP/1.1\r\nHost: {self.org.organization}.localhost\r\n\r\n".encode())
            return connection.answer()


@pytest.fixture
def here(new_org):
    return Protected(new_org)


@pytest.fixture(scope="module")
def shared(org):
    return Protected(org)


def assert_refused(answer, why):
    assert_error(answer, 403)
    assert why in answer.json()["message"]
    assert "docs/protection.md" in answer.json()["message"]
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    assert answer.headers.get("ETag") is None


def is_red(data):
    return pixels.is_near(pixels.colour_at(data, 0.5, 0.5), pictures.RED)


# What needs a signature, and gets it


def test_a_protected_image_is_shown_to_signed_urls_only(shared):
    shared.org.point("secret", shared.secret)
    for path in (f"/open/{shared.secret}.png", "/open/-_secret_-.png", f"/dynamic/resize-width-10/{shared.secret}.png",
                 f"/open/{shared.secret[:12]}.png", f"/open/o-dpr-2/{shared.secret}.png", f"/dynamic/{shared.secret}.png"):
        assert_refused(shared.get(path), "needs a signature")
        answer = shared.get(signed(path, shared.key))
        assert answer.status_code == 200, answer.text
        assert is_red(answer.content)
        assert_refused(shared.get(path), "needs a signature")


def test_a_protected_stack_is_shown_to_signed_urls_only(shared):
    path = f"/closed/{shared.plain}.png"
    assert_refused(shared.get(path), "The stack is protected")
    assert shared.get(signed(path, shared.key)).status_code == 200
    assert_refused(shared.get(path), "needs a signature")
    assert shared.get(f"/open/{shared.plain}.png").status_code == 200, "the image itself is open to all"


def test_a_protected_stack_may_deliver_the_source_file(here):
    here.org.stack("original", source_file=True, protected=True)
    path = f"/original/{here.plain}.png"
    assert_refused(here.get(path), "needs a signature")
    assert here.get(signed(path, here.key)).content == pictures.solid(pictures.GREEN)


def test_the_dynamic_stack_is_protected_where_the_organization_says_so(here):
    path = f"/dynamic/resize-width-10/{here.plain}.png"
    assert here.get(path).status_code == 200
    option = f"/organizations/{here.org.organization}/options/protect_dynamic_stack"
    assert here.org.request("PUT", option, data="true").status_code == 200
    assert_refused(here.get(path), 'The stack "dynamic" is protected')
    assert here.get(signed(path, here.key)).status_code == 200
    assert_refused(here.get(path), "needs a signature")
    assert_refused(here.get("/dynamic/abcdef.png"), "needs a signature")
    assert here.get(f"/open/{here.plain}.png").status_code == 200
    assert here.org.request("PUT", option, data="false").status_code == 200
    assert here.get(path).status_code == 200


def test_head_and_conditional_requests_need_a_signature_too(shared):
    path = f"/open/{shared.secret}.png"
    etag = shared.get(signed(path, shared.key)).headers["ETag"]
    assert shared.org.render(path, method="HEAD").status_code == 403
    assert shared.get(path, headers={"If-None-Match": etag}).status_code == 403
    assert shared.get(path, headers={"If-None-Match": "*"}).status_code == 403
    assert shared.get(path, headers={"Range": "bytes=0-10"}).status_code == 403
    assert shared.get(signed(path, shared.key), headers={"If-None-Match": etag}).status_code == 304


def test_nothing_is_rendered_before_the_check(own_server):
    here = Protected(own_server.organization())
    assert_refused(here.get(f"/open/{here.secret}.png"), "needs a signature")
    assert_refused(here.get(f"/closed/{here.plain}.png"), "needs a signature")
    assert own_server.metrics().total("rucola_render_answers_total") == 0


def test_a_stack_upon_a_protected_stack_needs_a_signature_too(here):
    """Or anybody could look through another stack, or the dynamic one, at what the protected one shows."""
    here.org.stack("upon", {"name": "grayscale"}, basestack="closed")
    for path in (f"/upon/{here.plain}.png", f"/dynamic/o-basestack-closed/{here.plain}.png"):
        answer = here.get(path)
        if answer.status_code != 400:  # some options a URL may not set at all
            assert_refused(answer, 'A stack that this one uses is protected')
            assert here.get(signed(path, here.key)).status_code == 200
    assert here.get(f"/upon/{here.plain}.png").status_code == 403


def test_variables_are_signed_like_everything_else(here):
    operation = {"name": "resize", "expressions": {"width": "$w"}}
    stack = {"operations": [operation], "variables": {"w": 20}, "options": {"protected": True}}
    assert here.org.put_stack("sized", stack).status_code == 201
    for query in ("?v=" + quote_plus('{"w":30}'), '?v={"w":30}'):
        path = f"/sized/{here.plain}.png{query}"
        assert here.raw(path).status == 403
        answer = here.raw(signed(path, here.key))
        assert answer.status == 200, answer.body
        assert pixels.size_of(answer.body)[0] == 30
        sig = signature(f"/sized/{here.plain}.png", here.key)
        assert here.raw(f"{path}&sig={sig}").status == 403
    path = f"/sized/v-w-40/{here.plain}.png"
    assert_refused(here.get(f"{path}?sig={signature(path.replace('40', '41'), here.key)}"), "does not fit")
    assert pixels.size_of(here.get(signed(path, here.key)).content)[0] == 40


# Signatures that are good


def test_the_documented_line_of_shell_signs(shared):
    path = f"/closed/{shared.plain}.png"
    script = """SIGNATURE=$(echo -n ${URLPATH}:${KEY} | sha256sum | cut -c 1-16)
                echo https://mycompany.rokka.io/${URLPATH}?sig=${SIGNATURE}"""
    done = subprocess.run(["bash", "-c", script], env={"URLPATH": path, "KEY": shared.key, "PATH": "/usr/bin:/bin"},
                          capture_output=True, text=True, check=True, timeout=60)
    target = done.stdout.strip().removeprefix("https://mycompany.rokka.io")
    assert target.startswith("//"), "as printed, it has two slashes"
    assert shared.raw(target).status == 200
    assert shared.raw(target[1:]).status == 200


def test_a_signature_is_good_on_either_address(shared):
    path = f"/closed/{shared.plain}.png"
    behind = f"/render/{shared.org.organization}{path}"
    assert shared.org.render(signed(path, shared.key)).status_code == 200
    assert requests.get(shared.org.url + signed(behind, shared.key), timeout=60).status_code == 200


def test_a_slug_need_not_be_signed(shared):
    path = f"/closed/{shared.plain}.png"
    with_slug = f"/closed/{shared.plain}/a-nice-name.png"
    assert_refused(shared.get(with_slug), "needs a signature")
    assert shared.get(signed(with_slug, shared.key)).status_code == 200
    assert shared.get(f"{with_slug}?sig={signature(path, shared.key)}").status_code == 200
    assert_refused(shared.get(f"{path}?sig={signature(with_slug, shared.key)}"), "does not fit")


def test_a_format_behind_an_encoded_point_is_signed_as_it_stands(shared):
    path = f"/closed/{shared.plain}/a-nice-name%2Epng"
    assert shared.raw(path).status == 403
    assert shared.raw(signed(path, shared.key)).status == 200


def test_other_parameters_are_signed_in_their_order(shared):
    path = f"/closed/{shared.plain}.png?b=2&a=1"
    assert shared.get(signed(path, shared.key)).status_code == 200
    sig = signature(path, shared.key)
    assert shared.get(f"/closed/{shared.plain}.png?sig={sig}&b=2&a=1").status_code == 200
    assert_refused(shared.get(f"/closed/{shared.plain}.png?a=1&b=2&sig={sig}"), "does not fit")
    assert_refused(shared.get(f"/closed/{shared.plain}.png?b=2&sig={sig}"), "does not fit")


@pytest.mark.parametrize("sent", ['?x={"a":[1]}', "?x=%7B%22a%22%3A%5B1%5D%7D", "?x=%7b%22a%22:[1]%7d"])
def test_braces_may_come_raw_or_encoded(shared, sent):
    """A browser's form, which is what the clients sign, and what programs on the way make of it."""
    path = f"/closed/{shared.plain}.png"
    sig = signature(path + "?x=%7B%22a%22%3A%5B1%5D%7D", shared.key)
    assert shared.raw(f"{path}{sent}&sig={sig}").status == 200
    assert shared.raw(f"{path}{sent}&sig={signature(path + sent, shared.key)}").status == 200
    assert shared.raw(f"{path}{sent}&sig={signature(path, shared.key)}").status == 403


def test_an_unprotected_render_does_not_care_for_signatures(shared):
    assert shared.get(f"/open/{shared.plain}.png?sig=nonsense&sigopts=nonsense").status_code == 200


# Signatures that are not


@pytest.mark.parametrize("sig,why", [("", "malformed"), ("x", "malformed"), ("0" * 16, "does not fit"),
                                     ("0" * 15, "malformed"), ("0" * 17, "malformed"), ("é" * 16, "malformed")])
def test_a_wrong_signature_is_refused(shared, sig, why):
    assert_refused(shared.get(f"/closed/{shared.plain}.png?sig={quote(sig)}"), why)


def test_a_signature_is_for_its_own_url_key_and_case(shared, server):
    path = f"/closed/{shared.plain}.png"
    sig = signature(path, shared.key)
    other = Protected(server.organization())
    assert_refused(shared.get(f"/closed/{shared.plain}.jpg?sig={sig}"), "does not fit")
    assert_refused(shared.get(f"/closed/o-dpr-2/{shared.plain}.png?sig={sig}"), "does not fit")
    assert_refused(shared.get(signed(path, other.key)), "does not fit")
    assert_refused(other.get(f"/closed/{other.plain}.png?sig={sig}"), "does not fit")
    if sig != sig.upper():
        assert_refused(shared.get(f"{path}?sig={sig.upper()}"), "malformed")
    assert_refused(shared.get(f"{path}?sig={sig}&sig={sig}"), "more than once")
    assert_refused(shared.get(f"{path}?{signature('', shared.key)}"), "needs a signature")


def test_a_url_can_not_open_what_is_stored_as_protected(shared):
    for path in (f"/closed/options-protected-false/{shared.plain}.png", f"/closed/o-protected-0/{shared.plain}.png",
                 f"/dynamic/o-protected-true/{shared.plain}.png"):
        answer = shared.get(path)
        assert_error(answer, 400)
        assert "only be set in a stored stack" in answer.json()["message"]


# An end in time


@pytest.mark.parametrize("spell", [
    lambda at: at.isoformat(), lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), lambda at: at.strftime("%Y-%m-%d %H:%M"),
    lambda at: at.strftime("%a, %d %b %Y %H:%M:%S +0000"), lambda at: f"@{int(at.timestamp())}",
    lambda at: at.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()])
def test_a_limited_signature_is_good_until_its_end(shared, spell):
    path = f"/closed/{shared.plain}.png"
    good = shared.get(limited(path, shared.key, spell(in_(hours=2))))
    assert good.status_code == 200, good.text
    assert_refused(shared.get(limited(path, shared.key, spell(in_(hours=-2)))), "was good until")


def test_an_end_can_not_be_moved_or_hidden(shared):
    path = f"/closed/{shared.plain}.png"
    over = limited(path, shared.key, in_(hours=-1))
    sig = over.rsplit("sig=", 1)[1]
    later = quote_plus(json.dumps({"until": in_(hours=1).isoformat()}))
    assert_refused(shared.get(f"{path}?sigopts={later}&sig={sig}"), "does not fit")
    assert_refused(shared.get(f"{path}?sig={sig}"), "does not fit")
    assert_refused(shared.get(f"{over}&sigopts={later}"), "does not fit")
    hidden = shared.raw(over.replace("sigopts", "%73igopts"))
    assert hidden.status == 403 and b"was good until" in hidden.body


@pytest.mark.parametrize("options", ["x", "[]", "1", '"2050-01-01"', '{"until":1}', '{"until":"soon"}', '{"until":""}',
                                     '{"ip":"127.0.0.1"}', '{"until":"2050-01-01","ip":"127.0.0.1"}',
                                     '{"until":"2050-01-01","until":"2051-01-01"}', "{"])
def test_options_that_are_not_understood_are_refused(shared, options):
    path = signed(f"/closed/{shared.plain}.png?sigopts={quote_plus(options)}", shared.key)
    answer = shared.get(path)
    assert_error(answer, 403)
    assert "docs/protection.md" in answer.json()["message"]


def max_age(answer):
    fields = dict(part.strip().partition("=")[::2] for part in answer.headers["Cache-Control"].split(","))
    return int(fields["max-age"]), fields


def test_nobody_may_keep_an_answer_past_the_end(shared):
    path = f"/closed/{shared.plain}.png"
    url = limited(path, shared.key, in_(seconds=100))
    for _ in range(3):
        age, fields = max_age(shared.get(url))
        assert 0 < age < 100
        assert "must-revalidate" in fields and "immutable" not in fields
    forever = max_age(shared.get(signed(path, shared.key)))[1]
    assert forever["max-age"] == "31536000" and "must-revalidate" not in forever
    shared.org.point("limited", shared.plain)
    age, fields = max_age(shared.get(limited("/closed/-_limited_-.png", shared.key, in_(seconds=100))))
    assert age < 100 and int(fields.get("s-maxage", 0)) < 100


@pytest.mark.time_limit(300)
def test_when_it_ends_it_ends_at_once(shared):
    """Also where the render lies in every cache of ours by then."""
    end = time.time() + 4
    url = limited(f"/closed/{shared.plain}.png", shared.key, datetime.fromtimestamp(end, timezone.utc))
    answers = []

    def over():
        asked = time.time()
        answer = shared.get(url)
        answers.append(answer.status_code)
        assert answer.status_code == 403 or asked < end
        return answer.status_code == 403

    wait_until(over, "the signature to end", 200)
    assert answers[0] == 200
    assert shared.get(f"/open/{shared.plain}.png").status_code == 200


# Protecting what exists


def put_protected(org, hash_, value, **query):
    return org.image(hash_, "/options/protected", method="PUT", data=value, params=query)


def test_an_image_gets_another_hash_when_it_is_protected(here):
    org = here.org
    before = org.image(here.plain).json()
    answer = put_protected(org, here.plain, "true")
    assert answer.status_code == 200, answer.text
    image = answer.json()
    assert image["protected"] is True and image["hash"] != here.plain
    assert answer.headers["Location"] == f"/sourceimages/{org.organization}/{image['hash']}"
    for same in ("binary_hash", "name", "size", "width", "height", "format", "user_metadata", "dynamic_metadata"):
        assert image[same] == before[same]
    assert org.image(image["hash"]).json() == image
    assert org.image(here.plain).json() == before, "the open one stays, and is open"
    assert here.get(f"/open/{here.plain}.png").status_code == 200
    assert_refused(here.get(f"/open/{image['hash']}.png"), "needs a signature")
    upload = org.upload(pictures.solid(pictures.GREEN), fields={"options[0]": json.dumps({"protected": True})})
    assert upload.json()["items"][0]["hash"] == image["hash"], "the same file, protected, has the same hash"


def test_protecting_again_changes_nothing(here):
    for hash_, value in ((here.plain, "false"), (here.secret, "true")):
        answer = put_protected(here.org, hash_, value, deletePrevious="true")
        assert answer.status_code == 200
        assert answer.json()["hash"] == hash_
        assert answer.headers["Location"].endswith(hash_)
        assert here.org.image(hash_).status_code == 200, "it was not deleted"


def test_the_previous_image_may_go(here):
    opened = put_protected(here.org, here.secret, "false", deletePrevious="true").json()
    assert opened["protected"] is False
    assert here.org.image(here.secret).status_code == 404
    assert here.get(f"/open/{opened['hash']}.png").status_code == 200
    closed = put_protected(here.org, opened["hash"], "true", deletePrevious="true").json()
    assert closed["hash"] == here.secret
    assert here.get(f"/open/{opened['hash']}.png").status_code == 404
    assert here.get(signed(f"/open/{here.secret}.png", here.key)).status_code == 200


@pytest.mark.parametrize("body", ["", "2", '"yes"', "null", "{}", "[true]", "yes"])
def test_protected_is_true_or_false(shared, body):
    assert put_protected(shared.org, shared.plain, body).status_code == 400


def test_who_may_protect_an_image(server, shared):
    for role, status in (("read", 403), ("upload", 403), ("write", 200)):
        key = server.create_user(shared.org.organization, role)["api_key"]
        assert put_protected(shared.org.with_key(key), shared.plain, "false").status_code == status
    assert_error(put_protected(shared.org, "0" * 40, "true"), 404)
    assert_error(put_protected(shared.org, shared.plain, "true", deletePrevious="maybe"), 400)


def test_a_stack_can_not_become_protected_but_be_made_anew(here):
    org = here.org
    closed = {"operations": [RESIZE], "options": {"protected": True}}
    refused = org.put_stack("open", closed, overwrite=True)
    assert_error(refused, 409)
    assert "can't become so" in refused.json()["message"]
    assert here.get(f"/open/{here.plain}.png").status_code == 200
    assert org.delete(f"/stacks/{org.organization}/open").status_code == 204
    assert org.put_stack("open", closed).status_code == 201
    assert_refused(here.get(f"/open/{here.plain}.png"), "needs a signature")
    assert here.get(signed(f"/open/{here.plain}.png", here.key)).status_code == 200


def test_a_protected_stack_may_be_changed_and_opened(here):
    closed = {"operations": [{"name": "resize", "options": {"width": 30}}], "options": {"protected": True}}
    assert here.org.put_stack("closed", closed, overwrite=True).status_code == 200
    path = f"/closed/{here.plain}.png"
    assert_refused(here.get(path), "needs a signature")
    assert pixels.size_of(here.get(signed(path, here.key)).content)[0] == 30
    assert here.org.put_stack("closed", {"operations": [RESIZE]}, overwrite=True).status_code == 200
    assert pixels.size_of(here.get(path).content)[0] == 20


# POST /utils/{org}/sign_url


def sign(org, body=None, **options):
    if body is not None:
        options["data"] = json.dumps(body)
    return org.request("POST", f"/utils/{org.organization}/sign_url", **options)


def test_the_server_signs_urls(shared):
    base = f"https://{shared.org.organization}.localhost"
    path = f"/closed/{shared.plain}.png"
    for url, wanted in ((path, signed(path, shared.key)), (path + "?a=1", signed(path + "?a=1", shared.key)),
                        (path + '?v={"a":"b c"}', signed(path + "?v=%7B%22a%22%3A%22b+c%22%7D", shared.key)),
                        (path + "?sig=old&sigopts=old#fragment", signed(path, shared.key))):
        answer = sign(shared.org, {"url": base + url})
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"signed_url": base + wanted}
    assert shared.get(sign(shared.org, {"url": base + path}).json()["signed_url"].removeprefix(base)).status_code == 200


def test_the_server_signs_urls_of_forms(shared):
    url = f"https://mycompany.example/closed/{shared.plain}.png"
    answer = sign(shared.org, files={"url": (None, url)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["signed_url"] == f"https://mycompany.example{signed(f'/closed/{shared.plain}.png', shared.key)}"
    limited_answer = sign(shared.org, files={"url": (None, url), "until": (None, "@2527916700"),
                                             "round_date_up_to": (None, "1")})
    assert "2050-02-08T07%3A05%3A00" in limited_answer.json()["signed_url"]


def test_the_server_rounds_the_end_up(shared):
    url = f"https://mycompany.example/closed/{shared.plain}.png"
    for rounding, wanted in ((None, "2050-02-08T07:05:00+00:00"), (60, "2050-02-08T07:04:00+00:00"),
                             (1, "2050-02-08T07:03:30+00:00"), (3600, "2050-02-08T08:00:00+00:00")):
        body = {"url": url, "until": "2050-02-08T08:03:30+01:00"}
        if rounding:
            body["round_date_up_to"] = rounding
        answer = sign(shared.org, body)
        assert answer.status_code == 200, answer.text
        options = quote_plus(json.dumps({"until": wanted}, separators=(",", ":")))
        path = f"/closed/{shared.plain}.png?sigopts={options}"
        assert answer.json()["signed_url"] == "https://mycompany.example" + signed(path, shared.key)
        assert shared.get(answer.json()["signed_url"].removeprefix("https://mycompany.example")).status_code == 200


@pytest.mark.parametrize("until, rounding", [("9999-12-31T23:59:59Z", 300), ("9999-12-31T23:59:59-01:00", 1), ("@253402300800", 1),
                                             ("@999999999999", 31_536_000), ("0999-01-01", 300), ("0000-01-01T00:00:00+01:00", 1)])
def test_an_end_that_nobody_could_read_is_not_signed(shared, until, rounding):
    """The URL was signed with a year of five digits, and good for nothing."""
    url = f"https://mycompany.example/closed/{shared.plain}.png"
    answer = sign(shared.org, {"url": url, "until": until, "round_date_up_to": rounding})
    assert_error(answer, 400)
    assert "until" in answer.json()["message"] and "9999" in answer.json()["message"]


@pytest.mark.parametrize("until, rounding, wanted", [("9999-12-31T23:59:59Z", 1, "9999-12-31T23:59:59+00:00"),
                                                     ("1960-01-01T00:01:00Z", 300, "1960-01-01T00:05:00+00:00"),
                                                     ("1960-01-01T00:00:00Z", 300, "1960-01-01T00:00:00+00:00")])
def test_ends_far_away_are_rounded_as_others_are(shared, until, rounding, wanted):
    url = f"https://mycompany.example/closed/{shared.plain}.png"
    answer = sign(shared.org, {"url": url, "until": until, "round_date_up_to": rounding})
    assert quote_plus(wanted) in answer.json()["signed_url"]


@pytest.mark.parametrize("body", [{}, {"url": 1}, {"url": "/open/abcdef.png"}, {"url": "ftp://a.example/x.png"},
                                  {"url": "https://a.example"}, {"url": "https:///x.png"}, [], "x",
                                  {"url": "https://a.example/x.png", "until": "soon"},
                                  {"url": "https://a.example/x.png", "round_date_up_to": 0},
                                  {"url": "https://a.example/x.png", "round_date_up_to": "often"}], ids=str)
def test_what_can_not_be_signed_is_refused(shared, body):
    assert_error(sign(shared.org, body), 400)


def test_another_organizations_url_is_not_signed(shared):
    for url in ("https://other.localhost/open/abcdef.png", f"{shared.org.url}/render/other/open/abcdef.png"):
        answer = sign(shared.org, {"url": url})
        assert_error(answer, 400)
        assert '"other"' in answer.json()["message"]


def test_who_may_sign(server, shared):
    for role, status in (("read", 403), ("upload", 403), ("write", 200), ("admin", 200)):
        key = server.create_user(shared.org.organization, role)["api_key"]
        assert sign(shared.org.with_key(key), {"url": "https://a.example/open/abcdef.png"}).status_code == status
    assert sign(shared.org.with_key(None), {"url": "https://a.example/open/abcdef.png"}).status_code == 403


def test_the_log_has_no_signature(own_server):
    """The access line had it whole: who read the log could see what is protected for as long as the signature is good."""
    org = own_server.organization("acme")
    image = org.add(pictures.photo(30, 20))["hash"]
    path = f"/dynamic/resize-width-10/{image}.png"
    key = org.get("/organizations/acme").json()["signing_keys"][0]["key"]
    url = signed(path, key)
    signature = url.split("sig=")[1]
    assert len(signature) == 16
    for query in ("", "&x=%zz"):
        org.render_on_host(url + query)
    wait_until(lambda: [line for line in own_server.log_lines() if line.get("target", "").endswith("?sig=…")],
               "the request to be logged")
    assert own_server.stop() == 0
    assert signature not in own_server.log() and key not in own_server.log()
