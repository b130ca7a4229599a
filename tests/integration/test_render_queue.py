"""Who waits for a render worker: fair between organizations and clients, and no longer than there is somebody who waits.

Nothing here measures time: a call counts as not held up where it is answered while the others still are not.
"""

from contextlib import ExitStack
from urllib.parse import quote

import pytest

from harness import pictures, raw_http
from harness.busy import ANY_COST, ENDLESS, PATIENT, busy_worker, in_background, under_way
from harness.busy import large as large_picture
from harness.waiting import wait_until

BEHIND_A_PROXY = '[server]\ntrusted_proxies = ["127.0.0.0/8"]\ndrain = 1\n'
LONG = "[render]\njob_timeout = 600\nqueue_timeout = 600\n" + ANY_COST


def client(number: int) -> dict:
    return {"X-Forwarded-For": f"192.0.2.{number}"}


@pytest.fixture(scope="module")
def large():
    return large_picture(1800)


def variants(hash_: str, count: int) -> list[str]:
    """Renders of which each takes for ever, all different."""
    return [ENDLESS.format(hash_).replace("blur-sigma-100", f"blur-sigma-{99 - number}", 1) for number in range(count)]


def test_wide_blurs_of_two_connections_stop_nobodys_cold_renders(start_server, large):
    """Twenty blurs of sigma 100 on two connections: three cold renders of others in 25 seconds."""
    server = start_server(LONG + "workers = 2\n" + BEHIND_A_PROXY)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    small = org.add(pictures.photo(64, 48, seed=1801))["hash"]
    attack = [lambda path=path, number=number: org.render(path, headers=client(number))
              for number, path in enumerate(variants(hash_, 8))]
    with under_way(attack) as unanswered:
        busy_worker(server)
        for width in range(10, 50):
            assert org.render(f"/dynamic/resize-width-{width}/{small}.jpg", headers=client(100)).status_code == 200
        assert org.upload(("small.jpg", pictures.photo(64, 48, seed=1802))).status_code == 201
        assert unanswered() == len(attack)
        server.kill()


def test_filters_of_changed_drawings_stop_nobodys_cold_renders(start_server):
    """150 blurs set on a plain drawing by two connections: three cold renders of others in 29 seconds."""
    server = start_server(LONG + "workers = 2\n" + BEHIND_A_PROXY)
    org = server.organization()
    drawing = ('<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">'
               '<rect id="r" width="1000" height="1000" fill="red"/></svg>')
    hash_ = org.add(drawing.encode(), "drawing.svg")["hash"]
    small = org.add(pictures.photo(64, 48, seed=1803))["hash"]
    changes = "[[{id:'r',attr:'style',value:'filter:" + " ".join(["blur(900px)"] * 150) + "'}]]"
    attack = [lambda number=number: org.render(
        f"/dynamic/svgdynamic-changes-{quote(changes)}--resize-width-{990 - number}/{hash_}.png", headers=client(number))
        for number in range(8)]
    with under_way(attack) as unanswered:
        busy_worker(server)
        for width in range(10, 50):
            assert org.render(f"/dynamic/resize-width-{width}/{small}.jpg", headers=client(100)).status_code == 200
        assert unanswered() == len(attack)
        server.kill()


def test_a_plan_that_costs_too_much_costs_no_worker(start_server, large):
    server = start_server("[render]\nworkers = 1\n")
    org = server.organization()
    hash_ = org.add(large)["hash"]
    answer = org.render(ENDLESS.format(hash_))
    assert answer.status_code == 422
    assert "render.max_cost" in answer.json()["message"]
    assert server.metrics().renders() == 0


