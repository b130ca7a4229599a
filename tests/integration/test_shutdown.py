"""SIGTERM: what is in flight is finished, nothing new is taken, and the exit code is 0."""

import signal
import socket

import pytest

from harness import pictures, pixels, raw_http
from harness.busy import PATIENT, SLOW, busy_worker, in_background, large
from harness.processes import is_running
from harness.waiting import wait_until


def refuses_connections(server) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        return False
    except ConnectionRefusedError:
        return True


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
        connection.send(f"PUT /stacks/{org.organization}/never HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n".encode())
        assert connection.socket.recv(1000).startswith(b"HTTP/1.1 100")
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
