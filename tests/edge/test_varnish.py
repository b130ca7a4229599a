"""The shipped Varnish set-up (packaging/varnish/default.vcl), in a real varnishd, before an origin under control."""

import json
import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from harness import pictures
from harness.errors import assert_headers_of_an_error
from harness.raw_http import exchange
from harness.server import Rucola
from harness.waiting import wait_until
from origin import Picture
from varnish import SECRET, Varnish

LOGO = "/thumb/-_logo_-.jpg"
HOST = "acme.localhost"

# What browsers say when they load an <img>.
BROWSERS = {
    "Chrome 120": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "Firefox 92": "image/avif,image/webp,*/*",
    "Firefox 128": "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "Safari 17": "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,"
                 "image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "Safari 14": "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
    "Edge 18": "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "curl": "*/*",
}


def get(edge, path=LOGO, **headers):
    return requests.get(edge.url + path, headers={"Host": HOST, "Accept": "*/*", **headers}, timeout=60)


def purge(edge, tags, secret=SECRET):
    headers = {"xkey-purge": tags}
    if secret is not None:
        headers["X-Rucola-Purge-Secret"] = secret
    return requests.request("PURGE", edge.url + "/", headers=headers, timeout=60)


# Hits, and what clients see


def test_the_second_request_is_a_hit(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    first, second = get(edge), get(edge)
    assert (first.status_code, first.content, first.headers["X-Cache"]) == (200, b"v1", "MISS")
    assert (second.status_code, second.content, second.headers["X-Cache"]) == (200, b"v1", "HIT")
    assert "Age" in second.headers
    assert len(origin.seen(LOGO)) == 1


def test_clients_do_not_see_the_tags(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo i1")
    for answer in (get(edge), get(edge)):
        assert "xkey" not in answer.headers
        assert "X-Varnish" not in answer.headers
        assert not [name for name in answer.headers if name.lower().startswith("x-rucola")]


def test_a_moved_alias_stays_old_until_it_is_purged(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo i1")
    get(edge)
    origin.pictures[LOGO] = Picture(b"v2", "alogo i2")
    assert get(edge).content == b"v1"
    assert purge(edge, "alogo").status_code == 200
    assert get(edge).content == b"v2"


def test_hosts_are_kept_apart_without_case(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge)
    assert get(edge, Host="ACME.localhost").headers["X-Cache"] == "HIT"
    assert get(edge, Host="other.localhost").headers["X-Cache"] == "MISS"


def test_the_query_is_part_of_the_address(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge, LOGO + "?sig=1")
    assert get(edge, LOGO + "?sig=2").headers["X-Cache"] == "MISS"
    assert get(edge, LOGO + "?sig=1").headers["X-Cache"] == "HIT"


def test_head_is_answered_from_the_kept_picture(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge)
    answer = requests.head(edge.url + LOGO, headers={"Host": HOST, "Accept": "*/*"}, timeout=60)
    assert (answer.headers["X-Cache"], answer.headers["Content-Length"]) == ("HIT", "2")


def test_a_matching_validator_gives_304(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", headers={"ETag": '"abc"'})
    get(edge)
    assert get(edge, **{"If-None-Match": '"abc"'}).status_code == 304


def test_cookies_neither_reach_the_origin_nor_split_the_cache(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge, Cookie="a=1")
    assert get(edge, Cookie="a=2").headers["X-Cache"] == "HIT"
    assert "cookie" not in origin.seen(LOGO)[0].headers


# Purging


def test_purge_answers_how_many_objects_went(origin, edge):
    for i in range(3):
        origin.pictures[f"/thumb/{i}.jpg"] = Picture(b"x", f"shared own{i}")
        get(edge, f"/thumb/{i}.jpg")
    answer = purge(edge, "shared")
    assert (answer.status_code, answer.headers["X-Purged-Objects"], answer.json()) == (200, "3", {"purged": 3})
    assert purge(edge, "shared").headers["X-Purged-Objects"] == "0"


def test_one_purge_takes_several_tags(origin, edge):
    for i in range(3):
        origin.pictures[f"/thumb/{i}.jpg"] = Picture(b"x", f"own{i}")
        get(edge, f"/thumb/{i}.jpg")
    assert purge(edge, "own0 own2").headers["X-Purged-Objects"] == "2"
    assert get(edge, "/thumb/1.jpg").headers["X-Cache"] == "HIT"
    assert get(edge, "/thumb/2.jpg").headers["X-Cache"] == "MISS"


def test_purge_of_a_thousand_objects(origin, edge):
    paths = [f"/thumb/{i}.jpg" for i in range(1000)]
    for i, path in enumerate(paths):
        origin.pictures[path] = Picture(b"x", f"alogo own{i}")
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda path: get(edge, path), paths))
    assert len(origin.seen()) == 1000
    assert purge(edge, "alogo").headers["X-Purged-Objects"] == "1000"
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda path: get(edge, path), paths))
    assert {answer.headers["X-Cache"] for answer in answers} == {"MISS"}


def test_a_purge_with_a_hundred_tags_fits(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "a0123456789abcdef")
    get(edge)
    tags = " ".join(["a0123456789abcdef", *(f"i{n:016x}" for n in range(99))])
    assert purge(edge, tags).headers["X-Purged-Objects"] == "1"


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper()])
def test_purge_is_refused_without_the_secret(origin, edge, secret):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge)
    answer = purge(edge, "alogo", secret)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == 403
    assert get(edge).headers["X-Cache"] == "HIT"


