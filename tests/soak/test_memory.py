"""Memory over ten thousand renders: what the second quarter left is what the last one leaves."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import pictures
from harness.processes import resident_bytes

MB = 1_000_000
RENDERS = 10_000
QUARTER = RENDERS // 4
CLIENTS = 4
SMALL_CACHES = '[cache]\nmemory_bytes = "4MiB"\n[delivery]\nhot_bytes = "4MiB"\n'


def different_renders(hash_: str) -> list[str]:
    wanted = itertools.product(range(20, 270), ("jpg", "webp", "png", "gif"), range(60, 70))
    return [f"/dynamic/resize-width-{width}--o-jpg.quality-{quality}-webp.quality-{quality}/{hash_}.{format_}"
            for width, format_, quality in wanted]


def most_resident(server) -> tuple[int, int]:
    """Of the server, and of its largest worker."""
    return server.resident_bytes(), max(resident_bytes(worker) for worker in server.workers())


@pytest.mark.time_limit(7200)
def test_ten_thousand_renders_leave_no_growth(start_server):
    server = start_server(SMALL_CACHES)
    org = server.organization()
    urls = different_renders(org.add(pictures.photo(1200, 900))["hash"])[:RENDERS]
    assert len(set(urls)) == RENDERS
    taken = []
    with ThreadPoolExecutor(CLIENTS) as clients:
        for quarter in range(4):
            for answer in clients.map(org.render, urls[quarter * QUARTER:(quarter + 1) * QUARTER]):
                assert answer.status_code == 200, answer.text
            taken.append(most_resident(server))
    print(taken)
    assert taken[3][0] < taken[1][0] + 10 * MB, "the server grows"
    assert taken[3][1] < taken[1][1] + 30 * MB, "the workers grow"
