"""Render workers: confined, replaceable, and never more than one job for one picture."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness import fonts, pictures, pixels, vips
from harness.busy import ANY_COST, ENDLESS, PATIENT, SLOW, SLOW_BLURS, busy_worker, in_background
from harness.busy import large as large_picture
from harness.processes import hold_still, status_field
from harness.server import PROGRAM, clean_environment
from harness.waiting import wait_until

@pytest.fixture(scope="module")
def large():
    return large_picture(1200)


def test_there_is_one_worker_a_core(own_server):
    wait_until(lambda: len(own_server.workers()) >= os.cpu_count(), "a worker a core")
    assert len(own_server.workers()) <= os.cpu_count() + 1, "and at most one spare"


def test_their_number_can_be_configured(start_server):
    server = start_server("[render]\nworkers = 1\n")
    assert 1 <= len(server.workers()) <= 2


def test_a_worker_is_confined(own_server):
    own_server.organization().add(pictures.photo(64, 48))
    workers = own_server.workers()
    assert workers
    for process in workers:
        assert status_field(process, "Seccomp") == "2"
        assert status_field(process, "NoNewPrivs") == "1"
        assert int(status_field(process, "CapEff"), 16) == 0
        if os.geteuid() == 0:
            assert "0" not in status_field(process, "Uid").split()
            assert os.readlink(f"/proc/{process}/ns/net") != os.readlink("/proc/self/ns/net")
        limits = dict((line[:26].strip(), line[26:47].strip())
                      for line in open(f"/proc/{process}/limits").read().splitlines())
        assert limits["Max address space"] != "unlimited"


def test_health_says_what_is_missing_of_the_sandbox(own_server):
    sandbox = own_server.anonymous().get("/healthz").json()["sandbox"]
    said = [line["missing"] for line in own_server.log_lines() if line["event"] == "render_sandbox_weaker"]
    assert sandbox == {"complete": not said, "missing": said}


ANOTHER_USER = {"user": 65533, "group": 65533, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture
def anybody_s_folder():
    folder = Path(tempfile.mkdtemp(prefix="rucola-test-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_without_the_whole_sandbox_there_is_no_start_where_it_is_required(anybody_s_folder):
    """It was only a warning in the log. A server that is not root has no user to give to its workers."""
    config = anybody_s_folder / "rucola.toml"
    command = [PROGRAM, "serve", "--data", anybody_s_folder / "data", "--listen", "127.0.0.1:0", "--config", config]
    config.write_text("[render]\nrequire_sandbox = true\n")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment(), **ANOTHER_USER)
    assert done.returncode != 0
    assert "render.require_sandbox" in done.stderr and "a user of its own" in done.stderr, done.stderr


def test_the_server_is_not_dumpable(anybody_s_folder):
    """Another process of the same user can't look into its memory, where the signing keys are."""
    command = [PROGRAM, "serve", "--data", anybody_s_folder / "data", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment(), **ANOTHER_USER) as process:
        assert "is ready" in process.stdout.readline()
        assert os.stat(f"/proc/{process.pid}/mem").st_uid == 0, "what is not dumpable belongs to root"
        process.terminate()


def test_a_limit_of_the_address_space_is_named(tmp_path):
    """`ulimit -v` ended in "exit code 1" of a worker."""
    done = subprocess.run(["prlimit", f"--as={3 << 30}", PROGRAM, "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0"],
                          capture_output=True, text=True, timeout=60, env=clean_environment())
    assert done.returncode != 0
    assert "ulimit -v" in done.stderr and "render.worker_memory" in done.stderr, done.stderr


def test_memory_that_was_written_need_not_be_executed(tmp_path):
    """systemd's MemoryDenyWriteExecute ended in "signal 6" of a worker; PR_SET_MDWE does the same without systemd."""
    program = "import ctypes, os, sys\nctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0 or sys.exit(77)\nos.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", program, PROGRAM, "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment())
    starts = any("ready on http://" in line for line in process.stdout)  # after every worker's self-test; else to the end
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode != 77, "PR_SET_MDWE takes Linux 6.3"
    assert starts and process.returncode == 0, said


def test_the_server_itself_holds_no_decoder(own_server):
    mapped = open(f"/proc/{own_server.process.pid}/maps").read()
    for library in ("libvips", "libheif", "libtiff", "librsvg", "libMagick"):
        assert library not in mapped
    workers = own_server.workers()
    assert workers
    for process in workers:
        assert "libMagick" not in open(f"/proc/{process}/maps").read()


def test_a_worker_killed_mid_render_costs_nothing(start_server, large):
    server = start_server(PATIENT)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    answer = in_background(lambda: org.render(SLOW.format(hash_)))
    os.kill(busy_worker(server), signal.SIGKILL)
    result = answer.result(120)
    assert result.status_code == 200, result.text
    assert server.metrics().total("rucola_render_worker_restarts_total", reason="crash") == 1
    theirs = vips.convert(large, ".png", *[("gaussblur", "50")] * SLOW_BLURS)
    pixels.assert_alike(result.content, theirs, 4.0)


def killed_twice(server, org, path):
    answer = in_background(lambda: org.render(path))
    for _ in range(2):
        os.kill(busy_worker(server), signal.SIGKILL)
    return answer.result(120)


