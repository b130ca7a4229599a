"""`kill -9` of the server in a loop, while images arrive, aliases move and purges are called: everything acknowledged
is there after each restart. (A kill does not lose what the page cache holds; test_power_cut.py is about that.)"""

import itertools
import random
import signal
import threading

import pytest
import requests

from harness import pictures, raw_http
from harness.catalog import by_hand
from harness.expiry import DAY, days_pass, look_for_what_expires
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


class Returner(Writer):
    """Uploads files again that were deleted, and whose originals are about to be removed."""

    def __init__(self, org, files, living):
        super().__init__(None)
        self.org, self.files, self.living = org, files, living

    def step(self):
        data = random.choice(self.files)
        answer = self.org.upload(data)
        assert answer.status_code in (200, 201), answer.text
        self.living[answer.json()["items"][0]["hash"]] = data


@pytest.mark.time_limit(600)
def test_an_expiry_that_is_killed_goes_on_and_takes_no_original_that_is_needed():
    with Rucola() as server:
        org = server.organization()
        files = [pictures.solid((number, 3, 5), 8, 8) for number in range(120)]
        living = {org.add(data)["hash"]: data for data in files}
        for _ in range(6):
            for hash_ in random.sample(sorted(living), len(living) * 3 // 4):
                assert org.image(hash_, method="DELETE").status_code == 204
                del living[hash_]
            by_hand(server, "UPDATE seen_clock SET seen = seen + ?", 31 * DAY)
            server.process.send_signal(signal.SIGHUP)
            rows = random.randrange(len(living), len(files))
            wait_until(lambda rows=rows: by_hand(server, "SELECT count(*) FROM images") <= [(rows,)],
                       "images to be removed")
            server.restart()
            look_for_what_expires(server)
            by_hand(server, "UPDATE seen_clock SET seen = seen + ?", 2 * DAY)
            returners = [Returner(org, files, living) for _ in range(2)]
            for returner in returners:
                returner.start()
            server.process.send_signal(signal.SIGHUP)
            originals = len(list((server.data / "blobs").glob("??/*")))
            goal = random.randrange(originals // 2, originals)
            wait_until(lambda goal=goal: len(list((server.data / "blobs").glob("??/*"))) <= goal or
                       len(living) == len(files), "originals to be removed, or to be wanted again")
            server.kill()
            for returner in returners:
                returner.join(120)
                assert not returner.is_alive()
            server.start()
            for hash_, data in living.items():
                assert org.image(hash_, "/download").content == data, f"{hash_} has lost its original"
        days_pass(server, 31)
        days_pass(server, 2)
        assert server.stop() == 0
        done = server.command("doctor", "--deep")
        assert done.returncode == 0, done.stdout + done.stderr
        assert " 0 missing, 0 damaged" in done.stdout