def test_clients_that_ask_and_leave_keep_no_place(start_server, large):
    """120 of them filled the queue for ten seconds, and were logged as 503."""
    server = start_server(LONG + "workers = 1\nqueue_limit = 60\n" + BEHIND_A_PROXY + '[log]\nformat = "json"\n')
    org = server.organization()
    hash_ = org.add(large)["hash"]

    def ask(width: int) -> None:
        connection = connections.enter_context(raw_http.Connection(server.port))
        path = f"/render/{org.organization}/dynamic/resize-width-{width}/{hash_}.jpg"
        connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.{width}\r\n\r\n".encode())

    with under_way([lambda: org.render(ENDLESS.format(hash_))]) as unanswered:
        busy_worker(server)
        with ExitStack() as connections:
            for width in range(1, 41):
                ask(width)
            wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 40, "them to wait for a worker")
        wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 0, "their places to be free")
        assert server.metrics().total("rucola_render_jobs_total", kind="render", result="abandoned") == 40

        def statuses() -> list[int]:
            return [line["status"] for line in server.log_lines() if "resize-width-" in line.get("target", "")]

        wait_until(lambda: len(statuses()) >= 40, "the access log")
        assert set(statuses()) == {499}
        assert unanswered() == 1, "the only worker was busy all the time"
        server.kill()


def test_one_who_stays_gets_what_others_left(start_server, large):
    server = start_server(PATIENT.replace("[render]", "[render]\nworkers = 1"))
    org = server.organization()
    hash_ = org.add(large)["hash"]
    first = in_background(lambda: org.render(f"/dynamic/blur-sigma-60/{hash_}.jpg"))
    busy_worker(server)
    path = f"/dynamic/resize-width-30/{hash_}.jpg"
    with raw_http.Connection(server.port) as leaving:
        leaving.send(f"GET /render/{org.organization}{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 1, "it to wait for a worker")
        staying = in_background(lambda: org.render(path))
        joined = {"layer": "joined"}
        wait_until(lambda: server.metrics().total("rucola_render_answers_total", **joined) == 1, "both to wait")
    answer = staying.result(120)
    assert answer.status_code == 200
    assert first.result(120).status_code == 200
    assert server.metrics().total("rucola_render_jobs_total", result="abandoned") == 0


def test_past_its_share_a_client_is_told_so_and_others_are_not(start_server, large):
    server = start_server(LONG + "workers = 1\nqueue_limit = 8\n" + BEHIND_A_PROXY)
    org = server.organization()
    hash_ = org.add(large)["hash"]

    def greedy(path: str):
        return lambda: org.render(path, headers=client(1))

    with under_way([greedy(path) for path in variants(hash_, 1)]):
        busy_worker(server)
        with under_way([greedy(path) for path in variants(hash_, 5)[1:]]):
            wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 4, "its share to be used up")
            refused = greedy(f"/dynamic/resize-width-20/{hash_}.jpg")()
            assert refused.status_code == 429
            assert int(refused.headers["Retry-After"]) >= 1
            assert refused.headers["Cache-Control"] == "no-store"
            modest = in_background(lambda: org.render(f"/dynamic/resize-width-21/{hash_}.jpg", headers=client(2)))
            wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 5, "the other one to have a place")
            assert not modest.done()
            server.kill()


def test_a_url_that_timed_out_answers_at_once_the_second_time(start_server, large):
    """It cost a worker its whole time again, whoever asked."""
    server = start_server("[render]\njob_timeout = 1\n" + ANY_COST)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    assert org.render(ENDLESS.format(hash_)).status_code == 504
    before = server.metrics()
    again = org.render(ENDLESS.format(hash_))
    assert again.status_code == 504
    assert "remembered" in again.json()["message"]
    assert 0 < int(again.headers["Retry-After"]) <= 300
    assert again.headers["Cache-Control"] == "public, max-age=10"
    after = server.metrics()
    assert after.renders() == before.renders()
    assert after.total("rucola_render_worker_restarts_total") == before.total("rucola_render_worker_restarts_total")
    assert after.total("rucola_render_failures_answered_total", what="render") == 1
    assert org.render(f"/dynamic/resize-width-9/{hash_}.jpg").status_code == 200, "its other renders are made"
