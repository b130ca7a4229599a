"""What operators and newcomers look at."""

import contextlib
import re
import sqlite3

import pytest

from harness import pictures
from harness.errors import assert_error
from harness.waiting import wait_until


def test_health(server):
    answer = server.anonymous().get("/healthz")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert tuple(int(part) for part in body["libvips"].split(".")[:2]) >= (8, 16)
    assert body["version"]


WANTS_JSON = {"Accept": "application/json", "Api-Version": "1", "Content-Type": "application/json"}  # the Go client's
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"}


def test_links_to_the_welcome_page_may_say_where_they_come_from(server):
    """A link with ?utm_source= was answered 400."""
    answer = server.anonymous().get("/?utm_source=letter&utm_source=x&%zz", headers=BROWSER)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_a_client_logs_in_at_the_root(server, org):
    """It was told HTML, and took every key for a good one."""
    def login(headers):
        return server.anonymous().get("/", headers={**WANTS_JSON, **headers})

    good, none = login({"Api-Key": org.key}), login({})
    for answer in (good, none):
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        assert server.anonymous().get(answer.json()["links"]["doc"]["href"]).status_code == 200
    for key in ("x" * 64, "nonsense", ""):
        assert_error(login({"Api-Key": key}), 403, invalid_authentication=True)
    assert_error(login({"Authorization": "Bearer x"}), 401, invalid_authentication=True)


@pytest.mark.parametrize("accept, json", [
    ("*/*", False), ("text/html", False), (BROWSER["Accept"], False), ("application/json, text/html", False), ("image/*", False),
    ("Application/JSON;q=0.9", True), ("application/json, text/plain, */*", True), ("text/plain , application/json", True)])
def test_the_root_is_json_for_who_asks_for_that(server, accept, json):
    answer = server.anonymous().get("/", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith("application/json" if json else "text/html")
    assert "Accept" in answer.headers["Vary"]


def test_strangers_are_told_to_name_the_data_folder_and_not_where_it_is(server):
    """Without `--data` the command made a folder of its own wherever it was typed."""
    page = server.anonymous().get("/", headers=BROWSER).text
    refused = server.anonymous().get("/user")
    assert_error(refused, 403, invalid_authentication=True)
    for text in (page, refused.json()["message"]):
        assert "rucola user create --data {data folder}" in text and "when it starts" in text
        assert str(server.data) not in text and str(server.data.parent) not in text


def test_readiness(server):
    answer = server.anonymous().get("/readyz")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_a_server_that_can_not_write_is_alive_and_not_ready(own_server):
    anonymous = own_server.anonymous()
    with contextlib.closing(sqlite3.connect(own_server.data / "catalog.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # the one writer's place is taken
        answer = anonymous.get("/readyz")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Content-Type"] == "application/json"
        assert anonymous.get("/healthz").status_code == 200
        database.execute("ROLLBACK")
    wait_until(lambda: anonymous.get("/readyz").status_code == 200, "the server to be ready again")


def test_metrics(server, org):
    org.add(pictures.photo(16, 12, seed=1600))
    answer = server.anonymous().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    metrics = server.metrics()
    assert metrics.total("rucola_http_requests_total") > 0
    assert metrics.total("rucola_render_workers") >= 1
    assert {"rucola_render_jobs_total", "rucola_render_answers_total", "rucola_render_queue_jobs"} <= metrics.names()
    for name in metrics.names():
        assert name.startswith("rucola_") or name.startswith("process_"), name


def test_metrics_do_not_grow_with_what_clients_ask(server, org):
    """Labels are closed sets: an organization's name or a path in one would be a leak and a flood."""
    org.get("/very-special-path-name")
    text = server.anonymous().get("/metrics").text
    assert "very-special-path-name" not in text
    assert org.organization not in text


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/operations"])
def test_head_of_pages(server, path):
    answer = server.anonymous().request("HEAD", path)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("accept, query, html", [
    ("*/*", "", False), (None, "", False), ("application/json", "", False), ("text/html", "", True), (BROWSER["Accept"], "", True),
    (BROWSER["Accept"], "?format=json", False), ("*/*", "?format=html", True)])
def test_the_description_is_a_page_for_browsers(server, accept, query, html):
    answer = server.anonymous().get("/doc" + query, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == ("text/html; charset=utf-8" if html else "application/json")
    assert "Accept" in answer.headers["Vary"]
    assert_error(server.anonymous().get("/doc?format=pdf"), 400)


def test_the_page_of_the_description_is_whole_in_itself(server):
    answer = server.anonymous().get("/doc", headers=BROWSER)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|https?:", answer.text)
    description = server.anonymous().get("/doc").json()
    for path, methods in description["paths"].items():
        for method in methods:
            method = method.removeprefix("x-").upper()
            assert re.search(rf">{method}</span> <code>{re.escape(path)}</code>", answer.text), f"{method} {path}"
    for name in description["components"]["schemas"]:
        assert f"<h3>{name}</h3>" in answer.text
    anchors = re.findall(r'id="([^"]*)"', answer.text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]*)"', answer.text)) == set(anchors)


def test_the_description_of_the_api(server):
    answer = server.anonymous().get("/doc")
    assert answer.headers["Content-Type"] == "application/json"
    description = answer.json()
    assert description["openapi"].startswith("3.1")
    paths = description["paths"]
    assert {"put", "get", "delete"} <= set(paths["/sourceimages/{org}/alias/{name}"])
    assert "delete" in paths["/sourceimages/{org}/alias/{name}/cache"]
    assert "security" not in paths["/healthz"]["get"]


def test_the_welcome_page(server):
    answer = server.anonymous().get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "rucola" in answer.text
    assert "Content-Security-Policy" in answer.headers
