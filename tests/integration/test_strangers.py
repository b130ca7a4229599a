"""What one organization waits for holds up nobody else: each kind of waiting has threads of its own, and shares.

A call counts as not held up where it is answered while the attack is still under way, however long that takes.
"""

from contextlib import ExitStack

import pytest

from harness import hostile_pictures, pictures, raw_http
from harness.busy import busy_worker, under_way
from harness.site import ALLOW_LOOPBACK, SilentSite, Site
from harness.waiting import wait_until


@pytest.fixture
def silent_site():
    site = SilentSite()
    yield site
    site.close()


def assert_answered(server, org):
    """What operators look at, and management calls of an organization that has nothing to do with it."""
    anonymous = server.anonymous()
    for page in ("/healthz", "/readyz", "/metrics"):
        assert anonymous.get(page).status_code == 200
    hashes = [item["hash"] for item in org.images().json()["items"]]
    for hash_ in hashes:
        org.point("logo", hash_)
        assert org.alias("logo").json()["hash"] == hash_


def test_uploads_from_silent_servers_hold_up_nobody(start_server, silent_site):
    """16 of them, by the lowest role, kept everybody waiting for as long as a fetch may take."""
    server = start_server(ALLOW_LOOPBACK + "timeout_seconds = 600\n")
    stranger = server.organization(role="upload")
    other = server.organization()
    other.add(pictures.photo(64, 48, seed=1701))
    other.add(pictures.photo(64, 48, seed=1702))
    fetches = [lambda: stranger.upload(fields={"url[0]": f"{silent_site.url}/a.jpg"})] * 64
    with under_way(fetches) as unanswered:
        wait_until(lambda: len(silent_site.taken) >= 16, "the server to fetch")
        assert_answered(server, other)
        site = Site()
        site.answers["/b.jpg"] = (200, {}, pictures.photo(64, 48, seed=1703))
        assert other.upload(fields={"url[0]": f"{site.url}/b.jpg"}).status_code == 201, "there are threads for others"
        site.close()
        assert unanswered() == 64
        metrics = server.metrics()
        assert 16 <= metrics.total("rucola_executor_running", executor="remote") < 32
        assert metrics.total("rucola_executor_waiting", executor="remote") > 0
        server.kill()


def test_past_its_share_an_organization_is_told_so(start_server, silent_site):
    server = start_server(ALLOW_LOOPBACK + "timeout_seconds = 600\n")
    stranger = server.organization(role="upload")

    def fetch():
        return stranger.upload(fields={"url[0]": f"{silent_site.url}/a.jpg"})

    with under_way([fetch] * 100) as unanswered:
        wait_until(lambda: unanswered() <= 80, "those that find no place to be answered")
        refused = fetch()
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert server.metrics().total("rucola_executor_refused_total", executor="remote", reason="share_full") >= 20
        server.kill()


def test_inspections_of_bombs_hold_up_nobody(start_server):
    """32 uploads of a picture of 15,000 x 15,000 in 46 KB: an alias call took seconds."""
    server = start_server("[render]\nworkers = 2\njob_timeout = 120\nqueue_timeout = 600\n")
    stranger = server.organization(role="upload")
    other = server.organization()
    other.add(pictures.photo(64, 48, seed=1704))
    bomb = hostile_pictures.png_bomb(15_000, 15_000)
    with under_way([lambda: stranger.upload(("bomb.png", bomb))] * 32) as unanswered:
        busy_worker(server)
        assert_answered(server, other)
        assert other.upload(("small.jpg", pictures.photo(64, 48, seed=1705))).status_code == 201
        assert unanswered() > 0
        server.kill()


def drawing_without_an_end() -> bytes:
    """At the size of a thumbnail, too: each of the rectangles is noise that takes a second."""
    return (b'<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><filter id="f">'
            b'<feTurbulence baseFrequency="0.7" numOctaves="200"/></filter>'
            + b'<rect width="4000" height="4000" filter="url(#f)"/>' * 500 + b"</svg>")


@pytest.mark.parametrize("workers", [1, 2])
def test_drawings_that_two_organizations_upload_hold_up_no_cheap_renders(start_server, workers):
    """Sixty thousand paths: renders waited for four seconds behind one, and so did everything else behind a few."""
    server = start_server(f"[render]\nworkers = {workers}\njob_timeout = 600\nqueue_timeout = 600\n")
    strangers = [server.organization(role="upload") for _ in range(2)]
    other = server.organization()
    small = other.add(pictures.photo(64, 48, seed=1708))["hash"]
    drawing = drawing_without_an_end()
    attack = [lambda org=org: org.upload(("drawing.svg", drawing)) for org in strangers] * 8
    with under_way(attack) as unanswered:
        busy_worker(server)
        for width in range(10, 50):
            assert other.render(f"/dynamic/resize-width-{width}/{small}.jpg").status_code == 200
        assert other.upload(("small.jpg", pictures.photo(64, 48, seed=1709))).status_code == 201
        assert unanswered() == len(attack)
        server.kill()


def test_slow_uploads_take_nothing_that_others_need(start_server):
    """512 of them took the memory for all bodies: every alias move of another organization was answered 503."""
    server = start_server("[server]\ntrusted_proxies = [\"127.0.0.0/8\"]\n")
    stranger = server.organization(role="upload")
    other = server.organization()
    hash_ = other.add(pictures.photo(64, 48, seed=1706))["hash"]

    def begin_upload(number: int) -> int:
        """The status of what the server says before the first byte of the body."""
        connection = connections.enter_context(raw_http.Connection(server.port))
        connection.send(f"POST /sourceimages/{stranger.organization} HTTP/1.1\r\nHost: x\r\nApi-Key: {stranger.key}\r\n"
                        f"X-Forwarded-For: 192.0.2.{number % 250}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                        "Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n".encode())
        return int(connection.socket.recv(1000).split()[1])

    with ExitStack() as connections:
        statuses = [begin_upload(number) for number in range(512)]
        assert statuses.count(100) == 128 and statuses.count(429) == 384, "a quarter is its share"
        for number in range(25):
            other.point(f"logo{number}", hash_)
        assert other.upload(("small.jpg", pictures.photo(64, 48, seed=1707))).status_code == 201
