"""SIGTERM: what is in flight is finished, nothing new is taken, and the exit code is 0."""

import os
import signal
import socket
import sqlite3
from contextlib import closing

import pytest

from harness import pictures, pixels, raw_http
from harness.busy import ANY_COST, ENDLESS, PATIENT, SLOW, busy_worker, in_background, large
from harness.processes import is_running
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, SilentSite
from harness.waiting import wait_until


def refuses_connections(server) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        return False
    except ConnectionRefusedError:
        return True


def begin_endless_body(connection, org) -> None:
    """A request that the server has begun to read, and of which nothing more comes."""
    connection.send(f"PUT /stacks/{org.organization}/never HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                    "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n".encode())
    assert connection.socket.recv(1000).startswith(b"HTTP/1.1 100")


def test_an_idle_server_stops_at_once(own_server):
    assert own_server.stop() == 0
    assert own_server.workers() == []


def test_idle_connections_do_not_hold_it_up(own_server):
    with raw_http.Connection(own_server.port) as one, raw_http.Connection(own_server.port) as other:
        one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert one.answer().status == 200
        own_server.terminate()
        assert own_server.wait(15) == 0, "sooner than the 20 s of the drain"
        assert other.is_closed_by_server()


def test_a_render_in_flight_is_finished(start_server):
    server = start_server(PATIENT)
    org = server.organization()
    hash_ = org.add(large(1500))["hash"]
    answer = in_background(lambda: org.render(SLOW.format(hash_)))
    busy_worker(server)
    server.terminate()
    wait_until(lambda: refuses_connections(server), "the server to take nothing new")
    result = answer.result(120)
    assert result.status_code == 200
    assert pixels.size_of(result.content) == (1600, 1200)
    assert server.wait() == 0


def test_an_upload_in_flight_is_finished_and_kept(own_server):
    org = own_server.organization()
    data = pictures.photo(600, 400, seed=1501)
    body = raw_http.multipart("b", ("filedata", "a.jpg", data))
    with raw_http.Connection(own_server.port) as connection:
        connection.send(f"POST /sourceimages/{org.organization} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        f"Content-Type: multipart/form-data; boundary=b\r\nExpect: 100-continue\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n".encode())
        assert connection.socket.recv(1000).startswith(b"HTTP/1.1 100")
        connection.send(body[:1000])
        own_server.terminate()
        wait_until(lambda: refuses_connections(own_server), "the server to take nothing new")
        connection.send(body[1000:])
        answer = connection.answer()
    assert answer.status == 201
    assert own_server.wait() == 0
    own_server.start()
    hash_ = org.images().json()["items"][0]["hash"]
    assert org.image(hash_, "/download").content == data


def test_a_client_without_end_holds_it_up_only_for_the_configured_time(start_server):
    server = start_server("[server]\ndrain = 1\nbody_timeout = 600\n")
    org = server.organization()
    with raw_http.Connection(server.port) as connection:
        begin_endless_body(connection, org)
        server.terminate()
        assert server.wait(30) == 0


def test_no_worker_outlives_the_server(own_server):
    own_server.organization().add(pictures.photo(64, 48))
    workers = own_server.workers()
    assert workers
    own_server.kill()

    wait_until(lambda: not any(is_running(process) for process in workers), "the workers to end with a killed server")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_both_signals_stop_it(own_server, number):
    own_server.process.send_signal(number)
    assert own_server.wait() == 0


def remote_tasks(server) -> float:
    metrics = server.metrics()
    return sum(metrics.total(f"rucola_executor_{state}", executor="remote") for state in ("running", "waiting"))


def test_fetches_that_wait_for_a_silent_server_do_not_hold_it_up(start_server):
    """Those under way and those queued ended one after the other, each after its time-out: two minutes."""
    server = start_server(ALLOW_LOOPBACK + "timeout_seconds = 3600\n[server]\ndrain = 4\n")
    org = server.organization()
    site = SilentSite()
    uploads = [in_background(lambda: org.upload(fields={"url[0]": f"{site.url}/a.jpg"})) for _ in range(40)]
    wait_until(lambda: remote_tasks(server) == len(uploads), "all uploads to be on their way")
    wait_until(lambda: len(site.taken) >= 16, "fetches")
    assert server.stop() == 0
    for upload in uploads:
        answer = upload.result(60)
        assert answer.status_code == 503, "who waits is told"
        assert int(answer.headers["Retry-After"]) >= 1
    site.close()


def catalog_tasks(server) -> float:
    return server.metrics().total("rucola_executor_running", executor="catalog")


def test_writers_that_wait_for_a_locked_catalog_do_not_hold_it_up(start_server):
    """It was ended by force, five seconds late, and nobody was told anything."""
    server = start_server("[server]\ndrain = 4\n")
    org = server.organization()
    image = org.add(pictures.photo(30, 20, seed=1504))["hash"]
    with closing(sqlite3.connect(server.data / "catalog.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        puts = [in_background(lambda n=n: org.put_alias(f"logo{n}", image)) for n in range(8)]
        wait_until(lambda: catalog_tasks(server) == len(puts), "all to wait for the lock")
        assert server.stop() == 0
        for put in puts:
            answer = put.result(60)
            assert answer.status_code == 503, "who waits is told"
            assert int(answer.headers["Retry-After"]) >= 1
    assert not [line for line in server.log_lines() if line.get("event") in ("drain_incomplete", "stop_forced")]


def test_a_render_without_end_is_broken_off(start_server):
    server = start_server(f"[render]\n{ANY_COST}job_timeout = 600\nqueue_timeout = 600\n[server]\ndrain = 1\n")
    org = server.organization()
    hash_ = org.add(large(1502))["hash"]
    render = in_background(lambda: org.render(ENDLESS.format(hash_)))
    busy_worker(server)
    assert server.stop() == 0
    assert render.result(60).status_code == 503


def test_making_renders_smaller_does_not_hold_it_up(start_server):
    """Nobody waits for it; the server did, for up to two minutes."""
    server = start_server("[render]\noptimize_timeout = 3600\n", environment={"RUCOLA_RENDER_OPTIMIZE": "true"})
    org = server.organization()
    hash_ = org.add(large(1503))["hash"]
    assert org.render(f"/dynamic/options-autoformat-true--resize-width-1600/{hash_}.jpg").status_code == 200
    busy_worker(server)
    assert server.stop() == 0
    assert server.workers() == []


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP])
def test_other_signals_do_not_end_it(own_server, number):
    """They killed it, with all that was in flight."""
    own_server.process.send_signal(number)
    said = {signal.SIGHUP: "reloaded"}.get(number, "signal_ignored")
    wait_until(lambda: any(line.get("event") == said for line in own_server.log_lines()), f"it to say {said}")
    assert own_server.anonymous().get("/healthz").status_code == 200
    assert own_server.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_it_is_ready_waits_until_it_is(tmp_path, number):
    """It ended the process, as it does one that knows nothing of it."""
    file = tmp_path / "rucola.toml"
    os.mkfifo(file)
    server = Rucola(arguments=("--config", str(file)))
    try:
        server.spawn()
        with open(file, "wb") as config:  # which waits until the server has begun to read
            server.process.send_signal(number)
            # It is read again where the signal says so.
            (tmp_path / "next.toml").write_bytes(b"")
            (tmp_path / "next.toml").rename(file)
            config.write(b"[log]\nlevel = \"info\"\n")
        if number in (signal.SIGTERM, signal.SIGINT):
            assert server.wait() == 0
            assert "ready" in server.banner()
            return
        said = {signal.SIGHUP: "reloaded"}.get(number, "signal_ignored")
        wait_until(lambda: any(line.get("event") == said for line in server.log_lines()), f"it to say {said}")
        assert server.stop() == 0
    finally:
        server.close()


@pytest.mark.parametrize("begin", [b"G", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
@pytest.mark.parametrize("port", ["port", "admin_port"])
def test_half_a_request_is_no_work_in_progress(start_server, port, begin):
    """The operator's listener waited for the rest until its time was over, and complained."""
    server = start_server('[server]\nadmin_listen = "127.0.0.1:0"\ndrain = 8\n')
    with raw_http.Connection(getattr(server, port)) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + begin)
        assert connection.answer().status == 200
        server.terminate()
        told = connection.answer()
        assert told.status == 503 and int(told.headers["retry-after"]) >= 1
    assert server.wait() == 0
    assert not [line for line in server.log_lines() if line.get("event") == "drain_incomplete"]


def test_a_second_signal_ends_it_at_once(start_server):
    server = start_server("[server]\ndrain = 3600\nbody_timeout = 3600\n")
    org = server.organization()
    with raw_http.Connection(server.port) as connection:
        begin_endless_body(connection, org)
        server.terminate()
        wait_until(lambda: refuses_connections(server), "the drain to begin")
        server.terminate()
        assert server.wait() == -signal.SIGTERM
