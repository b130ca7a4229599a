"""The shipped configurations of nginx, HAProxy and Caddy, started for real before a real server."""

import hashlib
import json
import secrets

import pytest
import requests

from harness import pictures
from harness.errors import assert_headers_of_an_error
from harness.raw_http import Connection, exchange, multipart
from harness.server import Rucola
from harness.waiting import wait_until
from origin import Origin
from reverse_proxies import Caddy, Haproxy, Nginx

# Whatever the server would take from a proxy, it is told to take: what a client claims must not get that far.
TRUSTING = ('[server]\ntrusted_proxies = ["127.0.0.0/8"]\nforwarded_host_header = "X-Forwarded-Host"\n'
            'forwarded_prefix_header = "X-Forwarded-Prefix"\n[log]\nformat = "json"\n')
HOST = "acme.localhost"
KINDS = [Nginx, Haproxy, Caddy]


@pytest.fixture(scope="module")
def origin():
    with Rucola(TRUSTING) as server:
        server.acme = server.organization("acme")
        server.other = server.organization("other")
        server.image = server.acme.add(pictures.photo(48, 36))["hash"]
        for org, picture in ((server.acme, pictures.photo(32, 24)), (server.other, pictures.photo(64, 48))):
            org.point("logo", org.add(picture)["hash"])
        yield server


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def front(request, origin):
    with request.param(origin.port, tls=True) as proxy:
        wait_until(lambda: requests.get(proxy.url + "/readyz", timeout=60).status_code == 200,
                   f"{proxy.name} to reach the server")
        yield proxy


def get(front, path, **options):
    options["headers"] = {"Host": HOST, "Accept": "*/*", **options.get("headers", {})}
    return requests.get(front.url + path, timeout=60, **options)


def logged(origin, path: str) -> dict:
    entries = wait_until(lambda: [line for line in origin.log_lines() if line.get("target") == path], "the log line")
    return entries[-1]


# What has to get through


def test_renders_are_what_they_are_without_it(origin, front):
    path = f"/dynamic/resize-width-20/{origin.image}.png"
    answer = get(front, path)
    assert answer.status_code == 200
    direct = origin.acme.render_on_host(path)
    assert answer.content == direct.content
    for name in ("Content-Type", "ETag", "Cache-Control", "Last-Modified"):
        assert answer.headers[name] == direct.headers[name]
    assert get(front, path, headers={"If-None-Match": direct.headers["ETag"]}).status_code == 304
    part = get(front, path, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, direct.content[1:4])
    head = requests.head(front.url + path, headers={"Host": HOST, "Accept": "*/*"}, timeout=60)
    assert head.headers["Content-Length"] == str(len(direct.content))


def test_moved_aliases_are_seen_at_once(origin, front):
    for width in (10, 11):
        origin.acme.point("moves", origin.acme.add(pictures.photo(width, 8, seed=width))["hash"])
        answer = get(front, "/dynamic/noop/-_moves_-.png")
        assert answer.content == origin.acme.render_on_host("/dynamic/noop/-_moves_-.png").content


def test_uploads_of_more_than_the_usual_megabyte(origin, front):
    """1 MB is nginx' default."""
    photo = pictures.photo(24, 18, seed=7)
    picture = photo + secrets.token_bytes(6 << 20)  # a JPEG may be followed by anything
    answer = requests.post(front.url + "/sourceimages/acme", headers={"Api-Key": origin.acme.key},
                           files={"filedata": ("large.jpg", picture)}, timeout=60)
    assert answer.status_code in (200, 201), answer.text
    assert answer.json()["items"][0]["binary_hash"] == hashlib.sha1(picture).hexdigest()
    assert answer.headers["Content-Type"] == "application/json"


