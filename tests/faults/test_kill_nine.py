"""`kill -9` of the server in a loop, while images arrive, aliases move and purges are called: everything acknowledged
is there after each restart. (A kill does not lose what the page cache holds; test_power_cut.py is about that.)"""

import itertools
import random
import threading

import pytest
import requests

from harness import pictures, raw_http
from harness.server import Rucola
from harness.waiting import wait_until

ROUNDS = 15
CONFIG = '[purge]\nalias_per_hour = 100000\nrepeat_after_seconds = 3600\n' \
         '[[cdn]]\nkind = "varnish"\nname = "nowhere"\nurl = "http://127.0.0.1:9"\nsecret = "x"\n'


class Writer(threading.Thread):
    """Does one thing again and again until the server dies under it."""

    def __init__(self, journal):
        super().__init__()
        self.journal = journal

    def run(self):
        try:
            while True:
                self.step()
        except requests.RequestException:
            return  # killed in the middle: what was under way may have happened or not


class Uploader(Writer):
    def step(self):
        data = self.journal.next_picture()
        answer = self.journal.org.upload(data)
        assert answer.status_code == 201, answer.text
        with self.journal.lock:
            self.journal.images[answer.json()["items"][0]["hash"]] = data


class Mover(Writer):
    def __init__(self, journal, name):
        super().__init__(journal)
        self.name_ = name

    def step(self):
        journal = self.journal
        hash_ = journal.any_image(but=journal.current(self.name_)["hash"])
        journal.under_way[self.name_] = hash_
        answer = journal.org.put_alias(self.name_, hash_, overwrite=True)
        assert answer.status_code == 200, answer.text
        journal.aliases[self.name_] = answer.json()
        journal.under_way[self.name_] = None


class Purger(Writer):
    def step(self):
        self.journal.purges_begun += 1
        answer = self.journal.org.purge_alias("alias_0")
        assert answer.status_code == 200, answer.text
        self.journal.purges_acknowledged += 1


class Journal:
    """What was acknowledged, and what was under way."""

    def __init__(self, org):
        self.org = org
        self.lock = threading.Lock()
        self.images = {}
        self.aliases = {}
        self.under_way = {}
        self.purges_begun = 0
        self.purges_acknowledged = 0
        self._colours = itertools.count()

    def next_picture(self) -> bytes:
        number = next(self._colours)
        return pictures.solid((number & 255, number >> 8 & 255, 7), 24, 18)

    def any_image(self, but=None) -> str:
        with self.lock:
            return random.choice([hash_ for hash_ in self.images if hash_ != but])

    def current(self, name) -> dict:
        return self.aliases[name]

    def acknowledged(self) -> int:
        return len(self.images) + sum(alias["version"] for alias in self.aliases.values()) + self.purges_acknowledged

    def check_aliases(self) -> None:
        for name, before in self.aliases.items():
            now = self.org.alias(name).json()
            pending = self.under_way.get(name)
            if now != before:
                moved_on = (now["hash"] == pending and now["version"] == before["version"] + 1)
                assert moved_on, f"{name}: acknowledged {before}, under way {pending}, found {now}"
            self.aliases[name] = now
            self.under_way[name] = None

    def check_images(self, hashes) -> None:
        for hash_ in hashes:
            answer = self.org.image(hash_, "/download")
            assert answer.status_code == 200, f"{hash_} is lost"
            assert answer.content == self.images[hash_], f"{hash_} is damaged"

    def check_purges(self) -> None:
        """Each acknowledged call took one of the quota, and nothing else did."""
        answer = self.org.purge_alias("never_was")
        used = 100_000 - int(answer.headers["X-RateLimit-Remaining"])
        assert self.purges_acknowledged <= used <= self.purges_begun
        self.purges_acknowledged = self.purges_begun = used


@pytest.mark.time_limit(600)
def test_everything_acknowledged_survives_kill_nine():
    with Rucola(CONFIG) as server:
        journal = Journal(server.organization())
        for _ in range(3):
            data = journal.next_picture()
            journal.images[journal.org.add(data)["hash"]] = data
        names = [f"alias_{number}" for number in range(4)]
        for name in names:
            journal.aliases[name] = journal.org.point(name, journal.any_image())

        for round_ in range(ROUNDS):
            known = set(journal.images)
            writers = [*(Uploader(journal) for _ in range(3)), *(Mover(journal, name) for name in names),
                       Purger(journal)]
            goal = journal.acknowledged() + random.randrange(20, 200)
            for writer in writers:
                writer.start()
            wait_until(lambda goal=goal: journal.acknowledged() >= goal, "changes to be acknowledged", 120)
            server.kill()
            for writer in writers:
                writer.join(120)
                assert not writer.is_alive()

            server.start()
            journal.check_aliases()
            journal.check_images(set(journal.images) - known)
            journal.check_purges()

        journal.check_images(journal.images)
        total = journal.org.images(limit=1).json()["total"]
        assert total >= len(journal.images)
        assert server.stop() == 0
        done = server.command("doctor", "--deep")
        assert done.returncode == 0, done.stdout + done.stderr
        assert " 0 missing, 0 damaged" in done.stdout


def test_killed_before_it_was_ready(start_server):
    """A start is interrupted again and again; the data stays good."""
    server = start_server()
    org = server.organization()
    hash_ = org.add(pictures.solid(pictures.RED))["hash"]
    server.kill()
    for _ in range(10):
        server.spawn()
        server.kill()
    server.start()
    assert org.image(hash_).status_code == 200


def test_killed_in_the_middle_of_an_upload_leaves_only_what_doctor_removes(own_server):
    org = own_server.organization()
    body = raw_http.multipart("b", ("filedata", "a.tiff", bytes(3_000_000)))
    with raw_http.Connection(own_server.port) as connection:
        connection.send(f"POST /sourceimages/{org.organization} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        "Content-Type: multipart/form-data; boundary=b\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n".encode())
        connection.send(body[:2_000_000])
        wait_until(lambda: [path for path in own_server.data.rglob("*") if path.is_file() and
                            path.stat().st_size > 500_000 and "spool" in str(path)], "the upload to reach the disk")
        own_server.kill()
    own_server.start()
    assert org.images().json()["total"] == 0
    done = own_server.command("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
