"""Cached renders of about 22 KB and 100 KB, keep-alive, against nginx and Varnish serving the same bytes."""

import contextlib
import statistics
import urllib.request
from pathlib import Path

from harness import effort, peers, photo, usage
from harness.load import wrk
from harness.report import Section
from harness.rucola import Rucola, serving

SIZES = {"22 KB": 22_000, "100 KB": 100_000}
ROUNDS = effort.chosen(5, quick=1)
SECONDS = effort.chosen(2, quick=1)
CONNECTIONS = 64


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def path_of_size(server: Rucola, image: str, wanted: int) -> str:
    """A render whose body is as near to the wanted size as a width in whole pixels allows."""
    low, high = 50, 2500
    while low < high:
        middle = (low + high) // 2
        if len(fetch(server.url(render_path(server, image, middle)))) < wanted:
            low = middle + 1
        else:
            high = middle
    return render_path(server, image, low)


def render_path(server: Rucola, image: str, width: int) -> str:
    return server.render_path(f"dynamic/resize-width-{width}", f"{image}.jpg")


def processor_microseconds(pid: int, url: str) -> tuple[float, float]:
    """Requests a second, and what each cost the server on a processor."""
    before = usage.processor_seconds(pid)
    load = wrk(url, CONNECTIONS, SECONDS)
    return load.requests_per_second, (usage.processor_seconds(pid) - before) / load.requests * 1e6


def measure(section: Section, label: str, urls: dict[str, str], pids: dict[str, int]) -> None:
    rates: dict[str, list[float]] = {name: [] for name in urls}
    costs: dict[str, list[float]] = {name: [] for name in urls}
    for url in urls.values():
        wrk(url, CONNECTIONS, 1)
    for round_number in range(ROUNDS):
        # Each round begins with another one, so that none always runs on the warmer or the cooler machine.
        order = list(urls)[round_number % len(urls) :] + list(urls)[: round_number % len(urls)]
        for name in order:
            rate, cost = processor_microseconds(pids[name], urls[name])
            rates[name].append(rate)
            costs[name].append(cost)
    for name in urls:
        section.add(f"{label}, {name}", rates[name], "requests/s")
        section.add(f"{label}, {name}, processor time", costs[name], "µs a request")
    rate = {name: statistics.median(samples) for name, samples in rates.items()}
    section.ratio(f"{label}, rucola", rate["rucola"] / rate["nginx"], "nginx", "1.2×")
    section.ratio(f"{label}, rucola", rate["rucola"] / rate["varnish"], "Varnish", "1.4×")
    cost = {name: statistics.median(samples) for name, samples in costs.items()}
    for peer in ("nginx", "varnish"):
        section.ratio(f"{label}, processor time of {peer}", cost[peer] / cost["rucola"], "that of rucola")


def run(section: Section, scratch: Path) -> None:
    files = scratch / "files"
    files.mkdir()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serving(scratch))
        nginx_port, nginx = stack.enter_context(peers.nginx(scratch, files))
        varnish_port, varnish = stack.enter_context(peers.varnish(scratch, peers.plain_vcl(nginx_port), "/up.jpg"))
        pids = {"rucola": server.process.pid, "nginx": nginx, "varnish": varnish}
        image = server.upload(photo.six_megapixels())
        for label, size in SIZES.items():
            path = path_of_size(server, image, size)
            body = fetch(server.url(path))
            name = f"{size}.jpg"
            (files / name).write_bytes(body)
            urls = {
                "rucola": server.url(path),
                "nginx": f"http://127.0.0.1:{nginx_port}/{name}",
                "varnish": f"http://127.0.0.1:{varnish_port}/{name}",
            }
            for peer, url in urls.items():
                if fetch(url) != body:
                    raise RuntimeError(f"{peer} serves other bytes")
            section.add(f"{label}, the body", float(len(body)), "bytes")
            measure(section, label, urls, pids)
        section.add("peak memory of the server", usage.peak(server.process.pid), "MiB")
