"""The log: nobody waits for its reader, and every line says which request it is about."""

import fcntl
import json
import os
import shutil
import signal
import threading
from urllib.parse import quote

import pytest

from harness import pictures, raw_http
from harness.busy import PATIENT, SLOW, busy_worker, in_background, large
from harness.catalog import by_hand
from harness.site import ALLOW_LOOPBACK, Site
from harness.waiting import wait_until

SMALL_BUFFER = '[log]\nbuffer = "256KiB"\n[server]\nloops = 2\n'
LONG_TARGET = "/" + "x" * 4000  # a line of more than 4 KB
REQUESTS = 1000  # ten times what the buffer and the pipe hold


class StalledReader:
    """The reading end of a log that is not read until read() is called."""

    def __init__(self):
        self._reading, self.writing = os.pipe()
        fcntl.fcntl(self.writing, fcntl.F_SETPIPE_SZ, 4096)
        self._text = b""
        self._thread = None

    def read(self) -> None:
        self._thread = threading.Thread(target=self._read_all, daemon=True)
        self._thread.start()

    def lines(self) -> list[dict]:
        """All that has arrived; each is a whole JSON object."""
        return [json.loads(line) for line in self._text[:self._text.rfind(b"\n") + 1].splitlines()]

    def events(self, name: str) -> list[dict]:
        return [line for line in self.lines() if line["event"] == name]

    def close(self) -> None:
        os.close(self.writing)
        if self._thread is not None:
            self._thread.join(60)
        os.close(self._reading)

    def _read_all(self) -> None:
        while data := os.read(self._reading, 1 << 16):
            self._text += data


@pytest.fixture
def stalled():
    reader = StalledReader()
    yield reader
    reader.close()


