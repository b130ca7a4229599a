"""Cached renders of about 22 KB and 100 KB, keep-alive, against nginx and Varnish serving the same bytes."""

import statistics
import urllib.request
from pathlib import Path

from harness import memory, peers, photo
from harness.load import wrk
from harness.report import Section
from harness.rucola import Rucola, serving

SIZES = {"22 KB": 22_000, "100 KB": 100_000}
ROUNDS = 5
SECONDS = 2
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


def measure(section: Section, label: str, urls: dict[str, str]) -> None:
    samples: dict[str, list[float]] = {name: [] for name in urls}
    for url in urls.values():
        wrk(url, CONNECTIONS, 1)
    for round_number in range(ROUNDS):
        # Each round begins with another one, so that none always runs on the warmer or the cooler machine.
        order = list(urls)[round_number % len(urls):] + list(urls)[: round_number % len(urls)]
        for name in order:
            samples[name].append(wrk(urls[name], CONNECTIONS, SECONDS).requests_per_second)
    for name, rates in samples.items():
        section.add(f"{label}, {name}", rates, "requests/s")
    middle = {name: statistics.median(rates) for name, rates in samples.items()}
    section.ratio(f"{label}, rucola", middle["rucola"] / middle["nginx"], "nginx", "1.2×")
    section.ratio(f"{label}, rucola", middle["rucola"] / middle["varnish"], "Varnish", "1.4×")


def run(section: Section, scratch: Path) -> None:
    files = scratch / "files"
    files.mkdir()
    with serving(scratch) as server, peers.nginx(scratch, files) as nginx_port:
        image = server.upload(photo.six_megapixels())
        with peers.varnish(scratch, peers.plain_vcl(nginx_port), "/up.jpg") as varnish_port:
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
                measure(section, label, urls)
            section.add("peak memory of the server", memory.peak(server.process.pid), "MiB")
