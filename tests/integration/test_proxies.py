"""What proxies say counts only where they are trusted."""

import pytest

from harness import pictures
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


def test_the_host_that_a_proxy_was_asked_for(start_server):
    for config, status in ((TRUSTING, 200), (TRUSTING_NOBODY, 404)):
        server: Rucola = start_server(config)
        org = server.organization("acme")
        path = f"/dynamic/noop/{org.add(pictures.photo(16, 12))['hash']}.jpg"
        headers = {"Host": "inside.example", "X-Forwarded-Host": "acme.localhost"}
        assert org.with_key(None).get(path, headers=headers).status_code == status


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