def ask_for(server, target: str, times: int) -> None:
    """Over a few connections, so that every loop has some; each request must be answered."""
    for _ in range(8):
        with raw_http.Connection(server.port) as connection:
            for _ in range(times // 8):
                connection.send(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert connection.answer().status == 404


def test_a_reader_of_the_log_that_stalls_stops_no_event_loop(start_server, stalled):
    server = start_server(SMALL_BUFFER, log_to=stalled.writing)
    ask_for(server, LONG_TARGET, REQUESTS)
    dropped = wait_until(lambda: server.metrics().total("rucola_log_lines_dropped_total"), "lines to be dropped")
    assert dropped < REQUESTS

    stalled.read()
    wait_until(lambda: stalled.events("log_lines_dropped"), "the line that says how many are missing")
    ask_for(server, "/later", 8)
    wait_until(lambda: [line for line in stalled.events("request") if line["target"] == "/later"],
               "lines to be written again")
    assert server.stop() == 0
    wait_until(lambda: stalled.events("stopped"), "the last line")

    arrived = len([line for line in stalled.events("request") if line["target"] == LONG_TARGET])
    missing = sum(line["lines"] for line in stalled.events("log_lines_dropped"))
    others = 200  # lines about /readyz and /metrics, which may be among the missing
    assert REQUESTS <= arrived + missing <= REQUESTS + others
    assert arrived > 25, "what found room is not lost"


def test_a_reader_of_the_log_that_stalls_does_not_hold_up_the_end(start_server, stalled):
    server = start_server(SMALL_BUFFER, log_to=stalled.writing)
    ask_for(server, LONG_TARGET, REQUESTS)
    server.terminate()
    assert server.wait(30) == 0


def test_what_was_logged_before_the_end_is_written(own_server):
    ask_for(own_server, "/asked", 80)
    assert own_server.stop() == 0
    lines = own_server.log_lines()
    assert len([line for line in lines if line.get("target") == "/asked"]) == 80
    assert lines[-1]["event"] == "stopped"


def test_a_reader_that_went_away_costs_lines_and_nothing_else(start_server):
    reading, writing = os.pipe()
    server = start_server(log_to=writing)
    os.close(writing)
    os.close(reading)
    ask_for(server, "/unread", 80)
    wait_until(lambda: server.metrics().total("rucola_log_lines_dropped_total") > 0, "lost lines to be counted")
    assert server.stop() == 0


# Request ids

def named(server, request_id: str) -> list[dict]:
    return [line for line in server.log_lines() if line.get("request_id") == request_id]


def events_of(server, request_id: str) -> list[str]:
    return [line["event"] for line in named(server, request_id)]


def test_each_answer_of_a_render_names_its_request(own_server):
    org = own_server.organization()
    hash_ = org.add(pictures.photo(64, 48, seed=4100))["hash"]
    path = f"/dynamic/resize-width-32/{hash_}.jpg"
    fresh = org.render(path, headers={"X-Request-Id": "fresh"})
    wait_until(lambda: "hot" in org.render(path, headers={"X-Request-Id": "hot"}).headers["Cache-Status"],
               "the answer to be hot")
    again = org.render(path, headers={"X-Request-Id": "again", "If-None-Match": fresh.headers["ETag"]})
    unnamed = org.render(path)
    wrong = org.render("/dynamic/resize-width-0/" + hash_ + ".jpg", headers={"X-Request-Id": "wrong"})
    assert (fresh.status_code, again.status_code, wrong.status_code) == (200, 304, 400)
    assert fresh.headers["X-Request-Id"] == "fresh"
    assert again.headers["X-Request-Id"] == "again"
    assert wrong.headers["X-Request-Id"] == "wrong"
    assert set(wrong.json()) == {"error", "code", "message"}, "the header names it; the body has one shape"
    for name in ("fresh", "hot", "again", "wrong", unnamed.headers["X-Request-Id"]):
        wait_until(lambda name=name: "request" in events_of(own_server, name), f"the access line of {name}")


def test_all_lines_that_a_lost_worker_causes_name_the_requests(start_server):
    """Two clients wait for one render, and its worker dies twice."""
    server = start_server(PATIENT)
    org = server.organization()
    path = SLOW.format(org.add(large(4101))["hash"])
    answers = [in_background(lambda name=name: org.render(path, headers={"X-Request-Id": name}))
               for name in ("one", "other")]
    for _ in range(2):
        os.kill(busy_worker(server), signal.SIGKILL)
    assert [answer.result(120).status_code for answer in answers] == [422, 422]
    for name in ("one", "other"):
        wait_until(lambda name=name: "request" in events_of(server, name), f"the access line of {name}")
        assert events_of(server, name).count("render refused") == 1
    assert events_of(server, "one").count("render_worker_lost") + events_of(server, "other").count(
        "render_worker_lost") == 2, "whoever came first rendered"


def test_a_handler_that_fails_names_its_request(own_server):
    """An upload has nowhere to be put, which an executor finds out."""
    org = own_server.organization()
    shutil.rmtree(own_server.data / "spool")
    answer = org.request("POST", f"/sourceimages/{org.organization}", headers={"X-Request-Id": "upload"},
                         files=[("filedata", ("a.jpg", pictures.photo(64, 48, seed=4102)))])
    assert answer.status_code == 500
    wait_until(lambda: "request" in events_of(own_server, "upload"), "the access line")
    assert "request_failed" in events_of(own_server, "upload")


# What it has not

MISSING = "0123456789abcdef0123456789abcdef01234567"


def failing_renders(domain: str) -> list[str]:
    """Each has a secret in its path or its query."""
    nowhere = quote("http://nosuch.invalid/a.png?token=SECRET", safe="")
    our_own = quote(f"http://{domain}/thumb/{MISSING}.jpg?sig=SECRET", safe="")
    quoted = quote(f"http://{domain}/thumb/", safe="") + "http%253A%252F%252Fuser%253ASECRET%2540h%252Fa.jpg"
    login = "http:%2F%2Fuser:SECRET@example.org%2Fa.jpg"
    return [
        f"/dynamic/noop/-{nowhere}-.jpg",
        f"/dynamic/o-fallback_image-nothing/-{our_own}-.jpg",
        f"/dynamic/o-fallback_image-nothing/-{quoted}-.jpg",
        f"/dynamic/o-fallback_image-nothing/{MISSING}/{login}",
        f"/dynamic/o-fallback_image-nothing/-{login}-.png",
        f"/dynamic/o-fallback_image-nothing/{MISSING}.jpg?sig=SECRET&sigopts=%7B%7D",
        f"/dynamic/noop/{MISSING}.jpg?api_key=SECRET&v=%7B%22a%22%3A%22http%3A%2F%2Fu%3ASECRET%40h%22%7D",
        "/_iiif/3/" + quote("http://user:SECRET@example.org/a.png?key=SECRET", safe="") + "/full/max/0/default.jpg",
        f"/nothing/{login}?password=SECRET",
    ]


def test_no_line_has_a_secret_of_a_request_that_failed(start_server):
    """The access line left them out, `render refused` had the same path whole."""
    server = start_server("[log]\nformat = \"json\"\nlevel = \"debug\"\n" + ALLOW_LOOPBACK)
    org = server.organization("acme")
    org.stack("thumb", {"name": "resize", "options": {"width": 20}})
    assert org.request("PUT", "/organizations/acme/options", json={"remote_fullurl_allow": True}).ok
    for path in failing_renders("acme.localhost"):
        assert org.render(path).status_code >= 400, path
        assert org.render_on_host(path).status_code >= 400, path

    uploads = "/sourceimages/acme"
    for url in ("http://nosuch.invalid/a.png?token=SECRET", "http://user:SECRET@127.0.0.1/a.png"):
        assert org.request("POST", uploads, files=[("url[0]", (None, url))]).status_code >= 400
    for key in ("SECRET", "SECRET" * 6):
        assert org.with_key(key).get(uploads).status_code in (401, 403)
    assert org.with_key(None).get(uploads, headers={"Authorization": "Bearer SECRET.SECRET.SECRET"}).status_code == 401
    for target in ("/nothing?api_key=SECRET", "/stacks/acme/none?access_token=SECRET", "/a?b=c&sig=SECRET#d"):
        for version in ("HTTP/1.1", "HTTP/9.9", "x"):
            raw_http.exchange(server.port, f"GET {target} {version}\r\nHost: x\r\n\r\n".encode())
    shutil.rmtree(server.data / "spool")
    answer = org.request("POST", uploads + "?token=SECRET", headers={"X-Request-Id": "last"},
                         files=[("filedata", ("a.jpg?key=SECRET", pictures.photo(64, 48, seed=4103)))])
    assert answer.status_code >= 400
    wait_until(lambda: "request" in events_of(server, "last"), "the last access line")
    assert {"request", "render refused"} <= {line["event"] for line in server.log_lines()}
    assert [line for line in server.log().splitlines() if "SECRET" in line] == []


def test_a_damaged_row_is_named_without_the_secret_of_its_address(start_server):
    site = Site()
    site.answers["/a.jpg?token=SECRET"] = (200, {}, pictures.photo(64, 48, seed=4104))
    server = start_server("[log]\nformat = \"json\"\n" + ALLOW_LOOPBACK)
    org = server.organization("acme")
    assert org.request("PUT", "/organizations/acme/options", json={"remote_fullurl_allow": True}).ok
    path = f"/dynamic/noop/-{quote(site.url + '/a.jpg?token=SECRET', safe='')}-.png"
    assert org.render(path).status_code == 200
    by_hand(server, "UPDATE remote_images SET hash = 'none'")
    assert org.render(path).status_code == 500
    site.close()
    told = wait_until(lambda: [line for line in server.log_lines() if line["event"] == "damaged_row"], "the line")
    assert told[0]["row"] == f"acme/{site.url}/a.jpg?token=\u2026"
    assert "SECRET" not in server.log()