def test_a_render_that_loses_two_workers_loses_no_more(start_server, large):
    """Each time it was asked for it cost two workers again, and was a 500."""
    server = start_server(PATIENT)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    first = killed_twice(server, org, SLOW.format(hash_))
    assert first.status_code == 422
    assert first.headers["Cache-Control"] == "public, max-age=10"
    assert first.headers["Content-Type"] == "application/json"
    renders = server.metrics().renders()
    again = org.render(SLOW.format(hash_))
    assert again.status_code == 422 and "remembered" in again.json()["message"]
    assert 0 < int(again.headers["Retry-After"]) <= 300
    assert server.metrics().renders() == renders
    assert org.render(f"/dynamic/resize-width-9/{hash_}.jpg").status_code == 200, "the picture is not to blame yet"
    assert killed_twice(server, org, SLOW.replace("50", "51").format(hash_)).status_code == 422
    blamed = org.render(f"/dynamic/resize-width-10/{hash_}.jpg")
    assert blamed.status_code == 422 and "whatever" in blamed.json()["message"]
    assert org.render(f"/dynamic/resize-width-9/{hash_}.jpg").status_code == 200, "what is there is delivered"


def test_idle_workers_that_die_are_replaced(own_server):
    org = own_server.organization()
    hash_ = org.add(pictures.photo(64, 48))["hash"]
    dead = own_server.workers()
    for process in dead:
        os.kill(process, signal.SIGKILL)
    for width in range(10, 16):
        assert org.render(f"/dynamic/resize-width-{width}/{hash_}.jpg").status_code == 200
    wait_until(lambda: len(set(own_server.workers()) - set(dead)) >= os.cpu_count(), "new workers")


def test_a_worker_killed_while_it_inspects_an_upload_costs_nothing(start_server):
    """The only worker is stopped, gets the uploaded file, and is killed with it in its hands."""
    server = start_server(PATIENT.replace("[render]", "[render]\nworkers = 1"))
    org = server.organization()
    for seed in range(1300, 1304):
        data = pictures.photo(900, 700, seed)
        victims = wait_until(server.workers, "a worker")
        for process in victims:
            hold_still(process)
        upload = in_background(lambda data=data: org.upload(data))
        wait_until(lambda data=data: any(path.is_file() and path.stat().st_size == len(data)
                                         for path in server.data.rglob("*")), "the upload to reach the disk")
        for process in victims:
            os.kill(process, signal.SIGKILL)
        answer = upload.result(120)
        assert answer.status_code == 201, answer.text
        assert org.image(answer.json()["items"][0]["hash"], "/download").content == data
    assert org.images().json()["total"] == 4


def test_a_render_that_takes_too_long_is_given_up(start_server, large):
    server = start_server("[render]\njob_timeout = 1\n" + ANY_COST)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    small = org.add(pictures.photo(64, 48))["hash"]
    slow = in_background(lambda: org.render(ENDLESS.format(hash_)))
    busy_worker(server)
    assert org.render(f"/dynamic/resize-width-9/{small}.jpg").status_code == 200, "others go on"
    result = slow.result(120)
    assert result.status_code == 504
    assert result.headers["Cache-Control"] == "no-store"
    assert server.metrics().total("rucola_render_worker_restarts_total", reason="timeout") >= 1


def test_two_hundred_clients_of_one_picture_are_one_job(start_server, large):
    server = start_server(PATIENT)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    org.stack("thumb", {"name": "resize", "options": {"width": 1500}}, {"name": "blur", "options": {"sigma": 10}})
    org.point("logo", hash_)
    barrier = threading.Barrier(200)

    def ask(number):
        barrier.wait(60)
        path = "/thumb/-_logo_-.jpg" if number % 2 else f"/thumb/{hash_}/slug-{number}.jpg"
        answer = org.render(path)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(ask, range(200)))
    assert {status for status, _ in answers} == {200}
    assert len({content for _, content in answers}) == 1
    assert server.metrics().renders() == 1


def test_past_the_queues_end_a_client_is_told_when_to_come_back(start_server, large):
    # Behind a proxy that names no clients, whose renders are nobody's share.
    server = start_server(PATIENT.replace("[render]", "[render]\nworkers = 1\nqueue_limit = 2")
                          + 'trusted_proxies = ["127.0.0.0/8"]\n')
    org = server.organization()
    hash_ = org.add(large)["hash"]
    cached = f"/dynamic/resize-width-20/{hash_}.jpg"
    assert org.render(cached).status_code == 200
    first = in_background(lambda: org.render(SLOW.format(hash_)))
    busy_worker(server)
    with ThreadPoolExecutor(12) as pool:
        others = [pool.submit(lambda sigma=sigma: org.render(f"/dynamic/blur-sigma-{sigma}/{hash_}.jpg"))
                  for sigma in range(20, 32)]
        hit = org.render(cached)
        answers = [other.result(120) for other in others]
    assert hit.status_code == 200, "hits are served whatever the queue does"
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) <= 3
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Cache-Control"] == "no-store"
    assert first.result(120).status_code == 200


def test_a_worker_is_recycled(start_server):
    server = start_server("[render]\nworkers = 1\nworker_recycle_jobs = 5\n")
    org = server.organization()
    hash_ = org.add(pictures.photo(64, 48))["hash"]
    for width in range(10, 40):
        assert org.render(f"/dynamic/resize-width-{width}/{hash_}.jpg").status_code == 200
    assert server.metrics().total("rucola_render_worker_restarts_total", reason="recycle") >= 4
    assert server.metrics().total("rucola_render_worker_restarts_total", reason="crash") == 0


def test_a_plan_that_is_too_long_costs_no_worker(start_server):
    server = start_server("[render]\nworkers = 1\n")
    org = server.organization()
    font = org.add(fonts.sans(), "sans.ttf")["hash"]
    image = org.add(pictures.photo(64, 48))["hash"]
    writing = [{"name": "text", "options": {"font": font, "text": "x" * 4000, "size": 5 + line}} for line in range(20)]
    org.stack("much", *writing)
    before = server.workers()
    answer = org.render(f"/much/{image}.png")
    assert answer.status_code == 422 and "65536" in answer.json()["message"]
    assert server.workers() == before
