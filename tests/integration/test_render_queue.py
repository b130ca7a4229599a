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
    """Renders of which each takes for ever, all different; a single worker leaves them to one that gives way to it."""
    return [ENDLESS.format(hash_).replace("blur-sigma-100", f"blur-sigma-{99 - number}", 1) for number in range(count)]


def check_that_others_go_on(server, org, attack) -> None:
    """While none of the attack's calls has an answer. The server is killed then, or it would go on for ever."""
    small = org.add(pictures.photo(64, 48, seed=1801))["hash"]
    with under_way(attack) as unanswered:
        busy_worker(server)
        for width in range(10, 50):
            assert org.render(f"/dynamic/resize-width-{width}/{small}.jpg", headers=client(100)).status_code == 200
        assert org.upload(("small.jpg", pictures.photo(64, 48, seed=1802))).status_code == 201
        assert unanswered() == len(attack)
        server.kill()


def test_wide_blurs_of_two_connections_stop_nobodys_cold_renders(start_server, large):
    """Twenty blurs of sigma 100 on two connections: three cold renders of others in 25 seconds."""
    server = start_server(LONG + "workers = 2\n" + BEHIND_A_PROXY)
    org = server.organization()
    hash_ = org.add(large)["hash"]
    check_that_others_go_on(server, org, [lambda path=path, number=number: org.render(path, headers=client(number))
                                          for number, path in enumerate(variants(hash_, 8))])


def test_filters_of_changed_drawings_stop_nobodys_cold_renders(start_server):
    """150 blurs set on a plain drawing by two connections: three cold renders of others in 29 seconds."""
    server = start_server(LONG + "workers = 2\n" + BEHIND_A_PROXY)
    org = server.organization()
    drawing = ('<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">'
               '<rect id="r" width="1000" height="1000" fill="red"/></svg>')
    hash_ = org.add(drawing.encode(), "drawing.svg")["hash"]
    changes = "[[{id:'r',attr:'style',value:'filter:" + " ".join(["blur(900px)"] * 150) + "'}]]"
    check_that_others_go_on(server, org, [lambda number=number: org.render(
        f"/dynamic/svgdynamic-changes-{quote(changes)}--resize-width-{990 - number}/{hash_}.png", headers=client(number))
        for number in range(8)])


def hostile_drawing(filters: str = " ".join(["blur(900px)"] * 20)) -> bytes:
    """A thumbnail of it, as an upload makes one, takes a moment; what is large takes most of a minute."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><g style="filter:{filters}">'
            '<rect width="4000" height="4000" fill="red"/></g></svg>').encode()


@pytest.mark.parametrize("workers", [1, 2])
def test_filters_of_uploaded_drawings_stop_nobodys_cold_renders(start_server, workers):
    """Nobody knew what they take: each worker was kept up to its deadline, at a thousand sizes."""
    server = start_server(LONG + f"workers = {workers}\n" + BEHIND_A_PROXY)
    org = server.organization()
    hash_ = org.add(hostile_drawing(), "drawing.svg")["hash"]
    check_that_others_go_on(server, org, [lambda number=number: org.render(
        f"/dynamic/resize-width-{4000 - number}/{hash_}.png", headers=client(number)) for number in range(8)])


def test_a_drawing_that_timed_out_at_two_sizes_costs_no_worker_at_others(start_server):
    """A thousand sizes of it cost a thousand times the whole time."""
    server = start_server("[render]\njob_timeout = 2\n")
    org = server.organization()
    hash_ = org.add(hostile_drawing(), "drawing.svg")["hash"]
    good = org.add(hostile_drawing("none"), "good.svg")["hash"]

    def drawn(width: int, of: str = hash_):
        return org.render(f"/dynamic/resize-width-{width}/{of}.jpg")

    # One of them says nothing of the drawing where a busy machine gave it no time.
    tried = [drawn(width).status_code for width in range(3990, 3980, -1)]
    assert set(tried) == {504}
    assert server.metrics().total("rucola_render_failures_remembered_total", what="source") == 1
    before = server.metrics()
    for width in (4000, 3000, 2500):
        answer = drawn(width)
        assert answer.status_code == 504
        assert "remembered" in answer.json()["message"]
        assert 0 < int(answer.headers["Retry-After"]) <= 300
    after = server.metrics()
    assert after.renders() == before.renders()
    assert after.total("rucola_render_worker_restarts_total") == before.total("rucola_render_worker_restarts_total")
    assert drawn(8).status_code == 200, "it is tried where it may be quick"
    assert drawn(300, good).status_code == 200, "others are drawn"


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

    first, *paths = variants(hash_, 41)

    def ask(number: int, path: str) -> None:
        connection = connections.enter_context(raw_http.Connection(server.port))
        target = f"/render/{org.organization}{path}"
        connection.send(f"GET {target} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.{number}\r\n\r\n".encode())

    with under_way([lambda: org.render(first)]) as unanswered:
        busy_worker(server)
        with ExitStack() as connections:
            for number, path in enumerate(paths, 1):
                ask(number, path)
            wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 40, "them to wait for a worker")
        wait_until(lambda: server.metrics().total("rucola_render_queue_jobs") == 0, "their places to be free")
        assert server.metrics().total("rucola_render_jobs_total", kind="render", result="abandoned") == 40

        def statuses() -> list[int]:
            return [line["status"] for line in server.log_lines() if "blur-sigma-" in line.get("target", "")]

        wait_until(lambda: len(statuses()) >= 40, "the access log")
        assert set(statuses()) == {499}
        assert unanswered() == 1, "the only worker was busy all the time"
        server.kill()


def test_one_who_stays_gets_what_others_left(start_server, large):
    server = start_server(PATIENT.replace("[render]", "[render]\nworkers = 1"))
    org = server.organization()
    hash_ = org.add(large)["hash"]
    first = in_background(lambda: org.render("/dynamic/" + "--".join(["blur-sigma-60"] * 4) + f"/{hash_}.jpg"))
    busy_worker(server)
    path = f"/dynamic/blur-sigma-55/{hash_}.jpg"
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
            *_, sixth, seventh = variants(hash_, 7)
            refused = greedy(sixth)()
            assert refused.status_code == 429
            assert int(refused.headers["Retry-After"]) >= 1
            assert refused.headers["Cache-Control"] == "no-store"
            modest = in_background(lambda: org.render(seventh, headers=client(2)))
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
