"""Originals in a bucket of a real S3 server (versitygw), through a proxy that fails when it is told to."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import pictures
from harness.busy import in_background
from harness.errors import assert_error
from harness.expiry import days_pass
from harness.s3 import KEYS, FaultyS3, S3Server
from harness.server import run_command
from harness.waiting import wait_until

PHOTO = pictures.photo(300, 200, seed=91)


@pytest.fixture(scope="module")
def s3():
    with S3Server() as server:
        yield server


@pytest.fixture
def faulty(s3):
    for entry in (s3.buckets / "pictures").iterdir():
        shutil.rmtree(entry)
    with FaultyS3(s3) as proxy:
        yield proxy


def environment(faulty, **more) -> dict:
    return {**KEYS, "RUCOLA_BLOBS_URL": "s3://pictures/acme", "RUCOLA_BLOBS_ENDPOINT": faulty.url, **more}


def after_its_first_look(server):
    """What a test has the store do next is for what the test does next."""
    wait_until(lambda: "originals_reached" in server.log(), "the server to have looked for its originals")
    return server


@pytest.fixture
def served(start_server, faulty):
    return after_its_first_look(start_server(environment=environment(faulty)))


def far_away(server):
    """So that the next who needs an original has to fetch it."""
    server.stop()
    shutil.rmtree(server.data / "copies", ignore_errors=True)
    server.start()
    after_its_first_look(server)


def path(hash_: str, width: int = 100) -> str:
    return f"/dynamic/resize-width-{width}/{hash_}.jpg"


def test_from_the_upload_to_the_render(served, s3):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    assert [object_.read_bytes() for object_ in s3.objects()] == [PHOTO]
    assert not (served.data / "blobs").exists()
    assert org.render(path(hash_)).status_code == 200
    far_away(served)
    assert org.render(path(hash_, 90)).status_code == 200
    assert org.image(hash_, "/download").content == PHOTO
    assert "originals in s3://pictures/acme" in served.banner()


def test_the_same_file_is_sent_once(served, s3, faulty):
    served.organization().add(PHOTO)
    served.organization().add(PHOTO)
    assert faulty.seen.count("PUT") == 1 and len(s3.objects()) == 1


def test_many_who_want_one_original_fetch_it_once(served, faulty):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    far_away(served)
    before = faulty.seen.count("GET")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda width: org.render(path(hash_, width)).status_code, range(60, 92)))
    assert answers == [200] * 32
    assert faulty.seen.count("GET") - before == 1
    assert served.metrics().total("rucola_s3_requests_total", method="GET", answer="good") == 2, "with the list of the start"


@pytest.mark.parametrize("fault", [503, 500, 429, "reset", "cut"])
def test_what_passes_is_tried_again(served, faulty, s3, fault):
    org = served.organization()
    faulty.next(fault, fault)
    hash_ = org.add(PHOTO)["hash"]
    far_away(served)
    faulty.next(fault, fault)
    assert org.render(path(hash_)).status_code == 200
    assert [object_.read_bytes() for object_ in s3.objects()] == [PHOTO]


def test_a_store_that_says_nothing_is_tried_again(start_server, faulty):
    server = start_server(environment=environment(faulty, RUCOLA_BLOBS_TIMEOUT="1"))
    org = server.organization()
    hash_ = org.add(PHOTO)["hash"]
    far_away(server)
    faulty.next("silence")
    assert org.render(path(hash_)).status_code == 200


def test_without_its_store_a_server_shows_what_it_has(served, s3):
    org = served.organization()
    hash_, other = org.add(PHOTO)["hash"], org.add(pictures.photo(300, 200, seed=92))["hash"]
    far_away(served)
    assert org.render(path(hash_)).status_code == 200
    s3.stop()
    try:
        assert org.render(path(hash_)).status_code == 200
        assert org.render(path(hash_, 80)).status_code == 200, "of the copy"
        answer = org.render(path(other))
        assert_error(answer, 503)
        assert "store of originals does not answer" in answer.json()["message"]
        assert int(answer.headers["Retry-After"]) >= 1 and "no-store" in answer.headers["Cache-Control"]
        assert_error(org.upload(pictures.photo(300, 200, seed=93)), 503)
        assert org.images().json()["total"] == 2
        assert served.anonymous().get("/readyz").status_code == 200
    finally:
        s3.start()
    assert org.render(path(other)).status_code == 200


def test_a_store_that_is_full_is_told(served, faulty):
    org = served.organization()
    faulty.next(None, 507)
    assert_error(org.upload(PHOTO), 507)


def test_a_damaged_object_is_never_shown_and_heals(served, s3):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    far_away(served)
    s3.objects()[0].write_bytes(PHOTO[:-1] + b"x")
    assert_error(org.render(path(hash_)), 500)
    s3.objects()[0].unlink()
    org.add(PHOTO)
    assert org.render(path(hash_)).status_code == 200


@pytest.mark.parametrize("answer", [(200, b"<Error><Code>InternalError</Code></Error>"), (204, b""), (202, b"")])
def test_only_what_is_stored_is_acknowledged(served, faulty, s3, answer):
    org = served.organization()
    faulty.next(None, answer)
    assert_error(org.upload(PHOTO), 500)
    assert org.images().json()["total"] == 0 and s3.objects() == []


def test_an_answer_without_an_end_fills_no_disk(served, faulty):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    far_away(served)
    faulty.next("endless")
    assert_error(org.render(path(hash_)), 500)
    assert org.render(path(hash_)).status_code == 200


def copy_of(server):
    return next(file for file in (server.data / "copies").rglob("*") if file.is_file())


@pytest.mark.parametrize("damage", [lambda copy: copy.write_bytes(b""), lambda copy: copy.unlink(),
                                    lambda copy: (copy.unlink(), copy.mkdir()), lambda copy: (copy.unlink(), os.mkfifo(copy))],
                         ids=["empty", "gone", "folder", "fifo"])
def test_a_copy_that_somebody_damaged_is_fetched_again(served, damage):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    damage(copy_of(served))
    assert org.render(path(hash_)).status_code == 200
    assert org.image(hash_, "/download").content == PHOTO


def test_a_copy_that_a_power_loss_damaged_is_fetched_again(served):
    """It is not synced when it is kept. Where its length is right, only its content tells."""
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    served.kill()
    copy_of(served).write_bytes(b"x" * len(PHOTO))
    served.start()
    assert org.image(hash_, "/download").content == PHOTO


def test_copies_keep_to_their_room(start_server, faulty):
    server = start_server(environment=environment(faulty, RUCOLA_BLOBS_COPIES_BYTES="200KiB"))
    org = server.organization()
    for seed in range(20):
        org.add(pictures.photo(300, 200, seed=seed, quality=95))
    assert 0 < sum(file.stat().st_size for file in (server.data / "copies").rglob("*") if file.is_file()) <= 200 << 10


def test_shutting_down_waits_for_no_store(start_server, faulty):
    server = start_server(environment=environment(faulty, RUCOLA_BLOBS_TIMEOUT="3600"))
    org = server.organization()
    hash_ = org.add(PHOTO)["hash"]
    far_away(server)
    before = len(faulty.seen)
    faulty.next(*["silence"] * 4)
    answer = in_background(lambda: org.render(path(hash_)))
    wait_until(lambda: len(faulty.seen) > before, "the original to be asked for")
    assert server.stop() == 0
    assert answer.result(60).status_code == 503


# Which store a folder belongs to.


def test_commands_find_them_by_the_folder(served, faulty, s3):
    org = served.organization()
    org.add(PHOTO)
    done = run_command("doctor", "--deep", "--data", served.data, environment=KEYS)
    assert done.returncode == 0 and "1 blobs checked, 0 missing, 0 damaged" in done.stdout, done.stdout + done.stderr
    s3.objects()[0].write_bytes(b"x" * len(PHOTO))
    assert "damaged" in run_command("doctor", "--deep", "--data", served.data, environment=KEYS).stdout
    s3.objects()[0].unlink()
    assert "missing" in run_command("doctor", "--data", served.data, environment=KEYS).stdout


def test_what_no_image_has_is_set_aside(served, s3):
    served.organization().add(PHOTO)
    leftover = s3.buckets / "pictures" / "acme" / "blobs" / "ab" / ("ab" * 32)
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"of a crash")
    os.utime(leftover, (1, 1))
    done = run_command("doctor", "--remove", "--data", served.data, environment=KEYS)
    assert done.returncode == 0 and "1 leftovers" in done.stdout, done.stdout + done.stderr
    assert "s3://pictures/acme/removed/blobs" in done.stdout
    assert not leftover.exists()
    assert (s3.buckets / "pictures" / "acme" / "removed" / "blobs" / leftover.name).read_bytes() == b"of a crash"


def test_a_folder_goes_on_with_its_store(served, faulty):
    served.stop()
    done = run_command("serve", "--data", served.data, "--listen", "127.0.0.1:0",
                       environment=environment(faulty, RUCOLA_BLOBS_URL="s3://pictures/other"))
    assert done.returncode != 0 and "s3://pictures/acme" in done.stderr and "s3://pictures/other" in done.stderr
    served.environment = dict(KEYS)
    served.start()
    assert "originals in s3://pictures/acme" in served.banner()


def test_a_folder_with_originals_of_its_own_is_not_left_behind(start_server, faulty):
    server = start_server()
    org = server.organization()
    hash_ = org.add(PHOTO)["hash"]
    server.stop()
    done = run_command("serve", "--data", server.data, "--listen", "127.0.0.1:0", environment=environment(faulty))
    assert done.returncode != 0 and "1 original lies in" in done.stderr, done.stderr
    shutil.copytree(server.data / "blobs", faulty.server.buckets / "pictures" / "acme" / "blobs")
    (server.data / "blobs").rename(server.data.parent / "moved-away")
    server.environment = environment(faulty)
    server.start()
    assert org.image(hash_, "/download").content == PHOTO


@pytest.mark.parametrize("wrong,told", [
    ({"AWS_SECRET_ACCESS_KEY": "another"}, "SignatureDoesNotMatch"),
    ({"RUCOLA_BLOBS_URL": "s3://nothing"}, "NoSuchBucket"),
    ({"AWS_ACCESS_KEY_ID": "", "HOME": "/nonexistent"}, "There are no keys for the S3 server"),
    ({"RUCOLA_BLOBS_URL": "https://s3.example.org/pictures"}, "s3://bucket/prefix"),
    ({"RUCOLA_BLOBS_ENDPOINT": "s3.example.org"}, "blobs.endpoint"),
    ({"RUCOLA_BLOBS_ACCESS_KEY": "half"}, "belong together"),
    ({"RUCOLA_SERVER_UPLOAD_LIMIT": "6GiB"}, "server.upload_limit"),
])
def test_who_starts_it_is_told_what_is_wrong(tmp_path, faulty, wrong, told):
    done = run_command("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", environment=environment(faulty, **wrong))
    assert done.returncode != 0 and told in done.stderr, done.stderr
    assert not (tmp_path / "data" / "blobs-at.toml").exists()


def test_a_store_that_says_nothing_delays_no_start(start_server, faulty):
    server = start_server(environment=environment(faulty, RUCOLA_BLOBS_TIMEOUT="3600"))
    hash_ = (org := server.organization()).add(PHOTO)["hash"]
    server.stop()
    faulty.next(*["silence"] * 4)
    server.start()
    assert org.render(path(hash_)).status_code == 200, "of the copy"
    assert server.stop() == 0


def test_a_bucket_that_is_gone_is_told(served, s3):
    served.organization().add(PHOTO)
    served.stop()
    (s3.buckets / "pictures").rename(s3.buckets / "elsewhere")
    try:
        served.start()
        wait_until(lambda: "NoSuchBucket" in served.log(), "the log to tell")
        done = run_command("doctor", "--data", served.data, environment=KEYS)
        assert done.returncode != 0 and "NoSuchBucket" in done.stderr and "missing" not in done.stdout
    finally:
        (s3.buckets / "elsewhere").rename(s3.buckets / "pictures")


def test_a_store_that_is_away_stops_no_start(served, s3):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    served.stop()
    s3.stop()
    try:
        served.start()
        assert org.render(path(hash_)).status_code == 200, "of the copy"
        wait_until(lambda: "originals_not_reached" in served.log(), "the log to tell")
    finally:
        s3.start()


def test_deleted_for_good(served, s3):
    org = served.organization()
    hash_ = org.add(PHOTO)["hash"]
    assert org.image(hash_, method="DELETE").status_code == 204
    assert len(s3.objects()) == 1
    days_pass(served, 30.1)
    days_pass(served, 1.1)
    assert s3.objects() == []
    assert not [file for file in (served.data / "copies").rglob("*") if file.is_file()]
