"""The purge calls: their answers, their quota, and what takes none of it."""

import contextlib
import email.utils
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from harness import pictures


@pytest.fixture
def owner(new_org):
    new_org.stack("thumb", {"name": "resize", "options": {"width": 32}})
    new_org.hashes = [new_org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.BLUE)]
    new_org.point("logo", new_org.hashes[0])
    return new_org


def quota(answer):
    return int(answer.headers["X-RateLimit-Limit"]), int(answer.headers["X-RateLimit-Remaining"])


def use_up(org, calls=10):
    for _ in range(calls):
        assert org.purge_alias("logo").status_code == 200


def test_a_purge_is_acknowledged(owner):
    answer = owner.purge_alias("logo")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"status": "ok"}
    assert quota(answer) == (10, 9)


def test_ten_an_hour_and_what_the_eleventh_hears(owner):
    for remaining in range(9, -1, -1):
        answer = owner.purge_alias("logo")
        assert (answer.status_code, quota(answer)) == (200, (10, remaining))
    before = time.time()
    refused = owner.purge_alias("logo")
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/json"
    assert quota(refused) == (10, 0)
    body = refused.json()
    assert set(body) == {"status", "X-RateLimit-Retry-After-readable"}
    assert body["status"] == "too many requests"
    at = int(refused.headers["X-RateLimit-Retry-After"])
    wait = int(refused.headers["Retry-After"])
    assert 3500 < wait <= 3600
    assert abs(at - (before + wait)) < 30
    readable = datetime.fromisoformat(body["X-RateLimit-Retry-After-readable"].replace("Z", "+00:00"))
    assert abs(readable.timestamp() - at) <= 1
    assert email.utils.parsedate_to_datetime(refused.headers["Date"]).timestamp() < at


def test_all_names_of_an_organization_share_its_quota(owner):
    owner.point("second", owner.hashes[0])
    use_up(owner, 5)
    for _ in range(5):
        assert owner.purge_alias("second").status_code == 200
    assert owner.purge_alias("second").status_code == 429
    assert owner.purge_alias("logo").status_code == 429


def test_another_organization_has_its_own(owner, server):
    use_up(owner)
    other = server.organization()
    other.point("logo", other.add(pictures.solid(pictures.GREEN))["hash"])
    assert quota(other.purge_alias("logo")) == (10, 9)


def test_ten_at_once_are_ten_and_no_more(owner):
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: owner.purge_alias("logo"), range(30)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 10 + [429] * 20
    admitted = sorted(quota(answer)[1] for answer in answers if answer.status_code == 200)
    assert admitted == list(range(10))


def test_a_name_that_never_was_is_not_found_and_takes_nothing(owner):
    answer = owner.purge_alias("never_was")
    assert answer.status_code == 404
    assert quota(answer) == (10, 10)
    assert quota(owner.purge_alias("logo")) == (10, 9)
    assert quota(owner.purge_alias("never_was")) == (10, 9)


def test_a_malformed_name_is_not_found_with_the_quota_too(owner):
    answer = owner.purge_alias("a-b")
    assert answer.status_code == 404
    assert quota(answer) == (10, 10)


def test_refused_calls_take_nothing(owner, server):
    reader = owner.with_key(server.create_user(owner.organization, "read")["api_key"])
    for _ in range(12):
        assert reader.purge_alias("logo").status_code == 403
        assert owner.with_key(None).purge_alias("logo").status_code == 403
        assert owner.purge_alias("never_was").status_code == 404
    assert quota(owner.purge_alias("logo")) == (10, 9)


def test_a_deleted_name_can_be_purged(owner):
    owner.delete_alias("logo")
    answer = owner.purge_alias("logo")
    assert (answer.status_code, quota(answer)) == (200, (10, 9))


def test_a_move_needs_no_quota(owner):
    use_up(owner)
    assert owner.purge_alias("logo").status_code == 429
    assert owner.point("logo", owner.hashes[1])["hash"] == owner.hashes[1]
    assert owner.alias("logo").json()["version"] == 2
    assert owner.delete_alias("logo").status_code == 204


def test_a_name_that_never_was_is_404_and_not_429_when_the_quota_is_used_up(owner):
    use_up(owner)
    answer = owner.purge_alias("never_was")
    assert (answer.status_code, quota(answer)) == (404, (10, 0))


@pytest.mark.parametrize("path,kind", [("/stacks/{org}/thumb/cache", "stack"),
                                       ("/sourceimages/{org}/{hash}/cache", "image")])
