"""Too many calls of one key or organization, and too many wrong keys from one address: 429 before the body is read."""

import secrets
import signal
import time

from harness import pictures
from harness.raw_http import Connection
from harness.waiting import wait_until

SLOW = "[api]\nrequests_per_second = 1\nburst = 0\n"
GUESSED = {"RUCOLA_API_WRONG_KEYS_PER_MINUTE": "2"}


def assert_throttled(answer, longest_wait: int) -> None:
    assert answer.status_code == 429, answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= longest_wait
    assert answer.json()["error"]["code"] == 429
    assert "invalid_authentication" not in answer.json()


def wrong() -> str:
    return secrets.token_hex(32)


def test_a_key_is_answered_so_often_a_second(start_server):
    server = start_server(SLOW)
    org = server.organization()
    since = time.monotonic()
    answers = [org.images() for _ in range(30)]
    most = 1 + (time.monotonic() - since)
    good = [answer for answer in answers if answer.status_code == 200]
    assert 1 <= len(good) <= most
    for answer in answers:
        if answer.status_code != 200:
            assert_throttled(answer, 1)
    assert server.metrics().total("rucola_api_throttled_total", limit="key") == len(answers) - len(good)
    wait_until(lambda: org.images().status_code == 200, "it to be answered again")


def test_another_key_waits_for_nobody(start_server):
    server = start_server(SLOW)
    one = server.organization()
    while one.images().status_code == 200:
        pass
    assert server.organization(one.organization).images().status_code == 200


def test_all_keys_of_an_organization_share_one_bound(start_server):
    server = start_server("[api]\norganization_requests_per_second = 1\nburst = 0\n")
    one = server.organization()
    another = server.organization(one.organization)
    while one.images().status_code == 200:
        pass
    answers = [another.images() for _ in range(10)]
    refused = next(answer for answer in answers if answer.status_code != 200)
    assert_throttled(refused, 1)
    assert one.organization in refused.json()["error"]["message"]
    assert server.organization().images().status_code == 200, "another organization"


def test_who_is_not_let_in_takes_nothing_of_an_organization(start_server):
    server = start_server("[api]\nrequests_per_second = 0\norganization_requests_per_second = 1\nburst = 0\n")
    acme, stranger = server.organization(), server.organization()
    for _ in range(10):
        assert stranger.of(acme.organization).images().status_code == 403
    assert acme.images().status_code == 200


def test_calls_that_are_refused_count_too(start_server):
    """A key of one organization could ask for others, and which there are, as often as it liked."""
    server = start_server(SLOW)
    stranger, acme = server.organization(), server.organization()
    while (answer := stranger.of(acme.organization).images()).status_code == 403:
        pass
    assert_throttled(answer, 1)


def test_no_body_is_read_of_what_is_refused(start_server):
    server = start_server(environment=GUESSED)
    org = server.organization().with_key(wrong())
    assert [org.images().status_code for _ in range(3)] == [403, 403, 429]
    with Connection(server.port) as connection:
        connection.send(f"POST /sourceimages/{org.organization} HTTP/1.1\r\nHost: localhost\r\nApi-Key: {org.key}\r\n"
                        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n".encode())
        assert connection.answer().status == 429


def test_renders_are_no_calls(start_server):
    server = start_server(SLOW)
    org = server.organization()
    path = f"/dynamic/noop/{org.add(pictures.photo(16, 12))['hash']}.jpg"
    for _ in range(30):
        assert org.render(path).status_code == 200


def test_wrong_keys_of_one_address_are_throttled_and_good_ones_are_not(start_server):
    server = start_server(environment=GUESSED)
    org, unseen = server.organization(), server.organization()
    assert org.images().status_code == 200
    for _ in range(2):
        answer = org.with_key(wrong()).images()
        assert answer.status_code == 403
        assert answer.json()["invalid_authentication"] is True
    assert_throttled(org.with_key(wrong()).images(), 60)
    assert_throttled(org.request("GET", "/user", headers={"Authorization": "Bearer a.b.c", "Api-Key": ""}), 60)
    assert_throttled(unseen.images(), 60)
    assert org.images().status_code == 200, "a key that was good lately"
    assert org.with_key(None).images().status_code == 403, "who sends none asks nobody anything"


def test_a_revoked_key_is_a_wrong_one(start_server):
    server = start_server(environment=GUESSED)
    org = server.organization()
    for _ in range(5):
        assert org.images().status_code == 200
    key = org.get("/user/apikeys").json()[0]["id"]
    assert server.command("key", "revoke", key).returncode == 0
    assert [org.images().status_code for _ in range(3)] == [403, 403, 429]


def test_behind_a_trusted_proxy_the_address_is_the_client_s_and_the_proxy_s_is_none(start_server):
    server = start_server('[server]\ntrusted_proxies = ["127.0.0.0/8"]\n', environment=GUESSED)
    org = server.organization()

    def ask(key: str, client: str | None = None) -> int:
        return org.with_key(key).get("/user", headers={"X-Forwarded-For": client} if client else {}).status_code

    assert [ask(wrong(), "203.0.113.9") for _ in range(3)] == [403, 403, 429]
    assert ask(wrong(), "203.0.113.10") == 403
    assert [ask(wrong(), f"2001:db8::{number}") for number in range(3)] == [403, 403, 429], "one /64 is one client"
    assert [ask(wrong()) for _ in range(5)] == [403] * 5, "it speaks for many"


def test_the_limits_are_reloaded(start_server):
    server = start_server(SLOW)
    org = server.organization()
    while org.images().status_code == 200:
        pass
    (server.directory / "rucola.toml").write_text("[api]\nrequests_per_second = 0\n")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: any(line.get("event") == "reloaded" for line in server.log_lines()), "the server to reload")
    assert [org.images().status_code for _ in range(50)] == [200] * 50
