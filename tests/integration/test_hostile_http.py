"""Requests that no decent client sends, by hand, and clients that are slow, many or impolite."""

import json
import resource
import socket
import threading
import time

import pytest
import requests

from harness import pictures, raw_http
from harness.server import Rucola
from harness.waiting import wait_until

SHORT_PATIENCE = """
[server]
header_timeout = 1
body_timeout = 1
idle_timeout = 2
write_timeout = 1
"""


def ask(server, text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    return raw_http.exchange(server.port, data)


def assert_refused_and_closed(server, data: bytes, status=(400,)):
    with raw_http.Connection(server.port) as connection:
        connection.send_while_open(data)
        answer = connection.answer()
        assert answer is not None and answer.status in status, answer
        assert connection.is_closed_by_server()


# The framing of requests


@pytest.mark.parametrize("head", [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 5\r\nContent-Length: 5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: +5\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 0x5\r\n",
    "Content-Length: 99999999999999999999999\r\n",
    "Content-Length: \r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    " Transfer-Encoding: chunked\r\n",
    "X: a\r\n b\r\n",
    "X: a\r\n\tb\r\n",
    "no colon\r\n",
    ": empty name\r\n",
    "X(Y): z\r\n",
    "X: a\x00b\r\n",
    "X: a\rb\r\n",
    "Host: another\r\n",
], ids=repr)
def test_ambiguous_heads_are_refused_and_the_connection_closed(server, head):
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    data = f"POST /stacks/none/x HTTP/1.1\r\nHost: localhost\r\n{head}\r\n".encode("latin-1") + b"0\r\n\r\n" + smuggled
    assert_refused_and_closed(server, data, (400, 501))


@pytest.mark.parametrize("line", [
    "GET /healthz HTTP/1.1\nHost: x\n\n",
    "GET /healthz HTTP/1.1\r\nHost: x\n\r\n",
    "GET /healthz HTTP/1.1\nHost: x\r\n\r\n",
], ids=repr)
def test_bare_line_feeds_are_refused(server, line):
    assert_refused_and_closed(server, line.encode())


@pytest.mark.parametrize("line,status", [
    ("GET /healthz", (400,)), ("GET  /healthz HTTP/1.1", (400,)), ("GET /heal thz HTTP/1.1", (400,)),
    ("/healthz HTTP/1.1", (400,)), ("GET healthz HTTP/1.1", (400,)), ("G(T /healthz HTTP/1.1", (400,)),
    ("GET /healthz HTTP/9.9", (400, 505)), ("GET /healthz HTTPS/1.1", (400,)), ("GET /healthz HTTP/1.1 x", (400,)),
    ("GET /h\xe4lthz HTTP/1.1", (400,)), ("GET /healthz#x HTTP/1.1", (400,)), ("GET /heal\tthz HTTP/1.1", (400,)),
    ("BREW /healthz HTTP/1.1", (405, 501)), ("CONNECT example.com:80 HTTP/1.1", (400, 405, 501)),
    ("TRACE /healthz HTTP/1.1", (405, 501)), ("PRI * HTTP/2.0", (400, 505)),
], ids=lambda value: repr(value) if isinstance(value, str) else "")
def test_first_lines_that_are_not_right(server, line, status):
    answer = ask(server, f"{line}\r\nHost: x\r\n\r\n")
    assert answer.status in status


@pytest.mark.parametrize("head,status", [("", 400), ("Host: a\r\nHost: b\r\n", 400), ("Host: a b\r\n", 400),
                                         ("Host: user@a\r\n", 400), ("Host: a/b\r\n", 400), ("Host: a:b\r\n", 400)])
def test_the_host_is_there_once_and_is_one(server, head, status):
    assert ask(server, f"GET /healthz HTTP/1.1\r\n{head}\r\n").status == status


def test_http_1_0_is_served_and_closed(server):
    with raw_http.Connection(server.port) as connection:
        connection.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert connection.answer().status == 200
        assert connection.is_closed_by_server()


def test_http_1_0_with_a_transfer_encoding_is_refused(server):
    data = b"POST /stacks/a/b HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert_refused_and_closed(server, data)


@pytest.mark.parametrize("chunks", [
    b"5\r\nabc\r\n0\r\n\r\n", b"zz\r\nabc\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"3 \r\nabc\r\n0\r\n\r\n",
    b"3\nabc\n0\n\n", b"3\r\nabcd\r\n0\r\n\r\n", b"0x3\r\nabc\r\n0\r\n\r\n",
])
def test_broken_chunks(org, server, chunks):
    head = (f"PUT /stacks/{org.organization}/chunks HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n")
    assert_refused_and_closed(server, head.encode() + chunks + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")


# Limits


def test_a_header_over_the_limit(server):
    answer = ask(server, "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + "y" * 9000 + "\r\n\r\n")
    assert answer.status == 431
    answer = ask(server, "GET /healthz HTTP/1.1\r\nHost: x\r\n" + "X: yyyyyyyy\r\n" * 1000 + "\r\n")
    assert answer.status == 431


def test_a_target_over_the_limit(server):
    assert ask(server, "GET /" + "a" * 9000 + " HTTP/1.1\r\nHost: x\r\n\r\n").status in (414, 431)


def test_a_header_without_end_is_cut_off(server):
    with raw_http.Connection(server.port) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ")
        for _ in range(1000):
            if not connection.send_while_open(b"y" * 1024):
                break
        answer = connection.answer()
        assert answer is None or answer.status == 431


def test_headers_up_to_the_limit_are_read(server):
    assert ask(server, "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + "y" * 7000 + "\r\n\r\n").status == 200


def test_more_connections_than_allowed(start_server):
    server = start_server("[server]\nconnections = 20\nconnections_per_address = 20\n")
    wait_until(lambda: requests.get(server.url + "/healthz", headers={"Connection": "close"}).status_code == 200, "it")
    idle = []
    try:
        answers = []
        for _ in range(40):
            connection = raw_http.Connection(server.port)
            idle.append(connection)
            connection.send_while_open(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answers.append(connection.answer())
        statuses = [answer.status if answer else None for answer in answers]
        assert statuses[:15] == [200] * 15
        assert statuses[-15:] in ([503] * 15, [429] * 15)
        assert all("retry-after" in answer.headers for answer in answers[-15:])
    finally:
        for connection in idle:
            connection.socket.close()

    def free_again():
        with raw_http.Connection(server.port) as connection:
            connection.send_while_open(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = connection.answer()
            return answer is not None and answer.status == 200

    wait_until(free_again, "connections to be free again")


@pytest.mark.parametrize("request_", [
    "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /healthz HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + "y" * 9000 + "\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /stacks/a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
], ids=range(8))
def test_every_answer_forbids_sniffing_and_every_error_is_json_that_runs_nothing(server, request_):
    answer = ask(server, request_)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "date" in answer.headers
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/json"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert json.loads(answer.body)["code"] == answer.status


# Pipelining and keep-alive


def test_pipelined_requests_are_answered_in_order(org, server):
    hash_ = org.add(pictures.photo(60, 40, seed=1000))["hash"]
    org.stack("pipe", {"name": "resize", "options": {"width": 30}})
    paths = ["/healthz", f"/render/{org.organization}/pipe/{hash_}.jpg", "/nothing", "/operations",
             f"/render/{org.organization}/pipe/{hash_}.png", "/readyz"] * 5
    with raw_http.Connection(server.port) as connection:
        connection.send("".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths).encode())
        answers = [connection.answer() for _ in paths]
    wanted = [200, 200, 404, 200, 200, 200] * 5
    assert [answer.status for answer in answers] == wanted
    kinds = [answer.headers["content-type"] for answer in answers[:6]]
    assert kinds == ["application/json", "image/jpeg", "application/json", "application/json", "image/png",
                     "application/json"]


def test_pipelined_heads_and_bodies(org, server):
    body = b'{"operations": []}'
    put = (f"PUT /stacks/{org.organization}/piped?overwrite=true HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
           f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    head = b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    get = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with raw_http.Connection(server.port) as connection:
        connection.send(put + head + put + get)
        assert connection.answer().status in (200, 201)
        assert connection.answer(head_only=True).status == 200
        assert connection.answer().status == 200
        assert b"ok" in connection.answer().body


def test_a_body_nobody_asked_for_is_not_the_next_request(server):
    """The body of a refused or body-less request must never be read as a request."""
    inner = b"GET /operations HTTP/1.1\r\nHost: x\r\n\r\n"
    data = b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner
    with raw_http.Connection(server.port) as connection:
        connection.send(data + b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        first = connection.answer()
        assert first.status in (200, 400)
        second = connection.answer()
        assert second is None or b"ready" in second.body


def test_connection_close_is_kept(server):
    with raw_http.Connection(server.port) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.answer().headers["connection"] == "close"
        assert connection.is_closed_by_server()


def test_a_request_in_pieces_is_a_request(server):
    with raw_http.Connection(server.port) as connection:
        for byte in b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n":
            connection.send(bytes([byte]))
        assert connection.answer().status == 200


@pytest.mark.parametrize("pieces,status", [
    ([b"\r\n", b""], 200), ([b"\r", b"\n"], 200), ([b"\r\n\r\n", b""], 400), ([b"\r\n", b"\r\n"], 400),
    ([b"\r\n\r", b"\n"], 400), ([b"\r", b"\n\r\n"], 400),
], ids=repr)
def test_an_empty_line_before_a_request_counts_the_same_however_it_is_cut(server, pieces, status):
    """Of `\\r` and `\\n` in a packet each the first was a request that had begun."""
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for before in (b"", request):  # on a fresh connection, and behind a request
        with raw_http.Connection(server.port) as connection:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.send(before + pieces[0])
            if before:
                assert connection.answer().status == 200
            time.sleep(0.05)  # a packet each
            connection.send(pieces[1] + request)
            answer = connection.answer()
            assert answer.status == status
            if status == 400:
                assert "empty line" in json.loads(answer.body)["message"]
                assert connection.is_closed_by_server()


def test_a_range_that_is_sent_twice_is_a_list(org, server):
    """The first one counted: 206, where both in one field are answered whole."""
    hash_ = org.add(pictures.photo(60, 40, seed=1002))["hash"]
    path = f"/render/{org.organization}/dynamic/resize-width-30/{hash_}.jpg"

    def status(*fields: str) -> int:
        head = "".join(f"{field}\r\n" for field in fields)
        return ask(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n").status

    whole = ask(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
    etag = whole.headers["etag"]
    assert status("Range: bytes=0-1") == 206
    assert status("Range: bytes=0-1", "Range: bytes=2-3") == 200
    assert status("Range: bytes=0-1", f"If-Range: {etag}") == 206
    assert status("Range: bytes=0-1", f"If-Range: {etag}", f"If-Range: {etag}") == 200
    in_a_while = "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"
    assert status(in_a_while) == 304
    assert status(in_a_while, in_a_while) == 200
    long_ago = "If-Unmodified-Since: Tue, 10 Dec 2019 11:13:24 GMT"
    assert status(long_ago) == 412
    assert status(long_ago, long_ago) == 200


def test_a_client_that_leaves_before_its_answer_disturbs_nobody(org, server):
    hash_ = org.add(pictures.photo(600, 400, seed=1001))["hash"]
    for number in range(30):
        connection = raw_http.Connection(server.port)
        path = f"/render/{org.organization}/dynamic/resize-width-{500 + number}/{hash_}.jpg"
        connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.socket.close()
    assert org.render(f"/dynamic/resize-width-99/{hash_}.jpg").status_code == 200


# Slow clients


@pytest.fixture(scope="module")
def impatient():
    with Rucola(SHORT_PATIENCE) as server:
        yield server


def test_a_slow_header_is_cut_off(impatient):
    with raw_http.Connection(impatient.port) as connection:
        connection.send(b"GET /healthz HT")
        answer = connection.answer()
        assert answer is None or answer.status == 408
        assert connection.is_closed_by_server()


def test_a_header_that_trickles_is_cut_off_all_the_same(impatient):
    """Each byte on its own is no reason for more patience."""
    with raw_http.Connection(impatient.port) as connection:
        text = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 10_000
        position, stop = 0, threading.Event()

        def trickle():
            nonlocal position
            while not stop.wait(0.05) and connection.send_while_open(text[position:position + 1]):
                position += 1

        sender = threading.Thread(target=trickle)
        sender.start()
        answer = connection.answer()
        stop.set()
        sender.join()
        assert answer is None or answer.status == 408


@pytest.mark.parametrize("path,kind", [("/stacks/{org}/slow", "application/json"),
                                       ("/sourceimages/{org}", "multipart/form-data; boundary=b")])
def test_a_slow_body_is_cut_off(impatient, path, kind):
    org = impatient.organization()
    method = "PUT" if "stacks" in path else "POST"
    with raw_http.Connection(impatient.port) as connection:
        connection.send(f"{method} {path.format(org=org.organization)} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        f"Content-Type: {kind}\r\nContent-Length: 100000\r\n\r\n--b\r\n".encode())
        answer = connection.answer()
        assert answer is None or answer.status == 408
        assert connection.is_closed_by_server()
    assert org.images().json()["total"] == 0


def test_a_body_that_trickles_is_cut_off(impatient):
    org = impatient.organization()
    with raw_http.Connection(impatient.port) as connection:
        connection.send(f"PUT /stacks/{org.organization}/slow HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        "Content-Length: 100000\r\n\r\n".encode())
        stop = threading.Event()

        def trickle():
            while not stop.wait(0.05) and connection.send_while_open(b" "):
                pass

        sender = threading.Thread(target=trickle)
        sender.start()
        answer = connection.answer()
        stop.set()
        sender.join()
        assert answer is None or answer.status == 408


def test_an_idle_connection_is_closed(impatient):
    with raw_http.Connection(impatient.port) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.answer().status == 200
        assert connection.is_closed_by_server()
    with raw_http.Connection(impatient.port) as connection:
        answer = connection.answer()  # not a byte was sent
        assert answer is None or answer.status == 408


def test_an_empty_line_now_and_then_keeps_no_connection_open(impatient):
    """One every second did, for ever."""
    with raw_http.Connection(impatient.port) as connection:
        began = time.monotonic()
        time.sleep(1)
        connection.send(b"\r\n")
        assert connection.is_closed_by_server()
        assert time.monotonic() - began < 2.8, "idle_timeout from the beginning, not from the empty line"


def test_a_client_that_does_not_read_is_let_go(impatient):
    org = impatient.organization()
    picture = pictures.encode(pictures.scene(1600, 1600), "TIFF")  # 7.7 MB: more than any socket buffers
    hash_ = org.add(picture)["hash"]
    with raw_http.Connection(impatient.port) as connection:
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(4):
            connection.send_while_open(
                f"GET /sourceimages/{org.organization}/{hash_}/download HTTP/1.1\r\nHost: x\r\n"
                f"Api-Key: {org.key}\r\n\r\n".encode())
        wait_until(lambda: not _is_connected(impatient, connection), "the server to hang up")
    assert org.image(hash_, "/download").content == picture


def _is_connected(server, connection) -> bool:
    """Whether the server still holds its end, by the kernel's own list."""
    port = connection.socket.getsockname()[1]
    wanted = f"0100007F:{server.port:04X} 0100007F:{port:04X} 01"
    with open("/proc/net/tcp") as table:
        return any(wanted in line for line in table)


# Very many


def test_ten_thousand_idle_connections(start_server):
    """A request on one more is still answered, and memory stays bounded."""
    wanted = 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard > wanted + 200, f"this test needs more than {hard} descriptors"
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = start_server()
    org = server.organization()
    org.point("logo", org.add(pictures.photo(64, 48))["hash"])
    assert org.render("/dynamic/resize-width-32/-_logo_-.jpg").status_code == 200
    before = server.resident_bytes()
    idle = []
    try:
        for number in range(wanted):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
            idle.append(connection)
            if number % 2:  # half of them have begun a request and stop in the middle of it
                connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        assert org.render("/dynamic/resize-width-32/-_logo_-.jpg").status_code == 200
        assert org.render("/dynamic/resize-width-31/-_logo_-.jpg").status_code == 200
        assert org.alias("logo").status_code == 200
        grown = server.resident_bytes() - before
        assert grown < wanted * 16 * 1024, f"{grown / wanted / 1024:.1f} KiB a connection"
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert org.render("/dynamic/resize-width-30/-_logo_-.jpg").status_code == 200
