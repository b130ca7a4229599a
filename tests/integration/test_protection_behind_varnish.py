"""Signed URLs with a real Varnish in front: what one was allowed to see is shown to nobody else, and to nobody later."""

import hashlib
import json
import time
from datetime import datetime, timezone
from urllib.parse import quote_plus

import pytest
import requests

from edge.varnish import Varnish
from harness import pictures
from harness.gateway import Gateway
from harness.server import Rucola
from harness.waiting import wait_until

SECRET = "a-secret-of-these-tests"
RESIZE = {"name": "resize", "options": {"width": 32}}


class Edge:
    """client → Varnish → gateway → rucola → Varnish"""

    def __init__(self):
        self.purges = Gateway(0)
        self.server = Rucola(f'[purge]\nrepeat_after_seconds = 1\n[[cdn]]\nkind = "varnish"\nname = "edge"\n'
                             f'url = "http://127.0.0.1:{self.purges.port}"\nsecret = "{SECRET}"\n')
        self.server.start()
        self.backend = Gateway(self.server.port)
        self.varnish = Varnish(self.backend.port, SECRET, probe_interval="100ms")
        self.varnish.start()
        self.purges.target_port = int(self.varnish.url.rsplit(":", 1)[1])
        self.org = self.server.organization("acme")
        self.org.stack("open", RESIZE)
        self.org.stack("closed", RESIZE, protected=True)
        self.hash = self.org.add(pictures.solid(pictures.RED))["hash"]
        self.key = self.org.get("/organizations/acme").json()["signing_keys"][0]["key"]

    def close(self):
        self.varnish.stop()
        for gateway in (self.backend, self.purges):
            gateway.__exit__()
        self.server.close()

    def get(self, path):
        return requests.get(self.varnish.url + path, headers={"Host": "acme.localhost"}, timeout=60)

    def seen(self, path):
        answer = self.get(path)
        return answer.status_code, answer.headers["X-Cache"]

    def signed(self, path):
        sig = hashlib.sha256(f"{path}:{self.key}".encode()).hexdigest()[:16]
        return f"{path}{'&' if '?' in path else '?'}sig={sig}"

    def limited(self, path, end):
        until = datetime.fromtimestamp(end, timezone.utc).isoformat()
        return self.signed(f"{path}?sigopts={quote_plus(json.dumps({'until': until}))}")


@pytest.fixture
def edge():
    made = Edge()
    yield made
    made.close()


def test_a_signed_answer_is_kept_for_its_own_url_only(edge):
    path = f"/closed/{edge.hash}.png"
    signed = edge.signed(path)
    assert edge.seen(signed) == (200, "MISS")
    assert edge.seen(signed) == (200, "HIT")
    for other in (path, path + "?", path + "?sig=" + "0" * 16, path + "?v1", signed + "&x=1", path + "?sig="):
        assert edge.get(other).status_code == 403, other
        assert edge.get(other).status_code == 403, other
    assert edge.seen(signed) == (200, "HIT")


@pytest.mark.time_limit(300)
@pytest.mark.parametrize("origin", ["well", "down"])
def test_nothing_is_shown_past_its_end(edge, origin):
    end = time.time() + 6
    url = edge.limited(f"/closed/{edge.hash}.png", end)
    forever = edge.signed(f"/closed/{edge.hash}.png")
    assert edge.seen(url) == (200, "MISS")
    assert edge.seen(url) == (200, "HIT")
    assert edge.get(forever).status_code == 200
    if origin == "down":
        edge.backend.shut()
    gone = 403 if origin == "well" else 503

    def over():
        asked = time.time()
        status = edge.get(url).status_code
        assert status == gone or (status == 200 and asked < end), status
        return asked > end and status == gone

    wait_until(over, "the end of the signature", 200)
    assert edge.seen(forever) == (200, "HIT"), "what has no end stays"


def test_protecting_the_dynamic_stack_reaches_the_edge(edge):
    path = f"/dynamic/resize-width-9/{edge.hash}.png"
    assert edge.seen(path) == (200, "MISS")
    assert edge.seen(path) == (200, "HIT")
    option = "/organizations/acme/options/protect_dynamic_stack"
    assert edge.org.request("PUT", option, data="true").status_code == 200
    wait_until(lambda: edge.get(path).status_code == 403, "the edge to refuse")
    assert edge.get(edge.signed(path)).status_code == 200


def test_an_option_that_stays_as_it_is_purges_nothing(edge):
    path = f"/dynamic/resize-width-9/{edge.hash}.png"
    option = "/organizations/acme/options/alias_browser_max_age"
    assert edge.org.request("PUT", option, data="60").status_code == 200
    wait_until(lambda: edge.server.metrics().total("rucola_purge_deliveries_total", outcome="confirmed") == 2,
               "both purges")
    assert edge.get(path).status_code == 200
    assert edge.org.request("PUT", option, data="60").status_code == 200
    assert edge.org.request("PUT", "/organizations/acme/options", data='{"alias_browser_max_age":60}').status_code == 200
    assert edge.server.metrics().total("rucola_purges_pending", cache="edge") == 0
    assert edge.seen(path) == (200, "HIT")


def test_a_name_that_comes_back_protected_shows_nothing_of_before(edge):
    path = f"/open/{edge.hash}.png"
    assert edge.seen(path) == (200, "MISS")
    assert edge.org.delete("/stacks/acme/open").status_code == 204
    assert edge.seen(path) == (200, "HIT"), "deleting does not purge"
    closed = {"operations": [RESIZE], "options": {"protected": True}}
    assert edge.org.put_stack("open", closed).status_code == 201
    wait_until(lambda: edge.get(path).status_code == 403, "the edge to refuse")


def test_an_image_that_is_protected_and_dropped_goes_from_the_edge(edge):
    path = f"/open/{edge.hash}.png"
    assert edge.seen(path) == (200, "MISS")
    answer = edge.org.image(edge.hash, "/options/protected", method="PUT", data="true",
                            params={"deletePrevious": "true"})
    assert answer.status_code == 200
    wait_until(lambda: edge.get(path).status_code == 404, "the open picture to go")
    assert edge.get(f"/open/{answer.json()['hash']}.png").status_code == 403