def test_an_upload_reaches_the_server_while_it_is_being_sent(origin, front):
    """Collected by the proxy first, it would be written to disk twice, and nobody's share would bound it."""
    body = multipart("b", ("filedata", "a.jpg", pictures.photo(24, 18, seed=8) + secrets.token_bytes(3 << 20)))
    half = len(body) // 2
    spool = origin.data / "spool"

    def spooled():
        return sum(file.stat().st_size for file in spool.glob("**/*") if file.is_file())

    wait_until(lambda: spooled() == 0, "the spool to be empty")
    with Connection(front.port) as client:
        client.send(f"POST /sourceimages/acme HTTP/1.1\r\nHost: api.localhost\r\nApi-Key: {origin.acme.key}\r\n"
                    f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        client.send(body[:half])
        wait_until(lambda: spooled() >= 1 << 20, "half of the upload to be in the server's spool")
        client.send(body[half:])
        assert client.answer().status == 201


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_empty_chunked_body_is_no_body(origin, front, method):
    path = f"/dynamic/noop/{origin.image}.jpg"
    answer = exchange(front.port, f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                      .encode(), head_only=method == "HEAD")
    assert answer.status == 200


def test_the_api_s_methods_and_bodies_get_through(origin, front):
    key = {"Api-Key": origin.acme.key}
    url = front.url + "/sourceimages/acme/alias/through"
    assert requests.put(url, json={"hash": origin.image}, headers=key, timeout=60).status_code == 201
    assert requests.delete(url, headers=key, timeout=60).status_code == 204
    copied = requests.request("COPY", front.url + f"/sourceimages/acme/{origin.image}", timeout=60,
                              headers={**key, "Destination": "other"})
    assert copied.headers["Content-Type"] == "application/json"  # the server's answer, whatever it is
    preflight = requests.options(front.url + "/sourceimages/acme", timeout=60,
                                 headers={"Origin": "https://app.example", "Access-Control-Request-Method": "COPY"})
    assert "COPY" in preflight.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("target", ["/x%2Fy//z%20a/-https%3A%2F%2Fexample.org%2Fa.jpg-.jpg", "/x/../y", "/x?a=%5B1%5D&v=%7B%7D",
                                    "/dynamic/resize-width-[10+5]/abcdef.jpg"])
def test_urls_reach_the_server_as_they_were_written(origin, front, target):
    """Signatures are over them, and what is escaped in a render URL means something else."""
    target = f"/{secrets.token_hex(4)}{target}"
    exchange(front.port, f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert logged(origin, target)["status"] >= 400


def test_tls_is_told_to_the_server(origin, front):
    path = f"/_iiif/3/{origin.image}/info.json"
    secure = requests.get(front.tls_url + path, headers={"Host": f"{HOST}:{front.tls_port}"}, timeout=60,
                          verify=str(front.folder / "rucola.crt"))
    assert secure.json()["id"] == f"https://{HOST}:{front.tls_port}/_iiif/3/{origin.image}"
    assert get(front, path, headers={"X-Forwarded-Proto": "https"}).json()["id"].startswith("http://")


# What must not


@pytest.mark.parametrize("claim", [
    {"X-Forwarded-Host": "other.localhost"}, {"Forwarded": "host=other.localhost;for=203.0.113.9;proto=https"},
    {"X-Forwarded-Prefix": "/other"}, {"x-forwarded-host": "other.localhost", "X-Forwarded-For": "203.0.113.9"},
], ids=str)
def test_what_a_client_claims_changes_nothing(origin, front, claim):
    right = origin.acme.render_on_host("/dynamic/noop/-_logo_-.png").content
    assert get(front, "/dynamic/noop/-_logo_-.png", headers=claim).content == right
    info = get(front, f"/_iiif/3/{origin.image}/info.json", headers=claim).json()
    assert info["id"] == f"http://{HOST}/_iiif/3/{origin.image}"
    marked = f"/{secrets.token_hex(4)}"
    get(front, marked, headers=claim)
    assert logged(origin, marked)["client"] == "127.0.0.1"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_server_gets_what_the_proxy_knows_and_nothing_that_a_client_claims(kind):
    fake = Origin()
    try:
        with kind(fake.port) as front:
            wait_until(lambda: requests.get(front.url + "/readyz", timeout=60).status_code == 200, "the proxy to be ready")
            claims = "".join(f"{name}: {value}\r\n" for name, value in (
                ("Forwarded", "for=203.0.113.9;host=evil.example"), ("X-Forwarded-For", "203.0.113.9"),
                ("X-Forwarded-For", "203.0.113.8"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-Prefix", "/evil"), ("x-forwarded-prefix", "/evil"), ("X-Kept", "1")))
            exchange(front.port, f"GET /seen HTTP/1.1\r\nHost: {HOST}:81\r\n{claims}\r\n".encode())
        seen = fake.seen("/seen")[0].headers
    finally:
        fake.close()
    told = {name: value for name, value in seen.items() if "forwarded" in name}
    assert told == {"x-forwarded-for": "127.0.0.1", "x-forwarded-host": f"{HOST}:81", "x-forwarded-proto": "http"}
    assert (seen["host"], seen["x-kept"]) == (f"{HOST}:81", "1")


def test_a_request_line_that_names_another_host_is_one_request_for_one_host(origin, front):
    """Were the organization chosen by one and the cache's key by the other, one's picture would be kept for the other."""
    both = {org.organization: org.render_on_host("/dynamic/noop/-_logo_-.png").content for org in (origin.acme, origin.other)}
    answer = exchange(front.port, f"GET http://other.localhost/dynamic/noop/-_logo_-.png HTTP/1.1\r\nHost: {HOST}\r\n"
                                  f"Accept: */*\r\n\r\n".encode())
    assert answer.status == 400 or answer.body == both["other"]


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/%6detrics", "/metrics?x=1", "/%6D%65%74%72%69%63%73/"])
def test_metrics_are_not_for_the_world(front, path):
    answer = exchange(front.port, f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    assert answer.status == 404 and b"rucola_" not in answer.body
    assert json.loads(answer.body)["code"] == 404
    assert_headers_of_an_error(answer.headers)
    assert get(front, "/organizations/metrics", headers={"Host": "api.localhost"}).status_code != 404


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_clients_read_json_where_the_server_is_gone(kind):
    with Rucola() as server:
        port = server.port
    with kind(port) as front:
        answer = get(front, "/dynamic/noop/abcdef.jpg")
        assert answer.status_code in (502, 503)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["error"]["code"] == answer.json()["code"] == answer.status_code
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Retry-After"]
        assert_headers_of_an_error(answer.headers)


def test_what_the_server_says_of_safety_is_said_once(origin, front):
    """What a proxy adds to its own errors is not added to what comes through it."""
    for path, status in ((f"/dynamic/noop/{origin.image}.png", 200), ("/dynamic/noop/ffffffff.png", 404)):
        answer, direct = get(front, path), origin.acme.render_on_host(path)
        assert (answer.status_code, direct.status_code) == (status, status)
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Access-Control-Allow-Origin"):
            assert answer.headers.get(name) == direct.headers.get(name), name
    assert_headers_of_an_error(direct.headers)


# Below a path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_example_of_a_path_prefix(kind):
    setting = 'path_prefix = "/img"\n'
    named = 'forwarded_prefix_header = "X-Forwarded-Prefix"\n'
    config = '[server]\ntrusted_proxies = ["127.0.0.1"]\n' + (named if kind is Haproxy else setting) + '[log]\nformat = "json"\n'
    with Rucola(config) as server, kind(server.port, below_a_path=True) as front:
        wait_until(lambda: requests.get(front.url + "/img/readyz", timeout=60).status_code == 200, "the proxy to be ready")
        org = server.organization("acme")
        uploaded = requests.post(front.url + "/img/sourceimages/acme", headers={"Api-Key": org.key}, timeout=60,
                                 files={"filedata": ("a.jpg", pictures.photo(24, 18))})
        hash_ = uploaded.json()["items"][0]["hash"]
        assert uploaded.headers["Location"] == f"/img/sourceimages/acme/{hash_}"
        rendered = requests.get(f"{front.url}/img/render/acme/dynamic/noop/{hash_}.png", timeout=60)
        assert rendered.content == org.render(f"/dynamic/noop/{hash_}.png").content
        info = requests.get(f"{front.url}/img/render/acme/_iiif/3/{hash_}/info.json", timeout=60).json()
        assert info["id"] == f"{front.url}/img/render/acme/_iiif/3/{hash_}"
        for root in ("/img", "/img/"):
            assert 'href="/img/doc"' in requests.get(front.url + root, timeout=60).text
        for path in ("/img/metrics", "/img/%6detrics", "/img/metrics/"):
            answer = exchange(front.port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert answer.status == 404 and b"rucola_" not in answer.body
        escaped = f"/img/{secrets.token_hex(4)}%2Fy//z"
        exchange(front.port, f"GET {escaped} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        logged(server, escaped if kind is not Haproxy else escaped.removeprefix("/img"))


# nginx as a cache


@pytest.fixture(scope="module")
def cache(origin):
    with Nginx(origin.port, caching=True) as proxy:
        yield proxy


def test_nginx_keeps_renders_by_hash(origin, cache):
    path = f"/dynamic/resize-width-21/{origin.image}.jpg"
    seen = [get(cache, path) for _ in range(2)]
    assert [answer.headers["X-Cache"] for answer in seen] == ["MISS", "HIT"]
    assert {answer.content for answer in seen} == {origin.acme.render_on_host(path).content}
    tag = seen[0].headers["ETag"]
    assert get(cache, path, headers={"If-None-Match": tag}).status_code == 304
    assert get(cache, path, headers={"Range": "bytes=0-2"}).content == seen[0].content[:3]


def test_what_is_kept_has_each_header_once(origin, cache):
    path = f"/dynamic/resize-width-25/{origin.image}.jpg"
    for status, kept in (("MISS", path), ("HIT", path), ("MISS", "/dynamic/noop/ffffffff.jpg")):
        answer, direct = get(cache, kept), origin.acme.render_on_host(kept)
        assert answer.headers["X-Cache"] == status
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Access-Control-Allow-Origin"):
            assert answer.headers.get(name) == direct.headers.get(name), name


@pytest.mark.parametrize("request_", [b"G@T / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"], ids=repr)
def test_nginx_refused_what_is_no_http_without_a_policy(cache, request_):
    answer = exchange(cache.port, request_)
    assert answer.status == 400
    assert_headers_of_an_error(answer.headers)


def test_nginx_keeps_tiles(origin, cache):
    path = f"/_iiif/3/{origin.image}/0,0,16,16/16,16/0/default.jpg"
    assert [get(cache, path).headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]


def test_nginx_keeps_nothing_that_may_change(origin, cache):
    """It can't be purged by tag: an alias would be what it was for a year."""
    for width in (12, 13):
        origin.acme.point("kept", origin.acme.add(pictures.photo(width, 8, seed=width))["hash"])
        for _ in range(2):
            answer = get(cache, "/dynamic/noop/-_kept_-.png")
            assert "X-Cache" not in answer.headers
            assert answer.content == origin.acme.render_on_host("/dynamic/noop/-_kept_-.png").content
    for _ in range(2):
        assert get(cache, "/dynamic/noop/ffffffff.jpg").status_code == 404
        assert get(cache, "/dynamic/noop/ffffffff.jpg").headers["X-Cache"] != "HIT"


def test_nginx_keeps_a_variant_for_each_class_of_accept_and_no_more(origin, cache):
    """Vary alone makes one for every spelling, and a class that is not in the key gives AVIF to who can't read it."""
    origin.acme.stack("auto", {"name": "resize", "options": {"width": 22}}, autoformat=True)
    path = f"/auto/{origin.image}.jpg"
    chrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
    firefox = "image/avif,image/webp,*/*"
    safari = "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"
    refuses = "image/avif;q=0,image/webp;q=0.0,*/*"
    sent = (chrome, firefox, safari, refuses, "*/*", "image/jpeg", "image/avif", "image/jxl,*/*", "image/jxl,image/webp")
    seen = [get(cache, path, headers={"Accept": accept}) for accept in sent]
    assert [answer.headers["X-Cache"] for answer in seen] == ["MISS", "HIT", "MISS", "MISS", "HIT", *["MISS"] * 4]
    for answer, accept in zip(seen, sent):
        assert answer.headers["Content-Type"] == origin.acme.render_on_host(path, headers={"Accept": accept}).headers["Content-Type"]
    assert [answer.headers["Content-Type"] for answer in seen[-3:]] == ["image/avif", "image/jxl", "image/jxl"]


def test_nginx_keeps_hosts_apart_and_no_answer_to_one_caller(origin, cache):
    path = f"/dynamic/resize-width-23/{origin.image}.jpg"
    assert get(cache, path).status_code == 200
    assert get(cache, path, headers={"Host": "other.localhost"}).status_code == 404
    assert get(cache, path, headers={"Api-Key": origin.acme.key}).headers["X-Cache"] == "BYPASS"
    for claim in ({"X-Forwarded-Host": "other.localhost"}, {"X-Forwarded-Prefix": "/evil"}):
        assert get(cache, path, headers=claim).headers["X-Cache"] == "HIT"


def test_a_signed_url_that_ends_is_not_kept_by_nginx(origin, cache):
    """It would go on showing the picture where the server can't be reached any more."""
    hash_ = origin.acme.upload(pictures.photo(26, 18, seed=26), fields={"options[0]": '{"protected":true}'}).json()["items"][0]["hash"]
    asked = {"url": f"http://{HOST}/dynamic/noop/{hash_}.png", "until": "2050-02-08T07:05:00Z"}
    signed = origin.acme.request("POST", "/utils/acme/sign_url", json=asked).json()["signed_url"].removeprefix(f"http://{HOST}")
    assert [get(cache, signed).headers["X-Cache"] for _ in range(2)] == ["MISS", "MISS"]


@pytest.mark.parametrize("headers, status", [
    ({"Range": "bytes=999999-"}, 416), ({"Range": "bytes=-0"}, 416), ({"Range": "bytes=3-1"}, 200),
    ({"Range": "bytes=0-1,3-4"}, 200), ({"Range": "lines=1-2"}, 200), ({"If-Match": '"other"'}, 412),
    ({"Range": "bytes=0-99999999999999999999"}, 206),
    ({"If-Unmodified-Since": "Mon, 30 Nov 1998 00:00:00 GMT"}, 412), ({"Range": "bytes=-3"}, 206),
    ({"Range": "bytes=1-3"}, 206), ({"Range": "bytes=0-"}, 206), ({"Range": "bytes=0-0", "If-Range": '"other"'}, 200),
], ids=str)
def test_nginx_refused_with_a_page_that_was_kept_for_a_year(origin, cache, headers, status):
    path = f"/dynamic/resize-width-24/{origin.image}.jpg"
    whole = get(cache, path)
    answer, direct = get(cache, path, headers=headers), origin.acme.render_on_host(path, headers=headers)
    assert (answer.status_code, answer.content) == (status, direct.content)
    for name in ("Content-Type", "Content-Range", "Cache-Control", "ETag"):
        assert answer.headers.get(name) == direct.headers.get(name), name
    again = get(cache, path)
    assert (again.headers["X-Cache"], again.content) == ("HIT", whole.content)


def test_json_ld_was_lost_in_nginx(origin, cache):
    path = f"/_iiif/3/{origin.image}/info.json"
    sent = ("application/ld+json", "*/*", 'application/ld+json;profile="x", application/json', "application/json")
    seen = [get(cache, path, headers={"Accept": accept}) for accept in sent]
    assert [answer.headers["X-Cache"] for answer in seen] == ["MISS", "MISS", "HIT", "HIT"]
    assert [answer.headers["Content-Type"].split(";")[0] for answer in seen] == ["application/ld+json", "application/json"] * 2
