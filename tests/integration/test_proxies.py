"""What proxies say counts only where they are trusted."""

import json

import pytest

from harness import pictures
from harness.raw_http import Connection
from harness.server import Rucola
from harness.waiting import wait_until

TRUSTING = '[server]\ntrusted_proxies = ["127.0.0.0/8"]\n[log]\nformat = "json"\n'
TRUSTING_NOBODY = '[log]\nformat = "json"\n'


def logged_client(server, path: str, headers: dict) -> str:
    server.anonymous().get(path, headers=headers)
    entries = wait_until(lambda: [entry for entry in server.log_lines() if entry.get("target") == path], "the log line")
    return entries[0]["client"]


@pytest.mark.parametrize("headers", [
    {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"},
    {"Forwarded": "for=203.0.113.9;proto=https"}, {"X-Forwarded-For": "203.0.113.9, 127.0.0.2"},
], ids=str)
def test_the_client_is_whom_a_trusted_proxy_names(start_server, headers):
    assert logged_client(start_server(TRUSTING), "/nothing", headers) == "203.0.113.9"


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}], ids=str)
def test_without_trust_the_client_is_the_peer(start_server, headers):
    assert logged_client(start_server(TRUSTING_NOBODY), "/nothing", headers) == "127.0.0.1"


NAMED = TRUSTING.replace("[log]", 'forwarded_host_header = "X-Forwarded-Host"\n[log]')


@pytest.mark.parametrize("config, status", [(NAMED, 200), (TRUSTING, 404), (TRUSTING_NOBODY, 404)])
def test_the_host_that_a_proxy_was_asked_for_counts_where_the_operator_named_its_header(start_server, config, status):
    server: Rucola = start_server(config)
    org = server.organization("acme")
    path = f"/dynamic/noop/{org.add(pictures.photo(16, 12))['hash']}.jpg"
    headers = {"Host": "inside.example", "X-Forwarded-Host": "acme.localhost"}
    assert org.with_key(None).get(path, headers=headers).status_code == status


@pytest.mark.parametrize("config", [TRUSTING, NAMED.replace("X-Forwarded-Host", "X-Asked-Host")], ids=["none", "another"])
def test_a_client_behind_a_proxy_does_not_choose_the_organization(start_server, config):
    """A caching nginx hands these through: acme's URL then served the other's picture for a year."""
    server: Rucola = start_server(config)
    acme, other = server.organization("acme"), server.organization("other")
    for org, width in ((acme, 16), (other, 24)):
        image = org.add(pictures.photo(width, 12))
        org.point("logo", image["hash"])
    path = "/dynamic/noop/-_logo_-.png"
    right = acme.render_on_host(path)
    assert right.status_code == 200
    for headers in ({"X-Forwarded-Host": "other.localhost"}, {"Forwarded": "host=other.localhost"},
                    {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "other.localhost"},
                    {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9;host=other.localhost"}):
        assert acme.render_on_host(path, headers=headers).content == right.content, headers


def test_a_client_s_forwarded_does_not_beat_the_proxy_s_own_header(start_server):
    headers = {"Forwarded": "for=198.51.100.7", "X-Forwarded-For": "203.0.113.9"}
    assert logged_client(start_server(TRUSTING), "/nothing", headers) == "203.0.113.9"


def test_a_proxy_may_say_the_protocol_and_nothing_else(start_server):
    """It was not heard, and the client's own Forwarded counted in its place."""
    org = start_server(TRUSTING).organization("acme")
    path = f"/_iiif/3/{org.add(pictures.photo(16, 12))['hash']}/info.json"
    for headers, scheme in (({"X-Forwarded-Proto": "https"}, "https"), ({}, "http"),
                            ({"X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9;proto=https"}, "http")):
        answer = org.render_on_host(path, headers=headers)
        assert answer.json()["id"].startswith(f"{scheme}://acme.localhost/"), headers


def test_an_absolute_target_names_the_same_host_everywhere(server, org):
    """IIIF's id went by Host, the organization by the target."""
    image = org.add(pictures.photo(16, 12))
    asked = f"http://{org.organization}.localhost:81/_iiif/3/{image['hash']}"
    with Connection(server.port) as connection:
        connection.send(f"GET {asked}/info.json HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode())
        answer = connection.answer()
    assert answer.status == 200
    assert json.loads(answer.body)["id"] == asked


def test_what_strangers_claim_colours_no_cached_answer(org):
    """Nothing unkeyed may influence what others get from a cache."""
    path = f"/dynamic/noop/{org.add(pictures.photo(16, 12))['hash']}.jpg"
    plain = org.render(path)
    for headers in ({"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "https"}, {"X-Original-URL": "/x"},
                    {"Forwarded": "host=evil.example"}, {"Cookie": "a=b"}, {"Origin": "https://evil.example"},
                    {"Accept-Encoding": "gzip, br"}, {"X-HTTP-Method-Override": "DELETE"}):
        other = org.render(path, headers=headers)
        assert (other.status_code, other.content) == (200, plain.content)
        # In the very second of a change Last-Modified says "now".
        ignored = {"Date", "Cache-Status", "Last-Modified", "X-Request-Id"}
        assert {k: v for k, v in other.headers.items() if k not in ignored} == {
            k: v for k, v in plain.headers.items() if k not in ignored}