def test_stacks_and_images_have_five_each(owner, path, kind):
    path = path.format(org=owner.organization, hash=owner.hashes[0])
    for remaining in range(4, -1, -1):
        answer = owner.delete(path)
        assert (answer.status_code, quota(answer)) == (200, (5, remaining)), kind
        assert answer.json() == {"status": "ok"}
    assert owner.delete(path).status_code == 429
    assert quota(owner.purge_alias("logo")) == (10, 9), "the kinds don't share"


def test_a_deleted_stack_and_a_deleted_image_can_be_purged(owner):
    owner.delete(f"/stacks/{owner.organization}/thumb")
    assert owner.delete(f"/stacks/{owner.organization}/thumb/cache").status_code == 200
    owner.image(owner.hashes[1], method="DELETE")
    assert owner.image(owner.hashes[1], "/cache", method="DELETE").status_code == 200
    assert owner.delete(f"/stacks/{owner.organization}/never/cache").status_code == 404
    assert owner.image("0" * 40, "/cache", method="DELETE").status_code == 404


@pytest.fixture
def used_up(own_server):
    org = own_server.organization()
    org.point("logo", org.add(pictures.solid(pictures.RED))["hash"])
    use_up(org)
    return own_server, org


def test_the_quota_survives_a_restart_and_a_kill(used_up):
    server, org = used_up
    assert server.stop() == 0
    server.start()
    refused = org.purge_alias("logo")
    assert (refused.status_code, quota(refused)) == (429, (10, 0))
    server.restart()
    assert org.purge_alias("logo").status_code == 429


def test_the_window_slides(used_up):
    """At any moment at most ten in the past 3,600 s. An hour can't be waited for: the server rests while its calls are
    made older."""
    server, org = used_up

    def make_older(calls, seconds):
        server.stop()
        with sqlite3.connect(server.data / "catalog.sqlite") as database:
            changed = database.execute("UPDATE purge_calls SET at = at - ? WHERE id IN "
                                       "(SELECT id FROM purge_calls ORDER BY at, id LIMIT ?)", (seconds * 1000, calls))
            assert changed.rowcount == calls
        database.close()
        server.start()

    make_older(3, 3000)
    refused = org.purge_alias("logo")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 600, "when the oldest call leaves the window"
    make_older(3, 601)
    for remaining in (2, 1, 0):
        answer = org.purge_alias("logo")
        assert (answer.status_code, quota(answer)) == (200, (10, remaining))
    refused = org.purge_alias("logo")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3000


def test_a_deleted_image_is_purged_by_its_short_hash(start_server):
    """It said 200, and purged nothing: caches know the whole hash only."""
    server = start_server('[[cdn]]\nkind = "webhook"\nname = "edge"\nurl = "http://127.0.0.1:9/"\nsecret = "s"\n')
    org = server.organization()
    item = org.add(pictures.solid(pictures.RED))

    def purged():
        with contextlib.closing(sqlite3.connect(server.data / "catalog.sqlite")) as database:
            return [row[0] for row in database.execute(
                "SELECT name FROM purge_deliveries WHERE kind = 'source_image' AND round = 1")]

    assert org.image(item["short_hash"], "/cache", "DELETE").status_code == 200
    assert purged() == [item["hash"]]
    assert org.image(item["hash"], method="DELETE").status_code == 204
    assert org.image(item["short_hash"], "/cache", "DELETE").status_code == 200
    assert purged() == 2 * [item["hash"]]


def test_a_clock_that_was_ahead_locks_no_quota(used_up):
    """Set right again, it locked the quota for 400 days."""
    server, org = used_up
    server.stop()
    with contextlib.closing(sqlite3.connect(server.data / "catalog.sqlite")) as database, database:
        database.execute("UPDATE purge_calls SET at = at + 400 * 86400000")
    server.start()
    assert [org.purge_alias("logo").status_code for _ in range(11)] == 10 * [200] + [429]
    refused = org.purge_alias("logo")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_the_readable_time_is_the_one_that_programs_read(used_up):
    """It was a second early."""
    _, org = used_up
    refused = org.purge_alias("logo")
    readable = datetime.fromisoformat(refused.json()["X-RateLimit-Retry-After-readable"])
    assert readable.timestamp() == int(refused.headers["X-RateLimit-Retry-After"])


def test_the_quota_can_be_configured_and_lifted(start_server):
    org = start_server("[purge]\nalias_per_hour = 2\n").organization()
    org.point("logo", org.add(pictures.solid(pictures.RED))["hash"])
    assert [org.purge_alias("logo").status_code for _ in range(3)] == [200, 200, 429]

    free = start_server("[purge]\nalias_per_hour = 0\n").organization()
    free.point("logo", free.add(pictures.solid(pictures.RED))["hash"])
    assert [free.purge_alias("logo").status_code for _ in range(25)] == [200] * 25
