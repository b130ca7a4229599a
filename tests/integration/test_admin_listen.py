"""`server.admin_listen`: the operator's routes have a listener of their own, and strangers see none of them."""

import pytest
import requests

from harness import pictures
from harness.listening import free_port
from harness.raw_http import Connection, exchange
from harness.server import Rucola, run_command
from harness.waiting import wait_until

APART = '[server]\nadmin_listen = "127.0.0.1:0"\n'


@pytest.fixture(scope="module")
def apart():
    with Rucola(APART) as server:
        yield server


def admin(server, path, **options):
    return requests.get(server.admin_url + path, timeout=60, **options)


def test_the_operator_s_listener_has_metrics_and_the_details_of_health(apart):
    metrics = admin(apart, "/metrics")
    assert (metrics.status_code, metrics.headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    assert "rucola_render_workers" in metrics.text
    assert {"status", "version", "libvips", "sandbox", "catalog"} == set(admin(apart, "/healthz").json())
    assert admin(apart, "/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/%6Detrics", "/metrics?x=1"])
def test_strangers_find_no_metrics(apart, path):
    for method in ("GET", "HEAD", "POST"):
        assert apart.anonymous().request(method, path).status_code == 404


def test_strangers_learn_of_health_only_that_the_process_answers(apart):
    answer = apart.anonymous().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert apart.anonymous().get("/readyz").json() == {"status": "ready"}


def test_what_strangers_read_does_not_lead_to_metrics(apart):
    assert "/metrics" not in apart.anonymous().get("/").text
    paths = apart.anonymous().get("/doc").json()["paths"]
    assert "/metrics" not in paths and "/healthz" in paths


def test_the_operator_s_listener_has_nothing_else(apart):
    org = apart.organization()
    hash_ = org.add(pictures.photo(16, 12))["hash"]
    for path in ("/", "/doc", f"/sourceimages/{org.organization}", f"/render/{org.organization}/dynamic/noop/{hash_}.jpg"):
        answer = admin(apart, path, headers={"Api-Key": org.key})
        assert answer.status_code == 404
        assert "Here are /healthz, /readyz, /metrics." in answer.json()["message"]
    on_host = admin(apart, f"/dynamic/noop/{hash_}.jpg", headers={"Host": f"{org.organization}.localhost"})
    assert on_host.status_code == 404


def test_without_the_setting_all_is_where_it_was(server):
    assert server.anonymous().get("/metrics").status_code == 200
    assert "version" in server.anonymous().get("/healthz").json()


def test_operators_come_in_while_strangers_hold_all_connections(start_server):
    server = start_server(APART + "connections = 4\n")
    held = [Connection(server.port) for _ in range(4)]
    try:
        for connection in held:
            connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.answer().status == 200
        assert exchange(server.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 503
        assert admin(server, "/readyz").status_code == 200
        assert server.metrics().total("rucola_http_connections") >= 4
    finally:
        for connection in held:
            connection.__exit__()


def test_nobody_is_told_that_a_server_is_ready_that_is_about_to_end(start_server):
    server = start_server(APART + "drain = 60\n")
    with Connection(server.port) as client:
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        client.answer()
        client.send(b"POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")  # under way
        server.terminate()

        def gone():
            try:
                return not admin(server, "/readyz")
            except requests.ConnectionError:
                return True

        wait_until(gone, "the operator's listener to close")
    assert server.wait() == 0


@pytest.mark.parametrize("value, mentions", [
    ("9090", ["server.admin_listen", "9090", "host:port"]),
    ("127.0.0.1:99999", ["server.admin_listen", "65535"]),
    ("::1:9090", ["server.admin_listen", "brackets"]),
    ("192.0.2.1:9090", ["192.0.2.1:9090", "Can't listen"]),
])
def test_a_bad_address_stops_the_start_up(tmp_path, value, mentions):
    path = tmp_path / "rucola.toml"
    path.write_text(f'[server]\nadmin_listen = "{value}"\n')
    done = run_command("serve", "--config", path, "--data", tmp_path / "data", "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    for word in mentions:
        assert word in done.stderr, done.stderr


def test_one_address_for_both_stops_the_start_up(apart, tmp_path):
    """SO_REUSEPORT would let the two share a port, and every other scrape fail."""
    apart_port = apart.port  # somebody else's, first
    path = tmp_path / "rucola.toml"
    path.write_text(f'[server]\nadmin_listen = "127.0.0.1:{apart_port}"\n')
    done = run_command("serve", "--config", path, "--data", tmp_path / "data", "--listen", "127.0.0.1:0")
    assert done.returncode != 0 and "Another program listens there" in done.stderr
    for listen in ("127.0.0.1", "0.0.0.0"):
        port = free_port()
        path.write_text(f'[server]\nadmin_listen = "127.0.0.1:{port}"\n')
        done = run_command("serve", "--config", path, "--data", tmp_path / "data", "--listen", f"{listen}:{port}")
        assert done.returncode != 0 and "this one does already" in done.stderr, done.stderr