@pytest.mark.parametrize("configured", [None, ""])
@pytest.mark.parametrize("secret", [None, "", "anything"])
def test_purge_is_off_where_no_secret_is_configured(origin, configured, secret):
    with Varnish(origin.port, configured) as edge:
        origin.pictures[LOGO] = Picture(b"v1", "alogo")
        get(edge)
        answer = purge(edge, "alogo", secret)
        assert answer.status_code == 405
        assert answer.json()["code"] == 405
        assert get(edge).headers["X-Cache"] == "HIT"


def test_purge_without_tags_is_refused(edge):
    answer = requests.request("PURGE", edge.url + "/", headers={"X-Rucola-Purge-Secret": SECRET}, timeout=60)
    assert answer.status_code == 400


def test_the_secret_never_reaches_the_origin(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge, **{"X-Rucola-Purge-Secret": SECRET, "xkey-purge": "alogo"})
    purge(edge, "alogo")
    assert origin.seen()
    for seen in origin.seen():
        assert seen.method != "PURGE"
        assert "x-rucola-purge-secret" not in seen.headers
        assert "xkey-purge" not in seen.headers


def test_an_answer_under_way_during_the_purge_is_stored_and_the_second_purge_removes_it(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo i1")
    origin.gate = threading.Event()
    with ThreadPoolExecutor(1) as client:
        slow = client.submit(get, edge)
        wait_until(lambda: origin.waiting() == 1, "the origin has read the old picture")
        origin.pictures[LOGO] = Picture(b"v2", "alogo i2")  # the alias moves
        assert purge(edge, "alogo").headers["X-Purged-Objects"] == "0"
        origin.gate.set()
        assert slow.result().content == b"v1"
    # This is the race: the cache was purged after the move, and still has the picture of before.
    after_first = get(edge)
    assert (after_first.content, after_first.headers["X-Cache"]) == (b"v1", "HIT")
    assert purge(edge, "alogo").headers["X-Purged-Objects"] == "1"
    assert get(edge).content == b"v2"


# Variants


def test_the_accept_headers_of_seven_browsers_make_three_variants(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", headers={"Vary": "Accept"})
    for _ in range(2):
        for accept in BROWSERS.values():
            assert get(edge, Accept=accept).status_code == 200
    sent = [seen.headers["accept"] for seen in origin.seen(LOGO)]
    assert sorted(sent) == ["*/*", "image/avif,image/webp", "image/webp"]
    assert purge(edge, "alogo").headers["X-Purged-Objects"] == "3"


@pytest.mark.parametrize(
    "accept, expected",
    [
        ("image/avif", "image/avif"),
        ("IMAGE/AVIF", "image/avif"),
        ("image/avif;q=0.1,image/webp", "image/avif,image/webp"),
        ("image/avif;q=0.001", "image/avif"),
        ("image/avif;q=1", "image/avif"),
        ("image/avif ; q=0.5 ; level=0", "image/avif"),
        ("text/html, image/avif", "image/avif"),
        ("image/avif;q=0,image/webp", "image/webp"),
        ("image/avif;q=0.0,image/webp", "image/webp"),
        ("image/avif;q=0.000, image/webp;q=0.9", "image/webp"),
        ("image/avif; q = 0 ,image/webp", "image/webp"),
        ("image/avif;Q=0,image/webp", "image/webp"),
        ("image/avif;level=1;q=0,image/webp", "image/webp"),
        ("image/avif,image/webp;q=0", "image/avif"),
        ("image/webp,image/avif,image/jxl,image/heic,*/*;q=0.5", "image/avif,image/webp"),
        ("image/jxl,image/avif", "image/avif"),
        ("image/jxl", "image/jxl"),
        ("image/jxl,*/*", "image/jxl"),
        ("image/avif;q=0,image/jxl,image/webp", "image/jxl,image/webp"),
        ("image/webp,image/jxl;q=0", "image/webp"),
        ("*/*", "*/*"),
        ("image/*, */*;q=0.1", "*/*"),
        ("image/avif;q=0,image/webp;q=0,*/*", "*/*"),
        ("*/*;q=0", "image/png"),
        ("image/webp;q=0", "image/png"),
        ("image/avif;q=0,image/webp;q=0", "image/png"),
        ("image/avifs", "image/png"),
        ("ximage/avif", "image/png"),
        ("image/*", "image/png"),
        ("image/png", "image/png"),
        ("", "image/png"),
    ],
)
def test_accept_is_reduced_to_its_class(origin, edge, accept, expected):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", headers={"Vary": "Accept"})
    get(edge, Accept=accept)
    assert origin.seen(LOGO)[0].headers["accept"] == expected


@pytest.mark.parametrize("path", ["/", "/doc", "/doc?x=a.jpg", "/img/doc"])
@pytest.mark.parametrize("accept, expected", [
    ("application/json", "application/json"), ("application/json;q=0.5, */*", "application/json"),
    ("text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8", "text/html"),
    ("application/json, Text/HTML;q=0.1", "text/html"), ("text/htmlx", "image/png"), ("*/*", "*/*"),
])
def test_programs_got_a_page_and_browsers_got_json(origin, edge, path, accept, expected):
    get(edge, path, Accept=accept)
    assert [seen.headers["accept"] for seen in origin.seen()] == [expected]


def test_json_ld_was_lost(origin, edge):
    path = "/_iiif/3/0dcabb/info.json"
    origin.pictures[path] = Picture(b"{}", "ilogo", headers={"Vary": "Accept"})
    linked = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json", application/json;q=0.5'
    for accept in (linked, "*/*", BROWSERS["Chrome 120"], "application/ld+json", "application/json"):
        get(edge, path, Accept=accept)
    assert [seen.headers["accept"] for seen in origin.seen(path)] == ["application/ld+json", "application/json"]


def test_a_missing_accept_is_the_class_of_those_who_take_only_what_they_name(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", headers={"Vary": "Accept"})
    get(edge, Accept=None)
    get(edge, Accept="image/png")
    assert [seen.headers["accept"] for seen in origin.seen(LOGO)] == ["image/png"]


def test_save_data_is_on_or_not_there(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", headers={"Vary": "Save-Data"})
    for value in ("on", "ON", "off", "1", "on, on", None, "on"):
        get(edge, **({} if value is None else {"Save-Data": value}))
    assert [seen.headers.get("save-data") for seen in origin.seen(LOGO)] == ["on", None]


# The scheme


def proxied(secure: bool) -> bytes:
    """What a proxy that speaks the PROXY protocol, version 2, sends first."""
    addresses = bytes([198, 51, 100, 7, 127, 0, 0, 1]) + struct.pack(">HH", 4711, 443)
    told = addresses + (struct.pack(">BHBI", 0x20, 5, 1, 0) if secure else b"")  # PP2_TYPE_SSL, PP2_CLIENT_SSL
    return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", len(told)) + told


def as_written(path):
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\n\r\n".encode()


def over_the_listener_for_tls(edge, path, secure=True):
    return exchange(edge.tls_port, proxied(secure) + as_written(path))


def test_pictures_are_kept_once_for_both_schemes(origin):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    with Varnish(origin.port, SECRET, tls=True) as edge:
        assert get(edge).headers["X-Cache"] == "MISS"
        assert over_the_listener_for_tls(edge, LOGO).headers["x-cache"] == "HIT"


def test_who_came_first_chose_the_scheme_of_iiif_for_everybody(origin):
    path = "/_iiif/3/0dcabb/info.json"
    origin.pictures[path] = Picture(b"{}", "ilogo")
    with Varnish(origin.port, SECRET, tls=True) as edge:
        for _ in range(2):
            get(edge, path)
            over_the_listener_for_tls(edge, path)
            over_the_listener_for_tls(edge, path, secure=False)
        assert purge(edge, "ilogo").headers["X-Purged-Objects"] == "2"
    assert [seen.headers["x-forwarded-proto"] for seen in origin.seen(path)] == ["http", "https"]


@pytest.mark.parametrize("name", ["info.json", "info%2Ejson", "inf%6f.json"])
def test_iiif_says_the_scheme_that_was_asked_for_however_the_url_is_written(name):
    with Rucola('[server]\ntrusted_proxies = ["127.0.0.1"]\n') as server, Varnish(server.port, SECRET, tls=True) as edge:
        path = f"/_iiif/3/{server.organization('acme').add(pictures.photo(24, 18))['hash']}/{name}"
        port = int(edge.url.rsplit(":", 1)[1])
        for _ in range(2):
            plain, secure = exchange(port, as_written(path)), over_the_listener_for_tls(edge, path)
        assert (plain.headers["x-cache"], secure.headers["x-cache"]) == ("HIT", "HIT")
    assert json.loads(plain.body)["id"].startswith(f"http://{HOST}/_iiif/3/")
    assert json.loads(secure.body)["id"].startswith(f"https://{HOST}/_iiif/3/")


# What is kept


def test_twenty_clients_at_once_make_one_fetch(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    origin.gate = threading.Event()
    with ThreadPoolExecutor(20) as clients:
        answers = [clients.submit(get, edge) for _ in range(20)]
        wait_until(lambda: origin.waiting() >= 1, "a request has reached the origin")
        wait_until(lambda: edge.counter("MAIN.busy_sleep") >= 19, "the other clients wait for its answer")
        origin.gate.set()
        assert {answer.result().content for answer in answers} == {b"v1"}
    assert len(origin.seen(LOGO)) == 1


def test_an_unknown_alias_is_remembered_briefly_and_can_be_purged(origin, edge):
    origin.pictures[LOGO] = Picture(b"no such alias", "alogo", "public, max-age=10", 404)
    assert get(edge).status_code == 404
    assert get(edge).headers["X-Cache"] == "HIT"
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    purge(edge, "alogo")
    assert get(edge).content == b"v1"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_origin_is_not_remembered(origin, edge, status):
    origin.pictures[LOGO] = Picture(b"oops", "alogo", "public, max-age=31536000", status)
    assert get(edge).status_code == status
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    answer = get(edge)
    assert (answer.status_code, answer.content) == (200, b"v1")


@pytest.mark.parametrize("cache_control", [None, "no-store", "private, max-age=60", "no-cache, max-age=60", "public",
                                           "max-age=0"])
def test_what_may_not_be_kept_is_not_kept(origin, edge, cache_control):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", cache_control)
    get(edge)
    get(edge)
    assert len(origin.seen(LOGO)) == 2


def test_the_shared_share_of_the_time_counts(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo", "public, max-age=0, s-maxage=600")
    get(edge)
    assert get(edge).headers["X-Cache"] == "HIT"


def expired(origin, edge, body=b"v1"):
    """A picture that the edge has kept and that has run out."""
    origin.pictures[LOGO] = Picture(body, "alogo", "public, max-age=1")
    get(edge)
    origin.pictures[LOGO] = Picture(b"newer", "alogo", "public, max-age=600")


def wait_for_age(edge, seconds):
    def old_enough():
        answer = requests.get(edge.url + "/clock", headers={"Host": HOST, "Accept": "*/*"}, timeout=60)
        return int(answer.headers["Age"]) >= seconds
    wait_until(old_enough, "time passes in the edge")


def sick(edge):
    return "sick" in edge.tell("backend.list").lower()


def test_what_ran_out_is_never_served_while_the_origin_is_well(origin, edge):
    origin.pictures["/clock"] = Picture(b"tick")
    expired(origin, edge)
    get(edge, "/clock")
    wait_for_age(edge, 2)
    answer = get(edge)
    assert (answer.content, answer.headers["X-Cache"]) == (b"newer", "MISS")


def test_a_picture_that_ran_out_stands_in_for_an_origin_that_is_gone(origin, edge):
    origin.pictures["/clock"] = Picture(b"tick")
    expired(origin, edge)
    get(edge, "/clock")
    wait_for_age(edge, 2)
    origin.failing_with = 503
    wait_until(lambda: sick(edge), "the probe has noticed")
    answer = get(edge)
    assert (answer.status_code, answer.content, answer.headers["X-Cache"]) == (200, b"v1", "STALE")


@pytest.mark.parametrize("status", [500, 503, 0])
def test_a_picture_that_ran_out_stands_in_for_one_failed_answer(origin, edge, status):
    origin.pictures["/clock"] = Picture(b"tick")
    expired(origin, edge)
    get(edge, "/clock")
    wait_for_age(edge, 2)
    origin.pictures[LOGO] = Picture(b"oops", "", "no-store", status)  # the probe goes on succeeding
    answer = get(edge)
    assert (answer.status_code, answer.content, answer.headers["X-Cache"]) == (200, b"v1", "STALE")
    origin.pictures[LOGO] = Picture(b"newer", "alogo")
    wait_until(lambda: get(edge).content == b"newer", "the origin's recovery is seen")


def test_what_was_purged_never_stands_in(origin, edge):
    origin.pictures["/clock"] = Picture(b"tick")
    expired(origin, edge)
    get(edge, "/clock")
    wait_for_age(edge, 2)
    assert purge(edge, "alogo").headers["X-Purged-Objects"] == "1"
    origin.failing_with = 503
    wait_until(lambda: sick(edge), "the probe has noticed")
    answer = get(edge)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == 503
    assert "Retry-After" in answer.headers
    assert_headers_of_an_error(answer.headers)


def test_an_error_that_ran_out_stands_in_for_nothing(origin, edge):
    origin.pictures["/clock"] = Picture(b"tick")
    origin.pictures[LOGO] = Picture(b"no such alias", "alogo", "public, max-age=1", 404)
    get(edge)
    get(edge, "/clock")
    wait_for_age(edge, 2)
    origin.failing_with = 503
    wait_until(lambda: sick(edge), "the probe has noticed")
    assert get(edge).status_code == 503


def test_a_client_can_not_ask_for_what_ran_out(origin, edge):
    origin.pictures["/clock"] = Picture(b"tick")
    expired(origin, edge)
    get(edge, "/clock")
    wait_for_age(edge, 2)
    answer = get(edge, **{"X-Rucola-Expired": "the origin failed", "X-Rucola-Cache": "HIT"})
    assert (answer.content, answer.headers["X-Cache"]) == (b"newer", "MISS")


# Ranges


@pytest.mark.parametrize("range_, status, body", [
    ("bytes=0-1", 206, b"01"), ("bytes=2-", 206, b"23456789"), ("bytes=-3", 206, b"789"), ("bytes=8-99", 206, b"89"),
    ("bytes=10-", 416, None), ("bytes=0-1,4-5", 200, b"0123456789"), ("bytes=0-1, -2", 200, b"0123456789"),
    ("bytes=5-2", 200, b"0123456789"), ("bytes=a-b", 200, b"0123456789"), ("bytes=-", 200, b"0123456789"),
    ("lines=1-2", 200, b"0123456789"), ("bytes=0-1\r\nRange: bytes=4-5", 200, b"0123456789"),
    ("bytes=0-99999999999999999999", 200, b"0123456789"), ("bytes=-0", 200, b"0123456789"), ("bytes=-00", 200, b"0123456789"),
    ("bytes=-03", 206, b"789"),
])
def test_several_ranges_were_416_and_are_the_whole_picture(origin, edge, range_, status, body):
    origin.pictures[LOGO] = Picture(b"0123456789", "alogo", headers={"ETag": '"abc"'})
    get(edge)
    port = int(edge.url.rsplit(":", 1)[1])
    for more in ("", "Api-Key: k\r\n"):  # a hit, and one that is passed
        answer = exchange(port, f"GET {LOGO} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\nRange: {range_}\r\n{more}\r\n".encode())
        assert answer.status == status, more
        assert body is None or answer.body == body


@pytest.mark.parametrize("more", ["", "Api-Key: k\r\n"])
@pytest.mark.parametrize("range_", ["bytes=10-", "bytes=10-12", "bytes=000000000000010-", "bytes=999999999999999-"])
def test_a_range_behind_the_end_was_an_empty_picture_for_a_year(origin, edge, range_, more):
    headers = {"ETag": '"abc"', "Content-Type": "image/jpeg", "Last-Modified": "Mon, 30 Nov 2020 00:00:00 GMT"}
    origin.pictures[LOGO] = Picture(b"0123456789", "alogo", "public, max-age=31536000, immutable", headers=headers)
    port = int(edge.url.rsplit(":", 1)[1])
    get(edge)
    answer = exchange(port, f"GET {LOGO} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\nRange: {range_}\r\n{more}\r\n".encode())
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */10")
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("no-store", "application/json")
    assert "etag" not in answer.headers and json.loads(answer.body)["error"]["code"] == 416
    assert_headers_of_an_error(answer.headers)
    assert (get(edge).content, get(edge).headers["X-Cache"]) == (b"0123456789", "HIT")


@pytest.mark.parametrize("condition, value, status", [
    ("If-None-Match", '"abc"', 304), ("If-None-Match", '"other"', 200), ("If-Range", '"abc"', 416),
    ("If-Range", "Mon, 30 Nov 2020 00:00:00 GMT", 416), ("If-Range", '"other"', 200),
    ("If-Modified-Since", "Mon, 30 Nov 2020 00:00:00 GMT", 304),
])
def test_a_condition_goes_before_a_range_behind_the_end(origin, edge, condition, value, status):
    headers = {"ETag": '"abc"', "Last-Modified": "Mon, 30 Nov 2020 00:00:00 GMT"}
    origin.pictures[LOGO] = Picture(b"0123456789", "alogo", headers=headers)
    get(edge)
    answer = get(edge, Range="bytes=10-", **{condition: value})
    assert (answer.status_code, len(answer.content)) == (status, len(answer.content) if status == 416 else 10 * (status == 200))


def test_a_range_of_head_is_none(origin, edge):
    origin.pictures[LOGO] = Picture(b"0123456789", "alogo")
    get(edge)
    answer = requests.head(edge.url + LOGO, headers={"Host": HOST, "Accept": "*/*", "Range": "bytes=10-"}, timeout=60)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "10")


# What is the operator's


@pytest.mark.parametrize("target", ["/metrics", "/metrics/", "/metrics?x=1", "/%6detrics", "/%6D%65%74%72%69%63%73",
                                    "http://acme.localhost/metrics", "/img/metrics"])
@pytest.mark.parametrize("more", ["", "Api-Key: k\r\n"])
def test_the_world_could_read_metrics(origin, edge, target, more):
    for path in ("/metrics", "/metrics/", "/%6detrics", "/%6D%65%74%72%69%63%73", "/img/metrics"):
        origin.pictures[path] = Picture(b"rucola_http_requests_total 1", cache_control="no-store",
                                        headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
    port = int(edge.url.rsplit(":", 1)[1])
    answer = exchange(port, f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n{more}\r\n".encode())
    assert (answer.status, b"rucola_http" in answer.body) == (404, False)
    assert json.loads(answer.body)["code"] == 404
    assert_headers_of_an_error(answer.headers)


def test_names_that_look_like_metrics_are_no_metrics(origin, edge):
    for path in ("/organizations/metrics", "/sourceimages/acme/alias/metrics", "/metrics/-_logo_-.jpg", "/metricsx"):
        origin.pictures[path] = Picture(b"v1", headers={"Content-Type": "application/json"})
        assert get(edge, path).status_code == 200


# The management API


@pytest.mark.parametrize("credential", [{"Api-Key": "k" * 64}, {"Authorization": "Bearer t"}])
def test_an_answer_to_one_caller_is_never_kept(origin, edge, credential):
    path = "/sourceimages/acme"
    origin.pictures[path] = Picture(b"{}", "", "public, max-age=600")
    for _ in range(2):
        assert get(edge, path, Host="api.example", **credential).headers["X-Cache"] == "PASS"
    assert len(origin.seen(path)) == 2
    assert get(edge, path, Host="api.example").headers["X-Cache"] == "MISS"


def test_credentials_and_accept_of_the_api_reach_the_origin_as_they_are(origin, edge):
    get(edge, "/sourceimages/acme", Accept="application/json", **{"Api-Key": "key"})
    seen = origin.seen("/sourceimages/acme")[0].headers
    assert (seen["api-key"], seen["accept"]) == ("key", "application/json")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "COPY"])
def test_methods_of_the_api_are_passed_with_their_bodies(origin, edge, method):
    answer = requests.request(method, edge.url + "/stacks/acme/thumb", data=b'{"operations":[]}', timeout=60)
    assert answer.headers["X-Cache"] == "PASS"
    assert origin.seen()[0].method == method
    assert origin.seen()[0].headers["content-length"] == "17"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "BAN"])
def test_other_methods_end_at_the_edge(origin, edge, method):
    answer = requests.request(method, edge.url + LOGO, timeout=60)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert_headers_of_an_error(answer.headers)
    assert origin.seen() == []


def test_the_origin_learns_the_clients_address_and_nothing_invented(origin, edge):
    origin.pictures[LOGO] = Picture(b"v1", "alogo")
    get(edge, **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil",
                 "X-Forwarded-Proto": "https", "Forwarded": "for=203.0.113.9;host=evil.example"})
    seen = origin.seen(LOGO)[0].headers
    assert seen["x-forwarded-for"].replace(" ", "") == "203.0.113.9,127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert "x-forwarded-host" not in seen and "x-forwarded-prefix" not in seen
    assert "forwarded" not in seen
