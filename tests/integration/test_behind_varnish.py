"""The whole path with a real Varnish in front: hit, move, purge, new picture; the race of an answer in flight; and
outages."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from edge.varnish import Varnish
from harness import pictures, pixels
from harness.gateway import Gateway
from harness.server import Rucola
from harness.waiting import wait_until

SECRET = "a-secret-of-these-tests"
COLOURS = (pictures.RED, pictures.GREEN, pictures.BLUE)
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


class Edge:
    """client → Varnish → `backend` gateway → rucola → `purges` gateway → Varnish"""

    def __init__(self, repeat_after: int, more_caches: str = ""):
        self.purges = Gateway(0)
        self.server = Rucola(f'[purge]\nrepeat_after_seconds = {repeat_after}\nalias_per_hour = 0\n'
                             f'[[cdn]]\nkind = "varnish"\nname = "edge"\nurl = "http://127.0.0.1:{self.purges.port}"\n'
                             f'secret = "{SECRET}"\ntimeout_seconds = 5\n{more_caches}')
        self.server.start()
        self.backend = Gateway(self.server.port)
        self.varnish = Varnish(self.backend.port, SECRET, probe_interval="100ms")
        self.varnish.start()
        self.purges.target_port = int(self.varnish.url.rsplit(":", 1)[1])
        self.org = self.server.organization("acme")
        self.org.stack("thumb", {"name": "resize", "options": {"width": 32}})
        self.org.stack("auto", {"name": "resize", "options": {"width": 32}}, autoformat=True)
        self.hashes = [self.org.add(pictures.solid(colour))["hash"] for colour in COLOURS]

    def close(self):
        self.varnish.stop()
        for gateway in (self.backend, self.purges):
            gateway.__exit__()
        self.server.close()

    def get(self, path="/thumb/-_logo_-.png", accept="*/*"):
        return requests.get(self.varnish.url + path, headers={"Host": "acme.localhost", "Accept": accept}, timeout=60)

    def shows(self, path="/thumb/-_logo_-.png", accept="*/*"):
        """Which of the three pictures, and whether it was a hit."""
        answer = self.get(path, accept)
        assert answer.status_code == 200, answer.text
        colour = pixels.colour_at(answer.content, 0.5, 0.5)
        index = next(number for number, wanted in enumerate(COLOURS) if pixels.is_near(colour, wanted))
        return index, answer.headers["X-Cache"]

    def wait_for(self, index):
        """Until the edge shows that picture. It may say 503 while it has not noticed yet that the origin is back."""
        wait_until(lambda: self.get().status_code == 200 and self.shows()[0] == index,
                   f"the edge to show picture {index}")

    def delivered(self, outcome="confirmed", cache="edge"):
        return self.server.metrics().total("rucola_purge_deliveries_total", cache=cache, outcome=outcome)


@pytest.fixture
def make_edge():
    made = []

    def make(*arguments, **options) -> Edge:
        made.append(Edge(*arguments, **options))
        return made[-1]

    yield make
    for edge in made:
        edge.close()


@pytest.fixture
def edge(make_edge):
    return make_edge(repeat_after=1)


# The whole path


def test_hit_move_purge_new_picture(edge):
    edge.org.point("logo", edge.hashes[0])
    assert edge.shows() == (0, "MISS")
    assert edge.shows() == (0, "HIT")

    edge.org.point("logo", edge.hashes[1])
    assert edge.shows() == (0, "HIT"), "a move alone leaves the caches in front as they are"
    assert pixels.is_near(pixels.colour_at(edge.org.render("/thumb/-_logo_-.png").content, 0.5, 0.5), COLOURS[1])

    assert edge.org.purge_alias("logo").status_code == 200
    edge.wait_for(1)
    assert edge.shows() == (1, "HIT")


def test_one_purge_finds_every_url_of_the_alias(edge):
    edge.org.point("logo", edge.hashes[0])
    edge.org.point("other", edge.hashes[0])
    urls = ["/thumb/-_logo_-.png", "/thumb/-_logo_-/slug.png", "/thumb/-_logo_-.jpg",
            "/dynamic/resize-width-9/-_logo_-.png", "/thumb/o-dpr-2/-_logo_-.png"]
    variants = [("/auto/-_logo_-.jpg", CHROME), ("/auto/-_logo_-.jpg", "image/webp"), ("/auto/-_logo_-.jpg", "*/*")]
    everything = [(url, "*/*") for url in urls] + variants
    for url, accept in everything:
        assert edge.shows(url, accept) == (0, "MISS"), url
    assert edge.shows("/thumb/-_other_-.png") == (0, "MISS")
    edge.org.point("logo", edge.hashes[2])
    assert edge.org.purge_alias("logo").status_code == 200
    wait_until(lambda: edge.delivered() >= 1, "the purge to be delivered")
    for url, accept in everything:
        assert edge.shows(url, accept)[0] == 2, url
    assert edge.shows("/thumb/-_other_-.png") == (0, "HIT"), "another alias keeps its answers"


def test_each_call_purges_twice_and_no_more(edge):
    edge.org.point("logo", edge.hashes[0])
    edge.org.purge_alias("logo")
    wait_until(lambda: edge.delivered() == 2, "both purges")
    wait_until(lambda: edge.server.metrics().total("rucola_purges_pending", cache="edge") == 0, "an empty outbox")
    edge.org.purge_alias("logo")
    wait_until(lambda: edge.delivered() == 4, "both purges of the second call")


def test_a_deleted_alias_goes_when_it_is_purged(edge):
    edge.org.point("logo", edge.hashes[0])
    assert edge.shows() == (0, "MISS")
    assert edge.org.delete_alias("logo").status_code == 204
    assert edge.shows() == (0, "HIT"), "deleting does not purge"
    assert edge.org.purge_alias("logo").status_code == 200
    wait_until(lambda: edge.get().status_code == 404, "the picture to go")


def test_a_name_that_comes_is_seen_after_its_purge_though_its_absence_was_cached(edge):
    assert edge.get().status_code == 404
    edge.org.point("logo", edge.hashes[0])
    assert edge.org.purge_alias("logo").status_code == 200
    edge.wait_for(0)


def test_stacks_and_images_are_purged_by_their_tags(edge):
    edge.org.point("logo", edge.hashes[0])
    by_hash = f"/thumb/{edge.hashes[0]}.png"
    assert pixels.size_of(edge.get().content) == (32, 24)
    edge.org.stack("thumb", {"name": "resize", "options": {"width": 16}})
    assert pixels.size_of(edge.get().content) == (32, 24)
    assert edge.org.delete("/stacks/acme/thumb/cache").status_code == 200
    wait_until(lambda: pixels.size_of(edge.get().content) == (16, 12), "the new stack")
    assert edge.get(by_hash).status_code == 200
    edge.org.image(edge.hashes[0], method="DELETE")
    assert edge.get(by_hash).status_code == 200
    assert edge.org.image(edge.hashes[0], "/cache", method="DELETE").status_code == 200
    wait_until(lambda: edge.get(by_hash).status_code == 404 and edge.get().status_code == 404, "the picture to go")


def test_tags_stay_between_the_origin_and_the_edge(edge):
    edge.org.point("logo", edge.hashes[0])
    for _ in range(2):
        assert "xkey" not in edge.get().headers
    assert "xkey" in edge.org.render("/thumb/-_logo_-.png").headers


def test_the_api_is_never_cached(edge):
    for index in (0, 1, 2, 0):
        edge.org.point("logo", edge.hashes[index])
        answer = requests.get(edge.varnish.url + "/sourceimages/acme/alias/logo", timeout=60,
                              headers={"Api-Key": edge.org.key, "Host": "api.example"})
        assert answer.json()["hash"] == edge.hashes[index]


# The race: an answer that was on its way when the purge ran


def lose_the_race(edge):
    """Picture 0 is asked for and held back on its way; the alias moves to 1 and is purged; then the answer arrives."""
    edge.org.point("logo", edge.hashes[0])
    edge.backend.hold(b"-_logo_-")
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(edge.shows)
        edge.backend.wait_until_held()
        edge.org.point("logo", edge.hashes[1])
        assert edge.org.purge_alias("logo").status_code == 200
        wait_until(lambda: edge.delivered() >= 1, "the first purge, which finds nothing")
        edge.backend.release()
        assert late.result(60)[0] == 0


def test_the_race_is_real(make_edge):
    """With the repeat an hour away the old picture stays: one purge is not enough."""
    edge = make_edge(repeat_after=3600)
    lose_the_race(edge)
    for _ in range(20):
        assert edge.shows() == (0, "HIT")


def test_the_second_purge_wins_it(make_edge):
    edge = make_edge(repeat_after=3)
    lose_the_race(edge)
    edge.wait_for(1)
    assert edge.shows() == (1, "HIT")
    assert edge.delivered() == 2


# Outages: a purge is never lost


def test_a_purge_waits_for_a_varnish_that_is_down(edge):
    edge.org.point("logo", edge.hashes[0])
    assert edge.shows() == (0, "MISS")
    edge.purges.shut()
    edge.org.point("logo", edge.hashes[1])
    assert edge.org.purge_alias("logo").status_code == 200, "the client does not wait for the cache"
    wait_until(lambda: edge.delivered("failed") >= 2, "two failed attempts")
    assert edge.shows() == (0, "HIT")
    edge.purges.open()
    edge.wait_for(1)
    wait_until(lambda: edge.server.metrics().total("rucola_purges_pending", cache="edge") == 0, "an empty outbox")


def test_a_purge_survives_a_kill_between_the_call_and_its_delivery(edge):
    edge.org.point("logo", edge.hashes[0])
    assert edge.shows() == (0, "MISS")
    edge.purges.shut()
    edge.org.point("logo", edge.hashes[1])
    assert edge.org.purge_alias("logo").status_code == 200
    edge.server.kill()
    edge.purges.open()
    edge.server.start()
    edge.wait_for(1)
    wait_until(lambda: edge.delivered() >= 2, "both purges, by the new process")


def test_the_repeat_survives_a_kill_too(make_edge):
    edge = make_edge(repeat_after=3)
    lose_the_race(edge)
    edge.server.kill()
    edge.server.start()
    edge.wait_for(1)


def test_many_kills_lose_no_purge(make_edge):
    edge = make_edge(repeat_after=1)
    for round_ in range(1, 6):
        edge.org.point("logo", edge.hashes[round_ % 3])
        assert edge.org.purge_alias("logo").status_code == 200
        edge.server.restart()
        edge.wait_for(round_ % 3)


def test_a_dead_cache_does_not_hold_up_a_living_one(make_edge):
    with Gateway(0) as nowhere:
        nowhere.shut()
        edge = make_edge(1, more_caches=f'[[cdn]]\nkind = "varnish"\nname = "dead"\n'
                                        f'url = "http://127.0.0.1:{nowhere.port}"\nsecret = "x"\n')
        edge.org.point("logo", edge.hashes[0])
        assert edge.shows() == (0, "MISS")
        edge.org.point("logo", edge.hashes[1])
        assert edge.org.purge_alias("logo").status_code == 200
        edge.wait_for(1)
        wait_until(lambda: edge.delivered("failed", "dead") >= 1, "the dead one to fail")
        assert edge.server.metrics().total("rucola_purges_pending", cache="dead") >= 1


def test_a_purge_by_another_process_is_delivered(edge):
    """A second node on the same data takes the call; whichever dispatcher finds it delivers it."""
    edge.org.point("logo", edge.hashes[0])
    assert edge.shows() == (0, "MISS")
    with Rucola(edge.server.config, data=edge.server.data) as second:
        other = second.anonymous("acme").with_key(edge.org.key)
        other.point("logo", edge.hashes[1])
        assert other.purge_alias("logo").status_code == 200
        edge.wait_for(1)


def test_moving_and_purging_while_clients_look_ends_with_the_new_picture(edge):
    """The race of all races: eight clients ask all the time, the alias moves and is purged; once things have calmed
    down nobody may see anything but the last picture."""
    edge.org.point("logo", edge.hashes[0])
    stop = threading.Event()

    def look():
        while not stop.is_set():
            edge.get()

    clients = [threading.Thread(target=look) for _ in range(8)]
    for client in clients:
        client.start()
    for round_ in range(1, 12):
        edge.org.point("logo", edge.hashes[round_ % 3])
        assert edge.org.purge_alias("logo").status_code == 200
    wait_until(lambda: edge.server.metrics().total("rucola_purges_pending", cache="edge") == 0, "an empty outbox")
    stop.set()
    for client in clients:
        client.join()
    for _ in range(5):
        assert edge.shows()[0] == 11 % 3
